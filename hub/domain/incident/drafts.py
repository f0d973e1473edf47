"""Incidents that the record itself suggests: papers overdue or late, a device that stays broken, a thing that is missing.

Nothing is reported by a machine: a draft stands until a person reports it, or says with a reason why it is none. It is
derived from the state, so that every terminal shows the same, and it is gone when its cause is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hub.domain.custody import due as custody_due
from hub.domain.custody import packing, transit
from hub.domain.devices.device import DeviceState
from hub.domain.incident.category import Category

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.due import Owed
    from hub.domain.state import Booth

HELP_MS = 15 * 60_000
"""A paper roll, a plug or a jam is helped within a quarter of an hour; what stays broken longer is told to the city."""


class Draft(NamedTuple):
    name: str
    """The same for the same cause, on every terminal."""
    category: Category
    happened_ms: int
    ja: str
    en: str


def drafts(booth: Booth, profile: Profile, now_ms: int, owed: list[Owed] | None = None) -> list[Draft]:
    """All that is suggested now, the oldest first. `owed`: what this booth owes the city, where somebody knows it."""
    if owed is None:
        owed = custody_due.owed(booth.custody, booth.paper_receipts, booth.day.date, profile)
    found = [
        *_late(booth, profile, now_ms),
        *_overdue(owed, now_ms),
        *_broken(booth, now_ms),
        *_missing(booth, profile),
    ]
    return sorted((one for one in found if one.name not in booth.incidents.drafts), key=lambda one: one.happened_ms)


def _late(booth: Booth, profile: Profile, now_ms: int) -> list[Draft]:
    """Boxes that should have arrived: the city is told before anybody knows why."""
    return [
        Draft(
            f"late/{one.transfer}",
            Category.PAPERS,
            one.due_ms,
            f"移送が予定の時刻に着いていない（車 {one.vehicle}）",
            f"a transfer has not arrived in time ({one.vehicle})",
        )
        for one in transit.late(booth.transits, profile, now_ms)
    ]


def _overdue(owed: list[Owed], now_ms: int) -> list[Draft]:
    """Papers that the city should have had by now (Koganei 11(3): a delay is reported too)."""
    return [
        Draft(
            f"overdue/{one.container or 'loose'}/{one.session}",
            Category.OTHER,
            one.due_ms,
            f"納品期限を過ぎた書類：{one.container or '封印前の書類'}",
            f"papers are overdue: {one.container or 'not sealed yet'}",
        )
        for one in custody_due.overdue(owed, now_ms)
    ]


def _broken(booth: Booth, now_ms: int) -> list[Draft]:
    return [
        Draft(
            f"device/{kind}/{standing.since_ms}",
            Category.EQUIPMENT,
            standing.since_ms,
            f"機器の故障がつづいている（{standing.code or kind}）",
            f"a device stays broken ({standing.code or kind})",
        )
        for kind, standing in booth.devices.standing.items()
        if standing.state is DeviceState.FAULT and now_ms - standing.since_ms >= HELP_MS
    ]


def _missing(booth: Booth, profile: Profile) -> list[Draft]:
    """What was brought and is not counted in as it was counted out."""
    load = booth.packing.now
    names = {one.id: (one.ja, one.en) for one in profile.packing}
    return [
        Draft(
            one.draft,
            Category.EQUIPMENT,
            load.back_ms,
            f"持ち物の数が違う：{names[one.item][0]} {one.change:+}",
            f"counted in otherwise than out: {names[one.item][1]} {one.change:+}",
        )
        for one in packing.differences(load)
        if load is not None
    ]
