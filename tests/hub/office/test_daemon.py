"""The office's door, in this process: who is let in stays as long as no list withdraws them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from hub.office.daemon import Office
from sync.keys.party import write_list
from sync.link import link
from sync.link.link import LinkClosed
from sync.messages import Lists, Message
from tests import lists
from tests.hub.client.sites import soon
from tests.hub.office.test_way_to_the_office import now_ms
from tests.records import World

WORLD = World()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[Office, str]]:
    """An office, and where it listens."""
    WORLD.save_home(WORLD.machine("office-1", "office", "contractor"), tmp_path)
    office = await Office.open(tmp_path)
    runner = web.AppRunner(office.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield office, f"ws://127.0.0.1:{runner.addresses[0][1]}/link"
    await runner.cleanup()
    await office.close()


async def heard(peer: link.Link) -> list[Message]:
    """What the office says until it hangs up, or has handed on a list."""
    found: list[Message] = []
    while not any(isinstance(message, Lists) for message in found):
        try:
            found.append(await peer.receive())
        except LinkClosed:
            return found
    return found


async def test_whom_a_new_list_withdraws_is_hung_up_on_and_the_others_get_the_list(
    office: tuple[Office, str], tmp_path: Path
) -> None:
    served, url = office
    hub, desk = [
        await soon(link.connect(await link.dial(url), party, now_ms, expect={"office"}))
        for party in (WORLD.machine("hub-1", "hub", "contractor"), WORLD.machine("desk-1", "desk", "city"))
    ]
    encoded = lists.revocations(WORLD, 1, "desk-1", side="city")
    await asyncio.to_thread(write_list, tmp_path, encoded)
    served.party.look_for_lists()
    assert [one for one in await soon(heard(hub)) if isinstance(one, Lists)] == [Lists([encoded])]
    assert await soon(heard(desk)) == [], "it is told nothing, and has no link"
    await hub.close()
    await desk.close()
