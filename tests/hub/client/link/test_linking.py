"""Staying linked with a real hub process: over its deaths, and never with a hub of somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.client.link.connection import ConnectionState, HubClient, NotConnected
from hub.domain.queue import queue
from tests.hub.client.followers import live, restart
from tests.hub.site.hubs import Site, machine, soon


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


async def test_a_hub_of_another_deployment_is_never_followed(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path / "other", seed="another world")
    client = await HubClient.open(site.hub.url, machine(other.world), wait=False)
    try:
        await soon(client.until(lambda: client.problem is not None))
        assert client.problem is not None and client.problem.code == "link.peer_refused"
        assert client.state is ConnectionState.SEEKING and client.size == 0
    finally:
        await client.close()
