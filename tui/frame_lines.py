"""Lines that every screen has: the rule across it (with the watermark in training), and what may not be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import tokens
from tui.cells import Line, Span, line, line_width, spread, wrap

if TYPE_CHECKING:
    from hub.domain.guard import Finding
    from tui.station import Said
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


def said_rows(t: Tongue, said: Said, width: int) -> tuple[Line, Line]:
    """Rows 21 and 22: what happened, and what to do. F1 has both whole, and stands where one is cut."""
    first = line(Span(said.shape, said.style), said.text)
    second = line(f"   {t('つぎ', 'Next')}：{said.todo}" if said.todo else "")
    if not said.code:  # F1 knows nothing of it
        return first, second
    # The code stands at the end of the first row that has room for it; neither is cut for it.
    code = line(Span(said.code, "dim"), " ")
    if line_width(first) + line_width(code) < width:
        return spread(first, code, width), _or_f1(second, width)
    if line_width(second) + line_width(code) < width:
        return _or_f1(first, width), spread(second, code, width)
    return _or_f1(first, width), _or_f1(second, width)


def _or_f1(row: Line, width: int) -> Line:
    return row if line_width(row) <= width else spread(row, line(Span(" F1", "key", "f1")), width)


def whole(t: Tongue, said: Said, width: int) -> list[Line]:
    """The same for F1's page, with nothing cut."""
    title = t(f" いまの表示：{said.code}", f" Shown now: {said.code}")
    texts = [*wrap(said.text, width - 4), *wrap(said.todo, width - 4)]
    return [line(Span(title, "title")), *(line(f"  {words}") for words in texts), []]


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
