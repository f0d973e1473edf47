"""Every benchmark by its name, in the order in which they run; each is one module with bench(folder, quick)."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import cast

from hub.rehearsal.bench.result import Result

BENCHMARKS = (
    "limits",
    "commands",
    "oldday",
    "start",
    "terminal",
    "catchup",
    "unlock",
    "pairing",
    "ingest",
    "envelope",
    "verify",
    "takeover",
    "photo",
    "prints",
    "calls",
    "devices",
    "day",
)


def measure(name: str, folder: Path, quick: bool) -> Result:
    """Run one benchmark in a folder of its own; what goes wrong in it is its result, and the others still run."""
    folder.mkdir(parents=True, exist_ok=True)
    module = importlib.import_module(f"hub.rehearsal.bench.{name}")
    bench = cast(Callable[[Path, bool], Result], module.bench)
    try:
        return bench(folder, quick)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return Result(name, fault=f"{type(error).__name__} at {place}: {error}")
