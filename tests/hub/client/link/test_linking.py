"""Staying linked with a real hub process: over its deaths, and never with a hub of somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.client.link.connection import ConnectionState, HubClient, NotConnected
from hub.domain.queue import queue
from sync.keys.certificate import Kind
from sync.keys.party import Party
from sync.link.link import Socket, accept
from sync.messages import Message
from tests.hub.client.followers import live, restart
from tests.hub.client.link.test_following_disbelief import Liar
from tests.hub.site.hubs import Site, machine, soon
from tests.records import MORNING_MS, World


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


@pytest.mark.parametrize(
    ("name", "kind", "sites", "code"),
    [
        ("hub-2", "hub", (), "link.peer_refused"),
        ("standby-2", "standby_hub", ("site-9",), "trust.wrong_site"),
    ],
)
async def test_a_machine_of_this_deployment_that_is_another_booths_is_never_asked_for_its_record(
    name: str, kind: Kind, sites: tuple[str, ...], code: str
) -> None:
    world = World()
    other = Party(
        world.deployment, world.signer(name), world.certify(name, kind, "contractor", sites=sites), world.trust()
    )
    heard: list[Message] = []

    async def serve(socket: Socket) -> None:
        link = await accept(socket, other, lambda: MORNING_MS, allow={"terminal"})
        heard.append(await link.receive())

    liar = Liar(serve)
    await liar.start()
    client = await HubClient.open(liar.url, world.terminal, lambda: MORNING_MS, wait=False)
    try:
        await soon(client.until(lambda: client.problem is not None))
        assert client.problem is not None and client.problem.code == code
        assert client.state is ConnectionState.SEEKING and not heard
    finally:
        await client.close()
        await liar.runner.cleanup()
