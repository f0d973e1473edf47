"""A full day does not slow the hub down: two hubs in turns, one with 20,000 finished tickets, one with none."""

from __future__ import annotations

import asyncio
import statistics
from contextlib import ExitStack
from pathlib import Path

from hub.rehearsal.bench.made import Maker
from hub.rehearsal.bench.readback import read_back
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import crowd, new_plan, opened, running
from hub.rehearsal.bench.traffic import Slice
from hub.rehearsal.bench.watched import TICK_S, cpu_s
from sync.clock import real_ms
from sync.record.file import RECORD

OLD_TICKETS = 20_000
LEAST_KEPT = 0.9
"""The rate falls by less than a tenth."""

PER_TICKET = 5
"""Milliseconds of the made record's clock that one ticket takes, with its share of reports."""


def bench(folder: Path, quick: bool) -> Result:
    """Slices alternate between the two hubs and change order each round; the middle of the rounds' ratios counts."""
    old, rounds, seconds = (200, 1, 0.2) if quick else (OLD_TICKETS, 9, 1.5)
    empty, full = new_plan(folder / "empty"), new_plan(folder / "full")
    maker = Maker(full, real_ms() - old * PER_TICKET)
    maker.open()
    maker.ended(old)
    maker.keep_snapshot()
    asyncio.run(maker.write())
    told: dict[str, list[tuple[int, str, str]]] = {"empty": [], "full": []}
    rates: dict[str, list[float]] = {"empty": [], "full": []}
    costs: dict[str, list[float]] = {"empty": [], "full": []}
    refused = 0
    with ExitStack() as stack:
        hubs = {"empty": stack.enter_context(running(empty)), "full": stack.enter_context(running(full))}
        opened(empty, hubs["empty"])
        crowds = {
            name: stack.enter_context(crowd(plan, hubs[name].url, processes=1, clients=8, following=0))
            for name, plan in (("empty", empty), ("full", full))
        }
        for number in range(-1, rounds):
            for name in ("empty", "full") if number % 2 else ("full", "empty"):
                before = cpu_s(hubs[name].process.pid)
                (traffic,) = crowds[name].ask(Slice(seconds))
                cost = max(TICK_S, cpu_s(hubs[name].process.pid) - before)  # less than a tick is not seen
                told[name].extend(traffic.done)
                refused += len(traffic.refused)
                if number >= 0:  # the first round warms both
                    rates[name].append(len(traffic.done) / traffic.seconds)
                    costs[name].append(cost / len(traffic.done))
    checks = {"nothing_refused": not refused}
    for name, plan in (("empty", empty), ("full", full)):
        back = asyncio.run(read_back(plan.home("hub") / RECORD, told[name]))
        checks |= {f"{name}.{check}": held for check, held in back.checks.items()}
    kept = statistics.median(full / empty for full, empty in zip(rates["full"], rates["empty"], strict=True))
    return Result(
        "oldday",
        (
            Line(
                "oldday.empty", "朝の状態での操作", "rate with no old ticket", statistics.median(rates["empty"]), "/s"
            ),
            Line(
                "oldday.full",
                f"終わった札が{old:,}枚ある日の操作",
                f"rate with {old:,} old tickets",
                statistics.median(rates["full"]),
                "/s",
            ),
            Line("oldday.kept", "　比", "  ratio", kept, "x", at_least=LEAST_KEPT),
            Line(
                "oldday.cpu",
                "　ハブのCPU／操作の比",
                "  hub CPU a command, ratio",
                sum(costs["full"]) / sum(costs["empty"]),
                "x",
                note="steadier than the rate where others use the machine",
            ),
        ),
        checks,
    )
