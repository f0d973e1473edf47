"""A picture as rows of half cells: two pixels a cell, the upper one as the letter's colour, the lower as its ground.

Decoding takes milliseconds and runs in a thread. The rows are a person's face like the bytes they came from: whoever
asks for them lets go of them with the picture.
"""

from __future__ import annotations

import io

from tui.cells import Line, Span
from tui.tokens import PIXELS

UPPER_HALF = "▀"

NARROW, WIDE = (28, 18), (48, 31)
"""Cells and rows: both are 35:45 in pixels of half a cell."""

TOP_MM, CHIN_MM, HIGH_MM = 3, 37, 45
"""Where the crown and the chin belong in the picture (2-4 mm above the head, a head of 32-36 mm)."""

GUIDE = (255, 255, 0)
GUIDE_CELLS = 5
"""A guide is drawn at both edges only: what lies between is the face."""

Pixel = tuple[int, int, int]


def rows(
    jpeg: bytes,
    size: tuple[int, int],
    *,
    cut: tuple[int, int, int, int] | None = None,
    middle: bool = False,
    guides: bool,
) -> list[Line]:
    """The picture in `size` (cells, rows); `cut`: only this part of it (left, top, right, bottom in its px); `middle`:
    only the largest part of 35:45 in its middle.

    ValueError or OSError for bytes that are no picture.
    """
    # Not the package's public door: that one asks the terminal what it can draw, and reads the answer from the keys.
    from textual_image._pixeldata import PixelData

    cells, high = size
    picture = PixelData(io.BytesIO(jpeg), mode="rgb")
    if middle:
        cut = _middle(picture.width, picture.height)
    if cut is not None:
        picture = picture.cropped(*cut)
    raw = picture.scaled(cells, high * 2).pil_image.tobytes()
    pixels = [[_pixel(raw, row * cells + cell) for cell in range(cells)] for row in range(high * 2)]
    if guides:
        for mm in (TOP_MM, CHIN_MM):
            row = pixels[round(mm * high * 2 / HIGH_MM)]
            row[:GUIDE_CELLS] = row[-GUIDE_CELLS:] = [GUIDE] * GUIDE_CELLS
    return [_line(upper, lower) for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)]


def _middle(width: int, height: int) -> tuple[int, int, int, int]:
    """The largest part of 35:45 in the middle of a picture: left, top, right, bottom in its px."""
    wide = min(width, height * 35 // 45)
    high = min(height, wide * 45 // 35)
    left, top = (width - wide) // 2, (height - high) // 2
    return left, top, left + wide, top + high


def _line(upper: list[Pixel], lower: list[Pixel]) -> Line:
    """One row of cells; neighbours of the same two colours become one span."""
    made: Line = []
    for above, below in zip(upper, lower, strict=True):
        style = PIXELS + bytes((*above, *below)).hex()
        if made and made[-1].style == style:
            made[-1] = made[-1]._replace(text=made[-1].text + UPPER_HALF)
        else:
            made.append(Span(UPPER_HALF, style))
    return made


def _pixel(raw: bytes, at: int) -> Pixel:
    """The pixel of that place in a picture's bytes, three of them each."""
    red, green, blue = raw[at * 3 : at * 3 + 3]
    return red, green, blue
