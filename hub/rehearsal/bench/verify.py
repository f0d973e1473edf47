"""`demado verify` of a long record, every check: signatures a processor second, against bare verification."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from hub.rehearsal.bench.limits import Beside, one_processor
from hub.rehearsal.bench.made import Maker
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import installed, new_plan
from hub.rehearsal.processes import python, uninterrupted
from sync.clock import real_ms

ENTRIES = 100_000
LEAST_OF_BARE = 0.7
TURN_S = 0.25
"""How long it works before it stands still while the bare calls have a fifth of that: a shared machine's speed changes by
half within a minute, and what came before or after it says nothing."""


def _in_turns(command: Sequence[str], environment: dict[str, str], beside: Beside) -> tuple[int, float, float]:
    """Run a command, standing still for a stretch of bare verification now and then: its status, processor and wall s."""
    wall_s, begun = 0.0, time.perf_counter()
    process: subprocess.Popen[bytes] | None = None
    try:
        with uninterrupted():
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            time.sleep(TURN_S)
            os.kill(process.pid, signal.SIGSTOP)  # not send_signal, which would take its end from wait4
            wall_s += time.perf_counter() - begun
            beside.stretch(TURN_S / 5)
            begun = time.perf_counter()
            os.kill(process.pid, signal.SIGCONT)
    except BaseException:
        if process is not None:
            process.kill()  # whoever breaks this off leaves nothing behind that stands still for ever
        raise
    _, status, used = ended
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_utime + used.ru_stime, wall_s + time.perf_counter() - begun


def bench(folder: Path, quick: bool) -> Result:
    """A hub's record of finished visits, read from its file by a process of its own, start and all."""
    plan = new_plan(folder)
    maker = Maker(plan, real_ms() - 2 * ENTRIES)
    maker.open()
    maker.up_to(1_000 if quick else ENTRIES)
    path, entries = asyncio.run(maker.write()), maker.frontier.size
    del maker
    environment = installed(folder)
    subprocess.run([sys.executable, "-P", "-c", "import tui.commands.verify, hub.audit.verify"], env=environment)
    beside = Beside()
    with one_processor():
        status, cpu_s, wall_s = _in_turns([*python(), "tui", "verify", str(path)], environment, beside)
    return Result(
        "verify",
        (
            Line("verify.bare", "署名の検証だけ", "bare verification", 1 / beside.verify_s, "/s/core"),
            Line("verify.rate", "demado verify（全検査）", "demado verify, every check", entries / cpu_s, "/s/core"),
            Line("verify.wall", "　経過時間あたり", "  by the clock", entries / wall_s, "/s"),
            Line(
                "verify.of_bare",
                "　比",
                "  ratio",
                entries / cpu_s * beside.verify_s,
                "x",
                at_least=LEAST_OF_BARE,
            ),
        ),
        {"the_record_holds": status == 0},
    )
