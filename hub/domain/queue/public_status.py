"""What a ticket's holder may read of it from anywhere: its number, its state in words, how many wait before it.

The way there is a token that the hub prints as a QR code and that stands in no entry. The entry that issued the ticket
has the token's fingerprint, so that whoever keeps the record can tell a right one, and nobody can make one from it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from hub.domain.day.day import Phase
from hub.domain.queue.queue import Ticket, TicketState
from hub.domain.queue.waiting import ahead_of, wait_minutes

if TYPE_CHECKING:
    from hub.domain.booth import Booth
    from hub.domain.contracts.contract import Profile

TOKEN_LETTERS = 24
"""Base 32: 120 bits. At the office's limit of requests nobody meets one in the age of the universe."""

FINGERPRINT_BYTES = 16


class PublicStatus(msgspec.Struct, frozen=True):
    number: str
    lane_ja: str
    lane_en: str
    ja: str
    en: str
    ahead: int | None
    """People before this one; None where that means nothing (called, held, ended)."""
    minutes: int | None
    over: bool
    """Nothing more will change today: a page need not ask again."""


def fingerprint(record: str, token: str) -> bytes:
    """What the record keeps of a token, 16 bytes of SHA-256: the token has 120 random bits, so nothing is guessed."""
    return hashlib.sha256(f"demado status/1\0{record}\0{token}".encode()).digest()[:FINGERPRINT_BYTES]


def by_fingerprint(booth: Booth) -> dict[bytes, int]:
    """Today's tickets that have a token, by its fingerprint; none while the booth is closed, and no void one."""
    if booth.day.phase is Phase.CLOSED:
        return {}
    tickets = booth.queue.tickets.values()
    return {ticket.status: ticket.id for ticket in tickets if ticket.status and ticket.state is not TicketState.VOID}


def public_status(booth: Booth, profile: Profile, ticket: int) -> PublicStatus:
    """What the page shows of this ticket; KeyError if it is none of today's."""
    held = booth.queue.tickets[ticket]
    lane = profile.lane(held.lane)
    ahead = ahead_of(booth.queue, ticket) if held.state is TicketState.WAITING else None
    ja, en = _words(held, ahead)
    return PublicStatus(
        number=held.number,
        lane_ja=lane.ja,
        lane_en=lane.en,
        ja=ja,
        en=en,
        ahead=ahead,
        minutes=None if ahead is None else wait_minutes(lane, ahead),
        over=held.state in (TicketState.FINISHED, TicketState.CARRIED_OVER),
    )


def _words(held: Ticket, ahead: int | None) -> tuple[str, str]:
    match held.state:
        case TicketState.WAITING if ahead == 0:
            return "まもなくお呼びします", "You will be called soon"
        case TicketState.WAITING:
            return "お待ちください", "Please wait"
        case TicketState.CALLED:
            window_en = held.window.replace("窓口", "Window ")
            return f"お呼びしています。{held.window}へおこしください", f"You are called: please come to {window_en}"
        case TicketState.SERVING:
            return "手続中です", "You are being served"
        case TicketState.HELD:
            return "順番をとってあります。受付へお声がけください", "Your place is kept: please speak to reception"
        case TicketState.AWAY:
            minute = held.back_by_minute or 0
            clock = f"{minute // 60}:{minute % 60:02}"
            return f"{clock}までにお戻りください。順番をとってあります", f"Your place is kept until {clock}"
        case TicketState.NO_SHOW:
            return (
                "お呼びしましたがお見えになりません。受付へお声がけください",
                "We called you: please speak to reception",
            )
        case TicketState.CARRIED_OVER:
            return "つぎの開催でご案内します", "You will be served at another session"
    return "手続は終わりました", "Finished"
