"""Two hubs alive at once, in processes of their own: what each side sees, and that nothing is lost or given twice."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.client.link.connection import ConnectionState, HubClient
from hub.domain import codec
from hub.domain.continuity import continuity
from hub.domain.queue import queue
from hub.site.continuity.takeover import HUB, STANDBY
from sync.keys.keys import Signer
from sync.keys.lockbox import SECRET_BYTES, Cost, lock
from sync.keys.party import LockedPerson, Party, Person
from sync.record.command import read_command
from sync.record.entry import decode_entry
from sync.record.reader import open_readonly
from tests.hub.site.hubs import ROOT, HubProcess, Site, site_at, soon, until
from tests.records import World

SECRET = bytes(range(SECRET_BYTES))
WORDS = {"staff-1": "kunren-1", "staff-2": "kunren-2"}


def keep_locked(home: Path, person: Person, signer: Signer) -> None:
    """Leave a person's key in a folder, as the hub serves it."""
    locked = lock(signer.seed, WORDS[person.person], SECRET, cost=Cost.TRAINING)
    LockedPerson(person.person, person.name, person.roles, person.certificate, person.chain, locked).save(home)


class Terminal:
    """A terminal with a home of its own, and a hub's home in waiting in it."""

    def __init__(self, folder: Path, world: World, name: str) -> None:
        self.home = folder / name
        self.name = name
        self.party: Party = world.machine(name, "terminal", "contractor")
        world.save_home(self.party, self.home)
        (self.home / "secret").write_bytes(SECRET)
        standby = world.machine(f"standby-{name[-1]}", "standby_hub", "contractor")
        world.save_home(standby, self.home / STANDBY)
        for person in (world.manager, world.clerks[0]):
            keep_locked(self.home / STANDBY, person, world.signer(person.person))
        for number in WORDS:
            (self.home / f"{number}.txt").write_text(WORDS[number])

    async def join(self, url: str, *, live: bool = True) -> HubClient:
        client = await soon(HubClient.open(url, self.party, keep=self.home / "replica.sqlite", wait=False))
        if live:
            await soon(client.until(lambda: client.state is ConnectionState.LIVE))
        return client

    async def take_over(self) -> HubProcess:
        """`demado hub --take-over` on this home; the new hub, once it serves."""
        hub = HubProcess(self.home)
        files = (
            f"--manager-passphrase-file={self.home}/staff-1.txt",
            f"--second-passphrase-file={self.home}/staff-2.txt",
        )
        people = ("--manager", "staff-1", "--second", "staff-2", "--switched-off")
        await hub.start("--take-over", "--devices", "none", *people, *files)
        return hub


async def entries_of(home: Path) -> list[bytes]:
    async with await open_readonly(home / "record.sqlite") as reader:
        return [body async for body in reader]


def numbers(entries: list[bytes]) -> list[str]:
    """Every ticket number that these entries issue."""
    events = [event for body in entries for event in codec.decode_events(bytes(decode_entry(body).events))]
    return [event.number for event in events if isinstance(event, queue.TicketIssued)]


def kept(entries: list[bytes]) -> list[bytes]:
    """The entries that a record keeps as discrepancies."""
    found: list[bytes] = []
    for body in entries:
        asked = read_command(decode_entry(body).command.payload)
        decoded = codec.decode_command(asked.kind, bytes(asked.args))
        if isinstance(decoded, continuity.KeepDiscrepancy):
            found += [extra.body for extra in decoded.extras]
    return found


@pytest.fixture
async def parted(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(tmp_path) as site:
        await site.hub.start("--devices", "none")
        yield site


async def do_issue(site: Site, client: HubClient) -> str:
    return (await site.issue(client)).number


async def test_two_hubs_at_once_lose_nothing_and_give_no_number_twice(parted: Site, tmp_path: Path) -> None:
    site = parted
    first, second = Terminal(tmp_path, site.world, "terminal-1"), Terminal(tmp_path, site.world, "terminal-2")
    one, two = await first.join(site.hub.url), await second.join(site.hub.url)
    await site.open_day(one)
    given = [await do_issue(site, one) for _ in range(3)]
    await soon(two.until(lambda: two.size == one.size))
    await soon(two.close())  # from here on the second terminal is cut off from the old hub
    given += [await do_issue(site, one) for _ in range(2)]

    new = await second.take_over()  # two people were wrong: the old hub runs on
    try:
        two = await second.join(new.url)
        assert two.booth.continuity.epoch == 2
        given += [await do_issue(site, two) for _ in range(2)]
        given += [await do_issue(site, one) for _ in range(2)]  # the old side does not know yet
        assert len(set(given)) == len(given)
        seen_by_one = one.size

        one.url = new.url  # the networks meet: the first terminal finds the new hub
        await soon(one.close())
        one = await first.join(new.url)
        assert one.booth.continuity.epoch == 2
        await soon(one.until(lambda: sum(d.count for d in one.booth.continuity.discrepancies) >= 4))
        assert [path.name[:7] for path in (first.home / "evidence").glob("*.sqlite")] == ["replica"]
        given.append(await do_issue(site, one))
        assert len(set(given)) == len(given)

        await soon(one.close())  # and the old hub is met again, by a terminal that knows better
        late = await first.join(site.hub.url, live=False)
        assert await site.hub.ended() == 2
        assert "hub.succeeded" in site.hub.complaint()
        await soon(late.close())
        await site.hub.launch("--no-announce", "--devices", "none")
        assert await site.hub.ended() == 2

        await soon(two.close())
        await new.stop()
        status, said = await demado("recover", "--home", str(second.home / HUB), "--old-hub", str(site.home))
        assert status == 0, said
        old, record = await entries_of(site.home), await entries_of(second.home / HUB)
        assert len(old) >= seen_by_one  # and the report of its last effect
        whole = {*record, *kept(record)}
        assert [body for body in old if body not in whole] == []
        assert sorted(numbers(record) + numbers(kept(record))) == sorted(given)
    finally:
        await new.stop()


async def test_the_dead_hubs_terminals_follow_the_new_one_and_its_record_verifies(parted: Site, tmp_path: Path) -> None:
    site = parted
    first, second = Terminal(tmp_path, site.world, "terminal-1"), Terminal(tmp_path, site.world, "terminal-2")
    one, two = await first.join(site.hub.url), await second.join(site.hub.url)
    await site.open_day(one)
    await do_issue(site, one)
    await soon(two.until(lambda: two.size == one.size))
    await until(lambda: two.kept == two.size and one.kept == one.size)
    await soon(two.close())
    await site.hub.kill()
    new = await second.take_over()
    try:
        one.url = new.url
        await soon(one.until(lambda: one.booth.continuity.epoch == 2 and one.connected))
        assert one.booth.continuity.numbers[0].first == 201
        assert (await do_issue(site, one)).endswith("-201")
        await soon(one.close())
    finally:
        await new.stop()
    status, said = await demado("verify", str(second.home / HUB))
    assert status == 0, said


async def demado(*arguments: str) -> tuple[int, str]:
    """A command in a process of its own: its exit status, and all it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tui", *arguments),
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await soon(process.communicate())
    assert process.returncode is not None
    return process.returncode, out.decode()
