"""The loop watch tells what held the loop, and not what merely took long beside it."""

from __future__ import annotations

import asyncio
import time

from hub.site.devices.loop_watch import LONG_MS, LoopWatch


async def test_what_holds_the_loop_is_told_once_and_what_runs_beside_it_is_not() -> None:
    watch = LoopWatch()
    watch.start()
    await asyncio.sleep(0.05)
    watch.take()
    time.sleep(0.12)  # noqa: ASYNC251  # to hold the loop is the point
    await asyncio.sleep(0.03)
    held = watch.take()
    assert held["long"] == 1 and 100 <= float(str(held["longest_ms"]))
    await asyncio.to_thread(time.sleep, 0.12)
    beside = watch.take()
    assert float(str(beside["longest_ms"])) < float(str(held["longest_ms"])) and LONG_MS < 100
    await watch.stop()
