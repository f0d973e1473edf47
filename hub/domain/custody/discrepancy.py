"""A difference that a day was closed with: whose it is to clear up, and until when; on every screen until it is.

A manager closes a day with it, never silently: the owner and the deadline are said first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.custody.custody import Sheets
from hub.domain.moment import iso_date
from hub.domain.personal.personal import is_date
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer

LONGEST_TEXT = 100
"""Characters of a reason or of what came of it: two rows of a terminal."""

LONGEST_OWNER = 20
"""Characters of an owner: a role or a staff number stands in a row with the deadline."""


class Discrepancy(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that admitted it."""
    number: str
    """D-001, counted over the whole record."""
    sheets: Sheets
    """Per class, found minus expected; empty where a count was left out."""
    owner: str
    due: str
    """YYYY-MM-DD."""
    reason: str
    at_ms: int
    by: str


class Discrepancies(msgspec.Struct, frozen=True):
    open: Map[int, Discrepancy] = Map()
    counted: int = 0


class ResolveDiscrepancy(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="discrepancy.resolve"
):
    """What came of it: found, destroyed by mistake, reported as an incident."""

    discrepancy: int
    outcome: str


class DiscrepancyResolved(msgspec.Struct, frozen=True, tag_field="kind", tag="discrepancy.resolved/1"):
    discrepancy: int
    number: str
    outcome: str
    at_ms: int
    by: str


def bad(owner: str, due: str, reason: str, at_ms: int) -> Refusal | None:
    """Why nobody could be held to it: no owner, no date, or one that is over."""
    if not 0 < len(owner.strip()) <= LONGEST_OWNER:
        return refuse("discrepancy.owner", longest=LONGEST_OWNER)
    if not is_date(due) or due < iso_date(at_ms):
        return refuse("discrepancy.due")
    return None if 0 < len(reason.strip()) <= LONGEST_TEXT else refuse("discrepancy.text", longest=LONGEST_TEXT)


def in_order(held: Discrepancies) -> list[Discrepancy]:
    """The open ones, that which is due first before the others."""
    return sorted(held.open.values(), key=lambda one: (one.due, one.id))


def overdue(held: Discrepancies, date: str) -> list[Discrepancy]:
    """Those whose day is over on `date` (YYYY-MM-DD)."""
    return [one for one in in_order(held) if one.due < date]


def next_number(held: Discrepancies) -> str:
    return f"D-{held.counted + 1:03}"


def decide(
    command: ResolveDiscrepancy, held: Discrepancies, context: Context, by: Signer
) -> tuple[DiscrepancyResolved, ...] | Refusal:
    one = held.open.get(command.discrepancy)
    if one is None:
        return refuse("discrepancy.unknown")
    if not 0 < len(command.outcome.strip()) <= LONGEST_TEXT:
        return refuse("discrepancy.text", longest=LONGEST_TEXT)
    return (DiscrepancyResolved(one.id, one.number, command.outcome.strip(), context.at_ms, by.person),)


def opened(held: Discrepancies, one: Discrepancy) -> Discrepancies:
    return Discrepancies(held.open.set(one.id, one), held.counted + 1)


def evolve(held: Discrepancies, event: DiscrepancyResolved) -> Discrepancies:
    return Discrepancies(held.open.delete(event.discrepancy), held.counted)
