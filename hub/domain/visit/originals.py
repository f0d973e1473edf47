"""An applicant's originals in our hands: taken to be copied or looked at, and given back before the visit ends.

A licence that stays at the window is a person without a licence. So a visit is neither finished nor given up while one
of its originals is with us; where the applicant has gone without it, it becomes a thing left behind, with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse, some
from hub.domain.visit import circumstances
from hub.domain.visit.visit import VisitState

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Step
    from hub.domain.moment import Context, Signer
    from hub.domain.visit.visit import Visit, Visits

LONGEST_REASON = 40
"""Characters of why somebody left without them: a row of the terminal."""


class Held(msgspec.Struct, frozen=True, array_like=True):
    """The originals of one visit that are with us."""

    papers: tuple[str, ...]
    """Classes of the contract's papers, in the order they were taken."""
    by: str
    """Who took the last of them, and answers for all."""
    at_ms: int


Originals = Map[int, Held]
"""By visit; a visit is here only while something of it is with us."""


class TakeOriginals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="originals.take"):
    visit: int
    papers: tuple[str, ...]


class ReturnOriginals(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="originals.return"
):
    """All originals of this visit are in the applicant's hands again."""

    visit: int


class LeaveOriginals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="originals.leave"):
    """The applicant has gone without them: from now on they are a thing left behind."""

    visit: int
    reason: str


OriginalsCommand = TakeOriginals | ReturnOriginals | LeaveOriginals


class OriginalsTaken(msgspec.Struct, frozen=True, tag_field="kind", tag="originals.taken/1"):
    visit: int
    number: str
    papers: tuple[str, ...]
    at_ms: int
    by: str


class OriginalsReturned(msgspec.Struct, frozen=True, tag_field="kind", tag="originals.returned/1"):
    visit: int
    number: str
    papers: tuple[str, ...]
    at_ms: int
    by: str


class OriginalsLeft(msgspec.Struct, frozen=True, tag_field="kind", tag="originals.left/1"):
    entry: int
    visit: int
    ticket: int
    number: str
    papers: tuple[str, ...]
    reason: str
    at_ms: int
    by: str


OriginalsEvent = OriginalsTaken | OriginalsReturned | OriginalsLeft


def may_take(profile: Profile, visit: Visit) -> dict[str, str]:
    """Class to Japanese name of every paper that this visit's applicant shows and takes home again."""
    method = circumstances.method_of(profile, visit)
    return {paper.id: paper.ja for paper in method.documents if paper.keep == "shown"}


def not_returned(held: Originals, visit: int, profile: Profile, visits: Visits) -> Refusal | None:
    """Why this visit can neither finish nor be given up: originals of it are with us."""
    mine = held.get(visit)
    if mine is None:
        return None
    names = may_take(profile, visits.visits[visit])
    return refuse("originals.not_returned", detail=some([names.get(paper, paper) for paper in mine.papers]))


def taken_with(visit: Visit, step: Step, held: Originals, context: Context, by: Signer) -> tuple[OriginalsTaken, ...]:
    """What signing a step takes into our hands: whoever signs a copy has had the original."""
    if not step.originals:
        return ()
    mine = held[visit.id].papers if visit.id in held else ()
    papers = tuple(paper for paper in step.originals if paper not in mine)
    return (OriginalsTaken(visit.id, visit.number, papers, context.at_ms, by.person),) if papers else ()


def decide(
    command: OriginalsCommand, held: Originals, visits: Visits, profile: Profile, context: Context, by: Signer
) -> tuple[OriginalsEvent, ...] | Refusal:
    visit = visits.visits.get(command.visit)
    if visit is None:
        return refuse("visit.unknown")
    if visit.state is not VisitState.OPEN:
        return refuse("visit.closed")
    mine = held.get(visit.id)
    if isinstance(command, TakeOriginals):
        known = may_take(profile, visit)
        wrong = next((paper for paper in command.papers if paper not in known), None)
        if wrong is not None:
            return refuse("visit.paper_unknown", paper=wrong)
        papers = tuple(dict.fromkeys(command.papers))
        if not papers or (mine is not None and not set(papers).isdisjoint(mine.papers)):
            return refuse("originals.nothing_to_take")
        return (OriginalsTaken(visit.id, visit.number, papers, context.at_ms, by.person),)
    if mine is None:
        return refuse("originals.none_here", number=visit.number)
    if isinstance(command, ReturnOriginals):
        return (OriginalsReturned(visit.id, visit.number, mine.papers, context.at_ms, by.person),)
    reason = command.reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        return refuse("originals.reason", longest=LONGEST_REASON)
    return (
        OriginalsLeft(
            context.index, visit.id, visit.ticket, visit.number, mine.papers, reason, context.at_ms, by.person
        ),
    )


def evolve(held: Originals, event: OriginalsEvent) -> Originals:
    if isinstance(event, OriginalsTaken):
        before = held[event.visit].papers if event.visit in held else ()
        return held.set(event.visit, Held((*before, *event.papers), event.by, event.at_ms))
    return held.delete(event.visit)
