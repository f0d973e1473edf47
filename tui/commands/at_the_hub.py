"""A command that signs at a hub: the link to it, and the person whose key is kept in this terminal's folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.console import unlock

if TYPE_CHECKING:
    from hub.client.link.connection import HubClient
    from sync.keys.party import Person

HUB_S = 15.0
"""A hub on this network answers within a second; one that has just been switched on needs some."""


@asynccontextmanager
async def at_the_hub(home: Path, address: str) -> AsyncIterator[HubClient]:
    """The terminal's link to its hub, live, closed at the end; NotConnected, or why the hub is not believed."""
    from hub.client.link.connection import HubClient
    from hub.client.link.connection_state import NotConnected
    from sync.keys.party import Party
    from tui.hub_address import typed_url

    client = await HubClient.open(typed_url(address), Party.load(home), wait=False)
    try:
        try:
            async with asyncio.timeout(HUB_S):
                await client.until(lambda: client.connected)
        except TimeoutError:
            raise client.problem or NotConnected(url=address) from None
        yield client
    finally:
        await client.close()


async def unlocked(client: HubClient, home: Path, person: str, words: str) -> Person:
    """The person's key, opened with the passphrase; BadParameter for nobody of this site."""
    who = next((one for one in client.people if one.person == person), None)
    if who is None:
        raise click.BadParameter(f"{person}: この会場の人ではありません / nobody of this site", param_hint="--person")
    return await asyncio.to_thread(unlock, home, who, words)
