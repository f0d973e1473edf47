"""The rehearsal's processes: started as anybody would start them, watched, and all gone at the end."""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Final

import msgspec

ROOT = Path(__file__).resolve().parents[2]
"""Where the rooms lie: children run the code that we are."""

START_S = 30.0
"""A Raspberry Pi starts a daemon in a few seconds; after half a minute something is wrong."""

STOP_S = 8.0
"""A hub finishes effects under way (5 s at most) and keeps a snapshot before it ends."""

RESTARTS = 5
"""As a service manager would, a daemon that died is started again; one that dies over and over is not."""


HANGUP: Final = (signal.SIGHUP,) if sys.platform != "win32" else ()
"""Windows has none."""


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """A signal that would break this off waits until it is done: a process is begun and known, or not begun.

    A handler that raises may do so inside Popen, where the process has begun and nobody knows it yet. For starts alone:
    short, and in the main thread (elsewhere no handler runs).
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, *HANGUP)}
    waiting = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in waiting:
        signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in waiting.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)


class ProcessFailed(Exception):
    """A process did not start, or ended before its time; `log` is where it said why."""

    def __init__(self, name: str, status: int | None, log: Path) -> None:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
        super().__init__(f"{name} ended with {status}\n{tail}".rstrip())
        self.name, self.status, self.log = name, status, log


class Daemon:
    """One of our daemons: says where it listens in a line of JSON, and is started again if it is killed."""

    def __init__(self, name: str, arguments: list[str], log: Path) -> None:
        self.name = name
        self.log = log
        self.said: dict[str, object] = {}
        self.restarts = 0
        self._arguments = arguments
        self._ending = threading.Event()
        self._watcher: threading.Thread | None = None
        self.process = self._start()

    @property
    def url(self) -> str:
        return str(self.said["listening"])

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*ends_with_us(), *python(), "tui", *self._arguments],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl+C is for whoever started the rehearsal, who then ends the rest in order
            )

    def wait_ready(self) -> None:
        """Wait until it serves; ProcessFailed if it ends first or takes too long."""
        assert self.process.stdout is not None
        line = _first_line(self.process.stdout, START_S)
        if not line:
            raise ProcessFailed(self.name, self.process.poll(), self.log)
        self.said = msgspec.json.decode(line, type=dict[str, object])

    def watch(self) -> None:
        """From now on start it again, at the same address, if it dies before stop()."""
        address = self.url.removeprefix("ws://").partition("/")[0]
        self._arguments = [*self._arguments[:-1], address]
        self._watcher = threading.Thread(target=self._watch, name=f"watch {self.name}", daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        while True:
            self.process.wait()
            if self._ending.is_set() or self.restarts == RESTARTS:
                return
            self.restarts += 1
            self.process = self._start()
            with contextlib.suppress(ProcessFailed, msgspec.DecodeError):
                self.wait_ready()

    def ask_to_stop(self) -> None:
        """Have it begin to end; stop() waits for it."""
        self._ending.set()
        ask_to_end(self.process)

    def stop(self) -> None:
        """End it cleanly, or at once if it does not listen."""
        self.ask_to_stop()
        end(self.process)
        if self._watcher is not None:
            self._watcher.join(STOP_S)
            end(self.process)  # one that was started in between


class Actors:
    """The actors' process: told what to play, heard line by line. It gets ready while the daemons do."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [*python(), "hub.rehearsal.actors"],
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )

    def tell(self, job: bytes) -> None:
        """What to play. The pipe stays open: when it ends, the actors know that we are gone."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # lines() says why they left
            self.process.stdin.write(job + b"\n")
            self.process.stdin.flush()

    def lines(self) -> Iterator[bytes]:
        """What they say, until they end; ProcessFailed if they ended badly."""
        assert self.process.stdout is not None
        yield from self.process.stdout
        if self.process.wait() != 0:
            raise ProcessFailed("actors", self.process.returncode, self.log)

    def stop(self) -> None:
        end(self.process)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class Processes:
    """Everything that was started, ended whatever happens: actors first, then the daemons together."""

    def __init__(self) -> None:
        self._daemons: list[Daemon] = []
        self._actors: list[Actors] = []

    def daemon(self, name: str, arguments: list[str], log: Path) -> Daemon:
        """Start a daemon; its last argument is the address it listens at."""
        with uninterrupted():
            self._daemons.append(started := Daemon(name, arguments, log))
        return started

    def actors(self, log: Path) -> Actors:
        with uninterrupted():
            self._actors.append(started := Actors(log))
        return started

    def stop(self) -> None:
        while self._actors:
            self._actors.pop().stop()
        for daemon in self._daemons:  # each takes its time to keep what it has; none needs another for that
            daemon.ask_to_stop()
        while self._daemons:
            self._daemons.pop().stop()

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def python() -> list[str]:
    """This interpreter, taking modules from where ours come from and never from the folder it is started in."""
    return [sys.executable, "-P", "-m"]


def ends_with_us() -> list[str]:
    """What to begin a command with so that it is told to end when we are gone, killed too: nobody could end it then.

    util-linux's setpriv (prctl(2), PR_SET_PDEATHSIG), which replaces itself by the command; nothing where there is none.
    """
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [] if setpriv is None else [setpriv, "--pdeathsig", "TERM"]


def environment() -> dict[str, str]:
    """Our environment, with our rooms first. A day starts six processes: none compiles again what one before it has."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    ours.pop("PYTHONDONTWRITEBYTECODE", None)
    return ours


def ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, unless it has ended."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)


def end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL for one that has not ended in time."""
    if process.poll() is None:
        ask_to_end(process)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_OURS: Final = range(20_000, 32_000)
"""Ports that we choose ourselves."""


def free_address() -> str:
    """An address on this machine that nobody listens at now.

    Below the ports that systems hand out by themselves (Linux from 32768, Windows from 49152): of those, some connection
    that goes out could have this one before its server starts.
    """
    while True:
        port = _OURS.start + secrets.randbelow(len(_OURS))
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return f"127.0.0.1:{port}"


def _first_line(stream: IO[bytes], timeout_s: float) -> bytes:
    """The first line, or nothing if the stream ends or the time is over."""
    found: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=lambda: found.put(stream.readline()), daemon=True).start()
    try:
        return found.get(timeout=timeout_s)
    except queue.Empty:
        return b""
