"""The hub's time: the machine's clock, or, in a training deployment alone, one that the rehearsal moves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from sync.clock import real_ms

BeforeMove = Callable[[int], Awaitable[int | None]]
"""Does what falls due first up to a time and says when that was, or None when nothing is left to do."""


class Clock(Protocol):
    def now_ms(self) -> int:
        """Wall time in ms since the epoch, UTC."""

    def monotonic_ms(self) -> int: ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return real_ms()

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000


class SimulatedClock:
    """Stands still until it is moved, and never moves back. What falls due on the way happens at its own time."""

    def __init__(self, start_ms: int) -> None:
        self._now = start_ms
        self._start = start_ms
        self.before_move: BeforeMove | None = None
        self._moving = asyncio.Lock()

    def now_ms(self) -> int:
        return self._now

    def monotonic_ms(self) -> int:
        return self._now - self._start

    async def advance(self, to_ms: int) -> None:
        """Move to `to_ms`, stopping at each thing that falls due before it."""
        async with self._moving:  # two who move it at once must not both do what falls due
            while self.before_move is not None and self._now < to_ms:
                due_ms = await self.before_move(to_ms)
                if due_ms is None:
                    break
            self._now = max(self._now, to_ms)

    def set(self, at_ms: int) -> None:
        """The moment of something that falls due."""
        self._now = max(self._now, at_ms)
