"""From a hub's record to the office and back: a real office process, real sockets, real cuts."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from hub.site.uplink import Uplink
from sync.checkpoint import verify_cosignature
from sync.party import Party
from sync.store import RecordStore
from tests.records import RecordMaker, World


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class OfficeProcess:
    """`demado office` in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = ""

    async def start(self, listen: str = "127.0.0.1:0") -> None:
        command = [sys.executable, "-m", "tui", "office", "--home", str(self.home), "--listen", listen]
        self.process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert self.process.stdout is not None
        line = json.loads(await self.process.stdout.readline())
        assert line["pid"] == self.process.pid
        self.url = line["listening"]

    @property
    def address(self) -> str:
        return self.url.removeprefix("ws://").removesuffix("/link")

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    async def counts(self) -> list[dict[str, object]]:
        command = [sys.executable, "-m", "tui", "office", "counts", "--home", str(self.home), "--json"]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        assert process.returncode == 0
        found: list[dict[str, object]] = json.loads(out)
        return found


class Hub:
    """The hub's side: a record that grows by hand, and the real uplink."""

    def __init__(self, world: World, home: Path, maker: RecordMaker) -> None:
        self.world, self.home, self.maker = world, home, maker
        self.cosigned: list[tuple[int, str]] = []
        self.mail: list[tuple[bytes, bytes]] = []

    async def start(self, url: str, size: int | None = None) -> None:
        self.record = await RecordStore.open(self.home / "record.sqlite", origin=self.world.deployment.origin)
        if self.record.size == 0:
            await self.record.put_object("profile", self.world.profile_raw)
            await self.record.put_object("deployment", self.world.deployment.encode())
        await self.maker.add(self.record, size)
        self.uplink = Uplink(
            Party.load(self.home),
            self.record,
            url,
            now_ms,
            home=self.home,
            on_cosigned=lambda size, line: self.cosigned.append((size, line)),
            on_mail=self._take,
        )
        await self.uplink.start()

    async def grow(self, size: int | None = None) -> None:
        await self.maker.add(self.record, size)
        self.uplink.wake()

    async def stop(self) -> None:
        await self.uplink.stop()
        await self.record.close()

    async def _take(self, sender: bytes, envelope: bytes) -> None:
        self.mail.append((sender, envelope))


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def office(world: World, tmp_path: Path) -> AsyncIterator[OfficeProcess]:
    world.save_home(world.office, tmp_path / "office")
    process = OfficeProcess(tmp_path / "office")
    await process.start()
    yield process
    await process.stop()


@pytest.fixture
def hub(world: World, tmp_path: Path) -> Hub:
    world.save_home(world.hub, tmp_path / "hub")
    return Hub(world, tmp_path / "hub", RecordMaker(world))


async def test_a_day_reaches_the_office_and_comes_back_cosigned(world: World, office: OfficeProcess, hub: Hub) -> None:
    hub.maker.day(tickets=2)
    await hub.start(office.url)
    await until(lambda: hub.uplink.acknowledged_size == hub.maker.size)

    async def kept() -> bool:
        return bool(await hub.record.cosignatures(hub.maker.size))

    await until(kept)
    size, line = hub.cosigned[-1]
    assert size == hub.maker.size
    name = world.deployment.key_name("office-1")
    assert verify_cosignature(hub.maker.note(), line, name, world.office.signer.public) > 0
    (held,) = await office.counts()
    assert (held["record"], held["size"], held["root"]) == ("hub-1", size, hub.maker.frontier.root().hex())
    days = held["days"]
    assert isinstance(days, list)
    assert days[0]["counts"]["tickets"]["completed"] == 2
    await hub.stop()
    assert await office.stop() == 0
