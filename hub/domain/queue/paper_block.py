"""The block of numbers that is printed beforehand, for the hour when no printer works: P-01 to P-99.

They have a letter of their own, which no lane may have: so they never meet a number that the hub gives, whatever it was
doing when it died. One pile serves all lanes; the lane is said when the number is taken into the queue.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from immutables import Map

from hub.domain.contracts.procedure import PAPER_PREFIX
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.queue.queue import TicketIssued

MOST = 99
"""Two digits are read and heard with ease, and a booth does not run a hundred people on paper."""

_TYPED = re.compile(r"[Pp]-?0*([1-9][0-9]?)")


def number(n: int) -> str:
    """As it stands on the paper: P-07."""
    return f"{PAPER_PREFIX}-{n:02}"


def read(text: str) -> int | None:
    """The number that a person typed from the paper (P7, p-07, P007), or None if it is none of the block."""
    found = _TYPED.fullmatch(text.strip())
    return int(found[1]) if found else None


def refusal(n: int, used: Map[str, tuple[int, ...]], date: str) -> Refusal | None:
    """Why this number cannot be taken into the queue on this date, or None."""
    if not 1 <= n <= MOST:
        return refuse("queue.paper_number", first=number(1), last=number(MOST))
    if n in used.get(date, ()):
        return refuse("queue.paper_used", number=number(n))
    return None


def taken(used: Map[str, tuple[int, ...]], event: TicketIssued, date: str) -> Map[str, tuple[int, ...]]:
    """The numbers used up after this ticket, by date."""
    n = read(event.number)
    return used if n is None or not event.paper else used.set(date, tuple(sorted((*used.get(date, ()), n))))


def forget_before(used: Map[str, tuple[int, ...]], date: str) -> Map[str, tuple[int, ...]]:
    """Without the days that can never be opened again."""
    for old in [day for day in used if day < date]:
        used = used.delete(old)
    return used
