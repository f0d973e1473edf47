"""Queue displays at the other end of a pseudo-terminal: they read the bytes of their makers' manuals, not our drivers'.

`port` is what a driver opens; `rows`, `blinking` and `brightness` are what people would see.
"""

from __future__ import annotations

import os
import select
import threading
import tty
from abc import ABC, abstractmethod
from collections.abc import Callable

COLUMNS, ROWS = 20, 2


class SerialDisplay(ABC):
    """A display on a pty; `unplug` pulls its cable, and a new one is another port."""

    def __init__(self) -> None:
        self._inside, device = os.openpty()
        tty.setraw(device)
        self.port = os.ttyname(device)
        self._outside = device  # held open, so that a driver that closes and opens again finds it
        self._changed = threading.Condition()
        self._stop, self._stopper = os.pipe()
        self._thread = threading.Thread(target=self._read, name=f"emulated display {self.port}", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the cable: whoever has the port open sees it fail at once, and it cannot be opened again."""
        os.write(self._stopper, b"x")
        self._thread.join()
        for descriptor in (self._outside, self._inside, self._stop, self._stopper):
            os.close(descriptor)

    def wait_for(self, shown: Callable[[], bool], seconds: float = 60.0) -> bool:
        """Wait until `shown` is true of what stands here; False if it never was."""
        with self._changed:
            return self._changed.wait_for(shown, seconds)

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._inside, self._stop], [], [])
            if self._stop in ready:
                return
            data = os.read(self._inside, 4096)
            with self._changed:
                for byte in data:
                    self._take(byte)
                self._changed.notify_all()

    def _say(self, data: bytes) -> None:
        os.write(self._inside, data)

    @abstractmethod
    def _take(self, byte: int) -> None:
        """One byte has arrived."""


class TextScreen(SerialDisplay):
    """Two rows of twenty characters, and the commands that both families share."""

    def __init__(self) -> None:
        self._cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self._column = self._row = 0
        self._pending = b""
        self.katakana = False
        self.blinking = 0
        """Half a period in units of 50 ms; 0: steady."""
        self.brightness = 4
        self.unknown: list[bytes] = []
        """Commands that no manual of this family has."""
        super().__init__()

    @property
    def rows(self) -> tuple[str, str]:
        """What stands on the sign."""
        upper, lower = ("".join(cells).rstrip() for cells in self._cells)
        return upper, lower

    def _take(self, byte: int) -> None:
        self._pending += bytes([byte])
        if self._command(self._pending):
            self._pending = b""

    def _command(self, said: bytes) -> bool:
        """Carry out what is whole; False while more must come."""
        if said == b"\x0c":
            self._cells = [[" "] * COLUMNS for _ in range(ROWS)]
            self._column = self._row = 0
        elif said == b"\x1b@":
            self._reset()
        elif said[:2] == b"\x1fE" and len(said) == 3:
            self.blinking = said[2]
        elif len(said) == 1 and said[0] >= 0x20:
            self._put(said)
        else:
            return self._own(said)
        return True

    def _reset(self) -> None:
        self._cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self._column = self._row = 0
        self.katakana, self.blinking, self.brightness = False, 0, 4

    def _put(self, said: bytes) -> None:
        letter = said.decode("shift_jis") if said[0] < 0x80 or self.katakana else "?"
        self._cells[self._row][self._column] = letter
        self._column += 1
        if self._column == COLUMNS:
            self._column, self._row = 0, (self._row + 1) % ROWS

    @abstractmethod
    def _own(self, said: bytes) -> bool:
        """A command of this family alone."""


class EpsonDmEmulator(TextScreen):
    """Epson DM-D: ESC/POS."""

    def _own(self, said: bytes) -> bool:
        if said[:2] == b"\x1bt" and len(said) == 3:
            self.katakana = said[2] == 1
        elif said[:2] == b"\x1f$" and len(said) == 4:
            self._column, self._row = said[2] - 1, said[3] - 1
        elif said[:2] == b"\x1fX" and len(said) == 3:
            self.brightness = said[2]
        elif said[:2] == b"\x1fC" and len(said) == 3:
            pass  # the cursor
        elif len(said) >= 4:
            self.unknown.append(said)
        else:
            return False
        return True


class Cd5220Emulator(TextScreen):
    """CD5220: whole rows between ESC Q and a carriage return."""

    def _own(self, said: bytes) -> bool:
        if said[:3] == b"\x1bcJ":
            self.katakana = True
        elif said[:2] == b"\x1bQ":
            if not said.endswith(b"\r"):
                return False
            row = 0 if said[2:3] == b"A" else 1
            text = said[3:-1].decode("shift_jis" if self.katakana else "ascii", "replace")
            self._cells[row] = list(text.ljust(COLUMNS)[:COLUMNS])
        elif said[:2] == b"\x1b*" and len(said) == 3:
            self.brightness = said[2]
        elif len(said) >= 3 and said[:2] not in (b"\x1bc",):
            self.unknown.append(said)
        else:
            return False
        return True


class SegmentEmulator(SerialDisplay):
    """Bit Trade One AD7SGPR: lines that end CRLF, each said back or refused."""

    def __init__(self) -> None:
        self._line = b""
        self.shown = ""
        self.brightness = 7
        self.levels: list[int] = []
        """Every brightness it was told, in order: who looks late has not missed one."""
        self.garbles = 0
        """How many of the next lines come back wrong: a plug that moves."""
        super().__init__()

    def _take(self, byte: int) -> None:
        self._line += bytes([byte])
        if not self._line.endswith(b"\r\n"):
            return
        said, self._line = self._line[:-2].decode("ascii", "replace"), b""
        if self.garbles:
            self.garbles -= 1
            self._say(b"rxData:" + said[1:].encode() + b"\r\n")
        elif said == "@CLR":
            self.shown = ""
            self._echo(said)
        elif said[:4] == "@BRI" and said[4:] in tuple("01234567"):
            self.brightness = int(said[4:])
            self.levels.append(self.brightness)
            self._echo(said)
        elif said.startswith("@"):
            self._say(b"E3\r\n")
        elif len(said) > 8:
            self._say(b"E4\r\n")
        else:
            self.shown = said
            self._echo(said)

    def _echo(self, said: str) -> None:
        self._say(b"rxData:" + said.encode() + b"\r\n")
