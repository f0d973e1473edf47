"""Sessions, averages and categories over all days of a contract, against what it plans: derived, never typed, no floats."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from hub.domain.contracts import calendar

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.reports.counts import DayCounts

AT_LEAST = frozenset({"min"})
"""Bases of a number that a contract demands; the others are expectations."""


class Progress(NamedTuple):
    """How many of what a contract plans; `short`: how many are missing of a number that it demands."""

    id: str
    ja: str
    done: int
    planned: int
    short: int

    @property
    def words(self) -> str:
        """37/100, and what is missing where the contract says 以上."""
        lacking = f"（{self.planned}回以上 未達 {self.short}）" if self.short else ""
        return f"{self.ja} {self.done}/{self.planned}{lacking}"


class Average(NamedTuple):
    """A mean in tenths against its target; `percent` of the target, rounded."""

    ja: str
    tenths: int
    target: int
    percent: int
    days: int

    @property
    def words(self) -> str:
        return f"{self.ja} {self.tenths // 10}.{self.tenths % 10}／{self.target}（{self.percent}%、{self.days}日）"


class Category(NamedTuple):
    """A month's count of a category against the expected one; `permille`: the difference in tenths of a percent."""

    ja: str
    number: int
    expected: int
    permille: int

    @property
    def words(self) -> str:
        sign = "+" if self.permille >= 0 else "-"
        return f"{self.ja} {self.number}/{self.expected} {sign}{abs(self.permille) // 10}.{abs(self.permille) % 10}%"


def sessions(profile: Profile, events: Iterable[str]) -> list[Progress]:
    """Sessions of each type and of each sum that the contract names; `events`: the type of every session, held or planned."""
    of = Counter(events)
    rows = []
    for event in profile.event_types:
        if event.sessions is not None:
            short = max(0, event.sessions - of[event.id]) if event.sessions_kind in AT_LEAST else 0
            rows.append(Progress(event.id, event.ja, of[event.id], event.sessions, short))
    for volume in profile.volumes:
        if volume.unit == "events" and len(volume.event_types) > 1:
            done = sum(of[event] for event in volume.event_types)
            short = max(0, volume.value - done) if volume.basis in AT_LEAST else 0
            rows.append(Progress(volume.id, volume.ja, done, volume.value, short))
    return rows


def weeks(profile: Profile, days_of: Iterable[tuple[str, str]], period: str = "") -> list[str]:
    """Weeks whose days are not the contract's mix of weekdays and holidays, in Japanese; (ISO date, event type).

    Of a period (2022-08) those that end in it: a week that two months share is judged once, when it is whole.
    """
    days: dict[tuple[int, int], set[dt.date]] = {}
    mixed = {event.id: event for event in profile.event_types if event.weekdays_a_week or event.holidays_a_week}
    said = []
    for date, event_id in days_of:
        if event_id in mixed:
            day = dt.date.fromisoformat(date)
            days.setdefault(day.isocalendar()[:2], set()).add(day)
    for (year, week), held in sorted(days.items()):
        if not dt.date.fromisocalendar(year, week, 7).isoformat().startswith(period):
            continue
        free = sum(calendar.closed_reason(profile.calendar, day) is not None for day in held)
        for event in mixed.values():
            want, rest = event.weekdays_a_week or 0, event.holidays_a_week or 0
            if (len(held) - free, free) != (want, rest):
                monday = dt.date.fromisocalendar(year, week, 1)
                said.append(f"{monday} の週は平日{len(held) - free}日・休日{free}日です（平日{want}日・休日{rest}日）")
    return said


def averages(profile: Profile, days: Iterable[DayCounts]) -> list[Average]:
    """The mean of finished visits a day of each type for which the contract has a target."""
    held = list(days)
    rows = []
    for volume in profile.volumes:
        counts = [received(one) for one in held if one.event_type in volume.event_types]
        if volume.basis == "target_average" and counts:
            tenths = (sum(counts) * 20 + len(counts)) // (2 * len(counts))  # half of a tenth is rounded up
            percent = (sum(counts) * 200 + len(counts) * volume.value) // (2 * len(counts) * volume.value)
            rows.append(Average(volume.ja, tenths, volume.value, percent, len(counts)))
    return rows


def categories(profile: Profile, days: Iterable[DayCounts]) -> list[Category]:
    """Finished visits of a month per category for which the contract expects a number; calls are the telephone's."""
    counts: Counter[str] = Counter()
    for one in days:
        counts.update(one.session.visits)
        counts["phone"] += sum(sum(topics.values()) for topics in one.calls.values())
    return [
        Category(volume.ja, counts[volume.id], volume.value, _permille(counts[volume.id], volume.value))
        for volume in profile.volumes
        if volume.unit == "cases_per_month" and (volume.id == "phone" or volume.id in {m.id for m in profile.methods})
    ]


def received(day: DayCounts) -> int:
    """Visits that were finished in a session."""
    return sum(day.session.visits.values())


def total(counts: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, int]:
    """Counts per category over days, their topics together."""
    summed: Counter[str] = Counter()
    for one in counts:
        for category, topics in one.items():
            summed[category] += sum(topics.values())
    return dict(sorted(summed.items()))


def _permille(count: int, expected: int) -> int:
    """The difference in tenths of a percent, rounded half away from zero."""
    difference = count - expected
    size = (abs(difference) * 2000 + expected) // (2 * expected)
    return size if difference >= 0 else -size
