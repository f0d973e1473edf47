"""Supervision and checks that come again: what is owed by which date, who did it, and when it is due next.

Koganei 特記2条2: the contractor supervises whether its workers keep to the rules; 特記6条⑵: media, backups and what was
recorded are checked periodically. The contract's `periodic` says how often. A month is owed once it is over, from the month
of the first day that was opened on; a check that found something stays open until one finds nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from immutables import Map

from hub.domain.moment import MANAGER, as_date, iso_date
from hub.domain.refusal import Refusal, refuse, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.periodic import Periodic
    from hub.domain.moment import Context, Signer

LONGEST_NOTE = 80
ROOT_BYTES = 32

MOST_MONTHS = 60
"""How far back months are owed: the longest of the contracts' terms for keeping books is five years."""


class Done(msgspec.Struct, frozen=True, array_like=True):
    ok: bool
    note: str
    by: str
    at_ms: int
    size: int
    """Entries of the record that was checked, and its root: which state was found whole. 0 where people looked."""
    root: bytes


class Periodics(msgspec.Struct, frozen=True):
    began: str = ""
    """ISO date of the first day that was opened: nothing is owed of before."""
    done: Map[str, Done] = Map()
    """By "supervision/2025-09": the newest of each period."""


class DoPeriodic(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="periodic.do"):
    """I have looked. `period`: the month, YYYY-MM, of what is owed by month; else empty, it counts from today."""

    duty: str
    period: str
    ok: bool
    note: str = ""
    size: int = 0
    root: bytes = b""


class PeriodicDone(msgspec.Struct, frozen=True, tag_field="kind", tag="periodic.done/1"):
    duty: str
    period: str
    ok: bool
    note: str
    size: int
    root: bytes
    at_ms: int
    by: str


class Owed(NamedTuple):
    """What somebody has to look at: of which period, by which ISO date, and whether the last look found something."""

    duty: Periodic
    period: str
    due: str
    failed: bool

    def late(self, today: str) -> bool:
        return today > self.due


def began(held: Periodics, date: str) -> Periodics:
    """After a day was opened."""
    return held if held.began else msgspec.structs.replace(held, began=date)


def may_do(duty: Periodic, roles: tuple[str, ...], manages: bool) -> bool:
    """Whether it is theirs: of the contract's role, or set-up's plain manager; without a role, whoever manages."""
    return manages if duty.role is None else duty.role in roles or MANAGER in roles


def owed(held: Periodics, profile: Profile, today: str) -> list[Owed]:
    """What is owed on an ISO date, the earliest first."""
    found = [one for duty in profile.periodics for one in _owed(held, duty, today)]
    return sorted(found, key=lambda one: (one.due, one.duty.id))


def next_due(held: Periodics, duty: Periodic, today: str) -> str:
    """By which ISO date it is due next; empty before the first day was opened."""
    waiting = [one.due for one in _owed(held, duty, today)]
    if waiting or not held.began:
        return min(waiting, default="")
    if duty.days is None:
        return _by(duty, today[:7])
    return _later(_last(held, duty) or held.began, duty.days)


def _owed(held: Periodics, duty: Periodic, today: str) -> Iterator[Owed]:
    if not held.began:
        return
    if duty.days is not None:
        last, whole = _last(held, duty), _last(held, duty, whole=True)
        due = _later(last or held.began, duty.days)
        if last != whole:
            yield Owed(duty, last, last, True)
        elif today >= due:
            yield Owed(duty, "", due, False)
        return
    for month in _months(held.began[:7], today[:7]):
        done = held.done.get(f"{duty.id}/{month}")
        if done is None or not done.ok:
            yield Owed(duty, month, _by(duty, month), done is not None)


def _last(held: Periodics, duty: Periodic, *, whole: bool = False) -> str:
    """The ISO date of the last time, or of the last that found nothing; empty if there is none."""
    dates = (key.partition("/")[2] for key, done in held.done.items() if done.ok or not whole if _of(duty, key))
    return max(dates, default="")


def _of(duty: Periodic, key: str) -> bool:
    return key.partition("/")[0] == duty.id


def _later(date: str, days: int) -> str:
    day = as_date(date)
    assert day is not None, "dates are kept as the record writes them"
    return (day + dt.timedelta(days=days)).isoformat()


def _months(first: str, end: str) -> Iterator[str]:
    """The months from `first` on that are over in `end`, both YYYY-MM."""
    year, month = int(first[:4]), int(first[5:])
    for _ in range(MOST_MONTHS):
        name = f"{year:04}-{month:02}"
        if name >= end:
            return
        yield name
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _by(duty: Periodic, month: str) -> str:
    """The day of the following month by which a month's is due."""
    year, number = int(month[:4]), int(month[5:])
    year, number = (year, number + 1) if number < 12 else (year + 1, 1)
    return f"{year:04}-{number:02}-{duty.due_day or 1:02}"


def decide(
    command: DoPeriodic, held: Periodics, profile: Profile, context: Context, by: Signer
) -> tuple[PeriodicDone] | Refusal:
    """The look as an entry; refused of a month that is not owed, to whom it does not belong, and of a record unseen."""
    duty = next((one for one in profile.periodics if one.id == command.duty), None)
    if duty is None:
        return refuse("periodic.unknown")
    if not may_do(duty, by.roles, by.manages):
        role = profile.role(duty.role).ja if duty.role else "管理者"
        return refuse("periodic.role", item=short(duty.ja), role=role)
    if len(command.note) > LONGEST_NOTE or not (command.ok or command.note.strip()):
        return refuse("periodic.note", longest=LONGEST_NOTE)
    checked = command.size > 0 and len(command.root) == ROOT_BYTES
    if duty.kind == "record" and command.ok and not checked:
        return refuse("periodic.not_checked", item=short(duty.ja))
    today = iso_date(context.at_ms)
    period = today
    if duty.days is None:
        period = command.period
        if period not in {one.period for one in _owed(held, duty, today)}:
            return refuse("periodic.period", item=short(duty.ja), date=command.period[:7] or "－")
    note, size, root = command.note.strip(), command.size, command.root
    return (PeriodicDone(duty.id, period, command.ok, note, size, root, context.at_ms, by.person),)


def evolve(held: Periodics, event: PeriodicDone) -> Periodics:
    done = Done(event.ok, event.note, event.by, event.at_ms, event.size, event.root)
    return msgspec.structs.replace(held, done=held.done.set(f"{event.duty}/{event.period}", done))
