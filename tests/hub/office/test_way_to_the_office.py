"""From a hub's record to the office and back: a real office process, real sockets, real cuts."""

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.office.daemon import OfficeAddressUnusable
from hub.office.store import FILE, DatabaseDamaged, DatabaseFailed
from hub.site.outside.uplink import Pace, Uplink
from sync.envelopes.envelope import DAY_MS
from sync.envelopes.letter import seal_letter
from sync.errors import SyncError
from sync.keys.party import Party
from sync.link import link
from sync.mail.courier import FILE as OUTBOX
from sync.mail.mailbox import FILE as MAILBOX
from sync.mail.mailbox import LATE_MS, Mailbox, read_offers
from sync.messages import (
    Cosigned,
    CosignWanted,
    Mail,
    Offers,
    OffersWanted,
    Post,
    Posted,
    Publish,
    ResumeWanted,
    Taken,
    Waiting,
    WaitingWanted,
)
from sync.record.checkpoint import verify_cosignature
from sync.record.faults import RecordCommitFailed
from sync.record.store import RecordStore
from tests import nursery
from tests.nursery import Awaited
from tests.ports import own_address
from tests.records import RecordMaker, World


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class OfficeProcess:
    """`demado office` in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = ""
        self.errors = home.parent / f"errors-of-{home.name}"
        """Its log."""

    async def start(self, listen: str = "") -> None:
        listen = listen or own_address()
        command = ["office", "--home", str(self.home), "--listen", listen]
        self.process: asyncio.subprocess.Process | Awaited
        if nursery.takes(os.environ):
            self.process = await Awaited.start(*command, errors=self.errors)
        else:
            program = [sys.executable, "-m", "tui"]
            with self.errors.open("ab") as errors:
                self.process = await asyncio.create_subprocess_exec(
                    *program, *command, stdout=asyncio.subprocess.PIPE, stderr=errors
                )
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

    def mail_waiting(self) -> int:
        """Letters that nobody has taken yet."""
        with contextlib.closing(sqlite3.connect(self.home / FILE)) as store:
            found: tuple[int] = store.execute("SELECT count(*) FROM mail WHERE length(envelope) > 0").fetchone()
        return found[0]

    async def counts(self) -> list[dict[str, object]]:
        command = [sys.executable, "-m", "tui", "office", "counts", "--home", str(self.home), "--json"]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        assert process.returncode == 0
        found: list[dict[str, object]] = json.loads(out)
        return found


QUICK = Pace(first_retry_s=0.01, last_retry_s=0.05, gather_s=0.0)
"""For lines that are cut dozens of times."""


class Hub:
    """The hub's side: a record that grows by hand, and the real uplink."""

    def __init__(self, world: World, home: Path, maker: RecordMaker) -> None:
        self.world, self.home, self.maker = world, home, maker
        self.cosigned: list[tuple[int, str]] = []
        self.mail: list[tuple[bytes, bytes]] = []
        self.pace = Pace()

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
            pace=self.pace,
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


def ended(threads: set[threading.Thread]) -> bool:
    """Whether these threads end without being told to once more."""
    for thread in threads:
        thread.join(60)
    return not any(thread.is_alive() for thread in threads)


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
    await until(lambda: bool(hub.cosigned))
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


async def test_what_somebody_waits_for_is_not_gathered(world: World, office: OfficeProcess, hub: Hub) -> None:
    hub.pace = Pace(gather_s=3600.0)
    hub.maker.day(tickets=1)
    await hub.start(office.url, size=10)
    await until(lambda: hub.uplink.acknowledged_size == 10)
    await hub.grow(11)
    await hub.maker.add(hub.record)
    hub.uplink.wake(awaited=True)
    await until(lambda: hub.uplink.acknowledged_size == hub.maker.size)
    await hub.stop()


async def test_a_hub_that_stops_at_any_moment_keeps_the_newest_receipt_in_its_record(
    world: World, office: OfficeProcess, hub: Hub
) -> None:
    hub.maker.day(tickets=1)
    await hub.start(office.url, size=4)
    for turns in range(8):
        begun, keep = asyncio.Event(), hub.record.add_cosignature

        async def slowly(*receipt: Any, begun: asyncio.Event = begun, turns: int = turns, keep: Any = keep) -> None:
            begun.set()
            for _ in range(turns):
                await asyncio.sleep(0)
            await keep(*receipt)

        await until(lambda: hub.uplink.acknowledged_size == hub.record.size)
        hub.record.add_cosignature = slowly  # type: ignore[method-assign]
        await hub.grow(hub.record.size + 1)
        await begun.wait()
        hub.record.add_cosignature = keep  # type: ignore[method-assign]
        await hub.stop()
        with contextlib.closing(sqlite3.connect(hub.home / "outbox.sqlite")) as outbox:
            (acknowledged,) = outbox.execute("SELECT size FROM receipt").fetchone()
        with contextlib.closing(sqlite3.connect(hub.home / "record.sqlite")) as record:
            (found,) = record.execute("SELECT max(size) FROM cosignature").fetchone()
        assert found == acknowledged
        await hub.start(office.url, size=5 + turns)
    await hub.stop()


async def test_a_damaged_outbox_is_set_aside_and_the_record_goes_on_to_the_office(
    office: OfficeProcess, hub: Hub
) -> None:
    hub.maker.day(tickets=1)
    await hub.start(office.url, size=5)
    await until(lambda: hub.uplink.acknowledged_size == 5)
    await hub.stop()
    (hub.home / "outbox.sqlite").write_bytes(b"\xc1 no outbox" * 300)
    await hub.start(office.url)
    await until(lambda: hub.uplink.acknowledged_size == hub.record.size > 5)
    (aside,) = (hub.home / "evidence").glob("outbox*")
    assert aside.read_bytes() == b"\xc1 no outbox" * 300
    await hub.stop()


async def test_a_desk_that_stops_reading_keeps_no_record_from_the_office(
    world: World, office: OfficeProcess, hub: Hub, tmp_path: Path
) -> None:
    desk = world.machine("desk-1", "desk", "city")
    async with aiohttp.ClientSession() as session:
        ws = await session.ws_connect(office.url, autoping=False, max_msg_size=link.WEBSOCKET_BYTES, compress=0)
        stalled = await link.connect(link._AiohttpSocket(ws, None), desk, now_ms, expect={"office"})
        await stalled.send(Publish(Mailbox(desk, tmp_path, now_ms).offers()))
        transport = ws._response.connection.transport  # type: ignore[union-attr]
        transport.pause_reading()  # type: ignore[union-attr]

        async def only_pongs() -> None:
            while True:
                await ws.pong()
                await asyncio.sleep(0.5)

        ponging = asyncio.create_task(only_pongs())
        with contextlib.suppress(TimeoutError, SyncError):
            while True:  # until its answers fill the socket
                async with asyncio.timeout(3):
                    await stalled.send(OffersWanted("desk"))
        hub.maker.day(tickets=1)
        await hub.start(office.url)
        await until(lambda: hub.uplink.acknowledged_size == hub.maker.size)
        ponging.cancel()
        await asyncio.gather(ponging, return_exceptions=True)
        transport.abort()  # type: ignore[union-attr]
    await hub.stop()


async def test_a_line_that_cannot_start_closes_what_it_had_opened(hub: Hub) -> None:
    hub.maker.day(tickets=1)
    await hub.start("ws://127.0.0.1:1/link")
    await hub.uplink.stop()
    with contextlib.closing(sqlite3.connect(hub.home / OUTBOX, isolation_level=None)) as outbox:
        outbox.execute("INSERT INTO receipt VALUES (?, ?, '— office eA==')", (hub.maker.size, hub.maker.note()))
    await hub.record._file.run(lambda db: db.execute("PRAGMA query_only = ON"))  # as a disk that takes no more
    before = set(threading.enumerate())
    for _ in range(2):  # the second time the outbox must be free again
        with pytest.raises(RecordCommitFailed):
            await hub.uplink.start()
    assert ended(set(threading.enumerate()) - before)
    await hub.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="limits a running process")
async def test_an_office_whose_disk_is_full_says_so_once_and_is_left_in_peace_until_there_is_room(
    office: OfficeProcess, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    dialled: list[str] = []
    dial = link.dial

    async def counted(url: str) -> link.Socket:
        dialled.append(url)
        return await dial(url)

    monkeypatch.setattr(link, "dial", counted)
    hub.pace = Pace(first_retry_s=0.01, last_retry_s=60.0, gather_s=0.0)
    hub.maker.day(tickets=1)
    await hub.start(office.url, size=10)
    await until(lambda: hub.uplink.acknowledged_size == 10)
    log = (office.home / f"{FILE}-wal").stat().st_size
    resource.prlimit(office.process.pid, resource.RLIMIT_FSIZE, (log, resource.RLIM_INFINITY))
    await hub.grow()
    await until(lambda: hub.uplink.refused == DatabaseFailed.code)
    await asyncio.sleep(2)
    assert len(dialled) < 15, "each try waits twice as long as the one before"
    said = office.errors.read_text("utf-8")
    assert said.count(DatabaseFailed.code) == 1 and "Traceback" not in said
    resource.prlimit(office.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await hub.stop()
    await hub.start(office.url)
    await until(lambda: hub.uplink.acknowledged_size == hub.maker.size)
    await hub.stop()


async def complaint_of(home: Path, *limits: str, listen: str = "") -> str:
    """What an office says that cannot start."""
    listen = listen or own_address()
    command = [*limits, sys.executable, "-m", "tui", "office", "--home", str(home), "--listen", listen]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 2
    text = said.decode()
    assert "Traceback" not in text
    return text


async def test_an_office_whose_database_is_damaged_says_so_and_leaves_it_as_it_is(world: World, tmp_path: Path) -> None:
    world.save_home(world.office, tmp_path / "office")
    file = tmp_path / "office" / FILE
    for spoilt in (b"no database" * 1000, b"SQLite format 3\0" + b"\x55" * 8176):
        file.write_bytes(spoilt)
        text = await complaint_of(tmp_path / "office")
        assert DatabaseDamaged.code in text and "壊れています" in text and "keep this file" in text
        assert file.read_bytes() == spoilt


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit")
async def test_an_office_whose_disk_is_full_at_its_start_says_so(world: World, tmp_path: Path) -> None:
    world.save_home(world.office, tmp_path / "office")
    text = await complaint_of(tmp_path / "office", "prlimit", "--fsize=4096")
    assert DatabaseFailed.code in text and "空き容量" in text and "Check free space" in text


async def test_an_office_whose_address_is_taken_says_so(world: World, office: OfficeProcess, tmp_path: Path) -> None:
    world.save_home(world.office, tmp_path / "other")
    text = await complaint_of(tmp_path / "other", listen=office.address)
    assert OfficeAddressUnusable.code in text and "使用中" in text and "in use" in text


class CuttingLine:
    """A TCP line between hub and office that breaks after a number of bytes, again and again."""

    def __init__(self, target: str, after: Callable[[], int]) -> None:
        self.host, _, port = target.rpartition(":")
        self.port = int(port)
        self.after = after
        self.cuts = 0

    async def start(self) -> str:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"ws://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/link"

    async def stop(self) -> None:
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            office_reader, office_writer = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.close()
            return
        left = [self.after()]

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(4096):
                data = data[: left[0]]
                left[0] -= len(data)
                sink.write(data)
                await sink.drain()
                if left[0] <= 0:
                    self.cuts += 1
                    return

        pumps = [asyncio.create_task(pump(reader, office_writer)), asyncio.create_task(pump(office_reader, writer))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for end in (writer, office_writer):
            end.transport.abort()


async def test_a_line_that_breaks_at_any_byte_loses_and_doubles_nothing(
    world: World, office: OfficeProcess, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.pace = QUICK
    monkeypatch.setattr("sync.mail.courier.BATCH_ENTRIES", 10)
    hub.maker.day(tickets=8)
    chance = random.Random(7)
    # Two hellos and an opening take some 5,000 bytes, an envelope 5,000 to 13,000: each line carries a few.
    line = CuttingLine(office.address, lambda: chance.randrange(40_000))
    await hub.start(await line.start())
    await until(lambda: hub.uplink.acknowledged_size == hub.maker.size)
    assert line.cuts >= 3
    sizes = [size for size, _ in hub.cosigned]
    assert sizes == sorted(set(sizes))
    await hub.stop()
    await line.stop()
    (held,) = await office.counts()
    assert (held["size"], held["root"]) == (hub.maker.size, hub.maker.frontier.root().hex())


async def test_an_office_killed_at_any_moment_has_whatever_it_acknowledged(
    world: World, office: OfficeProcess, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.pace = QUICK
    monkeypatch.setattr("sync.mail.courier.BATCH_ENTRIES", 7)
    hub.maker.day(tickets=4)
    await hub.start(office.url)
    chance = random.Random(11)
    for _ in range(3):
        seen = hub.uplink.acknowledged_size
        hub.maker.day(tickets=4)  # however fast the office was, there is something left to send
        await hub.grow()
        await until(lambda seen=seen: hub.uplink.acknowledged_size > seen)  # type: ignore[misc]
        await asyncio.sleep(chance.random() / 20)
        await office.kill()
        acknowledged = hub.uplink.acknowledged_size
        (held,) = await office.counts()
        size = held["size"]
        assert isinstance(size, int)
        assert size >= acknowledged  # what came back was on disk; more may be: its receipt was on the way
        await office.start(office.address)
    await until(lambda: hub.uplink.acknowledged_size == hub.maker.size)
    sizes = [size for size, _ in hub.cosigned]
    assert sizes == sorted(set(sizes))
    await hub.stop()
    (held,) = await office.counts()
    assert (held["size"], held["root"]) == (hub.maker.size, hub.maker.frontier.root().hex())
    assert await office.stop() == 0


async def test_a_hub_on_a_restored_old_disk_says_so_and_the_office_keeps_the_record(
    world: World, office: OfficeProcess, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.maker.day(tickets=1)
    await hub.start(office.url, size=10)
    await until(lambda: hub.uplink.acknowledged_size == 10)
    await hub.stop()
    backup = {file.name: file.read_bytes() for file in hub.home.glob("*.sqlite*")}
    await hub.start(office.url)
    await until(lambda: hub.uplink.acknowledged_size == hub.maker.size)
    await hub.stop()
    for file in hub.home.glob("*.sqlite*"):
        file.unlink()
    for name, data in backup.items():
        (hub.home / name).write_bytes(data)
    await hub.start(office.url, size=10)
    await until(lambda: hub.uplink.refused == "courier.record_behind")
    await hub.stop()
    (held,) = await office.counts()
    assert held["size"] == hub.maker.size


# ------------------------------------------------------------------ mail


class Desk:
    """A city desk's own connection to the office."""

    def __init__(self, world: World, home: Path) -> None:
        world.save_home(world.desk, home)
        self.party = Party.load(home)
        self.mailbox = Mailbox(self.party, home, now_ms)

    async def connect(self, url: str) -> None:
        self.link = await link.connect(await link.dial(url), self.party, now_ms, expect={"office"})
        await self.link.send(Publish(self.mailbox.offers()))

    async def mail(self) -> Mail:
        async with asyncio.timeout(60):
            while True:
                message = await self.link.receive()
                if isinstance(message, Mail):
                    return message


async def test_a_request_waits_for_the_desk_and_its_answer_waits_for_the_hub(
    world: World, office: OfficeProcess, hub: Hub, tmp_path: Path
) -> None:
    desk = Desk(world, tmp_path / "desk")
    await hub.start(office.url)
    await desk.connect(office.url)
    key = world.desk.signer.public
    await until(lambda: hub.uplink.offer_of(key) is not None)
    await desk.link.close()
    question = CosignWanted("note", 0, [])
    await hub.uplink.write(key, question)
    await until(lambda: not hub.uplink.letters_waiting)  # the office has it, durably
    await hub.stop()
    await office.kill()
    await office.start(office.address)

    await desk.connect(office.url)
    mail = await desk.mail()
    assert mail.sender == world.hub.signer.public
    assert desk.mailbox.open(mail.sender, mail.envelope) == question
    await desk.link.close()  # before it said "taken": the mail comes again
    await desk.connect(office.url)
    mail = await desk.mail()
    await desk.link.send(Taken(mail.id))

    answer = Cosigned(0, "line")
    await desk.link.send(OffersWanted("hub"))
    offers = await desk.link.receive()
    assert isinstance(offers, Offers)
    ((owner, to_hub),) = read_offers(offers, desk.party, now_ms())
    assert owner.person == "hub-1"
    letter = seal_letter(desk.party, to_hub, answer, now_ms())
    post = Post(os.urandom(16), owner.key, letter)
    for _ in range(2):  # its answer was lost: posted twice, delivered once
        await desk.link.send(post)
        assert isinstance(await desk.link.receive(), Posted)
    await hub.start(office.url)
    await until(lambda: bool(hub.mail))
    assert hub.uplink.mailbox.open(*hub.mail[0]) == answer
    await until(lambda: office.mail_waiting() == 0)  # the office has read that it is taken
    await hub.stop()
    await hub.start(office.url)
    await until(lambda: hub.uplink.connected)
    await asyncio.sleep(0.2)
    await hub.stop()
    assert len(hub.mail) == 1
    await desk.link.close()


async def test_the_key_of_a_day_that_is_over_is_destroyed_once_the_office_holds_no_mail(
    office: OfficeProcess, hub: Hub
) -> None:
    yesterday = Mailbox(Party.load(hub.home), hub.home, lambda: now_ms() - DAY_MS)
    yesterday.offers()
    over, today = yesterday.inboxes[:2]
    await hub.start(office.url)
    late = now_ms() - over.not_after_ms <= LATE_MS  # in the first minutes of a day the key of the last one is kept
    await until(lambda: late or over.box.private not in (hub.home / MAILBOX).read_bytes())
    assert today.box.private in (hub.home / MAILBOX).read_bytes()
    await hub.stop()


async def test_the_office_reads_no_letter(world: World, office: OfficeProcess, hub: Hub, tmp_path: Path) -> None:
    desk = Desk(world, tmp_path / "desk")
    await hub.start(office.url)
    await desk.connect(office.url)
    await until(lambda: hub.uplink.offer_of(world.desk.signer.public) is not None)
    secret = "これは事務局には読めない"
    await hub.uplink.write(world.desk.signer.public, CosignWanted(secret, 0, []))
    letter = (await desk.mail()).envelope
    await hub.stop()
    await desk.link.close()
    await office.stop()
    stored = b"".join(file.read_bytes() for file in office.home.iterdir() if file.is_file())
    assert letter in stored or len(letter) > 4096  # it waits there, not yet said to be taken
    assert secret.encode() not in stored


async def test_a_stranger_is_not_served(world: World, office: OfficeProcess) -> None:
    # AOMO-7.2-02
    socket = await link.dial(office.url)
    with pytest.raises(SyncError):
        peer = await link.connect(socket, World(seed="another deployment").hub, now_ms, expect={"office"})
        await peer.send(Publish([]))
        await asyncio.wait_for(peer.receive(), 30)
    await socket.close()


async def test_a_terminal_may_report_of_its_hub_and_nothing_else(world: World, office: OfficeProcess) -> None:
    socket = await link.dial(office.url)
    peer = await link.connect(socket, world.terminal, now_ms, expect={"office"})
    for asked in (OffersWanted("desk"), ResumeWanted("hub-1"), WaitingWanted()):
        await peer.send(asked)
    assert await asyncio.wait_for(peer.receive(), 30) == Waiting(0), "the only one of the three that is answered"
    await socket.close()
