"""A camera that is a folder: a tablet takes the picture and saves it there, over the booth's own network.

The tablet does not know whose turn it is, so the rules are strict. Only a file that appears after the shutter was asked
counts, and only if it is alone: of two, nobody chooses. Whatever was read or refused is deleted and looked for. The folder
is on a RAM disk. What lay there before the hub came is nobody's of ours: it is named, never touched, and nothing is
taken until a person has cleared it away.

One mix-up it cannot see: a picture of before that the network delivers only now, alone and within the patience. If the
right one comes after it, that one is unasked and says so; and the applicant looks at the picture before it is used.
"""

from __future__ import annotations

import asyncio
import os
import stat
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from drivers.faults import fault
from drivers.jpeg import is_jpeg, whole_jpeg
from drivers.own_thread import OwnThread
from drivers.ram_disk import on_ram_disk

PATIENCE_S: Final = 30.0
"""From "please shoot" to the whole picture: ten seconds to look and press, the rest for the tablet's sending."""

LOOK_S: Final = 0.1
"""How often the folder is read meanwhile; a listing in memory takes microseconds."""

SETTLED_S: Final = 0.5
"""A file that has not grown for so long and ends as a JPEG does is whole; one that only has not grown may be a pause."""

SWEEP_S: Final = 2.0
"""More than the deletions before and after a shot take, even on a busy machine."""

LARGEST: Final = 64 << 20
"""Bytes: no tablet's JPEG has half of that."""

UNFINISHED: Final = (".tmp", ".part", ".partial", ".crdownload")
"""What programs that receive files call them before they are whole."""


class _Seen(NamedTuple):
    size: int
    written_ns: int
    regular: bool


class FolderCamera:
    """A Camera behind a watched folder. `call_deadline_s` tells supervision how long to let a person take."""

    kind = "camera"

    def __init__(self, folder: Path, *, patience_s: float = PATIENCE_S, settled_s: float = SETTLED_S) -> None:
        self._folder = folder
        self._settled_s = settled_s
        self._patience_s = patience_s
        self.call_deadline_s = patience_s + SWEEP_S
        self._thread = OwnThread(self.kind)
        self._watched: tuple[int, int] | None = None
        self._unasked = ""
        self.waiting = False
        """Whether a picture was asked for and what is saved from now on is it."""

    @property
    def advice(self) -> str:
        """Fault code of what happened between two shots, or empty."""
        return "camera.unasked" if self._unasked else ""

    async def open(self) -> None:
        """Find the folder; what lies in it the first time is refused and named, what came since is deleted."""
        identity = await self._thread.run(self._look)
        if identity != self._watched:
            names = await self._thread.run(self._names)
            if names:
                raise fault("camera.not_empty", what=min(names))
            self._watched = identity
        self._unasked = await self._sweep() or self._unasked

    async def probe(self) -> None:
        """See whether the folder is there; a file that nobody asked for is deleted, and advised until the next shot."""
        if await self._thread.run(self._look) != self._watched:
            raise fault("camera.absent")
        self._unasked = await self._sweep() or self._unasked

    async def capture(self) -> bytes:
        """Wait for the one picture that is saved from now on and return it; none stays in the folder."""
        self._unasked = ""
        if early := await self._sweep():
            raise fault("camera.unasked", what=early)
        self.waiting = True
        try:
            return await self._wait()
        finally:
            self.waiting = False
            await self._sweep()

    async def preview(self) -> bytes:
        """A tablet has its own screen."""
        raise fault("camera.no_preview")

    async def emptied(self) -> None:
        """Delete what has come since the last shot, and look whether it is gone."""
        await self.probe()

    async def close(self) -> None:
        """Let the thread end; files are deleted when they are read."""
        self._thread.abandon()

    async def _wait(self) -> bytes:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience_s
        since, before = loop.time(), dict[str, _Seen]()
        while loop.time() < end:
            await asyncio.sleep(LOOK_S)
            files = await self._finished()
            if len(files) > 1:
                raise fault("camera.two_pictures")
            if files != before:
                since, before = loop.time(), files
            elif files and loop.time() - since >= self._settled_s:
                ((name, seen),) = files.items()
                picture = await self._thread.run(partial(self._read, name, seen))
                if picture is not None:
                    if await self._finished() != files:
                        raise fault("camera.two_pictures")
                    return picture
        raise fault("camera.bad_picture" if before else "camera.no_picture")

    async def _finished(self) -> dict[str, _Seen]:
        return {name: seen for name, seen in (await self._thread.run(self._names)).items() if not _unfinished(name)}

    async def _sweep(self) -> str:
        """Delete whatever lies there; the name of one of the files, empty if there was none."""
        names = await self._thread.run(self._names)
        if names:
            left = await self._thread.run(partial(self._delete, names))
            if left:
                raise fault("camera.not_deleted")
        return min(names, default="")

    # ------------------------------------------------------------------ on the thread

    def _look(self) -> tuple[int, int]:
        """Which folder it is: another one under the same path (mounted anew) is another camera."""
        try:
            held = self._folder.stat()
        except OSError as error:
            raise fault("camera.absent") from error
        if not stat.S_ISDIR(held.st_mode):
            raise fault("camera.absent")
        if not on_ram_disk(self._folder):
            raise fault("camera.not_in_memory")
        return held.st_dev, held.st_ino

    def _names(self) -> dict[str, _Seen]:
        """Every file below the folder, by its path within it; links are not followed."""
        found = {}
        for folder, _, names in os.walk(self._folder, onerror=_fail):
            for name in names:
                path = Path(folder) / name
                try:
                    held = path.lstat()
                except FileNotFoundError:
                    continue  # it was renamed while we looked
                seen = _Seen(held.st_size, held.st_mtime_ns, stat.S_ISREG(held.st_mode))
                found[str(path.relative_to(self._folder))] = seen
        return found

    def _read(self, name: str, seen: _Seen) -> bytes | None:
        """The picture, or None if its end has not come; `camera.wrong_mode` for a file that is none."""
        if not seen.regular or seen.size > LARGEST:
            raise fault("camera.wrong_mode")
        if seen.size < 4:
            return None
        try:
            descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None  # it was renamed
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(LARGEST)
        if not is_jpeg(data):
            raise fault("camera.wrong_mode")
        return whole_jpeg(data)

    def _delete(self, names: dict[str, _Seen]) -> bool:
        """Whether any of these is left."""
        for name in names:
            try:
                (self._folder / name).unlink()
            except OSError:
                pass  # whether it is gone is asked below
        return bool(names.keys() & self._names().keys())


def _unfinished(name: str) -> bool:
    """Whether this is what a receiving program calls a file that it still writes."""
    last = Path(name).name.lower()
    return last.startswith(".") or last.endswith(UNFINISHED)


def _fail(error: OSError) -> None:
    raise fault("camera.absent") from error
