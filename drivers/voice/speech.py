"""Speech by parts (a number, a window), each made once by the worker process and kept as a file of samples.

The same numbers are called every day, so the files stay: they say a number and nothing about anybody. How loud they are
is part of them; it changes once or twice a day.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Final, Literal, NamedTuple

ANSWER_S: Final = 8.0
"""A part takes 0.2 s here, three times that on a Pi, and a first one a second more to load the voice."""

MOST_FILES: Final = 2_000
"""Parts kept: some hundred numbers and a dozen windows, in two languages and at three volumes; about 150 MB on disk."""


class Part(NamedTuple):
    """Something that is said in one breath."""

    language: Literal["ja", "en"]
    text: str
    kana: str = ""
    """How its beginning is to be read, where that is known."""


class SpeechFailed(Exception):
    """The worker could not make a part, for this reason."""


def has_japanese() -> bool:
    """Whether the extra `voice` is installed (it is not loaded to find out)."""
    return importlib.util.find_spec("pyopenjtalk") is not None


def has_english() -> bool:
    """Whether Debian's espeak-ng is there."""
    return shutil.which("espeak-ng") is not None


class Speech:
    """Makes and keeps parts; one at a time is made, whoever asks."""

    def __init__(self, folder: Path) -> None:
        """folder: where parts are kept; made if absent."""
        self._folder = folder
        self._voice = _version("pyopenjtalk-plus")
        self._worker: asyncio.subprocess.Process | None = None
        self._dying: set[asyncio.Task[int]] = set()
        self._one = asyncio.Lock()

    def known(self, part: Part, percent: int) -> bool:
        """Whether this part can be had at once."""
        return self._path(part, percent).is_file()

    async def get(self, part: Part, percent: int) -> bytes:
        """The part's samples, made now if they are not kept; SpeechFailed."""
        path = self._path(part, percent)
        for _ in range(2):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                await self._make(part, percent, path)
            except OSError as error:
                raise SpeechFailed(str(error)) from error
        raise SpeechFailed("the part is not there")

    async def stop(self) -> None:
        """End the worker."""
        self._abandon()
        await asyncio.gather(*self._dying)

    async def _make(self, part: Part, percent: int, path: Path) -> None:
        async with self._one:
            if self.known(part, percent):
                return  # somebody else waited for the same
            request = {**part._asdict(), "percent": str(percent), "path": str(path)}
            try:
                self._make_room()
                async with asyncio.timeout(ANSWER_S):
                    why = await self._ask(json.dumps(request).encode() + b"\n")
            except (OSError, TimeoutError) as error:
                self._abandon()
                raise SpeechFailed(f"{type(error).__name__} {error}") from error
            except asyncio.CancelledError:
                self._abandon()  # its answer would be taken for the next one's
                raise
            if why:
                raise SpeechFailed(why)

    async def _ask(self, request: bytes) -> str:
        """Why the worker could not do it, or empty. One that has ended (it does when it is idle) is started anew."""
        for _ in range(2):
            worker = self._worker or await self._start()
            assert worker.stdin is not None and worker.stdout is not None
            with contextlib.suppress(ConnectionError):
                worker.stdin.write(request)
                await worker.stdin.drain()
                line = await worker.stdout.readline()
                if line:
                    return str(json.loads(line)["why"])
            self._abandon()
        return "the worker ended"

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        self._worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "drivers.voice.worker", stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
        )
        return self._worker

    def _abandon(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            task = asyncio.create_task(worker.wait())
            self._dying.add(task)
            task.add_done_callback(self._dying.discard)

    def _path(self, part: Part, percent: int) -> Path:
        name = "\0".join((self._voice, part.language, part.text, part.kana, str(percent)))
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.pcm"

    def _make_room(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        files = list(self._folder.glob("*.pcm"))
        if len(files) >= MOST_FILES:
            for old in sorted(files, key=lambda file: file.stat().st_mtime)[: len(files) // 4]:
                old.unlink(missing_ok=True)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
