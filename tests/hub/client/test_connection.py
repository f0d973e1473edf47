"""The one way into a hub: following a real hub process over its deaths, and refusing one whose record is not the known one."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.client.connection import ConnectionState, Done, HubClient, NotConnected
from hub.client.signing import sign_as
from hub.domain import codec, identity, queue
from hub.domain.booth import Booth
from hub.domain.refusal import Refusal
from sync.recordreader import open_readonly
from tests.hub.site.hubs import PATIENCE_S, Site, machine, site_at, soon
from tests.records import RecordMaker


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(tmp_path) as site:
        await site.hub.start("--devices", "none")
        yield site


async def restart(site: Site) -> None:
    await site.hub.start("--devices", "none")


def same(one: Booth, other: Booth) -> bool:
    return codec.encode_booth(one) == codec.encode_booth(other)


async def live(client: HubClient) -> None:
    await soon(client.until(lambda: client.connected))


async def at_rest(client: HubClient) -> int:
    """The record's size once the devices have reported: each number makes an entry of theirs as well."""
    await soon(client.settled())
    return client.size


async def refused(client: HubClient) -> str:
    """The code with which the hub was refused."""
    await soon(client.until(lambda: client.state is ConnectionState.REFUSED))
    assert client.problem is not None
    return client.problem.code


async def test_a_replica_is_the_hubs_own_state(site: Site) -> None:
    one, other = await site.terminal(), await site.terminal()
    await site.open_day(one)
    for _ in range(3):
        await site.issue(one)
    await site.call(other, "窓口1")
    size = await at_rest(other)
    await soon(one.until(lambda: one.size == size))
    assert same(one.booth, other.booth)
    late = await site.terminal()
    assert late.size == size and same(late.booth, one.booth)
    await site.hub.stop()
    assert same(await site.booth(), one.booth)


async def test_a_killed_hub_is_found_again_by_itself_with_nothing_lost(site: Site) -> None:
    client = await site.terminal()
    await site.open_day(client)
    first = await site.issue(client)
    await site.hub.kill()
    await soon(client.until(lambda: client.state is ConnectionState.SEEKING))
    assert client.booth.queue.tickets[first.ticket].number == first.number  # still readable while the hub is away
    with pytest.raises(NotConnected):
        await client.submit(queue.IssueTicket(site.lane), site.world.clerks[0])
    await restart(site)
    await live(client)
    second = await site.issue(client)
    assert (first.number, second.number) == ("A-001", "A-002")


async def test_the_same_command_sent_twice_happens_once_and_is_answered_twice(site: Site) -> None:
    client = await site.terminal()
    await site.open_day(client)
    clerk = site.world.clerks[0]
    identifier, signed = sign_as(clerk, site.world.deployment, queue.IssueTicket(site.lane), 1)
    first = await soon(client.send_signed(identifier, signed, clerk.chain))
    again = await soon(client.send_signed(identifier, signed, clerk.chain))
    await site.hub.kill()
    await restart(site)
    await live(client)
    after = await soon(client.send_signed(identifier, signed, clerk.chain))
    assert isinstance(first, Done) and first == again == after
    assert len(client.booth.queue.tickets) == 1


async def test_a_refused_command_stays_refused_when_it_is_sent_again(site: Site) -> None:
    client = await site.terminal()
    clerk = site.world.clerks[0]
    identifier, signed = sign_as(clerk, site.world.deployment, queue.IssueTicket(site.lane), 1)
    first = await soon(client.send_signed(identifier, signed, clerk.chain))
    await site.open_day(client)
    again = await soon(client.send_signed(identifier, signed, clerk.chain))
    assert isinstance(first, Refusal) and first.code == "day.not_open" and first == again


async def test_what_was_acknowledged_is_there_after_a_kill_at_any_moment_and_what_was_under_way_is_answered(
    site: Site,
) -> None:
    chance = random.Random(20250806)
    client = await site.terminal()
    watcher = await site.terminal()
    await site.open_day(client)
    numbers: list[str] = []
    for _ in range(4):
        working = [asyncio.create_task(issue_until_told(site, client)) for _ in range(6)]
        await asyncio.sleep(chance.uniform(0.0, 0.15))
        await site.hub.kill()
        await restart(site)
        numbers += [number for task in working for number in await soon(task)]
    await live(watcher)
    await at_rest(client)
    await soon(watcher.until(lambda: watcher.size == client.size))
    issued = [ticket.number for ticket in watcher.booth.queue.tickets.values()]
    assert len(set(numbers)) == len(numbers) and sorted(issued) == sorted(numbers)
    await site.hub.stop()
    assert same(await site.booth(), watcher.booth)


async def issue_until_told(site: Site, client: HubClient) -> list[str]:
    """Issue some tickets; a command that was sent is answered, whatever happens to the hub meanwhile."""
    numbers = []
    for _ in range(5):
        await live(client)
        try:
            numbers.append((await site.issue(client)).number)
        except NotConnected:
            continue  # nothing was sent
    return numbers


async def test_two_clerks_who_call_at_the_same_moment_get_two_tickets(site: Site) -> None:
    clients = [await site.terminal(), await site.terminal()]
    await site.open_day(clients[0])
    for _ in range(10):
        await site.issue(clients[0])
    called: list[str] = []
    for turn in range(5):
        pair = [site.call(client, f"窓口{turn * 2 + at}", site.world.clerks[at]) for at, client in enumerate(clients)]
        called += [event.number for event in await asyncio.gather(*pair)]
    assert len(set(called)) == 10


async def test_an_older_record_put_back_is_refused_by_name_and_nothing_of_it_is_shown(site: Site) -> None:
    client = await site.terminal()
    await site.open_day(client)
    await site.issue(client)
    await site.hub.stop()
    old = site.folder / "old"
    shutil.copytree(site.home, old)
    await restart(site)
    await live(client)
    await site.issue(client)
    await site.issue(client)
    size, before = await at_rest(client), client.booth
    await site.hub.kill()
    put_back(old, site.home)
    await restart(site)
    assert await refused(client) == "record.rolled_back"
    assert same(client.booth, before) and client.size == size
    with pytest.raises(NotConnected):
        await client.submit(queue.IssueTicket(site.lane), site.world.clerks[0])


async def followed(site: Site) -> tuple[HubClient, RecordMaker]:
    """A terminal that has followed a record of two tickets, and that record to branch off from."""
    maker = RecordMaker(site.world)
    maker.open()
    issue(maker)
    issue(maker)
    await show(site, maker)
    client = await site.terminal()
    assert client.size == maker.size
    return client, maker


def issue(maker: RecordMaker) -> int:
    """A ticket with its print reported: nothing of it is open when a hub takes up the record."""
    (issued,) = maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
    assert isinstance(issued, queue.TicketIssued)
    maker.report(issued.ticket, "ticket")
    return issued.ticket


def branch(maker: RecordMaker) -> RecordMaker:
    """The same record up to the opened day and its officers; from there on it goes another way."""
    other = RecordMaker(maker.world)
    other.open()
    assert other.entries == maker.entries[: other.size]
    other.now_ms += 60_000
    return other


async def show(site: Site, maker: RecordMaker) -> None:
    """Let the hub have this record instead of its own."""
    await site.hub.kill()
    for file in site.home.glob("record.sqlite*"):
        file.unlink()
    await (await maker.write(site.home / "record.sqlite")).close()
    await restart(site)


@pytest.mark.parametrize("more", [0, 1, 3])
async def test_another_record_as_long_as_ours_or_longer_is_refused_by_name(site: Site, more: int) -> None:
    client, maker = await followed(site)
    other = branch(maker)
    for _ in range(2 + more):
        issue(other)
    before = client.booth
    await show(site, other)
    assert await refused(client) == "record.forked"
    assert same(client.booth, before) and client.size == maker.size


async def test_another_record_that_speaks_of_what_we_never_heard_of_is_refused_by_name(site: Site) -> None:
    client, maker = await followed(site)
    other = branch(maker)
    other.do(identity.Attend(False), site.world.officers[0])
    tickets = [issue(other), issue(other)]
    assert other.size > maker.size
    other.do(queue.CallTicket(tickets[1], "窓口1"), site.world.clerks[0])
    other.report(other.size - 1, "display", "voice")
    await show(site, other)
    assert client._task is not None
    await asyncio.wait({client._task}, timeout=PATIENCE_S)  # it ends with a refusal, and only so
    assert client.state is ConnectionState.REFUSED
    assert await refused(client) == "record.forked"


def put_back(old: Path, home: Path) -> None:
    """Restore an old card: the record's files as they were."""
    for file in home.glob("record.sqlite*"):
        file.unlink()
    for file in old.glob("record.sqlite*"):
        shutil.copy(file, home / file.name)


async def test_a_kept_replica_survives_its_terminal_and_goes_on_where_it_was(site: Site) -> None:
    keep = site.folder / "replica.sqlite"
    client = await site.terminal(keep=keep)
    await site.open_day(client)
    await site.issue(client)
    size, before = await at_rest(client), client.booth
    await client.close()
    site.clients.remove(client)
    await site.hub.stop()
    kept = await open_readonly(keep)
    assert kept.size == size
    await kept.close()
    await restart(site)
    again = await site.terminal(keep=keep)
    assert again.size == size and same(again.booth, before)
    await site.issue(again)
    assert again.booth.queue.tally["waiting"] == 2
    assert await soon(status_kept(again)) > size


async def status_kept(client: HubClient) -> int:
    """How many entries a second device holds, as the hub says once it has heard of ours."""
    await client.until(lambda: client.status is not None and client.status.kept >= client.size)
    assert client.status is not None
    return client.status.kept


async def test_a_kept_replica_refuses_a_hub_that_has_forgotten_while_the_terminal_was_off(site: Site) -> None:
    keep = site.folder / "replica.sqlite"
    client = await site.terminal(keep=keep)
    await site.open_day(client)
    await site.hub.stop()
    old = site.folder / "old"
    shutil.copytree(site.home, old)
    await restart(site)
    await live(client)
    await site.issue(client)
    size = await at_rest(client)
    await soon(status_kept(client))
    await client.close()
    site.clients.remove(client)
    await site.hub.kill()
    put_back(old, site.home)
    await restart(site)
    again = await site.terminal(keep=keep)
    assert again.state is ConnectionState.REFUSED
    assert again.problem is not None and again.problem.code == "record.rolled_back"
    assert again.size == size  # the terminal still holds what the hub has forgotten


async def test_a_hub_of_another_deployment_is_never_followed(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path / "other", seed="another world")
    client = await HubClient.open(site.hub.url, machine(other.world), wait=False)
    try:
        await soon(client.until(lambda: client.problem is not None))
        assert client.problem is not None and client.problem.code == "link.peer_refused"
        assert client.state is ConnectionState.SEEKING and client.size == 0
    finally:
        await client.close()
