"""A server's door on an open network: so many strangers at a time, so many from one address, each for so long.

A stranger is whoever has not proved who they are: an idle connection as much as a slow request or a hello that does not
come. Connections beyond the limits are closed before a byte of them is read. Who is let in does not count any more.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter

import msgspec

from sync.errors import SyncError
from sync.link.http import web

log = logging.getLogger(__name__)

WAITING = 128
"""Connections that the kernel holds until they are looked at; more are refused by it."""

PAUSE_S = 0.5
"""After the machine had no room for a connection (file descriptors), it is given time to get some."""


REFUSED_TOLD = 10_000
"""Addresses of which is known how often they were refused: who has more of them is told of anew, and fills no memory."""

REFUSED_S = 2.0
"""Who was not let in keeps their place so long, also if they hang up: to look at what one says costs a server more than it
costs them to say it."""


class Limits(msgspec.Struct, frozen=True):
    """How many strangers, in all and from one address, and for how many seconds each."""

    most: int
    most_from_one: int
    seconds: float


class _Stranger(msgspec.Struct, frozen=True):
    host: str
    late: asyncio.TimerHandle
    refused: bool = False


class Door:
    """Hands connections of a listening socket to a web server, and closes those of strangers who are too many or too slow."""

    def __init__(self, limits: Limits) -> None:
        self.turned_away: Counter[str] = Counter()
        """Connections that were closed unheard, by address."""
        self.refused: Counter[tuple[str, str]] = Counter()
        """Peers that were heard and not let in, by address and reason."""
        self._limits = limits
        self._strangers: dict[asyncio.Transport, _Stranger] = {}
        self._accepting: asyncio.Task[None] | None = None
        self._listening: socket.socket | None = None

    def open(self, host: str, port: int, server: web.Server) -> tuple[str, int]:
        """Listen at an address (port 0: any), in this loop; where that is. OSError if it cannot be listened at."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=WAITING)
        listening.setblocking(False)
        self.attend(listening, server)
        where = listening.getsockname()
        return str(where[0]), int(where[1])

    def attend(self, listening: socket.socket, server: web.Server) -> None:
        """Take connections from a socket that listens already and does not block; it is closed with the door."""
        self._listening = listening
        self._accepting = asyncio.create_task(self._accept(listening, server), name="door")

    def let_in(self, transport: asyncio.Transport | None) -> None:
        """Whoever speaks over this connection has proved who they are."""
        if transport is not None:
            self._forget(transport)

    def refuse(self, transport: asyncio.Transport | None, host: str | None, why: Exception) -> None:
        """Whoever speaks over this connection is not let in; the log hears of the first at an address, the tenth, ..."""
        host, reason = host or "?", why.code if isinstance(why, SyncError) else type(why).__name__
        if len(self.refused) >= REFUSED_TOLD:
            self.refused.clear()
        self.refused[host, reason] += 1
        count = self.refused[host, reason]
        if count == 10 ** (len(str(count)) - 1):
            silent = isinstance(why, TimeoutError)
            log.warning("a peer at %s was not let in%s: %s", host, "" if count == 1 else f" ({count} times)",
                        f"it said nothing for {self._limits.seconds:.0f} s" if silent else why,
                        exc_info=None if silent or isinstance(why, SyncError) else why)  # fmt: skip
        if transport is not None:
            self._forget(transport)
            self._keep_in_sight(transport, host, REFUSED_S, refused=True)

    def see_off(self, transport: asyncio.Transport | None) -> None:
        """Close a connection that was let in: what it has not read within a stranger's time is dropped with it."""
        if transport is None:
            return
        transport.close()
        if transport.get_write_buffer_size() and transport not in self._strangers:
            address = transport.get_extra_info("peername")
            self._keep_in_sight(transport, str(address[0]) if address else "?", self._limits.seconds)

    async def close(self) -> None:
        """Listen no more; who is in stays in, strangers go."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
        if self._listening is not None:
            self._listening.close()
        for transport in tuple(self._strangers):
            self._shut_out(transport)

    async def _accept(self, listening: socket.socket, server: web.Server) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                came, address = await loop.sock_accept(listening)
            except OSError as error:
                log.warning("no connection can be taken: %s", error)
                await asyncio.sleep(PAUSE_S)
                continue
            host = str(address[0])
            if not self._has_room(host):
                came.close()
                continue
            try:
                transport, _ = await loop.connect_accepted_socket(server, came)
            except OSError:  # it has gone again
                came.close()
                continue
            self._keep_in_sight(transport, host, self._limits.seconds)

    def _keep_in_sight(self, transport: asyncio.Transport, host: str, seconds: float, *, refused: bool = False) -> None:
        late = asyncio.get_running_loop().call_later(seconds, self._shut_out, transport)
        self._strangers[transport] = _Stranger(host, late, refused)

    def _has_room(self, host: str) -> bool:
        # Who does not read what was said holds a descriptor until the deadline, however soon the server has closed.
        for transport, stranger in tuple(self._strangers.items()):
            if transport.is_closing() and not transport.get_write_buffer_size() and not stranger.refused:
                self._forget(transport)
        from_here = sum(stranger.host == host for stranger in self._strangers.values())
        if len(self._strangers) < self._limits.most and from_here < self._limits.most_from_one:
            return True
        if len(self.turned_away) >= REFUSED_TOLD:
            self.turned_away.clear()
        self.turned_away[host] += 1
        if self.turned_away[host] == 1:  # an attack must not fill the log either
            log.warning("%s is not heard: %d strangers are at the door, %d of them from there",
                        host, len(self._strangers), from_here)  # fmt: skip
        return False

    def _shut_out(self, transport: asyncio.Transport) -> None:
        self._forget(transport)
        transport.abort()  # asked of no class: libuv's transports, which daemons have, are none of asyncio's

    def _forget(self, transport: asyncio.Transport) -> None:
        stranger = self._strangers.pop(transport, None)
        if stranger is not None:
            stranger.late.cancel()
