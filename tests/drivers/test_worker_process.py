"""A driver's own process: each number of a file that is closed with it is closed once, on either loop."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from drivers.worker_process import WorkerProcess
from hub.event_loop import new_loop

ROOT = Path(__file__).resolve().parents[2]

ECHO = """
import sys
import msgspec
from drivers.worker_process import serve

class Heard(msgspec.Struct):
    size: int

serve(int(sys.argv[1]), lambda body: Heard(len(body)))
"""

LOOPS = {"asyncio": asyncio.new_event_loop, "daemons'": new_loop}


class Said(msgspec.Struct):
    words: str


async def asked_and_killed(folder: Path, times: int) -> None:
    """Start a worker, ask it, kill it; again and again, once while it is silent."""
    worker = WorkerProcess("echo", 100, {"PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)])})
    for _ in range(times):
        await worker.start()
        said = msgspec.msgpack.decode(await worker.exchange(Said("a" * 200_000), 60))
        assert said["size"] > 200_000
        await worker.kill()
        await asyncio.sleep(0)  # the loop closes what is left in its next round
        await asyncio.sleep(0)
    await worker.start()
    await worker.start()
    await worker.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "echo.py").write_text(ECHO)
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_killed_worker_leaves_no_file_open(folder: Path, loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def counted() -> None:
        await asked_and_killed(folder, 1)  # what the loop itself opens at the first process stays open
        await asyncio.sleep(0.1)
        before = len(os.listdir("/proc/self/fd"))
        await asked_and_killed(folder, 3)
        async with asyncio.timeout(60):
            while len(os.listdir("/proc/self/fd")) > before:  # noqa: ASYNC110  # the loop closes them, which tells nobody
                await asyncio.sleep(0.02)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(counted())


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
@pytest.mark.parametrize("loop", LOOPS)
def test_a_killed_workers_files_are_closed_once(folder: Path, loop: str) -> None:
    # A number that is closed a second time may be another file's by then: a record's, or the vault's.
    program = (
        "import asyncio, pathlib, sys\n"
        "from tests.drivers.test_worker_process import LOOPS, asked_and_killed\n"
        "with asyncio.Runner(loop_factory=LOOPS[sys.argv[1]]) as runner:\n"
        "    runner.run(asked_and_killed(pathlib.Path(sys.argv[2]), 3))\n"
    )
    trace = folder / "trace"
    command = ["strace", "-o", str(trace), "-e", "trace=close", sys.executable, "-c", program, loop, str(folder)]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    if not trace.exists() or "close(" not in trace.read_text():
        pytest.skip("strace may not look into processes here")
    assert ended.returncode == 0
    assert not re.findall(r"close\(\d+\) += -1 EBADF", trace.read_text())
