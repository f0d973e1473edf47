"""A server on an open network: strangers are few, from one address fewer, and gone soon; who is let in stays."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from hub.event_loop import new_loop
from sync.errors import Malformed
from sync.link import door as door_module
from sync.link.door import Door, Limits

PATIENCE_S = 60.0

Loop = Callable[[], asyncio.AbstractEventLoop]

LOOPS: list[Loop] = [asyncio.new_event_loop, new_loop]
"""Python's own, and the one that daemons run on: their transports differ."""


@asynccontextmanager
async def served(limits: Limits) -> AsyncIterator[tuple[Door, int]]:
    """A door in front of a server that lets in whoever says the word."""
    door = Door(limits)

    async def talk(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        transport = request.transport
        await ws.prepare(request)
        match (await ws.receive()).data:
            case "the word":
                door.let_in(transport)
                await ws.send_str("come in")
                await ws.receive()
            case str() as said:
                door.refuse(transport, request.remote, Malformed(said=said))
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


async def refused(session: aiohttp.ClientSession, port: int) -> bool:
    """Say something else than the word, and hang up at once; whether somebody has heard it."""
    try:
        async with session.ws_connect(f"http://127.0.0.1:{port}/") as ws:
            await ws.send_str("let me in")
            await ws.receive()
            return True
    except aiohttp.ClientError:
        return False


@pytest.mark.parametrize("loop", LOOPS, ids=["asyncio", "daemons'"])
def test_who_was_refused_keeps_the_place_after_hanging_up_and_the_log_stays_short(
    loop: Loop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sync.link.door.REFUSED_S", 600)

    async def tried() -> None:
        limits = Limits(most=50, most_from_one=12, seconds=600)
        async with served(limits) as (door, port), aiohttp.ClientSession() as session:
            assert [await refused(session, port) for _ in range(15)] == [True] * 12 + [False] * 3
            assert set(door.turned_away) == {"127.0.0.1"}
            assert door.refused == {("127.0.0.1", Malformed.code): 12}
            elsewhere, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))
            writer.write(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"404" in await asyncio.wait_for(elsewhere.readline(), PATIENCE_S)
            writer.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(tried())
    said = [record.getMessage() for record in caplog.records if "was not let in" in record.getMessage()]
    assert len(said) == 2 and Malformed.code in said[0] and "(10 times)" in said[1]


async def test_after_a_while_who_was_refused_is_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.link.door.REFUSED_S", 0.1)
    limits = Limits(most=1, most_from_one=1, seconds=600)
    async with served(limits) as (_, port), aiohttp.ClientSession() as session:
        for _ in range(2):
            async with asyncio.timeout(PATIENCE_S):
                while not await refused(session, port):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)


@pytest.mark.parametrize("loop", LOOPS, ids=["asyncio", "daemons'"])
def test_a_silent_stranger_is_sent_away_on_either_loop(loop: Loop) -> None:
    async def silent() -> None:
        async with served(Limits(most=4, most_from_one=4, seconds=0.2)) as (_, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await asyncio.wait_for(gone(reader), PATIENCE_S)
            writer.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(silent())


UNREAD = 60_000
"""Bytes that fit no small socket, and stay below what a server waits at."""


@asynccontextmanager
async def talked_to_without_end(
    limits: Limits, *, let_in: bool
) -> AsyncIterator[tuple[Door, int, set[asyncio.Transport]]]:
    """A door in front of a server that says more than the sockets hold, and goodbye; the connections it has said that on."""
    door, left = Door(limits), set()

    async def say(request: web.Request) -> web.Response:
        assert request.transport is not None
        left.add(request.transport)
        response = web.Response(body=bytes(UNREAD))
        if let_in:
            door.let_in(request.transport)
            await response.prepare(request)
            await response.write_eof()
            door.see_off(request.transport)
        response.force_close()
        return response

    app = web.Application()
    app.router.add_get("/", say)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    assert runner.server is not None
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    listening.setblocking(False)
    door.attend(listening, runner.server)
    try:
        yield door, listening.getsockname()[1], left
    finally:
        await door.close()
        await runner.cleanup()


def deaf(port: int) -> socket.socket:
    """Somebody who asks and does not read the answer."""
    came = socket.socket()
    came.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    came.connect(("127.0.0.1", port))
    came.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    came.setblocking(False)
    return came


async def two_who_do_not_read(port: int, left: set[asyncio.Transport]) -> tuple[socket.socket, socket.socket]:
    """Two to whom the server has said goodbye, and has not got rid of it."""
    both = deaf(port), deaf(port)
    async with asyncio.timeout(PATIENCE_S):
        while len(left) < 2 or not all(one.is_closing() for one in left):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return both


@pytest.mark.parametrize("let_in", [False, True])
@pytest.mark.parametrize("loop", LOOPS, ids=["asyncio", "daemons'"])
def test_who_does_not_read_the_goodbye_is_a_stranger_still(loop: Loop, let_in: bool) -> None:
    async def full() -> None:
        limits = Limits(most=2, most_from_one=2, seconds=600)
        async with talked_to_without_end(limits, let_in=let_in) as (door, port, left):
            held = await two_who_do_not_read(port, left)
            assert all(one.get_write_buffer_size() for one in left), "there is something that they do not read"
            beyond, _ = await asyncio.open_connection("127.0.0.1", port)
            assert await gone(beyond)
            assert door.turned_away == {"127.0.0.1": 1}
            for one in held:
                one.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(full())


@pytest.mark.parametrize("let_in", [False, True])
@pytest.mark.parametrize("loop", LOOPS, ids=["asyncio", "daemons'"])
def test_who_does_not_read_the_goodbye_is_cut_off_at_the_deadline(loop: Loop, let_in: bool) -> None:
    async def cut() -> None:
        limits = Limits(most=2, most_from_one=2, seconds=0.2)
        async with talked_to_without_end(limits, let_in=let_in) as (_, port, left):
            held = await two_who_do_not_read(port, left)
            async with asyncio.timeout(PATIENCE_S):
                while True:  # whoever comes is heard once those two have gone
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    with contextlib.suppress(ConnectionError):
                        if b"200 OK" in await reader.readline():
                            break
                    writer.close()
                    await asyncio.sleep(0.02)
            writer.close()
            for one in held:
                reader, _ = await asyncio.open_connection(sock=one)
                came = 0
                with contextlib.suppress(ConnectionError):
                    while data := await asyncio.wait_for(reader.read(UNREAD), PATIENCE_S):
                        came += len(data)
                assert came < UNREAD, "the rest was dropped with the connection"

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(cut())


async def test_how_often_who_was_refused_is_remembered_of_so_many_addresses_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door_module, "REFUSED_TOLD", 100)
    door = Door(Limits(4, 2, 10.0))
    for number in range(1_000):
        door.refuse(None, f"10.0.{number // 250}.{number % 250}", Malformed(said="x"))
        assert len(door.refused) <= 100
    await door.close()
