"""How long the studio takes on this machine: `python -m drivers.picture.timing [SHOTS [MEGAPIXELS]]` prints JSON.

A process of its own for the benchmarks, which know no driver: the studio as a hub uses it, beside the bare calls that
nobody could do without (decode once, find a face, encode), in turns, so that a busy machine is busy for both.
"""

from __future__ import annotations

import asyncio
import io
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from drivers.emulators.sitter import sitter
from drivers.picture import decode, encode, jpeg_header, model_files
from drivers.picture.crop_box import widest
from drivers.picture.faces import Finder
from drivers.picture.measure import Eyes
from drivers.picture.network import threads
from drivers.picture.studio import Studio

SHOTS: Final = 9
MEGAPIXELS: Final = 24
WARM: Final = 50
"""Small pictures after which the process has all the memory that it keeps."""

GRAIN: Final = 6.0
"""Standard deviation of the noise on the drawn picture: a camera's file is that large, and decodes that slowly."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Medians in ms, of `checks_ms` (looking and measuring on the reduced frame) the least; memory is PSS."""

    checked: bool
    found_one_face: bool
    megapixels: float
    file_mb: float
    studio_ms: float
    bare_ms: float
    checks_ms: float
    memory_mib: float
    growth_kib_a_shot: float


def picture(megapixels: int, shot: int = 1) -> bytes:
    """A drawn sitter as a JPEG of so many megapixels, with a camera's grain."""
    drawn = sitter(shot)
    width = round((megapixels * 1e6 * drawn.width / drawn.height) ** 0.5)
    large = drawn.resize((width, width * drawn.height // drawn.width))
    grain = np.random.default_rng(shot).normal(0, GRAIN, (large.height, large.width, 1)).astype(np.float32)
    out = io.BytesIO()
    Image.fromarray((np.asarray(large) + grain).clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=92)
    return out.getvalue()


async def measure(shots: int, megapixels: int) -> Timing:
    """The studio's figures over `shots` pictures, and its memory over more of them."""
    jpeg, small = picture(megapixels), picture(2)
    eyes = Eyes(model_files.folder()) if not model_files.trouble(model_files.folder()) else None
    finder = Finder(model_files.folder()) if eyes else None
    studio = Studio()
    try:
        found = await studio.examine(jpeg)
        studio_ms, bare_ms = [], []
        for _ in range(shots):
            begun = time.perf_counter()
            found = await studio.examine(jpeg)
            studio_ms.append((time.perf_counter() - begun) * 1e3)
            bare_ms.append(_timed(lambda: _bare(jpeg, finder)))
        checks_ms = _timed_checks(jpeg, eyes, shots)
        # What a shot leaves behind is seen over many; small ones do it as well as large ones.
        for _ in range(min(WARM, 5 * shots)):
            await studio.examine(small)
        memory = pss_kib(studio.pid)
        more = 15 * shots
        for _ in range(more):
            await studio.examine(small)
        later = pss_kib(studio.pid)
    finally:
        await studio.stop()
    return Timing(
        checked=found.checked,
        found_one_face=found.measures is not None and found.measures.faces == 1,
        megapixels=found.width * found.height / 1e6,
        file_mb=len(jpeg) / 1e6,
        studio_ms=statistics.median(studio_ms),
        bare_ms=statistics.median(bare_ms),
        checks_ms=checks_ms,
        memory_mib=later / 1024,
        growth_kib_a_shot=max(0.0, (later - memory) / more),
    )


def pss_kib(pid: int) -> int:
    """A process's proportional memory."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    return int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0])


def _bare(jpeg: bytes, finder: Finder | None) -> None:
    """What nobody could do without: one decoding at the size that is cut from, one look for faces, one encoding."""
    header = jpeg_header.read(jpeg)
    assert header is not None
    frame = decode.decode(jpeg, decode.first_scale(header))
    if finder is not None:
        finder.faces(frame)
    box = widest(frame.shape[1], frame.shape[0])
    encode.upload(encode.scaled(frame[box.top : box.top + box.height, box.left : box.left + box.width]))


def _timed_checks(jpeg: bytes, eyes: Eyes | None, shots: int) -> float:
    """Least ms of looking at a reduced frame and measuring the cut picture: others on the machine only ever slow it.
    0 without the models."""
    header = jpeg_header.read(jpeg)
    if eyes is None or header is None:
        return 0.0
    frame = decode.decode(jpeg, decode.reduced_scale(header))
    box = widest(frame.shape[1], frame.shape[0])
    cut = frame[box.top : box.top + box.height, box.left : box.left + box.width]

    def checks() -> None:
        seen = eyes.look(frame)
        if seen is not None:
            eyes.measure(seen, cut, box, 1)

    checks()
    return min(_timed(checks) for _ in range(5 * shots))


def _timed(call: Callable[[], None]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1e3


def main(arguments: list[str]) -> None:
    """Measure, and print one line of JSON."""
    numbers = [int(argument) for argument in arguments]
    shots, megapixels = (*numbers, *(SHOTS, MEGAPIXELS)[len(numbers) :])
    cv2.setNumThreads(threads())  # as the studio's process has it
    print(msgspec.json.encode(asyncio.run(measure(shots, megapixels))).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
