"""Rules of the day: opening pins the contract and the rules; closing needs every ticket, visit and sheet to have an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.contracts import consent
from hub.domain.custody import copies, custody, disposal, forms, left_behind, packing, storage
from hub.domain.day import readiness, session_day
from hub.domain.day.day import (
    RULES,
    CloseDay,
    DayClosed,
    DayCommand,
    DayEvent,
    DayOpened,
    ListedSlot,
    ListReservations,
    OpenDay,
    Phase,
    ReceptionResumed,
    ReceptionStopped,
    ReservationRow,
    ReservationsListed,
    ResumeReception,
    StopReception,
)
from hub.domain.moment import as_date, iso_date
from hub.domain.people import appointment, dossier
from hub.domain.personal import personal
from hub.domain.photo import print_rules as photo_print_rules
from hub.domain.queue import queue
from hub.domain.refusal import Refusal, refuse, some
from hub.domain.reservations import guidance, outing, slots

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.state import Booth


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
            if as_date(command.date) is None:
                return refuse("day.bad_date", date=command.date[:LONGEST_DATE])
            if booth.latest_ms and command.date < iso_date(booth.latest_ms):
                return refuse("day.before_latest", date=command.date)
            if not profile.has_event_type(command.event_type):
                return refuse("day.unknown_event", event=command.event_type)
            if not booth.training:  # practice is held on any day
                stray = session_day.opening(profile, booth.agreed, command.event_type, command.date)
                if stray is not None and stray.code == "day.not_agreed" and outing.governs(profile, command.event_type):
                    stray = None  # the city agrees to the day by confirming the booking, with its own key
                unbooked = outing.opening(booth.outings, profile, command.event_type, command.date)
                unnamed = appointment.missing(booth.appointed, profile, by.person, command.date)
                untrained = dossier.missing(booth.dossier, profile, by.person, command.date)
                unfit = stray or unbooked or unnamed or untrained
                if unfit is not None:
                    return unfit
            if command.reservation_only and not slots.booked_lanes(profile, command.event_type):
                return refuse("day.no_reservations", event=profile.event_type(command.event_type).ja)
            loose = custody.loose_sheets(booth.custody)
            if loose:  # a container of yesterday was opened again: its papers are sealed before today's are collected
                return refuse("day.papers_unsealed", count=loose)
            unready = readiness.opening(
                booth.readiness, profile, command.event_type, len(booth.identity.officers), context, by
            )
            if unready is not None:
                return unready
            return (
                DayOpened(
                    command.date,
                    command.event_type,
                    command.venue,
                    profile_hash,
                    RULES,
                    context.at_ms,
                    by.person,
                    command.reservation_only,
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
            late = _late(command, booth, profile)
            if late is not None:
                return late
            listed = tuple(
                ListedSlot(
                    row.number,
                    row.minute,
                    row.lane,
                    row.people,
                    row.subject,
                    personal.digest(row.sealed),
                    guidance.of_row(profile, row.told),
                )
                for row in command.rows
            )
            return (ReservationsListed(listed, context.at_ms, by.person),)
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
            return _close(booth, profile, context, by)


def _close(booth: Booth, profile: Profile, context: Context, by: Signer) -> tuple[DayEvent, ...] | Refusal:
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
    if booth.stills:
        return refuse("still.alive")
    if booth.identity.pending:
        return refuse("day.identity_open", count=len(booth.identity.pending))
    loose = custody.loose_sheets(booth.custody)
    if loose:
        return refuse("day.papers_unsealed", count=loose)
    blanks = forms.day_unaccounted(booth.forms, booth.custody, profile)
    if blanks is not None:
        return blanks
    lying = left_behind.day_unaccounted(booth.left)
    if lying is not None:
        return lying
    undone = disposal.day_unaccounted(booth.disposals, profile, iso_date(context.at_ms))
    if undone is not None:
        return undone
    kept_back = readiness.closing(booth.readiness, profile, iso_date(context.at_ms))
    if kept_back is not None:
        return kept_back
    printed = copies.day_unaccounted(booth.copies, booth.disposals)
    if printed is not None:
        return printed
    brought = packing.day_unaccounted(booth.packing, booth.incidents, profile)
    if brought is not None:
        return brought
    outside = storage.day_unaccounted(booth.stores, booth.custody, booth.transits, profile)
    if outside is not None:
        return outside
    return (DayClosed(booth.day.date, context.at_ms, by.person),)


def _late(command: ListReservations, booth: Booth, profile: Profile) -> Refusal | None:
    """A time outside the day's hours, or in an hour without a seat, beside what is listed already; None if all can be kept."""
    hours = session_day.hours(profile, booth.agreed, booth.day.event_type, booth.day.date)
    for row in command.rows:
        if slots.outside(row.minute, hours):
            return refuse("day.reservation_row", number=row.number, what="時刻（時間外）")
    again = {row.number for row in command.rows}
    taken = {
        number: slots.Slot(booth.slot_lanes[number], minute, booth.slot_people.get(number, 1))
        for number, minute in sorted(booth.slots.items())
        if number not in again
    }
    new = {row.number: slots.Slot(row.lane, row.minute, row.people) for row in command.rows}
    for number in slots.overfull(profile, taken | new):
        if number in new:
            return refuse("day.reservation_row", number=number, what="時刻（満席）")
    return None


LONGEST_DATE = 10
"""Characters of YYYY-MM-DD; what is longer is no date and is not repeated whole."""


def _wrong(row: ReservationRow, profile: Profile, seen: set[str]) -> str | None:
    """What is wrong with a reservation, in Japanese, or None. The importer refuses bad rows; this refuses bad lists."""
    if not row.number.strip() or row.number in seen:
        return "番号"
    if not profile.has_lane(row.lane):
        return "レーン"
    if not 1 <= row.people <= queue.MOST_PEOPLE:
        return "人数"
    if row.minute is not None and not 0 <= row.minute < queue.DAY_MINUTES:
        return "時刻"
    return None
