"""What stands still while no officer of the city is on duty: lanes that the contract gives to nobody else.

The lane is not closed: its tickets keep their places, and the first officer who comes on duty lets it go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.queue.queue import CallNext, CallTicket
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.identity.identity import Identity
    from hub.domain.queue.queue import Queue, QueueCommand


def paused(profile: Profile, identity: Identity) -> frozenset[str]:
    """Lanes of which nobody may be called now (千葉 第2 1(2): a city employee at each booth)."""
    return frozenset() if identity.officers else profile.lanes_with_officer


def without_paused(command: QueueCommand, queue: Queue, profile: Profile, identity: Identity) -> QueueCommand | Refusal:
    """The command as it may be carried out now: the next of several lanes comes from one that goes on."""
    still = paused(profile, identity)
    if not still:
        return command
    if isinstance(command, CallNext):
        lanes = tuple(lane for lane in command.lanes if lane not in still)
        if lanes or not command.lanes:
            return msgspec.structs.replace(command, lanes=lanes)
        return _refused(command.lanes[0], profile)
    if isinstance(command, CallTicket):
        ticket = queue.tickets.get(command.ticket)
        if ticket is not None and ticket.lane in still:
            return _refused(ticket.lane, profile)
    return command


def _refused(lane: str, profile: Profile) -> Refusal:
    return refuse("queue.no_officer", lane=profile.lane(lane).ja if profile.has_lane(lane) else lane)
