"""The event loop that daemons and the rehearsal's actors run on: libuv's, where it is there.

Every command crosses the hub's loop some ten times (socket, tasks, the disk's thread and back), and in asyncio's own loop
that is Python; libuv's took a tenth off the processor time of a command. Nothing else differs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


def new_loop() -> asyncio.AbstractEventLoop:
    """A new loop of the kind that this machine has the faster of."""
    if sys.platform != "linux":  # there are no wheels for Windows, where these are only ever tried
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


def run_on_it(main: Coroutine[object, object, T]) -> T:
    """As asyncio.run()."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(main)
