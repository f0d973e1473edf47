"""One scheduler for all actors: simulated time, one actor at a time, so that the same seed plays the same day.

An actor is a coroutine that acts and then sleeps. Only one of them runs between two sleeps; who wakes next is the one
whose time comes first, and among equals the one who fell asleep first. Real time enters only as a pace.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable, Coroutine

TICK_S = 0.25
"""How often a paced clock is moved on screens that watch: four times a second looks alive and costs nothing."""

STEP_S = 3.0
"""How far a paced clock is moved at once: what somebody did a moment ago must not be ten seconds old at the next step."""


class Scheduler:
    """Runs actors in simulated time. `speed`: simulated seconds a second; None: as fast as the hub answers."""

    def __init__(
        self, start_ms: int, speed: float | None = None, on_tick: Callable[[int], Awaitable[None]] | None = None
    ) -> None:
        self.now_ms = start_ms
        self.speed = speed
        self._on_tick = on_tick
        self._asleep: list[tuple[int, int, asyncio.Future[None]]] = []
        self._slept = 0
        self._turn_over = asyncio.Event()
        self._actors: set[asyncio.Task[None]] = set()
        self._ended: list[asyncio.Task[None]] = []
        self._reached = float(start_ms)
        """Where the paced clock is, of which `now_ms` is the last thing that happened."""
        self._paced_at = time.monotonic()
        self._slow_until = 0.0

    def spawn(self, actor: Coroutine[object, object, None], name: str) -> None:
        """Add an actor; it begins when its turn comes, after everyone whose turn is now."""
        first = self._bed(self.now_ms)

        async def play() -> None:
            await first
            await actor

        task = asyncio.create_task(play(), name=name)
        self._actors.add(task)
        task.add_done_callback(self._end)

    def _end(self, actor: asyncio.Task[None]) -> None:
        self._ended.append(actor)
        self._turn_over.set()

    async def sleep(self, seconds: float) -> None:
        """Let so much simulated time pass."""
        await self.sleep_until(self.now_ms + round(seconds) * 1000)

    async def sleep_until(self, at_ms: int) -> None:
        """Wait for a simulated time; a time that has passed means after everyone whose turn is now."""
        woken = self._bed(at_ms)
        self._turn_over.set()
        await woken

    def _bed(self, at_ms: int) -> asyncio.Future[None]:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._slept += 1
        heapq.heappush(self._asleep, (max(at_ms, self.now_ms), self._slept, woken))
        return woken

    async def run(self) -> None:
        """Run until every actor has ended; the first actor's exception ends all and is raised."""
        try:
            while self._asleep:
                at_ms, _, woken = heapq.heappop(self._asleep)
                await self._pace(at_ms)
                self.now_ms = at_ms
                self._turn_over.clear()
                woken.set_result(None)
                await self._turn()
        finally:
            for actor in self._actors:
                actor.cancel()
            await asyncio.gather(*self._actors, return_exceptions=True)

    async def _turn(self) -> None:
        """Wait until the actor who was woken sleeps again or has ended."""
        await self._turn_over.wait()
        while self._ended:
            actor = self._ended.pop()
            self._actors.discard(actor)
            actor.result()

    async def _pace(self, at_ms: int) -> None:
        """Wait, at the rehearsal's speed, until it is `at_ms`; the hub's clock moves with us and never past it."""
        if self.speed is None:
            return
        self._flow(self.speed)
        while (left := at_ms - self._reached) > 0:
            slow_s = self._slow_until - self._paced_at
            rate = min(self.speed, 1.0) if slow_s > 0 else self.speed
            await asyncio.sleep(min(left / 1000 / rate, STEP_S / rate, TICK_S, slow_s if slow_s > 0 else TICK_S))
            self._flow(self.speed)
            if self._on_tick is not None and self.now_ms < int(self._reached) < at_ms:
                await self._on_tick(int(self._reached))

    def linger(self, seconds: float) -> None:
        """For so long a person beside the actors is given real seconds: what they did can be taken back in time."""
        self._slow_until = time.monotonic() + seconds

    def _flow(self, speed: float) -> None:
        """Move the paced clock on by the real time since it was moved last."""
        begun, self._paced_at = self._paced_at, time.monotonic()
        slow = max(0.0, min(self._paced_at, self._slow_until) - begun)
        self._reached += (slow * min(speed, 1.0) + (self._paced_at - begun - slow) * speed) * 1000
