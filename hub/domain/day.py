"""The day: opening pins the contract and the rules; closing needs every ticket, visit, request and sheet to have an end."""

from __future__ import annotations

import datetime
import enum
from typing import TYPE_CHECKING

import msgspec

from hub.domain import consent, custody, personal, photo_print_rules, queue
from hub.domain.moment import DAY_MS, JAPAN_MS, iso_date, local_minute
from hub.domain.refusal import Refusal, refuse, some

if TYPE_CHECKING:
    from hub.domain.booth import Booth
    from hub.domain.contract import Profile
    from hub.domain.moment import Context, Signer

RULES = "1"
"""Version of these rules. day.opened pins it; replay runs under the version that a day was opened with."""

__all__ = [
    "DAY_MS", "JAPAN_MS", "RULES", "CloseDay", "Day", "DayClosed", "DayCommand", "DayEvent", "DayOpened",
    "ListReservations", "ListedSlot", "OpenDay", "Phase", "ReceptionResumed", "ReceptionStopped", "ReservationRow",
    "ReservationsListed", "ResumeReception", "StopReception", "decide", "evolve", "iso_date", "local_minute",
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


class OpenDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="day.open"):
    date: str
    event_type: str
    venue: str
    profile: bytes
    clock_confirmed: bool
    """A person compared the date with a watch: a Pi without a network has no clock."""


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


class ReservationsListed(msgspec.Struct, frozen=True, tag_field="kind", tag="day.reservations_listed/1"):
    slots: tuple[ListedSlot, ...]
    at_ms: int
    by: str


DayEvent = DayOpened | ReceptionStopped | ReceptionResumed | DayClosed | ReservationsListed


def decide(
    command: DayCommand, booth: Booth, profile: Profile, profile_hash: bytes, context: Context, by: Signer
) -> tuple[DayEvent, ...] | Refusal:
    day = booth.day
    match command:
        case OpenDay():
            if day.phase is not Phase.CLOSED:
                return refuse("day.already_open", date=day.date)
            if command.profile != profile_hash:
                return refuse("day.wrong_profile")
            if not command.clock_confirmed:
                return refuse("day.clock_unconfirmed")
            if not _is_date(command.date):
                return refuse("day.bad_date", date=command.date[:LONGEST_DATE])
            if booth.latest_ms and command.date < iso_date(booth.latest_ms):
                return refuse("day.before_latest", date=command.date)
            if not profile.has_event_type(command.event_type):
                return refuse("day.unknown_event", event=command.event_type)
            loose = custody.loose_sheets(booth.custody)
            if loose:  # a container of yesterday was opened again: its papers are sealed before today's are collected
                return refuse("day.papers_unsealed", count=loose)
            return (
                DayOpened(
                    command.date,
                    command.event_type,
                    command.venue,
                    profile_hash,
                    RULES,
                    context.at_ms,
                    by.person,
                ),
            )
        case ListReservations():
            if day.phase is not Phase.OPEN:
                return refuse("day.not_open")
            if any(row.sealed for row in command.rows) and not consent.may_keep(profile, booth.training, day.date):
                return refuse("consent.number_only")
            seen: set[str] = set()
            sealed: set[str] = set()
            for row in command.rows:
                wrong = _wrong(row, profile, seen)
                if wrong is None and personal.wrong_seal(row, booth.personal, sealed):
                    wrong = "封"
                if wrong is not None:
                    return refuse("day.reservation_row", number=row.number, what=wrong)
                seen.add(row.number)
                sealed.add(row.subject)
            slots = tuple(
                ListedSlot(row.number, row.minute, row.lane, row.people, row.subject, personal.digest(row.sealed))
                for row in command.rows
            )
            return (ReservationsListed(slots, context.at_ms, by.person),)
        case StopReception():
            if day.phase is Phase.CLOSED:
                return refuse("day.not_open")
            if day.phase is Phase.STOPPED:
                return refuse("day.reception_stopped")
            return (ReceptionStopped(context.at_ms, by.person),)
        case ResumeReception():
            if day.phase is Phase.CLOSED:
                return refuse("day.not_open")
            if day.phase is Phase.OPEN:
                return refuse("day.reception_running")
            return (ReceptionResumed(context.at_ms, by.person),)
        case CloseDay():
            return _close(booth, context, by)


def _close(booth: Booth, context: Context, by: Signer) -> tuple[DayEvent, ...] | Refusal:
    if booth.day.phase is Phase.CLOSED:
        return refuse("day.not_open")
    if booth.day.phase is Phase.OPEN:
        return refuse("day.reception_running")
    tickets = queue.open_tickets(booth.queue)
    if tickets:
        numbers = some([ticket.number for ticket in tickets])
        return refuse("day.tickets_open", count=len(tickets), numbers=numbers)
    if booth.visits.open:
        return refuse("day.visits_open", count=booth.visits.open)
    if booth.photos.living is not None:
        return refuse("photo.alive", number=booth.photos.living.number)
    unaccounted = photo_print_rules.day_unaccounted(booth.prints)
    if unaccounted is not None:
        return unaccounted
    if booth.identity.pending:
        return refuse("day.identity_open", count=len(booth.identity.pending))
    loose = custody.loose_sheets(booth.custody)
    if loose:
        return refuse("day.papers_unsealed", count=loose)
    return (DayClosed(booth.day.date, context.at_ms, by.person),)


LONGEST_DATE = 10
"""Characters of YYYY-MM-DD; what is longer is no date and is not repeated whole."""


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _wrong(row: ReservationRow, profile: Profile, seen: set[str]) -> str | None:
    """What is wrong with a reservation, in Japanese, or None. The importer refuses bad rows; this refuses bad lists."""
    if not row.number.strip() or row.number in seen:
        return "番号"
    if not queue.has_lane(profile, row.lane):
        return "レーン"
    if not 1 <= row.people <= queue.MOST_PEOPLE:
        return "人数"
    if row.minute is not None and not 0 <= row.minute < queue.DAY_MINUTES:
        return "時刻"
    return None


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
            )
        case ReceptionStopped():
            return msgspec.structs.replace(day, phase=Phase.STOPPED)
        case ReceptionResumed():
            return msgspec.structs.replace(day, phase=Phase.OPEN)
        case DayClosed():
            return msgspec.structs.replace(day, phase=Phase.CLOSED)
        case ReservationsListed():
            return day
