"""The camera's emulator: a drawn sitter instead of a person, each picture marked with its own number."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

from PIL import Image

from drivers.emulators.fault_switch import Emulated
from drivers.emulators.sitter import sitter
from drivers.own_thread import OwnThread

LIVE: Final = (480, 640)

WHILE_LOOKING: Final = frozenset({"camera.no_preview"})
"""A camera without a live picture works: nothing shows of it until somebody looks."""


class EmulatedCamera(Emulated):
    """Takes pictures that can be told apart; none is kept, as none may stay in a real camera."""

    kind = "camera"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._thread = OwnThread(self.kind)
        self._taken = 0
        self._ahead: tuple[int, bytes] = (0, b"")
        """The shot that the live picture shows before it is taken: drawn once, looked at three times a second."""

    async def open(self) -> None:
        """Make the output folder, unless the device is told to fail."""
        await self.probe()
        self.folder.mkdir(parents=True, exist_ok=True)

    async def probe(self) -> None:
        """Raise the fault the device is told to have, unless it is one that shows only to who looks through the camera."""
        if self.faults.present() not in WHILE_LOOKING:
            await self.faults.obey()

    async def capture(self) -> bytes:
        """One picture as a complete JPEG (RGB, 750 x 1000)."""
        await self.probe()
        self._taken += 1
        shot = self._taken
        return await self._thread.run(lambda: _sitter(shot))

    async def preview(self) -> bytes:
        """The next sitter, smaller: as large as cameras show their live picture (480 x 640)."""
        await self.faults.obey()
        shot = self._taken + 1
        if self._ahead[0] != shot:
            self._ahead = (shot, await self._thread.run(lambda: _small(_sitter(shot))))
        return self._ahead[1]

    async def emptied(self) -> None:
        """Nothing is kept, unless the device is told to fail."""
        await self.probe()

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
        held.resize(LIVE).save(out, "JPEG")
    return out.getvalue()


if __name__ == "__main__":  # python -m drivers.emulators.camera FILE: what another emulated camera is to see
    Path(sys.argv[1]).write_bytes(_sitter(1))
