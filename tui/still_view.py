"""A still in half cells, and which part of it: keys make the part smaller and move it, in the picture's own shape."""

from __future__ import annotations

import io
from typing import NamedTuple

from tui.cells import Line

WIDEST = 8
"""The smallest part is an eighth of the width: 200 px of 1600, which a screen of 80 cells shows pixel by pixel."""


class Zoom(NamedTuple):
    """A part of a picture: how many times larger it is seen, and its left and upper edge in parts of WHOLE."""

    times: int = 1
    left: int = 0
    top: int = 0

    def key(self, key: str) -> Zoom | None:
        """The part after a key; None if the key means nothing here."""
        part = WHOLE // self.times
        match key:
            case "plus" | "+":
                return self._inside(min(self.times * 2, WIDEST), self.left + part // 4, self.top + part // 4)
            case "minus" | "-":
                return self._inside(max(self.times // 2, 1), self.left - part // 2, self.top - part // 2)
            case "left":
                return self._inside(self.times, self.left - part // 4, self.top)
            case "right":
                return self._inside(self.times, self.left + part // 4, self.top)
            case "up":
                return self._inside(self.times, self.left, self.top - part // 4)
            case "down":
                return self._inside(self.times, self.left, self.top + part // 4)
        return None

    def _inside(self, times: int, left: int, top: int) -> Zoom:
        if times == self.times and times > 1 and (left, top) == (self.left, self.top):
            return self
        last = WHOLE - WHOLE // times
        return Zoom(times, max(0, min(left, last)), max(0, min(top, last)))

    def cut(self, wide: int, high: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in a picture of that many px."""
        part = WHOLE // self.times
        edges = (self.left * wide, self.top * high, (self.left + part) * wide, (self.top + part) * high)
        left, top, right, bottom = (edge // WHOLE for edge in edges)
        return left, top, max(right, left + 1), max(bottom, top + 1)


WHOLE = 1024
"""Parts of a picture's width and height; a power of two, so that halving it three times is exact."""


def drawn(jpeg: bytes, zoom: Zoom, cells: int, high: int) -> list[Line]:
    """The part of the picture in at most that many cells and rows, undistorted. ValueError or OSError: no picture.

    Takes milliseconds: in a thread. The rows are the picture, as good as its bytes: let go of them with it.
    """
    # Not at the top: whoever shows no picture loads no imaging library.
    from textual_image._pixeldata import PixelMeta

    from tui.photo.picture import rows

    meta = PixelMeta(io.BytesIO(jpeg))
    wide = min(cells, high * 2 * meta.width // meta.height)
    tall = max(1, wide * meta.height // meta.width // 2)
    return rows(jpeg, (wide, tall), cut=zoom.cut(meta.width, meta.height), guides=False)
