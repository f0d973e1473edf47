"""Following the record of a real hub process, keeping it, and refusing one that is not the known one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hub.client.link.connection import ConnectionState, HubClient, NotConnected
from hub.domain.identity import identity
from hub.domain.queue import queue
from sync.record.reader import open_readonly
from tests.hub.client.followers import at_rest, live, restart, same
from tests.hub.site.hubs import Site, soon
from tests.records import RecordMaker


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
