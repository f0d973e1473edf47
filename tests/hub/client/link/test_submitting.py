"""Commands on their way to a real hub process: each happens once and is answered, whatever becomes of the hub."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from hub.client.link.commands import Commands
from hub.client.link.connection import Done, HubClient, NotConnected
from hub.client.link.signing import sign_as
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from sync.clock import real_ms
from tests.hub.client.followers import at_rest, live, restart, same
from tests.hub.site.hubs import Site, soon


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


async def test_a_command_that_is_still_being_kept_does_not_go_out_over_a_new_link(site: Site, tmp_path: Path) -> None:
    """Or it would be in the record, and its sender be told that nothing was sent."""
    commands = Commands(tmp_path / "terminal", real_ms, follow=True)
    clerk = site.world.clerks[0]
    id, signed = sign_as(clerk, site.world.deployment, queue.IssueTicket(site.lane), real_ms())
    keeping = asyncio.create_task(commands.begin(id, signed, clerk.chain, None))
    await asyncio.sleep(0)  # it has begun, and waits for the disk
    assert commands.again(0.0) == []
    pending = await soon(keeping)
    assert commands.again(0.0) == [pending]
    commands.close()


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
