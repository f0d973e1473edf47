"""A step that compares two papers: a digit says in what they differ, and the visit stops there (照合不一致)."""

from __future__ import annotations

from hub.domain.contracts.procedure import Step
from hub.domain.visit.comparing import WORDS, ReportDifference, stopped
from hub.domain.visit.visit import Visit
from tui import tokens
from tui.cells import Line, Span, line
from tui.layer import Confirm, Layer, paragraphs


def rows(page: Layer, visit: Visit, step: Step, cells: int) -> list[Line]:
    """What is compared, a digit each; above it what differs."""
    t, stop = page.t, stopped(visit, step.id)
    found = next((one for one in visit.differences if one.step == step.id), None)
    said: list[Line] = []
    if stop is not None and found is not None:
        who = page.station.name_of(found.by)
        words = t(f" {tokens.BAD}{stop.ja}（{who}）", f" {tokens.BAD}{stop.en} ({who})")
        said = [[], *paragraphs(words, cells, "bad"), *paragraphs(" " + t(stop.todo_ja, stop.todo_en), cells)]
    said += [[], line(Span(t(" ちがうときは数字：手続が止まります", " A digit if they differ: it stops"), "title"))]
    for number, item in enumerate(step.compares, 1):
        tap, differs = f"item:{number}", found is not None and item in found.items
        shape, style = (tokens.BAD, "bad") if differs else (tokens.WAIT, "")
        said.append([Span(f" [{number}]", "key", tap), Span(shape, style, tap), Span(" " + t(*WORDS[item]), "", tap)])
    return said


def ask(page: Layer, visit: Visit, step: Step, number: int) -> None:
    """Say that the one of this digit differs, once a person has confirmed it."""
    station, t, item = page.station, page.t, step.compares[number - 1]
    ja, en = WORDS[item]

    def yes() -> None:
        async def work() -> None:
            await station.submit(ReportDifference(visit.id, step.id, (item,)), version=visit.version)
            station.say(
                t(
                    f"{visit.number}：照合不一致（{ja}）を記録しました。",
                    f"{visit.number}: recorded, the {en} differs.",
                ),
                t("書き直していただき、べつの人が照合", "have it put right; another person compares"),
            )

        station.begin(t("記録しています", "recording"), work)

    question = t(f"{ja}がちがいますか。手続を止めます。", f"Does the {en} differ? The visit stops.")
    page.terminal.lay(Confirm(page.terminal, question, t("ちがう", "differs"), yes))
