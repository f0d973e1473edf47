"""A picture with areas burnt black: before it is made smaller, and before anything of it is encoded."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.picture import decode, encode
from drivers.picture.decode import Pixels
from drivers.picture.unusable import Unusable
from drivers.picture.values import Area, Masked

WHOLE = 1000
"""Parts of a picture's width, and of its height."""


def masked(jpeg: bytes, areas: Iterable[Area]) -> Masked:
    """The upright picture with every area black; Unusable where it cannot be read."""
    header = decode.readable(jpeg)
    frame = decode.decode(jpeg, max(decode.reduced_scale(header), decode.least_scale(header)))
    cover(frame, areas)
    still = encode.still(frame)
    if not still:
        raise Unusable("picture.too_large", "a masked still")
    return Masked(still=still, preview=encode.preview(frame))


def cover(frame: Pixels, areas: Iterable[Area]) -> None:
    """Make these areas of the pixels black; an edge that falls within a pixel covers the whole of it."""
    high, wide = frame.shape[:2]
    for area in areas:
        left, top = area.left * wide // WHOLE, area.top * high // WHOLE
        right = -(-(area.left + area.width) * wide // WHOLE)
        bottom = -(-(area.top + area.height) * high // WHOLE)
        frame[top:bottom, left:right] = 0
