"""The camera's emulator: a drawn sitter instead of a person, each picture marked with its own number."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw

from drivers.emulators.fault_switch import Emulated
from drivers.fonts import face
from drivers.own_thread import OwnThread

# A 3:4 portrait that the published upload rule accepts as it is (480-6000 px a side, RGB, 20 KB-7 MB).
WIDTH, HEIGHT = 1200, 1600


class EmulatedCamera(Emulated):
    """Takes pictures that can be told apart; none is kept, as none may stay in a real camera."""

    kind = "camera"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._thread = OwnThread(self.kind)
        self._taken = 0

    async def capture(self) -> bytes:
        """One picture as a complete JPEG (RGB, 1200 x 1600)."""
        await self.faults.obey()
        self._taken += 1
        shot = self._taken
        return await self._thread.run(lambda: _sitter(shot))

    async def preview(self) -> bytes:
        """The next sitter, small (240 x 320)."""
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
    """A head and shoulders before a plain wall; the head's width follows the shot's number."""
    # The shade across the wall is what a real wall has, and keeps the file over the rule's 20 KB.
    wall = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).point([235 - value // 12 for value in range(256)])
    picture = Image.merge("RGB", (wall, wall, wall))
    draw = ImageDraw.Draw(picture)
    middle, half = WIDTH // 2, 270 + shot % 7 * 8
    draw.rounded_rectangle((middle - 470, 1220, middle + 470, HEIGHT + 200), 220, fill=(60, 74, 96))
    draw.rectangle((middle - 110, 1060, middle + 110, 1300), fill=(214, 176, 148))
    draw.ellipse((middle - half - 24, 330, middle + half + 24, 1010), fill=(40, 34, 32))
    draw.ellipse((middle - half, 420, middle + half, 1180), fill=(226, 190, 162))
    for eye in (-120, 120):
        draw.ellipse((middle + eye - 32, 740, middle + eye + 32, 772), fill=(50, 40, 36))
    draw.arc((middle - 90, 900, middle + 90, 1010), 20, 160, fill=(150, 80, 74), width=10)
    face(bold=True).draw(draw, (middle, 130), f"訓練 {shot}", 110, anchor="m", fill=(120, 120, 120))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def _small(picture: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as held:
        held.resize((WIDTH // 5, HEIGHT // 5)).save(out, "JPEG")
    return out.getvalue()
