"""The loop that daemons run on."""

from __future__ import annotations

import asyncio
import sys

import pytest

from hub.event_loop import run_on_it


async def the_loop_after() -> str:
    await asyncio.to_thread(lambda: None)
    return type(asyncio.get_running_loop()).__module__.partition(".")[0]


def test_a_daemon_runs_on_the_faster_loop_where_there_is_one() -> None:
    assert run_on_it(the_loop_after()) == ("uvloop" if sys.platform == "linux" else "asyncio")


def test_what_ends_a_daemon_reaches_who_started_it() -> None:
    async def fails() -> None:
        raise OSError("the disk")

    with pytest.raises(OSError, match="the disk"):
        run_on_it(fails())
