"""The city's desk: requests come in with their proofs, signed decisions and cosignatures go out.

It believes no hub and no office. Before anything is shown, the hub's checkpoint must be signed and continue the last one
this desk has seen, the entry must stand in it, and its signer must have had the right; what is refused is kept as
evidence. What this desk has seen is on its own disk before it answers, and an answer waits there until the hub has it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hub.client import witness
from hub.client.casebook import Casebook, Erasing, Offered
from hub.client.connection import Done, NotConnected
from hub.client.deskfile import Answer, DeskFile
from hub.client.deskhub import DeskHub
from hub.client.desklook import Look
from hub.client.deskways import Acknowledge, LanWay, OfficeWay, Way
from hub.client.handoff import OtherProfile, open_handoff, reopen_entry
from hub.client.reportfile import ReportFile
from hub.client.sealedfield import sealed_field
from hub.client.signing import sign_as
from hub.client.witness import Seen, SeenBeyond, ShownAnother, ShownLess
from hub.domain import codec, contract, identity, permission
from hub.domain.booth import Command
from hub.domain.city_check import DRAWN_BYTES
from hub.domain.contract import Profile
from hub.domain.custody import AcceptTransfer
from hub.domain.guard import check_text
from hub.domain.identity import Attend, DecideIdentity, NoteVideo, Outcome, Request, RequestState, TakeUp
from hub.domain.moment import MANAGER_ROLES, iso_date
from hub.domain.personal import ConsentErasure
from hub.domain.refusal import Refusal, refuse, some
from hub.signer import signer_of
from sync import messages
from sync.checkpoint import cosign
from sync.envelope import LIFETIME_MS
from sync.errors import SyncError
from sync.introductions import take_proven
from sync.link import Clock
from sync.messages import CosignWanted, Handoff, Message, Welcome
from sync.party import LockedPerson, Party, Person, load_people
from sync.trust import CityOnly
from sync.unrecorded import Report

log = logging.getLogger(__name__)

AGAIN_S = 30.0
"""An answer that nobody has confirmed goes out again after this time: a letter may have met a key that was destroyed."""

ENDED = {
    "identity.decided": RequestState.DECIDED,
    "identity.expired": RequestState.EXPIRED,
    "identity.withdrawn": RequestState.WITHDRAWN,
    "identity.unknown": RequestState.EXPIRED,  # the hub has opened another day since
    "custody.transfer_done": RequestState.DECIDED,
    "custody.unknown_transfer": RequestState.WITHDRAWN,
}
"""Refusals that say that a case is over."""

ATTENDANCE = -1
"""What an Attend is about: no request, no transfer."""


@dataclass
class _Item:
    """Something that carries a checkpoint, to be believed before what it says is looked at."""

    message: Handoff | CosignWanted | Welcome
    hub_key: bytes
    way: Way
    acknowledge: Acknowledge


@dataclass
class _Waiting:
    """An answer of ours that the hub has not confirmed, and whoever waits for that in this process."""

    answer: Answer
    done: asyncio.Future[Done | Refusal]
    sent_at: float = 0.0


class DeskClient:
    """One desk of the city. `requests` and `transfers` are what waits; `decide` and `accept` answer."""

    def __init__(self, party: Party, home: Path, clock: Clock | None = None) -> None:
        """`clock`: the machine's own time in ms. The home keeps desk.sqlite, evidence/ and the mailbox."""
        self.party = party
        self.people: list[LockedPerson] = load_people(home)
        """Officers whose locked keys are kept on this desk."""
        self.profile: Profile | None = None
        self.status: messages.Status | None = None
        """The hub's last beat, on the LAN."""
        self.problem: SyncError | None = None
        """What was refused last, or why nothing is believed any more."""
        self.refused_hub = False
        """The hub has shown less, or another past: nothing it says is believed, and nothing is signed for it."""
        self._reports = ReportFile(home, party.trust)
        self.reports: dict[str, Report] = self._reports.newest()
        """What terminals report of their hub, by terminal; the newest of each."""
        self.heard_at = 0.0
        """time.monotonic() when the hub was heard last."""
        self._home = home
        self._clock = clock or _now_ms
        self._file = DeskFile(home)
        self._seen: Seen | None = self._file.seen()
        self._cases = Casebook()
        self._ways: list[Way] = []
        self._waiting: dict[bytes, _Waiting] = {}
        self._looks: dict[int, Look] = {}
        """What each request that was opened here asks for."""
        self.draw: Callable[[], bytes] = lambda: os.urandom(DRAWN_BYTES)
        """Where chance comes from; a rehearsal, which can be played again, has its own."""
        self._parked: dict[tuple[int, int], list[_Item]] = {}
        self._listeners: list[Callable[[], None]] = []
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._behind_ms = 0
        self._load()
        self.hub = DeskHub(party, home, self._clock, lambda: self._managing)
        """Which machine speaks for the record."""

    def _load(self) -> None:
        for index, body in self._file.entries():
            for event in reopen_entry(index, body).events:
                self._cases.take(index, event)
        self._file.forget(self._clock() - LIFETIME_MS, self._cases.open_ids())  # no letter lives longer
        for answer in self._file.answers():
            self._waiting[answer.id] = _Waiting(answer, asyncio.get_running_loop().create_future())
        stored = self._home / "profile.toml"
        if stored.exists():
            self._take_profile(stored.read_bytes())

    # ------------------------------------------------------------------ what it shows

    @property
    def requests(self) -> tuple[identity.Request, ...]:
        """Undecided requests, oldest first: number, window, documents, `officer` (whose turn it is), `expires_ms`."""
        return self._cases.requests

    @property
    def transfers(self) -> tuple[Offered, ...]:
        """Papers that wait for the city's signature: containers and seals. How many sheets is for the officer to count."""
        return self._cases.transfers

    @property
    def erasures(self) -> tuple[Erasing, ...]:
        """What the booth asks to be allowed to erase, oldest first; `consent` answers."""
        return self._cases.erasures

    @property
    def outcomes(self) -> dict[int, Outcome]:
        """Decisions proved to stand in the record, by request."""
        return self._cases.outcomes

    def decided_on(self, date: str) -> dict[Outcome, int]:
        """How many decisions of each kind were made on a day (ISO date, Japan)."""
        days = [self._cases.outcomes[case] for case, at_ms in self._cases.decided_ms.items() if iso_date(at_ms) == date]
        return {outcome: days.count(outcome) for outcome in Outcome}

    @property
    def closed(self) -> dict[int, RequestState]:
        """How requests and transfers ended that this desk has seen."""
        return self._cases.closed

    @property
    def unconfirmed(self) -> set[int]:
        """Requests and transfers whose signed answer the hub has not confirmed yet."""
        return {waiting.answer.about for waiting in self._waiting.values()} - {ATTENDANCE}

    @property
    def lan(self) -> Way | None:
        return next((way for way in self._ways if isinstance(way, LanWay)), None)

    @property
    def office(self) -> Way | None:
        return next((way for way in self._ways if isinstance(way, OfficeWay)), None)

    @property
    def connected(self) -> bool:
        """Whether the hub can be written to now, by either way."""
        return any(way.ready for way in self._ways)

    @property
    def age_s(self) -> float:
        """Seconds since the hub was heard; 0 if it never was."""
        return time.monotonic() - self.heard_at if self.heard_at else 0.0

    @property
    def seen(self) -> tuple[int, bytes]:
        """Size and root of the newest checkpoint this desk has believed; (0, b"") for none."""
        if self._seen is None:
            return 0, b""
        checkpoint = self._seen.checkpoint
        return checkpoint.size, checkpoint.root

    def now_ms(self) -> int:
        """The hub's time as far as it is known: a rehearsal's clock is not this machine's."""
        return self._clock() + self._behind_ms

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after anything that a screen shows may have changed."""
        self._listeners.append(listener)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds; it is looked at after each change."""
        while not condition():
            self._moved.clear()
            await self._moved.wait()

    # ------------------------------------------------------------------ ways in

    async def join_hub(self, url: str, *, wait: bool = True) -> None:
        """Link to the hub on the site's network, for ever again. With `wait`, return once it answers (or is refused)."""
        await self._join(LanWay(url, self.party, self._clock, self), wait)

    async def join_office(self, url: str, *, wait: bool = True) -> None:
        """Fetch and send letters through the office. With `wait`, return once the hub can be written to (or is refused)."""
        await self._join(OfficeWay(url, self.party, self._clock, self, self._home), wait)

    async def _join(self, way: Way, wait: bool) -> None:
        self._ways.append(way)
        way.start()
        if self._task is None:
            self._task = asyncio.create_task(self._send_again(), name="answers")
        if wait:
            await self.until(lambda: way.ready or self.refused_hub)

    async def close(self) -> None:
        """Leave; answers that are not confirmed stay on disk and go out at the next start."""
        for way in self._ways:
            await way.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        for waiting in self._waiting.values():
            waiting.done.cancel()
        self._file.close()

    # ------------------------------------------------------------------ what it signs

    async def attend(self, officer: Person, on_duty: bool, *, at_ms: int | None = None) -> Done | Refusal:
        """An officer comes on duty or leaves. NotConnected if the hub cannot be reached: it would be told too late."""
        return await self._say(Attend(on_duty), officer, at_ms)

    async def _say(self, command: Command, officer: Person, at_ms: int | None) -> Done | Refusal:
        """Sign and send what is about no case of this desk's, now or not at all."""
        refusal = self._may_sign(command, officer)
        if refusal is not None:
            return refusal
        if not self.connected:
            raise NotConnected(url=self.party.deployment.record)
        identifier, signed = sign_as(
            officer, self.party.deployment, command, self._made_ms(at_ms), epoch=self.hub.epoch
        )
        answer = Answer(identifier, ATTENDANCE, signed, officer.chain, at_ms=at_ms)
        return await self._answer(answer, durable=False)

    async def consent(
        self, request: int, reference: str, date: str, officer: Person, *, at_ms: int | None = None
    ) -> Done | Refusal:
        """The city's consent to a request to erase: the document's reference and date. NotConnected as attend's."""
        return await self._say(ConsentErasure(request, reference, date), officer, at_ms)

    async def take_up(self, request_id: int, officer: Person, *, at_ms: int | None = None) -> Done | Refusal:
        """Tell the booth that the officer begins to look. NotConnected as attend's; a decision does not wait for it."""
        return await self._say(TakeUp(request_id), officer, at_ms)

    async def note_video(
        self, request_id: int, what: Literal["started", "lost", "ended"], officer: Person, *, at_ms: int | None = None
    ) -> Done | Refusal:
        """Note that the meeting began, broke off or is over, now. NotConnected as attend's."""
        return await self._say(NoteVideo(request_id, what), officer, at_ms)

    async def decide(
        self,
        request_id: int,
        officer: Person,
        outcome: Outcome,
        checklist: tuple[str, ...],
        reason: str = "",
        *,
        duress: bool = False,
        at_ms: int | None = None,
    ) -> Done | Refusal:
        """Sign a decision, cosign the checkpoint that it names, and return what the hub made of it.

        It is on this desk's disk before it is sent, and is sent until the hub answers, over restarts of both.
        """
        request = next((one for one in self.requests if one.id == request_id), None)
        if request is None:
            return _over(self._cases.closed.get(request_id), self.profile)
        if request_id in self.unconfirmed:
            return refuse("identity.decided")
        if outcome is Outcome.CONFIRMED:
            missing = [ja for point, ja, _ in self.points(request) if point not in checklist]
            if missing:
                return refuse("identity.checklist", missing=some(missing))
        elif not reason.strip():
            return refuse("identity.reason")
        look = self.look(request)
        size, root = self.seen
        command = DecideIdentity(
            request=request.id,
            visit=request.visit,
            hub=self.party.deployment.record,
            profile=self.party.deployment.profile,
            checkpoint_size=size,
            checkpoint_root=root,
            outcome=outcome,
            checklist=checklist,
            reason=reason,
            sealed=sealed_field(self._home, duress=duress),
            drawn=look.drawn,
            opened_ms=look.opened_ms,
            restarts=look.restarts,
        )
        decided = await self._sign_and_send(command, request.id, officer, at_ms)
        if isinstance(decided, Done):
            self._looks.pop(request.id, None)
        return decided

    async def accept(
        self,
        transfer_id: int,
        officer: Person,
        seals: tuple[str, ...],
        sheets: dict[str, int],
        reason: str = "",
        *,
        at_ms: int | None = None,
    ) -> Done | Refusal:
        """Sign for papers: the seals as read, the sheets as counted per class (blind).

        `reason`: why the city signs although a second count found the same difference. A count that differs makes a
        dispute, whose events are in the answer.
        """
        offered = next((one for one in self.transfers if one.id == transfer_id), None)
        if offered is None:
            known = transfer_id in self._cases.closed
            return refuse("custody.transfer_done" if known else "custody.unknown_transfer")
        if transfer_id in self.unconfirmed:
            return refuse("custody.transfer_done")
        command = AcceptTransfer(transfer_id, offered.manifest, seals, sheets, reason)
        return await self._sign_and_send(command, transfer_id, officer, at_ms, manifest=offered.manifest)

    async def _sign_and_send(
        self, command: Command, about: int, officer: Person, at_ms: int | None, manifest: bytes = b""
    ) -> Done | Refusal:
        refusal = self._may_sign(command, officer)
        if refusal is not None:
            return refusal
        assert self._seen is not None  # a case is only shown after a checkpoint was believed
        deployment = self.party.deployment
        identifier, signed = sign_as(
            officer, deployment, command, self._made_ms(at_ms), manifest=manifest, epoch=self.hub.epoch
        )
        answer = Answer(identifier, about, signed, officer.chain, self.seen[0], self._cosign(), at_ms)
        return await self._answer(answer, durable=True)

    def _may_sign(self, command: Command, officer: Person) -> Refusal | None:
        """Why nothing is signed here by this person, now; None if it may be."""
        if self.refused_hub and self.problem is not None:
            return _as_refusal(self.problem)
        for encoded in officer.chain:
            self.party.trust.add(encoded)
        try:
            by = self.party.trust.authority(officer.certificate_id, self.now_ms())
        except CityOnly:
            return refuse("role.city_only")
        except SyncError as error:
            return _as_refusal(error)
        reason = getattr(command, "reason", "") or getattr(command, "difference_reason", "")
        if reason and check_text(reason) is not None:
            return refuse("guard.personal_number")  # before it is signed, kept or sent
        return permission.refusal(command, signer_of(by, self._managing))

    @property
    def _managing(self) -> frozenset[str]:
        return self.profile.managing if self.profile is not None else MANAGER_ROLES

    def _made_ms(self, at_ms: int | None) -> int:
        return at_ms if at_ms is not None else self.now_ms()

    def _cosign(self) -> str:
        """Our cosignature of the newest checkpoint that we believe (C2SP tlog-cosignature; our own machine's time)."""
        assert self._seen is not None
        name = self.party.deployment.key_name(self.party.name)
        return cosign(self._seen.note, name, self.party.signer, self._clock() // 1000)

    # ------------------------------------------------------------------ answers on their way

    async def _answer(self, answer: Answer, *, durable: bool) -> Done | Refusal:
        waiting = _Waiting(answer, asyncio.get_running_loop().create_future())
        if durable:
            self._file.put_answer(answer)
        self._waiting[answer.id] = waiting
        self.changed()
        for way in self._ways:
            if way.ready:
                await self._send_answer(way, waiting)
                break
        return await waiting.done

    async def _send_answer(self, way: Way, waiting: _Waiting) -> None:
        answer = waiting.answer
        waiting.sent_at = time.monotonic()
        message: Message
        if answer.line:
            lists = self.party.trust.lists()
            message = messages.Decision(
                answer.about, answer.signed, answer.certificates, answer.size, answer.line, lists
            )
        else:
            at_ms = answer.at_ms if isinstance(way, LanWay) else None  # a letter moves no clock
            message = messages.Submit(answer.signed, answer.certificates, at_ms)
        try:
            await way.send(message)
        except SyncError as error:
            log.info("an answer waits for the next connection: %s", error)

    async def _send_again(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S / 2)
            for waiting in list(self._waiting.values()):
                way = next((way for way in self._ways if way.ready), None)
                if way is not None and time.monotonic() - waiting.sent_at >= AGAIN_S:
                    await self._send_answer(way, waiting)

    def _confirm(self, identifier: bytes, result: Done | Refusal) -> None:
        waiting = self._waiting.pop(identifier, None)
        if waiting is None:
            return  # answered before: the same command was sent twice and happened once
        self._file.drop_answer(identifier)
        if isinstance(result, Refusal) and result.code in ENDED:
            self._cases.close(waiting.answer.about, ENDED[result.code])
        if not waiting.done.done():
            waiting.done.set_result(result)

    # ------------------------------------------------------------------ Reception: what the ways bring

    def seen_size(self) -> int:
        return self.seen[0]

    def refused(self) -> bool:
        return self.refused_hub

    def hear(self, succession: Sequence[bytes], certificates: Iterable[bytes], by: bytes) -> bool:
        """Follow the machine that took the record over; what we have seen beyond that point is kept as evidence."""
        made = self.hub.hear(succession, certificates, by)
        if made is None or self._seen is None or self.seen[0] <= made.size:
            return made is not None
        beyond = SeenBeyond(seen=self.seen[0], taken=made.size, hub=made.hub)
        proof = self.hub.proof()
        assert proof is not None
        log.error("%s; evidence in %s", beyond, self._file.evidence(beyond, messages.encode(proof), self._seen))
        self._file.set_back(made.size)
        self._seen, self._cases, self._parked, self.problem = None, Casebook(), {}, beyond
        waiting = self._waiting
        self._load()
        self._waiting |= (
            waiting  # whoever waits for an answer hears that the new hub refuses it: it is to be signed anew
        )
        return True

    def changed(self) -> None:
        self._moved.set()
        for listener in self._listeners:
            listener()

    async def ready(self, way: Way) -> None:
        """Send what waits for this way to open: questions and answers."""
        for old, new in list(self._parked):
            await self._ask(way, old, new)
        for waiting in list(self._waiting.values()):
            await self._send_answer(way, waiting)

    async def letter_lost(self, way: Way) -> None:
        """Say again what a letter may have said: questions, answers, and which checkpoint we believe."""
        await self.ready(way)
        if self._seen is not None and not self.refused_hub:
            await self._reply(way, messages.Cosigned(self.seen[0], self._cosign()))

    async def take(self, way: Way, hub_key: bytes, message: Message, acknowledge: Acknowledge) -> None:
        self.heard_at = time.monotonic()
        if self.refused_hub:
            return  # not acknowledged: the office keeps it for whoever looks into this
        match message:
            case Welcome():
                self._take_profile(message.profile)
                take_proven(self.party.trust, message.certificates)
                if message.size < self.seen[0]:
                    self._refuse_hub(ShownLess(held=self.seen[0], shown=message.size), message)
                elif message.note:
                    await self._weigh(_Item(message, hub_key, way, acknowledge))
            case messages.Lists():
                self.party.take_lists(message.lists)
                await acknowledge()
            case Handoff() | CosignWanted():
                self.party.take_lists(message.lists if isinstance(message, Handoff) else ())
                await self._weigh(_Item(message, hub_key, way, acknowledge))
            case messages.Proof(old, new, hashes):
                for item in self._parked.pop((old, new), []):
                    await self._weigh(item, (old, new, hashes))
                await acknowledge()
            case messages.Committed():
                for outcome in message.outcomes:
                    if outcome.index is None:
                        self._confirm(outcome.id, codec.decode_refusal(outcome.refusal))
                    else:
                        events = codec.decode_events(outcome.events) if outcome.events else ()
                        self._confirm(outcome.id, Done(outcome.index, events))
                await acknowledge()
            case messages.Reported():
                await self._take_report(message, way)
                await acknowledge()
            case messages.Status():
                self.status = message
                self._behind_ms = 0
                self._hub_time(message.at_ms)
            case _:
                log.debug("a %s, which is not for a desk", type(message).__name__)
                await acknowledge()
        self.changed()

    def kept_reports(self) -> list[bytes]:
        """What terminals reported, for the office to have as well."""
        return self._reports.encoded()

    def take_report(self, data: bytes) -> Report:
        """Keep and show a report that somebody brought here; BadReport, TooManyReports, Malformed, a TrustError."""
        report = self._reports.take(data, self._seen.note if self._seen else "")
        if report.commands:
            self.reports[report.terminal] = report
        return report

    async def _take_report(self, message: messages.Reported, way: Way) -> None:
        """A terminal accuses its hub: kept as evidence, shown, and passed on to the office over this desk's own way."""
        try:
            report = self.take_report(message.report)
        except SyncError as error:
            log.warning("a report of unrecorded commands: %s", error)
            return
        if not report.commands:
            return
        office = self.office
        if isinstance(office, OfficeWay) and office.linked and way is not office:
            await office.pass_on(message)

    def _hub_time(self, at_ms: int) -> None:
        """A rehearsal's time is the hub's; a real desk goes by its own clock."""
        if self.party.deployment.training and (self._behind_ms == 0 or at_ms > self.now_ms()):
            self._behind_ms = at_ms - self._clock()

    def look(self, request: Request, *, at_ms: int | None = None) -> Look:
        """What this desk's draw asks for; drawn at the first call, and anew when the check began again."""
        look = self._looks.get(request.id)
        if look is None or look.restarts != request.video.restarts:
            look = self._looks[request.id] = Look(self.draw(), self._made_ms(at_ms), request.video.restarts)
        return look

    def look_anew(self) -> None:
        """Somebody else sits down: what was drawn for one officer is not the next one's."""
        self._looks.clear()

    def points(self, request: Request) -> tuple[tuple[str, str, str], ...]:
        """What to tick for this request before "confirmed": id, Japanese, English. Empty before the profile is known."""
        return () if self.profile is None else self.look(request).points(self.profile, request)

    def _take_profile(self, raw: bytes) -> None:
        if contract.profile_hash(raw) != self.party.deployment.profile:
            self.problem = OtherProfile()
        elif self.profile is None:
            self.profile = contract.decode_profile(raw, "profile.toml")

    async def _weigh(self, item: _Item, given: tuple[int, int, list[bytes]] | None = None) -> None:
        """Believe an item's checkpoint, then take what it says; or ask for the proof that is missing; or refuse it."""
        message = item.message
        try:
            shown = witness.read_note(self.party.deployment, message.note, item.hub_key)
            held = self._seen.checkpoint if self._seen is not None else None
            needed = witness.asks_proof(held, shown)
            proof: list[bytes] = []
            if needed is not None:
                if given is not None and given[:2] == needed:
                    proof = given[2]
                elif not isinstance(message, Welcome) and (message.consistent_from, shown.size) == needed:
                    proof = message.consistency
                else:
                    await self._park(item, needed)
                    return
            witness.believe(held, shown, proof)
            seen = witness.newest(self._seen, message.note)
            if isinstance(message, Handoff):
                opened = open_handoff(message, shown, self.party.deployment, self.party.trust, self._managing)
                self._keep(seen, (opened.index, opened.at_ms, message.entry))
                for event in opened.events:
                    self._cases.take(opened.index, event)
                self._hub_time(opened.at_ms)
                self._confirm(opened.command_id, Done(opened.index, opened.events))
            else:
                self._keep(seen)
                if isinstance(message, CosignWanted):
                    await self._reply(item.way, messages.Cosigned(self.seen[0], self._cosign()))
        except (ShownLess, ShownAnother) as error:
            self._refuse_hub(error, message)
            return
        except SyncError as error:
            log.error("refused: %s", error)
            self.problem = error
            self._file.evidence(error, messages.encode(message), self._seen)
        await item.acknowledge()

    def _keep(self, seen: Seen, entry: tuple[int, int, bytes] | None = None) -> None:
        if entry is not None or seen != self._seen:
            self._file.keep(seen, entry)  # durable before this desk answers to it
            self._seen = seen

    async def _park(self, item: _Item, needed: tuple[int, int]) -> None:
        asked = needed in self._parked
        self._parked.setdefault(needed, []).append(item)
        if not asked:
            await self._ask(item.way, *needed)

    async def _ask(self, way: Way, old: int, new: int) -> None:
        await self._reply(way, messages.ProofWanted(old, new))

    async def _reply(self, way: Way, message: Message) -> None:
        try:
            await way.send(message)
        except SyncError as error:
            log.info("not sent, the way is closed: %s", error)

    def _refuse_hub(self, error: SyncError, message: Message) -> None:
        path = self._file.evidence(error, messages.encode(message), self._seen)
        log.error("the hub is refused: %s; evidence in %s", error, path)
        self.problem, self.refused_hub = error, True
        self.changed()


def _over(state: RequestState | None, profile: Profile | None) -> Refusal:
    """Why a request that is not in the list cannot be decided."""
    match state:
        case RequestState.DECIDED:
            return refuse("identity.decided")
        case RequestState.WITHDRAWN:
            return refuse("identity.withdrawn")
        case RequestState.EXPIRED:
            return refuse("identity.expired", minutes=profile.operation.identity_valid_minutes if profile else "?")
    return refuse("identity.unknown")


def _as_refusal(error: SyncError) -> Refusal:
    return refuse(
        "command.rejected",
        fault=error.code,
        ja=error.ja,
        en=error.en,
        todo_ja=error.todo_ja,
        todo_en=error.todo_en,
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
