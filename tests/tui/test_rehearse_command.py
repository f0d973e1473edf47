"""`demado rehearse` as typed: what it refuses, and a person who practises at a real terminal."""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.rehearsal.processes import environment, python
from tui.commands.rehearse import LEFT_EARLY, padded, rehearse


def test_the_help_says_in_both_languages_what_it_does() -> None:
    shown = CliRunner().invoke(rehearse, ["--help"]).output
    assert "訓練" in shown and "Play a whole booth day" in shown
    for option in ("--contract", "--event", "--venue", "--date", "--people", "--seed", "--speed", "--headless"):
        assert option in shown
    assert "--reservations" in shown and "--out" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--speed", "quick"], "max"),
        (["--speed", "0"], "max"),
        (["--people", "0"], "--people"),
        (["--contract", "atlantis"], "atlantis"),
        (["--event", "party"], "delivery_booth"),
        (["--date", "2025-09-23"], "秋分の日"),
        (["--contract", "nagaoka", "--date", "2026-02-11"], "2026-02-10"),
        (["--venue", "会" * 31], "30文字まで"),
        (["--venue", "123456789018"], "マイナンバー"),
        (["--venue", "緑\x1b[2J"], "--venue"),
        (["--venue", " "], "--venue"),
    ],
)
def test_what_cannot_be_rehearsed_is_refused_before_anything_starts(arguments: list[str], said: str) -> None:
    refused = CliRunner().invoke(rehearse, ["--headless", *arguments])
    assert refused.exit_code != 0 and said in refused.output


def test_columns_are_counted_in_the_terminals_cells() -> None:
    assert padded("番号札", 8) == "番号札  " and padded("A-001", 8) == "A-001   "
    assert padded("完了", 3) == "完了 "  # never glued to the next column


class Screen:
    """A command on a terminal of its own, and all that it has shown."""

    def __init__(self, *arguments: str) -> None:
        import pty  # POSIX only

        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child
            command = [*python(), "tui", "rehearse", *arguments]
            os.execve(command[0], command, {**environment(), "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"})
        import fcntl
        import termios

        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.shown = ""
        self._raw = b""

    def until(self, text: str, seconds: float = 180) -> None:
        """Read until this text has been shown."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} never came: {self.shown[-1500:]}"
            self._read()

    def type(self, keys: str) -> None:
        self.shown, self._raw = "", b""
        os.write(self._fd, keys.encode())

    def status(self, seconds: float = 180) -> int:
        """The exit status, once it has ended."""
        end = time.monotonic() + seconds
        while True:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < end, f"it does not end: {self.shown[-1500:]}"
            self._read()

    def close(self) -> None:
        try:
            os.kill(self.pid, signal.SIGTERM)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self._fd)

    def _read(self) -> None:
        ready, _, _ = select.select([self._fd], [], [], 0.1)
        if not ready:
            return
        try:
            self._raw += os.read(self._fd, 65536)
        except OSError:  # the other side has gone
            return
        text = self._raw.decode("utf-8", "replace")
        self.shown = re.sub(r"\x1b\[[0-9;?<>]*[A-Za-z]|\x1b[=>]", "", text)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    if os.name != "posix":
        pytest.skip("needs a pseudo-terminal")
    opened = Screen("--people", "4", "--speed", "60", "--out", str(tmp_path / "out"))
    yield opened
    opened.close()


def test_a_person_joins_the_actors_at_the_real_terminal_and_leaves_with_nothing_left_running(
    screen: Screen, tmp_path: Path
) -> None:
    screen.until("Enter で受付端末を開きます")
    assert "staff-4" in screen.shown and "kunren-4" in screen.shown and "訓練" in screen.shown
    screen.type("\r")
    screen.until("職員番号か名前")
    screen.type("\r")
    screen.until("合言葉>")
    screen.type("kunren-4\r")
    screen.until("窓口3")
    assert "訓練" in screen.shown
    screen.type("\x0c")  # Ctrl+L: hand over the terminal
    screen.until("職員番号か名前")
    screen.type("\x18")  # Ctrl+X: leave
    screen.until("一日の途中で終わりました")
    assert screen.status() == LEFT_EARLY
    assert (tmp_path / "out" / "hub" / "record.sqlite").exists()
    for process in Path("/proc").iterdir() if Path("/proc").is_dir() else ():
        try:
            line = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        assert str(tmp_path / "out") not in line


def test_a_list_of_which_nothing_can_be_read_is_refused_before_anything_starts(tmp_path: Path) -> None:
    file = tmp_path / "yoyaku.xlsx"
    file.write_bytes(b"PK\x03\x04" + bytes(range(256)))
    said = CliRunner().invoke(rehearse, ["--headless", "--reservations", str(file), "--out", str(tmp_path / "out")])
    assert said.exit_code == 2 and "yoyaku.xlsx" in said.output
    assert not (tmp_path / "out").exists()
