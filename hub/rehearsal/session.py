"""Which session is rehearsed: the event type, the day and the hours, by the contract's own rules."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.domain.contracts import calendar
from hub.domain.contracts.contract import Profile
from hub.domain.moment import JAPAN_MS, minute_of

SEARCH_DAYS = 400
"""Contracts run for a year at most: a session farther away is no help to anybody."""

SETUP_MS = 10 * 60_000
"""Booths are set up in half an hour (Chiba 第1 8(2)); the last ten minutes of it are the hub's and its people's."""

PRACTISING = "staff-4"
"""Whose place a person takes who practises at the terminal; the other clerks are actors."""

PRACTICE_HOURS = ("10:00", "16:00")
"""Where the contract states no hours: the middle of a shop's day, when such booths are held."""


class NoSession(Exception):
    """The contract holds no session then; `ja` and `en` say why and name the nearest ones."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(f"{ja} / {en}")
        self.ja, self.en = ja, en


class Practice(msgspec.Struct, frozen=True):
    """One session to be rehearsed; hours are ms since the epoch, UTC."""

    date: dt.date
    event_type: str
    venue: str
    open_ms: int
    close_ms: int
    notes: tuple[str, ...] = ()
    """What was assumed because the contract is silent, in Japanese."""


def choose(profile: Profile, event_type: str | None, date: dt.date | None, venue: str | None) -> Practice:
    """The session of that event type (default: the first) on that day (default: the first); NoSession if there is none."""
    if event_type is None:
        event_type = profile.event_types[0].id
    if not profile.has_event_type(event_type):
        known = "、".join(event.id for event in profile.event_types)
        raise NoSession(
            f"この契約に「{event_type}」という開催の種類はありません。あるのは {known} です。",
            f"no event type {event_type}; there is {known}",
        )
    found = _first(profile, event_type) if date is None else _held(profile, event_type, date)
    if found is None or found.date is None:
        raise _no_session(profile, event_type, date)
    notes = []
    if found.open is None or found.close is None:
        notes.append(f"開催時間の記載がないため、{PRACTICE_HOURS[0]}から{PRACTICE_HOURS[1]}で訓練します。")
    if "dates_by_agreement" in found.warnings:
        notes.append("開催日は市との協議で決まります。契約にかなう日で訓練します。")
    opens, closes = (found.open, found.close) if found.open and found.close else PRACTICE_HOURS
    kind = profile.event_type(event_type).venue_type
    named = next((known.ja for known in profile.venue_types if known.id == kind), "会場")
    return Practice(
        date=found.date,
        event_type=event_type,
        venue=venue or named.split("・")[0],
        open_ms=at(found.date, opens),
        close_ms=at(found.date, closes),
        notes=tuple(notes),
    )


def at(day: dt.date, hour_minute: str) -> int:
    """That time (HH:MM) of that day in Japan, in ms since the epoch."""
    minute = minute_of(hour_minute)
    assert minute is not None, hour_minute
    midnight = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()) * 1000 - JAPAN_MS
    return midnight + minute * 60_000


def _held(profile: Profile, event_type: str, day: dt.date) -> calendar.Session | None:
    """The session of that day. Where the contract dates its days itself, what is only "by agreement" opens no others
    (Nagaoka 6(3) speaks of longer hours, Niigata 8.1(1) is silent on the turn of the year)."""
    found = calendar.session_on(profile, event_type, day)
    if found is None or "dates_by_agreement" not in found.warnings:
        return found
    rules = [rule for rule in profile.session_rules if rule.event_type in (None, event_type)]
    named = next(rule for rule in rules if rule.id == found.rule)
    dated = any(rule.dated and rule.channel == "counter" for rule in rules)
    return None if dated and not named.weekdays else found


def _first(profile: Profile, event_type: str) -> calendar.Session | None:
    day = calendar.service_begins(profile)
    for number in range(SEARCH_DAYS):
        found = _held(profile, event_type, day + number * calendar.DAY)
        if found is not None:
            return found
    return None


def _no_session(profile: Profile, event_type: str, date: dt.date | None) -> NoSession:
    if date is None:
        return NoSession("この契約の開催日が定まりません。", "the contract's rules give no session")
    near = [day for day in _near(date) if _held(profile, event_type, day) is not None]
    named = sorted(near[:NAMED])
    reason = _why(profile, date)
    if not named:
        return NoSession(
            f"{calendar.japanese_date(date)} は開催日ではありません（{reason}）。", f"no session on {date}"
        )
    days = "、".join(f"{day.isoformat()}（{calendar.WEEKDAYS_JA[day.weekday()]}）" for day in named)
    english = ", ".join(day.isoformat() for day in named)
    return NoSession(
        f"{calendar.japanese_date(date)} は開催日ではありません（{reason}）。近い開催日は {days} です。",
        f"no session on {date}; the nearest are {english}",
    )


NAMED = 4
"""Nearest sessions that are named: enough to see the rhythm of the contract."""


def _near(date: dt.date) -> list[dt.date]:
    """Days around a date, the nearest first."""
    return [date + sign * number * calendar.DAY for number in range(1, SEARCH_DAYS) for sign in (1, -1)]


def _why(profile: Profile, date: dt.date) -> str:
    if date < calendar.service_begins(profile):
        return "業務の開始前"
    if date > profile.contract.end_date:
        return "契約期間の終了後"
    for session in calendar.sessions(profile):
        if session.shifted_from == date and session.date is not None:
            return f"{session.date.isoformat()}に振替"
    for closed in calendar.closed_days(profile):
        if closed.date == date:
            return closed.reason
    return calendar.closed_reason(profile.calendar, date) or "契約の定める開催日に当たらない"
