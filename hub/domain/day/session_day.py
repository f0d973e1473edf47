"""Whether a day may be opened by the contract, between which hours, and which session comes next.

Practice is free of it: people train before the service begins, and on whatever weekday they can. A real day lies inside
the contract's period, on a date that its rules fix by themselves or that the city has agreed to (agreed_day).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from hub.domain.contracts import calendar
from hub.domain.day import agreed_day
from hub.domain.moment import as_date, minute_of
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.day.agreed_day import Agreed

Hours = tuple[int, int]
"""Minutes of the day: from the first on, up to but not with the last."""

SEARCH_DAYS = 62
"""How far ahead the next session is looked for: nobody is invited to a day two months away."""


def opening(profile: Profile, held: Agreed, event_type: str, date: str) -> Refusal | None:
    """Why the contract does not let this day be opened, with its clause; None if it does."""
    day = as_date(date)
    if day is None:
        return refuse("day.bad_date", date=date[:10])
    outside = agreed_day.outside_period(profile, day)
    if outside is not None:
        return outside
    moved = agreed_day.moved_to(held, event_type, date)
    if moved:
        return refuse("day.moved", date=date, to=moved)
    if agreed_day.name(date, event_type) in held or not profile.session_rules:
        return None
    session = calendar.session_on(profile, event_type, day)
    if session is None:
        return agreed_day.no_session(profile, event_type, day)
    if not session.fixed:
        return refuse("day.not_agreed", date=date, clause=session.clause)
    return None


def hours(profile: Profile, held: Agreed, event_type: str, date: str) -> Hours | None:
    """When the booth is open on a date: as agreed, else as the contract says; None where neither states it."""
    day = as_date(date)
    if day is None:
        return None
    agreed = held.get(agreed_day.name(date, event_type))
    session = calendar.session_on(profile, event_type, day)
    if agreed is not None and agreed.opens:
        first, last = minute_of(agreed.opens), minute_of(agreed.closes)
    elif session is not None:
        first, last = minute_of(session.open or ""), minute_of(session.close or "")
    else:
        return None
    return None if first is None or last is None else (first, last)


def is_open(profile: Profile, held: Agreed, event_type: str, date: str, minute: int) -> bool:
    """Whether that minute lies inside the hours of that day; True where no hours are stated."""
    if opening(profile, held, event_type, date) is not None:
        return False
    times = hours(profile, held, event_type, date)
    return times is None or times[0] <= minute < times[1]


def following(profile: Profile, held: Agreed, event_type: str, date: str) -> str:
    """The ISO date of the next session after a date, agreed or fixed; empty if none is known."""
    day = as_date(date)
    if day is None:
        return ""
    for ahead in range(1, SEARCH_DAYS):
        on = (day + ahead * dt.timedelta(days=1)).isoformat()
        if opening(profile, held, event_type, on) is None:
            return on
    return ""
