"""A drawn sitter for rehearsals and benchmarks: nobody's face, and the photo checks take it for one.

Head and shoulders before a plain wall; no two look alike, and each is marked with its own number.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from PIL import Image, ImageDraw

from drivers.fonts import face

# A 3:4 portrait whose 35 x 45 mm cut keeps the published upload rule (480 px a side and more) with little to spare: a
# rehearsed day takes a hundred, and each is drawn, looked at and cut.
WIDTH: Final = 750
HEIGHT: Final = 1000

# What it is drawn on: taken in smaller, its edges become as soft as a lens draws them.
_CANVAS: Final = (1200, 1600)

_HAIR: Final = (40, 34, 32)
_SKIN: Final = (226, 190, 162)
_SHADE: Final = (200, 160, 132)
_JACKET: Final = (60, 74, 96)


_HEADS: Final = 7
"""Widths of head, each drawn once, 2 MB: drawing a portrait anew for each shot took a tenth of a rehearsed day."""


def sitter(shot: int) -> Image.Image:
    """RGB, 750 x 1000; the head's width follows the shot's number, which is written on the wall."""
    picture = _portrait(shot % _HEADS).copy()
    face(bold=True).draw(
        ImageDraw.Draw(picture), (WIDTH // 2, 81), f"訓練 {shot}", 69, anchor="m", fill=(120, 120, 120)
    )
    return picture


@cache
def _portrait(head: int) -> Image.Image:
    """One without its number."""
    # The shade across the wall is what a real wall has, and keeps the file over the rule's 20 KB.
    across, down = _CANVAS
    wall = Image.linear_gradient("L").resize(_CANVAS).point([235 - value // 12 for value in range(256)])
    picture = Image.merge("RGB", (wall, wall, wall))
    draw = ImageDraw.Draw(picture)
    middle, half = across // 2, 235 + head * 8
    draw.rounded_rectangle((middle - 470, 1220, middle + 470, down + 200), 220, fill=_JACKET)
    draw.rectangle((middle - 110, 1060, middle + 110, 1300), fill=_SHADE)
    draw.ellipse((middle - half - 30, 330, middle + half + 30, 1000), fill=_HAIR)
    draw.ellipse((middle - half, 430, middle + half, 1150), fill=_SKIN)
    draw.pieslice((middle - half - 10, 380, middle + half + 10, 860), 190, 350, fill=_HAIR)
    draw.ellipse((middle - half + 30, 560, middle + half - 30, 1100), fill=_SKIN)
    for x in (middle - 105, middle + 105):
        _eye(draw, x)
    draw.polygon([(middle - 16, 760), (middle + 16, 760), (middle + 44, 905), (middle - 44, 905)], fill=(214, 174, 146))
    for x in (middle - 32, middle + 32):
        draw.ellipse((x - 18, 880, x + 18, 912), fill=(170, 120, 100))
    draw.ellipse((middle - 88, 970, middle + 88, 1018), fill=(184, 100, 94))
    draw.line([(middle - 84, 994), (middle, 998), (middle + 84, 994)], fill=(110, 56, 54), width=6)
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX)


def _eye(draw: ImageDraw.ImageDraw, x: int) -> None:
    draw.ellipse((x - 58, 725, x + 58, 790), fill=_SHADE)
    draw.ellipse((x - 46, 736, x + 46, 780), fill=(245, 242, 238))
    draw.ellipse((x - 21, 735, x + 21, 779), fill=(60, 40, 30))
    draw.ellipse((x - 9, 748, x + 9, 766), fill=(10, 8, 8))
    draw.arc((x - 50, 728, x + 50, 790), 190, 350, fill=(50, 36, 30), width=8)
    draw.line([(x - 62, 700), (x, 682), (x + 62, 698)], fill=(60, 44, 36), width=16)
