"""A cut by hand in the making: which part of the whole frame is wanted, moved and sized by keys, always 35:45."""

from __future__ import annotations

from typing import NamedTuple

STEP = 50
"""A key moves the cut by a fiftieth of the frame's width, and makes it a fiftieth wider or narrower."""

NARROWEST = 8
"""The cut keeps at least an eighth of the frame's width: a smaller face is photographed again, from nearer."""


class Framing(NamedTuple):
    """Left, top and width of the cut in px of a frame of this width and height."""

    frame: tuple[int, int]
    left: int
    top: int
    width: int

    @property
    def height(self) -> int:
        return self.width * 45 // 35

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, width and height."""
        return self.left, self.top, self.width, self.height

    def key(self, key: str) -> Framing | None:
        """The cut after a key; None if the key means nothing here."""
        step = max(1, self.frame[0] // STEP)
        match key:
            case "left":
                return self._inside(self.left - step, self.top, self.width)
            case "right":
                return self._inside(self.left + step, self.top, self.width)
            case "up":
                return self._inside(self.left, self.top - step, self.width)
            case "down":
                return self._inside(self.left, self.top + step, self.width)
            case "plus" | "+":  # a larger face is a narrower cut
                return self._inside(self.left + step // 2, self.top + step // 2, self.width - step)
            case "minus" | "-":
                return self._inside(self.left - step // 2, self.top - step // 2, self.width + step)
        return None

    def _inside(self, left: int, top: int, width: int) -> Framing:
        wide, high = self.frame
        width = max(wide // NARROWEST, min(width, wide, high * 35 // 45))
        height = width * 45 // 35
        return Framing(self.frame, max(0, min(left, wide - width)), max(0, min(top, high - height)), width)

    def scaled(self, longest: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in a small copy of the frame whose longer side has so many px."""
        whole = max(self.frame)
        edges = (self.left, self.top, self.left + self.width, self.top + self.height)
        left, top, right, bottom = (edge * longest // whole for edge in edges)
        return left, top, max(right, left + 1), max(bottom, top + 1)
