"""Whatever happens to hub, terminals, courier and card, in any order: nothing that a terminal keeps is silently gone.

What was acknowledged to a terminal that keeps it ends in the record, or beside it as a discrepancy; what was refused is
nowhere; sizes only grow within an epoch and epochs never fall; no number is given twice.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.audit.verify import verify
from hub.client.link.signing import sign_as
from hub.client.proof.divergence import RecordDiverges
from hub.domain import codec
from hub.domain.queue import queue
from hub.office.batchcheck import Fork
from hub.site.clock import SimulatedClock
from hub.site.continuity import behind
from hub.site.continuity.copies import Copy
from hub.site.continuity.recovery import NotAllFound, recover
from hub.site.continuity.succeeded import HubSucceeded
from hub.site.continuity.takeover import Apart, TakeOverDraft
from hub.succession import place_of
from sync.errors import SyncError
from sync.mail.courier import Sealed
from sync.messages import Receipt
from sync.record.entry import decode_entry
from tests.hub.parties import DEPLOYMENT, OFFICE, WORLD, Office, RunningHub, Terminal, told
from tests.records import RecordMaker

T = TypeVar("T")

terminals = st.sampled_from([0, 1])
LANE = WORLD.profile.lanes[0].id


class RecordMachine(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        maker = RecordMaker(WORLD)
        maker.open()
        self.clock = SimulatedClock(maker.now_ms)
        home = self.folder / "hub"
        WORLD.save_home(WORLD.machine("hub-1", "hub", "contractor"), home)
        self.old: RunningHub | None = None
        self.old_ended = False
        self.hub = RunningHub(home, self.clock)
        self.office = Office(self.folder, self.clock)
        self.terminals = [Terminal(self.folder / name, name) for name in ("terminal-1", "terminal-2")]

        async def opened() -> None:
            await (await maker.write(home / "record.sqlite")).close()
            await self.hub.open()
            await self.office.open()
            for terminal in self.terminals:
                await terminal.open()
                assert await terminal.join(self.hub)

        self.run(opened())
        self.cards: list[Path] = []
        self.save_card()
        self.kept: set[bytes] = set()
        """Every entry that a terminal has ever had on its disk."""
        self.refused: set[bytes] = set()
        self.believed = {terminal.name: (1, 0) for terminal in self.terminals}
        self.office_believed = (1, 0)
        self.delivered: list[bytes] = []

    def run(self, work: Coroutine[object, object, T]) -> T:
        return self.loop.run_until_complete(work)

    @property
    def hubs(self) -> list[RunningHub]:
        """Those that run."""
        return [self.hub] if self.old is None or self.old_ended else [self.hub, self.old]

    # ------------------------------------------------------------------ work

    @rule(which=terminals, right=st.booleans())
    def command(self, which: int, right: bool) -> None:
        """Somebody signs at a terminal; one that asks for what is not there is refused."""
        terminal = self.terminals[which]
        if terminal.hub is None:
            return
        clerk, hub = WORLD.clerks[0], terminal.hub
        self.clock.set(self.clock.now_ms() + 1_000)
        asked = queue.IssueTicket(LANE) if right else queue.CallTicket(9_999, "窓口1")
        id, signed = sign_as(clerk, DEPLOYMENT, asked, self.clock.now_ms(), epoch=terminal.epoch)
        size = hub.scribe.size
        try:
            outcome = self.run(hub.submit(signed, clerk))
        except SyncError as error:  # behind, succeeded, or another epoch: refused before anything is written
            assert hub.scribe.refusing is not None or error.code == "command.elsewhere", error
            self.refused.add(id)
            return
        assert hub.scribe.refusing is None
        if outcome.index is None:
            assert not right
            self.refused.add(id)
            return
        assert (outcome.index, hub.scribe.size) == (size, size + 1)
        again = self.run(hub.submit(signed, clerk))
        assert again.index == outcome.index

    @rule(which=terminals)
    def arrives(self, which: int) -> None:
        if self.terminals[which].coming:
            self.run(self.terminals[which].deliver(0))

    @rule(which=terminals, at=st.integers(0, 3))
    def arrives_twice_or_in_another_order(self, which: int, at: int) -> None:
        """What is not the next is refused, changes nothing, and ends the line."""
        terminal = self.terminals[which]
        if not terminal.coming:
            return
        if at == 0:
            self.run(terminal.deliver(0, again=True))
        elif at >= len(terminal.coming):
            return
        before = terminal.replica.size, terminal.keeper.size
        with pytest.raises(RecordDiverges):
            self.run(terminal.deliver(at))
        assert (terminal.replica.size, terminal.keeper.size) == before
        terminal.leave()

    @rule(which=terminals)
    def line_is_cut(self, which: int) -> None:
        self.terminals[which].leave()

    @rule(which=terminals, to_old=st.booleans())
    def terminal_joins(self, which: int, to_old: bool) -> None:
        hub = self.old if to_old and self.old is not None and not self.old_ended else self.hub
        self.run(self.terminals[which].join(hub))
        self.old_may_end()

    def old_may_end(self) -> None:
        if self.old is not None and not self.old_ended and self.old.challenge.halted.is_set():
            self.run(self.old.close())
            self.old_ended = True
            with pytest.raises(HubSucceeded):
                self.run(self.old.open())

    # ------------------------------------------------------------------ what goes wrong

    @rule(which=terminals)
    def terminal_dies(self, which: int) -> None:
        self.run(self.terminals[which].die())

    @rule(of_old=st.booleans())
    def hub_dies(self, of_old: bool) -> None:
        hub = self.hubs[-1] if of_old else self.hub
        size = hub.scribe.size
        self.run(hub.die())
        self.run(hub.open())
        assert hub.scribe.size == size

    @rule()
    def save_card(self) -> None:
        """Somebody copies the first hub's card as it is now."""
        if self.old is None:
            card = self.folder / f"card-{len(self.cards)}"
            shutil.copytree(self.hub.home, card)
            self.cards.append(card)

    @precondition(lambda self: self.old is None)
    @rule(data=st.data())
    def card_is_put_back(self, data: st.DataObject) -> None:
        card = data.draw(st.sampled_from(self.cards))
        self.run(self.hub.close())
        shutil.rmtree(self.hub.home)
        shutil.copytree(card, self.hub.home)
        self.run(self.hub.open())

    @rule(which=terminals)
    def hub_is_told_of_its_own_note(self, which: int) -> None:
        """It stops exactly when it has signed what it does not hold, and stays so over a restart."""

        async def contradicted() -> bool:
            note = await self.terminals[which].keeper.note()
            if note is None:
                return False
            scribe = self.hub.scribe
            found = await behind.contradiction(
                self.hub.store, self.hub.party, scribe.booth.continuity, note, "terminal", self.clock.now_ms()
            )
            before = scribe.refusing is not None
            assert await self.hub.hears(told(note)) == (before or found is not None)
            return scribe.refusing is not None

        if self.run(contradicted()):
            self.run(self.hub.die())
            self.run(self.hub.open())
            assert self.hub.scribe.refusing is not None

    # ------------------------------------------------------------------ what people do about it

    @rule(sources=st.sets(st.integers(0, 2), min_size=1))
    def recover(self, sources: set[int]) -> None:
        self.run(self.recovered(sources, without_rest=False))

    async def recovered(self, sources: set[int], *, without_rest: bool) -> None:
        copies: list[Copy] = [await self.terminals[one].copy() for one in sorted(sources) if one < 2]
        of_office = await self.office.copy() if 2 in sources else None
        copies += [] if of_office is None else [of_office]
        if not copies:
            return
        old_hub = await self.old.copy() if self.old is not None and not self.old_ended else None
        before = await self.hub.copy()
        await self.hub.close()
        try:
            result = await recover(
                self.hub.home, copies, self.clock.now_ms(), without_rest=without_rest, old_hub=old_hub
            )
            assert not result.refused
        except NotAllFound:
            assert not without_rest
            await self.hub.open()
            assert (await self.hub.copy()).entries == before.entries
            assert self.hub.scribe.refusing is not None
            return
        await self.hub.open()
        assert self.hub.scribe.refusing is None

    @precondition(lambda self: self.old is None)
    @rule(with_other=st.booleans())
    def take_over(self, with_other: bool) -> None:
        """The second terminal becomes the hub; the first hub, which two people believed to be off, may run on."""
        first, standby = self.terminals

        async def taken() -> RunningHub | None:
            copies = [await first.copy()] if with_other else []
            await standby.close()
            try:
                draft = await TakeOverDraft.open(standby.home, copies, self.clock.now_ms())
            except Apart:
                assert with_other
                await standby.open()
                return None
            draft.sign(WORLD.manager)
            draft.sign(WORLD.clerks[0])
            home, _ = await draft.finish(self.clock.now_ms())
            apart = home.rename(self.folder / "hub-2")  # a terminal that dies below copies its folder: this one runs on
            hub = RunningHub(apart, self.clock)
            await hub.open()
            await standby.open()
            await standby.join(hub)
            return hub

        made = self.run(taken())
        if made is not None:
            self.old, self.hub = self.hub, made

    # ------------------------------------------------------------------ the courier

    @rule(of_old=st.booleans(), fate=st.sampled_from(["whole", "cut there", "receipt lost", "twice"]))
    def ship(self, of_old: bool, fate: str) -> None:
        hub = self.hubs[-1] if of_old else self.hub
        self.run(self.shipped(hub, fate))
        self.old_may_end()

    async def shipped(self, hub: RunningHub, fate: str) -> None:
        try:
            met = await self.office.meet(hub)
        except Fork:  # a card was put back, and who took over had followed what the first hub wrote then
            assert hub is self.hub and self.old is not None
            size = place_of(hub.scribe.booth.continuity)
            assert (await self.office.entries())[:size] != list((await hub.copy()).entries[:size])
            return
        if not met:
            assert hub.scribe.refusing is not None
            return
        waiting = await hub.outbox.waiting()
        sealed: Sealed | None = await hub.outbox.envelope(waiting[0]) if waiting else None
        sealed = sealed or await hub.outbox.seal(hub.store, self.clock.now_ms())
        if sealed is None:
            return
        if fate == "cut there":
            assert not isinstance(await self.office.take(sealed.message[:-9], hub), Receipt)
            return
        answer = await self.office.take(sealed.message, hub)
        if fate == "twice":
            assert await self.office.take(sealed.message, hub) == answer
        if isinstance(answer, Receipt) and fate != "receipt lost":
            got = await hub.outbox.acknowledge(answer, OFFICE, WORLD.office.signer.public)
            assert got.size == await self.office.size()

    @rule()
    def office_dies(self) -> None:
        """A succession that it was shown, and of which no entry has come, it is shown again by the next that it meets."""
        self.run(self.office.close())
        self.run(self.office.open())
        self.office_believed = self.run(self.office.believed())

    # ------------------------------------------------------------------ what holds all the time

    @invariant()
    def sizes_grow_within_an_epoch_and_epochs_never_fall(self) -> None:
        if not hasattr(self, "office_believed"):
            return
        for terminal in self.terminals:
            now = (terminal.epoch, terminal.keeper.size)
            assert now >= self.believed[terminal.name]
            self.believed[terminal.name] = now
            self.kept.update(self.run(terminal.keeper.read(0, terminal.keeper.size)))
        office = self.run(self.office.believed())
        assert office >= self.office_believed
        self.office_believed = office

    def teardown(self) -> None:
        if not hasattr(self, "office_believed"):
            return
        try:
            self.settle()
        finally:
            self.loop.close()
            shutil.rmtree(self.folder)

    def settle(self) -> None:
        """At the end of the day somebody brings everything together."""
        self.run(self.recovered({0, 1, 2}, without_rest=True))
        entries = list(self.run(self.hub.copy()).entries)
        self.run(self.hub.close())
        if self.old is not None and not self.old_ended:
            self.run(self.old.close())
        for terminal in self.terminals:
            self.run(terminal.close())
        self.run(self.office.close())
        whole = b"".join(entries)
        assert [body for body in self.kept if body not in whole] == []
        assert [id for id in self.refused if id in whole] == []
        events = [event for body in entries for event in codec.decode_events(bytes(decode_entry(body).events))]
        numbers = [event.number for event in events if isinstance(event, queue.TicketIssued)]
        assert len(numbers) == len(set(numbers))
        report = verify(self.hub.home / "record.sqlite")
        assert report.holds, report.problems


TestRecord = RecordMachine.TestCase
# An example makes some twenty databases: fewer of them than by default, for half a minute in all.
TestRecord.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
