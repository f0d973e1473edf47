"""The meeting of the city's identity check, on the desk and on the booth's terminal: its link as text, as a QR code, opened."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tui.cells import Line, Span, columns, line, wrap
from tui.layer import Layer, Prompt
from tui.qr import qr_lines
from tui.words import clock

if TYPE_CHECKING:
    from hub.domain.identity.city_check import CityCheck
    from hub.domain.identity.identity import Video
    from tui.layer import Terminal
    from tui.words import Tongue

STATES = {
    "": ("まだ", "not yet"),
    "started": ("つながり", "on"),
    "lost": ("切れた", "lost"),
    "ended": ("終わり", "over"),
}


def video_words(t: Tongue, video: Video) -> str:
    """How the meeting stands, as staff noted it: state, since when, how often it broke off."""
    since = f" {clock(video.since_ms)}" if video.since_ms else ""
    again = t(f" 最初から{video.restarts}回", f", {video.restarts} restarts") if video.restarts else ""
    return t(*STATES[video.state]) + since + t(f" 途切れ{video.losses}回", f", lost {video.losses}x") + again


def open_link(link: str) -> bool:
    """Hand a link to the browser of this machine; False where there is none. It comes from the contract's profile,
    which takes https and no blanks; no shell reads it."""
    if sys.platform == "win32":
        os.startfile(link)
    else:
        opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
        if opener is None:
            return False
        # Its own session: whatever the browser says goes nowhere near the terminal's screen, and outlives it.
        null = subprocess.DEVNULL
        subprocess.Popen([opener, link], stdin=null, stdout=null, stderr=null, start_new_session=True)
    return True


class MeetingCard(Layer):
    """The meeting's link over the whole page; Esc goes back."""

    modal = True

    def __init__(self, terminal: Terminal, check: CityCheck, window: str) -> None:
        super().__init__(terminal)
        self.window = window
        self.link = check.meeting(window)
        self._qr = qr_lines(self.link) if self.link else []

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t = self.t
        fits = len(self._qr) <= height and bool(self._qr)
        left: list[Line] = [[Span(row, "qr")] for row in self._qr] if fits else []
        cells = len(self._qr[0]) if fits else 0
        rows: list[Line] = [[], line(Span(t(f" 会議（{self.window}）", f" Meeting ({self.window})"), "title")), []]
        rows += [line(f" {piece}") for piece in wrap(self.link, width - cells - 3)]
        if self._qr and not fits:
            rows += [[], line(t(" QRは、画面を大きくすると出ます", " The QR needs a taller window"))]
        return columns(left, rows, cells, width, height) if fits else rows[:height]

    def prompt(self) -> Prompt:
        return Prompt(self.t("会議", "meeting"), "", self.t("Esc＝もどる", "Esc=back"))

    def key(self, key: str, char: str) -> bool:
        if key in ("escape", "enter"):
            self.terminal.close(self)
            return True
        return False
