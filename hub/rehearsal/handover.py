"""When the city signs for a day's papers: by the contract's own deadline, and never by a guess that nobody hears of."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.domain.contracts import calendar, deadline
from hub.domain.contracts.contract import Profile
from hub.rehearsal.session import Practice, at

SAME_DAY_MS = 2 * 3_600_000
"""Two hours after reception stopped: time to take down the booth and drive to the city hall."""

MORNING = "10:00"
"""On another day the papers are brought in the morning, well before the offices close."""


class Handover(msgspec.Struct, frozen=True):
    at_ms: int
    date: dt.date
    why: str
    """The clause that asks for it, or that the contract is silent; in Japanese."""


def handover(profile: Profile, practice: Practice) -> Handover:
    """The moment at which the papers of that session are handed to the city."""
    ours = {known.id for known in profile.custody.deadlines}
    rows = [row for row in deadline.due_when(profile, "event_day", practice.date) if row.id in ours]
    for row in rows:
        if row.due is not None:
            assumed = "（記載なし・仮定）" if deadline.RULE_NOT_IN_SPECIFICATION in row.warnings else ""
            why = f"{row.deliverable} {row.clause}{assumed}"
            if row.due == practice.date:
                return Handover(practice.close_ms + SAME_DAY_MS, row.due, why)
            return Handover(at(row.due, MORNING), row.due, why)
    day = calendar.next_business_day(profile.calendar, practice.date)
    said = f"（{rows[0].word} {rows[0].clause}）" if rows else ""
    return Handover(at(day, MORNING), day, f"期日の記載なし{said}：翌営業日とした（市に確認）")
