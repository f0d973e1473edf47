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
    # Far longer than a busy machine keeps a process waiting: what that adds is then seen to be no part of it.
    time.sleep(0.6)  # noqa: ASYNC251  # to hold the loop is the point
    await asyncio.sleep(0.03)
    held = watch.take()
    assert held["long"] != 0 and 500 <= float(str(held["longest_ms"]))
    assert watch.take() == {"longest_ms": 0.0, "long": 0}
    await asyncio.to_thread(time.sleep, 0.6)
    beside = watch.take()
    assert float(str(beside["longest_ms"])) < float(str(held["longest_ms"])) and LONG_MS < 100
    await watch.stop()
