"""Draws a number ticket as thermal printers want it: black and white, 8 dots a millimetre, exactly as wide as the paper.

From the top: bands (訓練, 再), the city, the number, the lane, when, how many are ahead and how long, what to do.
"""

from __future__ import annotations

import functools
import io
import re
import zlib
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

import segno
from PIL import Image, ImageDraw

from drivers.device import Ticket as Ticket
from drivers.fonts import Face, face


class Paper(IntEnum):
    """Printable width in dots of the two roll widths there are."""

    MM58 = 384
    MM80 = 576


_JST: Final = timedelta(hours=9)  # Japan has no daylight saving time
_WEEKDAYS: Final = "月火水木金土日"
_BLACK: Final = 0
_WHITE: Final = 255

_NUMBER_DOTS: Final = 160  # 20 mm: readable at arm's length without glasses
_LARGE_NUMBER_DOTS: Final = 240  # 30 mm, for people who see little
_LARGE_TEXT: Final = 1.35  # how much bigger the other lines are on a large-print ticket
_SMALLEST: Final = 24  # 3 mm; smaller kanji fill up on thermal paper
_NARROWEST: Final = 0.66  # a number squeezed further is no longer read at a glance: it goes on two lines
_MARGIN: Final = 8  # 1 mm: rolls sit that far off centre
_NEVER_FIRST: Final = "・、。）」ー"  # what Japanese setting never puts at the head of a line
_CODE_MM58: Final = 160  # 20 mm on narrow paper
_CODE_MM80: Final = 200  # 25 mm on wide paper
_LEAST_MODULE: Final = 3  # dots: thermal heads smear smaller squares into each other
_QUIET_MODULES: Final = 4  # the standard's white border
_LONGEST: Final = 4000  # half a metre; more is not a ticket


def ticket_png(ticket: Ticket, paper: Paper = Paper.MM58) -> bytes:
    """The ticket as a 1-bit PNG, `paper` dots wide; the same ticket gives the same bytes."""
    out = io.BytesIO()
    # Runs alone: nearly all of a ticket is runs of white, and looking for more doubles the time for 4 %.
    draw_ticket(ticket, paper).save(out, "PNG", compress_type=zlib.Z_RLE)
    return out.getvalue()


def draw_ticket(ticket: Ticket, paper: Paper = Paper.MM58) -> Image.Image:
    """The ticket as a 1-bit image (mode "1", 0 = black), `paper` dots wide and as long as it needs."""
    page = _Page(int(paper), _LARGE_TEXT if ticket.large else 1.0)
    if ticket.training:
        page.band("訓練 TRAINING")
    if ticket.reprint:
        page.band("再 REPRINT")
    page.gap(10)
    page.text(f"{ticket.city} 出張窓口", 30)
    page.gap(14)
    page.number(ticket.number, _LARGE_NUMBER_DOTS if ticket.large else _NUMBER_DOTS)
    page.gap(16)
    page.text(ticket.lane_ja, 44, bold=True)
    page.text(ticket.lane_en, 32)
    page.rule()
    page.text(issued_ja(ticket.issued_at_ms), 32)
    page.gap(6)
    ahead_ja, ahead_en = waiting_lines(ticket.ahead, ticket.wait_minutes)
    page.text(ahead_ja, 44, bold=True)
    page.text(ahead_en, 28)
    if ticket.status_url:
        page.gap(10)
        page.code(ticket.status_url, _CODE_MM58 if paper is Paper.MM58 else _CODE_MM80)
        page.text("順番を携帯電話で見られます", 26)
        page.text("See your turn on your phone", 26)
    page.rule()
    page.text("番号でお呼びします。", 30, bold=True)
    page.text("画面をごらんください。", 30, bold=True)
    page.text("We call by number. Please watch the screen.", 26)
    page.gap(8)
    page.text("席をはなれるときは受付へ", 30, bold=True)
    page.text("Tell the reception before you leave your seat.", 26)
    page.gap(24)
    return page.cut()


def issued_ja(at_ms: int) -> str:
    """When a ticket was issued, in Japan's time: 「8月6日(水) 10:24」."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms) + _JST
    return f"{at.month}月{at.day}日({_WEEKDAYS[at.weekday()]}) {at:%H:%M}"


def waiting_lines(ahead: int, wait_minutes: int | None) -> tuple[str, str]:
    """The Japanese and the English line; the minutes are left out where they are not known."""
    if ahead == 0:
        return "まもなくお呼びします", "You will be called soon"
    if wait_minutes is None:
        return f"前に{ahead}人", f"{ahead} ahead of you"
    return f"前に{ahead}人 約{wait_minutes}分", f"{ahead} ahead, about {wait_minutes} min"


class _Page:
    """A strip of paper that fills from the top."""

    def __init__(self, width: int, scale: float) -> None:
        self._width = width
        self._scale = scale
        self._image = Image.new("L", (width, _LONGEST), _WHITE)
        self._draw = ImageDraw.Draw(self._image)
        self._y = 0

    def gap(self, dots: int) -> None:
        self._y += dots

    def rule(self) -> None:
        self.gap(12)
        self._draw.rectangle((_MARGIN, self._y, self._width - _MARGIN - 1, self._y + 1), fill=_BLACK)
        self.gap(12)

    def band(self, text: str) -> None:
        """White on black over the whole width: seen before anything else is read."""
        size = 40
        self._draw.rectangle((0, self._y, self._width - 1, self._y + 55), fill=_BLACK)
        self._line(text, size, self._y + 42, bold=True, fill=_WHITE)
        self.gap(56 + 4)

    def text(self, text: str, size: int, *, bold: bool = False) -> None:
        """Centred lines: as large as asked where that fits, smaller or on more lines where it does not."""
        room = self._width - 2 * _MARGIN
        wanted = round(size * self._scale)
        # Shrinking stops at three quarters: a long lane name on two lines reads better than a tiny one.
        least = max(_SMALLEST, wanted * 3 // 4)
        lines, used = _set(text, bold, wanted, least, room)
        for line in lines:
            self._line(line, used, self._y + round(used * 0.95), bold=bold, fill=_BLACK)
            self.gap(round(used * 1.25))

    def _line(self, text: str, size: int, baseline: int, *, bold: bool, fill: int) -> None:
        ink, left, up = _line_ink(text, bold, size, self._width)
        self._image.paste(fill, (left, baseline - up), ink)

    def number(self, number: str, height: int) -> None:
        """The number, its capitals `height` dots high, squeezed to the paper; on two lines where that is too narrow."""
        room = self._width - 2 * _MARGIN
        picture = _glyphs(number, height)
        head, dash, tail = number.partition("-")
        if picture.width * _NARROWEST > room and dash:
            self._stamp(_glyphs(head + dash, height), room)
            self.gap(14)
            self._stamp(_glyphs(tail, height), room)
        else:
            self._stamp(picture, room)

    def code(self, text: str, most: int) -> None:
        """A QR code (ISO/IEC 18004, correction M: paper is folded and touched), at most `most` dots a side.

        Each module is a whole number of dots, so that no edge falls between two.
        """
        rows = segno.make(text, error="m", micro=False).matrix
        side = max(_LEAST_MODULE, most // len(rows))
        modules = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)).point([_WHITE] + [_BLACK] * 255)
        self.gap(_QUIET_MODULES * side)
        across = side * len(rows)
        self._image.paste(
            modules.resize((across, across), Image.Resampling.NEAREST), ((self._width - across) // 2, self._y)
        )
        self.gap(across + _QUIET_MODULES * side)

    def _stamp(self, picture: Image.Image, room: int) -> None:
        if picture.width > room:
            picture = picture.resize((room, picture.height), Image.Resampling.LANCZOS)
        self._image.paste(_BLACK, ((self._width - picture.width) // 2, self._y), picture)
        self.gap(picture.height)

    def cut(self) -> Image.Image:
        # A hard threshold: dithered greys make kanji fuzzy on thermal paper.
        whole = self._image.crop((0, 0, self._width, self._y))
        return whole.point([_BLACK] * 144 + [_WHITE] * 112, "1")


@functools.lru_cache(maxsize=64)  # a ticket has a dozen lines of which nine are on every one; 20 KB each
def _line_ink(text: str, bold: bool, size: int, width: int) -> tuple[Image.Image, int, int]:
    """The ink of one line in the middle of so many dots: its mask, where that begins, and how far above the baseline."""
    up = 2 * size  # no glyph rises or falls by more
    strip = Image.new("L", (width, 2 * up), 0)
    face(bold=bold).draw(ImageDraw.Draw(strip), (width // 2, up), text, size, fill=255, anchor="m")
    ink = strip.getbbox() or (0, 0, 1, 1)
    return strip.crop(ink), ink[0], up - ink[1]


@functools.lru_cache(maxsize=512)  # most lines are on every ticket; setting them took three quarters of the drawing
def _set(text: str, bold: bool, wanted: int, least: int, room: int) -> tuple[list[str], int]:
    """The lines a text is set in, and their size: the largest from `wanted` to `least` that fits, else wrapped."""
    letters = face(bold=bold)
    fits = next((size for size in range(wanted, least - 1, -1) if letters.width(text, size) <= room), None)
    return ([text], fits) if fits else (wrap(letters, text, least, room), least)


def wrap(letters: Face, text: str, size: int, room: int) -> list[str]:
    """The text in as few lines as fit `room` px, about equally long: broken after blanks and ・, else anywhere."""
    lines = _fill(letters, text, size, room)
    # As narrow as the same number of lines allows, so that no last word stands alone.
    narrower = (_fill(letters, text, size, less) for less in range(room // 2, room, 8))
    good = (even for even in narrower if len(even) == len(lines) and not any(line[0] in _NEVER_FIRST for line in even))
    return next(good, lines)


def _fill(letters: Face, text: str, size: int, room: int) -> list[str]:
    lines = [""]
    for piece in re.findall(r"[^ ・]+[ ・]?|[ ・]", text):
        # A word longer than the line is cut: better a broken word than one that leaves the paper.
        for part in [piece] if letters.width(piece.rstrip(), size) <= room else list(piece):
            if lines[-1] and letters.width((lines[-1] + part).rstrip(), size) > room:
                lines.append("")
            lines[-1] += part
    return [line.strip() for line in lines]


def _glyphs(text: str, height: int) -> Image.Image:
    """The ink of the text as a mask, cut to what is inked, `height` px high."""
    letters = face(bold=True, fixed=True)
    size = 2 * height  # more than needed, so that scaling down keeps the edges clean
    image = Image.new("L", (letters.width(text, size) + size // 4, 2 * size), 0)
    letters.draw(ImageDraw.Draw(image), (size // 8, size + size // 2), text, size, fill=255)
    ink = image.getbbox()
    if ink is None:
        return Image.new("L", (1, height), 0)
    cut = image.crop(ink)
    return cut.resize((max(1, round(cut.width * height / cut.height)), height), Image.Resampling.LANCZOS)
