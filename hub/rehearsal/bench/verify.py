"""`demado verify` of a long record, every check: signatures a processor second, against bare verification."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from hub.rehearsal.bench.limits import measure_limits
from hub.rehearsal.bench.made import Maker
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import installed, new_plan, now_ms
from hub.rehearsal.processes import python

ENTRIES = 100_000
LEAST_OF_BARE = 0.7


def bench(folder: Path, quick: bool) -> Result:
    """A hub's record of finished visits, read from its file by a process of its own, start and all."""
    plan = new_plan(folder)
    maker = Maker(plan, now_ms() - 2 * ENTRIES)
    maker.open()
    maker.up_to(1_000 if quick else ENTRIES)
    path, entries = asyncio.run(maker.write()), maker.frontier.size
    del maker
    environment = installed(folder)
    subprocess.run([sys.executable, "-P", "-c", "import tui.commands.verify, hub.audit.verify"], env=environment)
    limits = measure_limits(folder, quick=quick)
    begun = time.perf_counter()
    verifier = subprocess.Popen(
        [*python(), "tui", "verify", str(path)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(verifier.pid, 0)
    verifier.returncode = os.waitstatus_to_exitcode(status)
    wall_s, cpu_s = time.perf_counter() - begun, used.ru_utime + used.ru_stime
    limits = limits.and_then(measure_limits(folder, quick=quick))
    return Result(
        "verify",
        (
            Line("verify.bare", "署名の検証だけ", "bare verification", 1 / limits.verify_s, "/s/core"),
            Line("verify.rate", "demado verify（全検査）", "demado verify, every check", entries / cpu_s, "/s/core"),
            Line("verify.wall", "　経過時間あたり", "  by the clock", entries / wall_s, "/s"),
            Line(
                "verify.of_bare",
                "　比",
                "  ratio",
                entries / cpu_s * limits.verify_s,
                "x",
                at_least=LEAST_OF_BARE,
            ),
        ),
        {"the_record_holds": verifier.returncode == 0},
    )
