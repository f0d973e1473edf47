"""Screen 3 写真: the picture on the left, its points and the applicant's two ticks on the right.

Enter does what comes next (shutter, accepted, done); F6 takes another. The terminal holds the picture while this page is
shown and no longer.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable

from hub.domain.photo.photo import PhotoState
from sync.errors import SyncError
from sync.messages import PhotoShown
from tui.cells import Line, columns, line
from tui.layer import Prompt, Terminal
from tui.photo.acts import PhotoActs
from tui.photo.framing import Framing
from tui.photo.pane import pane, prompt_words
from tui.photo.picture import NARROW, WIDE

SMALL = 480
"""px of the longer side of what the hub shows of the whole frame."""


class PhotoPage(PhotoActs):
    """One visit's photo; no other can be chosen here, or anywhere."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._drawn: tuple[object, ...] = ()
        """What the rows below were drawn from."""
        self._rows: list[Line] = []
        self._asked = -1
        """The shot whose picture was asked for."""

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        size = WIDE if width >= 110 and height >= WIDE[1] else NARROW
        self._look()
        self._draw(size)
        self._live(size)
        right = pane(self, width - size[0] - 1, height)
        return columns(self._rows or self.live.rows or self._empty(size), right, size[0], width, height)

    def _empty(self, size: tuple[int, int]) -> list[Line]:
        living = self.living
        words = self.t("写真はありません", "no picture")
        if living is not None:
            words = {
                PhotoState.ASKED: self.t("撮っています", "taking it"),
                PhotoState.DOOMED: self.t("消しています", "destroying it"),
            }.get(living.state, self.t("届くのを待っています", "on its way"))
        return [*([[]] * (size[1] // 2)), line(" " * 4 + words)]

    def _look(self) -> None:
        """Ask for the picture of this visit once it is there."""
        way, living = self.station.client.photo, self.living
        if way is None or living is None or living.state not in (PhotoState.TAKEN, PhotoState.CONFIRMED):
            return
        if self.picture is None and self._asked != living.shot:
            self._asked = living.shot
            self.terminal.start(lambda: self._fetch(living.shot))

    async def _fetch(self, shot: int) -> None:
        way = self.station.client.photo
        assert way is not None
        try:
            await way.look(shot)
        except SyncError as error:
            self.station.fault(error)
        if self.terminal.page is not self:  # it came after the page was left
            way.let_go()
        self.terminal.changed()

    def _draw(self, size: tuple[int, int]) -> None:
        """Have the rows made in a thread, where the picture, its size or its cut are others than those drawn."""
        shown, framing = self.picture, self.framing
        if shown is None:
            self._drawn, self._rows = (), []
            return
        wanted = (shown.id, size, framing)
        if wanted != self._drawn:
            self._drawn = wanted
            self.terminal.start(lambda: self._make(shown, size, framing))

    def _live(self, size: tuple[int, int]) -> None:
        """The live picture goes when the step has: a colleague's shutter, a visit given up."""
        self.live.size = size
        if self.live.on and (self.live.over or self.live.why_not()):
            self.live.stop()

    async def _make(self, shown: PhotoShown, size: tuple[int, int], framing: Framing | None) -> None:
        from tui.photo.picture import rows

        jpeg, cut = (shown.preview, None) if framing is None else (shown.whole, framing.scaled(SMALL))
        guides = framing is not None or not self.checked
        try:
            made = await asyncio.to_thread(rows, jpeg, size, cut=cut, guides=guides)
        except (OSError, ValueError):
            made = [line(self.t(" 写真を表示できません", " The picture cannot be shown"))]
        if self._drawn == (shown.id, size, framing):
            self._rows = made
            self.terminal.changed()

    @property
    def checked(self) -> bool:
        living = self.living
        return living is not None and living.checked

    def hidden(self) -> None:
        """Another page is shown: the picture leaves this terminal's memory."""
        way = self.station.client.photo
        if way is not None:
            way.let_go()
        self._drawn, self._rows, self._asked, self.framing = (), [], -1, None
        self.live.stop()

    # ------------------------------------------------------------------ keys

    def prompt(self) -> Prompt:
        return prompt_words(self)

    def label(self, action: str) -> str:
        return {
            "recall": self.t("もう一度", "Again") if self.sheets.printed else self.t("撮直し", "Again"),
            "no_show": self.t("止め", "Stop") if self.live.on else self.t("構図", "Live"),
            "finish": self.t("紙の先", "Sheet"),
            "reprint": self.t("写真の印刷", "Print photo"),
        }.get(action, "")

    def key(self, key: str, char: str) -> bool:
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if key == "escape":
            if self.framing is not None:
                self.framing = None
            elif self.station.said is not None:
                self.station.hush()
            else:
                self.terminal.go("visit")
        elif key == "enter":
            self.enter()
        elif digit.isdecimal():
            self.tick(int(digit))
        else:
            return self._frame_key(digit if digit in ("+", "-") else key)
        return True

    def _frame_key(self, key: str) -> bool:
        """Arrows, + and -: cut by hand, where the whole frame is still there."""
        shown, living = self.picture, self.living
        if shown is None or not shown.whole or living is None or living.state is not PhotoState.TAKEN:
            return False
        left, top, wide, _ = shown.box
        framing = (self.framing or Framing(shown.frame, left, top, wide)).key(key)
        if framing is None:
            return False
        self.framing = framing
        return True

    def tap(self, what: str) -> None:
        if what.startswith("tick:"):
            self.tick(int(what[5:]))

    def remember(self) -> Callable[[], None]:
        ticks = self.ticks

        def restore() -> None:
            self.ticks = ticks

        return restore
