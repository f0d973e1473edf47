"""Guidance: everybody who has booked is told what to bring, what to mind and where the booth is (Chiba 第2 1(1)ウ).

The list says of each reservation whether that was done; whoever telephones on the day ticks it. What is to be told is
the contract's `reservation.guidance`, in the version whose hash the day has pinned. A contract that has no such clause
owes nobody anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hub.domain.contracts.contract import Profile
    from hub.domain.day.day import ReservationsListed
    from hub.domain.moment import Context, Signer

OWED, TOLD = "owed", "told"
"""What an entry says of a listed reservation; empty where the contract wants nothing told."""

NO_TIME = 24 * 60
"""Who has no time comes after all who have one."""


class Told(msgspec.Struct, frozen=True, array_like=True):
    by: str
    at_ms: int
    listed: bool
    """The list said so already; else somebody at the booth did it."""


Guided = Map[str, Told | None]
"""Today's reservations of whom guidance is owed; None: 未案内."""


class GiveGuidance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="guidance.give"):
    """I have told whoever has this reservation (案内済)."""

    number: str


class TakeBackGuidance(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="guidance.take_back"
):
    """I had not, or somebody else."""

    number: str


GuidanceCommand = GiveGuidance | TakeBackGuidance


class GuidanceGiven(msgspec.Struct, frozen=True, tag_field="kind", tag="guidance.given/1"):
    number: str
    at_ms: int
    by: str


class GuidanceTakenBack(msgspec.Struct, frozen=True, tag_field="kind", tag="guidance.taken_back/1"):
    number: str
    at_ms: int
    by: str


GuidanceEvent = GuidanceGiven | GuidanceTakenBack


def of_row(profile: Profile, told: bool) -> str:
    """What the entry says of a listed reservation."""
    if profile.reservation.guidance is None:
        return ""
    return TOLD if told else OWED


def decide(
    command: GuidanceCommand, guided: Guided, context: Context, by: Signer
) -> tuple[GuidanceEvent, ...] | Refusal:
    """The tick, or what speaks against it: no such reservation, told already, or somebody else's tick."""
    number = command.number
    if number not in guided:
        return refuse("guidance.unknown", number=number)
    told = guided[number]
    if isinstance(command, GiveGuidance):
        if told is not None:
            return refuse("guidance.told", number=number)
        return (GuidanceGiven(number, context.at_ms, by.person),)
    if told is None or told.listed or told.by != by.person:
        return refuse("guidance.not_yours", number=number)
    return (GuidanceTakenBack(number, context.at_ms, by.person),)


def listed(guided: Guided, event: ReservationsListed) -> Guided:
    """After a list came in: a tick of the booth outlives a newer list that does not have it yet."""
    for slot in event.slots:
        if slot.guidance == TOLD:
            guided = guided.set(slot.number, guided.get(slot.number) or Told(event.by, event.at_ms, True))
        elif slot.guidance == OWED and slot.number not in guided:
            guided = guided.set(slot.number, None)
    return guided


def evolve(guided: Guided, event: GuidanceEvent) -> Guided:
    if isinstance(event, GuidanceTakenBack):
        return guided.set(event.number, None)
    return guided.set(event.number, Told(event.by, event.at_ms, False))


def untold(guided: Guided, slots: Mapping[str, int | None], came: Collection[str] = ()) -> list[str]:
    """The reservations of whom nobody was told, who comes first standing first; without those who `came` already."""
    open_ = [number for number, told in guided.items() if told is None and number not in came]
    return sorted(open_, key=lambda number: (_minute(slots.get(number)), number))


def _minute(minute: int | None) -> int:
    return NO_TIME if minute is None else minute


def last_of(guided: Guided, person: str) -> str:
    """The reservation that this person ticked last, or empty."""
    own = {number: told for number, told in guided.items() if told and told.by == person and not told.listed}
    return max(own, key=lambda number: (own[number].at_ms, number), default="")


def counted(guided: Guided) -> dict[str, int]:
    """How many were told, and how many not; empty where nothing is owed."""
    if not guided:
        return {}
    open_ = sum(told is None for told in guided.values())
    return {"told": len(guided) - open_, "untold": open_}
