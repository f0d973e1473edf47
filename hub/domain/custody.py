"""Custody of papers: what was collected is counted by two people, sealed, offered, and accepted by the city.

Exactly one custodian at all times; a seal number is used once for ever; the same person never signs twice; for papers
collected, per class, completed = sealed = received. Counts are blind: nobody is shown what they should find.
"""

from __future__ import annotations

import enum
import hashlib
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse
from hub.domain.visit import VisitEnded, VisitState

if TYPE_CHECKING:
    from hub.domain.contract import Profile
    from hub.domain.moment import Context, Signer

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
    transfer: int = 0


class TransferState(enum.StrEnum):
    OFFERED = "offered"
    DISPUTED = "disputed"  # the receiver counted otherwise; still the giver's, and on every screen
    ACCEPTED = "accepted"


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


class Custody(msgspec.Struct, frozen=True):
    loose: Map[str, int] = Map()
    """Sheets per class that finished visits left in the booth and no seal covers yet."""
    containers: Map[str, Container] = Map()
    seals: Map[str, str] = Map()
    """Every seal number ever used, and on what: never used again."""
    transfers: Map[int, Transfer] = Map()
    collected: Map[str, int] = Map()
    """All sheets ever collected, per class: what completed visits owe the city."""


# ------------------------------------------------------------------ commands and events


class CountPapers(msgspec.Struct, frozen=True, tag_field="kind", tag="custody.count"):
    """One person's blind count of all loose papers, as they go into the container."""

    container: str
    sheets: dict[str, int]


class SealContainer(msgspec.Struct, frozen=True, tag_field="kind", tag="custody.seal"):
    """Sign the seal. The first signer names its number; the second reads it again and signs the same."""

    container: str
    seal: str


class OfferTransfer(msgspec.Struct, frozen=True, tag_field="kind", tag="custody.offer"):
    containers: tuple[str, ...]


class AcceptTransfer(msgspec.Struct, frozen=True, tag_field="kind", tag="custody.accept"):
    """The city's signature for what it received: seals read, sheets counted blind, per class."""

    transfer: int
    manifest: bytes
    seals: tuple[str, ...]
    sheets: dict[str, int]


CustodyCommand = CountPapers | SealContainer | OfferTransfer | AcceptTransfer


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


class TransferDisputed(msgspec.Struct, frozen=True, tag_field="kind", tag="transfer.disputed/1"):
    transfer: int
    sheets: Sheets
    difference: Sheets
    """Per class, received minus offered; only classes that differ."""
    at_ms: int
    by: str


CustodyEvent = PapersCounted | SealSigned | ContainerSealed | TransferOffered | TransferAccepted | TransferDisputed


# ------------------------------------------------------------------ questions


def manifest_hash(containers: tuple[Container, ...]) -> bytes:
    """SHA-256 of the manifest: containers, seals and sheets, in order. Both signatures of a transfer name it."""
    rows = [(container.id, container.seal, container.sheets) for container in containers]
    return hashlib.sha256(msgspec.msgpack.encode(rows)).digest()


def loose_sheets(custody: Custody) -> int:
    """How many sheets lie in the booth without a seal."""
    return sum(custody.loose.values())


def loose_by_class(custody: Custody) -> Sheets:
    return tuple(sorted((paper, count) for paper, count in custody.loose.items() if count))


def open_container(custody: Custody, container: str) -> Container:
    """The container, or an empty one of that id: a box exists from its first count on."""
    return custody.containers.get(container) or Container(id=container)


def received(custody: Custody) -> dict[str, int]:
    """Sheets per class that the city has signed for."""
    total: dict[str, int] = {}
    for transfer in custody.transfers.values():
        if transfer.state is TransferState.ACCEPTED:
            _add(total, transfer.received)
    return total


def sealed(custody: Custody) -> dict[str, int]:
    """Sheets per class that were ever put under a seal."""
    total: dict[str, int] = {}
    for container in custody.containers.values():
        if container.state is not ContainerState.OPEN:
            _add(total, container.sheets)
    return total


# ------------------------------------------------------------------ decide


def decide(
    command: CustodyCommand, custody: Custody, profile: Profile, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    match command:
        case CountPapers():
            return _count(command, custody, profile, context, by)
        case SealContainer():
            return _seal(command, custody, profile, context, by)
        case OfferTransfer():
            return _offer(command, custody, context, by)
        case AcceptTransfer():
            return _accept(command, custody, context, by)


def _count(
    command: CountPapers, custody: Custody, profile: Profile, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    container = open_container(custody, command.container)
    if container.state is not ContainerState.OPEN:
        return refuse("custody.container_sealed", container=container.id)
    if container.signed_by:
        return refuse("custody.same_person", person=container.signed_by[0])
    loose = loose_by_class(custody)
    if not loose:
        return refuse("custody.nothing")
    classes = {paper.id: paper.ja for paper in profile.paper_classes()}
    for paper in classes:
        if paper not in command.sheets:
            return refuse("custody.class_missing", paper=classes[paper])
    for paper, count in command.sheets.items():
        if paper not in classes:
            return refuse("visit.paper_unknown", paper=paper)
        if not 0 <= count <= 100_000:  # more than a booth's whole contract brings: a slip of the finger
            return refuse("visit.paper_count", paper=classes[paper], count=count)
    sheets = tuple(sorted((paper, count) for paper, count in command.sheets.items() if count))
    return (PapersCounted(container.id, sheets, sheets == loose, context.at_ms, by.person),)


def _seal(
    command: SealContainer, custody: Custody, profile: Profile, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    container = open_container(custody, command.container)
    if container.state is not ContainerState.OPEN:
        return refuse("custody.container_sealed", container=container.id)
    two = profile.operation.two_person_seal
    loose = loose_by_class(custody)
    good = [count for count in container.counts if count.sheets == loose]
    if len({count.person for count in good}) < (2 if two else 1):
        if container.counts and not good:
            return refuse("custody.count_mismatch", detail=_difference_ja(profile, container.counts[-1].sheets, loose))
        return refuse("custody.not_counted")
    if by.person in container.signed_by:
        return refuse("custody.same_person", person=by.person)
    if container.signed_by:
        if command.seal != container.seal:
            return refuse("custody.seal_differs", seal=command.seal)
        return (
            SealSigned(container.id, command.seal, context.at_ms, by.person),
            ContainerSealed(container.id, command.seal, loose, context.at_ms, container.signed_by[0], with_=by.person),
        )
    if not command.seal or command.seal in custody.seals:
        return refuse("custody.seal_used", seal=command.seal)
    signed = SealSigned(container.id, command.seal, context.at_ms, by.person)
    if two:
        return (signed,)
    return (signed, ContainerSealed(container.id, command.seal, loose, context.at_ms, by.person))


def _offer(
    command: OfferTransfer, custody: Custody, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    containers = []
    for number in dict.fromkeys(command.containers):
        container = custody.containers.get(number)
        if container is None:
            return refuse("custody.unknown_container", container=number)
        if container.state is ContainerState.OPEN:
            return refuse("custody.not_sealed", container=number)
        if container.state is not ContainerState.SEALED:
            return refuse("custody.in_transfer", container=number)
        containers.append(container)
    if not containers:
        return refuse("custody.nothing")
    total: dict[str, int] = {}
    for container in containers:
        _add(total, container.sheets)
    return (
        TransferOffered(
            transfer=context.index,
            containers=tuple(container.id for container in containers),
            seals=tuple(container.seal for container in containers),
            sheets=tuple(sorted(total.items())),
            manifest=manifest_hash(tuple(containers)),
            at_ms=context.at_ms,
            by=by.person,
        ),
    )


def _accept(
    command: AcceptTransfer, custody: Custody, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    transfer = custody.transfers.get(command.transfer)
    if transfer is None:
        return refuse("custody.unknown_transfer")
    if transfer.state is TransferState.ACCEPTED:
        return refuse("custody.transfer_done")
    if by.person == transfer.offered_by:
        return refuse("custody.same_person", person=by.person)
    if command.manifest != transfer.manifest:
        return refuse("custody.manifest_differs")
    seals = tuple(custody.containers[container].seal for container in transfer.containers)
    if command.seals != seals:
        return refuse("custody.seal_differs", seal="、".join(command.seals))
    sheets = tuple(sorted((paper, count) for paper, count in command.sheets.items() if count))
    offered = dict(transfer.sheets)
    counted = dict(sheets)
    difference = tuple(
        (paper, counted.get(paper, 0) - offered.get(paper, 0))
        for paper in sorted(offered.keys() | counted.keys())
        if counted.get(paper, 0) != offered.get(paper, 0)
    )
    if difference:
        return (TransferDisputed(transfer.id, sheets, difference, context.at_ms, by.person),)
    return (TransferAccepted(transfer.id, sheets, context.at_ms, by.person),)


def _difference_ja(profile: Profile, found: Sheets, recorded: Sheets) -> str:
    """Which classes differ, by name only: how many would unblind the next count."""
    one, other = dict(found), dict(recorded)
    names = {paper.id: paper.ja for paper in profile.paper_classes()}
    return "、".join(names.get(p, p) for p in sorted(one.keys() | other.keys()) if one.get(p) != other.get(p))


def _add(total: dict[str, int], sheets: Sheets) -> None:
    for paper, count in sheets:
        total[paper] = total.get(paper, 0) + count


# ------------------------------------------------------------------ evolve


def evolve(custody: Custody, event: CustodyEvent | VisitEnded) -> Custody:
    match event:
        case VisitEnded():
            if event.state is not VisitState.DONE:
                return custody
            loose, collected = custody.loose, custody.collected
            for paper, count in event.papers:
                loose = loose.set(paper, loose.get(paper, 0) + count)
                collected = collected.set(paper, collected.get(paper, 0) + count)
            return msgspec.structs.replace(custody, loose=loose, collected=collected)
        case PapersCounted():
            box = open_container(custody, event.container)
            others = tuple(count for count in box.counts if count.person != event.by)
            counts = (*others, Count(event.by, event.sheets))
            return _put(custody, msgspec.structs.replace(box, version=box.version + 1, counts=counts))
        case SealSigned():
            box = open_container(custody, event.container)
            box = msgspec.structs.replace(
                box, version=box.version + 1, seal=event.seal, signed_by=(*box.signed_by, event.by)
            )
            return msgspec.structs.replace(_put(custody, box), seals=custody.seals.set(event.seal, event.container))
        case ContainerSealed():
            box = msgspec.structs.replace(
                open_container(custody, event.container),
                state=ContainerState.SEALED,
                sheets=event.sheets,
                sealed_ms=event.at_ms,
                custodian=event.by,
            )
            loose = custody.loose
            for paper, count in event.sheets:
                loose = loose.set(paper, loose.get(paper, 0) - count)
            return msgspec.structs.replace(_put(custody, box), loose=loose)
        case TransferOffered():
            transfer = Transfer(event.transfer, event.containers, event.sheets, event.manifest, event.by, event.at_ms)
            custody = _set_transfer(custody, transfer)
            return _move(custody, event.containers, ContainerState.OFFERED, event.by, event.transfer)
        case TransferDisputed():
            old = custody.transfers[event.transfer]
            return _set_transfer(
                custody, msgspec.structs.replace(old, state=TransferState.DISPUTED, received=event.sheets)
            )
        case TransferAccepted():
            old = custody.transfers[event.transfer]
            transfer = msgspec.structs.replace(
                old,
                state=TransferState.ACCEPTED,
                received=event.sheets,
                received_by=event.by,
                received_ms=event.at_ms,
            )
            custody = _set_transfer(custody, transfer)
            return _move(custody, old.containers, ContainerState.ACCEPTED, event.by, old.id)


def _put(custody: Custody, container: Container) -> Custody:
    return msgspec.structs.replace(custody, containers=custody.containers.set(container.id, container))


def _set_transfer(custody: Custody, transfer: Transfer) -> Custody:
    return msgspec.structs.replace(custody, transfers=custody.transfers.set(transfer.id, transfer))


def _move(
    custody: Custody, containers: tuple[str, ...], state: ContainerState, custodian: str, transfer: int
) -> Custody:
    for number in containers:
        box = custody.containers[number]
        custody = _put(
            custody,
            msgspec.structs.replace(box, version=box.version + 1, state=state, custodian=custodian, transfer=transfer),
        )
    return custody
