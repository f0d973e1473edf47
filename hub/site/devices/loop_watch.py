"""How long the hub's event loop is held: a measuring aid for `demado bench devices`, off unless asked for.

A timer that should come every ten milliseconds comes late by as long as something held the loop. On a busy machine the
process also waits for a processor; that time the kernel tells (schedstat, its second number), and it is not the hub's.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

TICK_S: Final = 0.01

LONG_MS: Final = 50.0
"""What no device's fault may hold the loop for: a key at a terminal is answered in that order of time."""

SCHEDSTAT: Final = Path("/proc/thread-self/schedstat")


class LoopWatch:
    """Runs beside everything else on the loop it watches."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self.long = 0
        """How often the loop was held longer than LONG_MS."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch(), name="loop watch")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def take(self) -> dict[str, object]:
        """The longest time in ms and the count of long ones since it was last asked."""
        longest, long = self.longest_ms, self.long
        self.longest_ms, self.long = 0.0, 0
        return {"longest_ms": round(longest, 1), "long": long}

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, waited = loop.time() + TICK_S, waited_s()
            await asyncio.sleep(TICK_S)
            held_ms = 1000 * (loop.time() - due - (waited_s() - waited))
            self.longest_ms = max(self.longest_ms, held_ms)
            self.long += held_ms > LONG_MS


def waited_s() -> float:
    """Seconds that this thread has stood in line for a processor; 0 where the kernel does not say."""
    try:
        return int(SCHEDSTAT.read_bytes().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
