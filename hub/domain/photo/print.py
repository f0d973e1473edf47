"""Printed photos: each sheet of paper with a face on it is asked for, comes out or not, and ends somewhere that is known.

    photo.print -> asked -> submitted --> printed --+
                     |          |                   +-- each sheet: out -> pasted | handed back | spoiled -> shredded
                     |          +-> unsure --seen---+                     (shredded: two different people looked)
                     +----------+-> failed

Nothing is printed twice by itself: an end that nobody knows waits until staff have looked. Rules: print_rules.py.
"""

from __future__ import annotations

import enum

import msgspec
from immutables import Map

from hub.domain.custody import shredding
from hub.domain.photo.photo import PhotoAsked, PhotoEvent, PhotoRetaken


class PrintState(enum.StrEnum):
    ASKED = "asked"  # durable, and not yet with the printer
    SUBMITTED = "submitted"  # the printer's queue holds it
    PRINTED = "printed"  # out, as far as the printer can tell, or because staff have seen it
    FAILED = "failed"  # it is certain that nothing came out
    UNSURE = "unsure"  # nobody knows: staff look and answer


class SheetState(enum.StrEnum):
    OUT = "out"  # came out of the printer; not accounted for yet
    PASTED = "pasted"  # on the form of this visit; what was left of the sheet went to the applicant
    HANDED_BACK = "handed_back"  # all of it went to the applicant
    SPOILED = "spoiled"  # set aside: spoilt, or of a picture that was taken again
    SHREDDED = "shredded"  # destroyed before two people's eyes


class Sheet(msgspec.Struct, frozen=True, array_like=True):
    state: SheetState
    by: str = ""
    """Who accounted for it."""
    shredders: tuple[str, ...] = ()
    """Who saw it shredded: the first alone is not enough."""


class Print(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that asked for it."""
    shot: int
    visit: int
    number: str
    copies: int
    again: bool
    """A second print of the same picture: marked 再 on the paper."""
    state: PrintState
    at_ms: int
    """Since when it is in this state."""
    by: str
    code: str = ""
    """Why it failed or is unsure."""
    sheets: tuple[Sheet, ...] = ()
    retaken: bool = False
    """The picture was taken again: its sheets may go on no form."""


class Prints(msgspec.Struct, frozen=True):
    prints: Map[int, Print] = Map()


UNDER_WAY = frozenset({PrintState.ASKED, PrintState.SUBMITTED})
LOST_SIGHT = frozenset({SheetState.OUT})


# ------------------------------------------------------------------ commands


class AskPrint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.print"):
    """Print the confirmed picture of this shot on so many sheets. `again`: the asker knows that it was printed before."""

    shot: int
    copies: int
    again: bool = False


class ReportSubmitted(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.print_submitted"
):
    """The hub has handed the page to the printer's queue."""

    print: int


class ReportEnded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.print_ended"):
    """What the printer says at the end: printed, failed (certainly nothing came out) or unsure."""

    print: int
    state: PrintState
    code: str = ""


class SeePrint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.print_seen"):
    """Staff looked at what came out: so many good sheets, so many spoilt ones; none of either: nothing came out."""

    print: int
    good: int
    spoiled: int


class SettleSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.sheet"):
    """Where a sheet went. `label`: the number on the sheet, read when it is pasted: it must be this visit's."""

    print: int
    sheet: int
    fate: SheetState
    label: str = ""


class SpoiledSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    print: int
    sheet: int


class ShredSheets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.shred"):
    """This person saw these spoiled sheets go through the shredder; a second, different one signs the same."""

    sheets: tuple[SpoiledSheet, ...]


PhotoPrintCommand = AskPrint | ReportSubmitted | ReportEnded | SeePrint | SettleSheet | ShredSheets


# ------------------------------------------------------------------ events


class PrintAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.print_asked/1"):
    print: int
    shot: int
    visit: int
    number: str
    copies: int
    again: bool
    at_ms: int
    by: str


class PrintSubmitted(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.print_submitted/1"):
    print: int
    visit: int
    at_ms: int


class PrintEnded(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.print_ended/1"):
    print: int
    visit: int
    state: PrintState
    code: str
    copies: int
    """Sheets that came out as far as the printer can tell (none unless printed)."""
    at_ms: int


class PrintSeen(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.print_seen/1"):
    print: int
    visit: int
    good: int
    spoiled: int
    new: bool
    """The printer did not know: these sheets are counted now. Otherwise they were counted when it said printed."""
    at_ms: int
    by: str


class SheetSettled(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.sheet_settled/1"):
    print: int
    visit: int
    sheet: int
    fate: SheetState
    at_ms: int
    by: str


class SheetsShredded(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.sheets_shredded/1"):
    sheets: tuple[SpoiledSheet, ...]
    at_ms: int
    by: str


PhotoPrintEvent = PrintAsked | PrintSubmitted | PrintEnded | PrintSeen | SheetSettled | SheetsShredded


# ------------------------------------------------------------------ questions


def of_shot(prints: Prints, shot: int) -> tuple[Print, ...]:
    """The prints of a picture, oldest first."""
    return _in_order([one for one in prints.prints.values() if one.shot == shot])


def of_visit(prints: Prints, visit: int) -> tuple[Print, ...]:
    """The prints of a visit's pictures, oldest first."""
    return _in_order([one for one in prints.prints.values() if one.visit == visit])


def _in_order(some: list[Print]) -> tuple[Print, ...]:
    return tuple(sorted(some, key=lambda one: one.id)) if some else ()


def in_order(prints: Prints) -> list[Print]:
    """All prints, oldest first."""
    return sorted(prints.prints.values(), key=lambda one: one.id)


def waits(one: Print) -> bool:
    """Whether the end of this print is not known: it is under way, or somebody has to look."""
    return one.state in UNDER_WAY or one.state is PrintState.UNSURE


def lost_sight_of(one: Print) -> int:
    """Sheets of this print that nobody has accounted for."""
    return sum(sheet.state in LOST_SIGHT for sheet in one.sheets)


def unfinished(prints: Prints) -> list[Print]:
    """What a hub that has just started must call unsure: prints of its earlier life."""
    return [one for one in in_order(prints) if one.state in UNDER_WAY]


def to_shred(prints: Prints) -> list[tuple[Print, int]]:
    """The spoiled sheets that two people have not seen shredded yet: print and the sheet's place in it."""
    return [
        (one, at)
        for one in in_order(prints)
        for at, sheet in enumerate(one.sheets)
        if sheet.state is SheetState.SPOILED
    ]


# ------------------------------------------------------------------ evolve


def evolve(prints: Prints, event: PhotoPrintEvent) -> Prints:
    match event:
        case PrintAsked():
            made = Print(
                event.print,
                event.shot,
                event.visit,
                event.number,
                event.copies,
                event.again,
                PrintState.ASKED,
                event.at_ms,
                event.by,
            )
            return Prints(prints.prints.set(made.id, made))
        case SheetsShredded():
            for named in event.sheets:
                prints = _with_sheet(prints, named.print, named.sheet, _shredded(prints, named, event.by))
            return prints
        case SheetSettled():
            return _with_sheet(prints, event.print, event.sheet, Sheet(event.fate, event.by))
    one = prints.prints[event.print]
    match event:
        case PrintSubmitted():
            one = msgspec.structs.replace(one, state=PrintState.SUBMITTED, at_ms=event.at_ms)
        case PrintEnded():
            out = (Sheet(SheetState.OUT),) * event.copies
            one = msgspec.structs.replace(one, state=event.state, code=event.code, sheets=out, at_ms=event.at_ms)
        case PrintSeen():
            sheets = (Sheet(SheetState.OUT),) * event.good + (Sheet(SheetState.SPOILED, event.by),) * event.spoiled
            state = PrintState.PRINTED if sheets else PrintState.FAILED
            one = msgspec.structs.replace(one, state=state, sheets=sheets, at_ms=event.at_ms)
    return Prints(prints.prints.set(one.id, one))


def outdated(prints: Prints, event: PhotoEvent) -> Prints:
    """The prints after a picture was given up, or another asked for: what came out of it may go on no form."""
    match event:
        case PhotoRetaken():
            old = of_shot(prints, event.shot)
        case PhotoAsked():
            old = of_visit(prints, event.visit)
        case _:
            return prints
    for one in old:
        prints = Prints(prints.prints.set(one.id, msgspec.structs.replace(one, retaken=True)))
    return prints


def next_date(prints: Prints) -> Prints:
    """The prints on another date: what is accounted for stays in the record alone."""
    open_ = {one.id: one for one in prints.prints.values() if waits(one) or lost_sight_of(one) or _spoiled(one)}
    return Prints(Map(open_))


def _spoiled(one: Print) -> bool:
    return any(sheet.state is SheetState.SPOILED for sheet in one.sheets)


def _shredded(prints: Prints, named: SpoiledSheet, by: str) -> Sheet:
    sheet = prints.prints[named.print].sheets[named.sheet]
    shredders = (*sheet.shredders, by)
    state = SheetState.SHREDDED if shredding.done(shredders) else SheetState.SPOILED
    return Sheet(state, sheet.by, shredders)


def _with_sheet(prints: Prints, print_: int, at: int, sheet: Sheet) -> Prints:
    one = prints.prints[print_]
    sheets = (*one.sheets[:at], sheet, *one.sheets[at + 1 :])
    return Prints(prints.prints.set(print_, msgspec.structs.replace(one, sheets=sheets)))
