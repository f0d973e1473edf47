"""A page of L size with the picture on it several times: 35 x 45 mm each, cut marks, the number, room for a name.

1050 x 1500 px at 300 dpi are the paper's 3.5 x 5 inches; 413 x 531 px are 34.97 x 44.96 mm. The page is printed
borderless and unscaled (drivers/photo_printer), so what is measured here comes out on paper.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw

from drivers.fonts import face
from drivers.picture import decode
from drivers.picture.decode import Pixels
from drivers.picture.values import MOST_COPIES, SheetLabel

DPI: Final = 300
PAGE: Final = (1050, 1500)
PICTURE: Final = (413, 531)

# Left edges of the columns and top edges of the rows: 2.5 mm of white and cut marks around each picture. A borderless
# printer may lose 3 mm at the paper's edges: the pictures stay 6 mm away from them.
_COLUMNS: Final = (84, 553)
_ROWS: Final = (110, 701)
_MARK: Final = 24  # px of a cut mark's length: 2 mm, beside the picture and never on it
_GAP: Final = 4  # px between a mark and the picture's corner
_LEFT: Final = 84  # px, of the lines of text
_LINES: Final = 1270  # px from the top: below the last picture and its marks, where the lines begin

_HEAD: Final = 33  # bytes of a PNG's signature and of its first chunk, IHDR (PNG 5.2, 11.2.1)
_PHYS: Final = b"pHYs" + struct.pack(">IIB", round(DPI / 0.0254), round(DPI / 0.0254), 1)  # px per metre (11.3.4.3)
_SIZE_OF_PX: Final = struct.pack(">I", len(_PHYS) - 4) + _PHYS + struct.pack(">I", zlib.crc32(_PHYS))

# A row as what it differs from the one above: most rows of a page are the one above. Three fifths of the bytes, and read
# in half the time.
_HOW: Final = (cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP, cv2.IMWRITE_PNG_COMPRESSION, 1)

_BLACK: Final = (0, 0, 0)
_GREY: Final = (110, 110, 110)
_WHITE: Final = (255, 255, 255)


def page(upload: bytes, label: SheetLabel) -> bytes:
    """The page as a PNG of 1050 x 1500 px, RGB, marked 300 dpi.

    ValueError for less than 1 or more than 4 pictures; Unusable for a picture that is not whole: of one cut off a
    printer prints half a face and says that it is done.
    """
    if not 1 <= label.copies <= MOST_COPIES:
        raise ValueError(f"{label.copies} pictures on a page of {MOST_COPIES}")
    decode.acceptable(upload)
    small = decode.reduced(decode.decode(upload), *PICTURE)
    paper = _form(label.copies, label.training).copy()
    for left, top in _places(label.copies):
        paper[top : top + PICTURE[1], left : left + PICTURE[0]] = small
    below = Image.fromarray(paper[_LINES:])  # the rest of the page would be turned into Pillow's form for nothing
    _text(ImageDraw.Draw(below), label)
    paper[_LINES:] = np.asarray(below)
    return _png(paper)


def _places(copies: int) -> list[tuple[int, int]]:
    """The upper left corner of each picture."""
    return [(left, top) for top in _ROWS for left in _COLUMNS][:copies]


@lru_cache(maxsize=2)  # a booth prints one of them all day: 5 MB
def _form(copies: int, training: bool) -> Pixels:
    """What is the same on each page: RGB, height x width x 3."""
    paper = Image.new("RGB", PAGE, _WHITE)
    draw = ImageDraw.Draw(paper)
    for left, top in _places(copies):
        _cut_marks(draw, left, top)
    if training:
        draw.rectangle((0, 30, PAGE[0], 84), fill=_BLACK)
        face(bold=True).draw(draw, (PAGE[0] // 2, 72), "訓練 TRAINING", 42, fill=_WHITE, anchor="m")
    face().draw(draw, (_LEFT, 1415), "氏名", 34, fill=_BLACK)
    draw.line((_LEFT + 100, 1420, PAGE[0] - _LEFT, 1420), fill=_GREY, width=2)
    face(bold=True).draw(draw, (_LEFT, 1462), "線で切り、裏に氏名と生年月日を書く", 26, fill=_GREY)
    return np.asarray(paper)


def _png(paper: Pixels) -> bytes:
    """OpenCV's encoder is faster than Pillow's fastest by 25 ms of 70; it does not say how large a px is."""
    made, encoded = cv2.imencode(".png", cv2.cvtColor(paper, cv2.COLOR_RGB2BGR), _HOW)
    if not made:
        raise ValueError("a page that cannot be encoded")
    plain = encoded.tobytes()
    return plain[:_HEAD] + _SIZE_OF_PX + plain[_HEAD:]


def _cut_marks(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """Two short lines at each corner, outside the picture, in line with its edges."""
    right, bottom = left + PICTURE[0] - 1, top + PICTURE[1] - 1
    for x in (left, right):
        draw.line((x, top - _GAP - _MARK, x, top - _GAP), fill=_BLACK)
        draw.line((x, bottom + _GAP, x, bottom + _GAP + _MARK), fill=_BLACK)
    for y in (top, bottom):
        draw.line((left - _GAP - _MARK, y, left - _GAP, y), fill=_BLACK)
        draw.line((right + _GAP, y, right + _GAP + _MARK, y), fill=_BLACK)


def _text(draw: ImageDraw.ImageDraw, label: SheetLabel) -> None:
    """Number and city, on what is below the pictures."""
    letters, bold = face(), face(bold=True)
    number = face(bold=True, fixed=True)
    number.draw(draw, (_LEFT, 1345 - _LINES), label.number, 76, fill=_BLACK)
    beside = _LEFT + number.width(label.number, 76) + 40
    if label.again:  # right after the number, where whoever pastes reads it
        draw.rectangle((beside, 1287 - _LINES, beside + 56, 1347 - _LINES), outline=_BLACK, width=3)
        bold.draw(draw, (beside + 8, 1333 - _LINES), "再", 40, fill=_BLACK)
        beside += 76
    city = f"{label.city} 出張窓口"
    room = PAGE[0] - _LEFT - beside
    size = next((size for size in range(34, 20, -2) if letters.width(city, size) <= room), 20)
    letters.draw(draw, (beside, 1345 - _LINES), city, size, fill=_BLACK)
