"""紙の受領: a courier, or a counter of the city without a device, signed the 送付表 with a pen; two people enter it later.

A pen is no key. The boxes stay the giver's, the transfer stays open and the city's desk signs for it later as for any
other; until then it is 「紙で受領・市の確認待ち」. Both times are kept: the paper's and the entry's. Whether a paper in time
meets the contract's deadline is what the city has agreed to (`custody.paper_delivers`); silent, the deadline goes on.
The record keeps at which counter it was signed; whose name it is stands on the paper, which is kept, and nowhere else.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.custody import transit
from hub.domain.custody.custody import TransferState
from hub.domain.custody.rules import UNSIGNED
from hub.domain.people.roster import independent
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.custody import Custody, Transfer
    from hub.domain.custody.transit import Transits
    from hub.domain.moment import Context, Signer
    from hub.domain.people.roster import Keys

READERS = 2
"""People who read the paper before it counts as read: one alone could have written it."""

SHORTEST_CODE = 8
"""Hexadecimal digits of the manifest's hash that are read from the paper, of the sixteen on it: 1 in 4,294,967,296."""

MINUTE_MS = 60_000
"""A pen writes hours and minutes: signed in the minute of the arrival is signed after it."""

LONGEST_REASON = 100


class Taker(enum.StrEnum):
    """Who signed the paper."""

    COURIER = "courier"
    CITY = "city"


class PaperReceipt(msgspec.Struct, frozen=True, array_like=True):
    """A signature on paper, as those who hold the paper read it."""

    taker: Taker
    counter: str
    """The city's counter at which it was signed; empty for a courier."""
    signed_ms: int
    """When it was signed, as it says."""
    by: tuple[str, ...]
    """Who read it and entered it, in order."""
    entered_ms: int
    """When the last of them did."""

    @property
    def whole(self) -> bool:
        """Whether enough people have read it."""
        return len(self.by) >= READERS


PaperReceipts = Map[int, tuple[PaperReceipt, ...]]
"""By transfer; at most one of each taker."""


# ------------------------------------------------------------------ commands and events


class EnterPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="paper.enter"):
    """This person reads from the paper where it was signed and when; a second, different one reads the same.

    `others`: the name on it is none of ours: neither who handed the boxes over, nor who drove, nor who reads this.
    """

    transfer: int
    taker: Taker
    code: str
    """目録の指紋: the digits of the manifest's hash as they stand on the paper, hyphens or not; or the QR's text."""
    counter: str
    signed_ms: int
    others: bool


class StrikePaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="paper.strike"):
    """The manager strikes what was read wrongly; whoever holds the paper reads it again."""

    transfer: int
    taker: Taker
    reason: str


PaperCommand = EnterPaper | StrikePaper


class PaperEntered(msgspec.Struct, frozen=True, tag_field="kind", tag="paper.entered/1"):
    transfer: int
    taker: Taker
    counter: str
    signed_ms: int
    whole: bool
    """Two have read it now."""
    at_ms: int
    by: str


class PaperStruck(msgspec.Struct, frozen=True, tag_field="kind", tag="paper.struck/1"):
    transfer: int
    taker: Taker
    reason: str
    at_ms: int
    by: str


PaperEvent = PaperEntered | PaperStruck


# ------------------------------------------------------------------ questions


def receipt(papers: PaperReceipts, transfer: int, taker: Taker) -> PaperReceipt | None:
    """What was read of a transfer's paper, by one person or by two."""
    return next((one for one in papers.get(transfer, ()) if one.taker is taker), None)


def city_paper(papers: PaperReceipts, transfer: int) -> PaperReceipt | None:
    """The paper that somebody of the city signed, once two people have read it."""
    found = receipt(papers, transfer, Taker.CITY)
    return found if found is not None and found.whole else None


def counter_of(profile: Profile, paper: PaperReceipt) -> tuple[str, str]:
    """Where a paper was signed, in Japanese and in English; empty for a courier."""
    found = next((one for one in profile.custody.counters if one.id == paper.counter), None)
    return (found.ja, found.en) if found is not None else (paper.counter, paper.counter)


def waiting(papers: PaperReceipts, custody: Custody) -> list[Transfer]:
    """紙で受領・市の確認待ち: transfers that the city has on paper and that no key of the city has signed for."""
    return [
        one
        for _, one in sorted(custody.transfers.items())
        if one.state in UNSIGNED and city_paper(papers, one.id) is not None
    ]


def standing(papers: PaperReceipts, transfer: int) -> Refusal | None:
    """Why a transfer cannot be taken back: somebody else has the boxes, as a paper says."""
    return refuse("paper.stands") if any(one.whole for one in papers.get(transfer, ())) else None


# ------------------------------------------------------------------ decide and evolve


def decide(
    command: PaperCommand,
    papers: PaperReceipts,
    custody: Custody,
    transits: Transits,
    keys: Keys,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[PaperEvent, ...] | Refusal:
    transfer = custody.transfers.get(command.transfer)
    if transfer is None:
        return refuse("custody.unknown_transfer")
    if transfer.state not in UNSIGNED:
        return refuse("custody.transfer_done")
    known = receipt(papers, transfer.id, command.taker)
    if isinstance(command, StrikePaper):
        if known is None:
            return refuse("paper.none")
        if not 0 < len(command.reason.strip()) <= LONGEST_REASON:
            return refuse("custody.reason")
        return (PaperStruck(transfer.id, command.taker, command.reason.strip(), context.at_ms, by.person),)
    if transfer.state is TransferState.DISPUTED:
        return refuse("paper.city_counts")
    return _enter(command, known, transfer, transits, keys, profile, context, by)


def _enter(
    command: EnterPaper,
    known: PaperReceipt | None,
    transfer: Transfer,
    transits: Transits,
    keys: Keys,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[PaperEvent, ...] | Refusal:
    if command.taker is Taker.CITY:
        away = transit.not_there(transits, transfer, profile)
        if away is not None:
            return away
    if not _names(command.code, transfer.manifest):
        return refuse("paper.other_manifest")
    counters = {one.id for one in profile.custody.counters} if command.taker is Taker.CITY else {""}
    if command.counter not in counters:
        return refuse("paper.counter")
    if not command.others:
        return refuse("paper.ours")
    way = transits.get(transfer.id)
    earliest_ms = transfer.offered_ms
    if command.taker is Taker.CITY and way is not None:
        earliest_ms = max(earliest_ms, way.arrived_ms)
    if not earliest_ms - earliest_ms % MINUTE_MS <= command.signed_ms <= context.at_ms:
        return refuse("paper.time")
    if known is not None:
        if known.whole:
            return refuse("paper.entered_already")
        if not all(independent(keys, by, other) for other in known.by):
            return refuse("custody.same_person", person=by.person)
        if (command.counter, command.signed_ms) != (known.counter, known.signed_ms):
            return refuse("paper.differs")
    whole = known is not None and len(known.by) + 1 >= READERS
    return (
        PaperEntered(transfer.id, command.taker, command.counter, command.signed_ms, whole, context.at_ms, by.person),
    )  # fmt: skip


def _names(code: str, manifest: bytes) -> bool:
    """Whether digits read from a paper are the manifest's; enough of them, and from the first on."""
    digits = code.replace("-", "").replace(" ", "").strip().upper().removeprefix("M")
    return len(digits) >= SHORTEST_CODE and manifest.hex().upper().startswith(digits)


def evolve(papers: PaperReceipts, event: PaperEvent) -> PaperReceipts:
    known = receipt(papers, event.transfer, event.taker)
    others = tuple(one for one in papers.get(event.transfer, ()) if one.taker is not event.taker)
    if isinstance(event, PaperStruck):
        return papers.set(event.transfer, others) if others else papers.delete(event.transfer)
    before = known.by if known is not None else ()
    read = PaperReceipt(event.taker, event.counter, event.signed_ms, (*before, event.by), event.at_ms)
    return papers.set(event.transfer, (*others, read))
