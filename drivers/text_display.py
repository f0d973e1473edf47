"""Queue displays of two lines of twenty characters on a serial line: Epson DM (ESC/POS) and CD5220.

    ﾖﾋﾞﾀﾞｼ         A-019
    ﾏﾄﾞｸﾞﾁ 2

They show half-width katakana, digits and Latin letters, and say nothing back: what stands there is what was sent.
"""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

from drivers.device import DeviceFault
from drivers.serial_line import SerialLine
from drivers.signtext import half_width

COLUMNS: Final = 20

BAUD: Final = 9_600
"""What both families leave the works with."""

BLINK_S: Final = 6.0
"""A call blinks while the chime and the Japanese sentence sound; for longer it only tires those who wait."""

BLINK_TIMES_50_MS: Final = 10
"""Half a second on, half a second off: below the three flashes a second that can harm (WCAG 2.2, 2.3.1)."""

CALLED: Final = "ﾖﾋﾞﾀﾞｼ"


class Dialect(NamedTuple):
    """How one family of displays is spoken to (devices of other makes follow one of the two)."""

    name: str
    start: bytes
    """Reset, katakana, no cursor."""
    clear: bytes
    first: tuple[bytes, bytes]
    second: tuple[bytes, bytes]
    """What stands before and after the twenty characters of a line."""
    brightness: bytes
    blink: bytes


EPSON_DM: Final = Dialect(
    "epson-dm",
    start=b"\x1b@" + b"\x1bt\x01" + b"\x1fC\x00",
    clear=b"\x0c",
    first=(b"\x1f$\x01\x01", b""),
    second=(b"\x1f$\x01\x02", b""),
    brightness=b"\x1fX",
    blink=b"\x1fE",
)

CD5220: Final = Dialect(
    "cd5220",
    start=b"\x1b@" + b"\x1bcJ",
    clear=b"\x0c",
    first=(b"\x1bQA", b"\r"),
    second=(b"\x1bQB", b"\r"),
    brightness=b"\x1b*",
    blink=b"\x1fE",
)


class TextDisplay:
    """A QueueDisplay of 2 x 20 characters; a call blinks for a while and then stands still."""

    kind = "display"

    def __init__(self, port: str, dialect: Dialect, *, brightness: int = 4, blink_s: float = BLINK_S) -> None:
        """brightness: 1 to 4; blink_s: seconds that a call blinks."""
        self._line = SerialLine(self.kind, port, BAUD)
        self._dialect = dialect
        self._brightness = brightness
        self._blink_s = blink_s
        self._calm: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Find the display and set it up; what it showed before is gone."""
        await self._line.open()
        await self._line.write(self._dialect.start + self._dialect.brightness + bytes([self._brightness]))

    async def probe(self) -> None:
        """Raise `display.absent` where the cable is out."""
        await self._line.check()

    async def close(self) -> None:
        """Let go of the port; the display keeps what it shows."""
        self._stop_calming()
        await self._line.close()

    async def show(self, number: str, window: str) -> None:
        """Show this call until the next show() or clear()."""
        self._stop_calming()
        upper = CALLED + number.rjust(COLUMNS - len(CALLED))[-(COLUMNS - len(CALLED)) :]
        await self._line.write(self._page(upper, half_width(window)) + self._dialect.blink + bytes([BLINK_TIMES_50_MS]))
        self._calm = asyncio.create_task(self._calm_down(), name="display stops blinking")

    async def clear(self) -> None:
        """Show nothing."""
        self._stop_calming()
        await self._line.write(self._dialect.blink + b"\x00" + self._dialect.clear)

    def _page(self, upper: str, lower: str) -> bytes:
        rows = zip((self._dialect.first, self._dialect.second), (upper, lower), strict=True)
        return b"".join(before + _row(text) + after for (before, after), text in rows)

    async def _calm_down(self) -> None:
        await asyncio.sleep(self._blink_s)
        try:
            await self._line.write(self._dialect.blink + b"\x00")
        except DeviceFault:
            pass  # the watch over the device says so

    def _stop_calming(self) -> None:
        if self._calm is not None:
            self._calm.cancel()
            self._calm = None


def _row(text: str) -> bytes:
    """Twenty bytes of JIS X 0201."""
    return text[:COLUMNS].ljust(COLUMNS).encode("shift_jis")
