"""What one part of the booth forbids of another: each part's own rules know that part alone.

Each function says why a command that its own part allows may not stand all the same, or None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.contracts import consent
from hub.domain.custody import lent, packing, paper_receipt, storage, transit
from hub.domain.custody.custody import AcceptTransfer, CustodyCommand, UnsealContainer, WithdrawTransfer
from hub.domain.custody.paper_receipt import EnterPaper, PaperCommand
from hub.domain.custody.transit import TransitCommand
from hub.domain.day.readiness import CountDevices, ReadinessCommand
from hub.domain.devices import device
from hub.domain.devices.device import DeviceCommand
from hub.domain.incident.incident import SettleDraft
from hub.domain.incident.rules import IncidentCommand
from hub.domain.photo import photo
from hub.domain.photo import print_rules as photo_print_rules
from hub.domain.photo import rules as photo_rules
from hub.domain.photo.photo import PhotoCommand
from hub.domain.queue import queue, voiding
from hub.domain.queue.queue import QueueCommand
from hub.domain.refusal import Refusal, refuse, short
from hub.domain.visit import form_id, originals, visit
from hub.domain.visit import rules as visit_rules
from hub.domain.visit.rules import VisitCommand

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Step
    from hub.domain.state import Booth


def of_queue(command: QueueCommand, booth: Booth, profile: Profile) -> Refusal | None:
    """What the visits of a ticket, and its photo in the camera, forbid of what the queue allows."""
    if isinstance(command, (queue.IssueTicket, queue.StartService)):  # the two of each ticket that end nothing
        return None
    return _visits_of_ticket(command, booth, profile) or _photo_of_ticket(command, booth)


def of_device(command: DeviceCommand, booth: Booth) -> Refusal | None:
    """The camera is not tried out while a picture lives: a test shot would be a second one. Nor the photo printer while
    a sheet is on its way, or nobody has looked at it: which of the two came out would not be known.
    """
    if not isinstance(command, device.TryDevice):
        return None
    living = booth.photos.living
    if command.device == photo.CAMERA and living is not None:
        return photo_rules.alive(booth.photos, living.visit)
    if command.device == "photo":
        return photo_print_rules.printer_busy(booth.prints)
    return None


def _photo_of_ticket(command: QueueCommand, booth: Booth) -> Refusal | None:
    """A ticket is not laid aside with its photo in the camera: the next one's would have to wait for it."""
    living = booth.photos.living
    if isinstance(command, queue.HoldTicket) and living is not None and living.ticket == command.ticket:
        return photo_rules.alive(booth.photos, living.visit)
    return None


def _visits_of_ticket(command: QueueCommand, booth: Booth, profile: Profile) -> Refusal | None:
    match command:
        case queue.CallNext() | queue.CallTicket():
            ticket = command.ticket if isinstance(command, queue.CallTicket) else None
            before = visit.still_logged_in(booth.visits, command.window, ticket)
            if before is not None:
                return refuse("visit.still_logged_in", number=before.number)
        case queue.FinishTicket():
            return visit_rules.blocks_finish(booth.visits, profile, booth.queue, command.ticket)
        case queue.SendAway() | queue.TransferTicket() | queue.CarryOver() | queue.MarkNoShow():
            # These end the service for now: an open visit is finished or given up first.
            unfinished = visit.open_visit(booth.visits, command.ticket)
            if unfinished is not None:
                return refuse("visit.open", number=unfinished.number, step="完了か取りやめ")
        case queue.UndoAction():
            if any(held.id > command.entry for held in visit.of_ticket(booth.visits, command.ticket)):
                return refuse("queue.undo_visit", number=booth.queue.tickets[command.ticket].number)
        case voiding.VoidTicket():
            begun = visit.of_ticket(booth.visits, command.ticket)
            if any(one.state is not visit.VisitState.ABANDONED for one in begun):
                return refuse("queue.void_visit", number=booth.queue.tickets[command.ticket].number)
    return None


def of_photo(command: PhotoCommand, booth: Booth) -> Refusal | None:
    """A picture is not given up while a page of it is on its way: it would come out with nobody to look at it."""
    return photo_print_rules.picture_needed(booth.prints, command.shot) if isinstance(command, photo.Retake) else None


def of_step(command: visit.DoStep, step: Step, booth: Booth, profile: Profile) -> Refusal | None:
    """A photo step is done with a confirmed picture alone, and a form is read at its step."""
    refusal = photo_rules.step_refusal(booth.photos, command.visit, step)
    living = photo.of_visit(booth.photos, command.visit)
    if refusal is None and living is not None and living.step == step.id:
        refusal = photo_print_rules.picture_needed(booth.prints, living.shot)
    if refusal is None and step.form_id:
        keeps = consent.may_keep(profile, booth.training, booth.day.date)
        refusal = form_id.step_refusal(step, command.visit, booth.form_ids, may_keep=keeps)
    return refusal


def of_visit(command: VisitCommand, booth: Booth, profile: Profile) -> Refusal | None:
    """A visit ends or changes when its picture is gone. It ends when its applicant has every original back."""
    match command:
        case visit.FinishVisit():
            return (
                originals.not_returned(booth.originals, command.visit, profile, booth.visits)
                or photo_rules.alive(booth.photos, command.visit)
                or photo_print_rules.visit_unaccounted(booth.prints, command.visit)
            )
        case visit.AbandonVisit():
            kept = originals.not_returned(booth.originals, command.visit, profile, booth.visits)
            return kept or photo_print_rules.visit_unaccounted(booth.prints, command.visit)
        case visit.DowngradeVisit():
            return photo_rules.alive(booth.photos, command.visit)
    return None


def of_custody(command: CustodyCommand, booth: Booth, profile: Profile) -> Refusal | None:
    """The city signs only for what has arrived, and nobody opens or hands over a box that stands in its place.

    Nor is taken back what somebody else has already, as a paper says.
    """
    if isinstance(command, WithdrawTransfer):
        return paper_receipt.standing(booth.paper_receipts, command.transfer)
    if isinstance(command, UnsealContainer):
        return storage.standing(booth.stores, (command.container,))
    if isinstance(command, AcceptTransfer) and command.transfer in booth.custody.transfers:
        transfer = booth.custody.transfers[command.transfer]
        return storage.standing(booth.stores, transfer.containers) or transit.not_there(
            booth.transits, transfer, profile
        )
    return None


def of_readiness(command: ReadinessCommand, booth: Booth, profile: Profile) -> Refusal | None:
    """More of the city's devices than it lends are not counted in: one too many came without a receipt."""
    if not isinstance(command, CountDevices):
        return None
    for one in lent.lendable(profile):
        most, count = lent.limit(booth.lent, one), command.counts.get(one.id, 0)
        if most is not None and count > most:
            return refuse("lent.too_many", device=short(one.ja), most=most, have=count)
    return None


def of_incident(command: IncidentCommand, booth: Booth, profile: Profile) -> Refusal | None:
    """A thing that personal data can be in is not explained away: its loss is reported."""
    if not isinstance(command, SettleDraft):
        return None
    missing = packing.only_reported(booth.packing.now, profile)
    return refuse("packing.only_reported") if command.draft in missing else None


def of_transit(command: TransitCommand, booth: Booth) -> Refusal | None:
    """A box leaves when it was taken out of its place."""
    return storage.standing(booth.stores, command.containers) if isinstance(command, transit.Depart) else None


def of_paper(command: PaperCommand, booth: Booth) -> Refusal | None:
    """Nobody has signed for a box that stands in its place still."""
    transfer = booth.custody.transfers.get(command.transfer)
    if transfer is None or not isinstance(command, EnterPaper):
        return None
    return storage.standing(booth.stores, transfer.containers)
