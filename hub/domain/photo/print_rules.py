"""What a print command does now: one page on its way at a time, no second print unasked, no sheet lost sight of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.custody import shredding
from hub.domain.photo import print as photo_print
from hub.domain.photo.photo import PhotoState
from hub.domain.photo.print import (
    AskPrint,
    PhotoPrintCommand,
    PhotoPrintEvent,
    Print,
    PrintAsked,
    PrintEnded,
    Prints,
    PrintSeen,
    PrintState,
    PrintSubmitted,
    ReportEnded,
    ReportSubmitted,
    SeePrint,
    SettleSheet,
    SheetSettled,
    SheetsShredded,
    SheetState,
    ShredSheets,
)
from hub.domain.queue.queue import TicketState
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer
    from hub.domain.photo.photo import Photos
    from hub.domain.queue.queue import Queue

MOST_COPIES = 4
"""Sheets at a time; a sheet holds four pictures, and no application needs more than two."""
MOST_SHREDDED = 200
LONGEST_CODE = 60
ENDS = frozenset({PrintState.PRINTED, PrintState.FAILED, PrintState.UNSURE})
FATES = frozenset({SheetState.PASTED, SheetState.HANDED_BACK, SheetState.SPOILED})


def decide(
    command: PhotoPrintCommand, prints: Prints, photos: Photos, queue: Queue, context: Context, by: Signer
) -> tuple[PhotoPrintEvent, ...] | Refusal:
    match command:
        case AskPrint():
            return _ask(command, prints, photos, queue, context, by)
        case ShredSheets():
            return _shred(command, prints, context, by)
    one = prints.prints.get(command.print)
    if one is None:
        return refuse("print.unknown")
    match command:
        case ReportSubmitted():
            if one.state is not PrintState.ASKED:
                return refuse("print.not_under_way", number=one.number)
            return (PrintSubmitted(one.id, one.visit, context.at_ms),)
        case ReportEnded():
            return _ended(command, one, context)
        case SeePrint():
            return _seen(command, one, context, by)
        case SettleSheet():
            return _settle(command, one, context, by)


def _ask(
    command: AskPrint, prints: Prints, photos: Photos, queue: Queue, context: Context, by: Signer
) -> tuple[PhotoPrintEvent, ...] | Refusal:
    living = photos.living
    if living is None or living.shot != command.shot:
        return refuse("photo.unknown_shot")
    if living.state is not PhotoState.CONFIRMED:
        return refuse("photo.unconfirmed", number=living.number)
    if queue.tickets[living.ticket].state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=living.number)
    if not 1 <= command.copies <= MOST_COPIES:
        return refuse("print.copies", most=MOST_COPIES)
    earlier = [one for one in photo_print.of_shot(prints, living.shot) if one.state is not PrintState.FAILED]
    waiting = next((one for one in photo_print.in_order(prints) if photo_print.waits(one)), None)
    if waiting is not None:
        return _not_yet(waiting)
    if earlier and not command.again:
        return refuse("print.again", number=living.number)
    if command.again and not earlier:
        return refuse("print.never_before", number=living.number)
    return (
        PrintAsked(
            context.index,
            living.shot,
            living.visit,
            living.number,
            command.copies,
            command.again,
            context.at_ms,
            by.person,
        ),
    )


def _ended(command: ReportEnded, one: Print, context: Context) -> tuple[PhotoPrintEvent, ...] | Refusal:
    if one.state not in photo_print.UNDER_WAY:
        return refuse("print.not_under_way", number=one.number)
    if command.state not in ENDS or len(command.code) > LONGEST_CODE:
        return refuse("print.not_under_way", number=one.number)
    copies = one.copies if command.state is PrintState.PRINTED else 0
    return (PrintEnded(one.id, one.visit, command.state, command.code, copies, context.at_ms),)


def _seen(command: SeePrint, one: Print, context: Context, by: Signer) -> tuple[PhotoPrintEvent, ...] | Refusal:
    untouched = all(sheet.state is SheetState.OUT for sheet in one.sheets)
    if one.state is not PrintState.UNSURE and not (one.state is PrintState.PRINTED and untouched):
        return refuse("print.nothing_to_look_at", number=one.number)
    if command.good < 0 or command.spoiled < 0 or command.good + command.spoiled > one.copies:
        return refuse("print.sheets", count=one.copies)
    new = one.state is PrintState.UNSURE
    return (PrintSeen(one.id, one.visit, command.good, command.spoiled, new, context.at_ms, by.person),)


def _settle(command: SettleSheet, one: Print, context: Context, by: Signer) -> tuple[PhotoPrintEvent, ...] | Refusal:
    if not 0 <= command.sheet < len(one.sheets) or command.fate not in FATES:
        return refuse("print.unknown")
    if one.sheets[command.sheet].state is not SheetState.OUT:
        return refuse("print.settled", number=one.number)
    if one.retaken and command.fate is not SheetState.SPOILED:
        return refuse("print.retaken", number=one.number)
    if command.fate is SheetState.PASTED and command.label != one.number:
        return refuse("print.other_label", number=one.number)
    return (SheetSettled(one.id, one.visit, command.sheet, command.fate, context.at_ms, by.person),)


def _shred(command: ShredSheets, prints: Prints, context: Context, by: Signer) -> tuple[PhotoPrintEvent, ...] | Refusal:
    if not 0 < len(command.sheets) <= MOST_SHREDDED or len(set(command.sheets)) < len(command.sheets):
        return refuse("print.nothing_to_shred")
    for named in command.sheets:
        one = prints.prints.get(named.print)
        if one is None or not 0 <= named.sheet < len(one.sheets):
            return refuse("print.nothing_to_shred")
        sheet = one.sheets[named.sheet]
        if sheet.state is not SheetState.SPOILED:
            return refuse("print.nothing_to_shred")
        same = shredding.refusal(sheet.shredders, by)
        if same is not None:
            return same
    return (SheetsShredded(command.sheets, context.at_ms, by.person),)


def _not_yet(waiting: Print) -> Refusal:
    """Refused because of a print whose end is not known."""
    if waiting.state is PrintState.UNSURE:
        return refuse("print.look_first", number=waiting.number)
    return refuse("print.under_way", number=waiting.number)


def picture_needed(prints: Prints, shot: int) -> Refusal | None:
    """Why a picture cannot be given up or finished with now: a page of it is on its way, or nobody has looked."""
    waiting = next((one for one in photo_print.of_shot(prints, shot) if photo_print.waits(one)), None)
    return None if waiting is None else _not_yet(waiting)


def printer_busy(prints: Prints) -> Refusal | None:
    """Why the photo printer is not tried out now: somebody's sheet is on its way, or nobody has looked at it."""
    waiting = next((one for one in prints.prints.values() if photo_print.waits(one)), None)
    return None if waiting is None else _not_yet(waiting)


def visit_unaccounted(prints: Prints, visit: int) -> Refusal | None:
    """Why a visit cannot end: a page is on its way, or a sheet of it is nowhere."""
    for one in photo_print.of_visit(prints, visit):
        if photo_print.waits(one):
            return _not_yet(one)
        if photo_print.lost_sight_of(one):
            return refuse("print.unaccounted", number=one.number, count=photo_print.lost_sight_of(one))
    return None


def day_unaccounted(prints: Prints) -> Refusal | None:
    """Why the day cannot close: a sheet of some visit is nowhere, or spoiled ones are not shredded."""
    for one in photo_print.in_order(prints):
        refusal = visit_unaccounted(prints, one.visit)
        if refusal is not None:
            return refusal
    spoiled = photo_print.to_shred(prints)
    return refuse("print.not_shredded", count=len(spoiled)) if spoiled else None
