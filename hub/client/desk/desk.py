"""The city's desk: requests come in with their proofs, signed decisions and cosignatures go out.

It believes no hub and no office (deskbelief). What it has seen is on its own disk before it answers, and an answer
waits there until the hub has it (deskanswers). What comes in is deskreception's; here is what an officer sees of it and
signs.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from hub.client.desk.answers import ATTENDANCE
from hub.client.desk.casebook import Booking, Disposing, Erasing, Offered
from hub.client.desk.file import Answer
from hub.client.desk.hub import DeskHub
from hub.client.desk.look import Look, Looks
from hub.client.desk.reception import DeskReception
from hub.client.desk.sealedfield import sealed_field
from hub.client.desk.signing import as_refusal, may_sign, over
from hub.client.desk.stills import Shown
from hub.client.desk.ways import LanWay, OfficeWay, Way
from hub.client.link.connection import Done, NotConnected
from hub.client.link.signing import sign_as
from hub.domain.booth import Command
from hub.domain.contracts.contract import Profile
from hub.domain.custody.custody import AcceptTransfer
from hub.domain.custody.disposal import ConsentDisposal, WitnessDisposal
from hub.domain.identity import identity
from hub.domain.identity.identity import (
    Attend,
    DecideIdentity,
    NoteVideo,
    Outcome,
    PassOn,
    Request,
    RequestState,
    TakeUp,
)
from hub.domain.moment import iso_date
from hub.domain.personal.personal import ConsentErasure
from hub.domain.refusal import Refusal, refuse, some
from hub.domain.reservations.outing import ConfirmOuting
from hub.domain.visit.city_result import EnterResults, Result
from sync import messages
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.party import LockedPerson, Party, Person, load_people
from sync.link.link import Clock
from sync.record.unrecorded import Report

log = logging.getLogger(__name__)


class DeskClient:
    """One desk of the city. `requests` and `transfers` are what waits; `decide` and `accept` answer."""

    def __init__(self, party: Party, home: Path, clock: Clock | None = None) -> None:
        """`clock`: the machine's own time in ms. The home keeps desk.sqlite, evidence/ and the mailbox."""
        self.party = party
        self.people: list[LockedPerson] = load_people(home)
        """Officers whose locked keys are kept on this desk."""
        self.looks = Looks()
        """What was drawn here for each request."""
        self._home = home
        self._reception = DeskReception(party, home, clock or real_ms)
        self._task: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------ what it shows

    @property
    def profile(self) -> Profile | None:
        """The contract's; None before the hub has shown it."""
        return self._reception.profile

    @property
    def status(self) -> messages.Status | None:
        """The hub's last beat, on the LAN."""
        return self._reception.status

    @property
    def hub(self) -> DeskHub:
        """Which machine speaks for the record."""
        return self._reception.hub

    @property
    def reports(self) -> dict[str, Report]:
        """What terminals report of their hub, by terminal; the newest of each."""
        return self._reception.reports

    def take_report(self, data: bytes) -> Report:
        """Keep and show a report that somebody brought here; BadReport, TooManyReports, Malformed, a TrustError."""
        return self._reception.take_report(data)

    @property
    def requests(self) -> tuple[identity.Request, ...]:
        """Undecided requests, oldest first: number, window, documents, `officer` (whose turn it is), `expires_ms`."""
        return self._reception.cases.requests

    @property
    def transfers(self) -> tuple[Offered, ...]:
        """Papers that wait for the city's signature: containers and seals. How many sheets is for the officer to count."""
        return self._reception.cases.transfers

    @property
    def erasures(self) -> tuple[Erasing, ...]:
        """What the booth asks to be allowed to erase, oldest first; `consent` answers."""
        return self._reception.cases.erasures

    @property
    def disposals(self) -> tuple[Disposing, ...]:
        """What the booth asks to be allowed to dispose of, and what waits for the city's witness, oldest first."""
        return self._reception.cases.disposals

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """Visits that bodies have applied for, oldest first; `confirm_booking` answers."""
        return self._reception.cases.bookings

    @property
    def outcomes(self) -> dict[int, Outcome]:
        """Decisions proved to stand in the record, by request."""
        return self._reception.cases.outcomes

    def decided_on(self, date: str) -> dict[Outcome, int]:
        """How many decisions of each kind were made on a day (ISO date, Japan)."""
        days = [
            self._reception.cases.outcomes[case]
            for case, at_ms in self._reception.cases.decided_ms.items()
            if iso_date(at_ms) == date
        ]
        return {outcome: days.count(outcome) for outcome in Outcome}

    @property
    def closed(self) -> dict[int, RequestState]:
        """How requests and transfers ended that this desk has seen."""
        return self._reception.cases.closed

    @property
    def unconfirmed(self) -> set[int]:
        """Requests and transfers whose signed answer the hub has not confirmed yet."""
        return self._reception.answers.cases

    @property
    def problem(self) -> SyncError | None:
        """What was refused last, or why nothing is believed any more."""
        return self._reception.belief.problem

    @property
    def closed_by(self) -> list[SyncError]:
        """Why each way to the hub is closed, the site's first; empty while one is open."""
        ways = [way for way in (self.lan, self.office) if way is not None]
        return [] if self.connected else [way.problem for way in ways if way.problem is not None and not way.linked]

    @property
    def refused_hub(self) -> bool:
        """Whether the hub has shown less, or another past: then nothing is believed, and nothing signed for it."""
        return self._reception.belief.refused_hub

    @property
    def lan(self) -> Way | None:
        return next((way for way in self._reception.ways if isinstance(way, LanWay)), None)

    @property
    def office(self) -> Way | None:
        return next((way for way in self._reception.ways if isinstance(way, OfficeWay)), None)

    @property
    def connected(self) -> bool:
        """Whether the hub can be written to now, by either way."""
        return any(way.ready for way in self._reception.ways)

    @property
    def age_s(self) -> float:
        """Seconds since the hub was heard; 0 if it never was."""
        heard_at = self._reception.heard_at
        return time.monotonic() - heard_at if heard_at else 0.0

    @property
    def seen(self) -> tuple[int, bytes]:
        """Size and root of the newest checkpoint this desk has believed; (0, b"") for none."""
        return self._reception.belief.size_and_root

    def now_ms(self) -> int:
        """The hub's time as far as it is known: a rehearsal's clock is not this machine's."""
        return self._reception.clock.now_ms()

    def look(self, request: Request, *, at_ms: int | None = None) -> Look:
        """What this desk's draw asks for."""
        return self.looks.at(request, self._made_ms(at_ms))

    def points(self, request: Request) -> tuple[tuple[str, str, str], ...]:
        """What to tick for this request before "confirmed": id, Japanese, English. Empty before the profile is known."""
        return () if self.profile is None else self.look(request).points(self.profile, request)

    def stills(self, request: int) -> tuple[Shown, ...]:
        """The pictures of a request that was taken up here, the newest of each subject."""
        return self._reception.stills.pictures(request)

    def look_at(self, request: int, still: int) -> None:
        """The officer has this picture before their eyes: the decision will name it."""
        self._reception.stills.look(request, still)

    def accepted(self, request: int) -> bool:
        """Whether this desk has the key of that check: it was taken up here, in this life."""
        return self._reception.stills.accepted(request)

    @property
    def stills_held(self) -> int:
        """Keys and pictures of stills in this desk's memory."""
        return self._reception.stills.held

    def leave_seat(self) -> None:
        """The officer goes: what was drawn for them and the pictures they were shown go with them."""
        self.looks.forget_all()
        self._reception.stills.forget_all()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after anything that a screen shows may have changed."""
        self._reception.listeners.append(listener)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds; it is looked at after each change."""
        await self._reception.until(condition)

    # ------------------------------------------------------------------ ways in

    async def join_hub(self, url: str, *, wait: bool = True) -> None:
        """Link to the hub on the site's network, for ever again. With `wait`, return once it answers (or is refused)."""
        await self._join(LanWay(url, self.party, self._reception.clock.own, self._reception), wait)

    async def join_office(self, url: str, *, wait: bool = True) -> None:
        """Fetch and send letters through the office. With `wait`, return once the hub can be written to (or is refused)."""
        await self._join(OfficeWay(url, self.party, self._reception.clock.own, self._reception, self._home), wait)

    async def _join(self, way: Way, wait: bool) -> None:
        self._reception.ways.append(way)
        way.start()
        if self._task is None:
            self._task = asyncio.create_task(self._reception.answers.send_again(self._reception.ways), name="answers")
        if wait:
            await self.until(lambda: way.ready or self.refused_hub)

    async def close(self) -> None:
        """Leave; answers that are not confirmed stay on disk and go out at the next start."""
        for way in self._reception.ways:
            await way.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._reception.answers.leave()
        self._reception.stills.forget_all()
        self._reception.file.close()

    # ------------------------------------------------------------------ what it signs

    async def attend(self, officer: Person, on_duty: bool, *, at_ms: int | None = None) -> Done | Refusal:
        """An officer comes on duty or leaves. NotConnected if the hub cannot be reached: it would be told too late."""
        return await self._say(Attend(on_duty), officer, at_ms)

    async def consent(
        self, request: int, reference: str, date: str, officer: Person, *, at_ms: int | None = None
    ) -> Done | Refusal:
        """The city's consent to a request to erase: the document's reference and date. NotConnected as attend's."""
        return await self._say(ConsentErasure(request, reference, date), officer, at_ms)

    async def consent_disposal(
        self,
        disposal: int,
        manifest: bytes,
        reference: str,
        date: str,
        attends: bool,
        officer: Person,
        *,
        at_ms: int | None = None,
    ) -> Done | Refusal:
        """The city's consent to dispose of just what that hash is over. NotConnected as attend's."""
        return await self._say(ConsentDisposal(disposal, manifest, reference, date, attends), officer, at_ms)

    async def witness_disposal(
        self, disposal: int, manifest: bytes, officer: Person, *, at_ms: int | None = None
    ) -> Done | Refusal:
        """The officer who saw it signs. NotConnected as attend's."""
        return await self._say(WitnessDisposal(disposal, manifest), officer, at_ms)

    async def confirm_booking(self, shown: Booking, officer: Person, *, at_ms: int | None = None) -> Done | Refusal:
        """The city confirms the visit as it was shown here. NotConnected as attend's."""
        return await self._say(ConfirmOuting(shown.id, shown.body, shown.date), officer, at_ms)

    async def enter_results(
        self, results: tuple[Result, ...], officer: Person, *, at_ms: int | None = None
    ) -> Done | Refusal:
        """What the city has done after the booth. NotConnected as attend's."""
        return await self._say(EnterResults(results), officer, at_ms)

    async def take_up(self, request_id: int, officer: Person, *, at_ms: int | None = None) -> Done | Refusal:
        """Tell the booth that the officer begins to look, and under which key stills are to be sealed to them.

        NotConnected as attend's; a decision does not wait for it.
        """
        key = self._reception.stills.accept(request_id)
        taken: Done | Refusal | None = None
        try:
            taken = await self._say(TakeUp(request_id, key), officer, at_ms)
        finally:
            if isinstance(taken, Done):
                self._reception.stills.began(request_id, taken.index)
            else:
                self._reception.stills.forget(request_id)
        return taken

    async def pass_on(self, request_id: int, officer: Person, *, at_ms: int | None = None) -> Done | Refusal:
        """Give a request of this officer's to the next one on duty. NotConnected as attend's."""
        return await self._say(PassOn(request_id), officer, at_ms)

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
            minutes = None if self.profile is None else self.profile.operation.identity_valid_minutes
            return over(self._reception.cases.closed.get(request_id), minutes)
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
            stills=self._reception.stills.seen(request.id),
        )
        self._reception.stills.forget(request.id)  # signed: nobody looks any more, whenever the hub hears of it
        decided = await self._sign_and_send(command, request.id, officer, at_ms)
        if isinstance(decided, Done):
            self.looks.forget(request.id)
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
            known = transfer_id in self._reception.cases.closed
            return refuse("custody.transfer_done" if known else "custody.unknown_transfer")
        if transfer_id in self.unconfirmed:
            return refuse("custody.transfer_done")
        command = AcceptTransfer(transfer_id, offered.manifest, seals, sheets, reason)
        return await self._sign_and_send(command, transfer_id, officer, at_ms, manifest=offered.manifest)

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

    async def _sign_and_send(
        self, command: Command, about: int, officer: Person, at_ms: int | None, manifest: bytes = b""
    ) -> Done | Refusal:
        refusal = self._may_sign(command, officer)
        if refusal is not None:
            return refusal
        identifier, signed = sign_as(
            officer, self.party.deployment, command, self._made_ms(at_ms), manifest=manifest, epoch=self.hub.epoch
        )
        answer = Answer(identifier, about, signed, officer.chain, self.seen[0], self._reception.belief.cosign(), at_ms)
        return await self._answer(answer, durable=True)

    async def _answer(self, answer: Answer, *, durable: bool) -> Done | Refusal:
        done = self._reception.answers.add(answer, durable=durable)
        self._reception.changed()
        await self._reception.answers.send_one(self._reception.ways, answer.id)
        return await done

    def _may_sign(self, command: Command, officer: Person) -> Refusal | None:
        if self.refused_hub and self.problem is not None:
            return as_refusal(self.problem)
        return may_sign(command, officer, self.party.trust, self.now_ms(), self._reception.managing)

    def _made_ms(self, at_ms: int | None) -> int:
        return at_ms if at_ms is not None else self.now_ms()
