"""A difference that stayed: whose it is to clear up, and until when; on every screen until it is.

A manager closes a day with it, never silently: the owner and the deadline are said first. One that is admitted at a count of
papers, or that the city signs in spite of, opens by itself: its owner is who answers for the papers, its deadline the
contract's `operation.difference_days`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.custody.custody import DifferenceRecorded, Sheets, TransferAccepted
from hub.domain.moment import DAY_MS, as_date, iso_date
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.custody import Custody, CustodyEvent
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


class DiscrepancyOpened(msgspec.Struct, frozen=True, tag_field="kind", tag="discrepancy.opened/1"):
    """By itself, in the entry whose count found it."""

    discrepancy: int
    number: str
    sheets: Sheets
    owner: str
    due: str
    reason: str
    at_ms: int
    by: str


class DiscrepancyResolved(msgspec.Struct, frozen=True, tag_field="kind", tag="discrepancy.resolved/1"):
    discrepancy: int
    number: str
    outcome: str
    at_ms: int
    by: str


DiscrepancyEvent = DiscrepancyOpened | DiscrepancyResolved


def bad(owner: str, due: str, reason: str, at_ms: int) -> Refusal | None:
    """Why nobody could be held to it: no owner, no date, or one that is over."""
    if not 0 < len(owner.strip()) <= LONGEST_OWNER:
        return refuse("discrepancy.owner", longest=LONGEST_OWNER)
    if as_date(due) is None or due < iso_date(at_ms):
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


def opened_with(
    decided: tuple[CustodyEvent, ...],
    held: Discrepancies,
    custody: Custody,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[DiscrepancyOpened, ...]:
    """What opens with a count that stayed different: the manager who admits it answers, or who handed the papers over."""
    due = iso_date(context.at_ms + profile.operation.difference_days * DAY_MS)
    for event in decided:
        match event:
            case DifferenceRecorded():
                owner = by.person
            case TransferAccepted() if event.difference:
                owner = custody.transfers[event.transfer].offered_by
            case _:
                continue
        reason = event.reason[:LONGEST_TEXT]
        number = next_number(held)
        return (
            DiscrepancyOpened(
                context.index, number, event.difference, owner, due, reason, context.at_ms, by.person
            ),
        )  # fmt: skip
    return ()


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


def evolve(held: Discrepancies, event: DiscrepancyEvent) -> Discrepancies:
    if isinstance(event, DiscrepancyOpened):
        one = Discrepancy(
            event.discrepancy, event.number, event.sheets, event.owner, event.due, event.reason, event.at_ms, event.by
        )
        return opened(held, one)
    return Discrepancies(held.open.delete(event.discrepancy), held.counted)
