"""Blank forms and envelopes: for each class of the contract that is filled in at the booth,

    opening + delivered + brought = completed + spoiled + given + remaining.

Completed is what visits left in the booth, and what they used that leaves by post; nobody types it. The stock is counted blind when the booth opens and after
reception has stopped. A count that two people find otherwise than the ledger keeps the day open until a manager says
whose it is to clear up, and until when.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.custody import discrepancy, shredding
from hub.domain.custody.custody import Sheets
from hub.domain.custody.discrepancy import Discrepancies, Discrepancy
from hub.domain.refusal import Refusal, refuse, some
from hub.domain.visit.visit import VisitEnded, VisitState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.custody import Custody
    from hub.domain.moment import Context, Signer

MOST = 10_000
"""Sheets of a class at a time; more is a slip of the keyboard."""

MOST_SHREDDED = 200


class Way(enum.StrEnum):
    """How forms come into the stock or leave it, besides the visits that complete them."""

    DELIVERED = "delivered"
    BROUGHT = "brought"  # an applicant's own form, filled in elsewhere: it completes a visit and is not of our stock
    SPOILED = "spoiled"  # set aside, and shredded before two people
    GIVEN = "given"  # an applicant took a blank along


IN = frozenset({Way.DELIVERED, Way.BROUGHT})


class Form(msgspec.Struct, frozen=True, array_like=True):
    """One class's ledger of the day."""

    opening: int
    delivered: int = 0
    brought: int = 0
    completed: int = 0
    spoiled: int = 0
    given: int = 0
    admitted: int = 0
    """Found minus expected, as far as a manager has answered for it today."""
    opened: bool = False
    """It was counted while reception ran."""
    found: int | None = None
    """What the last count found; None since something has moved."""
    found_by: tuple[str, ...] = ()
    """Who found just this."""
    closing: bool = False
    """That count was made after reception had stopped."""


class Spoil(msgspec.Struct, frozen=True, array_like=True):
    """Spoiled sheets that two people have not seen shredded yet."""

    form: str
    sheets: int
    shredders: tuple[str, ...] = ()


class Forms(msgspec.Struct, frozen=True):
    held: Map[str, Form] = Map()
    """A class is here from its first count on."""
    spoils: Map[int, Spoil] = Map()
    """By the entry that said so."""
    unledgered: Map[str, int] = Map()
    """Used today, by post, of classes that nobody has counted yet."""


# ------------------------------------------------------------------ commands and events


class CountForms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="forms.count"):
    """One person's blind count of all blanks, every class named."""

    sheets: dict[str, int]


class MoveForms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="forms.move"):
    form: str
    sheets: int
    way: Way


class ShredForms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="forms.shred"):
    """This person saw these spoiled forms go through the shredder; a second, different one signs the same."""

    spoils: tuple[int, ...]


class AdmitForms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="forms.admit"):
    """The manager lets the day close with what is different or was not counted: a discrepancy from now on."""

    owner: str
    due: str
    reason: str


FormsCommand = CountForms | MoveForms | ShredForms | AdmitForms


class FormsCounted(msgspec.Struct, frozen=True, tag_field="kind", tag="forms.counted/1"):
    sheets: Sheets
    differ: tuple[str, ...]
    """Classes of which the ledger says otherwise."""
    closing: bool
    """Reception has stopped: this is the count of the day's end."""
    at_ms: int
    by: str


class FormsMoved(msgspec.Struct, frozen=True, tag_field="kind", tag="forms.moved/1"):
    entry: int
    form: str
    sheets: int
    way: Way
    at_ms: int
    by: str


class FormsShredded(msgspec.Struct, frozen=True, tag_field="kind", tag="forms.shredded/1"):
    spoils: tuple[int, ...]
    at_ms: int
    by: str


class FormsAdmitted(msgspec.Struct, frozen=True, tag_field="kind", tag="forms.admitted/1"):
    discrepancy: int
    number: str
    difference: Sheets
    """Per class, found minus expected; empty where only a count was left out."""
    owner: str
    due: str
    reason: str
    at_ms: int
    by: str


FormsEvent = FormsCounted | FormsMoved | FormsShredded | FormsAdmitted


# ------------------------------------------------------------------ questions


def remaining(form: Form) -> int:
    """Blanks that must be there, as the ledger has it."""
    into = form.opening + form.delivered + form.brought
    return into - form.completed - form.spoiled - form.given + form.admitted


def to_shred(forms: Forms) -> list[tuple[int, Spoil]]:
    """Spoiled forms that wait for the shredder, oldest first."""
    return sorted(forms.spoils.items())


def differing(forms: Forms) -> list[str]:
    """Classes whose standing count is another than the ledger's."""
    return [name for name, form in sorted(forms.held.items()) if form.found not in (None, remaining(form))]


def uncounted(forms: Forms, custody: Custody, profile: Profile) -> list[str]:
    """Names of the classes that want the count of the day's end: every one in stock, or used today without a count."""
    wanted = []
    for paper in profile.blanks():
        form = forms.held.get(paper.id)
        used = custody.today.collected.get(paper.id, 0) + forms.unledgered.get(paper.id, 0)
        if (form is None and used) or (form is not None and not (form.closing and form.found is not None)):
            wanted.append(paper.ja)
    return wanted


def day_unaccounted(forms: Forms, custody: Custody, profile: Profile) -> Refusal | None:
    """Why the day cannot close: blanks not counted, found otherwise, or spoiled ones not shredded."""
    names = {paper.id: paper.ja for paper in profile.blanks()}
    wanted = uncounted(forms, custody, profile)
    if wanted:
        return refuse("forms.not_counted", paper=some(wanted))
    differ = [names.get(one, one) for one in differing(forms)]
    if differ:
        return refuse("forms.differ", detail=some(differ))
    if not all(form.opened for form in forms.held.values()):
        return refuse("forms.not_at_opening")
    return refuse("forms.not_shredded", count=sum(one.sheets for _, one in to_shred(forms))) if forms.spoils else None


# ------------------------------------------------------------------ decide


def decide(
    command: FormsCommand,
    forms: Forms,
    known: Discrepancies,
    stopped: bool,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[FormsEvent, ...] | Refusal:
    """`stopped`: reception has stopped."""
    match command:
        case CountForms():
            return _count(command, forms, stopped, profile, context, by)
        case MoveForms():
            return _move(command, forms, profile, context, by)
        case ShredForms():
            return _shred(command, forms, context, by)
        case AdmitForms():
            return _admit(command, forms, known, profile, context, by)


def _count(
    command: CountForms, forms: Forms, stopped: bool, profile: Profile, context: Context, by: Signer
) -> tuple[FormsEvent, ...] | Refusal:
    classes = {paper.id: paper.ja for paper in profile.blanks()}
    if not classes:
        return refuse("forms.none")
    for paper, name in classes.items():
        if paper not in command.sheets:
            return refuse("custody.class_missing", paper=name)
    for paper, count in command.sheets.items():
        if paper not in classes:
            return refuse("visit.paper_unknown", paper=paper)
        if not 0 <= count <= MOST:
            return refuse("visit.paper_count", paper=classes[paper], count=count)
    sheets = tuple(sorted(command.sheets.items()))
    held = forms.held
    differ = tuple(paper for paper, count in sheets if paper in held and remaining(held[paper]) != count)
    return (FormsCounted(sheets, differ, stopped, context.at_ms, by.person),)


def _move(
    command: MoveForms, forms: Forms, profile: Profile, context: Context, by: Signer
) -> tuple[FormsEvent, ...] | Refusal:
    names = {paper.id: paper.ja for paper in profile.blanks()}
    if command.form not in names:
        return refuse("visit.paper_unknown", paper=command.form)
    form = forms.held.get(command.form)
    if form is None:
        return refuse("forms.count_first", paper=names[command.form])
    if not 0 < command.sheets <= MOST or (command.way not in IN and command.sheets > remaining(form)):
        return refuse("visit.paper_count", paper=names[command.form], count=command.sheets)
    return (FormsMoved(context.index, command.form, command.sheets, command.way, context.at_ms, by.person),)


def _shred(command: ShredForms, forms: Forms, context: Context, by: Signer) -> tuple[FormsEvent, ...] | Refusal:
    if not 0 < len(command.spoils) <= MOST_SHREDDED or len(set(command.spoils)) < len(command.spoils):
        return refuse("print.nothing_to_shred")
    for named in command.spoils:
        spoil = forms.spoils.get(named)
        if spoil is None:
            return refuse("print.nothing_to_shred")
        same = shredding.refusal(spoil.shredders, by)
        if same is not None:
            return same
    return (FormsShredded(command.spoils, context.at_ms, by.person),)


def _admit(
    command: AdmitForms, forms: Forms, known: Discrepancies, profile: Profile, context: Context, by: Signer
) -> tuple[FormsEvent, ...] | Refusal:
    differ = differing(forms)
    if not differ and all(form.opened for form in forms.held.values()):
        return refuse("forms.no_difference")
    need = shredding.SHREDDERS if profile.operation.two_person_seal else 1
    if any(len(forms.held[name].found_by) < need for name in differ):
        return refuse("forms.count_again")
    unusable = discrepancy.bad(command.owner, command.due, command.reason, context.at_ms)
    if unusable is not None:
        return unusable
    held = forms.held
    difference = tuple((name, (held[name].found or 0) - remaining(held[name])) for name in differ)
    return (
        FormsAdmitted(
            context.index,
            discrepancy.next_number(known),
            difference,
            command.owner.strip(),
            command.due,
            command.reason.strip(),
            context.at_ms,
            by.person,
        ),
    )


# ------------------------------------------------------------------ evolve


def evolve(forms: Forms, event: FormsEvent) -> Forms:
    held, spoils = forms.held, forms.spoils
    match event:
        case FormsCounted():
            for name, count in event.sheets:
                held = held.set(name, _counted(held.get(name) or Form(count), count, event))
        case FormsMoved():
            held = held.set(event.form, _moved(held[event.form], event.way, event.sheets))
            if event.way is Way.SPOILED:
                spoils = spoils.set(event.entry, Spoil(event.form, event.sheets))
        case FormsShredded():
            for named in event.spoils:
                one = spoils[named]
                seen = (*one.shredders, event.by)
                spoils = spoils.delete(named)
                if not shredding.done(seen):
                    spoils = spoils.set(named, Spoil(one.form, one.sheets, seen))
        case FormsAdmitted():
            for name, change in event.difference:
                form = held[name]
                held = held.set(name, msgspec.structs.replace(form, admitted=form.admitted + change))
            for name, form in list(held.items()):
                held = held.set(name, msgspec.structs.replace(form, opened=True))
    return Forms(held, spoils, forms.unledgered)


def _counted(form: Form, count: int, event: FormsCounted) -> Form:
    others = tuple(one for one in form.found_by if one != event.by) if form.found == count else ()
    return msgspec.structs.replace(
        form,
        found=count,
        found_by=(*others, event.by),
        closing=event.closing,
        opened=form.opened or not event.closing,
    )


def _moved(form: Form, way: Way, sheets: int) -> Form:
    """The ledger after a move; whatever was counted is not what is there any more."""
    now = {way.value: getattr(form, way.value) + sheets}
    return msgspec.structs.replace(form, **now, found=None, found_by=(), closing=False)


def completed(forms: Forms, event: VisitEnded) -> Forms:
    """The ledger after a visit: each sheet collected, or sent by post, of a class in stock has left the stock."""
    if event.state is not VisitState.DONE:
        return forms
    held, unledgered = forms.held, forms.unledgered
    for name, sheets in event.used:
        if name not in held:
            unledgered = unledgered.set(name, unledgered.get(name, 0) + sheets)
    for name, sheets in _in_stock((*event.papers, *event.used), held):
        form = held[name]
        held = held.set(
            name,
            msgspec.structs.replace(form, completed=form.completed + sheets, found=None, found_by=(), closing=False),
        )
    return Forms(held, forms.spoils, unledgered)


def _in_stock(papers: Sheets, held: Map[str, Form]) -> Iterable[tuple[str, int]]:
    return ((name, sheets) for name, sheets in papers if sheets and name in held)


def admitted(known: Discrepancies, event: FormsAdmitted) -> Discrepancies:
    """The open discrepancies with this one."""
    one = Discrepancy(
        event.discrepancy,
        event.number,
        event.difference,
        event.owner,
        event.due,
        event.reason,
        event.at_ms,
        event.by,
    )
    return discrepancy.opened(known, one)


def next_day(forms: Forms) -> Forms:
    """The ledger as a day that opens finds it: what remained is what there is, and nobody has counted yet."""
    return Forms(Map({name: Form(remaining(form)) for name, form in forms.held.items()}), forms.spoils)
