"""Deciding a snapshot's past again, behind what is shown: until that is done, a hub's snapshot is only its word."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from hub.client.proof.replica import SLICE, Replica, need_ours
from hub.domain.identity.identity import first_decidable
from sync.errors import SyncError
from sync.link.link import BadMessage, LinkClosed
from sync.messages import Past, PastWanted
from sync.record.merkle import leaf_hash
from sync.record.recent import RecentRoots

ASKED_AT_ONCE = 256
"""Entries: some 50 ms of work here, during which the next piece need not be on its way."""


class Refold:
    """Walks from the first entry to the snapshot's size, over as many links as it takes."""

    def __init__(self, replica: Replica, proved: Callable[[], None], failed: Callable[[SyncError], None]) -> None:
        """`failed` is told why the snapshot is not what the record leads to."""
        self.replica = replica
        self._past = replica.from_first()
        self._roots = RecentRoots(self._past.frontier)
        self._proved = proved
        self._failed = failed
        self._pieces: asyncio.Queue[Past] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self, send: Callable[[PastWanted], Awaitable[None]]) -> None:
        """Go on over this link."""
        self.stop()
        self._pieces = asyncio.Queue()
        self._task = asyncio.create_task(self._walk(send), name="the snapshot's past")

    def stop(self) -> None:
        """The link has ended; what is decided stays."""
        if self._task is not None:
            self._task.cancel()

    def take(self, past: Past) -> None:
        """A piece has come."""
        self._pieces.put_nowait(past)

    async def _walk(self, send: Callable[[PastWanted], Awaitable[None]]) -> None:
        replica, past = self.replica, self._past
        assert replica.provisional is not None
        size = replica.provisional.size
        try:
            while past.size < size:
                await send(PastWanted(past.size, min(ASKED_AT_ONCE, size - past.size)))
                piece = await self._pieces.get()
                if piece.first != past.size or not 0 < len(piece.entries) <= size - past.size:
                    raise BadMessage(peer="hub", why="another piece of the past than asked for")
                for start in range(0, len(piece.entries), SLICE):
                    bodies = piece.entries[start : start + SLICE]
                    self._decide(bodies)
                    await asyncio.sleep(0)
            replica.proved(past, self._roots)
            self._proved()
        except LinkClosed:
            return  # it goes on over the next one
        except SyncError as error:
            self._failed(error)

    def _decide(self, bodies: Sequence[bytes]) -> None:
        past, leaves = self._past, [leaf_hash(body) for body in bodies]
        for _ in past.take_all(bodies, leaves):
            pass
        self._roots.extend(leaves)
        for claim in past.claims:
            need_ours(claim, self._roots.root(claim.size))
        past.claims.clear()
        self._roots.forget_before(first_decidable(past.booth.identity, past.size), past.frontier)
