"""The rules of custody: who may count, seal, offer and accept what (decide), and what came of it (evolve)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.people.roster import independent
from hub.domain.refusal import Refusal, refuse, some
from hub.domain.visit.visit import VisitEnded, VisitState

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.people.roster import Keys
from hub.domain.custody.custody import (
    AcceptTransfer,
    Container,
    ContainerSealed,
    ContainerState,
    ContainerUnsealed,
    Count,
    CountPapers,
    Custody,
    CustodyCommand,
    CustodyEvent,
    Difference,
    DifferenceRecorded,
    OfferTransfer,
    PapersCounted,
    RecordDifference,
    SealContainer,
    SealSigned,
    Sheets,
    Totals,
    Transfer,
    TransferAccepted,
    TransferDisputed,
    TransferOffered,
    TransferState,
    TransferWithdrawn,
    UnsealContainer,
    WithdrawTransfer,
    add_sheets,
    agreed,
    difference,
    enough,
    loose_by_class,
    manifest_hash,
    open_container,
    under_seal,
)

# ------------------------------------------------------------------ decide


def decide(
    command: CustodyCommand,
    custody: Custody,
    keys: Keys,
    profile: Profile,
    context: Context,
    by: Signer,
    version: int = 0,
) -> tuple[CustodyEvent, ...] | Refusal:
    """`version`: of the box, or of the transfer, that the signer saw (0: any)."""
    decided = _decide(command, custody, keys, profile, context, by)
    if isinstance(decided, Refusal):  # with what there is to do about it; that something changed is said last
        return decided
    return _changed(command, custody, decided, version) or decided


def _changed(
    command: CustodyCommand, custody: Custody, decided: tuple[CustodyEvent, ...], version: int
) -> Refusal | None:
    """Why this is not what the signer saw: another has counted, sealed or opened since, or papers have come in."""
    match command:
        case OfferTransfer():
            boxes = tuple(custody.containers[number] for number in dict.fromkeys(command.containers))
        case WithdrawTransfer() | AcceptTransfer():
            boxes = tuple(custody.containers[number] for number in custody.transfers[command.transfer].containers)
        case _:
            boxes = (open_container(custody, command.container),)
    changed = version not in (0, boxes[0].version)
    match command, decided:
        case RecordDifference(), (DifferenceRecorded() as made,):
            changed = changed or command.difference not in ((), made.difference)
        case SealContainer(), _:
            closed = under_seal(custody, boxes[0], command.seal)
            changed = changed or command.manifest not in (b"", manifest_hash((closed,)))
        case ((UnsealContainer() | OfferTransfer() | WithdrawTransfer()), _):
            changed = changed or command.manifest not in (b"", manifest_hash(boxes))
    return refuse("custody.changed", container=some([box.id for box in boxes])) if changed else None


def _decide(
    command: CustodyCommand, custody: Custody, keys: Keys, profile: Profile, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    match command:
        case CountPapers():
            return _count(command, custody, profile, context, by)
        case SealContainer():
            return _seal(command, custody, keys, profile, context, by)
        case RecordDifference():
            return _admit(command, custody, keys, profile, context, by)
        case UnsealContainer():
            return _unseal(command, custody, context, by)
        case OfferTransfer():
            return _offer(command, custody, context, by)
        case WithdrawTransfer():
            return _withdraw(command, custody, context, by)
        case AcceptTransfer():
            return _accept(command, custody, keys, profile, context, by)


def _count(
    command: CountPapers, custody: Custody, profile: Profile, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    if not _is_number(command.container):
        return refuse("custody.no_number")
    container = open_container(custody, command.container)
    if container.state is not ContainerState.OPEN:
        return refuse("custody.container_sealed", container=container.id)
    loose = loose_by_class(custody)
    if not loose and not any(command.sheets.values()):
        return refuse("custody.nothing")
    classes = {paper.id: paper.ja for paper in profile.handed_over()}
    for paper in classes:
        if paper not in command.sheets:
            return refuse("custody.class_missing", paper=classes[paper])
    for paper, count in command.sheets.items():
        if paper not in classes:
            return refuse("visit.paper_unknown", paper=paper)
        if not 0 <= count <= MOST_SHEETS:
            return refuse("visit.paper_count", paper=classes[paper], count=count)
    sheets = tuple(sorted((paper, count) for paper, count in command.sheets.items() if count))
    return (PapersCounted(container.id, sheets, sheets == loose, context.at_ms, by.person),)


def _seal(
    command: SealContainer, custody: Custody, keys: Keys, profile: Profile, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    container = open_container(custody, command.container)
    if container.state is not ContainerState.OPEN:
        return refuse("custody.container_sealed", container=container.id)
    two = profile.operation.two_person_seal
    loose = loose_by_class(custody)
    if not loose:
        return refuse("custody.nothing")
    if not enough(container, loose, two, keys):
        if container.counts and all(count.sheets != loose for count in container.counts):
            return refuse("custody.count_mismatch", detail=_difference_ja(profile, container.counts[-1].sheets, loose))
        return refuse("custody.not_counted")
    if not all(independent(keys, by, other) for other in container.signed_by):
        return refuse("custody.same_person", person=by.person)
    if container.signed_by:
        if command.seal != container.seal:
            return refuse("custody.seal_differs", seal=command.seal)
        return (
            SealSigned(container.id, command.seal, context.at_ms, by.person),
            ContainerSealed(container.id, command.seal, loose, context.at_ms, container.signed_by[0], with_=by.person),
        )
    if not _is_number(command.seal):
        return refuse("custody.no_number")
    if command.seal in custody.seals:
        return refuse("custody.seal_used", seal=command.seal)
    signed = SealSigned(container.id, command.seal, context.at_ms, by.person)
    if two:
        return (signed,)
    return (signed, ContainerSealed(container.id, command.seal, loose, context.at_ms, by.person))


def _admit(
    command: RecordDifference, custody: Custody, keys: Keys, profile: Profile, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    container = open_container(custody, command.container)
    if container.state is not ContainerState.OPEN:
        return refuse("custody.container_sealed", container=container.id)
    if not command.reason.strip():
        return refuse("custody.reason")
    found = agreed(container, profile.operation.two_person_seal, keys)
    if found is None:
        return refuse("custody.not_counted")
    differs = difference(found, loose_by_class(custody))
    if not differs:
        return refuse("custody.no_difference")
    return (DifferenceRecorded(container.id, found, differs, command.reason, context.at_ms, by.person),)


def _unseal(
    command: UnsealContainer, custody: Custody, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    container = custody.containers.get(command.container)
    if container is None:
        return refuse("custody.unknown_container", container=command.container)
    match container.state:
        case ContainerState.OPEN:
            return refuse("custody.not_sealed", container=container.id)
        case ContainerState.OFFERED:
            return refuse("custody.in_transfer", container=container.id)
        case ContainerState.ACCEPTED:
            return refuse("custody.transfer_done")
        case ContainerState.SEALED:
            if not command.reason.strip():
                return refuse("custody.reason")
    return (
        ContainerUnsealed(container.id, container.seal, container.sheets, command.reason, context.at_ms, by.person),
    )


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
        if container.state is ContainerState.ACCEPTED:
            return refuse("custody.transfer_done")
        if container.state is ContainerState.OFFERED:
            return refuse("custody.in_transfer", container=number)
        containers.append(container)
    if not containers:
        return refuse("custody.nothing")
    total: dict[str, int] = {}
    for container in containers:
        add_sheets(total, container.sheets)
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


def _withdraw(
    command: WithdrawTransfer, custody: Custody, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    transfer = custody.transfers.get(command.transfer)
    if transfer is None:
        return refuse("custody.unknown_transfer")
    if transfer.state not in UNSIGNED:
        return refuse("custody.transfer_done")
    if not command.reason.strip():
        return refuse("custody.reason")
    return (TransferWithdrawn(transfer.id, command.reason, context.at_ms, by.person),)


UNSIGNED = frozenset({TransferState.OFFERED, TransferState.DISPUTED})


def _accept(
    command: AcceptTransfer, custody: Custody, keys: Keys, profile: Profile, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    transfer = custody.transfers.get(command.transfer)
    if transfer is None:
        return refuse("custody.unknown_transfer")
    if transfer.state not in UNSIGNED:
        return refuse("custody.transfer_done")
    if not independent(keys, by, transfer.offered_by):
        return refuse("custody.same_person", person=by.person)
    if command.manifest != transfer.manifest:
        return refuse("custody.manifest_differs")
    if sorted(command.seals) != sorted(transfer.seals):
        return refuse("custody.seal_differs", seal=some(command.seals))
    classes = {paper.id: paper.ja for paper in profile.handed_over()}
    for paper, count in command.sheets.items():
        if paper not in classes:
            return refuse("visit.paper_unknown", paper=paper)
        if not 0 <= count <= MOST_SHEETS:
            return refuse("visit.paper_count", paper=classes[paper], count=count)
    sheets = tuple(sorted((paper, count) for paper, count in command.sheets.items() if count))
    differs = difference(sheets, transfer.sheets)
    reason = command.difference_reason.strip()
    counted_again = transfer.state is TransferState.DISPUTED and sheets == transfer.received
    if differs and not (reason and counted_again):
        return (TransferDisputed(transfer.id, sheets, differs, context.at_ms, by.person),)
    if not differs:
        reason = ""
    return (TransferAccepted(transfer.id, sheets, context.at_ms, by.person, differs, reason),)


MOST_SHEETS = 100_000
"""Sheets of a class in one count: more than a booth's whole contract brings, so a slip of the finger."""

LONGEST_NUMBER = 24
"""Characters of a container's or seal's number: what fits a label and a screen's column."""


def _is_number(text: str) -> bool:
    return text == text.strip() and 1 <= len(text) <= LONGEST_NUMBER


def _difference_ja(profile: Profile, found: Sheets, recorded: Sheets) -> str:
    """Which classes differ, by name only: how many would unblind the next count."""
    names = {paper.id: paper.ja for paper in profile.handed_over()}
    return some([names.get(paper, paper) for paper, _ in difference(found, recorded)])


# ------------------------------------------------------------------ evolve


def evolve(custody: Custody, event: CustodyEvent | VisitEnded) -> Custody:
    match event:
        case VisitEnded():
            if event.state is not VisitState.DONE:
                return custody
            today = msgspec.structs.replace(custody.today, collected=_plus(custody.today.collected, event.papers))
            return msgspec.structs.replace(
                custody,
                loose=_plus(custody.loose, event.papers),
                collected=_plus(custody.collected, event.papers),
                today=today,
            )
        case PapersCounted():
            box = open_container(custody, event.container)
            others = tuple(count for count in box.counts if count.person != event.by)
            counts = (*others, Count(event.by, event.sheets))
            # Counting means opening the box: a seal that one person has signed so far is broken, its number spent.
            return _put(
                custody, msgspec.structs.replace(box, version=box.version + 1, counts=counts, seal="", signed_by=())
            )
        case DifferenceRecorded():
            admitted = Difference(
                "container", event.container, event.difference, event.reason, event.by, event.at_ms, custody.day
            )
            return msgspec.structs.replace(
                custody, loose=Map(event.sheets), differences=(*custody.differences, admitted)
            )
        case SealSigned():
            box = open_container(custody, event.container)
            box = msgspec.structs.replace(
                box, version=box.version + 1, seal=event.seal, signed_by=(*box.signed_by, event.by)
            )
            return msgspec.structs.replace(_put(custody, box), seals=custody.seals.set(event.seal, event.container))
        case ContainerSealed():
            box = open_container(custody, event.container)
            box = msgspec.structs.replace(
                box,
                version=box.version + 1,
                state=ContainerState.SEALED,
                sheets=event.sheets,
                sealed_ms=event.at_ms,
                custodian=event.by,
                day=custody.day,
            )
            containers = custody.containers
            for other in custody.containers.values():
                # All loose papers went under this seal: what others counted into other boxes is not there any more.
                if other.state is ContainerState.OPEN and other.id != box.id:
                    containers = containers.delete(other.id)
            today = msgspec.structs.replace(custody.today, sealed=_plus(custody.today.sealed, event.sheets))
            return msgspec.structs.replace(
                custody,
                containers=containers.set(box.id, box),
                loose=_plus(custody.loose, event.sheets, -1),
                today=today,
            )
        case ContainerUnsealed():
            today = custody.today
            if custody.containers[event.container].day == custody.day:
                today = msgspec.structs.replace(today, sealed=_plus(today.sealed, event.sheets, -1))
            else:  # an earlier day's papers are today's to seal
                today = msgspec.structs.replace(today, collected=_plus(today.collected, event.sheets))
            return msgspec.structs.replace(
                custody,
                containers=custody.containers.delete(event.container),
                loose=_plus(custody.loose, event.sheets),
                today=today,
            )
        case TransferOffered():
            transfer = Transfer(
                event.transfer,
                event.containers,
                event.sheets,
                event.manifest,
                event.by,
                event.at_ms,
                seals=event.seals,
            )
            custody = _set_transfer(custody, transfer)
            return _move(custody, event.containers, ContainerState.OFFERED, event.by, event.transfer)
        case TransferDisputed():
            old = custody.transfers[event.transfer]
            disputed = msgspec.structs.replace(old, state=TransferState.DISPUTED, received=event.sheets)
            # The boxes stay where they are, under another version: who saw the offer has not seen the dispute.
            return _move(
                _set_transfer(custody, disputed), old.containers, ContainerState.OFFERED, old.offered_by, old.id
            )
        case TransferWithdrawn():
            old = custody.transfers[event.transfer]
            custody = _set_transfer(custody, msgspec.structs.replace(old, state=TransferState.WITHDRAWN))
            return _move(custody, old.containers, ContainerState.SEALED, event.by, 0)
        case TransferAccepted():
            old = custody.transfers[event.transfer]
            custody = _received(custody, old, event)
            transfer = msgspec.structs.replace(
                old,
                state=TransferState.ACCEPTED,
                received=event.sheets,
                received_by=event.by,
                received_ms=event.at_ms,
            )
            custody = _set_transfer(custody, transfer)
            return _move(custody, old.containers, ContainerState.ACCEPTED, event.by, old.id)


def next_day(custody: Custody) -> Custody:
    """The custody as a new day finds it: nothing moves, yesterday's counts are of no use, the totals start again."""
    kept = {box.id: box for box in custody.containers.values() if box.state is not ContainerState.OPEN}
    return msgspec.structs.replace(custody, containers=Map(kept), day=custody.day + 1, today=Totals())


def _received(custody: Custody, transfer: Transfer, event: TransferAccepted) -> Custody:
    """Book what the city signed for: on today's totals where it is today's, and as a difference where it is one."""
    today, differences = custody.today, custody.differences
    boxes = [custody.containers[number] for number in transfer.containers]
    if all(box.day == custody.day for box in boxes):
        today = msgspec.structs.replace(today, accepted=_plus(today.accepted, event.sheets))
    else:
        for box in boxes:
            if box.day == custody.day:
                today = msgspec.structs.replace(today, accepted=_plus(today.accepted, box.sheets))
    if event.difference:
        found = Difference(
            "transfer", str(transfer.id), event.difference, event.reason, event.by, event.at_ms, custody.day
        )
        differences = (*differences, found)
    return msgspec.structs.replace(custody, today=today, differences=differences)


def _plus(total: Map[str, int], sheets: Sheets, times: int = 1) -> Map[str, int]:
    for paper, count in sheets:
        total = total.set(paper, total.get(paper, 0) + times * count)
    return total


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
