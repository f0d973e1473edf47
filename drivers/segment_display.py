"""Bit Trade One AD7SGPR: eight digits of seven segments, which says back what it shows."""

from __future__ import annotations

import re
from typing import Final

from drivers.faults import fault
from drivers.serial_line import SerialLine

BAUD: Final = 115_200
DIGITS: Final = 8
ECHO: Final = b"rxData:"
TRIES: Final = 2
"""A line that was cut by a plug that moved is sent once more; a display that is really ill answers the same again."""


class SegmentDisplay:
    """A QueueDisplay whose word is confirmed: a number that does not come back is `display.not_confirmed`."""

    kind = "display"

    def __init__(self, port: str, *, brightness: int = 7) -> None:
        """brightness: 0 to 7."""
        self._line = SerialLine(self.kind, port, BAUD)
        self._brightness = brightness

    async def open(self) -> None:
        """Find the display, dark and at its brightness."""
        await self._line.open()
        await self._line.forget()
        await self._say(f"@BRI{self._brightness}")
        await self._say("@CLR")

    async def probe(self) -> None:
        """Raise `display.absent` where the cable is out."""
        await self._line.check()

    async def close(self) -> None:
        """Let go of the port; the display keeps what it shows."""
        await self._line.close()

    async def show(self, number: str, window: str) -> None:
        """Show this call until the next show() or clear(): A-019 and the window's number, as `A-019  2`."""
        await self._say(digits(number, window))

    async def clear(self) -> None:
        """Show nothing."""
        await self._say("@CLR")

    async def _say(self, line: str) -> None:
        for _ in range(TRIES):
            await self._line.forget()
            await self._line.write(line.encode() + b"\r\n")
            if await self._line.answer() == ECHO + line.encode():
                return
        raise fault("display.not_confirmed", unsure=True)


def digits(number: str, window: str) -> str:
    """Eight places: the number from the left, the window's number at the right where both fit."""
    found = re.search(r"[0-9]+", window)
    place = found[0] if found else ""
    room = DIGITS - len(number) - 1
    return number[:DIGITS] if not place or len(place) > room else number + place.rjust(DIGITS - len(number))
