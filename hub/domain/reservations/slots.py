"""Whether a reservation's time can be kept: inside the day's hours, in an hour with a free seat, asked for early enough.

A lane's seats of an hour are the contract's rate for it (Chiba 第1 5: application 12, delivery 3); people take seats, not
reservations, so a family of three takes three. More than the contract expects of a whole day is warned of, not refused.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hub.domain.reservations.reasons import sentences
from hub.domain.reservations.reservation import Import, Problem

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Lane
    from hub.domain.day.session_day import Hours

HOUR = 60


class Slot(NamedTuple):
    """What a reservation takes: its lane, its minute of the day (None: no time was given) and how many seats."""

    lane: str
    minute: int | None
    people: int


class FreeSeats(NamedTuple):
    """What an hour of a lane has left; `free` None: the contract states no rate for it."""

    lane: str
    hour: int
    seats: int | None
    taken: int
    free: int | None


def outside(minute: int | None, hours: Hours | None) -> bool:
    """Whether a reservation begins before the day's first minute or at its last or later (15:00 of 9:00-15:00 does)."""
    return minute is not None and hours is not None and not hours[0] <= minute < hours[1]


def overfull(profile: Profile, slots: Mapping[str, Slot]) -> Iterator[str]:
    """The reservations that find no seat left in their hour, in the order of the mapping."""
    taken: Counter[tuple[str, int]] = Counter()
    for number, slot in slots.items():
        if slot.minute is None or not profile.has_lane(slot.lane):
            continue
        seats, hour = profile.lane(slot.lane).per_hour, (slot.lane, slot.minute // HOUR)
        if seats is not None and taken[hour] + slot.people > seats:
            yield number
        else:
            taken[hour] += slot.people


def bookable(profile: Profile, asked: dt.date, wished: dt.date) -> bool:
    """Whether a visit on `wished` can be asked for on `asked`: not before the window opens (Chiba 第2 1(1)イ: 30 days)."""
    window = profile.reservation.window_days
    return asked <= wished and (window is None or wished - asked <= dt.timedelta(days=window))


def fit(found: Import, profile: Profile, default_lane: str, hours: Hours | None) -> Import:
    """The import without the rows whose time cannot be kept: each is a problem of its line, and the counts still add up."""
    if found.refused:
        return found
    lanes = [row.lane or default_lane for row in found.rows]
    slots = {row.number: Slot(lane, row.slot, row.people) for row, lane in zip(found.rows, lanes, strict=True)}
    late = {number for number, slot in slots.items() if outside(slot.minute, hours)}
    full = set(overfull(profile, {number: slot for number, slot in slots.items() if number not in late}))
    rows, lines, problems = [], [], list(found.problems)
    for row, line in zip(found.rows, found.lines, strict=True):
        if row.number in late and hours is not None:
            problems.append(
                _problem(line, found.time_column, "slot.hours", first=clock(hours[0]), last=clock(hours[1]))
            )
        elif row.number in full:
            lane = profile.lane(slots[row.number].lane)
            problems.append(_problem(line, found.time_column, "slot.full", lane=lane.ja, seats=str(lane.per_hour)))
        else:
            rows.append(row)
            lines.append(line)
    problems.sort(key=lambda problem: problem.line)
    return msgspec.structs.replace(found, rows=rows, lines=tuple(lines), problems=problems)


def warnings(profile: Profile, slots: Iterable[Slot]) -> list[str]:
    """What is more than the contract expects of a day, in Japanese: a lane's people, and everybody's."""
    said, all_of = [], list(slots)
    for lane in profile.lanes:
        people = sum(slot.people for slot in all_of if slot.lane == lane.id)
        if lane.per_day is not None and people > lane.per_day:
            said.append(f"{lane.ja}の予約が{people}人です（1日{lane.per_day}人の想定）")
    people = sum(slot.people for slot in all_of)
    for volume in profile.volumes:
        if volume.unit in PER_EVENT and people > volume.value:
            said.append(f"予約が{people}件です（{volume.ja} {volume.value}件の想定）")
    return said


PER_EVENT = frozenset({"cases_per_event", "persons_per_event"})


def busy(profile: Profile, lane_id: str, minute: int, issued: Iterable[int]) -> str:
    """Whether one more in this lane's hour is more than it serves, in Japanese, or empty; `issued`: minutes of its tickets."""
    lane = profile.lane(lane_id)
    hour = minute // HOUR
    count = sum(one // HOUR == hour for one in issued) + 1
    if lane.per_hour is None or count <= lane.per_hour:
        return ""
    return f"。この時間{count}人目（{lane.per_hour}人の枠）お待たせします"


def free_seats(profile: Profile, event_type: str, hours: Hours, slots: Iterable[Slot]) -> list[FreeSeats]:
    """Every hour of the lanes that take reservations, with what is left of it; a last hour cut short has its share."""
    taken: Counter[tuple[str, int]] = Counter()
    for slot in slots:
        if slot.minute is not None:
            taken[(slot.lane, slot.minute // HOUR)] += slot.people
    rows = []
    for lane in booked_lanes(profile, event_type):
        for hour in range(hours[0] // HOUR, (hours[1] + HOUR - 1) // HOUR):
            minutes = min(hours[1], (hour + 1) * HOUR) - max(hours[0], hour * HOUR)
            seats = None if lane.per_hour is None else lane.per_hour * minutes // HOUR
            used = taken[(lane.id, hour)]
            rows.append(FreeSeats(lane.id, hour, seats, used, None if seats is None else max(0, seats - used)))
    return rows


def booked_lanes(profile: Profile, event_type: str) -> list[Lane]:
    """The lanes of an event whose visits can be reserved, by the contract."""
    booked = profile.reservation.applies_to_lanes
    return [
        lane
        for lane in profile.lanes_of(event_type)
        if lane.reservation in ("yes", "optional") and (not booked or lane.id in booked)
    ]


def clock(minute: int) -> str:
    """HH:MM of a minute of the day."""
    return f"{minute // HOUR:02}:{minute % HOUR:02}"


def _problem(line: int, column: str, code: str, **data: str) -> Problem:
    ja, en = sentences(code, data)
    return Problem(line, column, code, ja, en)
