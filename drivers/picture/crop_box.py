"""Where a picture is cut: 35 x 45 mm, the head 32-36 mm high, 2-4 mm above it, in the middle.

All numbers are whole px of the upright picture. A box is 7k wide and 9k high, so that it is 35:45 exactly.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from drivers.picture.values import Box

HEIGHT_DMM: Final = 450

# The published rule: crown to chin 32-36 mm, 2-4 mm above the crown; in the middle of both where the picture allows.
HEAD_DMM: Final = (320, 340, 360)
TOP_DMM: Final = (20, 30, 40)

ASIDE_DMM: Final = 10
"""A millimetre beside the middle is not seen, and a nose is not the middle of every face."""

SMALLEST_K: Final = 69
"""483 x 621 px: the upload takes 480-6000 px a side, and nothing is ever scaled up."""


class Head(NamedTuple):
    """Where a head is in the upright picture, px: the crown's and the chin's row, the face's middle column."""

    crown: float
    chin: float
    middle: float


class TooSmall(Exception):
    """The picture has no room for a box of 483 x 621 px."""


def room(width: int, height: int) -> int:
    """The largest k of a picture of this size; TooSmall where even the smallest box does not fit."""
    k = min(width // 7, height // 9)
    if k < SMALLEST_K:
        raise TooSmall(f"{width} x {height} px")
    return k


def widest(width: int, height: int) -> Box:
    """The largest box in the middle of the picture: where nobody knows yet where the face is."""
    k = room(width, height)
    return _box(k, (width - 7 * k) / 2, (height - 9 * k) / 2, width, height)


def around(head: Head, width: int, height: int) -> Box:
    """The box that keeps the rules for this head; where none does, the one that misses them least, inside the picture.

    A head that is too near an edge, too large or too small for the picture leaves a box that breaks the rules: what
    was measured in it says so, and a person takes another picture.
    """
    most = room(width, height)
    tall = max(head.chin - head.crown, 1.0)
    # 9k px are 45 mm: with the head h mm high, k = 5 * tall / h
    sizes = sorted({_within(round(50 * tall / dmm), SMALLEST_K, most) for dmm in range(HEAD_DMM[0], HEAD_DMM[2] + 1)})
    return min((_best_of_size(k, head, width, height) for k in sizes), key=lambda box: _misses(box, head))


def by_hand(wanted: Box, width: int, height: int) -> Box:
    """The box nearest to what a person drew that is 35:45, large enough and inside the picture."""
    most = room(width, height)
    k = _within(round((wanted.width / 7 + wanted.height / 9) / 2), SMALLEST_K, most)
    middle, centre = wanted.left + wanted.width / 2, wanted.top + wanted.height / 2
    return _box(k, middle - 3.5 * k, centre - 4.5 * k, width, height)


def lengths_dmm(head: Head, box: Box) -> tuple[int, int, int]:
    """Of this head in this box, in 0.1 mm: crown to chin, upper edge to crown, face's middle right of the box's."""
    per_px = HEIGHT_DMM / box.height
    return (
        round((head.chin - head.crown) * per_px),
        round((head.crown - box.top) * per_px),
        round((head.middle - box.left - box.width / 2) * per_px),
    )


def _best_of_size(k: int, head: Head, width: int, height: int) -> Box:
    """With this size, the box nearest to 3 mm above the crown and to the face's middle."""
    top = head.crown - TOP_DMM[1] * 9 * k / HEIGHT_DMM
    return _box(k, head.middle - 3.5 * k, top, width, height)


def _misses(box: Box, head: Head) -> tuple[float, float]:
    """How far a box is outside the rules, then how far from the middle of what they allow; in 0.1 mm."""
    per_px = HEIGHT_DMM / box.height
    tall, above = (head.chin - head.crown) * per_px, (head.crown - box.top) * per_px
    aside = abs(head.middle - box.left - box.width / 2) * per_px
    outside = (
        max(HEAD_DMM[0] - tall, 0, tall - HEAD_DMM[2])
        + max(TOP_DMM[0] - above, 0, above - TOP_DMM[2])
        + max(aside - ASIDE_DMM, 0)
    )
    return outside, abs(tall - HEAD_DMM[1]) + abs(above - TOP_DMM[1]) + aside


def _box(k: int, left: float, top: float, width: int, height: int) -> Box:
    """A box of this size as near as the picture's edges allow."""
    return Box(
        left=_within(round(left), 0, width - 7 * k),
        top=_within(round(top), 0, height - 9 * k),
        width=7 * k,
        height=9 * k,
    )


def _within(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)
