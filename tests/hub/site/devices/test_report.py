"""Devices in the record of a running hub: the first change at once, a flapping plug now and then, try-outs done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.document_camera import EmulatedDocumentCamera
from hub.client.link.connection import HubClient
from hub.domain.devices.device import DeviceState, TryDevice
from hub.domain.devices.effect import EffectState
from hub.domain.devices.supply import FillSupply, Item
from hub.site.daemon import Hub
from hub.site.devices.devices import Devices
from hub.site.devices.report import FIRST_WAIT_S, LONGEST_WAIT_S, Restraint
from hub.site.options import Options
from sync.keys.party import Party
from tests.hub.site.devices.test_effects import BRISK
from tests.hub.site.hubs import Site, soon

DAY_S = 86_400
MOST_A_DAY = 800


def entries_at(changes: list[float], until: float = DAY_S) -> list[float]:
    """When a device that changes at these times (and is always unlike its last entry) has its entries."""
    restraint, made, waiting = Restraint(), [], False
    for at in [*sorted(changes), until]:
        while waiting and restraint.due_at() <= at:
            made.append(restraint.due_at())
            restraint.said(made[-1])
            waiting = False
        if at == until:
            break
        restraint.change(at)
        waiting = True
        if restraint.due_at() <= at:
            made.append(at)
            restraint.said(at)
            waiting = False
    return made


def test_the_first_change_is_an_entry_at_once_and_the_recovery_soon_after() -> None:
    assert entries_at([100.0, 101.0]) == [100.0, 100.0 + FIRST_WAIT_S]
    assert entries_at([100.0, 120.0]) == [100.0, 120.0]


def test_after_ten_calm_minutes_a_device_begins_anew() -> None:
    wild = [float(second) for second in range(100)]
    assert entries_at([*wild, 99.0 + LONGEST_WAIT_S])[-1] == 99.0 + LONGEST_WAIT_S


@pytest.mark.parametrize("every_s", [0.5, 5.1, 30.0, 300.0, 640.0, 641.0])
def test_a_plug_that_never_rests_stays_within_the_days_budget(every_s: float) -> None:
    assert len(entries_at([every_s * number for number in range(int(DAY_S / every_s))])) < MOST_A_DAY


@pytest.mark.parametrize("burst", range(1, 10))
def test_a_plug_that_rests_just_long_enough_stays_within_it_too(burst: int) -> None:
    """The worst there is: changes as long as they are cheap, then just the rest that makes them cheap again."""
    changes, at = [], 0.0
    while at < DAY_S:
        restraint = Restraint()
        for _ in range(burst):
            restraint.change(at)
            changes.append(at)
            restraint.said(at)
            at = restraint.due_at()
        at = changes[-1] + LONGEST_WAIT_S
    assert len(entries_at(changes)) < MOST_A_DAY


@given(st.lists(st.integers(0, 4 * 3600 * 8), max_size=300))
def test_a_change_is_never_forgotten_and_entries_never_come_closer_than_the_first_wait(eighths: list[int]) -> None:
    changes = [eighth / 8 for eighth in eighths]  # exact in binary: (5.2 + 5.0) - 5.2 is a little less than 5
    made = entries_at(changes)
    if changes:
        assert made[0] == min(changes) and made[-1] >= max(changes)
    assert all(later - sooner >= FIRST_WAIT_S for sooner, later in zip(made, made[1:], strict=False))


class Room:
    """A hub in this process with brisk emulated devices, and a terminal."""

    def __init__(self, folder: Path, *, documents: bool = False) -> None:
        self.documents = documents
        """Whether the camera over the table is its only device."""
        self.site = Site(folder)
        self.folder = self.site.devices
        self.terminal: HubClient
        self.hub: Hub

    async def open(self) -> None:
        await self.start()
        self.terminal = await self.site.terminal()

    async def start(self) -> None:
        self.hub = Hub(
            Options(self.site.home, "127.0.0.1", 0, announce=False),
            Party.load(self.site.home),
            self.site.world.profile_raw,
        )
        self.hub.devices = (
            Devices.of(BRISK, document_camera=EmulatedDocumentCamera(self.folder))
            if self.documents
            else Devices.emulated(self.folder, BRISK)
        )
        self.site.hub.said = await soon(self.hub.start())

    def fail(self, code: str) -> None:
        (self.folder / f"{code.partition('.')[0]}.fault").write_text(code)

    async def stands(self, kind: str, state: DeviceState, code: str = "") -> None:
        await self.terminal.until(
            lambda: (
                kind in (standing := self.terminal.booth.devices.standing)
                and (standing[kind].state, standing[kind].code) == (state, code)
            )
        )

    async def tried(self, kind: str) -> EffectState:
        entry = (await self.site.do(self.terminal, TryDevice(kind)),)
        assert entry
        await self.terminal.until(
            lambda: self.terminal.booth.devices.tried[kind].state is not EffectState.DUE,
        )
        return self.terminal.booth.devices.tried[kind].state

    async def close(self) -> None:
        await self.site.close()
        await soon(self.hub.stop())


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    made = Room(tmp_path)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Room]:
    """A booth whose only device is the camera over the table."""
    made = Room(tmp_path, documents=True)
    await made.open()
    yield made
    await made.close()


async def test_the_document_camera_stands_in_the_record_and_is_tried_under_its_own_name(table: Room) -> None:
    """Its driver is a camera's; that its faults are not the booth's camera's is what staff must see."""
    await table.stands("documents", DeviceState.READY)
    assert await table.tried("documents") is EffectState.DONE
    table.fail("camera.absent")
    await table.stands("documents", DeviceState.ABSENT, "documents.absent")
    (word,) = table.hub.devices.words()
    assert (word.device, word.code) == ("documents", "documents.absent") and "書画カメラ" in word.ja
    assert "camera" not in table.terminal.booth.devices.standing
    assert not [path for path in table.folder.rglob("*.jp*g")]


async def test_a_fault_is_in_the_record_and_a_hub_that_starts_again_says_nothing_twice(room: Room) -> None:
    for kind in ("camera", "photo", "ticket", "display", "voice"):
        await room.stands(kind, DeviceState.READY)
    assert room.hub.scribe.size == 1, "one entry for all of them"
    room.fail("ticket.paper_out")
    await room.stands("ticket", DeviceState.FAULT, "ticket.paper_out")
    size = room.hub.scribe.size
    await soon(room.hub.stop())
    await room.start()
    assert room.hub.scribe.size == size


async def test_a_device_that_the_hub_is_started_without_is_off(room: Room) -> None:
    await soon(room.hub.stop())
    room.hub = Hub(
        Options(room.site.home, "127.0.0.1", 0, announce=False, devices="none"),
        Party.load(room.site.home),
        room.site.world.profile_raw,
    )
    room.site.hub.said = await soon(room.hub.start())
    assert {one.state for one in room.hub.scribe.booth.devices.standing.values()} == {DeviceState.OFF}


async def test_a_clerk_tries_each_device_and_the_roll_loses_a_ticket(room: Room) -> None:
    await room.site.do(room.terminal, FillSupply(Item.TICKET_ROLL, 10, 1))
    assert [await room.tried(kind) for kind in ("camera", "ticket", "display", "voice")] == [EffectState.DONE] * 4
    assert [path.name for path in (room.folder / "tickets").iterdir()] == ["0001-TEST.png"]
    assert (room.folder / "voice.log").read_text("utf-8") == "♪\n"
    assert room.terminal.booth.supplies.held[Item.TICKET_ROLL].left == 9
    assert not [path for path in room.folder.rglob("*.jp*g")], "a test shot is kept nowhere"


async def test_after_a_test_line_the_sign_shows_the_call_that_stands(room: Room) -> None:
    await room.site.open_day(room.terminal)
    await room.site.issue(room.terminal)
    called = await room.site.call(room.terminal, "窓口2")
    sign = room.folder / "display.txt"
    await room.tried("display")
    async with asyncio.timeout(60):
        while not sign.read_text("utf-8").startswith(called.number):  # noqa: ASYNC110  # a file tells nobody
            await asyncio.sleep(0.05)


async def test_a_try_that_fails_says_why(room: Room) -> None:
    room.fail("camera.focus_failed")
    assert await room.tried("camera") is EffectState.FAILED
    assert room.terminal.booth.devices.tried["camera"].code == "camera.focus_failed"
    assert not room.terminal.booth.effects.open
