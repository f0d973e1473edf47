"""How many wait before a ticket and how long that takes: what board, ticket, terminal and the public page all say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.domain.contracts.procedure import Lane
    from hub.domain.queue.queue import Queue

DEFAULT_PER_HOUR = 6
"""Where a contract states no rate: about ten minutes a person, what booths report."""


def wait_minutes(lane: Lane, ahead: int) -> int:
    """Minutes that `ahead` people before one mean in this lane, by the contract's rate."""
    return round(ahead * 60 / (lane.per_hour or DEFAULT_PER_HOUR))


def ahead_of(queue: Queue, ticket: int) -> int:
    """How many wait before this ticket now; 0 for one that is not in line."""
    held = queue.tickets.get(ticket)
    line = queue.lines.get(held.lane, ()) if held is not None else ()
    return line.index(ticket) if ticket in line else 0
