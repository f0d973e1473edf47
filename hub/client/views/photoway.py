"""The photo as a terminal sees it: the picture of the shot it asked for, in memory, until the hub says that it is over."""

from __future__ import annotations

import asyncio
import os
from typing import Protocol

from sync import messages
from sync.errors import SyncError
from sync.messages import Message, PhotoShown


class PhotoNotHere(SyncError):
    """The hub shows no picture of this shot to this terminal."""

    code = "photo.not_here"
    ja = "この端末に出せる写真がありません。"
    en = "There is no picture for this terminal to show."
    todo_ja = "撮った端末で見るか、F6 で撮り直してください。"
    todo_en = "Look at the terminal that took it, or take another (F6)."


class Line(Protocol):
    """What this needs of a hub's client."""

    async def send(self, message: Message) -> None: ...


class PhotoWay:
    """Holds at most one picture. AnswerLost's kin: PhotoNotHere where the link broke before the hub answered."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._waiting: dict[bytes, asyncio.Future[PhotoShown]] = {}
        self.shown: PhotoShown | None = None

    async def look(self, shot: int) -> PhotoShown:
        """The picture of that shot; PhotoNotHere, NotConnected."""
        return await self._ask(messages.PhotoWanted(os.urandom(16), shot))

    async def crop(self, shot: int, box: tuple[int, int, int, int]) -> PhotoShown:
        """Have it cut anew: left, top, width, height in px of the frame; what comes back is what was cut."""
        left, top, width, height = box
        return await self._ask(messages.PhotoCrop(os.urandom(16), shot, left, top, width, height))

    def let_go(self) -> None:
        """Nobody looks at it here any more."""
        self.shown = None

    def take(self, message: PhotoShown | messages.PhotoGone) -> Message | None:
        """The hub has answered, or says that a picture is over; what to tell it."""
        if isinstance(message, messages.PhotoGone):
            if self.shown is not None and self.shown.shot == message.shot:
                self.let_go()
            return messages.PhotoDropped(message.shot)
        waiting = self._waiting.pop(message.id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        return None

    def broken(self) -> None:
        """The link has gone, and the picture with it."""
        self.let_go()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(PhotoNotHere())
        self._waiting.clear()

    async def _ask(self, question: messages.PhotoWanted | messages.PhotoCrop) -> PhotoShown:
        waiting: asyncio.Future[PhotoShown] = asyncio.get_running_loop().create_future()
        self._waiting[question.id] = waiting
        try:
            await self._line.send(question)
            shown = await waiting
        finally:
            self._waiting.pop(question.id, None)
        if not shown.preview:
            raise PhotoNotHere
        self.shown = shown
        return shown
