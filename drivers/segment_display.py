"""Bit Trade One AD7SGPR: eight digits of seven segments, which says back what it shows."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from drivers.device import DeviceFault
from drivers.faults import fault
from drivers.serial_line import SerialLine

BAUD: Final = 115_200
DIGITS: Final = 8
ECHO: Final = b"rxData:"
TRIES: Final = 2
"""A line that was cut by a plug that moved is sent once more; a display that is really ill answers the same again."""


BLINK_S: Final = 6.0
"""As long as the displays with letters blink: while the chime and the Japanese sentence sound."""

HALF_PERIOD_S: Final = 0.5
"""Bright for half a second, dim for half: below the three flashes a second that can harm (WCAG 2.2, 2.3.1)."""

DIM: Final = 1
"""It has no command to blink: a called number goes dim and bright instead, and can be read all the time."""


class SegmentDisplay:
    """A QueueDisplay whose word is confirmed: a number that does not come back is `display.not_confirmed`."""

    kind = "display"

    def __init__(self, port: str, *, brightness: int = 7, blink_s: float = BLINK_S) -> None:
        """brightness: 0 to 7; blink_s: seconds that a call blinks."""
        self._line = SerialLine(self.kind, port, BAUD)
        self._brightness = brightness
        self._blinks = round(blink_s / (2 * HALF_PERIOD_S))
        self._one_line = asyncio.Lock()
        self._shown = 0
        """How often something new was shown: a blink that belongs to an older number ends by itself."""
        self._blinking: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Find the display, dark and at its brightness."""
        self._shown += 1
        await self._line.open()
        await self._line.forget()
        await self._say(f"@BRI{self._brightness}")
        await self._say("@CLR")

    async def probe(self) -> None:
        """Raise `display.absent` where the cable is out."""
        await self._line.check()

    async def close(self) -> None:
        """Let go of the port; the display keeps what it shows."""
        self._shown += 1
        await self._line.close()

    async def show(self, number: str, window: str) -> None:
        """Show this call until the next show() or clear(): A-019 and the window's number, as `A-019  2`."""
        self._shown += 1
        await self._say(digits(number, window))
        task = asyncio.create_task(self._blink(self._shown), name="display blinks")
        self._blinking.add(task)
        task.add_done_callback(self._blinking.discard)

    async def clear(self) -> None:
        """Show nothing."""
        self._shown += 1
        await self._say("@CLR")

    async def _blink(self, shown: int) -> None:
        """Dim and bright by turns, bright at the end; never after something else is shown."""
        for level in (DIM, self._brightness) * self._blinks:
            await asyncio.sleep(HALF_PERIOD_S)
            over = shown != self._shown
            try:
                # Never cancelled in the middle of a line: its echo would be taken for the next one's.
                await self._say(f"@BRI{self._brightness if over else level}")
            except DeviceFault:
                return  # the watch over the device says so
            if over:
                return

    async def _say(self, line: str) -> None:
        async with self._one_line:
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
