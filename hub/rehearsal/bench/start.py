"""How soon a hub serves with a long day behind it, after a clean stop and after kill -9, and what memory it takes."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from hub.client.link.connection import HubClient
from hub.rehearsal.bench.made import Maker
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import new_plan, start_hub
from hub.rehearsal.bench.watched import pss_mib
from hub.rehearsal.deployment import Plan
from sync.clock import real_ms

ENTRIES = 50_000
SINCE_SNAPSHOT = 9_900
"""A running hub keeps a snapshot each 10,000 entries: killed just before the next one it has this much to fold again."""

MOST_START_S = 2.0
MOST_MIB = 150.0


async def _welcomed(plan: Plan, url: str, size: int) -> bool:
    """A first terminal with nothing comes in; whether it then shows the whole record's state."""
    client = await HubClient.open(url, plan.party("terminal-1"))
    shown = client.connected and client.size >= size
    await client.close()
    return shown


def _start(plan: Plan, size: int, *, kill: bool) -> tuple[float, float, float, bool]:
    """Seconds until the hub says that it serves and until a first terminal is live; its memory; whether all is there."""
    begun = time.perf_counter()
    hub = start_hub(plan, "--watch-loop")  # its memory may be read
    try:
        serving = time.perf_counter() - begun
        shown = asyncio.run(_welcomed(plan, hub.url, size))
        welcomed = time.perf_counter() - begun
        memory = pss_mib(hub.process.pid)
        if kill:
            hub.process.kill()
            hub.process.wait()
    finally:
        hub.stop()
    entries = hub.said.get("entries")  # it may have written one more itself: a root-signed list that it took over
    return serving, welcomed, memory, shown and isinstance(entries, int) and entries >= size


def bench(folder: Path, quick: bool) -> Result:
    """Each kind of start several times; the middle one counts."""
    size, since, times = (600, 200, 1) if quick else (ENTRIES, SINCE_SNAPSHOT, 5)
    plan = new_plan(folder)
    maker = Maker(plan, real_ms() - 2 * size)
    maker.open()
    maker.up_to(size - since)
    maker.keep_snapshot()
    maker.up_to(size)
    asyncio.run(maker.write())
    size = maker.frontier.size
    del maker
    if not quick:
        _start(plan, size, kill=True)  # the first is slower
    killed = [_start(plan, size, kill=True) for _ in range(times)]
    _start(plan, size, kill=False)  # the clean stop keeps a snapshot at the end
    clean = [_start(plan, size, kill=False) for _ in range(times)]
    lines: list[Line] = []
    for name, ja, en, runs in (
        ("clean", "正常終了のあと", "after a clean stop", clean),
        ("killed", "強制終了のあと", "after kill -9", killed),
    ):
        serving, welcomed = (statistics.median(run[at] for run in runs) for at in (0, 1))
        lines += [
            Line(
                f"start.{name}_serving",
                f"{size:,}件の記録で起動 {ja}",
                f"{size:,} entries, {en}: serving",
                serving,
                "s",
            ),
            Line(f"start.{name}", "　最初の端末に表示", "  first terminal live", welcomed, "s", at_most=MOST_START_S),
        ]
    memory = max(run[2] for run in (*killed, *clean))
    lines.append(Line("start.memory", "メモリー（PSS）", "memory (PSS)", memory, "MiB", at_most=MOST_MIB))
    return Result("start", tuple(lines), {"every_entry_is_there": all(run[3] for run in (*killed, *clean))})
