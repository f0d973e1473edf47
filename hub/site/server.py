"""The hub's doors: /link for terminals and desks, /pair for a new terminal, /board for the waiting room's screen,
/health for people."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from importlib import resources

import msgspec

from sync.keys.introductions import adopt, apart
from sync.keys.party import Party
from sync.link.door import Door, Limits
from sync.link.http import aiohttp, web
from sync.link.link import WEBSOCKET_BYTES, Link, Socket, accept, server_socket

HELLO_S = 10.0
"""A peer that has not proved who it is within this time is shut out: strangers must not hold doors open."""

CLOSE_S = 1.0
"""How long the door waits for a peer's goodbye; a stop of the hub must not hang on a terminal that sleeps."""

STRANGERS = Limits(most=64, most_from_one=32, seconds=HELLO_S)
"""Connections of whoever has proved nothing: three times the terminals of a site that come back together after a restart,
and from one machine half of that, so that a laptop in the waiting room leaves room for the terminals."""

MOST_CALLERS, MOST_CALLERS_FROM_ONE = 8, 4
"""New terminals at the door at one time: one is heard, the others are told to wait."""

CALLER_BYTES = 4096
"""What a new terminal says is a few hundred bytes; nobody who has proved nothing may send more."""

MOST_BOARDS, MOST_BOARDS_FROM_ONE = 16, 8
"""Pages that show the board: a screen or two, and a few curious; each is drawn for five times a second."""

TICK_S = 1.0
"""The board's heartbeat; the page calls itself old after five missed."""

BOARD_PAUSE_S = 0.2
"""At most five pictures a second: people read no faster, and a busy hub must not draw for each command."""

BOARD_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
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

    async def beats(self) -> AsyncGenerator[bool]:
        """True when the board changed (and at the start), False for a heartbeat."""
        event = asyncio.Event()
        event.set()
        self._changed.add(event)
        try:
            while True:
                try:
                    async with asyncio.timeout(TICK_S):
                        await event.wait()
                except TimeoutError:
                    yield False
                    continue
                event.clear()
                yield True
                await asyncio.sleep(BOARD_PAUSE_S)
        finally:
            self._changed.discard(event)


class Places:
    """So many at one time, in all and from one address; whoever comes beyond that is told to come again (503)."""

    def __init__(self, most: int, most_from_one: int) -> None:
        self._most = most
        self._most_from_one = most_from_one
        self._taken: Counter[str] = Counter()

    @contextlib.contextmanager
    def one(self, request: web.Request) -> Iterator[None]:
        """One place while the block runs."""
        host = request.remote or "?"
        if self._taken.total() >= self._most or self._taken[host] >= self._most_from_one:
            raise web.HTTPServiceUnavailable
        self._taken[host] += 1
        try:
            yield
        finally:
            self._taken[host] -= 1
            if not self._taken[host]:
                del self._taken[host]


class Doors:
    """The hub's web application, and the door before it that keeps strangers few and short."""

    def __init__(
        self,
        party: Party,
        clock: Callable[[], int],
        board_clock: Callable[[], int],
        allow: frozenset[str],
        serve: Callable[[Link], asyncio.Task[None]],
        feed: BoardFeed,
        board: Callable[[], msgspec.Struct],
        health: Callable[[], dict[str, object]],
        pair: Callable[[Socket, str], Awaitable[None]],
    ) -> None:
        self._party = party
        self._clock = clock
        """The machine's time, in which links live; the board shows the record's, which a rehearsal simulates."""
        self._board_clock = board_clock
        self._allow = allow
        self._serve = serve
        self._feed = feed
        self._board = board
        self._health = health
        self._pair = pair
        self.door = Door(STRANGERS)
        self._callers = Places(MOST_CALLERS, MOST_CALLERS_FROM_ONE)
        self._boards = Places(MOST_BOARDS, MOST_BOARDS_FROM_ONE)
        self._open: set[asyncio.Task[None]] = set()
        self.app = web.Application()
        self.app.add_routes(
            [
                web.get("/link", self._link),
                web.get("/pair", self._pairing),
                web.get("/board", self._board_page),
                web.get("/board/events", self._board_events),
                web.get("/board/{file}", self._board_file),
                web.get("/health", self._health_page),
            ]
        )
        self.app.on_shutdown.append(self._shut)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(timeout=CLOSE_S, max_msg_size=WEBSOCKET_BYTES, heartbeat=5.0, compress=False)
        link = await self._let_in(ws, request)
        if link is not None:
            self.door.let_in(request.transport)
            task = self._serve(link)
            self._open.add(task)
            try:
                await task
            finally:
                self._open.discard(task)
        if ws.close_code in (None, aiohttp.WSCloseCode.ABNORMAL_CLOSURE) and request.transport is not None:
            request.transport.abort()  # it has not said goodbye: what is still buffered for it goes to nobody
        return ws

    async def _let_in(self, ws: web.WebSocketResponse, request: web.Request) -> Link | None:
        """The link to a peer that has proved who it is; of all others nothing is kept but a line in the log."""
        transport = request.transport  # asked now: it is None for who has hung up
        await ws.prepare(request)
        party = apart(self._party)
        try:
            async with asyncio.timeout(HELLO_S):
                link = await accept(server_socket(ws), party, self._clock, allow=self._allow)
                # A terminal that was stolen at another booth of the contract follows nothing here.
                link.peer.need_site(party.deployment.site)
        except Exception as error:  # whatever a stranger sends must not reach further than this door
            self.door.refuse(transport, request.remote, error)
        else:
            adopt(self._party.trust, party.trust, self._clock())
            self._party.take_lists(party.trust.lists())
            return link
        await ws.close()
        return None

    async def _pairing(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(timeout=CLOSE_S, max_msg_size=CALLER_BYTES, heartbeat=5.0, compress=False)
        if not ws.can_prepare(request):  # it stays a stranger, whom the door sends away
            raise web.HTTPBadRequest
        with self._callers.one(request), self._staying(request):
            await ws.prepare(request)
            await self._pair(server_socket(ws), request.remote or "?")
            await ws.close()
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
        with (
            self._boards.one(request),
            self._staying(request),
            contextlib.suppress(ConnectionError),
        ):  # the page has gone
            await response.prepare(request)
            async with contextlib.aclosing(self._feed.beats()) as beats:
                async for changed in beats:
                    await response.write(self._picture() if changed else self._tick())
        return response

    @contextlib.contextmanager
    def _staying(self, request: web.Request) -> Iterator[None]:
        """A connection that lasts: it has its place, so the door does not shut it out, and a stop of the hub ends it."""
        task = asyncio.current_task()
        assert task is not None
        self.door.let_in(request.transport)
        self._open.add(task)
        try:
            yield
        finally:
            self._open.discard(task)
            self.door.see_off(request.transport)  # its place is another's now, and the door has forgotten it

    def _picture(self) -> bytes:
        return b"data: " + msgspec.json.encode(self._board()) + b"\n\n"

    def _tick(self) -> bytes:
        return b'event: tick\ndata: {"at_ms": %d}\n\n' % self._board_clock()

    async def _health_page(self, _: web.Request) -> web.Response:
        return web.json_response(self._health(), headers={"Cache-Control": "no-store"})

    async def _shut(self, _: web.Application) -> None:
        for task in list(self._open):
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=CLOSE_S)


def _file(name: str) -> web.Response:
    body = resources.files("hub.site").joinpath("board").joinpath(name).read_bytes()
    return web.Response(body=body, content_type=FILES[name], charset="utf-8", headers=BOARD_HEADERS)
