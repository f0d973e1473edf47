"""The `demado` command as a process of its own that need not wait for its imports.

Hundreds of tests start a hub, and nine tenths of what that cost was importing the same modules each time. Here one
process (multiprocessing's fork server) has imported them once and forks for every start: another pid, an environment,
descriptors and signals of its own, the command's own `main`; it is killed and waited for like any other. That the command
starts from nothing is shown where that is what is tested: by the rehearsals, the terminal's process, the commands.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO


def takes(environment: Mapping[str, str]) -> bool:
    """Whether a command in this environment can be started here. Windows forks nothing, and what a library preloaded
    changes must be there before the interpreter is: those start one."""
    return "forkserver" in multiprocessing.get_all_start_methods() and "LD_PRELOAD" not in environment


LOADED = [
    *("tests.nursery", "tests.warm", "tui.command", "tui.commands.hub", "tui.commands.office"),
    *("hub.guarded", "hub.site.process", "hub.event_loop", "hub.office.daemon", "uvloop"),
]
"""What a hub and an office import as they start, and the contracts that they read."""

ROOT = str(Path(__file__).resolve().parents[1])


@contextlib.contextmanager
def _rooms_to_be_found() -> Iterator[None]:
    """For the fork server as it starts: it is told no path but this, and takes nothing from the folder it stands in."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = ROOT if before is None else os.pathsep.join((ROOT, before))
    try:
        yield
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _main(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    output: Connection,
    errors: Path | None,
    first: Callable[[], None] | None,
) -> None:
    """In the forked process: run the command."""
    assert sys.modules.keys() >= set(LOADED), "the fork server could not import what it was told to"
    os.dup2(output.fileno(), 1)
    output.close()
    if errors is not None:
        with errors.open("ab") as file:
            os.dup2(file.fileno(), 2)
    # New text streams on the old numbers: what was there belongs to the process that forked.
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["demado", *arguments]
    from tui.command import main

    if first is not None:
        first()
    main(prog_name="demado")


class Forked:
    """One command under way: what subprocess.Popen would be, as far as tests ask."""

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        errors: Path | None = None,
        first: Callable[[], None] | None = None,
    ) -> None:
        """errors: the file that its standard error is written on at the end of; None: where the fork server's goes.
        first: what is called in the process before the command is."""
        asked = dict(os.environ if environment is None else environment)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(LOADED)
        with _rooms_to_be_found():
            forkserver.ensure_running()
        said, says = context.Pipe(duplex=False)
        self._process = context.Process(target=_main, args=(arguments, asked, says, errors, first), daemon=True)
        self._process.start()
        says.close()
        self.stdout: BinaryIO = os.fdopen(os.dup(said.fileno()), "rb")
        said.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def sentinel(self) -> int:
        """A descriptor that can be read once it has ended."""
        return self._process.sentinel

    def poll(self) -> int | None:
        """Its exit status, minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status once it has ended; TimeoutError if it has not by then."""
        self._process.join(timeout)
        status = self.poll()
        if status is None:
            raise TimeoutError(f"process {self.pid} still runs")
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Awaited:
    """The same for tests that wait on an event loop: what asyncio.subprocess.Process would be."""

    def __init__(self, forked: Forked, stdout: asyncio.StreamReader, ended: asyncio.Event) -> None:
        self._forked = forked
        self._ended = ended
        self.stdout = stdout
        self.pid = forked.pid
        self.send_signal, self.terminate, self.kill = forked.send_signal, forked.terminate, forked.kill

    @classmethod
    async def start(
        cls, *arguments: str, environment: Mapping[str, str] | None = None, errors: Path | None = None
    ) -> Awaited:
        """As Forked."""
        loop = asyncio.get_running_loop()
        forked = await asyncio.to_thread(Forked, *arguments, environment=environment, errors=errors)
        ended, stdout = asyncio.Event(), asyncio.StreamReader()

        def over() -> None:
            loop.remove_reader(forked.sentinel)
            ended.set()

        loop.add_reader(forked.sentinel, over)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdout), forked.stdout)
        return cls(forked, stdout, ended)

    @property
    def returncode(self) -> int | None:
        return self._forked.poll()

    async def wait(self) -> int:
        """Its exit status, once it has ended."""
        await self._ended.wait()
        return self._forked.wait()
