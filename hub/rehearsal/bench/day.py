"""A whole rehearsed day: a hundred people in two lanes, as fast as it goes."""

from __future__ import annotations

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
    people, out = (4 if quick else PEOPLE), folder / "out"
    arguments = ["--contract", CONTRACT, "--people", str(people), "--seed", "1", "--speed", "max", "--headless"]
    begun = time.perf_counter()
    done = subprocess.run(
        [*python(), "tui", "rehearse", *arguments, "--out", str(out)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    seconds = time.perf_counter() - begun
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
            Line("day.entries", "　記録の件数", "  entries", entries, ""),
            Line("day.per_entry", "　1件あたり", "  a piece", seconds / entries * 1e3, "ms"),
        ),
        {f"invariant.{name}": bool(held) for name, held in invariants.items()},
    )
