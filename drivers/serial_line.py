"""A serial line to one device: blocking calls on a thread of their own, every failure the device's own fault."""

from __future__ import annotations

import termios
from collections.abc import Callable
from typing import Final, TypeVar

import serial

from drivers.faults import fault
from drivers.own_thread import OwnThread

T = TypeVar("T")

WRITE_S: Final = 1.0
"""40 characters take 42 ms at 9,600 bps; a second means that nobody takes them."""

GONE: Final = (OSError, termios.error)
"""What a pulled cable raises: serial.SerialException is an OSError, and pyserial lets termios' own through."""


class SerialLine:
    """One open port; `kind` is the stem of the faults that it raises."""

    def __init__(self, kind: str, port: str, baud: int) -> None:
        self._kind = kind
        self._port = port
        self._baud = baud
        self._thread = OwnThread(f"{kind} {port}")
        self._open: serial.Serial | None = None

    async def open(self) -> None:
        """Open the port anew; `<kind>.absent` where there is none, or somebody else holds it."""
        await self.close()

        def opened() -> serial.Serial:
            return serial.Serial(self._port, self._baud, timeout=WRITE_S, write_timeout=WRITE_S, exclusive=True)

        try:
            self._open = await self._thread.run(opened)
        except GONE as error:
            raise fault(f"{self._kind}.absent") from error

    async def write(self, data: bytes) -> None:
        """Send these bytes and wait until they have left; `<kind>.absent` or `<kind>.no_answer`."""

        def send(line: serial.Serial) -> None:
            line.write(data)
            line.flush()

        await self._do(send)

    async def answer(self) -> bytes:
        """The next line that the device says, without its end; empty if it says nothing for a second."""
        return await self._do(lambda line: line.read_until(b"\n").rstrip(b"\r\n"))

    async def forget(self) -> None:
        """Throw away what the device has said so far."""
        await self._do(lambda line: line.reset_input_buffer())

    async def check(self) -> None:
        """Raise `<kind>.absent` where the cable is out; the device notices nothing."""
        await self._do(lambda line: line.in_waiting)

    async def close(self) -> None:
        """Let go of the port and its thread."""
        line, self._open = self._open, None
        if line is not None:
            try:
                await self._thread.run(line.close)
            except GONE:
                pass  # it is gone already
        self._thread.abandon()

    async def _do(self, action: Callable[[serial.Serial], T]) -> T:
        line = self._open
        if line is None:
            raise fault(f"{self._kind}.absent")
        try:
            return await self._thread.run(lambda: action(line))
        except serial.SerialTimeoutException as error:
            raise fault(f"{self._kind}.no_answer") from error
        except GONE as error:
            raise fault(f"{self._kind}.absent") from error
