"""Days that the city has agreed to: which dates, for what, between which hours, and under which reference.

Most contracts fix no dates: they are agreed with the city, month by month, or designated by it. What was agreed is a
fact of the record with the city's reference; session_day opens a day outside practice only on a date that the contract
itself names or that stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.contracts import calendar
from hub.domain.moment import as_date, minute_of
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    import datetime as dt

    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import SessionRule
    from hub.domain.moment import Context, Signer

LONGEST_REFERENCE = 60
MOST_DATES = 31
"""Of one command: a month is what a city designates at a time."""


class AgreedDay(msgspec.Struct, frozen=True, array_like=True):
    opens: str
    """HH:MM, or empty with `closes`: the contract's own hours of that day."""
    closes: str
    reference: str
    """What the city gave: a date and a number, or who said it when."""
    instead_of: str
    """ISO date of the session that was moved here, or empty."""
    by: str
    at_ms: int


Agreed = Map[str, AgreedDay]
"""By "2025-11-06/delivery_booth"."""


class AgreeDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="day.agree"):
    """The city has agreed to these dates, or designated them; `instead_of`: the one session that moves to the one date."""

    dates: tuple[str, ...]
    event_type: str
    opens: str
    closes: str
    reference: str
    instead_of: str = ""


class DaysAgreed(msgspec.Struct, frozen=True, tag_field="kind", tag="day.agreed/1"):
    dates: tuple[str, ...]
    event_type: str
    opens: str
    closes: str
    reference: str
    instead_of: str
    at_ms: int
    by: str


def name(date: str, event_type: str) -> str:
    """Under what an agreed day is kept."""
    return f"{date}/{event_type}"


def decide(
    command: AgreeDays, held: Agreed, profile: Profile, context: Context, by: Signer, *, practice: bool = False
) -> tuple[DaysAgreed] | Refusal:
    """The agreement as the manager enters it; refused where the contract leaves no room for one (in practice it has)."""
    if not profile.has_event_type(command.event_type):
        return refuse("day.unknown_event", event=command.event_type)
    days = [as_date(text) for text in command.dates]
    if not 0 < len(days) <= MOST_DATES or None in days or len(set(days)) != len(days):
        return refuse("agreed.dates", most=MOST_DATES)
    if not 0 < len(command.reference.strip()) <= LONGEST_REFERENCE:
        return refuse("agreed.reference", longest=LONGEST_REFERENCE)
    for day in days:
        assert day is not None, "None was refused above"
        wrong = unfit(command, profile, day, practice)
        if wrong is not None:
            return wrong
    moved = command.instead_of
    if moved and (
        len(days) != 1 or moved in command.dates or not _is_session(held, profile, command.event_type, moved)
    ):
        return refuse("agreed.instead_of", date=moved[:10])
    return (
        DaysAgreed(
            command.dates,
            command.event_type,
            command.opens,
            command.closes,
            command.reference.strip(),
            moved,
            context.at_ms,
            by.person,
        ),
    )


def evolve(held: Agreed, event: DaysAgreed) -> Agreed:
    """What is agreed after an event; a day that moved is no session any more."""
    for date in event.dates:
        one = AgreedDay(event.opens, event.closes, event.reference, event.instead_of, event.by, event.at_ms)
        held = held.set(name(date, event.event_type), one)
    moved = name(event.instead_of, event.event_type)
    return held.delete(moved) if moved in held else held


def moved_to(held: Agreed, event_type: str, date: str) -> str:
    """The date that a session was moved to, or empty."""
    for key, one in held.items():
        on, _, of = key.partition("/")
        if of == event_type and one.instead_of == date:
            return on
    return ""


def rules_of(profile: Profile, event_type: str) -> list[SessionRule]:
    """The contract's rules for the counter of an event type."""
    return [r for r in profile.session_rules if r.channel == "counter" and r.event_type in (None, event_type)]


def warnings(held: Agreed, profile: Profile) -> list[str]:
    """What the contract says of agreed days that do not keep to it, in Japanese, in the order of the dates.

    A day outside what the rule names in principle (原則), and more days of a month than the city designates.
    """
    found: list[str] = []
    months: dict[tuple[str, str], int] = {}
    for key in sorted(held):
        date, _, event_type = key.partition("/")
        day = as_date(date)
        if day is None or not profile.has_event_type(event_type):
            continue
        if calendar.session_on(profile, event_type, day) is None:
            words = "、".join(rule.ja for rule in rules_of(profile, event_type))
            found.append(f"{calendar.japanese_date(day)} は契約の定めの外（{words}）：{held[key].reference}")
        for rule in rules_of(profile, event_type):
            if rule.per_month_most is not None and not rule.dated and calendar.names(rule, day):
                months[(date[:7], rule.id)] = months.get((date[:7], rule.id), 0) + 1
    for (month, rule_id), count in sorted(months.items()):
        rule = next(one for one in profile.session_rules if one.id == rule_id)
        if rule.per_month_most is not None and count > rule.per_month_most:
            found.append(f"{month} は{count}日です（{rule.ja}、{rule.clause}）")
    return found


def has_hours(profile: Profile, event_type: str, day: dt.date) -> bool:
    """Whether the contract itself says from when to when it opens on that day: an agreement need not say it then."""
    return calendar.session_on(profile, event_type, day) is not None


def unfit(command: AgreeDays, profile: Profile, day: dt.date, practice: bool) -> Refusal | None:
    """Why no agreement between these hours can make this a day of the contract, or None; whatever its reference."""
    outside = outside_period(profile, day)
    if outside is not None and not practice:
        return outside
    rules = rules_of(profile, command.event_type)
    own = calendar.session_on(profile, command.event_type, day)
    if own is None and not practice and not any(rule.by_agreement for rule in rules):
        return no_session(profile, command.event_type, day)
    first, last = minute_of(command.opens), minute_of(command.closes)
    if (command.opens or command.closes or own is None) and (first is None or last is None or first >= last):
        return refuse("agreed.hours")
    if first is not None and last is not None:
        for rule in rules:
            around = (rule.setup_minutes or 0) + (rule.teardown_minutes or 0)
            if rule.min_hours and last - first + around < rule.min_hours * 60:
                return refuse("agreed.too_short", hours=rule.min_hours, clause=rule.clause)
    return None


def outside_period(profile: Profile, day: dt.date) -> Refusal | None:
    """A day before the service or after the contract's end is nobody's to agree to."""
    first, last = calendar.first_day(profile), profile.contract.end_date
    if first <= day <= last:
        return None
    return refuse("day.outside_period", date=day, first=first, last=last)


def no_session(profile: Profile, event_type: str, day: dt.date) -> Refusal:
    """The contract holds no session of that type on that day: which rule says so."""
    rules = rules_of(profile, event_type)
    clauses = "、".join(dict.fromkeys(rule.clause for rule in rules))
    return refuse(
        "day.no_session", date=day, why=calendar.closed_reason(profile.calendar, day) or "曜日", clause=clauses
    )


def _is_session(held: Agreed, profile: Profile, event_type: str, date: str) -> bool:
    day = as_date(date)
    if day is None:
        return False
    return name(date, event_type) in held or any(
        one.date == day and one.event_type in (None, event_type) for one in calendar.sessions(profile)
    )
