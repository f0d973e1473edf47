"""Brings a room of pictures to where the record says it should be: at once, and again after whatever failed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from hub.domain import codec
from hub.domain.booth import Command, Event
from hub.site.scribe import Scribe
from sync.errors import SyncError
from sync.record.writer import WriterStopped

AGAIN_S = 1.0
"""What failed is tried again after a second: soon to whoever waits for a picture, slow enough for the log."""


class Upkeep:
    """Runs `settle` whenever look() was called, one at a time."""

    def __init__(self, name: str, scribe: Scribe, settle: Callable[[], Awaitable[None]]) -> None:
        """`name`: of the task and of its log lines."""
        self._log = logging.getLogger(f"{__name__}.{name}")
        self._name = name
        self._scribe = scribe
        self._settle = settle
        self._look = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look for the first time."""
        self._worker = asyncio.create_task(self._work(), name=self._name)
        self.look()

    async def stop(self) -> None:
        """Stop where it is; the next life begins with what is left."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)

    def look(self) -> None:
        """Something may have to be done."""
        self._look.set()

    async def report(self, command: Command) -> tuple[Event, ...]:
        """The events of a report of the hub's own; none where it was refused, or could not be recorded now.

        WriterStopped: nothing more is written in this life.
        """
        try:
            outcome = await self._scribe.act(command)
        except WriterStopped:
            raise
        except SyncError as error:
            self._log.error("%s is not recorded yet: %s", type(command).__name__, error)
            await self.again()
            return ()
        if outcome.index is None:
            self._log.error("%s was refused: %s", type(command).__name__, codec.decode_refusal(outcome.refusal).code)
            return ()
        return codec.decode_events(outcome.events)

    async def _work(self) -> None:
        while True:
            await self._look.wait()
            self._look.clear()
            try:
                await self._settle()
            except WriterStopped:
                return
            except Exception:
                # What fails once is tried again: a picture that nobody destroys would live on. What fails always is in
                # the log once a second, and no day closes over a picture that lives (photo.alive, still.alive).
                self._log.exception("not settled")
                await self.again()

    async def again(self) -> None:
        """Look in a second: what cannot be done yet is tried again."""
        await asyncio.sleep(AGAIN_S)
        self.look()
