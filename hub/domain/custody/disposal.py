"""廃棄 of what holds personal data: requested, consented to by the city, carried out by one and seen by another, recorded.

Koganei 特記17条: items, medium, quantity, method and planned date go to the city first (2); its people attend where they ask
for it (3); nothing can be read afterwards (4); then day, person and content are reported in writing (5). Consent is the
city's alone and needs its key; whoever carries it out never signs as the witness too. What the vault erases of people has
its own request and consent (hub.domain.personal); each such erasing is noted here, so that one report has both.
"""

from __future__ import annotations

import enum
import hashlib
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.moment import as_date, iso_date
from hub.domain.people.roster import independent
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.people.roster import Keys
    from hub.domain.personal.personal import Personal, PersonalErased

MOST = 100_000
"""Sheets or pieces of one item; more is a slip of the keyboard."""

MOST_LINES = 20
"""Items of one request: what fits a page with its method and quantity."""

LONGEST_WHAT = 30
"""Characters of a device's name or number."""

LONGEST_TEXT = 80
"""Characters of a reason or of a document's number."""


class Method(enum.StrEnum):
    """How it is made unreadable."""

    SHRED = "shred"
    DISSOLVE = "dissolve"
    BURN = "burn"
    CRUSH = "crush"
    OVERWRITE = "overwrite"


METHODS = {
    "paper": (Method.SHRED, Method.DISSOLVE, Method.BURN),
    "medium": (Method.CRUSH, Method.OVERWRITE),
}
"""What makes which medium unreadable: a disk that went through a paper shredder's slot would be in it still."""


class Line(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    item: str
    """One of the contract's (profile.disposal.items)."""
    pieces: int
    method: Method
    what: str = ""
    """Which device or medium: its name or number, as it stands on it; empty for paper."""


class State(enum.StrEnum):
    ASKED = "asked"
    CONSENTED = "consented"
    CARRIED_OUT = "carried_out"  # by one person; the witness has not signed
    DONE = "done"
    WITHDRAWN = "withdrawn"  # before anything was carried out


class Disposal(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that requested it."""
    number: str
    """廃-001, counted over the whole record: stands on both papers."""
    lines: tuple[Line, ...]
    planned: str
    """処理予定日 (YYYY-MM-DD)."""
    asked_by: str
    asked_ms: int
    state: State = State.ASKED
    reference: str = ""
    """The city's document, and its date."""
    consented: str = ""
    consented_by: str = ""
    attends: bool = False
    """Somebody of the city is the witness."""
    done_by: str = ""
    done_ms: int = 0
    """When it was carried out; entered at the earliest then."""
    witness: str = ""
    witnessed_ms: int = 0


class Erasing(msgspec.Struct, frozen=True, array_like=True):
    """What the vault erased at a time: how many people's data, under which consent."""

    at_ms: int
    people: int
    reference: str
    """Empty: the contract asks for none."""
    by: str


class Disposals(msgspec.Struct, frozen=True):
    made: Map[int, Disposal] = Map()
    """Every request ever made: what is done stays, for the report."""
    erasings: tuple[Erasing, ...] = ()


# ------------------------------------------------------------------ commands and events


class AskDisposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="disposal.ask"):
    lines: tuple[Line, ...]
    planned: str


class ConsentDisposal(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="disposal.consent"
):
    """The city consents to just this: the hash is over what it was shown."""

    disposal: int
    manifest: bytes
    reference: str
    date: str
    attends: bool


class CarryOutDisposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="disposal.do"):
    """I have made all of it unreadable, at that time."""

    disposal: int
    manifest: bytes
    happened_ms: int


class WitnessDisposal(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="disposal.witness"
):
    """I was there and saw it."""

    disposal: int
    manifest: bytes


class WithdrawDisposal(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="disposal.withdraw"
):
    disposal: int
    reason: str


DisposalCommand = AskDisposal | ConsentDisposal | CarryOutDisposal | WitnessDisposal | WithdrawDisposal


class DisposalAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="disposal.asked/1"):
    disposal: int
    number: str
    lines: tuple[Line, ...]
    planned: str
    at_ms: int
    by: str


class DisposalConsented(msgspec.Struct, frozen=True, tag_field="kind", tag="disposal.consented/1"):
    disposal: int
    number: str
    reference: str
    date: str
    attends: bool
    at_ms: int
    by: str


class DisposalCarriedOut(msgspec.Struct, frozen=True, tag_field="kind", tag="disposal.done/1"):
    disposal: int
    number: str
    happened_ms: int
    at_ms: int
    by: str


class DisposalWitnessed(msgspec.Struct, frozen=True, tag_field="kind", tag="disposal.witnessed/1"):
    disposal: int
    number: str
    at_ms: int
    by: str


class DisposalWithdrawn(msgspec.Struct, frozen=True, tag_field="kind", tag="disposal.withdrawn/1"):
    disposal: int
    number: str
    reason: str
    at_ms: int
    by: str


DisposalEvent = DisposalAsked | DisposalConsented | DisposalCarriedOut | DisposalWitnessed | DisposalWithdrawn


# ------------------------------------------------------------------ questions


def erased_devices(disposals: Disposals) -> list[tuple[Line, Disposal]]:
    """The record of erased devices and media: which, how, and the disposal that says by whom, when and who saw it."""
    done = [one for _, one in sorted(disposals.made.items()) if one.state is State.DONE]
    return [(line, one) for one in done for line in one.lines if line.what]


OVER = frozenset({State.DONE, State.WITHDRAWN})


def open_(disposals: Disposals) -> list[Disposal]:
    """Those that wait for the city, for somebody's hands or for a witness, oldest first."""
    return [one for _, one in sorted(disposals.made.items()) if one.state not in OVER]


def manifest(lines: tuple[Line, ...], planned: str) -> bytes:
    """SHA-256 of what is to be disposed of, how and when: every signature after the request names it."""
    # A line of paper is hashed as it was before lines could name a device: old signatures go on naming it.
    shown = tuple((one.item, one.pieces, one.method, *((one.what,) if one.what else ())) for one in lines)
    return hashlib.sha256(msgspec.msgpack.encode((shown, planned))).digest()


def hash_of(one: Disposal) -> bytes:
    return manifest(one.lines, one.planned)


def day_unaccounted(disposals: Disposals, profile: Profile, today: str) -> Refusal | None:
    """Why the day cannot close: the contract wants done what was planned until today, and it is not."""
    if not profile.disposal.blocks_closing:
        return None
    late = next((one for one in open_(disposals) if one.planned <= today), None)
    return None if late is None else refuse("disposal.not_done", number=late.number)


# ------------------------------------------------------------------ decide and evolve


def decide(
    command: DisposalCommand, disposals: Disposals, keys: Keys, profile: Profile, context: Context, by: Signer
) -> tuple[DisposalEvent, ...] | Refusal:
    at_ms = context.at_ms
    if isinstance(command, AskDisposal):
        wrong = _wrong(command, profile, iso_date(at_ms))
        number = f"廃-{len(disposals.made) + 1:03}"
        return wrong or (DisposalAsked(context.index, number, command.lines, command.planned, at_ms, by.person),)
    one = disposals.made.get(command.disposal)
    if one is None:
        return refuse("disposal.unknown")
    if one.state in OVER:
        return refuse("disposal.over", number=one.number)
    if isinstance(command, WithdrawDisposal):
        if one.state is State.CARRIED_OUT:
            return refuse("disposal.carried_out", number=one.number)
        if not 0 < len(command.reason.strip()) <= LONGEST_TEXT:
            return refuse("custody.reason")
        return (DisposalWithdrawn(one.id, one.number, command.reason.strip(), at_ms, by.person),)
    if command.manifest != hash_of(one):
        return refuse("disposal.differs", number=one.number)
    match command:
        case ConsentDisposal():
            return _consent(command, one, profile, context, by)
        case CarryOutDisposal():
            if one.state is State.ASKED:
                return refuse("disposal.no_consent", number=one.number)
            if one.state is State.CARRIED_OUT:
                return refuse("disposal.carried_out", number=one.number)
            if (
                not max(one.asked_ms, 0) <= command.happened_ms <= at_ms
                or iso_date(command.happened_ms) < one.consented
            ):
                return refuse("disposal.time")
            return (DisposalCarriedOut(one.id, one.number, command.happened_ms, at_ms, by.person),)
        case WitnessDisposal():
            if one.state is not State.CARRIED_OUT:
                return refuse("disposal.not_carried_out", number=one.number)
            if not independent(keys, by, one.done_by):
                return refuse("custody.same_person", person=by.person)
            if one.attends and by.party != "city":
                return refuse("disposal.city_attends", number=one.number)
            return (DisposalWitnessed(one.id, one.number, at_ms, by.person),)


def _wrong(command: AskDisposal, profile: Profile, today: str) -> Refusal | None:
    """Why a request cannot go to the city: something in it is not said, or cannot be so."""
    named = {(line.item, line.what.strip()) for line in command.lines}
    if not 0 < len(command.lines) <= MOST_LINES or len(named) < len(command.lines):
        return refuse("disposal.items")
    items = {item.id: item for item in profile.disposal.items}
    for line in command.lines:
        item = items.get(line.item)
        if item is None:
            return refuse("disposal.items")
        if not 0 < line.pieces <= MOST:
            return refuse("disposal.pieces", item=item.ja)
        if line.method not in METHODS[item.medium]:
            return refuse("disposal.method", item=item.ja)
        if len(line.what.strip()) > LONGEST_WHAT or bool(line.what.strip()) != (item.medium == "medium"):
            return refuse("disposal.what", item=item.ja)
    return None if as_date(command.planned) is not None and command.planned >= today else refuse("disposal.planned")


def _consent(
    command: ConsentDisposal, one: Disposal, profile: Profile, context: Context, by: Signer
) -> tuple[DisposalEvent, ...] | Refusal:
    if one.state is not State.ASKED:
        return refuse("disposal.consented", number=one.number)
    reference = command.reference.strip()
    if (
        not 0 < len(reference) <= LONGEST_TEXT
        or as_date(command.date) is None
        or command.date > iso_date(context.at_ms)
    ):
        return refuse("erasure.reference")
    attends = command.attends or profile.disposal.city_attends
    return (DisposalConsented(one.id, one.number, reference, command.date, attends, context.at_ms, by.person),)


def evolve(disposals: Disposals, event: DisposalEvent) -> Disposals:
    replace = msgspec.structs.replace
    if isinstance(event, DisposalAsked):
        one = Disposal(event.disposal, event.number, event.lines, event.planned, event.by, event.at_ms)
        return replace(disposals, made=disposals.made.set(one.id, one))
    one = disposals.made[event.disposal]
    match event:
        case DisposalConsented():
            one = replace(
                one, state=State.CONSENTED, reference=event.reference, consented=event.date, consented_by=event.by,
                attends=event.attends,
            )  # fmt: skip
        case DisposalCarriedOut():
            one = replace(one, state=State.CARRIED_OUT, done_by=event.by, done_ms=event.happened_ms)
        case DisposalWitnessed():
            one = replace(one, state=State.DONE, witness=event.by, witnessed_ms=event.at_ms)
        case DisposalWithdrawn():
            one = replace(one, state=State.WITHDRAWN)
    return replace(disposals, made=disposals.made.set(one.id, one))


def erased(disposals: Disposals, event: PersonalErased, before: Personal) -> Disposals:
    """With what the vault has just erased. `before`: the register as it was, which knows the consent."""
    request = before.requests.get(event.request)
    reference = request.reference if request is not None else ""
    noted = Erasing(event.at_ms, len(event.subjects), reference, event.by)
    return msgspec.structs.replace(disposals, erasings=(*disposals.erasings, noted))
