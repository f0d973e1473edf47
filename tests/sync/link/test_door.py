"""A server on an open network: strangers are few, from one address fewer, and gone soon; who is let in stays."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from sync.link.door import Door, Limits

PATIENCE_S = 60.0


@asynccontextmanager
async def served(limits: Limits) -> AsyncIterator[tuple[Door, int]]:
    """A door in front of a server that lets in whoever says the word."""
    door = Door(limits)

    async def talk(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        if (await ws.receive()).data == "the word":
            door.let_in(request.transport)
            await ws.send_str("come in")
            await ws.receive()
        return ws

    app = web.Application()
    app.router.add_get("/", talk)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    assert runner.server is not None
    try:
        yield door, door.open("127.0.0.1", 0, runner.server)[1]
    finally:
        await door.close()
        await runner.cleanup()


async def gone(reader: asyncio.StreamReader) -> bool:
    """Whether the other side has closed, once it says so."""
    try:
        return await asyncio.wait_for(reader.read(), PATIENCE_S) == b""
    except ConnectionError:
        return True


async def test_beyond_so_many_strangers_nobody_is_heard_and_who_is_in_stays() -> None:
    async with served(Limits(most=3, most_from_one=3, seconds=60)) as (door, port), aiohttp.ClientSession() as session:
        inside = await session.ws_connect(f"http://127.0.0.1:{port}/")
        await inside.send_str("the word")
        assert (await inside.receive()).data == "come in"
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        beyond, _ = await asyncio.open_connection("127.0.0.1", port)
        assert await gone(beyond)
        assert door.turned_away == {"127.0.0.1": 1}
        for _, writer in idle[:2]:
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(PATIENCE_S):
            while True:  # there is room again, once the server has noticed
                try:
                    other = await session.ws_connect(f"http://127.0.0.1:{port}/")
                    break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        await other.send_str("the word")
        assert (await other.receive()).data == "come in"
        assert not inside.closed


async def test_one_address_does_not_take_all_the_room() -> None:
    async with served(Limits(most=50, most_from_one=2, seconds=60)) as (door, port):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        beyond, _ = await asyncio.open_connection("127.0.0.1", port)
        assert await gone(beyond)
        elsewhere, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))
        writer.write(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"404" in await asyncio.wait_for(elsewhere.readline(), PATIENCE_S)
        assert set(door.turned_away) == {"127.0.0.1"}
        for _, held in idle:
            held.close()


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_stranger_who_says_nothing_or_says_it_slowly_is_shut_out(said: bytes) -> None:
    async with served(Limits(most=3, most_from_one=3, seconds=0.2)) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        assert await gone(reader)


async def test_who_is_let_in_stays_beyond_the_strangers_time() -> None:
    limits = Limits(most=3, most_from_one=3, seconds=0.3)
    async with served(limits) as (_, port), aiohttp.ClientSession() as session:
        async with session.ws_connect(f"http://127.0.0.1:{port}/") as inside:
            await inside.send_str("the word")
            assert (await inside.receive()).data == "come in"
            reader, _ = await asyncio.open_connection("127.0.0.1", port)
            assert await gone(reader)  # a stranger who came later has gone by now
            await inside.ping()
            assert not inside.closed


@pytest.mark.skipif(sys.platform != "linux", reason="libuv's loop has wheels for Linux here")
def test_a_silent_stranger_is_sent_away_on_the_loop_that_daemons_run_on_too() -> None:
    import uvloop

    async def silent() -> None:
        async with served(Limits(most=4, most_from_one=4, seconds=0.2)) as (_, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await asyncio.wait_for(gone(reader), PATIENCE_S)
            writer.close()

    for loop in (asyncio.new_event_loop, uvloop.new_event_loop):
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(silent())
