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


class Screens:
    """The links over which something was shown, and which have not said yet that they let go of it."""

    def __init__(self) -> None:
        self._seeing: set[Peer] = set()
        self.how = "unused"
        """How the last one let go, as photo.EMPTIED says it of a terminal."""
        self._changed = asyncio.Event()

    def sees(self, peer: Peer) -> None:
        """It goes out over this link."""
        self._seeing.add(peer)

    def let_go(self, peer: Peer, how: str) -> None:
        """It is not there any more: "confirmed" by the terminal, or "gone" with its link."""
        if peer in self._seeing:
            self._seeing.discard(peer)
            self.how = how if self.how != "gone" else "gone"
            self._changed.set()

    async def emptied(self, over: Message) -> str:
        """Have everybody let go, by this message; how that is known. Who does not answer is cut off."""
        for peer in tuple(self._seeing):
            peer.post(over)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DROPPED_S):
                while self._seeing:
                    self._changed.clear()
                    await self._changed.wait()
        for peer in tuple(self._seeing):
            peer.drop("it does not let go of a photo")
            self.let_go(peer, "gone")
        return self.how


class Viewers:
    """The terminal of the newest shot. `key_of`: the terminal behind a link, which stays itself over a broken one."""

    def __init__(self, key_of: Callable[[object], bytes]) -> None:
        self._key_of = key_of
        self._asker: tuple[int, bytes] = (-1, b"")
        """A shot, and the key of the terminal that asked for it."""
        self._screens = Screens()

    def asked(self, shot: int, origin: object | None) -> None:
        """The shutter was asked for over this link."""
        self._asker = (shot, self._key_of(origin) if origin is not None else b"")
        self._screens.how = "unused"

    def may_see(self, peer: Peer, shot: int) -> bool:
        """Whether this link is the terminal's that asked for that shot."""
        return (shot, self._key_of(peer)) == self._asker

    def sees(self, peer: Peer) -> None:
        """The picture goes out over this link."""
        self._screens.sees(peer)

    def let_go(self, peer: Peer, how: str) -> None:
        """It is not there any more: "confirmed" by the terminal, or "gone" with its link."""
        self._screens.let_go(peer, how)

    async def emptied(self, shot: int) -> str:
        """Have everybody let go; how that is known, as photo.EMPTIED says it of a terminal."""
        return await self._screens.emptied(messages.PhotoGone(shot))
