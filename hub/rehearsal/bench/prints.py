"""How soon a photo's page is in the printer's queue after "print": a real CUPS, and paper that goes nowhere.

Measured by a process of drivers/photo_printer, as this room loads no driver.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from hub.rehearsal.bench.result import Line, Result

MOST_S = 0.3
PATIENCE_S = 120.0


class Timing(msgspec.Struct, frozen=True):
    """What the process prints: drivers/photo_printer/timing.py tells each field."""

    cups: bool
    submitted_ms: float
    sheet_ms: float
    left: int


def bench(folder: Path, quick: bool) -> Result:
    """Nine pages, quick three; nothing where CUPS or pycups is not there, or this is not root."""
    done = subprocess.run(
        [sys.executable, "-m", "drivers.photo_printer.timing", "3" if quick else "9"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=folder,
        capture_output=True,
        timeout=PATIENCE_S,
        check=True,
    )
    took = msgspec.json.decode(done.stdout, type=Timing)
    if not took.cups:
        absent = "測っていません：CUPS・pycups・root がいります / not measured: needs CUPS, pycups and root"
        return Result("prints", (Line("prints.submitted", "「印刷」からCUPSの列まで", "", 0.0, "s", note=absent),))
    return Result(
        "prints",
        (
            Line(
                "prints.submitted",
                "「印刷」からCUPSの列まで",
                "print to CUPS's queue",
                took.submitted_ms / 1e3,
                "s",
                at_most=MOST_S,
            ),
            Line("prints.sheet", "　うち紙面づくり", "  making the sheet", took.sheet_ms / 1e3, "s"),
        ),
        {"no_page_is_left_in_the_spool": took.left == 0},
    )
