"""Questions to the hub that wait for the one answer of their kind: certificates handed in, a simulated clock moved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hub.client.link.connection_state import NotConnected
from sync import messages
from sync.keys.party import LockedPerson
from sync.messages import Message


class Answers:
    """Who waits for which. One question of a kind at a time."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self._send = send
        self._renewed: asyncio.Future[messages.Renewed] | None = None
        self._ticked: asyncio.Future[int] | None = None

    async def renew(self, people: list[LockedPerson]) -> messages.Renewed:
        """Hand certificates in; what the hub has kept. NotConnected, LinkClosed."""
        self._renewed = asyncio.get_running_loop().create_future()
        await self._send(messages.Renew(people))
        return await self._renewed

    async def advance(self, at_ms: int) -> None:
        """Move the hub's simulated clock, and wait until it says that it has; NotConnected, LinkClosed."""
        self._ticked = asyncio.get_running_loop().create_future()
        await self._send(messages.Tick(at_ms))
        await self._ticked

    def take(self, answer: messages.Renewed | messages.Ticked) -> None:
        """The hub has answered."""
        if isinstance(answer, messages.Renewed):
            if self._renewed is not None and not self._renewed.done():
                self._renewed.set_result(answer)
        elif self._ticked is not None and not self._ticked.done():
            self._ticked.set_result(answer.at_ms)

    def broken(self, url: str) -> None:
        """The link has gone: whether the certificates were kept is not known here."""
        if self._renewed is not None and not self._renewed.done():
            self._renewed.set_exception(NotConnected(url=url))
