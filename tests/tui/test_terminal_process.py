"""`demado terminal` as a person starts it: a process on a terminal of its own."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time

import pytest

pty = pytest.importorskip("pty", reason="needs pseudo-terminals, which Windows has not")


def read_until(descriptor: int, wanted: bytes, seen: bytes = b"") -> bytes:
    """What the terminal was sent, up to these bytes."""
    end = time.monotonic() + 120
    while wanted not in seen:
        assert time.monotonic() < end, seen[-400:]
        if select.select([descriptor], [], [], 0.2)[0]:
            seen += os.read(descriptor, 65536)
    return seen


def test_a_person_can_look_work_lock_and_leave() -> None:
    here, there = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "COLUMNS": "80", "LINES": "24"}
    command = [sys.executable, "-m", "tui", "terminal", "--demo", "5"]
    process = subprocess.Popen(
        command, stdin=there, stdout=there, stderr=there, env=environment, start_new_session=True
    )
    os.close(there)
    try:
        seen = read_until(here, "わたしの番号".encode())
        assert b"\x1b[?1049h" in seen, "on the alternate screen: what was there before comes back"
        os.write(here, b"\x1bOQ")
        read_until(here, "を発券しました".encode())
        os.write(here, b"\x0c")
        read_until(here, "Ctrl+X終了".encode())
        os.write(here, b"\x18")
        read_until(here, b"\x1b[?1049l")
        assert process.wait(120) == 0
    finally:
        process.kill()
        os.close(here)
