"""Lines that every screen has: the rule across it (with the watermark in training), and what may not be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import tokens
from tui.cells import Line, Span, line

if TYPE_CHECKING:
    from hub.domain.guard import Finding
    from tui.words import Tongue

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


def not_kept_rows(t: Tongue, finding: Finding, vouchable: bool = False) -> tuple[Line, Line]:
    """Rows 21 and 22 for what was just typed and may not be kept; `vouchable`: a manager can say what else it is."""
    gone = t("数字は消しました。どこにも残っていません", "The digits are gone; nothing keeps them.")
    if vouchable:
        gone = t(
            "消しました。マイナンバーでないときは管理者が Ctrl+G", "Gone. If it is none, the manager presses Ctrl+G."
        )
    return (
        line(Span(f"{tokens.WARN}{t(*finding.row)}", "warn"), Span(f"  {finding.code}", "dim")),
        line(f"   {t('つぎ', 'Next')}：{gone}"),
    )
