"""The camera's live picture as a terminal sees it: the newest frame, in memory, until nobody looks any more."""

from __future__ import annotations

import asyncio
import os

from hub.client.views.photoway import Line, PhotoNotHere
from sync import messages
from sync.messages import LiveFrame, Message


class LiveWay:
    """Holds at most one frame."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._waiting: dict[bytes, asyncio.Future[LiveFrame]] = {}
        self.frame: LiveFrame | None = None

    async def look(self, visit: int) -> LiveFrame:
        """The next frame of this visit's live picture, or `why` there is none; the hub says when it is time for it.

        PhotoNotHere where the link broke before the hub answered, NotConnected.
        """
        question = messages.LookThrough(os.urandom(16), visit)
        waiting: asyncio.Future[LiveFrame] = asyncio.get_running_loop().create_future()
        self._waiting[question.id] = waiting
        try:
            await self._line.send(question)
            frame = await waiting
        finally:
            self._waiting.pop(question.id, None)
        return frame

    async def away(self, visit: int) -> None:
        """Nobody looks any more: let go of the frame, and tell the hub. NotConnected."""
        self._let_go()
        for id, waiting in self._waiting.items():
            if not waiting.done():
                waiting.set_result(LiveFrame(id, visit, b"", PhotoNotHere.code))
        self._waiting.clear()
        await self._line.send(messages.LookedAway(visit))

    def take(self, message: LiveFrame | messages.LookAway) -> Message | None:
        """The hub has answered, or says that it is over; what to tell it."""
        if isinstance(message, messages.LookAway):
            self._let_go()
            return messages.LookedAway(message.visit)
        waiting = self._waiting.pop(message.id, None)
        if waiting is not None and not waiting.done():
            self.frame = message if message.jpeg else None
            waiting.set_result(message)
        return None  # one that nobody waits for any more is not kept: away() has told the hub, or the hub will ask

    def broken(self) -> None:
        """The link has gone, and the frame with it."""
        self._let_go()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(PhotoNotHere())
        self._waiting.clear()

    def _let_go(self) -> None:
        self.frame = None
