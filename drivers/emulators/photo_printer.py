"""The photo printer's emulator: each submitted page lands as a picture in `photos/`.

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

AT_THE_END = frozenset(
    {"photo.cut_off", "photo.cancelled", "photo.job_lost", "photo.not_ended", "photo.format_dropped", "photo.jam"}
)
"""Faults that show only after the page was handed over: what is on the paper then, somebody has to look at."""


class EmulatedJob:
    """A page that is out at once, unless its printer was told to fail at the end."""

    def __init__(self, job: str, code: str) -> None:
        self.id, self.trouble, self._code = job, "", code

    async def end(self) -> None:
        """Return, or raise what the printer was told to do at the end."""
        if self._code:
            raise fault(self._code, unsure=True)


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

    async def probe(self) -> None:
        """Raise the fault the device is told to have, unless it is one that shows only in a job."""
        if self.faults.present() not in AT_THE_END:
            await self.faults.obey()

    async def open(self) -> None:
        """Make the output folder, unless the device is told to fail."""
        await self.probe()
        self.folder.mkdir(parents=True, exist_ok=True)

    async def print_page(self, page: bytes, copies: int) -> EmulatedJob:
        """Print one page, `copies` >= 1, into a file."""
        if copies < 1:
            raise ValueError(f"copies must be at least 1, not {copies}")
        await self.probe()
        job = await self._thread.run(lambda: self._print(page, copies))
        code = self.faults.present()
        return EmulatedJob(job, code if code in AT_THE_END else "")

    async def empty_spool(self) -> int:
        """Nothing is ever spooled: what is printed is the paper."""
        return 0

    async def close(self) -> None:
        """Let the printing thread end."""
        self._thread.abandon()

    def _print(self, page: bytes, copies: int) -> str:
        kind = _whole(page)
        path = next_in_sequence(self.photos, f"x{copies}.{kind}")
        write_whole(path, page)
        return f"emulated-{path.name.partition('-')[0]}"


def _whole(page: bytes) -> str:
    """Refuse a page that is no whole PNG or JPEG (a real printer prints half of it); how its file's name ends."""
    try:
        with Image.open(io.BytesIO(page), formats=["PNG", "JPEG"]) as picture:
            if picture.format == "PNG":
                picture.verify()  # each of its parts carries its checksum
                return "png"
            picture.load()
            return "jpg"
    except Exception as error:  # Pillow raises many kinds for broken input; all mean the same here
        raise fault("photo.bad_picture") from error
