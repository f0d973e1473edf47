"""Incidents and complaints: one key from any screen, a first word to the city at once, a report by its deadline.

Facts are only added, never changed. What is written here stays in the record for ever, so nobody is named: tickets and
classes of papers say whom and what it touched. When a report is due is the contract's (`deadline.due_when`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.contracts import deadline
from hub.domain.contracts.values import Trigger
from hub.domain.incident import course as incident_course
from hub.domain.incident.category import Category
from hub.domain.incident.course import (
    LONGEST_DRAFT,
    UNKNOWN_ITEMS,
    CourseCommand,
    DraftSettled,
    IncidentRated,
    Measure,
    MeasureTaken,
    RateIncident,
    SettleDraft,
    TakeMeasure,
)
from hub.domain.moment import DAY_MS, iso_date
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import Queue

LONGEST_TEXT = 200
"""Characters of one fact: five rows of a terminal; more is told in a second one."""

MOST_FACTS = 50
"""Of one incident: the state holds them all, and a story of more than fifty steps is a report of its own."""

MOST_TICKETS = 100
"""A whole day's people at the smaller booths; who is affected beyond that is said in words."""

OLDEST_MS = 400 * DAY_MS
"""How long ago it may have happened: some were found only after the contract's year."""


class Fact(msgspec.Struct, frozen=True, array_like=True):
    text: str
    at_ms: int
    by: str


class Incident(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that reported it."""
    number: str
    """J-001, counted over the whole record: what people call it on the telephone."""
    category: Category
    happened_ms: int
    at_ms: int
    by: str
    tickets: tuple[str, ...] = ()
    """Numbers with their day ("2025-08-06/A-019"): they are given anew each day."""
    facts: tuple[Fact, ...] = ()
    told_ms: int = 0
    """When the city had its first word; 0: not yet."""
    told: str = ""
    report: bytes = b""
    """SHA-256 of the report that was handed in."""
    reported_ms: int = 0
    severity: str = ""
    """Empty: nobody has said yet how grave it is."""
    items: int = UNKNOWN_ITEMS
    """How many people's data it touched."""
    measures: tuple[Measure, ...] = ()


class Incidents(msgspec.Struct, frozen=True):
    open: Map[int, Incident] = Map()
    """Those that nobody has closed yet, of whatever day."""
    counted: int = 0
    drafts: Map[str, int] = Map()
    """What the record suggested and people have answered: the draft's name to when."""


# ------------------------------------------------------------------ commands and events


class ReportIncident(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="incident.report"):
    category: Category
    happened_ms: int
    """When it happened, as far as is known: not later than now."""
    tickets: tuple[int, ...]
    """Ids of today's tickets that it touched."""
    text: str
    draft: str = ""
    """The draft that this answers, where the record had suggested it."""


class AddFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="incident.add"):
    incident: int
    text: str


class TellCity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="incident.tell"):
    """The first word to the city was given: to which office, how."""

    incident: int
    told_ms: int
    whom: str


class SubmitReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="incident.submit"):
    """The report with this SHA-256 was handed to the city."""

    incident: int
    report: bytes
    whom: str


class CloseIncident(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="incident.close"):
    """Nothing is left to do; what is done so that it does not happen again."""

    incident: int
    measures: str


IncidentCommand = ReportIncident | AddFact | TellCity | SubmitReport | CloseIncident | CourseCommand | SettleDraft


class IncidentReported(msgspec.Struct, frozen=True, tag_field="kind", tag="incident.reported/1"):
    incident: int
    number: str
    category: Category
    happened_ms: int
    tickets: tuple[str, ...]
    text: str
    at_ms: int
    by: str
    draft: str = ""


class FactAdded(msgspec.Struct, frozen=True, tag_field="kind", tag="incident.fact_added/1"):
    incident: int
    number: str
    text: str
    at_ms: int
    by: str


class CityTold(msgspec.Struct, frozen=True, tag_field="kind", tag="incident.city_told/1"):
    incident: int
    number: str
    told_ms: int
    whom: str
    at_ms: int
    by: str


class ReportSubmitted(msgspec.Struct, frozen=True, tag_field="kind", tag="incident.report_submitted/1"):
    incident: int
    number: str
    report: bytes
    whom: str
    at_ms: int
    by: str


class IncidentClosed(msgspec.Struct, frozen=True, tag_field="kind", tag="incident.closed/1"):
    incident: int
    number: str
    measures: str
    at_ms: int
    by: str


IncidentEvent = (
    IncidentReported
    | FactAdded
    | CityTold
    | ReportSubmitted
    | IncidentClosed
    | IncidentRated
    | MeasureTaken
    | DraftSettled
)


# ------------------------------------------------------------------ questions


def next_number(incidents: Incidents) -> str:
    """What the next one is called."""
    return f"J-{incidents.counted + 1:03}"


def trigger(category: Category) -> Trigger:
    """Which of the contract's deadlines it starts."""
    return "complaint" if category is Category.COMPLAINT else "incident"


def dues(incident: Incident, profile: Profile) -> list[deadline.Due]:
    """What the contract wants reported about it, and by when; counted from the day on which it happened."""
    return deadline.due_when(profile, trigger(incident.category), dt.date.fromisoformat(iso_date(incident.happened_ms)))


def untold(incidents: Incidents) -> list[Incident]:
    """Those of which the city has not heard, oldest first."""
    return [one for _, one in sorted(incidents.open.items()) if not one.told_ms]


def unreported(incidents: Incidents, profile: Profile) -> list[Incident]:
    """Those whose report the contract wants and has not got, oldest first."""
    return [one for _, one in sorted(incidents.open.items()) if not one.reported_ms and dues(one, profile)]


# ------------------------------------------------------------------ decide and evolve


def decide(
    command: IncidentCommand,
    incidents: Incidents,
    queue: Queue,
    date: str,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[IncidentEvent, ...] | Refusal:
    """`date`: the open (or last) day, whose tickets are meant."""
    if isinstance(command, ReportIncident):
        return _report(command, incidents, queue, date, context, by)
    if isinstance(command, SettleDraft):
        return _settle(command, incidents, context, by)
    held = incidents.open.get(command.incident)
    if held is None:
        return refuse("incident.unknown")
    at_ms, number = context.at_ms, held.number
    match command:
        case AddFact():
            if len(held.facts) >= MOST_FACTS:
                return refuse("incident.full", number=number, longest=MOST_FACTS)
            return _bad_text(command.text) or (FactAdded(held.id, number, command.text.strip(), at_ms, by.person),)
        case TellCity():
            if held.told_ms:
                return refuse("incident.told_already", number=number)
            if not held.happened_ms <= command.told_ms <= at_ms:
                return refuse("incident.time")
            return _bad_text(command.whom) or (
                CityTold(held.id, number, command.told_ms, command.whom.strip(), at_ms, by.person),
            )
        case SubmitReport():
            if not held.told_ms:
                return refuse("incident.untold", number=number)
            if len(command.report) != SHA256_BYTES:
                return refuse("command.malformed", kind="incident.submit")
            return (
                incident_course.unreportable(held, profile)
                or _bad_text(command.whom)
                or (ReportSubmitted(held.id, number, command.report, command.whom.strip(), at_ms, by.person),)
            )
        case CloseIncident():
            if not held.told_ms:
                return refuse("incident.untold", number=number)
            if not held.reported_ms and dues(held, profile):
                return refuse("incident.report_missing", number=number)
            left = incident_course.steps_left(held, profile)
            if left:
                return refuse("incident.plan_open", number=number, step=left[0])
            return _bad_text(command.measures) or (
                IncidentClosed(held.id, number, command.measures.strip(), at_ms, by.person),
            )
        case RateIncident() | TakeMeasure():
            return incident_course.decide(command, held, profile, context, by)


SHA256_BYTES = 32


def _report(
    command: ReportIncident, incidents: Incidents, queue: Queue, date: str, context: Context, by: Signer
) -> tuple[IncidentEvent, ...] | Refusal:
    if not context.at_ms - OLDEST_MS <= command.happened_ms <= context.at_ms:
        return refuse("incident.time")
    if len(command.tickets) > MOST_TICKETS or len(set(command.tickets)) != len(command.tickets):
        return refuse("incident.tickets")
    if any(ticket not in queue.tickets for ticket in command.tickets):
        return refuse("incident.tickets")
    if len(command.draft) > LONGEST_DRAFT or command.draft in incidents.drafts:
        return refuse("incident.draft_answered")
    numbers = tuple(f"{date}/{queue.tickets[ticket].number}" for ticket in command.tickets)
    return _bad_text(command.text) or (
        IncidentReported(
            context.index,
            next_number(incidents),
            command.category,
            command.happened_ms,
            numbers,
            command.text.strip(),
            context.at_ms,
            by.person,
            command.draft,
        ),
    )


def _settle(
    command: SettleDraft, incidents: Incidents, context: Context, by: Signer
) -> tuple[DraftSettled, ...] | Refusal:
    if not 0 < len(command.draft) <= LONGEST_DRAFT or command.draft in incidents.drafts:
        return refuse("incident.draft_answered")
    return _bad_text(command.reason) or (DraftSettled(command.draft, command.reason.strip(), context.at_ms, by.person),)


def _bad_text(text: str) -> Refusal | None:
    return None if 0 < len(text.strip()) <= LONGEST_TEXT else refuse("incident.text", longest=LONGEST_TEXT)


def evolve(incidents: Incidents, event: IncidentEvent) -> Incidents:
    match event:
        case IncidentReported():
            new = Incident(
                event.incident, event.number, event.category, event.happened_ms, event.at_ms, event.by, event.tickets,
                (Fact(event.text, event.at_ms, event.by),),
            )  # fmt: skip
            drafts = incidents.drafts.set(event.draft, event.at_ms) if event.draft else incidents.drafts
            return Incidents(incidents.open.set(new.id, new), incidents.counted + 1, drafts)
        case DraftSettled():
            return msgspec.structs.replace(incidents, drafts=incidents.drafts.set(event.draft, event.at_ms))
        case IncidentClosed():
            return msgspec.structs.replace(incidents, open=incidents.open.delete(event.incident))
    held = incidents.open[event.incident]
    match event:
        case FactAdded():
            held = msgspec.structs.replace(held, facts=(*held.facts, Fact(event.text, event.at_ms, event.by)))
        case CityTold():
            held = msgspec.structs.replace(held, told_ms=event.told_ms, told=event.whom)
        case ReportSubmitted():
            held = msgspec.structs.replace(held, report=event.report, reported_ms=event.at_ms)
        case IncidentRated() | MeasureTaken():
            held = incident_course.evolve(held, event)
    return msgspec.structs.replace(incidents, open=incidents.open.set(held.id, held))
