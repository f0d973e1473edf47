"""A terminal's rows as a PNG: every character in its own cells, so that nothing overlaps that does not on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.style import Style
from rich.terminal_theme import TerminalTheme

from drivers.fonts import face
from tui.cells import Line, width
from tui.tokens import style

CELL = (10, 20)
"""Pixels of a half-width cell: a full-width character has a square."""

SIZE = 18
"""Pixels per em: a little air around each character, as terminals leave it."""

THEME = TerminalTheme(
    (16, 16, 16),
    (220, 220, 220),
    [(16, 16, 16), (205, 60, 60), (70, 180, 90), (215, 175, 60), (70, 120, 220), (190, 100, 200), (60, 180, 190), (220, 220, 220)],
    [(110, 110, 110), (240, 90, 90), (100, 220, 120), (250, 215, 90), (110, 160, 250), (220, 140, 230), (100, 220, 230), (255, 255, 255)],
)  # fmt: skip
COLOURS = 64
"""Enough for sixteen colours with their soft edges; what has a face in it is kept whole."""


def draw(lines: Sequence[Line], cells: int) -> Image.Image:
    """The picture of these rows, `cells` wide."""
    image = Image.new("RGB", (cells * CELL[0], len(lines) * CELL[1]), tuple(THEME.background_color))
    pen = ImageDraw.Draw(image)
    for row, spans in enumerate(lines):
        x = 0
        for span in spans:
            look = style(span.style)
            for char in span.text:
                wide = width(char)
                if wide:
                    _char(pen, x * CELL[0], row * CELL[1], char, wide, look)
                x += wide
    return image


def save(image: Image.Image, path: Path) -> None:
    """Write it small: few colours."""
    many = len(image.getcolors(1 << 24) or ()) > COLOURS * 16
    (image if many else image.quantize(COLOURS)).save(path, optimize=True)


def _char(pen: ImageDraw.ImageDraw, x: int, y: int, char: str, wide: int, look: Style) -> None:
    front, back = _colours(look)
    right, bottom = x + wide * CELL[0] - 1, y + CELL[1] - 1
    if back != THEME.background_color:
        pen.rectangle((x, y, right, bottom), fill=tuple(back))
    if char == "▀":
        pen.rectangle((x, y, right, y + CELL[1] // 2 - 1), fill=tuple(front))
    elif char == "_":  # the font's own lies below the cell
        pen.rectangle((x, bottom - 2, right, bottom - 1), fill=tuple(front))
    elif char != " ":
        ((font, drawn),) = face(bold=bool(look.bold), fixed=True).runs(char, SIZE)
        pen.text((x + wide * CELL[0] // 2, y + CELL[1] - 5), drawn, font=font, fill=tuple(front), anchor="ms")


def _colours(look: Style) -> tuple[ColorTriplet, ColorTriplet]:
    front, back = _colour(look.color, foreground=True), _colour(look.bgcolor, foreground=False)
    if look.reverse:
        front, back = back, front
    if look.dim:
        front = ColorTriplet(*((one + other) // 2 for one, other in zip(front, back, strict=True)))
    return front, back


def _colour(colour: Color | None, *, foreground: bool) -> ColorTriplet:
    if colour is None:
        return THEME.foreground_color if foreground else THEME.background_color
    return colour.get_truecolor(THEME, foreground=foreground)
