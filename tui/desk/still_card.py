"""F7 on a request: the stills that the booth has sealed to this officer; keys zoom in, and nothing is kept.

A picture that was on this card is one that the decision names.
"""

from __future__ import annotations

import asyncio
import unicodedata
from typing import TYPE_CHECKING

from hub.domain.identity.still_mask import FACE
from tui.cells import Line, Span, line
from tui.layer import Layer, Prompt
from tui.still_view import Zoom, drawn

if TYPE_CHECKING:
    from hub.client.desk.stills import Shown
    from tui.desk.screen import DeskTerminal


class DeskStillCard(Layer):
    """The pictures of one request over the whole page; Esc goes back."""

    modal = True

    def __init__(self, terminal: DeskTerminal, request: int) -> None:
        super().__init__(terminal)
        self.desk_terminal = terminal
        self._request = request
        self._at = 0
        self._zoom = Zoom()
        self._drawn: tuple[object, ...] = ()
        self._rows: list[Line] = []

    def _open(self) -> Shown | None:
        pictures = self.desk_terminal.desk.stills(self._request)
        return pictures[min(self._at, len(pictures) - 1)] if pictures else None

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, shown = self.t, self._open()
        if shown is None:
            self._drawn, self._rows = (), []
            return [[], line(t(" 静止画はありません（消えました）。", " No still here any more."))]
        wanted = (shown.still, self._zoom, width, height)
        if wanted != self._drawn:
            self._drawn = wanted
            self.terminal.start(lambda: self._draw(shown, wanted, width, height - 1))
        return [self._head(), *self._rows]

    def _head(self) -> Line:
        t = self.t
        row: Line = [Span(" ")]
        pictures = self.desk_terminal.desk.stills(self._request)
        for number, one in enumerate(pictures, 1):
            words = t("顔", "face") if one.subject == FACE else one.subject
            here = "bold" if one == self._open() else ""
            row += [Span(f"[{number}]", "key", str(number)), Span(f"{words}  ", here, str(number))]
        return [*row, Span(t(f"{self._zoom.times}倍", f"x{self._zoom.times}"), "dim")]

    async def _draw(self, shown: Shown, wanted: tuple[object, ...], cells: int, high: int) -> None:
        try:
            made = await asyncio.to_thread(drawn, shown.picture, self._zoom, cells, high)
        except (OSError, ValueError):
            made = [line(self.t(" この静止画は表示できません", " This still cannot be shown"))]
        else:
            self.desk_terminal.desk.look_at(self._request, shown.still)
        if self._drawn == wanted:
            self._rows = made
            self.terminal.changed()

    def prompt(self) -> Prompt:
        hint = self.t("数字＝選ぶ  + -＝大きさ  矢印＝動かす  Esc＝もどる", "digit  + - zoom  arrows move  Esc=back")
        return Prompt(self.t("静止画", "still"), "", hint)

    def key(self, key: str, char: str) -> bool:
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if key in ("escape", "f7"):
            self._drawn, self._rows = (), []
            self.terminal.close(self)
            return True
        if digit.isdecimal() and 0 < int(digit) <= len(self.desk_terminal.desk.stills(self._request)):
            self._at, self._zoom = int(digit) - 1, Zoom()
            return True
        moved = self._zoom.key(digit if digit in ("+", "-") else key)
        if moved is None:
            return False
        self._zoom = moved
        return True
