"""Somebody who answers for the booth is there whenever it works (千葉 第2 2, 小金井 8⑵「常駐」).

Whoever opens the day answers for it. A manager who leaves says so, and a deputy who takes over; while nobody is there
no number is issued and nobody is called. Who stands at a window is served to the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.queue.queue import CALLS, IssueTicket
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import QueueCommand


class LeaveBooth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="manager.leave"):
    """I leave the booth and answer for it no more."""


class TakeBooth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="manager.take"):
    """I am here and answer for the booth from now on."""


class ManagerLeft(msgspec.Struct, frozen=True, tag_field="kind", tag="manager.left/1"):
    at_ms: int
    by: str


class ManagerCame(msgspec.Struct, frozen=True, tag_field="kind", tag="manager.came/1"):
    at_ms: int
    by: str


PresenceCommand = LeaveBooth | TakeBooth
PresenceEvent = ManagerLeft | ManagerCame

Leading = tuple[str, ...]
"""Who answers for the booth now, in the order in which they came."""


def decide(
    command: PresenceCommand, leading: Leading, context: Context, by: Signer
) -> tuple[PresenceEvent, ...] | Refusal:
    there = by.person in leading
    if isinstance(command, TakeBooth):
        return refuse("day.manager_here") if there else (ManagerCame(context.at_ms, by.person),)
    return (ManagerLeft(context.at_ms, by.person),) if there else refuse("day.manager_away")


def evolve(leading: Leading, event: PresenceEvent) -> Leading:
    others = tuple(person for person in leading if person != event.by)
    return (*others, event.by) if isinstance(event, ManagerCame) else others


def paused(profile: Profile, leading: Leading) -> Refusal | None:
    """Why reception stands still: the contract's manager is to be there at each event, and nobody is."""
    if leading:
        return None
    role = next((one for one in profile.roles if one.manages and one.presence == "each_event"), None)
    return refuse("day.no_manager", role=role.ja) if role is not None else None


def refusal(command: QueueCommand, profile: Profile, leading: Leading) -> Refusal | None:
    """Nobody is taken on or called meanwhile."""
    return paused(profile, leading) if isinstance(command, IssueTicket) or CALLS.has(command) else None
