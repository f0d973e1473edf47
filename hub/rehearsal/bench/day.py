"""A whole rehearsed day: a hundred people in two lanes, as fast as it goes."""

from __future__ import annotations

import resource
import subprocess
import time
from pathlib import Path

import msgspec

from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.processes import environment, python

CONTRACT = "chiba"
PEOPLE = 100
MOST_S = 20.0

PATIENCE_S = 300.0
"""A day that takes longer is broken, not slow."""


def bench(folder: Path, quick: bool) -> Result:
    """`demado rehearse --headless --speed max` in a process of its own; the clock on the wall."""
    people, out = (1 if quick else PEOPLE), folder / "out"
    arguments = ["--contract", CONTRACT, "--people", str(people), "--seed", "1", "--speed", "max", "--headless"]
    begun, spent_before = time.perf_counter(), _processor_s()
    done = subprocess.run(
        [*python(), "tui", "rehearse", *arguments, "--out", str(out)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    seconds, spent = time.perf_counter() - begun, _processor_s() - spent_before
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace")[-600:]
        return Result("day", fault=f"rehearse ended with {done.returncode}: {said}")
    summary = msgspec.json.decode((out / "summary.json").read_bytes(), type=dict[str, object])
    entries = summary["entries"]
    invariants = summary["invariants"]
    assert isinstance(entries, int) and isinstance(invariants, dict)
    return Result(
        "day",
        (
            Line(
                "day.seconds",
                f"千葉市の1日（{people}人）",
                f"a Chiba day ({people} people)",
                seconds,
                "s",
                at_most=None if quick else MOST_S,
            ),
            # What a machine with other work shows beside it: the seconds on the wall are then the other work's too.
            Line("day.processor_s", "　プロセッサーの時間", "  processor time, all processes", spent, "s"),
            Line("day.entries", "　記録の件数", "  entries", entries, ""),
            Line("day.per_entry", "　1件あたり", "  a piece", seconds / entries * 1e3, "ms"),
        ),
        {f"invariant.{name}": bool(held) for name, held in invariants.items()},
    )


def _processor_s() -> float:
    """Processor seconds of every process that we have started and that has ended, with theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
