"""Reading what a printer received: Apple raster (URF), whole pages as arrays. Tests measure paper in it.

A page: 32 bytes of header (bits a pixel, colour space, duplex, quality, 8 spare, width, height, dots an inch), then
rows: how often more the row comes, then runs: 0-127 one pixel 1-128 times, 128 white to the end, 129-255 that many
pixels one by one (257 less the byte).
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

MAGIC = b"UNIRAST\0"
MM_PER_INCH = 25.4


class Page:
    """One received page: pixels (rows, columns) in grey 0-255, and its dots an inch."""

    def __init__(self, pixels: npt.NDArray[np.uint8], dpi: int) -> None:
        self.pixels, self.dpi = pixels, dpi

    def mm(self, pixels: int) -> float:
        """So many pixels in millimetres."""
        return pixels / self.dpi * MM_PER_INCH

    def size_mm(self) -> tuple[float, float]:
        """Width and height of the page."""
        rows, columns = self.pixels.shape
        return self.mm(columns), self.mm(rows)

    def dark_runs_mm(self, axis: int) -> list[float]:
        """Lengths of the dark stretches along an axis (0: across the page, 1: down), in order."""
        dark = np.flatnonzero((self.pixels < 128).any(axis))
        if not dark.size:
            return []
        pieces = np.split(dark, np.flatnonzero(np.diff(dark) > 1) + 1)
        return [self.mm(len(piece)) for piece in pieces]


def read_raster(path: Path) -> list[Page]:
    """All pages of the file; AssertionError for what is no whole Apple raster."""
    data = path.read_bytes()
    assert data.startswith(MAGIC), data[:8]
    pages, at = [], 12  # the count before it is 0 where the sender did not know it yet
    while at < len(data):
        bits = data[at]
        width, height, dpi = struct.unpack_from(">III", data, at + 12)
        at += 32
        pixel = bits // 8
        rows: list[bytes] = []
        while len(rows) < height:
            again = data[at] + 1
            at += 1
            row = bytearray()
            while len(row) < width * pixel:
                run = data[at]
                at += 1
                if run == 128:
                    row += b"\xff" * (width * pixel - len(row))
                elif run < 128:
                    row += data[at : at + pixel] * (run + 1)
                    at += pixel
                else:
                    row += data[at : at + (257 - run) * pixel]
                    at += (257 - run) * pixel
            rows += [bytes(row)] * again
        shape = (height, width, pixel)
        colours = np.frombuffer(b"".join(rows[:height]), np.uint8).reshape(shape)
        pages.append(Page(colours.mean(axis=2).astype(np.uint8), dpi))
    return pages
