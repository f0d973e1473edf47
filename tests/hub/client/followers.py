"""What the tests of a hub's client wait for, and a hub process that starts again."""

from __future__ import annotations

from hub.client.link.connection import HubClient
from hub.domain import codec
from hub.domain.booth import Booth
from tests.hub.site.hubs import Site, soon


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
