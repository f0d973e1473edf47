"""What goes to the city's desks and comes back: requests with proofs out, signed decisions and cosignatures in.

A desk on the LAN is linked directly; one at the city hall is reached through the office's mailroom, with the same
messages sealed to it. A desk never has to believe the hub: it sees the entry, its proof, and the record's consistency
with what it cosigned last.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from hub.domain import codec
from hub.domain.custody import disposal
from hub.domain.custody.custody import TransferAccepted, TransferDisputed, TransferState, TransferWithdrawn
from hub.domain.custody.disposal import (
    DisposalAsked,
    DisposalCarriedOut,
    DisposalConsented,
    DisposalWithdrawn,
    DisposalWitnessed,
)
from hub.domain.custody.paper_receipt import PaperEntered, PaperStruck
from hub.domain.day.day import DayClosed
from hub.domain.devices.effect import EffectEvent
from hub.domain.identity.identity import (
    FirstSigned,
    IdentityDecided,
    OfficerAttended,
    RequestClosed,
    RequestPassedOn,
    RequestState,
    RequestTakenUp,
    VideoNoted,
)
from hub.domain.identity.still import StillTaken
from hub.domain.kinds import Kinds
from hub.domain.personal.personal import ErasureAsked, ErasureConsented
from hub.domain.queue.queue import QueueEvent
from hub.domain.reservations import outing
from hub.domain.reservations.outing import (
    OutingClosed,
    OutingConfirmed,
    OutingPlanned,
    OutingRequested,
    OutingWithdrawn,
)
from hub.domain.visit.rules import VisitEvent
from hub.site.follower import succession
from hub.site.scribe import Commit, Scribe, rejected
from sync import messages
from sync.errors import SyncError
from sync.keys.certificate import parse
from sync.keys.party import chain
from sync.keys.trust import Authority
from sync.messages import Message
from sync.record.checkpoint import Checkpoint, decode_body, note_body, sign, verify_cosignature
from sync.record.command import Signed
from sync.record.entry import decode_entry
from sync.record.faults import RecordFault
from sync.record.writer import WriterStopped

log = logging.getLogger(__name__)

Send = Callable[[Message], Awaitable[None]]


OF_THE_FLOOR: Kinds[QueueEvent | VisitEvent | EffectEvent] = Kinds(QueueEvent | VisitEvent | EffectEvent)
"""What a busy day is made of, and no desk hears of: asked first."""

NOTES = (FirstSigned, RequestTakenUp, RequestPassedOn, VideoNoted, StillTaken)
"""Events about a request that stays open: a desk that comes later needs each of them."""

ASKS = (ErasureAsked, DisposalAsked, OutingRequested)
"""Events that wait for the city's word without an effect of their own."""

NEWS = (
    *NOTES,
    IdentityDecided,
    RequestClosed,
    TransferAccepted,
    TransferDisputed,
    TransferWithdrawn,
    PaperEntered,
    PaperStruck,
    ErasureConsented,
    DisposalConsented,
    DisposalCarriedOut,
    DisposalWitnessed,
    DisposalWithdrawn,
    OutingPlanned,
    OutingConfirmed,
    OutingWithdrawn,
    OutingClosed,
)
"""Events that change or end what a desk shows: told with the same proof as the request itself."""


KEEP_TRIES = 3
"""A commit may replace the checkpoint in the very moment in which a cosignature of it is kept; then it is kept with it."""

OPEN = frozenset({TransferState.OFFERED, TransferState.DISPUTED})
"""Transfers that still wait for the city's signature."""


class OnLan(Protocol):
    """A desk's direct link."""

    def post(self, message: Message) -> None: ...


class Desks:
    """Keeps every desk told, and takes what it signs."""

    def __init__(self, scribe: Scribe, mail: Callable[[bytes, Message], Awaitable[None]]) -> None:
        self._scribe = scribe
        self._mail = mail
        """Seals a message to a desk's public key for the office to carry; does not wait for the network."""
        self.city_size = 0
        """Largest size of the record that the city has cosigned."""
        self._lan: dict[bytes, OnLan] = {}
        self._remote: set[bytes] = set()
        """Public keys of desks that the office reaches."""
        self._witnessed: dict[bytes, int] = {}
        """Desk's public key to the size it cosigned last."""
        self._shown: dict[bytes, int] = {}
        """Desk's public key to the size of the last checkpoint it was sent: the next proof starts there."""
        self._behind: set[bytes] = set()
        """Desks that missed something because it failed for them alone: sent all that is open with the next commit."""
        self._waiting: set[int] = set()
        """Entries whose handoff is not answered yet."""
        self._turns: dict[int, int] = {}
        """Pending request to the entry that last gave it to an officer, after it was made."""
        self._disputes: dict[int, int] = {}
        """Open transfer to the entry of the city's last count, which differed."""
        self._notes: dict[int, set[int]] = {}
        """Pending request, or open transfer, to the entries that noted something about it."""
        self._holders: dict[int, bytes] = {}
        """Pending request to the desk at which an officer took it up, in this life."""
        self.on_ready: Callable[[int | None], Awaitable[None]] = _nobody
        """Told of a request that was taken up, and (None) of a desk that has come back."""
        self.on_dropped: Callable[[int], None] = lambda request: None
        """Told of a request whose pictures a desk has let go of."""

    async def start(self) -> None:
        """Take up the requests that were open when the hub stopped, and what desks had witnessed."""
        for cosignature in await self._scribe.store.cosignatures():
            for encoded in self._scribe.party.trust:
                desk = parse(encoded)
                if desk.kind == "desk" and self._key_name(desk.person) == cosignature.name:
                    self._note_witness(desk.subject, cosignature.size)
        booth = self._scribe.booth
        self._waiting.update(booth.identity.pending)
        self._waiting.update(t.id for t in booth.custody.transfers.values() if t.state in OPEN)
        self._waiting.update(one.id for one in booth.personal.requests.values() if not one.reference)
        self._waiting.update(one.id for one in disposal.open_(booth.disposals))
        self._waiting.update(one.id for one in outing.open_(booth.outings) if not one.confirmed_by)
        # Who got a request later, and who counted otherwise, stands in entries after it.
        index = min(self._waiting, default=self._scribe.size)
        async for body in self._scribe.store.entries(index):
            self._note_turns(index, codec.decode_events(bytes(decode_entry(body).events)))
            index += 1
        self._forget_answered()

    def _key_name(self, person: str) -> str:
        return self._scribe.party.deployment.key_name(person)

    def _note_witness(self, desk: bytes, size: int) -> None:
        self._witnessed[desk] = max(size, self._witnessed.get(desk, 0))
        self.city_size = max(size, self.city_size)

    # ------------------------------------------------------------------ out

    async def joined(self, desk: Authority, link: OnLan) -> None:
        """A desk has linked on the LAN: send it what waits."""
        self._lan[desk.key] = link
        await self._send_open(desk.key)
        await self.on_ready(None)

    def left(self, desk: Authority, link: OnLan | None = None) -> None:
        """A desk's link has ended; where it is named, a newer one of the same desk stays."""
        if link is None or self._lan.get(desk.key) is link:
            self._lan.pop(desk.key, None)

    async def reachable(self, desks: set[bytes]) -> None:
        """The office reaches these desks now: send to those that are new what waits."""
        fresh, self._remote = desks - self._remote, set(desks)
        for desk in sorted(fresh - self._lan.keys()):
            await self._send_open(desk)
        if fresh:
            await self.on_ready(None)

    async def _send_open(self, desk: bytes) -> None:
        for index in self._open_entries():
            await self._tell(desk, functools.partial(self._handoff, index))

    async def again(self, desk: bytes) -> None:
        """A letter to this desk came back, and what it said is not known any more: all that is open, and the newest
        checkpoint to witness, in place of whatever it asked."""
        self._shown.pop(desk, None)
        await self._send_open(desk)
        await self._tell(desk, self._cosign_wanted)

    async def on_commit(self, commit: Commit) -> None:
        """Hand off what this commit asks of the city or changes for it, and have acceptances and closes witnessed."""
        behind, self._behind = self._behind & (self._lan.keys() | self._remote), set()
        for desk in sorted(behind):
            await self._send_open(desk)
        concerned = [(index, events) for index, events in commit.events if not all(map(OF_THE_FLOOR.has, events))]
        if not concerned:
            return
        for index, events in concerned:
            takes = self._note_turns(index, events)
            for event in events:
                if "handoff" in getattr(event, "effects", ()) or isinstance(event, ASKS):
                    self._waiting.add(index)
                    await self._to_all(functools.partial(self._handoff, index))
                elif isinstance(event, NEWS) or (takes and isinstance(event, OfficerAttended)):
                    await self._to_all(functools.partial(self._handoff, index))
                if isinstance(event, DayClosed | TransferAccepted):
                    await self._to_all(self._cosign_wanted)
                if isinstance(event, RequestTakenUp):
                    origin = next((asker for asker, outcome in commit.outcomes if outcome.index == index), None)
                    for desk, link in tuple(self._lan.items()):
                        if link is origin:
                            await self._taken_up(event.request, desk)
        self._forget_answered()

    def _note_turns(self, index: int, events: tuple[object, ...]) -> bool:
        """Whether these events give waiting requests to an officer; who gave them last, and disputes, are noted."""
        takes = False
        for event in events:
            if isinstance(event, OfficerAttended):
                takes = takes or bool(event.takes)
                self._turns.update((request, index) for request in event.takes)
            elif isinstance(event, TransferDisputed):
                self._disputes[event.transfer] = index
            elif isinstance(event, PaperEntered | PaperStruck):
                self._notes.setdefault(event.transfer, set()).add(index)
            elif isinstance(event, DisposalConsented | DisposalCarriedOut):
                self._notes.setdefault(event.disposal, set()).add(index)
            elif isinstance(event, OutingPlanned):
                self._notes.setdefault(event.outing, set()).add(index)
            elif isinstance(event, NOTES):
                self._notes.setdefault(event.request, set()).add(index)
        return takes

    def _open_entries(self) -> list[int]:
        """What a desk that has seen nothing yet needs, in the record's order."""
        return sorted({*self._waiting, *self._turns.values(), *self._disputes.values()}.union(*self._notes.values()))

    def _forget_answered(self) -> None:
        booth = self._scribe.booth
        for index in list(self._waiting):
            request, transfer = booth.identity.requests.get(index), booth.custody.transfers.get(index)
            erasure = booth.personal.requests.get(index)
            disposing, booking = booth.disposals.made.get(index), booth.outings.get(index)
            open_ = (
                (request is not None and request.state is RequestState.PENDING)
                or (transfer is not None and transfer.state in OPEN)
                or (erasure is not None and not erasure.reference)
                or (disposing is not None and disposing.state not in disposal.OVER)
                or (booking is not None and not booking.confirmed_by and not booking.ended)
            )
            if not open_:
                self._waiting.discard(index)
        later: dict[int, int] | dict[int, set[int]]
        for over in self._holders.keys() - booth.stills.keys() - set(booth.identity.pending):
            del self._holders[over]
        for later in (self._turns, self._disputes, self._notes):
            for case in later.keys() - self._waiting:
                del later[case]

    async def _to_all(self, make: Callable[[bytes], Awaitable[Message]]) -> None:
        for desk in (*self._lan, *sorted(self._remote - self._lan.keys())):
            await self._tell(desk, make)

    async def _tell(self, desk: bytes, make: Callable[[bytes], Awaitable[Message]]) -> None:
        """Send one desk what is made for it, directly or as a letter. What fails for one hides nothing from the others."""
        try:
            message = await make(desk)
            link = self._lan.get(desk)
            if link is not None:
                link.post(message)
            else:
                await self._mail(desk, message)
        except SyncError as error:  # its key or its offer; it asks for the rest when it is well
            log.warning("a desk was not told: %s", error)
            self._missed(desk)
        except Exception:
            log.exception("a desk was not told")
            self._missed(desk)

    def _missed(self, desk: bytes) -> None:
        self._behind.add(desk)
        self._shown.pop(desk, None)  # it may not have what we counted as shown: the next proof begins further back

    async def _taken_up(self, request: int, desk: bytes) -> None:
        """An officer at this desk accepted the request: its stills go there, and nowhere else."""
        self._holders[request] = desk
        await self.on_ready(request)

    async def to_holder(self, request: int, message: Message) -> bool:
        """Send to the desk at which the request was taken up, or to all where an earlier life knew; whether there is one."""
        holder = self._holders.get(request)
        desks = {holder} if holder is not None else {*self._lan, *self._remote}

        async def make(desk: bytes) -> Message:
            return message

        for desk in sorted(desks & {*self._lan, *self._remote}):
            await self._tell(desk, make)
        return bool(desks & {*self._lan, *self._remote})

    async def carry(self, message: messages.Reported) -> None:
        """Pass a terminal's report on to every desk, unread: it is signed, and about this hub."""

        async def make(desk: bytes) -> Message:
            return message

        await self._to_all(make)

    async def _handoff(self, index: int, desk: bytes) -> messages.Handoff:
        scribe, store = self._scribe, self._scribe.store
        note = scribe.note
        size, known = self._proved_from(note, desk)
        (entry,) = await store.read(index, 1)
        return messages.Handoff(
            request=index,
            entry=entry,
            index=index,
            note=note,
            inclusion=await store.inclusion_proof(index, size),
            consistent_from=known,
            consistency=await store.consistency_proof(known, size) if known else [],
            certificates=list(scribe.party.trust),
            profile=scribe.party.deployment.profile,
            lists=scribe.party.trust.lists(),
            succession=await succession(scribe),
        )

    def _proved_from(self, note: str, desk: bytes) -> tuple[int, int]:
        """The note's size, and the size from which it is proved to this desk: what it saw last, as far as we know."""
        size = decode_body(note_body(note)).size
        known = min(max(self._witnessed.get(desk, 0), self._shown.get(desk, 0)), size)
        self._shown[desk] = size
        return size, known

    async def _cosign_wanted(self, desk: bytes) -> messages.CosignWanted:
        note = self._scribe.note
        size, known = self._proved_from(note, desk)
        proof = await self._scribe.store.consistency_proof(known, size) if known else []
        return messages.CosignWanted(note, known, proof)

    # ------------------------------------------------------------------ in

    async def take(self, desk: Authority, message: Message, reply: Send) -> None:
        """Something from a desk, by whichever way it came; `reply` goes the same way back."""
        match message:
            case messages.Decision():
                self._scribe.party.take_lists(message.lists)
                await self._take_cosignature(desk, message.size, message.line)
                outcome = await self._submit(message.signed, message.certificates)
                if outcome.index is None:
                    await reply(messages.Committed(0, [], "", [outcome]))
                else:  # its desk asks until this is proved; whether it was among those told at the commit is not known
                    await reply(await self._handoff(outcome.index, desk.key))
            case messages.Submit():
                outcome = await self._submit(message.signed, message.certificates)
                await reply(messages.Committed(0, [], "", [outcome]))
                for event in codec.decode_events(outcome.events) if outcome.events else ():
                    if isinstance(event, RequestTakenUp):
                        await self._taken_up(event.request, desk.key)
            case messages.StillsDropped():
                if self._holders.get(message.request) == desk.key:
                    self.on_dropped(message.request)
                else:  # the record says of a desk that it let go only what that desk has said itself
                    log.info("desk %s let go of pictures that it was not given", desk.person)
            case messages.Cosigned():
                await self._take_cosignature(desk, message.size, message.line)
            case messages.ProofWanted():
                hashes: list[
                    bytes
                ] = []  # what we do not hold we cannot prove, and say so: the desk draws its conclusion
                if 0 < message.old <= message.new <= self._scribe.size:
                    hashes = await self._scribe.store.consistency_proof(message.old, message.new)
                await reply(messages.Proof(message.old, message.new, hashes))
            case _:
                log.warning("desk %s sent %s, which is not for a hub", desk.person, type(message).__name__)

    async def _submit(self, signed: Signed, certificates: list[bytes]) -> messages.OutcomeOf:
        try:
            return await self._scribe.events_of(await self._scribe.submit(signed, certificates))
        except (WriterStopped, RecordFault):
            raise  # what reached the disk is unknown: no answer, and the desk sends it again to the hub that starts anew
        except SyncError as error:
            log.warning("a desk's command: %s", error)
            return rejected(signed, error)

    async def _take_cosignature(self, desk: Authority, size: int, line: str) -> None:
        """Keep the city's cosignature if it is one; a bad line is logged and never kept."""
        name = self._key_name(desk.person)
        if not 0 < size <= self._scribe.size:
            log.warning("cosignature by %s of size %d: no such checkpoint", desk.person, size)
            return
        note = await self._note(size)
        try:
            verify_cosignature(note, line, name, desk.key)
        except SyncError as error:
            log.warning("cosignature by %s: %s", desk.person, error)
            return
        store, trust = self._scribe.store, self._scribe.party.trust
        # Whoever checks the record later needs the desk's certificate: no command in it is signed by a desk.
        await store.put_certificates(chain(trust.get(desk.certificate), trust))
        for _ in range(KEEP_TRIES):
            try:
                await store.add_cosignature(size, name, line, note)
                break
            except SyncError as error:
                log.info("cosignature by %s of size %d: %s", desk.person, size, error)
        else:
            log.error("a cosignature by %s of size %d could not be kept", desk.person, size)
            return
        self._note_witness(desk.key, size)

    async def _note(self, size: int) -> str:
        """The checkpoint of that size; newer ones may have replaced it, and signing it again gives the same bytes."""
        kept = await self._scribe.store.checkpoint(size)
        if kept is not None:
            return kept
        party = self._scribe.party
        origin = party.deployment.origin
        return sign(Checkpoint(origin, size, await self._scribe.store.root(size)), origin, party.signer)


async def _nobody(request: int | None) -> None:
    """Before the hub has its stills."""
