"""A window that is kept for one lane, where the contract wants lanes apart (千葉 第2 1(2)イ: 申請受付と交付受付).

The first call of such a lane at a window keeps it for that lane until the date ends; a manager can say so beforehand,
and give a window free again that nobody stands at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.queue.queue import CALLS, LONGEST_WINDOW_NAME, CallNext
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import Queue, QueueCommand


class KeepWindow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="window.keep"):
    """Keep a window for a lane; an empty lane gives it free."""

    window: str
    lane: str


class WindowKept(msgspec.Struct, frozen=True, tag_field="kind", tag="window.kept/1"):
    window: str
    lane: str
    at_ms: int
    by: str


Kept = Map[str, str]
"""Window to the lane that it is kept for."""


def decide(
    command: KeepWindow, kept: Kept, queue: Queue, profile: Profile, context: Context, by: Signer
) -> tuple[WindowKept, ...] | Refusal:
    window, before = command.window, kept.get(command.window, "")
    if not window.strip() or len(window) > LONGEST_WINDOW_NAME:
        return refuse("queue.window")
    if command.lane and not profile.has_lane(command.lane):
        return refuse("queue.unknown_lane", lane=command.lane)
    if command.lane and command.lane not in profile.lanes_apart:
        return refuse("queue.window_any", lane=profile.lane(command.lane).ja)
    if command.lane and before:
        return _other(window, before, profile)
    if not command.lane and not before:
        return refuse("queue.window_free", window=window)
    busy = queue.windows.get(window)
    if busy is not None:
        return refuse("queue.window_busy", window=window, number=queue.tickets[busy].number)
    return (WindowKept(window, command.lane, context.at_ms, by.person),)


def narrowed(command: QueueCommand, kept: Kept, queue: Queue, profile: Profile) -> QueueCommand | Refusal:
    """The command as it may be carried out at its window: the next of several lanes is of one that belongs there."""
    if not CALLS.has(command) or command.window not in kept:
        return command
    own = kept[command.window]
    others = profile.lanes_apart - {own}
    if isinstance(command, CallNext):
        lanes = tuple(lane for lane in command.lanes if lane not in others)
        if lanes or not command.lanes:
            return msgspec.structs.replace(command, lanes=lanes)
        return _other(command.window, own, profile)
    ticket = queue.tickets.get(command.ticket)
    return _other(command.window, own, profile) if ticket is not None and ticket.lane in others else command


def kept_with(
    window: str, lane: str, kept: Kept, profile: Profile, context: Context, by: Signer
) -> tuple[WindowKept, ...]:
    """What a call at a window makes of it: the first one of a lane that stands apart keeps it."""
    if window in kept or lane not in profile.lanes_apart:
        return ()
    return (WindowKept(window, lane, context.at_ms, by.person),)


def evolve(kept: Kept, event: WindowKept) -> Kept:
    return kept.set(event.window, event.lane) if event.lane else kept.delete(event.window)


def _other(window: str, lane: str, profile: Profile) -> Refusal:
    return refuse("queue.window_kept", window=window, lane=profile.lane(lane).ja)
