"""The hub's doors: /link for terminals and desks, /board for the waiting room's screen, /health for people."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from importlib import resources

import msgspec
from aiohttp import web

from sync.errors import SyncError
from sync.link import WEBSOCKET_BYTES, Link, accept, server_socket
from sync.party import Party

log = logging.getLogger(__name__)

HELLO_S = 10.0
"""A peer that has not proved who it is within this time is shut out: strangers must not hold doors open."""

TICK_S = 1.0
"""The board's heartbeat; the page calls itself old after five missed."""

BOARD_PAUSE_S = 0.2
"""At most five pictures a second: people read no faster, and a busy hub must not draw for each command."""

BOARD_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

FILES = {"board.html": "text/html", "board.css": "text/css", "board.js": "text/javascript"}


class BoardFeed:
    """Tells every open board page when there is something new to show."""

    def __init__(self) -> None:
        self._changed: set[asyncio.Event] = set()

    def changed(self) -> None:
        for event in self._changed:
            event.set()

    async def beats(self) -> AsyncIterator[bool]:
        """True when the board changed (and at the start), False for a heartbeat."""
        event = asyncio.Event()
        event.set()
        self._changed.add(event)
        try:
            while True:
                try:
                    await asyncio.wait_for(event.wait(), TICK_S)
                except TimeoutError:
                    yield False
                    continue
                event.clear()
                yield True
                await asyncio.sleep(BOARD_PAUSE_S)
        finally:
            self._changed.discard(event)


class Doors:
    """The hub's web application."""

    def __init__(
        self,
        party: Party,
        clock: Callable[[], int],
        allow: frozenset[str],
        serve: Callable[[Link], asyncio.Task[None]],
        feed: BoardFeed,
        board: Callable[[], msgspec.Struct],
        health: Callable[[], dict[str, object]],
    ) -> None:
        self._party = party
        self._clock = clock
        self._allow = allow
        self._serve = serve
        self._feed = feed
        self._board = board
        self._health = health
        self._open: set[asyncio.Task[None]] = set()
        self.app = web.Application()
        self.app.add_routes(
            [
                web.get("/link", self._link),
                web.get("/board", self._board_page),
                web.get("/board/events", self._board_events),
                web.get("/board/{file}", self._board_file),
                web.get("/health", self._health_page),
            ]
        )
        self.app.on_shutdown.append(self._shut)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=WEBSOCKET_BYTES, heartbeat=5.0, compress=False)
        await ws.prepare(request)
        try:
            link = await asyncio.wait_for(
                accept(server_socket(ws), self._party, self._clock, allow=self._allow), HELLO_S
            )
        except (SyncError, TimeoutError) as error:
            log.warning("a peer at %s was not let in: %s", request.remote, error)
            await ws.close()
            return ws
        task = self._serve(link)
        self._open.add(task)
        try:
            await task
        finally:
            self._open.discard(task)
        return ws

    async def _board_page(self, _: web.Request) -> web.Response:
        raise web.HTTPFound("/board/board.html")  # the page's links are relative to its folder

    async def _board_file(self, request: web.Request) -> web.Response:
        name = request.match_info["file"]
        if name not in FILES:
            raise web.HTTPNotFound
        return _file(name)

    async def _board_events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **BOARD_HEADERS})
        await response.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            async for changed in self._feed.beats():
                if changed:
                    data = b"data: " + msgspec.json.encode(self._board()) + b"\n\n"
                else:
                    data = b'event: tick\ndata: {"at_ms": %d}\n\n' % self._clock()
                await response.write(data)
        except ConnectionError:
            pass
        finally:
            self._open.discard(task)
        return response

    async def _health_page(self, _: web.Request) -> web.Response:
        return web.json_response(self._health())

    async def _shut(self, _: web.Application) -> None:
        for task in list(self._open):
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=2)


def _file(name: str) -> web.Response:
    body = resources.files("hub.site").joinpath("board").joinpath(name).read_bytes()
    return web.Response(body=body, content_type=FILES[name], charset="utf-8", headers=BOARD_HEADERS)
