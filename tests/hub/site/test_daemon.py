"""The hub as a process: killed, stopped, started wrongly, and robbed of what it had not synced."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from hub.client.link.connection import Done, HubClient, NotConnected
from hub.domain import codec
from hub.domain.booth import Booth, Event
from hub.domain.day.day import RULES
from hub.domain.devices.effect import EffectsReported, EffectState
from hub.domain.moment import DAY_MS
from hub.domain.queue import queue
from hub.site.address import listen_address
from hub.site.daemon import Hub
from hub.site.options import Options
from hub.site.process import run
from hub.site.startfaults import AddressUnusable, ProfileUnusable
from sync.errors import SyncError
from sync.keys.party import HomeIncomplete, Party
from sync.mail.mailbox import FILE, Mailbox
from sync.record.faults import RecordCommitFailed
from sync.record.reader import open_readonly
from tests.hub.site.hubs import HubProcess, Site, site_at, soon, until
from tests.records import MORNING_MS, World
from tests.sync.test_durability import SYNCED, cut_power, read_journal, shim

__all__ = ["shim"]  # the fixture that builds the library which takes back unsynced writes


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(tmp_path) as made:
        yield made


# ---------------------------------------------------------------- kill -9 under load


@dataclass
class Load:
    """Clerks who issue and call as fast as the hub answers, and remember every answer they got."""

    site: Site
    acknowledged: dict[int, tuple[Event, ...]] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    stopping: bool = False
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    async def clerk(self, client: HubClient, number: int) -> None:
        person = self.site.world.clerks[number % 3]
        window = f"窓口{number}"
        while not self.stopping:
            issued = await self._do(client, queue.IssueTicket(self.site.lane), person)
            if issued is None:
                continue
            (called,) = await self._do(client, queue.CallNext((self.site.lane,), window), person) or (None,)
            if isinstance(called, queue.TicketCalled):
                await self._do(client, queue.StartService(called.ticket), person)
                await self._do(client, queue.FinishTicket(called.ticket), person)

    async def _do(self, client: HubClient, command: object, person: object) -> tuple[Event, ...] | None:
        """The events of an acknowledged command; None where nothing was sent or a rule refused it."""
        try:
            result = await client.submit(command, person)  # type: ignore[arg-type]
        except NotConnected:
            await client.until(lambda: client.connected)
            return None
        if not isinstance(result, Done):
            return None
        assert result.events, "a command that is sent again is answered with what it did"
        assert self.acknowledged.get(result.index, result.events) == result.events
        self.acknowledged[result.index] = result.events
        self.grown.set()
        return result.events

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.acknowledged) < count:
                self.grown.clear()
                await self.grown.wait()


def assert_record_holds(load: Load, record: list[tuple[int, tuple[Event, ...]]]) -> None:
    """What was acknowledged is there; numbers are consecutive, calls are of one ticket each."""
    there = dict(record)
    for index, events in load.acknowledged.items():
        assert there.get(index) == events, f"entry {index} was acknowledged"
    issued = [event for _, events in record for event in events if isinstance(event, queue.TicketIssued)]
    assert [event.number for event in issued] == [f"A-{n:03}" for n in range(1, len(issued) + 1)]
    calls = Counter(event.ticket for _, events in record for event in events if isinstance(event, queue.TicketCalled))
    assert set(calls.values()) <= {1}, "a ticket was called twice"


def assert_each_effect_at_most_once(
    site: Site, record: list[tuple[int, tuple[Event, ...]]], booth: Booth
) -> Counter[EffectState]:
    """Paper, voice and outcomes agree: nothing came twice, and what nobody can vouch for is left to staff."""
    printed = Counter(path.stem.partition("-")[2] for path in (site.devices / "tickets").glob("*.png"))
    assert set(printed.values()) <= {1}, "a ticket was printed twice"
    log = site.devices / "voice.log"
    spoken = Counter(re.findall(r"Number ([A-Z]) (\d+)", log.read_text("utf-8"))) if log.exists() else Counter()
    said = Counter({f"{letter}-{int(number):03}": count for (letter, number), count in spoken.items()})
    assert set(said.values()) <= {1}, "a call was announced twice"
    outcomes: dict[tuple[int, str], EffectState] = {}
    for _, events in record:
        for event in events:
            if isinstance(event, EffectsReported):
                for outcome in event.outcomes:
                    key = (outcome.entry, outcome.kind)
                    assert key not in outcomes, "an effect has two outcomes"
                    outcomes[key] = outcome.state
    came = {event.ticket for _, events in record for event in events if isinstance(event, queue.TicketMoved)}
    for index, events in record:
        for event in events:
            for kind in getattr(event, "effects", ()):
                state = outcomes.get((index, kind))
                if kind == "voice" and state is EffectState.OFF and getattr(event, "ticket", None) in came:
                    continue  # by the turn of this call its holder stood at the window: nobody needed to hear it
                assert state in (EffectState.DONE, EffectState.UNSURE), f"{kind} of entry {index} is forgotten: {state}"
                number = getattr(event, "number", "")
                if state is EffectState.UNSURE:
                    assert booth.effects.open[(index, kind)].state is EffectState.UNSURE
                elif kind == "ticket":
                    assert printed[number] == 1
                elif kind == "voice":
                    assert said[number] == 1
    return Counter(outcomes.values())


@pytest.mark.parametrize("seed", range(2))
async def test_killed_at_random_moments_under_load_it_keeps_what_it_acknowledged_and_repeats_nothing(
    site: Site, seed: int
) -> None:
    chance = random.Random(seed)
    await site.hub.start()
    clients = [await site.terminal() for _ in range(3)]
    await site.open_day(clients[0])
    load = Load(site)
    clerks = [asyncio.create_task(load.clerk(client, number)) for number, client in enumerate(clients)]
    for _ in range(3):
        await load.until(len(load.acknowledged) + chance.randint(5, 60))
        await site.hub.kill()
        await site.hub.start()
        for client in clients:
            await soon(client.until(lambda client=client: client.connected))  # type: ignore[misc]
    await load.until(len(load.acknowledged) + 10)
    load.stopping = True
    await soon(asyncio.gather(*clerks))
    for client in clients:
        await soon(client.settled())
    assert await site.hub.stop() == 0
    record, booth = await site.record(), await site.booth()
    assert_record_holds(load, record)
    assert_each_effect_at_most_once(site, record, booth)
    for client in clients:
        for ticket in client.booth.queue.tickets.values():
            assert booth.queue.tickets[ticket.id].number == ticket.number


def unsure(booth: Booth) -> int:
    return sum(held.state is EffectState.UNSURE for held in booth.effects.open.values())


async def test_what_was_under_way_when_it_was_killed_is_unsure_once_and_never_repeated(site: Site) -> None:
    site.devices.mkdir(parents=True)
    await site.hub.start()
    client = await site.terminal()
    await site.open_day(client)
    (site.devices / "ticket.fault").write_text("ticket.hang")
    issued = await site.issue(client)
    assert client.booth.effects.open[(issued.ticket, "ticket")].state is EffectState.DUE
    await site.hub.kill()
    (site.devices / "ticket.fault").unlink()
    for _ in range(2):  # the second life must not say it again
        await site.hub.start()
        await soon(client.until(lambda: client.connected and unsure(client.booth) == 1))
        held = client.booth.effects.open[(issued.ticket, "ticket")]
        assert (held.state, held.code, held.number) == (EffectState.UNSURE, "hub.restarted", issued.number)
        assert not list(site.devices.rglob("*.png"))
        await site.hub.kill()
    reports = [event for _, events in await site.record() for event in events if isinstance(event, EffectsReported)]
    assert len(reports) == 1


# ---------------------------------------------------------------- power


async def test_what_a_client_saw_acknowledged_survives_the_loss_of_every_unsynced_write(
    tmp_path: Path, shim: Path
) -> None:
    async with site_at(tmp_path) as site:
        journal = tmp_path / "journal"
        watch = {"LOSTWRITES_DIR": str(site.home), "LOSTWRITES_JOURNAL": str(journal), "LD_PRELOAD": str(shim)}
        site.hub.environment = watch
        await site.hub.start("--devices", "none")
        client = await site.terminal()
        await site.open_day(client)
        load = Load(site)
        for cut in range(3):
            clerks = [asyncio.create_task(load.clerk(client, number)) for number in range(3)]
            await load.until(len(load.acknowledged) + 30 + 13 * cut)
            await site.hub.kill()
            load.stopping = True
            for clerk in clerks:
                clerk.cancel()
            await asyncio.gather(*clerks, return_exceptions=True)
            synced = [change for change in read_journal(journal) if change.kind == SYNCED]
            assert len(synced) >= 10, "the shim did not watch"
            cut_power(journal)
            assert_record_holds(load, await site.record())
            load.stopping = False
            await site.hub.start("--devices", "none")
            await soon(client.until(lambda: client.connected))  # a hub that shows less than it saw would be refused


async def test_a_disk_that_fails_ends_the_hub_with_a_status_and_nothing_unsaved_is_shown(
    tmp_path: Path, shim: Path
) -> None:
    async with site_at(tmp_path) as site:
        await site.hub.start("--devices", "none")
        client = await site.terminal()
        await site.open_day(client)
        assert await site.hub.stop() == 0
        site.hub.environment = {
            "LOSTWRITES_DIR": str(site.home),
            "LOSTWRITES_JOURNAL": str(tmp_path / "journal"),
            "LD_PRELOAD": str(shim),
            "LOSTWRITES_FAIL_FSYNC": "25",
        }
        await site.hub.start("--devices", "none")
        await soon(client.until(lambda: client.connected))
        load = Load(site)
        clerk = asyncio.create_task(load.clerk(client, 1))
        assert await site.hub.ended() == 1
        assert "cannot be written" in site.hub.complaint() and "Traceback" not in site.hub.complaint()
        load.stopping = True
        clerk.cancel()
        await asyncio.gather(clerk, return_exceptions=True)
        assert_record_holds(load, await site.record())
        site.hub.environment = {}
        await site.hub.start("--devices", "none")
        await soon(client.until(lambda: client.connected))
        assert await site.issue(client)


# ---------------------------------------------------------------- stopping


async def test_sigterm_is_clean_under_load_and_with_a_hung_printer_and_a_sleeping_peer(site: Site) -> None:
    site.devices.mkdir(parents=True)
    await site.hub.start()
    client = await site.terminal()
    await site.open_day(client)
    (site.devices / "ticket.fault").write_text("ticket.hang")
    load = Load(site)
    clerk = asyncio.create_task(load.clerk(client, 1))
    await load.until(8)
    async with aiohttp.ClientSession() as session, session.ws_connect(site.hub.url, autoping=False):
        site.hub.running.terminate()
        # Five seconds on a quiet machine: printer 3, device 1.5; without bounds of its own it would wait for ever.
        assert await site.hub.ended() == 0
    load.stopping = True
    clerk.cancel()
    await asyncio.gather(clerk, return_exceptions=True)
    assert "Traceback" not in site.hub.complaint()
    record = await site.record()
    assert_record_holds(load, record)
    reader = await open_readonly(site.home / "record.sqlite")
    try:
        snapshot = await reader.load_snapshot(RULES)
        assert snapshot is not None and snapshot.size == len(record), "a clean stop keeps a snapshot"
        assert codec.decode_booth(snapshot.state) == await site.booth()
    finally:
        await reader.close()


async def test_sigterm_before_it_serves_ends_it_too(site: Site) -> None:
    await site.hub.launch("--no-announce")
    await until(lambda: (site.home / "record.sqlite").exists())
    assert await site.hub.stop() in (0, -15)
    await site.hub.start()
    assert await site.hub.stop() == 0


# ---------------------------------------------------------------- wrong starts


async def complaint_of(site: Site, *options: str, listen: str = "127.0.0.1:0", home: Path | None = None) -> str:
    """Start a hub that cannot start; what it says to the person in front of it."""
    hub = HubProcess(home or site.home)
    hub.errors = site.folder / "complaint.log"
    hub.errors.unlink(missing_ok=True)
    await hub.launch("--no-announce", *options, listen=listen)
    assert await hub.ended() == 2
    text = hub.complaint()
    assert "Traceback" not in text and text.strip()
    return text


async def test_a_second_hub_on_the_same_home_is_refused_by_name_and_the_first_works_on(site: Site) -> None:
    await site.hub.start()
    client = await site.terminal()
    await site.open_day(client)
    text = await complaint_of(site)
    assert "record.in_use" in text and "使用中" in text and "Stop the running hub" in text
    assert (await site.issue(client)).number == "A-001"
    assert await site.hub.stop() == 0


async def test_a_port_in_use_or_an_address_that_is_none_is_said_and_costs_nothing(site: Site) -> None:
    await site.hub.start()
    client = await site.terminal()
    await site.open_day(client)
    other = site.folder / "other"
    site.world.save_home(site.world.machine("hub-1", "hub", "contractor"), other)
    text = await complaint_of(site, listen=site.hub.address, home=other)
    assert "hub.address" in text and "in use" in text and "使えません" in text
    assert "hub.address" in await complaint_of(site, listen="7420", home=other)
    assert (await site.issue(client)).number == "A-001"


async def test_a_training_hub_is_served_to_its_own_machine_only(site: Site) -> None:
    assert "hub.training_loopback" in await complaint_of(site, listen="0.0.0.0:0")


async def test_a_simulated_clock_is_refused_outside_training(tmp_path: Path) -> None:
    async with site_at(tmp_path, training=False) as site:
        text = await complaint_of(site, "--simulated-start", str(MORNING_MS))
        assert "hub.simulated_clock" in text and "訓練だけ" in text
        assert not (site.home / "record.sqlite").exists()
        await site.hub.start()
        assert await site.hub.stop() == 0


@pytest.mark.parametrize("text", ["", "7420", ":7420", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "h:１２", "h:-1"])
def test_an_address_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(AddressUnusable):
        listen_address(text)
    assert listen_address("127.0.0.1:0") == ("127.0.0.1", 0) and listen_address("[::1]:9") == ("::1", 9)


@pytest.mark.parametrize("listen", ["no.such.host.invalid", "198.51.100.7"])
async def test_an_address_of_another_machine_is_refused_by_name_and_nothing_stays_open(
    tmp_path: Path, listen: str
) -> None:
    async with site_at(tmp_path, training=False) as site:
        for _ in range(2):  # the second time the record must be free again
            with pytest.raises(AddressUnusable):
                await run(Options(site.home, listen, 7420, announce=False, devices="none"))


async def test_a_home_that_does_not_exist_is_said_to_the_person_who_started_it(site: Site) -> None:
    shutil.rmtree(site.home)
    text = await complaint_of(site)
    assert "party.home_incomplete" in text and "deployment.msgpack" in text and "必要なファイル" in text


@pytest.mark.parametrize("file", ["deployment.msgpack", "key.seed", "certificate", "profile.toml"])
async def test_a_home_that_lacks_a_file_is_said_with_its_name(site: Site, file: str) -> None:
    (site.home / file).unlink()
    with pytest.raises(HomeIncomplete, match=file):
        await run(Options(site.home, "127.0.0.1", 0))
    assert not (site.home / "record.sqlite").exists()


SPOILT = b"\xc1 not what it should be" * 40


@pytest.mark.parametrize("file", ["deployment.msgpack", "key.seed", "certificate", "profile.toml", "record.sqlite"])
async def test_a_home_with_a_spoilt_file_is_refused_and_the_file_left_as_it_is(site: Site, file: str) -> None:
    (site.home / file).write_bytes(SPOILT)
    with pytest.raises(SyncError):
        await run(Options(site.home, "127.0.0.1", 0, announce=False, devices="none"))
    assert (site.home / file).read_bytes() == SPOILT


NOBODY = "ws://127.0.0.1:1/link"
"""An office that does not answer."""


def overwrite_table(file: Path, table: str) -> None:
    """Make a table's first page what no SQLite file has there."""
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode = DELETE")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\x55" * size)


@pytest.mark.parametrize("table", ["stream", "carried", "receipt"])
async def test_a_damaged_outbox_is_set_aside_and_the_hub_serves_with_a_new_one(site: Site, table: str) -> None:
    """All that was in it is sealed again from the record."""
    await site.hub.start("--office", NOBODY)
    assert await site.hub.stop() == 0
    overwrite_table(site.home / "outbox.sqlite", table)
    damaged = (site.home / "outbox.sqlite").read_bytes()
    await site.hub.start("--office", NOBODY)
    assert "the outbox is damaged" in site.hub.complaint()
    assert damaged in [file.read_bytes() for file in (site.home / "evidence").iterdir()]
    assert await site.hub.stop() == 0


async def test_an_outbox_that_another_program_uses_is_said_by_name(site: Site) -> None:
    await site.hub.start("--office", NOBODY)
    assert await site.hub.stop() == 0
    with contextlib.closing(sqlite3.connect(site.home / "outbox.sqlite")) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "courier.outbox_unusable" in await complaint_of(site, "--office", NOBODY)


async def test_a_profile_that_is_not_the_deployments_is_refused(site: Site) -> None:
    raw = (site.home / "profile.toml").read_bytes()
    (site.home / "profile.toml").write_bytes(raw + b"\n# changed\n")
    with pytest.raises(ProfileUnusable):
        await run(Options(site.home, "127.0.0.1", 0))


# ---------------------------------------------------------------- two at once


async def test_a_hub_that_has_no_office_any_more_destroys_the_day_keys_of_when_it_had_one(tmp_path: Path) -> None:
    async with site_at(tmp_path) as site:
        party = site.world.machine("hub-1", "hub", "contractor")
        now_ms = time.time_ns() // 1_000_000 - 15 * DAY_MS
        mailbox = Mailbox(party, site.home, lambda: now_ms)
        mailbox.offers()
        first, last = mailbox.inboxes[0].box.private, mailbox.inboxes[-1].box.private
        await site.hub.start()
        kept = (site.home / FILE).read_bytes()
        assert first not in kept and last in kept


async def test_two_clerks_at_two_terminals_who_call_at_the_same_moment_get_two_tickets(site: Site) -> None:
    await site.hub.start("--devices", "none")
    one, two = await site.terminal(), await site.terminal(follow=False)
    await site.open_day(one)
    for _ in range(12):
        await site.issue(one)
    numbers: list[str] = []
    for turn in range(6):
        calls = await asyncio.gather(
            site.call(one, f"窓口{turn}-1", site.world.clerks[0]), site.call(two, f"窓口{turn}-2", site.world.clerks[1])
        )
        numbers += [call.number for call in calls]
    assert sorted(numbers) == [f"A-{n:03}" for n in range(1, 13)]
    with pytest.raises(AssertionError, match="nobody_waiting"):
        await site.call(one, "窓口9")


async def test_a_hub_that_crashes_leaves_no_key_and_no_face_in_a_core_file(site: Site) -> None:
    await site.hub.start()
    limits = await asyncio.to_thread(Path(f"/proc/{site.hub.running.pid}/limits").read_text, "ascii")
    row = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert row.split()[4:6] == ["1", "1"]


async def test_a_disk_that_fails_while_a_hub_stops_is_named_and_the_other_steps_are_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    world.save_home(world.machine("hub-1", "hub", "contractor"), tmp_path)
    hub = Hub(Options(tmp_path, "127.0.0.1", 0, None, "none", False), Party.load(tmp_path), world.profile_raw)
    done: list[str] = []

    async def fails() -> None:
        raise RecordCommitFailed(reason="database or disk is full")

    async def goes() -> None:
        done.append("record")

    hub._undo = [("record", goes), ("scribe", fails)]
    await hub.stop()
    assert done == ["record"] and "record.commit_failed" in caplog.text and "Traceback" not in caplog.text
