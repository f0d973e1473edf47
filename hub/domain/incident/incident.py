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
from hub.domain.incident.category import Category
from hub.domain.moment import iso_date

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile

UNKNOWN_ITEMS = -1
"""Of people's data touched: nobody has said yet how many."""


class Fact(msgspec.Struct, frozen=True, array_like=True):
    text: str
    at_ms: int
    by: str


class Measure(msgspec.Struct, frozen=True, array_like=True):
    """A step of the plan that was taken."""

    step: int
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


class SettleDraft(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="incident.settle_draft"
):
    """What the record suggested is no incident, and why."""

    draft: str
    reason: str


class DraftSettled(msgspec.Struct, frozen=True, tag_field="kind", tag="incident.draft_settled/1"):
    draft: str
    reason: str
    at_ms: int
    by: str


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
