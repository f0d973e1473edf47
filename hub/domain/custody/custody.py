"""Custody of papers: what was collected is counted by two people, sealed, offered, and accepted by the city.

Exactly one custodian at all times; a seal number is used once for ever; the same person never signs twice; for papers
collected, per class, completed = sealed = received. Counts are blind: nobody is shown what they should find. Where a
count and the record differ and stay different, people say so with a reason, and the difference is never lost.
"""

from __future__ import annotations

import enum
import hashlib
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.people.roster import apart

if TYPE_CHECKING:
    from hub.domain.people.roster import Keys

Sheets = tuple[tuple[str, int], ...]
"""Sheets per class, sorted by class."""


class ContainerState(enum.StrEnum):
    OPEN = "open"  # being filled and counted
    SEALED = "sealed"  # closed under a seal, in the booth's keeping
    OFFERED = "offered"  # on its way; the person who offered is still the custodian
    ACCEPTED = "accepted"  # the city has signed for it


class Count(msgspec.Struct, frozen=True):
    person: str
    sheets: Sheets


class Container(msgspec.Struct, frozen=True):
    """A box from its first count to the city's signature; emptied by the city it may come back and be filled again."""

    id: str
    state: ContainerState = ContainerState.OPEN
    version: int = 1
    counts: tuple[Count, ...] = ()
    sheets: Sheets = ()
    seal: str = ""
    signed_by: tuple[str, ...] = ()
    """People who signed the seal so far."""
    sealed_ms: int = 0
    custodian: str = ""
    """Who answers for it: who signed the seal first, then who offered it, then the officer. Open: the booth's manager."""
    transfer: int = 0
    day: int = 0
    """Which of the record's days its papers are of (Custody.day)."""


class TransferState(enum.StrEnum):
    OFFERED = "offered"
    DISPUTED = "disputed"  # the receiver counted otherwise; still the giver's, and on every screen
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"  # taken back by the giver before the city signed; the containers can be offered again


class Transfer(msgspec.Struct, frozen=True):
    id: int
    containers: tuple[str, ...]
    sheets: Sheets
    manifest: bytes
    offered_by: str
    offered_ms: int
    state: TransferState = TransferState.OFFERED
    received_by: str = ""
    received_ms: int = 0
    received: Sheets = ()
    seals: tuple[str, ...] = ()


class Difference(msgspec.Struct, frozen=True):
    """A count that stayed different from what it should be, and who answers for saying so."""

    where: str
    """container (counted before sealing) or transfer (counted by the city)."""
    id: str
    sheets: Sheets
    """Per class, found minus expected; only classes that differ."""
    reason: str
    by: str
    at_ms: int
    day: int


class Totals(msgspec.Struct, frozen=True):
    """One day's sheets per class at the three places where they are counted."""

    collected: Map[str, int] = Map()
    sealed: Map[str, int] = Map()
    accepted: Map[str, int] = Map()


class Custody(msgspec.Struct, frozen=True):
    loose: Map[str, int] = Map()
    """Sheets per class that finished visits left in the booth and no seal covers yet."""
    containers: Map[str, Container] = Map()
    seals: Map[str, str] = Map()
    """Every seal number ever used, and on what: never used again."""
    transfers: Map[int, Transfer] = Map()
    collected: Map[str, int] = Map()
    """All sheets ever collected, per class: what completed visits owe the city."""
    day: int = 0
    """Counts the record's days: a container belongs to the day it was sealed on."""
    today: Totals = Totals()
    differences: tuple[Difference, ...] = ()
    """Every difference ever admitted, oldest first."""


# ------------------------------------------------------------------ commands and events


class CountPapers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="custody.count"):
    """One person's blind count of all loose papers, as they go into the container."""

    container: str
    sheets: dict[str, int]


class SealContainer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="custody.seal"):
    """Sign the seal. The first signer names its number; the second reads it again and signs the same."""

    container: str
    seal: str
    manifest: bytes = b""
    """Hash of the box as this seal would close it (under_seal), as it was shown; empty in older commands."""


class RecordDifference(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="custody.difference"
):
    """The manager answers for papers that two people find otherwise than the record; only then can they be sealed."""

    container: str
    reason: str
    difference: Sheets = ()
    """Per class, found minus recorded, as it was shown; empty in older commands."""


class UnsealContainer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="custody.unseal"):
    """The manager opens a sealed container, with a reason. Its papers are counted again; its seal is spent."""

    container: str
    reason: str
    manifest: bytes = b""
    """Hash of the box as it was shown: its seal is never used again, so another sealing is another box."""


class OfferTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="custody.offer"):
    containers: tuple[str, ...]
    manifest: bytes = b""
    """Hash of the boxes as they were shown, in this order; empty in older commands."""


class WithdrawTransfer(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="custody.withdraw"
):
    """The manager takes an offer back that the city has not signed (wrong container, a seal that does not fit)."""

    transfer: int
    reason: str
    manifest: bytes = b""
    """The transfer's, as it was shown; empty in older commands."""


class AcceptTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="custody.accept"):
    """The city's signature for what it received: seals read, sheets counted blind, per class."""

    transfer: int
    manifest: bytes
    seals: tuple[str, ...]
    """As read from the containers, in any order."""
    sheets: dict[str, int]
    difference_reason: str = ""
    """Said at a second count that found the same difference: the city signs for what there is."""


CustodyCommand = (
    CountPapers | SealContainer | RecordDifference | UnsealContainer | OfferTransfer | WithdrawTransfer | AcceptTransfer
)


class PapersCounted(msgspec.Struct, frozen=True, tag_field="kind", tag="papers.counted/1"):
    container: str
    sheets: Sheets
    agrees: bool
    """Whether this count equals the record's."""
    at_ms: int
    by: str


class SealSigned(msgspec.Struct, frozen=True, tag_field="kind", tag="seal.signed/1"):
    container: str
    seal: str
    at_ms: int
    by: str


class ContainerSealed(msgspec.Struct, frozen=True, tag_field="kind", tag="container.sealed/1"):
    container: str
    seal: str
    sheets: Sheets
    at_ms: int
    by: str
    with_: str = ""


class DifferenceRecorded(msgspec.Struct, frozen=True, tag_field="kind", tag="papers.difference/1"):
    container: str
    sheets: Sheets
    """What was found, and is from now on what the record says."""
    difference: Sheets
    """Per class, found minus recorded; only classes that differ."""
    reason: str
    at_ms: int
    by: str


class ContainerUnsealed(msgspec.Struct, frozen=True, tag_field="kind", tag="container.unsealed/1"):
    container: str
    seal: str
    sheets: Sheets
    reason: str
    at_ms: int
    by: str


class TransferOffered(msgspec.Struct, frozen=True, tag_field="kind", tag="transfer.offered/1"):
    transfer: int
    containers: tuple[str, ...]
    seals: tuple[str, ...]
    sheets: Sheets
    manifest: bytes
    at_ms: int
    by: str
    effects: tuple[str, ...] = ("handoff",)


class TransferAccepted(msgspec.Struct, frozen=True, tag_field="kind", tag="transfer.accepted/1"):
    transfer: int
    sheets: Sheets
    at_ms: int
    by: str
    difference: Sheets = ()
    """Per class, received minus offered, where the city signs in spite of it."""
    reason: str = ""


class TransferWithdrawn(msgspec.Struct, frozen=True, tag_field="kind", tag="transfer.withdrawn/1"):
    transfer: int
    reason: str
    at_ms: int
    by: str


class TransferDisputed(msgspec.Struct, frozen=True, tag_field="kind", tag="transfer.disputed/1"):
    transfer: int
    sheets: Sheets
    difference: Sheets
    """Per class, received minus offered; only classes that differ."""
    at_ms: int
    by: str


CustodyEvent = (
    PapersCounted
    | SealSigned
    | ContainerSealed
    | DifferenceRecorded
    | ContainerUnsealed
    | TransferOffered
    | TransferWithdrawn
    | TransferAccepted
    | TransferDisputed
)


# ------------------------------------------------------------------ questions


def manifest_hash(containers: tuple[Container, ...]) -> bytes:
    """SHA-256 of the manifest: containers, seals and sheets, in order. Both signatures of a transfer name it."""
    rows = [(container.id, container.seal, container.sheets) for container in containers]
    return hashlib.sha256(msgspec.msgpack.encode(rows)).digest()


def under_seal(custody: Custody, container: Container, seal: str) -> Container:
    """The box as this seal would close it: with all that is loose."""
    return msgspec.structs.replace(container, seal=seal, sheets=loose_by_class(custody))


def version_of(custody: Custody, transfer: Transfer) -> int:
    """A transfer's version: that of its first box, which all that becomes of the transfer changes."""
    return custody.containers[transfer.containers[0]].version


def loose_sheets(custody: Custody) -> int:
    """How many sheets lie in the booth without a seal."""
    return sum(custody.loose.values())


def loose_by_class(custody: Custody) -> Sheets:
    return tuple(sorted((paper, count) for paper, count in custody.loose.items() if count))


def open_container(custody: Custody, container: str) -> Container:
    """The container, or an empty one of that id: a box exists from its first count on, and again once the city took it."""
    known = custody.containers.get(container)
    if known is None:
        return Container(id=container, day=custody.day)
    if known.state is ContainerState.ACCEPTED:
        return Container(id=container, version=known.version, day=custody.day)
    return known


def received(custody: Custody) -> dict[str, int]:
    """Sheets per class that the city has signed for."""
    total: dict[str, int] = {}
    for transfer in custody.transfers.values():
        if transfer.state is TransferState.ACCEPTED:
            add_sheets(total, transfer.received)
    return total


def sealed(custody: Custody) -> dict[str, int]:
    """Sheets per class that were ever put under a seal and not taken out again."""
    total: dict[str, int] = {}
    for container in custody.containers.values():
        if container.state is ContainerState.SEALED:
            add_sheets(total, container.sheets)
    # A sealed container leaves with exactly one transfer; the container itself may be filled again afterwards.
    for transfer in custody.transfers.values():
        if transfer.state is not TransferState.WITHDRAWN:
            add_sheets(total, transfer.sheets)
    return total


def agreed(container: Container, two: bool, keys: Keys) -> Sheets | None:
    """What enough different people found alike, the latest such finding; None while there is none."""
    for found in reversed(container.counts):
        if enough(container, found.sheets, two, keys):
            return found.sheets
    return None


def standing_difference(custody: Custody, container: Container, two: bool, keys: Keys) -> Sheets | None:
    """What enough people found alike, minus what the record says; None while they did not find it alike."""
    found = agreed(container, two, keys)
    return None if found is None else difference(found, loose_by_class(custody))


def difference(found: Sheets, expected: Sheets) -> Sheets:
    """Per class, found minus expected; only classes that differ."""
    one, other = dict(found), dict(expected)
    changes = {paper: one.get(paper, 0) - other.get(paper, 0) for paper in sorted(one.keys() | other.keys())}
    return tuple((paper, change) for paper, change in changes.items() if change)


def enough(container: Container, sheets: Sheets, two: bool, keys: Keys) -> bool:
    """Whether somebody (or two who count as two) found just this."""
    people = [count.person for count in container.counts if count.sheets == sheets]
    if not two:
        return bool(people)
    return any(apart(keys, one, other) for at, one in enumerate(people) for other in people[:at])


def add_sheets(total: dict[str, int], sheets: Sheets) -> None:
    for paper, count in sheets:
        total[paper] = total.get(paper, 0) + count
