"""Deadlines: what one happening makes due, and everything that falls due between two dates.

A date is computed exactly as the clause says and never moved silently: a closed day, a day past the contract's end or
a case the specification has no rule for is said in a warning. Whether the first day counts and whether a closed day
moves the date are the contract's to say (`DueRule`); where it is silent, days are calendar days after the event.
"""

from __future__ import annotations

import calendar as gregorian
import datetime as dt
from collections.abc import Iterator
from typing import get_args

from msgspec import Struct

from hub.domain.contracts import calendar
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.duties import CustodyDeadline, DueRule, Report, Retention
from hub.domain.contracts.values import Trigger

TRIGGERS: tuple[str, ...] = get_args(Trigger)
RULE_NOT_IN_SPECIFICATION = "rule_not_in_seed"
NOT_BUSINESS_DAY = "due_not_business_day"  # followed by ":" and the day's name
AFTER_CONTRACT_END = "due_after_contract_end"
NO_NEXT_EVENT = "no_next_event_day"
NOT_A_SESSION_DAY = "trigger_not_a_session_day"

# What the specifications say where they name no date.
WORDS = {
    "monthly": "毎月",
    "after_return": "帰庁後",
    "with_invoice": "請求と合わせて",
    "promptly": "速やかに",
    "immediately": "直ちに",
    "as_needed": "随時",
    "negotiated": "協議",
    "before_start": "事前に",
}
# The event that days are counted from, as the rule's name has it.
_COUNTED_FROM = {
    "training_done": "training",
    "meeting_held": "meeting",
    "incident": "incident",
    "last_event": "final_event",
    "contract_signed": "contract",
}
_WHAT_BECOMES_OF_IT = {"keep": "", "erase": "の消去", "destroy": "の廃棄", "return_or_destroy": "の返還又は廃棄"}


class Due(Struct, frozen=True, kw_only=True):
    """One deliverable that one happening makes due. `due` None: the rule names no date and `word` is what it says."""

    deliverable: str
    trigger: str
    on: dt.date  # the happening's date; for a month its first day
    due: dt.date | None
    time: str | None  # HH:MM, Japan time
    warnings: tuple[str, ...]
    clause: str
    rule: str
    word: str | None
    id: str


class UnknownTrigger(ValueError):
    """No deliverable is ever triggered by something of that name."""


def due_when(profile: Profile, trigger: str, on: dt.date) -> list[Due]:
    """What `trigger` happening on that date makes due (`month`: any date of the month), in the profile's order."""
    if trigger not in TRIGGERS:
        raise UnknownTrigger(trigger)
    days = calendar.session_days(profile) if trigger == "event_day" else []
    return list(_rows(profile, trigger, on, days))


def due(profile: Profile, from_date: dt.date, to_date: dt.date) -> list[Due]:
    """Everything that falls due from one date to another, both included, of all the happenings the contract dates itself.

    A row without a due date belongs to the period in which its trigger lies. Happenings that only life dates
    (incidents, meetings, events by agreement) are asked one by one with `due_when`.
    """
    days = calendar.session_days(profile)
    rows = [row for trigger, on in _dated_by_contract(profile, days) for row in _rows(profile, trigger, on, days)]
    inside = [row for row in rows if from_date <= _place(row) <= to_date]
    return sorted(inside, key=lambda row: (_place(row), row.time or "24:00"))


def _place(row: Due) -> dt.date:
    return row.due or (_month_end(row.on) if row.trigger == "month" else row.on)


def _dated_by_contract(profile: Profile, days: list[dt.date]) -> Iterator[tuple[str, dt.date]]:
    contract = profile.contract
    if contract.service_start:
        yield "service_start", contract.service_start
    month = calendar.service_begins(profile).replace(day=1)
    while month <= contract.end_date:
        yield "month", month
        month = _month_end(month) + calendar.DAY
    yield from (("event_day", day) for day in days)
    if days and calendar.dates_itself(profile):
        yield "last_event", days[-1]
    yield "contract_end", contract.end_date


def _rows(profile: Profile, trigger: str, on: dt.date, days: list[dt.date]) -> Iterator[Due]:
    stray: tuple[str, ...] = ()
    if trigger == "month":
        on = on.replace(day=1)
    if trigger == "event_day":
        if calendar.dates_itself(profile) and on not in days:
            stray = (NOT_A_SESSION_DAY,)
        for custody in profile.custody.deadlines:
            if _speaks_of(custody, on):
                yield from _apply(profile, custody.due, trigger, on, days, custody, stray)
    for report in profile.reports:
        if report.trigger == trigger:
            yield from _apply(profile, report.due, trigger, on, days, report, stray)
    if trigger == "incident" and not any(report.trigger == trigger for report in profile.reports):
        yield _not_stated("事故等の報告", trigger, on)
    if trigger == "event_day" and profile.handed_over() and not profile.custody.deadlines:
        yield _not_stated("受付書類納品", trigger, on)
    if trigger == "contract_end":
        yield from (_kept(kept, trigger, on) for kept in profile.retention if kept.at == "contract_end")


def _speaks_of(custody: CustodyDeadline, day: dt.date) -> bool:
    which = {5: "saturday_session", 6: "sunday_session"}.get(day.weekday(), "weekday_session")
    return custody.when in ("any_session", which)


def _apply(
    profile: Profile,
    rule: DueRule,
    trigger: str,
    on: dt.date,
    days: list[dt.date],
    what: CustodyDeadline | Report,
    stray: tuple[str, ...],
) -> Iterator[Due]:
    for day, name in _dates(profile, rule, trigger, on, days):
        moved, warnings = _moved(profile, rule, day), stray
        if rule.assumed:
            name, warnings = f"UNSTATED(assume {name})", (*warnings, RULE_NOT_IN_SPECIFICATION)
        if rule.kind == "next_event_day" and day is None:
            warnings = (*warnings, NO_NEXT_EVENT)
        yield Due(
            deliverable=what.ja,
            trigger=trigger,
            on=on,
            due=moved,
            time=rule.time,
            warnings=warnings + _warnings(profile, moved),
            clause=what.clause,
            rule=f"{name}@{rule.time}" if rule.time else name,
            word=rule.word or WORDS.get(rule.kind),
            id=what.id,
        )


def _dates(
    profile: Profile, rule: DueRule, trigger: str, on: dt.date, days: list[dt.date]
) -> Iterator[tuple[dt.date | None, str]]:
    """The dates one rule gives, each with the rule's name; None where it names none."""
    n = rule.n or 0  # the profile was checked: whoever needs a number has one
    counted = n - 1 if rule.first_day_counts else n
    match rule.kind:
        case "same_day" | "before_start":
            yield on, rule.kind
        case "next_event_day":
            yield next((day for day in days if day > on), None), rule.kind
        case "next_business_day":
            yield calendar.next_business_day(profile.calendar, on), rule.kind
        case "monthly_day":
            yield (_month_end(on) + calendar.DAY).replace(day=n), f"monthly_day:{n}"
        case "month_end":
            yield _month_end(on), rule.kind
        case "nth_weekday":
            weekday = calendar.WEEKDAYS.index(rule.weekday or "mon")
            for nth in rule.ordinals:
                day = _nth_weekday(on, nth, weekday)
                if day is not None:
                    yield day, f"nth_weekday:{nth}:{rule.weekday}"
        case "days_after":
            yield on + counted * calendar.DAY, f"days_after_{_COUNTED_FROM.get(trigger, trigger)}:{n}"
        case "days_before":
            yield on - counted * calendar.DAY, f"days_before_{trigger}:{n}"
        case "fixed_date":
            yield rule.date, rule.kind
        case _:
            yield None, rule.kind


def _moved(profile: Profile, rule: DueRule, day: dt.date | None) -> dt.date | None:
    if day is None or rule.closed_day is None:
        return day
    forwards = rule.closed_day == "next_business_day"
    move = calendar.business_day_from if forwards else calendar.business_day_until
    return move(profile.calendar, day)


def _warnings(profile: Profile, day: dt.date | None) -> tuple[str, ...]:
    if day is None:
        return ()
    reason = calendar.closed_reason(profile.calendar, day)
    closed = (f"{NOT_BUSINESS_DAY}:{reason}",) if reason else ()
    return closed + ((AFTER_CONTRACT_END,) if day > profile.contract.end_date else ())


def _kept(kept: Retention, trigger: str, on: dt.date) -> Due:
    """Books are kept for whole fiscal years after the one in which the work ended; outliving the contract is the point."""
    end = calendar.fiscal_year_end(on)
    until = end.replace(year=end.year + kept.years) if kept.years else None
    return Due(
        deliverable=kept.ja + _WHAT_BECOMES_OF_IT[kept.kind],
        trigger=trigger,
        on=on,
        due=until,
        time=None,
        warnings=(),
        clause=kept.clause,
        rule=f"fiscal_year_end+{kept.years}y" if kept.years else kept.kind,
        word=kept.rule,
        id=kept.id,
    )


def _not_stated(deliverable: str, trigger: str, on: dt.date) -> Due:
    """Silence is not "nothing to do": the row says that the city must be asked."""
    return Due(
        deliverable=deliverable,
        trigger=trigger,
        on=on,
        due=None,
        time=None,
        warnings=(RULE_NOT_IN_SPECIFICATION,),
        clause="記載なし",
        rule="UNSTATED",
        word="記載なし（市に確認）",
        id=f"{trigger}_not_stated",
    )


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=gregorian.monthrange(day.year, day.month)[1])


def _nth_weekday(month: dt.date, nth: int, weekday: int) -> dt.date | None:
    first = month.replace(day=1)
    day = first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * calendar.DAY
    return day if day.month == first.month else None
