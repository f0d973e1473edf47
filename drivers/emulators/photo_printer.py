"""The photo printer's emulator: each submitted page lands as a PNG in `photos/`.

Only drawn pictures of a training deployment ever reach it: a real person's photo is never a plain file.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from drivers.emulators.fault_switch import Emulated
from drivers.emulators.files import next_in_sequence, write_whole
from drivers.faults import fault
from drivers.own_thread import OwnThread


class EmulatedPhotoPrinter(Emulated):
    """Prints whole pages; a job's id is `emulated-` and its file's number, so a rehearsal repeats exactly."""

    kind = "photo"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._thread = OwnThread(self.kind)

    @property
    def photos(self) -> Path:
        """The folder the pages fall into."""
        return self.folder / "photos"

    async def print_page(self, png: bytes, copies: int) -> str:
        """Submit one page, `copies` >= 1, and return the job's id."""
        if copies < 1:
            raise ValueError(f"copies must be at least 1, not {copies}")
        await self.faults.obey()
        return await self._thread.run(lambda: self._print(png, copies))

    async def close(self) -> None:
        """Let the printing thread end."""
        self._thread.abandon()

    def _print(self, png: bytes, copies: int) -> str:
        _decode_fully(png)
        path = next_in_sequence(self.photos, f"x{copies}.png")
        write_whole(path, png)
        return f"emulated-{path.name.partition('-')[0]}"


def _decode_fully(png: bytes) -> None:
    """Refuse a page that is not a whole PNG: a real printer prints half of it and reports success."""
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as page:
            page.load()
    except Exception as error:  # Pillow raises many kinds for broken input; all mean the same here
        raise fault("photo.bad_picture") from error
