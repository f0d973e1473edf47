"""By when papers in the booth's keeping must be with the city: each box by the contract's rule for its session's day.

The rules are the contract's (`deadline`): Koganei's weekdays end the same day, its Sundays at the next session; Chiba's
end on the next business day. Where the contract names no date its word stands instead, and nothing is ever overdue.

A paper that the city's counter signed in time ends the countdown only where the city has agreed to that in writing
(`custody.paper_delivers`). The boxes stay on this list all the same, until a key of the city has signed for them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from hub.domain.contracts import deadline
from hub.domain.custody import paper_receipt
from hub.domain.custody.custody import ContainerState, loose_sheets
from hub.domain.moment import DAY_MS, JAPAN_MS, iso_date, minute_of

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.custody import Container, Custody
    from hub.domain.custody.paper_receipt import PaperReceipts

EPOCH = dt.date(1970, 1, 1)


class Owed(NamedTuple):
    """Papers that the city has not signed for."""

    container: str
    """Empty: papers that no seal covers yet."""
    session: dt.date
    due: dt.date | None
    due_ms: int
    """When that day, or its hour where the contract names one, is over; 0 where it names none."""
    word: str
    """What the contract says where it names no date."""
    assumed: bool
    """The contract has no rule for this day: the date is a guess until the city answers."""
    paper_ms: int = 0
    """When the city's counter signed on paper, as two people read it; 0: it did not, or one has read it."""
    kept: bool = False
    """That was in time, and the contract takes it for delivery: what is left is the city's confirmation."""


def owed(custody: Custody, papers: PaperReceipts, date: str, profile: Profile) -> list[Owed]:
    """All that is still owed to the city, the most urgent first. `date`: the open (or last) day, whose papers are loose."""
    sessions = [
        (box.id, dt.date.fromisoformat(iso_date(box.sealed_ms)), _paper_ms(papers, box))
        for box in custody.containers.values()
        if box.state in (ContainerState.SEALED, ContainerState.OFFERED)
    ]
    if loose_sheets(custody) and date:
        sessions.append(("", dt.date.fromisoformat(date), 0))
    found = [_with_paper(_owed(box, session, profile), paper_ms, profile) for box, session, paper_ms in sessions]
    return sorted(found, key=lambda one: (one.kept, one.due_ms or NEVER_MS, one.container))


def _paper_ms(papers: PaperReceipts, box: Container) -> int:
    signed = paper_receipt.city_paper(papers, box.transfer) if box.state is ContainerState.OFFERED else None
    return 0 if signed is None else signed.signed_ms


def _with_paper(one: Owed, paper_ms: int, profile: Profile) -> Owed:
    in_time = bool(paper_ms) and (not one.due_ms or paper_ms < one.due_ms)
    return one._replace(paper_ms=paper_ms, kept=in_time and profile.custody.paper_delivers is not None)


NEVER_MS = 2**62


def overdue(all_owed: list[Owed], now_ms: int) -> list[Owed]:
    """Those whose time is over."""
    return [one for one in all_owed if one.due_ms and now_ms >= one.due_ms and not one.kept]


def days_left(one: Owed, now_ms: int) -> int:
    """Midnights until the day it is due: 0 today, -1 since yesterday. Only for what has a date."""
    assert one.due is not None
    return (one.due - dt.date.fromisoformat(iso_date(now_ms))).days


def _owed(container: str, session: dt.date, profile: Profile) -> Owed:
    ours = {rule.id for rule in profile.custody.deadlines}
    rows = [row for row in deadline.due_when(profile, "event_day", session) if row.id in ours]
    dated = min((row for row in rows if row.due is not None), key=lambda row: row.due or session, default=None)
    if dated is None or dated.due is None:
        return Owed(container, session, None, 0, (rows[0].word or "") if rows else "", True)
    ends_ms = (dated.due - EPOCH).days * DAY_MS - JAPAN_MS + _minutes(dated.time) * 60_000
    return Owed(container, session, dated.due, ends_ms, "", deadline.RULE_NOT_IN_SPECIFICATION in dated.warnings)


def _minutes(time: str | None) -> int:
    """Minutes of the day at which it is due; its end where the contract names no hour."""
    if time is None:
        return 24 * 60
    minute = minute_of(time)
    assert minute is not None, "reading a profile refuses other times"
    return minute
