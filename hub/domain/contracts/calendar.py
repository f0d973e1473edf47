"""Days: which are closed, when a contract's sessions are held, and how a date is written in Japanese.

Business days follow the law of 行政機関の休日 (weekend, national holidays, 29 December to 3 January) wherever the
contract does not say otherwise. What only the city can decide is said in a warning and never guessed.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator

import jpholiday
from msgspec import Struct

from hub.domain.contracts.contract import Calendar, Profile
from hub.domain.contracts.procedure import SessionRule

DAY = dt.timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1948, 2150
"""Holidays are known from the law of 1948 on (祝日法); past the other end every rule of today is a guess."""
YEAR_END = ("12-29", "01-03")  # 行政機関の休日に関する法律 第1条第1項第3号
YEAR_END_NAME = "年末年始"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS_JA = "月火水木金土日"

# First day of each era. Before 1873 Japan's calendar was not the Gregorian one, so 明治 is right from its year 6 on.
ERAS = (
    (dt.date(2019, 5, 1), "令和"),
    (dt.date(1989, 1, 8), "平成"),
    (dt.date(1926, 12, 25), "昭和"),
    (dt.date(1912, 7, 30), "大正"),
    (dt.date(1868, 1, 25), "明治"),
)


class Session(Struct, frozen=True, kw_only=True):
    """One opening of a counter or phone. `date` None: the rule names no dates; its warnings say who decides."""

    date: dt.date | None
    event_type: str | None
    rule: str
    channel: str
    open: str | None  # HH:MM, Japan time
    close: str | None
    clause: str
    shifted_from: dt.date | None = None
    warnings: tuple[str, ...] = ()
    fixed: bool = True
    """Whether the rule alone fixes the date; else the city agrees to it or designates it."""


class ClosedDay(Struct, frozen=True):
    """A day on which a rule would have held a session, were it not closed; `reason` as people say it."""

    date: dt.date
    rule: str
    reason: str


def japanese_date(day: dt.date) -> str:
    """The date in its era: 令和7年8月6日(水). ValueError before 明治."""
    for first, era in ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日({WEEKDAYS_JA[day.weekday()]})"
    raise ValueError(f"no era for {day}")


@functools.cache
def holiday_name(day: dt.date) -> str | None:
    """The national holiday's name (国民の祝日に関する法律); every substitute holiday is called 振替休日."""
    name = jpholiday.is_holiday_name(day)
    return None if not name else "振替休日" if "振替休日" in name else str(name)


def closed_reason(calendar: Calendar, day: dt.date) -> str | None:
    """Why that day is no business day: the holiday's name, 土, 日 or 年末年始; None for a business day."""
    holiday = holiday_name(day) if calendar.holidays_closed is not False else None
    if holiday:
        return holiday
    if day.weekday() >= 5 and calendar.weekend_closed is not False:
        return WEEKDAYS_JA[day.weekday()]
    return YEAR_END_NAME if _in_year_end(calendar, day) else None


def is_business_day(calendar: Calendar, day: dt.date) -> bool:
    """Whether the city's offices are open that day, by the contract or else by law."""
    return closed_reason(calendar, day) is None


def next_business_day(calendar: Calendar, day: dt.date) -> dt.date:
    """The first business day after `day` (翌営業日)."""
    return _walk(calendar, day + DAY, DAY)


def business_day_from(calendar: Calendar, day: dt.date) -> dt.date:
    """`day` itself if it is a business day, else the next one."""
    return _walk(calendar, day, DAY)


def business_day_until(calendar: Calendar, day: dt.date) -> dt.date:
    """`day` itself if it is a business day, else the one before."""
    return _walk(calendar, day, -DAY)


def sessions(profile: Profile) -> list[Session]:
    """Every session that the contract's rules date, in order; then one undated row for each rule that names no dates."""
    found = {rule.id: [s for s, reason in _held(profile, rule) if reason is None] for rule in profile.session_rules}
    for rule in profile.session_rules:
        if rule.replaces:
            taken = {s.date for s in found[rule.id]}
            found[rule.replaces] = [s for s in found[rule.replaces] if s.date not in taken]
    dated = [session for group in found.values() for session in group]
    dated.sort(key=lambda s: (s.date or dt.date.max, s.channel, s.open or "", s.rule))
    return dated + [_undated(rule) for rule in profile.session_rules if not rule.dated]


def closed_days(profile: Profile) -> list[ClosedDay]:
    """The days that a dated rule names but its closed days take away, in order."""
    closed = [
        ClosedDay(session.date, rule.id, reason)
        for rule in profile.session_rules
        for session, reason in _held(profile, rule)
        if reason is not None and session.date is not None
    ]
    return sorted(closed, key=lambda c: (c.date, c.rule))


def session_days(profile: Profile) -> list[dt.date]:
    """The dates on which a counter is open by the contract's own rules, in order, each once."""
    return sorted({s.date for s in sessions(profile) if s.date is not None and s.channel == "counter"})


def dates_itself(profile: Profile) -> bool:
    """Whether the contract's rules alone fix every session, so that any other day needs an agreement first."""
    return bool(profile.session_rules) and all(rule.dated for rule in profile.session_rules)


def service_begins(profile: Profile) -> dt.date:
    """The first day of service: as stated, else of its month, else of the contract's last fiscal year (会計年度)."""
    contract = profile.contract
    if contract.service_start:
        return contract.service_start
    if contract.service_month:
        return dt.date.fromisoformat(f"{contract.service_month}-01")
    return dt.date(fiscal_year_end(contract.end_date).year - 1, 4, 1)


def contract_begins(profile: Profile) -> dt.date | None:
    """The first day of the contract's own period: its signing or the day after; None while no signing day is entered."""
    signed = profile.contract.signed
    if signed is None:
        return None
    return signed + DAY if profile.contract.start_rule == "day_after_contract_signing" else signed


def first_day(profile: Profile) -> dt.date:
    """The first day on which the booth may be open: neither before the service begins nor before the contract does."""
    return max(service_begins(profile), contract_begins(profile) or dt.date.min)


def fiscal_year_end(day: dt.date) -> dt.date:
    """31 March that ends the fiscal year of that day."""
    return dt.date(day.year if day.month <= 3 else day.year + 1, 3, 31)


def session_on(profile: Profile, event_type: str, day: dt.date) -> Session | None:
    """The counter session of that event type on that day: dated by the rules, or allowed by one; None if neither."""
    fixed = [
        (session.open or "", rule.id, rule.replaces, session)
        for rule in profile.session_rules
        if rule.channel == "counter" and rule.event_type in (None, event_type)
        for session, reason in _held(profile, rule, day, day + DAY)  # a Sunday may have moved to the day before it
        if reason is None and session.date == day
    ]
    replaced = {one[2] for one in fixed}
    standing = [one for one in fixed if one[1] not in replaced]
    if standing:
        return min(standing, key=lambda one: one[:2])[3]
    if not service_begins(profile) <= day <= profile.contract.end_date:
        return None
    for rule in profile.session_rules:
        if not rule.dated and rule.event_type in (None, event_type) and names(rule, day) and not _shut(rule, day):
            return _session(profile, rule, day, extra=("dates_by_agreement", *(f"ask_city:{ask}" for ask in rule.ask)))
    return None


def _held(
    profile: Profile, rule: SessionRule, since: dt.date = dt.date.min, until: dt.date = dt.date.max
) -> Iterator[tuple[Session, str | None]]:
    """Each day between two that a dated rule names, with the reason if it is closed."""
    first = rule.date_from or profile.contract.service_start
    if not rule.dated or first is None:
        return
    last = min(rule.date_to or profile.contract.end_date, profile.contract.end_date, until)
    for day in _days(max(first, since), last):
        if not names(rule, day):
            continue
        held, moved = day, None
        if rule.shift_rule and holiday_name(day + DAY):  # the Sunday before a holiday Monday: 三連休, so Saturday
            held, moved = day - DAY, day
        asks = tuple(f"ask_city:{ask}" for ask in rule.ask)
        yield _session(profile, rule, held, shifted_from=moved, extra=asks), _shut(rule, held)


def _session(
    profile: Profile,
    rule: SessionRule,
    day: dt.date,
    *,
    shifted_from: dt.date | None = None,
    extra: tuple[str, ...] = (),
) -> Session:
    warnings = extra
    if profile.calendar.year_end_from is None and "year_end" not in rule.closed_on:
        if _in_year_end(profile.calendar, day):
            warnings = (*warnings, "year_end_not_stated")
    if rule.open is None:
        warnings = (*warnings, "hours_not_stated")
    return Session(
        date=day,
        event_type=rule.event_type,
        rule=rule.id,
        channel=rule.channel,
        open=rule.open,
        close=rule.close,
        clause=rule.clause,
        shifted_from=shifted_from,
        warnings=warnings,
        fixed=rule.dated,
    )


def _undated(rule: SessionRule) -> Session:
    warnings = ("dates_by_agreement", *(f"ask_city:{ask}" for ask in rule.ask))
    return Session(
        date=None,
        event_type=rule.event_type,
        rule=rule.id,
        channel=rule.channel,
        open=rule.open,
        close=rule.close,
        clause=rule.clause,
        warnings=warnings if rule.open else (*warnings, "hours_not_stated"),
        fixed=False,
    )


def names(rule: SessionRule, day: dt.date) -> bool:
    """Whether the rule's weekdays name that day, between its own dates. No weekdays: any day."""
    if (rule.date_from and day < rule.date_from) or (rule.date_to and day > rule.date_to):
        return False
    if rule.nth and (day.day - 1) // 7 + 1 not in rule.nth:
        return False
    by_holiday = "holiday" in rule.weekdays and holiday_name(day) is not None
    return not rule.weekdays or WEEKDAYS[day.weekday()] in rule.weekdays or by_holiday


def _shut(rule: SessionRule, day: dt.date) -> str | None:
    """Why the rule is not held on that day; None if it is."""
    holiday = holiday_name(day)
    if "national_holiday" in rule.closed_on and holiday:
        return holiday
    if "weekend" in rule.closed_on and day.weekday() >= 5:
        return WEEKDAYS_JA[day.weekday()]
    return YEAR_END_NAME if "year_end" in rule.closed_on and _in_year_end(Calendar(), day) else None


def _in_year_end(calendar: Calendar, day: dt.date) -> bool:
    first, last = calendar.year_end_from or YEAR_END[0], calendar.year_end_to or YEAR_END[1]
    month_day = f"{day:%m-%d}"
    return first <= month_day <= last if first <= last else month_day >= first or month_day <= last


def _walk(calendar: Calendar, day: dt.date, step: dt.timedelta) -> dt.date:
    while not is_business_day(calendar, day):
        day += step
    return day


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + number * DAY for number in range((last - first).days + 1))
