"""Which fonts draw Japanese on paper, and that no character ever comes out as a box.

Debian's BIZ UDGothic (universal design, made to be told apart at small sizes) first; Noto Sans CJK for what it
lacks (𠮷); the Noto Sans JP of the installed package where neither is there. A character that none of them has is
drawn as 〓, the printer's mark for a missing type: a person sees that something is missing, not a broken page.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final, Literal

import pylopdf_fonts_jp
from PIL import ImageDraw, ImageFont

GETA: Final = "〓"

# Debian's paths of fonts-morisawa-bizud-gothic and fonts-noto-cjk. A .ttc's face 0 is the Japanese one.
_UD: Final = "/usr/share/fonts/truetype/bizud-gothic/BIZUD{proportional}Gothic-{weight}.ttf"
_NOTO: Final = "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc"

# No font has this noncharacter, so what it draws is the font's own box (.notdef).
_NOTDEF: Final = "\U0010ffff"
_PROBE_SIZE: Final = 48  # px; large enough that no two glyphs look the same by chance

Fill = int | tuple[int, int, int]
Anchor = Literal["l", "m"]


class Face:
    """A chain of font files; every character is drawn with the first that has it."""

    def __init__(self, files: tuple[Path, ...], *, thicken: bool = False) -> None:
        if not files:
            raise ValueError("a face needs at least one font file")
        self.files = files
        self._thicken = thicken  # draw strokes wider, where a bold was wanted and only a regular is there
        self._chosen: dict[str, tuple[Path, str]] = {}
        """By character, each asked of the files once: they have some twenty thousand, and a day uses a few hundred."""

    def runs(self, text: str, size: int) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        """The text cut into pieces with the font for each, `size` in px per em; missing characters as 〓."""
        pieces: list[tuple[Path, str]] = []
        for char in _plain(text):
            path, drawn = self._chosen.get(char) or self._choose(char)
            if pieces and pieces[-1][0] is path:
                pieces[-1] = (path, pieces[-1][1] + drawn)
            else:
                pieces.append((path, drawn))
        return [(_load(path, size), piece) for path, piece in pieces]

    def width(self, text: str, size: int) -> int:
        """How many px wide the text comes out, rounded up."""
        return int(sum(font.getlength(piece) for font, piece in self.runs(text, size)) + 0.999)

    def draw(
        self,
        draw: ImageDraw.ImageDraw,
        at: tuple[int, int],
        text: str,
        size: int,
        *,
        fill: Fill,
        anchor: Anchor = "l",
    ) -> None:
        """Draw one line with its left end ("l") or its middle ("m") at x and its baseline at y."""
        x = at[0] - (self.width(text, size) / 2 if anchor == "m" else 0)
        for font, piece in self.runs(text, size):
            stroke = max(1, size // 40) if self._thicken else 0
            draw.text((round(x), at[1]), piece, font=font, fill=fill, anchor="ls", stroke_width=stroke)
            x += font.getlength(piece)

    def uncovered(self, text: str) -> str:
        """The characters of `text` that would come out as 〓, each once, in order."""
        return "".join(dict.fromkeys(char for char in _plain(text) if self._choose(char)[1] != char))

    def _choose(self, char: str) -> tuple[Path, str]:
        found = next(((path, char) for path in self.files if covers(path, char)), None)
        found = found or next(((path, GETA) for path in self.files if covers(path, GETA)), None)
        self._chosen[char] = found = found or (self.files[0], "?")
        return found


def _plain(text: str) -> str:
    """Composed (a file from a Mac has か + ゛) and without variation selectors, whose base character says enough here."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if not ("\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"))


@cache
def covers(path: Path, char: str) -> bool:
    """Whether this font file has a glyph of its own for the character (blanks always count as covered)."""
    if char.isspace():
        return True
    if ord(char) >= 0xFFFFE or not char.isprintable():
        return False
    mask, offset = _load(path, _PROBE_SIZE).getmask2(char)
    return (bytes(mask), mask.size, offset) != _box(path)


@cache
def face(*, bold: bool = False, fixed: bool = False) -> Face:
    """The face for print: `fixed` gives half-width Latin letters and digits, which keeps numbers narrow."""
    weight = "Bold" if bold else "Regular"
    wanted = (_UD.format(proportional="" if fixed else "P", weight=weight), _NOTO.format(weight=weight))
    found = tuple(path for path in map(Path, wanted) if path.is_file())
    return Face((*found, pylopdf_fonts_jp.sans_path()), thicken=bold and not found)


@cache
def _box(path: Path) -> tuple[bytes, tuple[int, int], tuple[int, int]]:
    mask, offset = _load(path, _PROBE_SIZE).getmask2(_NOTDEF)
    return bytes(mask), mask.size, offset


@cache
def _load(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # The basic layout never falls back to another font by itself, so the choice above stays the only one.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
