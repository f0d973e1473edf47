"""The two ends of an identity check as programs on machines of their own: a booth (hub and terminal), and a desk.

`python -m tests.hub.client.desk.two_ends booth FOLDER ADDRESS COUNT`, `... officer FOLDER URL`. Both say lines of JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path

from hub.client.link.connection_state import NotConnected
from hub.domain.identity.identity import Outcome, RequestState
from tests.hub.client.sites import Site, done, soon

PIECE = 65_536


def say(what: object) -> None:
    print(json.dumps(what), flush=True)


async def forward(address: str, port: int) -> asyncio.Server:
    """Let a practice hub, which serves on loopback alone, be reached at this machine's address: bytes are copied."""

    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await source.read(PIECE):
                sink.write(piece)
                await sink.drain()
        sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, outside = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copy(reader, outside), copy(inside, writer))

    return await asyncio.start_server(serve, address, port)


async def booth(folder: Path, address: str, count: int) -> None:
    """Say where the hub is, and when told to ask the city for one applicant after the other: request, asked at, answered at."""
    site = Site(folder)
    await site.start()
    server = await forward(address, site.port)
    try:
        await site.open_day(officers=False)
        say(f"ws://{address}:{site.port}/link")
        await asyncio.to_thread(sys.stdin.readline)
        terminal = site.terminal
        assert terminal is not None

        async def decided(request: int) -> None:
            await soon(terminal.until(lambda: terminal.booth.identity.requests[request].state is RequestState.DECIDED))

        for _ in range(count):
            visit = await site.visit()
            asked_s = time.monotonic()
            request = await site.ask_city(visit)
            await decided(request)
            say([request, asked_s, time.monotonic()])
            await site.finish(visit)
        await asyncio.to_thread(sys.stdin.readline)
    finally:
        server.close()
        await site.stop()


async def officer(folder: Path, url: str) -> None:
    """Come on duty, and confirm whatever comes as soon as it is shown: request, shown at; until killed."""
    site = Site(folder)
    desk, who = site.desk(), site.world.officers[0]
    await soon(desk.join_hub(url))
    done(await soon(desk.attend(who, True)))
    say("on duty")
    seen: set[int] = set()
    while True:
        await desk.until(lambda: any(one.id not in seen for one in desk.requests))
        request = next(one for one in desk.requests if one.id not in seen)
        seen.add(request.id)
        say([request.id, time.monotonic()])
        points = tuple(point for point, _, _ in desk.points(request))

        async def look(id: int = request.id) -> None:
            with contextlib.suppress(NotConnected):
                await desk.take_up(id, who)

        # As at the desk's screen: the booth is told that somebody looks, and the decision does not wait for that.
        _, decided = await asyncio.gather(look(), desk.decide(request.id, who, Outcome.CONFIRMED, points))
        done(decided)


if __name__ == "__main__":
    role, folder, where, *count = sys.argv[1:]
    asyncio.run(booth(Path(folder), where, int(*count)) if role == "booth" else officer(Path(folder), where))
