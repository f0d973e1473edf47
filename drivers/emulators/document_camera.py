"""The document camera's emulator: a drawn licence with a made-up number where a real one has its own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from drivers.emulators.fault_switch import Emulated
from drivers.fonts import face
from drivers.own_thread import OwnThread

WIDTH: Final = 1280
HEIGHT: Final = 800

INK: Final = (200, 20, 20)
"""Of the number and of nothing else: who looks for it after masking looks for this colour."""

NUMBER: Final = (0.04, 0.74)
"""Left end and baseline of the number, in parts of the width and height."""


class EmulatedDocumentCamera(Emulated):
    """Sees a licence that nobody holds; nothing is kept, as nothing may stay in a real camera."""

    kind = "camera"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._thread = OwnThread("document camera")
        self._taken = 0

    async def capture(self) -> bytes:
        """One picture as a complete JPEG (RGB, 1280 x 800)."""
        await self.faults.obey()
        self._taken += 1
        taken = self._taken
        return await self._thread.run(lambda: licence(taken, 1))

    async def preview(self) -> bytes:
        """The same paper, small."""
        await self.faults.obey()
        return await self._thread.run(lambda: licence(self._taken + 1, 4))

    async def emptied(self) -> None:
        """Nothing is kept, unless the device is told to fail."""
        await self.faults.obey()

    async def close(self) -> None:
        """Let the drawing thread end."""
        self._thread.abandon()


def licence(copy: int, smaller: int) -> bytes:
    """The drawn paper as a JPEG, its sides divided by `smaller`."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (236, 240, 232))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((6, 6, WIDTH - 6, HEIGHT - 6), 40, outline=(90, 110, 90), width=6)
    words = face(bold=True)
    words.draw(draw, (60, 110), "訓練 運転免許証（見本）", 64, fill=(40, 60, 40))
    words.draw(draw, (60, 270), f"見本 {copy}", 88, fill=(20, 20, 20))
    words.draw(draw, (60, 390), "架空市 出窓町 1-1", 52, fill=(20, 20, 20))
    draw.rectangle((900, 180, 1200, 580), fill=(206, 220, 236), outline=(80, 80, 80), width=4)
    draw.ellipse((970, 240, 1130, 440), fill=(226, 190, 162))
    words.draw(draw, (int(NUMBER[0] * WIDTH), int(NUMBER[1] * HEIGHT)), "第 000000000000 号", 60, fill=INK)
    made = io.BytesIO()
    picture.resize((WIDTH // smaller, HEIGHT // smaller), Image.Resampling.BOX).save(made, "JPEG", quality=90)
    return made.getvalue()
