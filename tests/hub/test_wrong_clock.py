"""A machine started with a wrong clock: refused by name where nothing would hold, and the next start at the right time goes on."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from hub.client.link.connection import HubClient
from hub.domain.personal import personal
from hub.office.bystick import take
from hub.office.daemon import Office
from hub.site.daemon import Hub as SiteHub
from hub.site.options import Options
from hub.site.outside import stick as sticks
from hub.site.people import listwatch
from sync.envelopes.envelope import DAY_MS
from sync.keys.owntime import OutsideOwnTime
from sync.keys.party import Party
from tests.hub.office.test_way_to_the_office import Hub, OfficeProcess, until
from tests.hub.site.hubs import soon
from tests.ports import own_port
from tests.records import RecordMaker, World
from tui.hub_lost import refused_us

TEN_YEARS, HUNDRED_YEARS = 3_653, 36_525
"""Days; the certificates of these machines hold for thirty years."""

REAL_NS = time.time_ns


class Clock:
    """This process's clock, which somebody has set wrongly."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.days_ahead = 0
        patch.setattr(time, "time_ns", lambda: REAL_NS() + self.days_ahead * DAY_MS * 1_000_000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def world() -> World:
    return World()


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


async def start_office(home: Path) -> None:
    """Start an office and stop it again."""
    await (await Office.open(home)).close()


async def start_hub(world: World, home: Path, office: str | None = None) -> SiteHub:
    """A real hub in this process, with this process's clock."""
    options = Options(home, "127.0.0.1", own_port(), office=office, devices="none", announce=False)
    hub = SiteHub(options, Party.load(home), world.profile_raw)
    await hub.start()
    return hub


def homes(world: World, folder: Path) -> tuple[Path, Path]:
    """An office's folder and a hub's, as they are enrolled."""
    world.save_home(world.office, folder / "office")
    world.save_home(world.hub, folder / "hub")
    return folder / "office", folder / "hub"


@pytest.mark.parametrize("days", [-TEN_YEARS, HUNDRED_YEARS])
async def test_outside_the_time_of_its_own_certificate_a_machine_refuses_to_start_and_changes_nothing(
    world: World, clock: Clock, tmp_path: Path, days: int
) -> None:
    office, hub = homes(world, tmp_path)
    await start_office(office)
    await (await start_hub(world, hub)).stop()
    before = files(tmp_path)
    clock.days_ahead = days
    with pytest.raises(OutsideOwnTime) as at_the_office:
        await start_office(office)
    with pytest.raises(OutsideOwnTime) as at_the_hub:
        await start_hub(world, hub)
    for by_hand in (sticks.write, sticks.read):
        with pytest.raises(OutsideOwnTime):
            await by_hand(hub, tmp_path, time.time_ns() // 1_000_000)
    assert files(tmp_path) == before
    year = time.gmtime(time.time_ns() / 1e9).tm_year
    for refused in (at_the_office.value, at_the_hub.value):
        assert f"時計（{year}" in refused.ja and f"({year}" in refused.en  # what a person compares with a watch


@pytest.mark.parametrize("days", [-2, 2, 300])
async def test_an_office_that_once_ran_with_a_wrong_clock_takes_the_record_as_soon_as_that_is_right(
    world: World, clock: Clock, tmp_path: Path, days: int
) -> None:
    office, home = homes(world, tmp_path)
    hub = Hub(world, home, RecordMaker(world))
    hub.maker.day(tickets=2)
    half = hub.maker.size // 2
    process = OfficeProcess(office)
    await process.start()
    await hub.start(process.url, half)
    await until(lambda: hub.uplink.acknowledged_size == half)
    listen = process.address
    await process.stop()
    clock.days_ahead = days
    await start_office(office)
    clock.days_ahead = 0
    await process.start(listen)
    try:
        await hub.grow()
        await until(lambda: hub.uplink.acknowledged_size == hub.maker.size)
        assert not hub.uplink.refused
    finally:
        await hub.stop()
        await process.stop()


@pytest.mark.parametrize("days", [-2, 2, 300])
async def test_a_stick_works_again_once_the_offices_clock_is_right(
    world: World, clock: Clock, tmp_path: Path, days: int
) -> None:
    office_home, home = homes(world, tmp_path)
    maker = RecordMaker(world)
    maker.day(tickets=1)
    hub = Hub(world, home, maker)
    await hub.start("ws://127.0.0.1:1/link")
    await hub.stop()
    stick = tmp_path / "stick"
    stick.mkdir()

    async def at_the_office() -> list[str]:
        office = await Office.open(office_home)
        try:
            return [type(one.answer).__name__ async for one in take(office, stick)]
        finally:
            await office.close()

    clock.days_ahead = days
    await at_the_office()
    clock.days_ahead = 0
    await at_the_office()
    written = await sticks.write(home, stick, time.time_ns() // 1_000_000)
    assert written.size == maker.size
    assert await at_the_office() == ["Receipt"] * written.envelopes
    assert (await sticks.read(home, stick, time.time_ns() // 1_000_000)).size == maker.size


@pytest.mark.parametrize("days", [-2, 2, 300])
async def test_a_hub_that_once_ran_with_a_wrong_clock_ships_its_whole_record_once_that_is_right(
    world: World, clock: Clock, tmp_path: Path, days: int
) -> None:
    office, home = homes(world, tmp_path)
    maker = RecordMaker(world)
    maker.day(tickets=1)
    hub = Hub(world, home, maker)
    await hub.start("ws://127.0.0.1:1/link")
    await hub.stop()
    process = OfficeProcess(office)
    await process.start()
    try:
        clock.days_ahead = days
        wrong = await start_hub(world, home, process.url)
        assert wrong.uplink is not None
        linked = wrong.uplink
        await until(lambda: bool(linked.acknowledged_size or linked.refused) or not linked.connected)
        await wrong.stop()
        clock.days_ahead = 0
        right = await start_hub(world, home, process.url)
        try:
            uplink, size = right.uplink, right.scribe.size
            assert uplink is not None and size >= maker.size
            await until(lambda: uplink.acknowledged_size == size)
        finally:
            await right.stop()
    finally:
        await process.stop()


async def test_a_hub_whose_certificate_ends_while_it_runs_says_so_once_and_goes_on_when_the_clock_is_right(
    world: World, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the contract's last midnight it had written a traceback every five seconds."""
    monkeypatch.setattr(listwatch, "LISTS_S", 0.01)
    world.save_home(world.hub, tmp_path / "hub")
    hub = await start_hub(world, tmp_path / "hub")
    try:
        clock.days_ahead = HUNDRED_YEARS
        for _ in range(3):
            await hub.lists.look()
        ended = [one for one in caplog.records if "may not go on" in one.message]
        assert (
            len(ended) == 1 and "own_time" in ended[0].message and all(one.exc_info is None for one in caplog.records)
        )
        clock.days_ahead = 0
        await hub.lists.look()
        assert "goes on" in caplog.records[-1].message
    finally:
        clock.days_ahead = 0
        await hub.stop()


async def test_a_hub_past_its_certificate_stands_still_and_every_screen_says_why(
    world: World, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What the hub does by the clock failed every five seconds with a traceback, and the terminals looked linked."""
    monkeypatch.setattr(listwatch, "LISTS_S", 0.1)
    world.save_home(world.hub, tmp_path / "hub")
    hub = await start_hub(world, tmp_path / "hub")

    async def fall_due() -> None:
        await hub.scribe.act(personal.LockVault())  # as an erasure at that midnight: signed by the hub

    monkeypatch.setattr(hub.vault, "tend", fall_due)
    client = await soon(HubClient.open(f"ws://127.0.0.1:{hub.options.port}/link", world.terminal))
    try:
        caplog.clear()
        clock.days_ahead = HUNDRED_YEARS
        await soon(client.until(lambda: isinstance(client.problem, OutsideOwnTime)))
        assert not client.connected and refused_us(client.problem) is not None
        caplog.clear()
        await asyncio.sleep(1.5)  # longer than the beat of what falls due
        assert not [record for record in caplog.records if record.exc_info]
        clock.days_ahead = 0
        await soon(client.until(lambda: client.connected))
        await soon(hub.lists.look())  # it looks at its clock again
        assert hub.scribe.refusing is None
    finally:
        await client.close()
        await hub.stop()
