"""A terminal's report of its hub, handed to the office over a line of its own: the hub that it accuses does not carry it."""

from __future__ import annotations

import asyncio

from sync.clock import real_ms
from sync.keys.party import Party
from sync.link.link import LinkClosed, connect, dial
from sync.messages import Reported, Waiting, WaitingWanted

ANSWER_S = 30.0
"""An office that has not answered for so long is taken for gone."""


async def tell_office(url: str, party: Party, report: bytes) -> None:
    """Returns once the office has durably kept the report (or holds one that says as much); LinkClosed, PeerRefused."""
    socket = await dial(url)
    try:
        link = await connect(socket, party, real_ms, expect={"office"})
        await link.send(Reported(report))
        await link.send(WaitingWanted())  # messages are answered in turn: with this answer the one before is done
        async with asyncio.timeout(ANSWER_S):
            while not isinstance(await link.receive(), Waiting):
                pass  # lists come in between
    except TimeoutError as error:
        raise LinkClosed(peer=url) from error
    finally:
        await socket.close()
