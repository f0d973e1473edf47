"""The camera's emulator: a drawn sitter instead of a person, each picture marked with its own number."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

from drivers.emulators.fault_switch import Emulated
from drivers.emulators.sitter import HEIGHT, WIDTH, sitter
from drivers.own_thread import OwnThread


class EmulatedCamera(Emulated):
    """Takes pictures that can be told apart; none is kept, as none may stay in a real camera."""

    kind = "camera"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._thread = OwnThread(self.kind)
        self._taken = 0

    async def capture(self) -> bytes:
        """One picture as a complete JPEG (RGB, 750 x 1000)."""
        await self.faults.obey()
        self._taken += 1
        shot = self._taken
        return await self._thread.run(lambda: _sitter(shot))

    async def preview(self) -> bytes:
        """The next sitter, small (a fifth of it)."""
        await self.faults.obey()
        shot = self._taken + 1
        return await self._thread.run(lambda: _small(_sitter(shot)))

    async def emptied(self) -> None:
        """Nothing is kept, unless the device is told to fail."""
        await self.faults.obey()

    async def close(self) -> None:
        """Let the drawing thread end."""
        self._thread.abandon()


def _sitter(shot: int) -> bytes:
    out = io.BytesIO()
    sitter(shot).save(out, "JPEG", quality=92)
    return out.getvalue()


def _small(picture: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as held:
        held.resize((WIDTH // 5, HEIGHT // 5)).save(out, "JPEG")
    return out.getvalue()


if __name__ == "__main__":  # python -m drivers.emulators.camera FILE: what another emulated camera is to see
    Path(sys.argv[1]).write_bytes(_sitter(1))
