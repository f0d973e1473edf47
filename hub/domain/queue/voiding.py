"""A number that should not be: the manager voids it, with a reason (青森 6(2): only the 現地管理者 voids and corrects).

Whoever issued it by mistake takes it back within seconds (undo); after that it may be in somebody's hand, so the person
who answers for the booth looks first. What was begun for it is given up before, and the number is never used again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.refusal import Refusal, refuse
from hub.domain.visit import discreet

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer

LONGEST_REASON = 40
"""Characters: a row of the terminal."""


class VoidTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.void"):
    ticket: int
    reason: str


class TicketVoided(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket.voided/1"):
    ticket: int
    number: str
    reason: str
    at_ms: int
    by: str
    effects: tuple[str, ...] = ()


def decide(command: VoidTicket, number: str, context: Context, by: Signer) -> tuple[TicketVoided] | Refusal:
    """Of a ticket that nobody is called for or served with (the queue's rules have seen to that)."""
    reason = command.reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        return refuse("queue.void_reason", longest=LONGEST_REASON)
    if discreet.tells(reason):
        return refuse("visit.reason_tells")
    return (TicketVoided(command.ticket, number, reason, context.at_ms, by.person),)
