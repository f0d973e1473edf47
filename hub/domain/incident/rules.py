"""What may be done about an incident, and what is known of it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.incident import course
from hub.domain.incident.course import CourseCommand, IncidentRated, MeasureTaken, RateIncident, TakeMeasure
from hub.domain.incident.incident import (
    AddFact,
    CityTold,
    CloseIncident,
    DraftSettled,
    Fact,
    FactAdded,
    Incident,
    IncidentClosed,
    IncidentReported,
    Incidents,
    ReportIncident,
    ReportSubmitted,
    SettleDraft,
    SubmitReport,
    TellCity,
    dues,
    next_number,
)
from hub.domain.moment import DAY_MS
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

LONGEST_DRAFT = 60
"""Characters of a draft's name: what it is about, and a number or a container's id."""

SHA256_BYTES = 32

IncidentCommand = ReportIncident | AddFact | TellCity | SubmitReport | CloseIncident | CourseCommand | SettleDraft

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
                course.unreportable(held, profile)
                or _bad_text(command.whom)
                or (ReportSubmitted(held.id, number, command.report, command.whom.strip(), at_ms, by.person),)
            )
        case CloseIncident():
            if not held.told_ms:
                return refuse("incident.untold", number=number)
            if not held.reported_ms and dues(held, profile):
                return refuse("incident.report_missing", number=number)
            left = course.steps_left(held, profile)
            if left:
                return refuse("incident.plan_open", number=number, step=left[0])
            return _bad_text(command.measures) or (
                IncidentClosed(held.id, number, command.measures.strip(), at_ms, by.person),
            )
        case RateIncident() | TakeMeasure():
            return course.decide(command, held, profile, context, by)


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
            held = course.evolve(held, event)
    return msgspec.structs.replace(incidents, open=incidents.open.set(held.id, held))
