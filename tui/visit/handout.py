"""A notice's hand-out: what is made for this number, to be printed and handed over before the notice is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.visit.shown_papers import asked, ticked_at
from tui import documents

if TYPE_CHECKING:
    from hub.documents.setting import Made
    from hub.domain.contracts.procedure import Document, Method, Step
    from hub.domain.visit.visit import Visit
    from tui.visit.acts import VisitActs


def of(step: Step, method: Method) -> tuple[Document, ...]:
    """The papers that are printed here for this step, in the profile's order."""
    return tuple(paper for paper in asked(step, method) if paper.handout) if ticked_at(step) else ()


def make(page: VisitActs, visit: Visit, step: Step) -> None:
    """Make them as one PDF, by the visit's number."""
    papers, profile = of(step, page.method(visit)), page.station.profile

    def render(made: Made) -> bytes:
        from hub.documents.handout import handout

        return handout(profile, papers, visit.number, made)

    documents.make(page.terminal, f"handout-{visit.number}", "手渡す紙", "the hand-out", render)
