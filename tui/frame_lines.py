"""The rule across a screen; in a training deployment it carries the watermark."""

from __future__ import annotations

from tui.cells import Line, Span

WATERMARK = "--訓練--"


def rule(cells: int, training: bool, at: int | None = None) -> Line:
    """A line of `cells`; `at`: the cell where an upright line crosses it. 訓練 stands in it all along in training."""
    if at is None:
        return [Span(_dashes(cells, training), "frame")]
    return [Span(_dashes(at, training), "frame"), Span("|", "frame"), Span(_dashes(cells - at - 1, training), "frame")]


def _dashes(cells: int, training: bool) -> str:
    if not training:
        return "-" * cells
    whole, rest = divmod(cells, 8)  # the mark takes eight cells
    return WATERMARK * whole + "-" * rest
