"""Paper, light and sound: done at most once, and when they fail people are asked and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.device import Announcement, DeviceState, Ticket
from drivers.emulators.ticket_printer import EmulatedTicketPrinter
from drivers.emulators.voice import EmulatedVoice
from drivers.supervision import Pace, Supervisor
from hub.client.link.connection import HubClient
from hub.domain.booth import Booth
from hub.domain.day import sound
from hub.domain.devices import effect
from hub.domain.devices.effect import EffectState
from hub.domain.queue import queue
from hub.domain.queue.waiting import ahead_of
from hub.site.daemon import Hub
from hub.site.devices.devices import Devices
from hub.site.devices.sign import standing_call
from hub.site.options import Options
from sync.keys.party import Party
from tests.hub.site.hubs import PATIENCE_S, Site, soon, until
from tests.records import RecordMaker, World

# A device that hangs is given up quickly here; the order of things is what is tested, not the waiting. A call has longer:
# on a busy machine a ticket that is drawn for the first time has taken seconds.
BRISK = Pace(watch_every_s=0.05, first_retry_s=0.05, longest_retry_s=0.1, probe_deadline_s=0.3, call_deadline_s=8.0)


class Room:
    """A hub in this process with brisk devices, its room's outputs, and a terminal."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder)
        self.folder = self.site.devices
        self.client: HubClient
        self.hub: Hub
        self.prepared: Devices | None = None

    async def start(self) -> None:
        options = Options(self.site.home, "127.0.0.1", 0, announce=False)
        self.hub = Hub(options, Party.load(self.site.home), self.site.world.profile_raw)
        self.hub.devices = self.prepared or Devices.emulated(self.folder, BRISK)
        self.site.hub.said = await soon(self.hub.start())

    async def open(self) -> None:
        await self.start()
        self.client = await self.site.terminal()
        await self.site.open_day(self.client)

    def fail(self, code: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{code.partition('.')[0]}.fault").write_text(code)

    def heal(self, kind: str) -> None:
        (self.folder / f"{kind}.fault").unlink()

    @property
    def tickets(self) -> list[str]:
        return sorted(path.name for path in self.folder.rglob("*.png"))

    @property
    def shown(self) -> str:
        return (self.folder / "display.txt").read_text("utf-8").strip()

    @property
    def said(self) -> list[str]:
        log = self.folder / "voice.log"
        return log.read_text("utf-8").splitlines() if log.exists() else []

    async def ended(self, entry: int, kind: str) -> effect.Effect:
        """The open effect once its outcome is known: failed or unsure."""
        key, opened = (entry, kind), self.client
        await soon(opened.until(lambda: opened.booth.effects.open[key].state is not EffectState.DUE))
        return opened.booth.effects.open[key]

    async def state_of(self, entry: int, kind: str, state: EffectState) -> effect.Effect:
        """The open effect once it has come to this state."""
        key = (entry, kind)
        opened = self.client
        await soon(
            opened.until(lambda: key in opened.booth.effects.open and opened.booth.effects.open[key].state is state)
        )
        return opened.booth.effects.open[key]

    async def device_is(self, kind: str, state: DeviceState) -> None:
        """Until the terminal's status line shows it."""
        client = self.client

        def seen() -> bool:
            words = client.status.devices if client.status is not None else []
            return any(word.device == kind and word.state == state.value for word in words)

        await soon(client.until(seen))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    made = Room(tmp_path)
    await made.open()
    try:
        yield made
    finally:
        await made.site.close()
        await soon(made.hub.stop())


async def test_a_ticket_a_call_and_its_announcement_come_out_once_and_are_recorded_as_done(room: Room) -> None:
    issued = await room.site.issue(room.client)
    called = await room.site.call(room.client, "窓口2")
    await soon(room.client.settled())
    assert not room.client.booth.effects.open
    assert room.tickets == [f"0001-{issued.number}.png"]
    assert room.shown == f"{called.number} 窓口2"
    assert len(room.said) == 1 and "窓口2" in room.said[0]


async def test_without_paper_the_number_stands_and_staff_reprint_it_marked_again_once_there_is_paper(
    room: Room,
) -> None:
    room.fail("ticket.paper_out")
    await room.device_is("ticket", DeviceState.FAULT)
    issued = await room.site.issue(room.client)
    held = await room.state_of(issued.ticket, "ticket", EffectState.FAILED)
    assert held.code == "ticket.paper_out" and held.number == issued.number
    assert room.client.booth.queue.tickets[issued.ticket].state is queue.TicketState.WAITING
    assert not room.tickets
    room.heal("ticket")
    await room.device_is("ticket", DeviceState.READY)
    assert not room.tickets, "nothing is printed behind anybody's back"
    await room.site.do(room.client, effect.RepeatEffect(issued.ticket, "ticket", issued.number))
    await soon(room.client.settled())
    assert room.tickets == [f"0001-{issued.number}-reprint.png"]
    await room.site.do(room.client, effect.SettleEffect(issued.ticket, "ticket", True))
    assert not room.client.booth.effects.open
    assert [ticket.number for ticket in room.client.booth.queue.tickets.values()] == [issued.number]


async def test_a_printer_that_hangs_leaves_the_ticket_unsure_and_staff_say_what_they_found(room: Room) -> None:
    while True:
        room.fail("ticket.hang")
        issued = await room.site.issue(room.client)
        held = await room.ended(issued.ticket, "ticket")
        if held.state is EffectState.UNSURE:
            break
        room.heal("ticket")  # the watch met the hang before the call did: nothing was sent, and that is known
        await room.device_is("ticket", DeviceState.READY)
        await room.site.do(room.client, effect.SettleEffect(issued.ticket, "ticket", False))
    assert held.code == "ticket.no_answer"
    await room.device_is("ticket", DeviceState.FAULT)
    room.heal("ticket")
    await room.site.do(room.client, effect.SettleEffect(issued.ticket, "ticket", False))
    assert not room.client.booth.effects.open
    await room.device_is("ticket", DeviceState.READY)
    second = await room.site.issue(room.client)
    await until(lambda: f"0001-{second.number}.png" in room.tickets)


async def test_a_pulled_cable_is_on_every_terminals_status_at_once_and_its_return_too(room: Room) -> None:
    other = await room.site.terminal(follow=False)
    await room.device_is("voice", DeviceState.READY)
    room.fail("voice.absent")
    await room.device_is("voice", DeviceState.ABSENT)
    await soon(other.until(lambda: any(word.code == "voice.absent" for word in other.status.devices)))  # type: ignore[union-attr]
    issued = await room.site.issue(room.client)
    called = await room.site.call(room.client, "窓口1")
    entry = room.client.booth.queue.tickets[issued.ticket].changed_at
    held = await room.state_of(entry, "voice", EffectState.FAILED)
    assert held.code == "voice.absent"
    await soon(room.client.settled())  # the sign has a task of its own
    assert room.shown == f"{called.number} 窓口1"
    room.heal("voice")
    await room.device_is("voice", DeviceState.READY)
    assert not room.said, "an old call is not announced when the cable is back"


async def test_the_sign_shows_the_standing_call_when_it_is_ready_again(room: Room) -> None:
    await room.site.issue(room.client)
    await room.site.issue(room.client)
    await room.site.call(room.client, "窓口1")
    await soon(room.client.settled())
    assert room.shown == "A-001 窓口1"
    room.fail("display.absent")
    await room.device_is("display", DeviceState.ABSENT)
    await room.site.call(room.client, "窓口2")
    held = next(key for key in room.client.booth.effects.open if key[1] == "display")
    await room.state_of(held[0], "display", EffectState.FAILED)
    assert room.shown == "A-001 窓口1"
    room.heal("display")
    await until(lambda: room.shown == "A-002 窓口2")
    assert room.client.booth.effects.open[held].state is EffectState.FAILED, "staff were told; they settle it"


async def test_the_sign_shows_the_standing_call_after_a_restart_and_nothing_is_announced_again(room: Room) -> None:
    await room.site.issue(room.client)
    await room.site.call(room.client, "窓口1")
    await soon(room.client.settled())
    await soon(room.hub.stop())
    (room.folder / "display.txt").write_text("Z-999 どこか\n", "utf-8")
    said = room.said
    await room.start()
    await until(lambda: room.shown == "A-001 窓口1")
    assert room.said == said


async def test_an_undone_call_leaves_the_sign_and_the_call_before_it_stands_there_again(room: Room) -> None:
    first, second = await room.site.issue(room.client), await room.site.issue(room.client)
    for window in ("窓口1", "窓口2"):
        await room.site.call(room.client, window)
    await soon(room.client.settled())  # heard as well: a call undone before its turn is not announced
    assert room.shown == "A-002 窓口2"
    for ticket, left in ((second, "A-001 窓口1"), (first, "")):
        entry = room.client.booth.queue.tickets[ticket.ticket].changed_at
        await room.site.do(room.client, queue.UndoAction(ticket.ticket, entry))
        await until(lambda left=left: room.shown == left)  # type: ignore[misc]
    assert len(room.said) == 2, "an undo says nothing"


async def test_a_reprint_says_how_many_wait_before_it_now(room: Room) -> None:
    # NIIG-8.1-16
    for _ in range(3):
        await room.site.issue(room.client)
    third = max(room.client.booth.queue.tickets)
    assert ahead_of(room.client.booth.queue, third) == 2
    await room.site.call(room.client, "窓口1")
    assert ahead_of(room.client.booth.queue, third) == 1
    assert ahead_of(room.client.booth.queue, 0) == 0


async def test_a_slow_printer_queues_its_tickets_in_order_and_the_hub_does_not_wait_for_it(room: Room) -> None:
    numbers = [(await room.site.issue(room.client)).number for _ in range(12)]
    await soon(room.client.settled())
    assert room.tickets == [f"{place:04}-{number}.png" for place, number in enumerate(numbers, 1)]


async def test_commands_are_answered_while_the_printer_hangs(room: Room) -> None:
    room.fail("ticket.hang")
    for _ in range(5):
        await room.site.issue(room.client)
    assert len(room.client.booth.queue.tickets) == 5
    assert not room.tickets
    room.heal("ticket")
    await soon(room.client.settled())


async def test_at_a_quiet_venue_the_sign_shows_the_call_and_nobody_hears_it(room: Room) -> None:
    await room.site.issue(room.client)
    await room.site.do(room.client, sound.KeepQuiet(True))
    called = await room.site.call(room.client, "窓口2")
    await soon(room.client.settled())
    assert room.shown == f"{called.number} 窓口2" and called.fetch
    assert [call.silent for call in room.hub._board().calls] == [True], "the board flashes for longer"
    await room.site.do(room.client, sound.KeepQuiet(False))
    await room.site.do(room.client, queue.RecallTicket(called.ticket))
    await until(lambda: len(room.said) == 1)


class Unhurried(EmulatedVoice):
    """A voice that has not said its first announcement to the end before a test lets it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.may_end = asyncio.Event()

    async def announce(self, announcement: Announcement) -> None:
        await super().announce(announcement)
        await self.may_end.wait()


async def test_a_call_that_is_taken_back_before_its_turn_to_be_heard_is_not_announced(tmp_path: Path) -> None:
    made, voice = Room(tmp_path), Unhurried(tmp_path / "record" / "devices")
    made.prepared = Devices(voice=Supervisor(voice, None, Pace(call_deadline_s=PATIENCE_S)))
    await made.open()
    try:
        for window in ("窓口1", "窓口2"):
            await made.site.issue(made.client)
            called = await made.site.call(made.client, window)
        entry = made.client.booth.queue.tickets[called.ticket].changed_at
        await made.site.do(made.client, queue.UndoAction(called.ticket, entry))
        voice.may_end.set()
        await soon(made.client.settled())
        await until(lambda: not made.client.booth.effects.open)
        assert len(made.said) == 1 and "窓口1" in made.said[0]
    finally:
        await made.site.close()
        await soon(made.hub.stop())


class Broken(EmulatedVoice):
    """A voice whose driver has a bug."""

    async def announce(self, announcement: Announcement) -> None:
        raise LookupError(announcement.number)


async def test_a_fault_in_a_driver_is_an_outcome_too_and_stops_nothing(tmp_path: Path) -> None:
    made = Room(tmp_path)
    made.prepared = Devices(voice=Supervisor(Broken(made.folder), None, BRISK))
    await made.open()
    try:
        await made.site.issue(made.client)
        for window in ("窓口1", "窓口2"):
            if window == "窓口2":
                await made.site.issue(made.client)
            await made.site.call(made.client, window)
        await soon(made.client.settled())
        held = [one for one in made.client.booth.effects.open.values() if one.kind == "voice"]
        first, second = sorted(held, key=lambda one: one.entry)
        assert (first.state, first.code) == (EffectState.UNSURE, "voice.broken")
        assert second.code == "voice.broken"  # unsure too, or failed where the voice was not yet tried again
        # This booth has no printer and no sign: nothing is owed there.
        assert {one.kind for one in made.client.booth.effects.open.values()} == {"voice"}
    finally:
        await made.site.close()
        await soon(made.hub.stop())


class Slow(EmulatedTicketPrinter):
    """A printer that begins to print and is still at it when the hub is told to stop."""

    async def print_ticket(self, ticket: Ticket) -> None:
        await asyncio.sleep(0.2)
        await super().print_ticket(ticket)


async def test_a_clean_stop_waits_for_the_paper_under_way_and_records_it(tmp_path: Path) -> None:
    made = Room(tmp_path)
    made.prepared = Devices(ticket_printer=Supervisor(Slow(made.folder)))
    await made.open()
    issued = await made.site.issue(made.client)
    await made.site.close()
    await soon(made.hub.stop())
    assert made.tickets == [f"0001-{issued.number}.png"]
    assert not (await made.site.booth()).effects.open


def test_the_standing_call_is_the_newest_that_nobody_has_answered() -> None:
    maker = RecordMaker(World())
    assert standing_call(Booth()) is None
    maker.open()
    clerk, lane = maker.world.clerks[0], maker.world.profile.lanes[0].id
    for window in ("窓口1", "窓口2"):
        maker.do(queue.IssueTicket(lane), clerk)
        maker.do(queue.CallNext((lane,), window), clerk)
    newest = standing_call(maker.booth)
    assert newest is not None and newest.window == "窓口2"
    maker.do(queue.StartService(newest.id), clerk)
    before = standing_call(maker.booth)
    assert before is not None and before.window == "窓口1"
