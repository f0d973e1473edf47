"""A program on a pseudo-terminal, seen as a terminal emulator sees it: bytes in, bytes out, and a clock."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from hub.rehearsal.bench.watched import cpu_s

SYNC_QUERY, SYNC_REPLY = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""The program asks whether frames can be shown whole (mode 2026), as modern terminals can; we say yes."""

SYNC_END = b"\x1b[?2026l"

CURSOR_QUERY, CURSOR_REPLY = b"\x1b[6n", b"\x1b[1;3R"
"""Where the cursor is: two cells along, which is how a program finds out that ambiguous letters are narrow here."""


class Screen:
    """One program on a terminal of `columns` x `rows`."""

    def __init__(self, command: list[str], environment: dict[str, str], columns: int = 80, rows: int = 24) -> None:
        self.born = time.perf_counter()
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        said = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        said |= {"COLUMNS": str(columns), "LINES": str(rows)}
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment | said, start_new_session=True
        )
        os.close(slave)
        os.set_blocking(master, False)
        self._fd = master
        self.seen = b""
        self.frames = 0
        self.last = 0.0
        """When bytes last came."""

    def pump(self, timeout_s: float) -> bool:
        """Take what comes within this time; whether anything came."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, timeout_s))
        if not ready:
            return False
        try:
            data = os.read(self._fd, 1 << 20)
        except BlockingIOError:
            return False
        except OSError as error:
            raise EOFError(f"the program has ended: {self.seen[-400:]!r}") from error
        self.last = time.perf_counter()
        self.frames += data.count(SYNC_END)
        for query, reply in ((SYNC_QUERY, SYNC_REPLY), (CURSOR_QUERY, CURSOR_REPLY)):
            if query in data:
                os.write(self._fd, reply)
        self.seen += data
        return True

    def watch(self, seconds: float) -> None:
        """Take what comes for so long, and forget it."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.pump(left)
        self.seen = b""

    def wait(self, marker: bytes, timeout_s: float) -> float:
        """Take until what matches the marker (a pattern) and the end of its frame have come; when that was.

        In perf_counter's seconds. TimeoutError if it does not come, EOFError if the program ends.
        """
        end, pattern = time.perf_counter() + timeout_s, re.compile(marker)
        while True:
            found = pattern.search(self.seen)
            if found and self.seen.find(SYNC_END, found.start()) >= 0:
                return self.last
            left = end - time.perf_counter()
            if left <= 0:
                raise TimeoutError(f"no {marker!r}; last came {self.seen[-300:]!r}")
            self.pump(left)

    def press(self, keys: bytes) -> float:
        """Write keys; when that was. What came before is forgotten."""
        while self.pump(0.0):
            pass
        self.seen = b""
        now = time.perf_counter()
        os.write(self._fd, keys)
        return now

    def cpu_s(self) -> float:
        return cpu_s(self.process.pid)

    def close(self) -> None:
        """End the program's whole group, and let the terminal go."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        os.close(self._fd)
