"""The day: what is asked and told of it, and how it stands. Its rules: rules.py."""

from __future__ import annotations

import enum

import msgspec

from hub.domain.moment import DAY_MS, JAPAN_MS, iso_date, local_minute

RULES = "2"
"""Number of the rules by which commands lead to events. day.opened pins it, and replay knows this one only.

Whoever changes what older commands lead to, or how they and their events are written, raises it, and the program's
VERSION with it: tests/kept fails until then, and says what may change without. A record is checked to its end by the
program whose number it has, so another number comes to a deployment before its first day, on all its machines at once.
A mend by which a rule refuses what it took by mistake raises VERSION alone: all other records are still checked to their
end, and of an entry that an older program let pass it is said that another version decided it.
"""

__all__ = [
    "DAY_MS", "JAPAN_MS", "RULES", "CloseDay", "Day", "DayClosed", "DayCommand", "DayEvent", "DayOpened",
    "ListReservations", "ListedSlot", "OpenDay", "Phase", "ReceptionResumed", "ReceptionStopped", "ReservationRow",
    "ReservationsListed", "ResumeReception", "StopReception", "evolve", "iso_date", "local_minute",
]  # fmt: skip
# the times of Japan stand in moment, and are the day's too


class Phase(enum.StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    STOPPED = "stopped"  # no new numbers; those who wait are still served


class Day(msgspec.Struct, frozen=True):
    phase: Phase = Phase.CLOSED
    date: str = ""
    """ISO date of the open (or last) day."""
    event_type: str = ""
    venue: str = ""
    rules: str = RULES
    profile: bytes = b""
    """SHA-256 of the pinned profile."""
    opened_ms: int = 0
    opened_at: int = 0
    reservation_only: bool = False
    closed_ms: int = 0


class OpenDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="day.open"):
    date: str
    event_type: str
    venue: str
    profile: bytes
    clock_confirmed: bool
    """A person compared the date with a watch: a Pi without a network has no clock."""
    reservation_only: bool = False
    """Nobody is received without a reservation (Niigata 8.4(2))."""


class StopReception(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="day.stop_reception"
):
    """No more numbers today; those who wait are still served."""


class ResumeReception(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="day.resume_reception"
):
    """Reception was stopped too early: numbers are issued again."""


class CloseDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="day.close"):
    pass


class ReservationRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: str
    minute: int | None
    lane: str
    people: int
    sealed: bytes = b""
    """Name, birth date, phone and note, each under a key of its own; empty where the site works number-only."""
    subject: str = ""
    """By what name the vault holds the key; never used before."""
    told: bool = False
    """The list says 案内済 (hub.domain.reservations.guidance)."""


class ListReservations(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="day.reservations"
):
    """The day's reservations. What names a person is sealed per reservation; the queue sees number, time and lane."""

    rows: tuple[ReservationRow, ...]


DayCommand = OpenDay | StopReception | ResumeReception | CloseDay | ListReservations


class DayOpened(msgspec.Struct, frozen=True, tag_field="kind", tag="day.opened/1"):
    date: str
    event_type: str
    venue: str
    profile: bytes
    rules: str
    at_ms: int
    by: str
    reservation_only: bool = False


class ReceptionStopped(msgspec.Struct, frozen=True, tag_field="kind", tag="day.reception_stopped/1"):
    at_ms: int
    by: str


class ReceptionResumed(msgspec.Struct, frozen=True, tag_field="kind", tag="day.reception_resumed/1"):
    at_ms: int
    by: str


class DayClosed(msgspec.Struct, frozen=True, tag_field="kind", tag="day.closed/1"):
    date: str
    at_ms: int
    by: str


class ListedSlot(msgspec.Struct, frozen=True):
    number: str
    minute: int | None
    lane: str
    people: int
    subject: str = ""
    """By what name the vault holds the key of what was sealed (empty: nothing was)."""
    digest: bytes = b""
    """SHA-256 of the sealed bytes."""
    guidance: str = ""
    """Whether its people were told what to bring: `owed`, `told`, or empty where the contract does not ask."""


class ReservationsListed(msgspec.Struct, frozen=True, tag_field="kind", tag="day.reservations_listed/1"):
    slots: tuple[ListedSlot, ...]
    at_ms: int
    by: str


DayEvent = DayOpened | ReceptionStopped | ReceptionResumed | DayClosed | ReservationsListed


def evolve(day: Day, event: DayEvent, index: int) -> Day:
    match event:
        case DayOpened():
            return Day(
                Phase.OPEN,
                event.date,
                event.event_type,
                event.venue,
                event.rules,
                event.profile,
                event.at_ms,
                index,
                event.reservation_only,
            )
        case ReceptionStopped():
            return msgspec.structs.replace(day, phase=Phase.STOPPED)
        case ReceptionResumed():
            return msgspec.structs.replace(day, phase=Phase.OPEN)
        case DayClosed():
            return msgspec.structs.replace(day, phase=Phase.CLOSED, closed_ms=event.at_ms)
        case ReservationsListed():
            return day
