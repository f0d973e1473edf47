"""Looking through the camera before a still is taken: what comes is masked already, and is kept by nobody."""

from __future__ import annotations

import asyncio
import os
from typing import Protocol

from sync import messages
from sync.errors import SyncError
from sync.messages import Message, StillShown


class StillNotHere(SyncError):
    """The hub cannot show what the camera sees."""

    code = "still.not_here"
    ja = "カメラの画面を出せません。"
    en = "What the camera sees cannot be shown."
    todo_ja = "つながりとカメラを確かめ、もう一度押してください。"
    todo_en = "Check connection and camera, then try again."


class Line(Protocol):
    """What this needs of a hub's client."""

    async def send(self, message: Message) -> None: ...


class StillWay:
    """Asks the hub for one masked look at a time."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._waiting: dict[bytes, asyncio.Future[StillShown]] = {}

    async def look(self, request: int, subject: str) -> StillShown:
        """What the camera sees of this, masked; its `why` names the refusal or fault where there is none.

        NotConnected; StillNotHere where the link broke before the hub answered.
        """
        wanted = messages.StillWanted(os.urandom(16), request, subject)
        waiting: asyncio.Future[StillShown] = asyncio.get_running_loop().create_future()
        self._waiting[wanted.id] = waiting
        try:
            await self._line.send(wanted)
            return await waiting
        finally:
            self._waiting.pop(wanted.id, None)

    def take(self, message: StillShown) -> None:
        """The hub has answered."""
        waiting = self._waiting.get(message.id)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def broken(self) -> None:
        """The link has gone."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(StillNotHere())
