"""出張申請 of a visited body: applied for by internet, post or FAX, confirmed by the city alone, adjusted by us, closed whole.

Niigata 8.3: the body applies, the city's staff confirm the booking, and then the contractor does the prior adjustment
(the room, notice to applicants, the list of them); 8.1(1): from there to the hand-over of the papers it is one chain.
What is to be done stands in the contract's `outing`; how far a visit is follows from its ticks and is kept nowhere.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Literal

import msgspec
from immutables import Map

from hub.domain.custody.custody import ContainerState, Custody, loose_sheets
from hub.domain.moment import as_date, iso_date, minute_of
from hub.domain.refusal import Refusal, refuse, some

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.outing import OutingTask, OutingTerms
    from hub.domain.moment import Context, Signer

LONGEST_BODY, LONGEST_NOTE = 40, 80
"""Characters of an institution's name, and of why more come than a day is meant for."""

MOST_APPLICANTS = 999


class Stage(enum.StrEnum):
    REQUESTED = "requested"  # the city has not confirmed it
    CONFIRMED = "confirmed_by_city"
    ADJUSTING = "adjusting"  # some of what comes before the day is done
    READY = "ready"  # all of it
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Ticked(msgspec.Struct, frozen=True, array_like=True):
    by: str
    at_ms: int


class Outing(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that noted the application."""
    number: str
    """訪-001, counted over the whole record."""
    body: str
    """The institution that is visited; never a person."""
    date: str
    channel: str
    applicants: int
    asked_ms: int
    asked_by: str
    confirmed_by: str = ""
    confirmed_ms: int = 0
    second_slot: str = ""
    """HH:MM at which a second group begins."""
    note: str = ""
    ticks: Map[str, Ticked] = Map()
    ended: Literal["", "closed", "withdrawn"] = ""


Outings = Map[int, Outing]


# ------------------------------------------------------------------ commands and events


class RequestOuting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="outing.request"):
    """An application has come in, by this way."""

    body: str
    date: str
    channel: str
    applicants: int


class ConfirmOuting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="outing.confirm"):
    """The city confirms the booking of just this body on just this date."""

    outing: int
    body: str
    date: str


class PlanOuting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="outing.plan"):
    """How many are on the list now; more than the target come in two groups, or a note says why one is enough."""

    outing: int
    applicants: int
    second_slot: str = ""
    note: str = ""


class TickOuting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="outing.tick"):
    outing: int
    task: str
    done: bool = True
    """False takes the tick back."""


class CloseOuting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="outing.close"):
    """All of it is done, before the day, on it and after it."""

    outing: int


class WithdrawOuting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="outing.withdraw"):
    outing: int
    reason: str


OutingCommand = RequestOuting | ConfirmOuting | PlanOuting | TickOuting | CloseOuting | WithdrawOuting


class OutingRequested(msgspec.Struct, frozen=True, tag_field="kind", tag="outing.requested/1"):
    outing: int
    number: str
    body: str
    date: str
    channel: str
    applicants: int
    at_ms: int
    by: str


class OutingConfirmed(msgspec.Struct, frozen=True, tag_field="kind", tag="outing.confirmed/1"):
    outing: int
    number: str
    at_ms: int
    by: str


class OutingPlanned(msgspec.Struct, frozen=True, tag_field="kind", tag="outing.planned/1"):
    outing: int
    number: str
    applicants: int
    second_slot: str
    note: str
    at_ms: int
    by: str


class OutingTicked(msgspec.Struct, frozen=True, tag_field="kind", tag="outing.ticked/1"):
    outing: int
    number: str
    task: str
    done: bool
    at_ms: int
    by: str


class OutingClosed(msgspec.Struct, frozen=True, tag_field="kind", tag="outing.closed/1"):
    outing: int
    number: str
    at_ms: int
    by: str


class OutingWithdrawn(msgspec.Struct, frozen=True, tag_field="kind", tag="outing.withdrawn/1"):
    outing: int
    number: str
    reason: str
    at_ms: int
    by: str


OutingEvent = OutingRequested | OutingConfirmed | OutingPlanned | OutingTicked | OutingClosed | OutingWithdrawn


# ------------------------------------------------------------------ questions


def open_(outings: Outings) -> list[Outing]:
    """Those that are not closed and not withdrawn, by date."""
    return sorted((one for one in outings.values() if not one.ended), key=lambda one: (one.date, one.id))


def stage(one: Outing, terms: OutingTerms) -> Stage:
    """How far it is, from what was signed."""
    if one.ended:
        return Stage(one.ended)
    if not one.confirmed_by:
        return Stage.REQUESTED
    before = [task for task in terms.tasks if task.when == "before"]
    done = sum(task.id in one.ticks for task in before)
    return Stage.READY if done == len(before) else Stage.ADJUSTING if done else Stage.CONFIRMED


def tasks(one: Outing, terms: OutingTerms) -> tuple[OutingTask, ...]:
    """What is to be done of it, in the contract's order; none before the city has confirmed."""
    return terms.tasks if one.confirmed_by else ()


def unticked(one: Outing, terms: OutingTerms) -> list[OutingTask]:
    return [task for task in terms.tasks if task.id not in one.ticks]


def target(profile: Profile, terms: OutingTerms) -> int | None:
    """How many a day of such a visit is meant for (Niigata 8.1(1): 10); None where the contract does not say."""
    return next(
        (v.value for v in profile.volumes if v.unit == "persons_per_day" and terms.event_type in v.event_types), None
    )


def overfull(one: Outing, profile: Profile, terms: OutingTerms) -> bool:
    """Whether more are listed than the target, and neither a second group nor a note says how they are served."""
    most = target(profile, terms)
    return most is not None and one.applicants > most and not one.second_slot and not one.note


def papers_here(custody: Custody) -> bool:
    """Whether a sheet lies here or a box waits for the city's signature."""
    boxes = (box for box in custody.containers.values() if box.state is not ContainerState.OPEN)
    return bool(loose_sheets(custody)) or any(box.state is not ContainerState.ACCEPTED for box in boxes)


def governs(profile: Profile, event_type: str) -> bool:
    """Whether events of that type are visits that somebody applies for."""
    return profile.outing is not None and profile.outing.event_type == event_type


def opening(outings: Outings, profile: Profile, event_type: str, date: str) -> Refusal | None:
    """Why a visit is not opened on a date: no booking of that date that the city has confirmed is ready; None if one is."""
    terms = profile.outing
    if terms is None or event_type != terms.event_type:
        return None
    here = [one for one in open_(outings) if one.date == date]
    if any(stage(one, terms) is Stage.READY for one in here):
        return None
    confirmed = next((one for one in here if one.confirmed_by), None)
    if confirmed is None:
        return refuse("outing.no_booking", date=date, clause=terms.clause)
    return _not_ready(confirmed, terms)


def _not_ready(one: Outing, terms: OutingTerms) -> Refusal | None:
    left = [task.ja for task in unticked(one, terms) if task.when == "before"]
    return refuse("outing.not_ready", number=one.number, items=some(left)) if left else None


# ------------------------------------------------------------------ decide and evolve


def decide(
    command: OutingCommand, outings: Outings, custody: Custody, profile: Profile, context: Context, by: Signer
) -> tuple[OutingEvent, ...] | Refusal:
    terms, at_ms = profile.outing, context.at_ms
    if terms is None:
        return refuse("outing.none")
    if isinstance(command, RequestOuting):
        return _request(command, outings, profile, context, by)
    one = outings.get(command.outing)
    if one is None:
        return refuse("outing.unknown")
    if one.ended:
        return refuse("outing.over", number=one.number)
    match command:
        case ConfirmOuting():
            if one.confirmed_by:
                return refuse("outing.confirmed", number=one.number)
            if (command.body, command.date) != (one.body, one.date):
                return refuse("outing.differs", number=one.number)
            return (OutingConfirmed(one.id, one.number, at_ms, by.person),)
        case PlanOuting(_, applicants, second_slot, note):
            if not 0 <= applicants <= MOST_APPLICANTS or len(note) > LONGEST_NOTE:
                return refuse("outing.applicants", most=MOST_APPLICANTS)
            if second_slot and minute_of(second_slot) is None:
                return refuse("outing.second_slot")
            return (OutingPlanned(one.id, one.number, applicants, second_slot, note.strip(), at_ms, by.person),)
        case TickOuting():
            return _tick(command, one, custody, profile, terms) or (
                OutingTicked(one.id, one.number, command.task, command.done, at_ms, by.person),
            )
        case CloseOuting():
            if not one.confirmed_by:
                return refuse("outing.unconfirmed", number=one.number)
            left = [task.ja for task in unticked(one, terms)]
            if left:
                return refuse("outing.unfinished", number=one.number, items=some(left))
            return (OutingClosed(one.id, one.number, at_ms, by.person),)
        case WithdrawOuting():
            if not 0 < len(command.reason.strip()) <= LONGEST_NOTE:
                return refuse("custody.reason")
            return (OutingWithdrawn(one.id, one.number, command.reason.strip(), at_ms, by.person),)


def _request(
    command: RequestOuting, outings: Outings, profile: Profile, context: Context, by: Signer
) -> tuple[OutingRequested] | Refusal:
    if not 0 < len(command.body.strip()) <= LONGEST_BODY:
        return refuse("outing.body", longest=LONGEST_BODY)
    if as_date(command.date) is None or command.date < iso_date(context.at_ms):
        return refuse("outing.date")
    if command.channel not in profile.reservation.channels:
        return refuse("outing.channel")
    if not 0 <= command.applicants <= MOST_APPLICANTS:
        return refuse("outing.applicants", most=MOST_APPLICANTS)
    number = f"訪-{len(outings) + 1:03}"
    body, at_ms = command.body.strip(), context.at_ms
    return (
        OutingRequested(
            context.index, number, body, command.date, command.channel, command.applicants, at_ms, by.person
        ),
    )


def _tick(command: TickOuting, one: Outing, custody: Custody, profile: Profile, terms: OutingTerms) -> Refusal | None:
    """Why a line is not ticked, or its tick not taken back."""
    if not one.confirmed_by:
        return refuse("outing.unconfirmed", number=one.number)
    task = next((task for task in terms.tasks if task.id == command.task), None)
    if task is None or (command.task in one.ticks) == command.done:
        return refuse("outing.task", number=one.number)
    if not command.done:
        return None
    if task.when != "before":
        unready = _not_ready(one, terms)
        if unready is not None:
            return unready
    elif [left.id for left in unticked(one, terms) if left.when == "before"] == [task.id]:
        if overfull(one, profile, terms):  # the last line makes it ready: how everybody is served is known by then
            return refuse("outing.too_many", have=one.applicants, most=target(profile, terms))
    if task.papers and papers_here(custody):
        return refuse("outing.papers_here", item=task.ja)
    return None


def evolve(outings: Outings, event: OutingEvent) -> Outings:
    replace = msgspec.structs.replace
    if isinstance(event, OutingRequested):
        one = Outing(
            event.outing, event.number, event.body, event.date, event.channel, event.applicants, event.at_ms, event.by
        )
        return outings.set(one.id, one)
    one = outings[event.outing]
    match event:
        case OutingConfirmed():
            one = replace(one, confirmed_by=event.by, confirmed_ms=event.at_ms)
        case OutingPlanned():
            one = replace(one, applicants=event.applicants, second_slot=event.second_slot, note=event.note)
        case OutingTicked(done=True):
            one = replace(one, ticks=one.ticks.set(event.task, Ticked(event.by, event.at_ms)))
        case OutingTicked():
            one = replace(one, ticks=one.ticks.delete(event.task))
        case OutingClosed():
            one = replace(one, ended="closed")
        case OutingWithdrawn():
            one = replace(one, ended="withdrawn")
    return outings.set(one.id, one)
