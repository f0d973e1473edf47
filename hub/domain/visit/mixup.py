"""Who may be taken for whom: people of one household, or booked for the same time, stand at the windows together.

Photos and papers were exchanged between siblings, within groups, and within one time slot (Fukui, 2020 to 2022). The
number is what tells people apart; whoever works with one of them is told that there are others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hub.domain.queue.queue import TicketState

if TYPE_CHECKING:
    from hub.domain.queue.queue import Queue, Ticket
    from hub.domain.reservations.reservation import Reservation

HERE = frozenset({TicketState.WAITING, TicketState.CALLED, TicketState.SERVING})
"""States of people who are in the room."""


class Alike(NamedTuple):
    household: int
    """People on the same ticket, this one included; 1: alone."""
    same_slot: tuple[str, ...]
    """Numbers of others in the room who are booked for the same minute."""

    def __bool__(self) -> bool:
        return self.household > 1 or bool(self.same_slot)


def alike(queue: Queue, ticket: Ticket) -> Alike:
    """With whom this ticket's people may be confused now; false where with nobody."""
    if ticket.slot_minute is None:
        return Alike(ticket.people, ())
    others = (one for one in queue.tickets.values() if one.id != ticket.id and one.state in HERE)
    return Alike(ticket.people, tuple(sorted(one.number for one in others if one.slot_minute == ticket.slot_minute)))


def namesakes(rows: list[Reservation]) -> list[tuple[str, ...]]:
    """Reservation numbers whose kana name is the same: namesakes, or one person twice. Each stays a person of its own."""
    by_name: dict[str, list[str]] = {}
    for row in rows:
        if row.kana:
            by_name.setdefault(row.kana, []).append(row.number)
    return [tuple(numbers) for numbers in by_name.values() if len(numbers) > 1]
