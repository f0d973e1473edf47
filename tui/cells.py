"""Text measured in terminal cells: a kanji takes two. Every row that a screen shows is made here, exactly as wide as it is.

A line is a list of spans: text, the name of a style (tokens.STYLES), and what a tap on it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

AMBIGUOUS = str.maketrans(
    {"…": "..", "→": "＞", "※": "＊", "●": "・", "○": "〇", "×": "Ｘ", "①": "1", "②": "2", "③": "3", "─": "-", "—": "-"}
)
"""Characters whose width a terminal may choose (UAX 11 "ambiguous"), and what is shown in their place."""


DOTS = ".."

LEAST_DOTTED = 6
"""Cells from which on a cut text ends in dots: of a number's narrow column they would leave nothing to read."""


class Span(NamedTuple):
    """A piece of a line. `tap`: the key that a click on it stands for, or ``row:ID`` for a row of a list."""

    text: str
    style: str = ""
    tap: str = ""


Line = list[Span]
Part = str | Span


def width(text: str) -> int:
    """Cells that the text takes."""
    return cell_len(text)


def plain(text: str) -> str:
    """One line of text without control characters and without characters of uncertain width."""
    if not text.isprintable():
        text = "".join(ch if ch.isprintable() else " " for ch in text)
    return text if text.isascii() else text.translate(AMBIGUOUS)


@lru_cache(maxsize=4096)  # a screen says mostly what it said a moment ago
def fit(text: str, cells: int, *, right: bool = False) -> str:
    """The text cut or padded to exactly `cells`; what is cut says so by dots, and a kanji is never halved."""
    text = plain(text)
    if right and (short := cells - width(text)) > 0:
        return " " * short + text
    if cells >= LEAST_DOTTED and width(text.rstrip()) > cells:
        text = set_cell_size(text, cells - len(DOTS)).rstrip() + DOTS
    return set_cell_size(text, cells) if cells > 0 else ""


def line(*parts: Part) -> Line:
    """A line of these parts, in order."""
    return [part if isinstance(part, Span) else Span(plain(part)) for part in parts if part]


def line_width(spans: Line) -> int:
    return sum(width(span.text) for span in spans)


def fit_line(spans: Line, cells: int, style: str = "", *, covered: bool = False) -> Line:
    """The line cut or padded to exactly `cells`; `style` is that of the padding.

    What is cut says so by dots, unless something is laid over it (`covered`): that is not gone.
    """
    fitted: Line = []
    left = cells
    cut = not covered and cells >= LEAST_DOTTED and line_width(spans) > cells and width(text_of(spans).rstrip()) > cells
    if cut:
        left -= len(DOTS)
    for span in spans:
        if left <= 0:
            break
        size = width(span.text)
        if size > left:
            span = span._replace(text=set_cell_size(span.text, left))
            size = left
        fitted.append(span)
        left -= size
    if cut:
        last = fitted[-1]
        kept = last.text.rstrip()  # a kanji that would be halved has left a space: the dots stand before it
        fitted[-1] = last._replace(text=kept + DOTS + " " * (width(last.text) - width(kept)))
    if left > 0:
        fitted.append(Span(" " * left, style))
    return fitted


def spread(left: Line, right: Line, cells: int) -> Line:
    """Left part, a gap, right part: exactly `cells`. What does not fit is cut from the left part."""
    room = cells - line_width(right)
    return [*fit_line(left, max(room, 0)), *fit_line(right, min(cells, line_width(right)))]


def columns(left: Sequence[Line], right: Sequence[Line], at: int, cells: int, height: int) -> list[Line]:
    """Two panes with an upright line between them at cell `at`: `height` lines of exactly `cells`."""
    made = []
    for row in range(height):
        one = fit_line(left[row] if row < len(left) else [], at)
        other = fit_line(right[row] if row < len(right) else [], cells - at - 1)
        made.append([*one, Span("|", "frame"), *other])
    return made


NEVER_FIRST = "、。）」』】・"
"""No line of Japanese begins with these: the character before comes down with them."""


WORD = re.compile(r"[!-~\u00c0-\u024f]+|.", re.DOTALL)
"""What is not cut: a run of Latin letters, digits and their marks (a word, a number, a code); else one character."""


def wrap(text: str, cells: int) -> list[str]:
    """The text in pieces of at most `cells`, cut between characters and, in Latin text, at the spaces, which go.

    A word longer than a whole piece is cut where the piece ends.
    """
    pieces: list[str] = []
    words: list[str] = []
    size = 0
    for word in _no_wider(WORD.findall(plain(text)), cells):
        step = width(word)
        if size + step > cells:
            carried = words.pop() if word in NEVER_FIRST and len(words) > 1 else ""
            if piece := "".join(words).rstrip(" "):
                pieces.append(piece)
            words = [carried] if carried else []
            size = width(carried)
            if word == " ":
                continue
        words.append(word)
        size += step
    return [*pieces, "".join(words)] if words or not pieces else pieces


def _no_wider(words: Iterable[str], cells: int) -> Iterator[str]:
    """The words, those wider than a piece by characters."""
    for word in words:
        if width(word) <= cells:
            yield word
        else:
            yield from word


def clip(text: str, cells: int) -> str:
    """The beginning of a text, at most `cells` wide; dots stand for what is cut off."""
    text = plain(text)
    if width(text) <= cells:
        return text
    return set_cell_size(text, max(cells - len(DOTS), 0)).rstrip() + DOTS[: max(cells, 0)]


def tail(text: str, cells: int) -> str:
    """The end of a text, at most `cells` wide; dots stand for what is cut off."""
    text = plain(text)
    if width(text) <= cells:
        return text
    size, at = len(DOTS), len(text)
    while at > 0 and size + width(text[at - 1]) <= cells:
        at -= 1
        size += width(text[at])
    return DOTS[: max(cells, 0)] + text[at:]


def text_of(spans: Line) -> str:
    return "".join(span.text for span in spans)
