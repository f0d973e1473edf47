"""How a record goes on after its hub was restored, forked or lost: recovered entries, kept discrepancies, take-overs.

Epoch 1 is written by the hub that the record is named after. Every later epoch begins with two people's word that the old
hub is switched off, and with the word of the machine that goes on; from then on its key alone speaks for the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Signer

BLOCK = 100
"""After a take-over a prefix goes on behind a whole unused block of this size: nobody knows what the dead hub printed after
its last entry that a second device has, and a booth issues no hundred tickets to terminals that it cannot reach."""

CONFIRMERS = 2
"""People who confirm that the old hub is switched off, one of them a manager."""


class ConfirmSwitchedOff(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="continuity.confirm_off"
):
    """I have seen that the old hub is switched off; the machine with this key goes on from here, under this epoch."""

    hub_key: bytes
    epoch: int
    size: int
    """Number of entries that the new hub goes on from."""
    root: bytes
    """The record's Merkle root at that size."""


class TakeOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="continuity.take_over"):
    """Signed by the new hub, right after the two confirmations, in the same commit."""

    epoch: int


class Recover(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="continuity.recover"):
    """The hub has taken back entries of its own that others kept."""

    from_size: int
    """How many entries of the record the hub still had."""
    to_size: int
    """How many it has now, before this one."""
    covered: int
    """Up to this size a checkpoint that the hub itself signed vouches for them; the rest is vouched for by nobody."""
    sources: tuple[str, ...]
    """Machines whose copies were read."""


class Extra(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An entry that a hub wrote beside the record: after a restored card, or after it had been succeeded."""

    index: int
    at_ms: int
    """When that hub wrote it, by its clock."""
    made_ms: int
    """When its person signed the command."""
    kind: str
    certificate: bytes
    """Id of the certificate that the command names: who asked for it, if its signature holds."""
    body: bytes
    """The entry as it was found, to the byte."""


class KeepDiscrepancy(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="continuity.discrepancy"
):
    """Entries that contradict the record, kept word for word. They are evidence: nothing follows from them."""

    epoch: int
    source: str
    """Where they were found."""
    extras: tuple[Extra, ...]


ContinuityCommand = ConfirmSwitchedOff | TakeOver | Recover | KeepDiscrepancy

BEGINS_EPOCH = frozenset({ConfirmSwitchedOff, TakeOver})
"""Commands that are signed for the next epoch, and stand in its first entries."""


class SwitchedOffConfirmed(msgspec.Struct, frozen=True, tag_field="kind", tag="continuity.confirmed_off/1"):
    hub_key: bytes
    epoch: int
    size: int
    root: bytes
    manager: bool
    at_ms: int
    by: str


class FirstNumber(msgspec.Struct, frozen=True, array_like=True):
    """Where a prefix goes on: numbers between `known` and `first` may be on paper and are never given again."""

    date: str
    prefix: str
    known: int
    first: int


class TakenOver(msgspec.Struct, frozen=True, tag_field="kind", tag="continuity.taken_over/1"):
    epoch: int
    hub: str
    hub_key: bytes
    size: int
    confirmed_by: tuple[str, ...]
    numbers: tuple[FirstNumber, ...]
    at_ms: int
    by: str


class Recovered(msgspec.Struct, frozen=True, tag_field="kind", tag="continuity.recovered/1"):
    from_size: int
    to_size: int
    covered: int
    sources: tuple[str, ...]
    at_ms: int
    by: str


class Trace(msgspec.Struct, frozen=True, array_like=True):
    """What a list shows of a kept entry; its bytes are in the command."""

    index: int
    at_ms: int
    made_ms: int
    kind: str
    certificate: bytes


class DiscrepancyKept(msgspec.Struct, frozen=True, tag_field="kind", tag="continuity.discrepancy_kept/1"):
    epoch: int
    source: str
    traces: tuple[Trace, ...]
    at_ms: int
    """When it was kept: the other time is each trace's own."""
    by: str


ContinuityEvent = SwitchedOffConfirmed | TakenOver | Recovered | DiscrepancyKept


class HubOf(msgspec.Struct, frozen=True, array_like=True):
    """A machine that took the record over: its entries and checkpoints are those beyond `since`."""

    epoch: int
    name: str
    key: bytes
    since: int


class Discrepancy(msgspec.Struct, frozen=True, array_like=True):
    """Where in the record kept entries stand, and what they are."""

    entry: int
    source: str
    epoch: int
    first: int
    count: int
    at_ms: int


class Continuity(msgspec.Struct, frozen=True):
    """Who writes the record, and what has been kept beside it."""

    epoch: int = 1
    hubs: tuple[HubOf, ...] = ()
    """Take-overs in order; empty while the record's first hub writes."""
    confirmed: tuple[SwitchedOffConfirmed, ...] = ()
    """Confirmations of a take-over that has not happened yet."""
    numbers: tuple[FirstNumber, ...] = ()
    """Perhaps issued: what the last take-over skipped."""
    recovered: tuple[Recovered, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()

    def writer(self, size: int | None = None) -> HubOf | None:
        """Who signs the checkpoint of `size` (the next one by default); None: the hub the record is named after."""
        if size is None:
            return self.hubs[-1] if self.hubs else None
        return next((hub for hub in reversed(self.hubs) if hub.since < size), None)


START = Continuity()
"""A record that nobody has taken over yet."""


HUBS = frozenset({"hub", "standby_hub"})
"""Kinds of signers that speak for a record."""


def not_the_writer(continuity: Continuity, hub: str, by: Signer) -> Refusal | None:
    """Why this hub may not speak for the record named after `hub`, or None; of others nothing is said here."""
    if by.kind not in HUBS:
        return None
    writer = continuity.writer()
    if writer is None:
        fits = by.kind == "hub" and by.person == hub
    else:
        fits = by.key == writer.key
    return None if fits else refuse("continuity.not_the_hub", person=by.person)


def first_number(known: int) -> int:
    """The first number after a take-over: the rest of its hundred and one whole hundred stay unused."""
    return (known // BLOCK + 2) * BLOCK + 1


def evolve(held: Continuity, event: ContinuityEvent, index: int) -> Continuity:
    """The state after an event of entry `index`; where numbers go on is the booth's part."""
    match event:
        case SwitchedOffConfirmed():
            return msgspec.structs.replace(held, confirmed=(*held.confirmed, event))
        case TakenOver():
            hub = HubOf(event.epoch, event.hub, event.hub_key, event.size)
            return msgspec.structs.replace(
                held, epoch=event.epoch, hubs=(*held.hubs, hub), confirmed=(), numbers=event.numbers
            )
        case Recovered():
            return msgspec.structs.replace(held, recovered=(*held.recovered, event))
        case DiscrepancyKept():
            first, count = event.traces[0].index, len(event.traces)  # decide lets none without entries through
            kept = Discrepancy(index, event.source, event.epoch, first, count, event.at_ms)
            return msgspec.structs.replace(held, discrepancies=(*held.discrepancies, kept))
