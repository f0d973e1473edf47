"""What the city has handed to us: reservation lists, devices, forms. Each with a 預り証, a place in a ledger, a way back.

Koganei 特記16条 (receipt), 12 (nothing lent leaves the building without approval); Chiba 第2 4(2), Niigata 8.1(1), Nagaoka
7(1): so many devices and no more, unless the city raises the number in writing.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.moment import as_date, iso_date
from hub.domain.refusal import Refusal, refuse, short

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import Device
    from hub.domain.moment import Context, Signer

MOST = 10_000
"""Pieces at a time; more is a slip of the keyboard."""

LONGEST_NAME = 20
LONGEST_REFERENCE = 40
"""Characters of an approval: its date and number, as the city wrote it."""

LIMITED = frozenset({"exact", "max_loan"})
"""Ways of counting a device under which more than stated is too many; `min` means at least."""


class Paper(enum.StrEnum):
    """What the city hands over beside the devices that the profile names."""

    LIST = "list"  # reservations of a day: names and numbers of people
    FORM = "form"
    DOCUMENT = "document"
    MEDIUM = "medium"


class Loan(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that received it."""
    number: str
    """預-001, counted over the whole record: stands on the receipt."""
    thing: str
    """A device of the profile, or a Paper."""
    received: int
    """Pieces."""
    left: int
    """Of these still with us."""
    giver: str
    received_ms: int
    by: str
    """Who signed for it on our side."""
    approval: str = ""
    """Under which it is out of the building; empty: it is in."""
    back_by: str = ""
    """YYYY-MM-DD, while it is out."""
    taker: str = ""
    """Who of the city took the last of it back."""
    returned_ms: int = 0
    returned_by: str = ""


class Lent(msgspec.Struct, frozen=True):
    loans: Map[int, Loan] = Map()
    """Everything ever received: what went back stays, with when and to whom."""
    raised: Map[str, int] = Map()
    """Devices of which the city lends another number than the specification says."""


class ReceiveLoan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="lent.receive"):
    thing: str
    pieces: int
    giver: str
    """Who of the city handed it over."""


class CarryOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="lent.carry_out"):
    """It leaves the building, under an approval of the city, until a day."""

    loan: int
    approval: str
    back_by: str


class CarryIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="lent.carry_in"):
    loan: int


class ReturnLoan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="lent.return"):
    loan: int
    pieces: int
    taker: str


class RaiseLoan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="lent.raise"):
    """The city lends another number of a device from now on, as its letter says (Nagaoka 7(1))."""

    device: str
    count: int
    reference: str


LentCommand = ReceiveLoan | CarryOut | CarryIn | ReturnLoan | RaiseLoan


class LoanReceived(msgspec.Struct, frozen=True, tag_field="kind", tag="lent.received/1"):
    entry: int
    number: str
    thing: str
    pieces: int
    giver: str
    at_ms: int
    by: str


class LoanCarriedOut(msgspec.Struct, frozen=True, tag_field="kind", tag="lent.carried_out/1"):
    loan: int
    number: str
    approval: str
    back_by: str
    at_ms: int
    by: str


class LoanCarriedIn(msgspec.Struct, frozen=True, tag_field="kind", tag="lent.carried_in/1"):
    loan: int
    number: str
    at_ms: int
    by: str


class LoanReturned(msgspec.Struct, frozen=True, tag_field="kind", tag="lent.returned/1"):
    loan: int
    number: str
    pieces: int
    taker: str
    at_ms: int
    by: str


class LoanRaised(msgspec.Struct, frozen=True, tag_field="kind", tag="lent.raised/1"):
    device: str
    count: int
    reference: str
    at_ms: int
    by: str


LentEvent = LoanReceived | LoanCarriedOut | LoanCarriedIn | LoanReturned | LoanRaised


# ------------------------------------------------------------------ questions


def lendable(profile: Profile) -> list[Device]:
    """Devices that the city hands over, counted or as needed."""
    return [device for device in profile.devices if device.owner == "city"]


def with_us(lent: Lent) -> list[Loan]:
    """What is not back with the city, oldest first."""
    return [loan for _, loan in sorted(lent.loans.items()) if loan.left]


def limit(lent: Lent, device: Device) -> int | None:
    """How many of a device the city lends at most; None: the contract states no most."""
    raised = lent.raised.get(device.id)
    if raised is not None:
        return raised
    return device.count if device.count_kind in LIMITED else None


def overdue(lent: Lent, date: str) -> list[Loan]:
    """What should be in the building again on `date` (YYYY-MM-DD)."""
    return [loan for loan in with_us(lent) if loan.back_by and loan.back_by < date]


# ------------------------------------------------------------------ decide


def decide(
    command: LentCommand, lent: Lent, profile: Profile, context: Context, by: Signer
) -> tuple[LentEvent, ...] | Refusal:
    at_ms = context.at_ms
    if isinstance(command, ReceiveLoan):
        return _receive(command, lent, profile, context, by)
    if isinstance(command, RaiseLoan):
        if command.device not in {one.id for one in lendable(profile)}:
            return refuse("lent.unknown_thing")
        if not 0 < command.count <= MOST:
            return refuse("lent.pieces", most=MOST)
        if not 0 < len(command.reference.strip()) <= LONGEST_REFERENCE:
            return refuse("lent.approval")
        return (LoanRaised(command.device, command.count, command.reference.strip(), at_ms, by.person),)
    loan = lent.loans.get(command.loan)
    if loan is None or not loan.left:
        return refuse("lent.unknown")
    match command:
        case CarryOut():
            if loan.approval:
                return refuse("lent.out_already", number=loan.number)
            if not 0 < len(command.approval.strip()) <= LONGEST_REFERENCE:
                return refuse("lent.approval")
            if as_date(command.back_by) is None or command.back_by < iso_date(at_ms):
                return refuse("lent.back_by")
            return (LoanCarriedOut(loan.id, loan.number, command.approval.strip(), command.back_by, at_ms, by.person),)
        case CarryIn():
            if not loan.approval:
                return refuse("lent.not_out", number=loan.number)
            return (LoanCarriedIn(loan.id, loan.number, at_ms, by.person),)
        case ReturnLoan():
            if not 0 < command.pieces <= loan.left:
                return refuse("lent.pieces", most=loan.left)
            if not 0 < len(command.taker.strip()) <= LONGEST_NAME:
                return refuse("lent.name")
            return (LoanReturned(loan.id, loan.number, command.pieces, command.taker.strip(), at_ms, by.person),)


def _receive(
    command: ReceiveLoan, lent: Lent, profile: Profile, context: Context, by: Signer
) -> tuple[LentEvent, ...] | Refusal:
    device = next((one for one in lendable(profile) if one.id == command.thing), None)
    if device is None and command.thing not in set(Paper):
        return refuse("lent.unknown_thing")
    if not 0 < command.pieces <= MOST:
        return refuse("lent.pieces", most=MOST)
    if not 0 < len(command.giver.strip()) <= LONGEST_NAME:
        return refuse("lent.name")
    most = limit(lent, device) if device is not None else None
    if device is not None and most is not None:
        have = sum(loan.left for loan in with_us(lent) if loan.thing == device.id)
        if have + command.pieces > most:
            return refuse("lent.too_many", device=short(device.ja), most=most, have=have)
    number = f"預-{len(lent.loans) + 1:03}"
    received = LoanReceived(
        context.index, number, command.thing, command.pieces, command.giver.strip(), context.at_ms, by.person
    )
    return (received,)


# ------------------------------------------------------------------ evolve


def evolve(lent: Lent, event: LentEvent) -> Lent:
    if isinstance(event, LoanRaised):
        return Lent(lent.loans, lent.raised.set(event.device, event.count))
    if isinstance(event, LoanReceived):
        loan = Loan(
            event.entry, event.number, event.thing, event.pieces, event.pieces, event.giver, event.at_ms, event.by
        )
        return Lent(lent.loans.set(loan.id, loan), lent.raised)
    return Lent(lent.loans.set(event.loan, _after(lent.loans[event.loan], event)), lent.raised)


def _after(loan: Loan, event: LoanCarriedOut | LoanCarriedIn | LoanReturned) -> Loan:
    replace = msgspec.structs.replace
    match event:
        case LoanCarriedOut():
            return replace(loan, approval=event.approval, back_by=event.back_by)
        case LoanCarriedIn():
            return replace(loan, approval="", back_by="")
        case LoanReturned():
            left = loan.left - event.pieces
            out = ("", "") if not left else (loan.approval, loan.back_by)
            return replace(
                loan, left=left, approval=out[0], back_by=out[1], taker=event.taker, returned_ms=event.at_ms,
                returned_by=event.by,
            )  # fmt: skip
