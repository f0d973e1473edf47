"""What comes in to a desk: every message is weighed, folded, and answered to; nothing is shown before it is believed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from hub.client.desk.answers import Answers
from hub.client.desk.belief import Belief, Item
from hub.client.desk.casebook import Casebook
from hub.client.desk.clock import DeskClock
from hub.client.desk.file import DeskFile
from hub.client.desk.handoff import Opened, OtherProfile, open_handoff, reopen_entry
from hub.client.desk.hub import DeskHub
from hub.client.desk.reportfile import ReportFile
from hub.client.desk.signing import ENDED
from hub.client.desk.stills import DeskStills
from hub.client.desk.ways import Acknowledge, OfficeWay, Way, say
from hub.client.link.connection import Done
from hub.client.proof.witness import ShownLess
from hub.domain import codec
from hub.domain.booth import Event
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import decode_profile, profile_hash
from hub.domain.identity.identity import IdentityDecided, OfficerAttended, RequestClosed, RequestPassedOn
from hub.domain.identity.still import StillTaken
from hub.domain.moment import MANAGER_ROLES
from hub.domain.refusal import Refusal
from sync import messages
from sync.envelopes.envelope import LIFETIME_MS
from sync.errors import SyncError
from sync.keys.introductions import take_proven
from sync.keys.party import Party
from sync.link.link import Clock
from sync.messages import CosignWanted, Handoff, Message, Welcome
from sync.record.checkpoint import Checkpoint
from sync.record.unrecorded import Report

log = logging.getLogger(__name__)


class DeskReception:
    """What one desk knows, as the ways bring it."""

    def __init__(self, party: Party, home: Path, own: Clock) -> None:
        """`own`: the machine's time in ms. The home keeps desk.sqlite and evidence/."""
        self.party = party
        self.profile: Profile | None = None
        self.status: messages.Status | None = None
        self.clock = DeskClock(own, party.deployment.training)
        self.heard_at = 0.0
        self.ways: list[Way] = []
        self.cases = Casebook()
        self.file = DeskFile(home)
        self.answers = Answers(self.file, party.trust)
        self.belief = Belief(party, self.file, own, self._open, self._believed)
        self.stills = DeskStills(party, lambda: self.hub.keys())
        self._reports = ReportFile(home, party.trust)
        self.reports: dict[str, Report] = self._reports.newest()
        self.listeners: list[Callable[[], None]] = []
        self._moved = asyncio.Event()
        self._load()
        stored = home / "profile.toml"
        if stored.exists():
            self._take_profile(stored.read_bytes())
        self.hub = DeskHub(party, home, own, lambda: self.managing)

    def _load(self) -> None:
        for index, body in self.file.entries():
            for event in reopen_entry(index, body).events:
                self._fold(index, event)
        self.file.forget(self.clock.own() - LIFETIME_MS, self.cases.open_ids())  # no letter lives longer
        self.answers.load()

    def _fold(self, index: int, event: Event) -> None:
        self.cases.take(index, event)
        match event:
            case StillTaken():
                self.stills.note(event)
            case IdentityDecided() | RequestClosed():
                self.stills.forget(event.request)
            case RequestPassedOn():
                self.stills.given_away(event.request, index)
            case OfficerAttended():
                for request in event.takes:  # it is another officer's now, who takes it up under a key of their own
                    self.stills.given_away(request, index)

    @property
    def managing(self) -> frozenset[str]:
        """The roles that answer for a site under the contract."""
        return self.profile.managing if self.profile is not None else MANAGER_ROLES

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds; it is looked at after each change."""
        while not condition():
            self._moved.clear()
            await self._moved.wait()

    def seen_size(self) -> int:
        return self.belief.size_and_root[0]

    def refused(self) -> bool:
        return self.belief.refused_hub

    def hear(self, succession: Sequence[bytes], certificates: Iterable[bytes], by: bytes) -> bool:
        """Follow the machine that took the record over; what we have seen beyond that point is kept as evidence."""
        made = self.hub.hear(succession, certificates, by)
        if made is None:
            return False
        proof = self.hub.proof()
        if proof is not None and self.belief.succeeded(made, proof):
            self.cases = Casebook()
            self._load()  # whoever waits for an answer hears that the new hub refuses it: it is to be signed anew
        return True

    def changed(self) -> None:
        self._moved.set()
        for listener in self.listeners:
            listener()

    async def ready(self, way: Way) -> None:
        """Send what waits for this way to open: questions and answers."""
        await self.belief.ask_again(way)
        await self.answers.send_all(way)

    async def letter_lost(self, way: Way) -> None:
        """Say again what a letter may have said: questions, answers, and which checkpoint we believe."""
        await self.ready(way)
        if self.seen_size() and not self.refused():
            await self._cosigned(way)

    async def take(self, way: Way, hub_key: bytes, message: Message, acknowledge: Acknowledge) -> None:
        self.heard_at = time.monotonic()
        if self.refused():
            return  # not acknowledged: the office keeps it for whoever looks into this
        match message:
            case Welcome():
                self._take_profile(message.profile)
                take_proven(self.party.trust, message.certificates)
                if message.size < self.seen_size():
                    self.belief.refuse(ShownLess(held=self.seen_size(), shown=message.size), message)
                elif message.note:
                    await self.belief.weigh(Item(message, hub_key, way, acknowledge))
            case messages.Lists():
                self.party.take_lists(message.lists)
                await acknowledge()
            case Handoff() | CosignWanted():
                self.party.take_lists(message.lists if isinstance(message, Handoff) else ())
                await self.belief.weigh(Item(message, hub_key, way, acknowledge))
            case messages.Proof():
                await self.belief.take_proof(message)
                await acknowledge()
            case messages.Committed():
                for outcome in message.outcomes:
                    if outcome.index is None:
                        self._confirm(outcome.id, codec.decode_refusal(outcome.refusal))
                    elif not self.answers.durable(outcome.id):  # what is kept waits for its entry's proof
                        events = codec.decode_events(outcome.events) if outcome.events else ()
                        self._confirm(outcome.id, Done(outcome.index, events))
                await acknowledge()
            case messages.Reported():
                await self._take_report(message, way)
                await acknowledge()
            case messages.StillSealed():
                self.stills.take(message)
                await acknowledge()
            case messages.StillsOver():
                self.stills.forget(message.request)
                await say(way, messages.StillsDropped(message.request))
                await acknowledge()
            case messages.Status():
                self.status = message
                self.clock.beat(message.at_ms)
            case _:
                log.debug("a %s, which is not for a desk", type(message).__name__)
                await acknowledge()
        self.changed()

    def _open(self, handoff: Handoff, shown: Checkpoint) -> Opened:
        return open_handoff(handoff, shown, self.party, self.hub.succession, self.managing, self._ours)

    def _ours(self, opened: Opened) -> bool:
        return self.answers.sent(opened.command_id, opened.payload)

    async def _believed(self, item: Item, opened: Opened | None) -> None:
        """What holds: an entry is folded and may be the answer to what we signed; a witness gives their cosignature."""
        if opened is not None:
            for event in opened.events:
                self._fold(opened.index, event)
            self.clock.heard(opened.at_ms)
            if self._ours(opened):
                self._confirm(opened.command_id, Done(opened.index, opened.events))
        elif isinstance(item.message, CosignWanted):
            await self._cosigned(item.way)

    async def _cosigned(self, way: Way) -> None:
        await say(way, messages.Cosigned(self.seen_size(), self.belief.cosign()))

    def _confirm(self, identifier: bytes, result: Done | Refusal) -> None:
        about = self.answers.confirm(identifier, result)
        if about is not None and isinstance(result, Refusal) and result.code in ENDED:
            self.cases.close(about, ENDED[result.code])

    def _take_profile(self, raw: bytes) -> None:
        if profile_hash(raw) != self.party.deployment.profile:
            self.belief.problem = OtherProfile()
        elif self.profile is None:
            self.profile = decode_profile(raw, "profile.toml")

    # ------------------------------------------------------------------ reports of terminals

    def kept_reports(self) -> list[bytes]:
        """What terminals reported, for the office to have as well."""
        return self._reports.encoded()

    def take_report(self, data: bytes) -> Report:
        """Keep and show a report that somebody brought here; BadReport, TooManyReports, Malformed, a TrustError."""
        report = self._reports.take(data, self.belief.seen.note if self.belief.seen else "")
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
        office = next((one for one in self.ways if isinstance(one, OfficeWay)), None)
        if office is not None and office.linked and way is not office:
            await office.pass_on(message)
