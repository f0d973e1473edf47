"""The visit: what is true of one applicant's way through the contract's steps, and what is said and noted of it.

What may be done to it is decided in rules.py; which step comes, and whose it is, in steps.py.
"""

from __future__ import annotations

import enum

import msgspec
from immutables import Map

from hub.domain.contracts.papers import Compared


class VisitState(enum.StrEnum):
    OPEN = "open"
    DONE = "done"
    ABANDONED = "abandoned"  # the applicant left, or cannot go on today; papers are given back


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """One answer, by the contract's ids; `reason` is empty where the choice wants none."""

    question: str
    choice: str
    reason: str = ""


class Difference(msgspec.Struct, frozen=True, array_like=True):
    """What did not agree when it was compared, and who found that."""

    step: str
    items: tuple[Compared, ...]
    by: str


class Visit(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that opened it."""
    ticket: int
    number: str
    method: str
    state: VisitState
    opened_ms: int
    by: str
    version: int = 1
    done: tuple[str, ...] = ()
    """Steps done, in the order they were done."""
    papers: tuple[tuple[str, int], ...] = ()
    """Sheets collected per class, in the profile's order; zero counts included."""
    retakes: int = 0
    ended_ms: int = 0
    refused: tuple[str, ...] = ()
    """City steps that an officer refused: nobody may ask another officer for the same visit."""
    circumstances: tuple[str, ...] = ()
    """What is special about it, as the contract names it (hub.domain.visit.circumstances)."""
    done_by: tuple[tuple[str, str], ...] = ()
    """Step and who did it, for each step in `done` that somebody at the booth signed."""
    answers: tuple[Answer, ...] = ()
    """What was said; from the end on every answer that holds (hub.domain.visit.answers)."""
    because: str = ""
    """Of one given up: the circumstance that the contract does not serve."""
    sheet_facts: tuple[str, ...] = ()
    """What has become of the PIN sheet, by the contract's steps (hub.domain.contracts.procedure.PinFact)."""
    differences: tuple[Difference, ...] = ()
    """Where its papers did not agree (hub.domain.visit.comparing)."""


class Visits(msgspec.Struct, frozen=True):
    visits: Map[int, Visit] = Map()
    by_ticket: Map[int, tuple[int, ...]] = Map()
    open: int = 0
    in_use: Map[str, int] = Map()
    """Window to the visit whose applicant may still be logged in at its shared application terminal."""
    pre_checks: Map[int, str] = Map()
    """Ticket to who looked at its papers at the reception."""


# ------------------------------------------------------------------ commands and events


class OpenVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.open"):
    ticket: int
    method: str


class DoStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.step"):
    """Sign one step as done. `documents`: the classes ticked, where papers are ticked (hub.domain.visit.shown_papers):
    papers, what stands in for them, and of identity papers their ranks."""

    visit: int
    step: str
    documents: tuple[str, ...] = ()


class CountSheets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.count"):
    """Count the sheets collected from this applicant, per class: the step of kind "count"."""

    visit: int
    step: str
    sheets: dict[str, int]


class DowngradeVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.downgrade"):
    """Go on with a lesser method (Aomori 5(6)④: deficient papers turn 受付方式 into サポート方式)."""

    visit: int
    method: str


class TriageVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.triage"):
    """Say what is special about this visit: all of it, in place of what was said before."""

    visit: int
    circumstances: tuple[str, ...]


class FinishVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.finish"):
    visit: int


class AbandonVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.abandon"):
    visit: int
    reason: str
    because: str = ""
    """A circumstance that the contract does not serve: such visits are counted apart."""


class VisitOpened(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.opened/1"):
    visit: int
    ticket: int
    number: str
    method: str
    at_ms: int
    by: str


class StepDone(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.step_done/1"):
    visit: int
    step: str
    at_ms: int
    by: str
    sheets: tuple[tuple[str, int], ...] = ()
    sheet_facts: tuple[str, ...] = ()
    """What it says of the PIN sheet."""


class VisitDowngraded(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.downgraded/1"):
    visit: int
    method: str
    was: str
    kept: tuple[str, ...]
    """Steps that both methods have and that stay done."""
    at_ms: int
    by: str


class VisitTriaged(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.triaged/1"):
    visit: int
    circumstances: tuple[str, ...]
    at_ms: int
    by: str


class VisitEnded(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.ended/1"):
    visit: int
    number: str
    method: str
    state: VisitState
    papers: tuple[tuple[str, int], ...]
    """Sheets that are now in the booth's keeping (none when abandoned: they went back to the applicant)."""
    at_ms: int
    by: str
    reason: str = ""
    answers: tuple[Answer, ...] = ()
    because: str = ""
    used: tuple[tuple[str, int], ...] = ()
    """Blanks of the stock that this visit used and that did not stay in the booth: an envelope that goes by post."""


# ------------------------------------------------------------------ questions


def of_ticket(visits: Visits, ticket: int) -> tuple[Visit, ...]:
    return tuple([visits.visits[visit] for visit in visits.by_ticket.get(ticket, ())])


def open_visit(visits: Visits, ticket: int) -> Visit | None:
    """The first visit of a ticket that is still open."""
    return next((visit for visit in of_ticket(visits, ticket) if visit.state is VisitState.OPEN), None)


def still_logged_in(visits: Visits, window: str, ticket: int | None = None) -> Visit | None:
    """Whose visit may still be on the terminal of a window, before `ticket` (or anybody) is called there."""
    held = visits.in_use.get(window)
    visit = visits.visits[held] if held is not None else None
    return None if visit is None or visit.ticket == ticket else visit


# ------------------------------------------------------------------ evolve


def with_step(visit: Visit, step: str, sheets: tuple[tuple[str, int], ...] = (), by: str = "") -> Visit:
    """The visit with one more step done."""
    return msgspec.structs.replace(
        visit,
        version=visit.version + 1,
        done=(*visit.done, step),
        papers=sheets or visit.papers,
        done_by=(*visit.done_by, (step, by)) if by else visit.done_by,
    )


def done_by(visit: Visit, step: str | None) -> str:
    """Who did a step of this visit at the booth; empty if nobody has."""
    return next((person for name, person in visit.done_by if name == step), "")


def set_visit(visits: Visits, visit: Visit) -> Visits:
    """The visits with one replaced."""
    return msgspec.structs.replace(visits, visits=visits.visits.set(visit.id, visit))
