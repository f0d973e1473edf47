"""What is known and done between an incident's first word and its end: how grave it is, how many people's data it
touched, and the steps of the contract's emergency plan (緊急時対応計画), each with its time.

A number that nobody has said is not nought: it stays unknown, and holds up a report for which the contract wants it.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from hub.domain.incident.incident import UNKNOWN_ITEMS, Incident, Measure
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer

MOST_ITEMS = 100_000
"""More than a booth meets in all the years of a contract: a slip of the finger, not a number of people."""


class Severity(enum.StrEnum):
    """How soon the city must know; the order is that of the menu."""

    GRAVE = "grave"  # 重大: people may be harmed by it; told at once
    URGENT = "urgent"  # 緊急: work stands still, or it grows while one waits; told at once
    ORDINARY = "ordinary"  # told with the report that the contract wants


AT_ONCE = frozenset({Severity.GRAVE, Severity.URGENT})


class RateIncident(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="incident.rate"):
    """How grave it is and how many people's data it touched, as far as is known now; the last word counts."""

    incident: int
    severity: Severity
    items: int = UNKNOWN_ITEMS


class TakeMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="incident.measure"):
    """A step of the contract's plan, counted from 0, was taken."""

    incident: int
    step: int


class IncidentRated(msgspec.Struct, frozen=True, tag_field="kind", tag="incident.rated/1"):
    incident: int
    number: str
    severity: Severity
    items: int
    at_ms: int
    by: str


class MeasureTaken(msgspec.Struct, frozen=True, tag_field="kind", tag="incident.measure_taken/1"):
    incident: int
    number: str
    step: int
    at_ms: int
    by: str


CourseCommand = RateIncident | TakeMeasure
CourseEvent = IncidentRated | MeasureTaken


def plan(held: Incident, profile: Profile) -> tuple[str, ...]:
    """The steps of the plan that this incident opens; empty where the contract has none for its category."""
    found = profile.incident
    return found.plan if found is not None and held.category in found.plan_opens_with else ()


def unreportable(held: Incident, profile: Profile) -> Refusal | None:
    """Why no report of it can be issued yet: the contract wants the number of items (Koganei 特記19条1: 件数)."""
    wanted = profile.incident is not None and held.category in profile.incident.counts_items
    if wanted and held.items == UNKNOWN_ITEMS:
        return refuse("incident.items_missing", number=held.number)
    return None


def steps_left(held: Incident, profile: Profile) -> tuple[str, ...]:
    """Steps of the plan that nobody has taken yet."""
    taken = {one.step for one in held.measures}
    return tuple(words for step, words in enumerate(plan(held, profile)) if step not in taken)


def untold_ms(held: Incident, now_ms: int) -> int:
    """How long the city has not heard of it, from when it was noted; 0 once it has."""
    return 0 if held.told_ms else max(0, now_ms - held.at_ms)


def decide(
    command: CourseCommand, held: Incident, profile: Profile, context: Context, by: Signer
) -> tuple[CourseEvent, ...] | Refusal:
    if isinstance(command, RateIncident):
        if not UNKNOWN_ITEMS <= command.items <= MOST_ITEMS:
            return refuse("incident.items", most=MOST_ITEMS)
        return (IncidentRated(held.id, held.number, command.severity, command.items, context.at_ms, by.person),)
    if not 0 <= command.step < len(plan(held, profile)):
        return refuse("incident.no_step", number=held.number)
    if any(one.step == command.step for one in held.measures):
        return refuse("incident.step_taken", number=held.number)
    return (MeasureTaken(held.id, held.number, command.step, context.at_ms, by.person),)


def evolve(held: Incident, event: CourseEvent) -> Incident:
    if isinstance(event, IncidentRated):
        return msgspec.structs.replace(held, severity=event.severity, items=event.items)
    taken = Measure(event.step, event.at_ms, event.by)
    return msgspec.structs.replace(held, measures=(*held.measures, taken))
