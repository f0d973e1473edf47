"""Who may see a picture, and who still has it on a screen: one terminal, and it says when it has let go."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

from sync import messages
from sync.messages import Message

DROPPED_S = 2.0
"""A terminal lets go of a preview in milliseconds; one that does not answer is cut off, and has lost it with its link."""


class Peer(Protocol):
    """A linked terminal."""

    def post(self, message: Message) -> None: ...
    def drop(self, why: str) -> None: ...


class Viewers:
    """The terminal of the newest shot. `key_of`: the terminal behind a link, which stays itself over a broken one."""

    def __init__(self, key_of: Callable[[object], bytes]) -> None:
        self._key_of = key_of
        self._asker: tuple[int, bytes] = (-1, b"")
        """A shot, and the key of the terminal that asked for it."""
        self._seeing: set[Peer] = set()
        """Links over which its picture was shown, and which have not said that they let go of it."""
        self._how = "unused"
        self._changed = asyncio.Event()

    def asked(self, shot: int, origin: object | None) -> None:
        """The shutter was asked for over this link."""
        self._asker, self._how = (shot, self._key_of(origin) if origin is not None else b""), "unused"

    def may_see(self, peer: Peer, shot: int) -> bool:
        """Whether this link is the terminal's that asked for that shot."""
        return (shot, self._key_of(peer)) == self._asker

    def sees(self, peer: Peer) -> None:
        """The picture goes out over this link."""
        self._seeing.add(peer)

    def let_go(self, peer: Peer, how: str) -> None:
        """It is not there any more: "confirmed" by the terminal, or "gone" with its link."""
        if peer in self._seeing:
            self._seeing.discard(peer)
            self._how = how if self._how != "gone" else "gone"
            self._changed.set()

    async def emptied(self, shot: int) -> str:
        """Have everybody let go; how that is known, as photo.EMPTIED says it of a terminal."""
        for peer in tuple(self._seeing):
            peer.post(messages.PhotoGone(shot))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DROPPED_S):
                while self._seeing:
                    self._changed.clear()
                    await self._changed.wait()
        for peer in tuple(self._seeing):
            peer.drop("it does not let go of a photo")
            self.let_go(peer, "gone")
        return self._how
