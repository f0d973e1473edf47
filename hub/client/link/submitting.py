"""Sending a command and waiting for what became of it: once, in the order kept, and never behind the person's back."""

from __future__ import annotations

import asyncio
import logging

from hub.client.link.commands import Commands, Done
from hub.client.link.connection_state import NotConnected
from hub.client.link.linking import Linking
from hub.domain.refusal import Refusal
from sync.errors import SyncError
from sync.keys.party import LockedPerson
from sync.link.link import Link
from sync.messages import Submit
from sync.record.command import Signed

log = logging.getLogger(__name__)


class Submitting:
    """What leaves this terminal for the hub, over as many links as it takes."""

    def __init__(self, linking: Linking, commands: Commands) -> None:
        self._linking = linking
        self._commands = commands
        self._sending = asyncio.Lock()
        self._introduced: set[bytes] = set()
        """Certificates under which the hub has made an entry: its record holds them, they need not go along again."""

    async def send(
        self, identifier: bytes, signed: Signed, certificates: list[bytes], at_ms: int | None, who: LockedPerson | None
    ) -> Done | Refusal:
        """Send a signed command, and return what became of it; NotConnected if there is no link now, NotRecorded."""
        if not self._linking.can_send():
            raise NotConnected(url=self._linking.url)
        async with self._sending:  # in the order in which they are kept: by it a hub is judged
            pending = await self._commands.begin(identifier, signed, certificates, at_ms, who)
            if not self._linking.can_send():
                self._commands.give_up(identifier)  # the hub has gone meanwhile, and nothing was sent
                raise NotConnected(url=self._linking.url)
            introduced = bool(certificates) and certificates[0] in self._introduced
            try:
                await self._linking.send(Submit(signed, [] if introduced else certificates, at_ms, who))
            except SyncError:
                log.info("the link broke while sending; the command goes again with the next link")
        try:
            answer = await pending.answer
        finally:
            self._commands.end(identifier)
        if certificates and isinstance(answer, Done):
            self._introduced.add(certificates[0])
        return answer

    async def again(self, link: Link, now_s: float) -> None:
        """Send once more, over a new link, what the one before broke under: the hub knows each by its id."""
        for pending in self._commands.again(now_s):
            await link.send(Submit(pending.signed, pending.certificates, pending.at_ms, pending.who))
