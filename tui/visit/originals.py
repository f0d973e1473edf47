"""F7 of a visit: the applicant's originals that are with us, given back with one key; F9-7-5 where they were left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.visit import originals
from hub.domain.visit.originals import LeaveOriginals, OriginalsCommand, ReturnOriginals, TakeOriginals
from tui import tokens
from tui.cells import Line, Span, fit
from tui.layer import Ask, Menu

if TYPE_CHECKING:
    from hub.domain.visit.visit import Visit
    from tui.visit.acts import VisitActs


def row(page: VisitActs, visit: Visit, cells: int) -> Line:
    """What of this applicant's is with us, and the key that says it is not any more; empty while nothing is."""
    held = page.station.booth.originals.get(visit.id)
    if held is None:
        return []
    names = {paper.id: page.t(paper.ja, paper.en) for paper in page.method(visit).documents}
    papers = "、".join(names.get(paper, paper) for paper in held.papers)
    words = page.t("原本 F7＝返した ", "originals F7=given back ") + papers
    return [Span(" " + tokens.WARN, "warn", "f7"), Span(fit(words, cells - 3), "warn", "f7")]


def give_or_take(page: VisitActs, visit: Visit) -> None:
    """F7: given back, where any are with us; else which paper is taken."""
    t, number = page.t, visit.number
    if visit.id in page.station.booth.originals:
        said = t(f"{number} の原本を返しました。", f"{number}: originals given back.")
        _send(page, ReturnOriginals(visit.id), said)
        return
    names = {paper.id: t(paper.ja, paper.en) for paper in page.method(visit).documents}
    papers = list(originals.may_take(page.station.profile, visit))[:9]
    entries = [(str(at), names[paper], "") for at, paper in enumerate(papers, 1)]

    def pick(digit: str) -> None:
        said = t(f"{number} の原本を預かりました。", f"{number}: original taken.")
        _send(page, TakeOriginals(visit.id, (papers[int(digit) - 1],)), said)

    page.terminal.lay(Menu(page.terminal, t("預かる原本", "Which original"), entries, pick))


def left(page: VisitActs, visit: Visit) -> None:
    """The applicant has gone without them: say why; they stand on the list of things left behind."""
    t = page.t
    reasons = (
        ("返す前に帰られた", "呼んでもいらっしゃらない")
        if t.japanese
        else ("gone before they were given back", "does not come when called")
    )

    def answer(reason: str) -> None:
        said = t("忘れ物に移しました。行き先は F4-4、F9-7 で決めます。", "On the list of things left: F4-4, F9-7.")
        _send(page, LeaveOriginals(visit.id, reason), said)

    question = t(f"{visit.number} の原本が残った理由", f"Why are {visit.number}'s originals left?")
    hint = t("数字でえらぶか、文字で入れて Enter", "digit, or type it")
    page.terminal.lay(Ask(page.terminal, t("理由", "reason"), question, hint, answer, kana=True, choices=reasons))


def _send(page: VisitActs, command: OriginalsCommand, said: str) -> None:
    station = page.station

    async def work() -> None:
        await station.submit(command)
        station.say(said)

    station.begin(page.t("記録しています", "recording"), work)
