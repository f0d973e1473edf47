"""Issue and call: how fast while twenty terminals work calmly, how many when eight ask without a pause."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hub.rehearsal.bench.limits import Limits, measure_limits
from hub.rehearsal.bench.readback import read_back
from hub.rehearsal.bench.result import Line, Result, at
from hub.rehearsal.bench.site import crowd, new_plan, opened, running
from hub.rehearsal.bench.traffic import Slice, Traffic
from hub.rehearsal.bench.watched import cpu_s
from sync.record.file import RECORD

OFFERED = 50.0
TERMINALS = 20
SATURATING = 8
LATENCY_SYNCS = 5
LATENCY_MORE_S = 0.015
LEAST_RATE = 400
CPU_OVER_BARE = 3

WARM_S = 0.5
"""The first commands build caches on both sides; they are not counted."""


class Load(msgspec.Struct, frozen=True):
    """What one hub did in one stretch, seen from outside."""

    commands: int
    seconds: float
    latencies_s: list[float]
    hub_s: float
    """Processor seconds of the hub."""
    sealed: int
    commits: int
    own: int
    """Entries of the hub's own: reports of what became of effects."""
    refused: int
    told: list[tuple[int, str, str]]

    @property
    def rate(self) -> float:
        return self.commands / self.seconds

    def bare_s(self, limits: Limits) -> float:
        """Processor seconds of the libsodium calls that this work needs, and nothing else.

        Each command: its envelope opened and its own signature verified. Each message to a client: sealed. Each commit:
        a checkpoint signed. Each entry of the hub's own: signed and verified like anybody's.
        """
        return (
            self.commands * (limits.unseal_s + limits.verify_s)
            + self.sealed * limits.seal_s
            + self.commits * limits.sign_s
            + self.own * (limits.sign_s + limits.verify_s)
        )


def load_of(traffic: Sequence[Traffic], hub_s: float) -> Load:
    """What all load processes saw together in one slice."""
    told = [one for part in traffic for one in part.done]
    sizes = {size for part in traffic for size in part.sizes}
    span = max(sizes, default=0) - min(sizes, default=0)
    return Load(
        commands=len(told),
        seconds=max(part.seconds for part in traffic),
        latencies_s=[one for part in traffic for one in part.latencies_s],
        hub_s=hub_s,
        sealed=sum(part.received for part in traffic),
        commits=len(sizes),
        own=max(0, span + 1 - len(told)),
        refused=sum(len(part.refused) for part in traffic),
        told=told,
    )


def run_load(
    folder: Path, asked: Slice, *, processes: int, clients: int, following: int
) -> tuple[Load, dict[str, bool]]:
    """One stretch against a hub of its own, then its record read back. `following` clients of each process follow."""
    plan = new_plan(folder)
    with running(plan) as hub:
        opened(plan, hub)
        with crowd(plan, hub.url, processes=processes, clients=clients, following=following) as terminals:
            warm = terminals.ask(Slice(WARM_S, asked.rate))
            before = cpu_s(hub.process.pid)
            traffic = terminals.ask(asked)
            load = load_of(traffic, cpu_s(hub.process.pid) - before)
            told = [one for part in warm for one in part.done] + load.told
    back = asyncio.run(read_back(plan.home("hub") / RECORD, told))
    return load, {**back.checks, "nothing_refused": not load.refused}


def bench(folder: Path, quick: bool) -> Result:
    """Both stretches, each against the limits measured right before and right after it."""
    seconds, processes = (0.5, 1) if quick else (10.0, 2)
    before = measure_limits(folder, quick=quick)
    calm, calm_checks = run_load(
        folder / "offered", Slice(seconds, OFFERED), processes=processes, clients=TERMINALS, following=1
    )
    between = measure_limits(folder, quick=quick)
    busy, busy_checks = run_load(folder / "saturated", Slice(seconds), processes=1, clients=SATURATING, following=1)
    limits = between.and_then(measure_limits(folder, quick=quick))
    syncs = before.and_then(between).sync_p99_s
    allowed = LATENCY_SYNCS * syncs + LATENCY_MORE_S
    ratio = busy.hub_s / busy.bare_s(limits)
    return Result(
        "commands",
        (
            Line("commands.offered", "20端末で毎秒50操作", "20 terminals, 50/s: rate", calm.rate, "/s"),
            Line("commands.p50", "　返事まで 中央値", "  answer p50", at(calm.latencies_s, 0.5) * 1e3, "ms"),
            Line(
                "commands.p99",
                "　返事まで 99%",
                "  answer p99",
                at(calm.latencies_s, 0.99) * 1e3,
                "ms",
                at_most=allowed * 1e3,
                note=f"5 x fdatasync p99 {syncs * 1e3:.2f} ms + 15 ms",
            ),
            Line(
                "commands.rate",
                "8端末が休みなく操作",
                "8 clients without a pause",
                busy.rate,
                "/s",
                at_least=LEAST_RATE,
            ),
            Line("commands.busy_p99", "　返事まで 99%", "  answer p99", at(busy.latencies_s, 0.99) * 1e3, "ms"),
            Line(
                "commands.batch", "　1回の確定あたり", "  commands a commit", busy.commands / max(1, busy.commits), ""
            ),
            Line("commands.cpu", "　ハブのCPU／操作", "  hub CPU a command", busy.hub_s / busy.commands * 1e6, "us"),
            Line(
                "commands.cpu_over_bare",
                "　素の暗号計算との比",
                "  over bare libsodium",
                ratio,
                "x",
                at_most=CPU_OVER_BARE,
                note=f"bare {busy.bare_s(limits) / busy.commands * 1e6:.0f} us a command",
            ),
        ),
        {
            **{f"offered.{name}": held for name, held in calm_checks.items()},
            **{f"saturated.{name}": held for name, held in busy_checks.items()},
        },
    )
