"""静止画 at the booth: a look through the mask, a person who says that the number is covered, the shutter.

A digit looks, Enter says "covered" and takes. What is looked at belongs to nobody and leaves with the page; the still
itself never comes here: it goes from the hub to the officer who accepted.
"""

from __future__ import annotations

import asyncio
import unicodedata
from typing import TYPE_CHECKING

from hub.domain.identity import still, still_rules
from hub.domain.identity.identity import Request, RequestState
from hub.domain.identity.still import TakeStill
from hub.domain.identity.still_mask import FACE
from hub.domain.refusal import Refusal, refuse
from sync.errors import SyncError
from tui import tokens
from tui.cells import Line, Span, columns, line
from tui.layer import Layer, Prompt
from tui.still_view import Zoom, drawn

if TYPE_CHECKING:
    from tui.layer import Terminal
    from tui.station import Station

WIDE = 44
"""Cells of the picture at 80x24; a wide terminal gives it more."""


def why_not(station: Station, request: Request) -> Refusal | None:
    """Why no still can be taken for this request now, as the rules would say it."""
    booth = station.booth
    none = still_rules.why_none(station.profile, booth.training, booth.day.date, request.method)
    if none is not None:
        return none
    if request.state is not RequestState.PENDING:
        return refuse("still.over")
    return None if request.key else refuse("still.not_accepted")


class StillCard(Layer):
    """Over the visit's page, for one request; Esc goes back."""

    modal = True

    def __init__(self, terminal: Terminal, request: Request) -> None:
        super().__init__(terminal)
        self._id = request.id
        profile = self.station.profile
        self._subjects = [paper for paper in request.documents if profile.city_check.mask(paper) is not None]
        self._subjects.append(FACE)
        self._chosen = ""
        self._rows: list[Line] = []
        self._room = (WIDE, 16)

    @property
    def _request(self) -> Request:
        return self.station.booth.identity.requests[self._id]

    def _words(self, subject: str) -> str:
        return self.t("顔", "face") if subject == FACE else subject

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        self._room = (width - 36, height)
        left = self._rows or [*([[]] * (height // 2)), line(self.t("   数字でカメラを見る", "   a digit looks"))]
        return columns(left, self._side(), self._room[0], width, height)

    def _side(self) -> list[Line]:
        t, station = self.t, self.station
        held = station.booth.stills.get(self._id, ())
        rows: list[Line] = [line(Span(t(f" 静止画 {self._request.number}", " Stills"), "title")), []]
        for number, subject in enumerate(self._subjects, 1):
            taken = [one for one in held if one.subject == subject and one.commitment]
            waits = any(one.subject == subject and one.waits for one in held)
            shape = tokens.REPLY if waits else tokens.DONE if taken else tokens.WAIT
            often = t(f" {len(taken)}回", f" {len(taken)}x") if len(taken) > 1 else ""
            here = "bold" if subject == self._chosen else ""
            tap = f"still:{number}"
            rows.append([Span(f" [{number}]", "key", tap), Span(f"{shape}{self._words(subject)}{often}", here, tap)])
        rows.append([])
        if self._chosen:
            mask = station.profile.city_check.mask(self._chosen)
            lay = t(mask.lay, mask.lay_en) if mask is not None else t("書類を写さない", "no paper in the picture")
            rows += [line(f" {lay}"), []]
            if self._rows:
                rows += [
                    line(Span(t(" 番号は黒い帯の下ですか", " Is the number under the band?"), "title")),
                    line(t(" はい＝Enter（撮る）", " yes: Enter takes it")),
                    line(t(" いいえ＝置き直して、数字", " no: lay it anew, the digit")),
                    [],
                ]
        rows += [
            line(t(" 市の担当だけが開けます", " Only the officer opens it")),
            line(t(" 決定のあと、どこにも残りません", " Gone after the decision")),
        ]
        return rows

    def prompt(self) -> Prompt:
        hint = self.t("数字＝見る  Enter＝かくれている・撮る  Esc＝もどる", "digit=look  Enter=covered, take  Esc=back")
        return Prompt(self.t("静止画", "still"), "", hint)

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if key == "escape":
            self._rows = []
            self.terminal.close(self)
        elif digit.isdecimal() and 0 < int(digit) <= len(self._subjects):
            self._look(self._subjects[int(digit) - 1])
        elif key == "enter":
            self._take()
        else:
            return False
        return True

    def tap(self, what: str) -> None:
        if what.startswith("still:"):
            self._look(self._subjects[int(what[6:]) - 1])

    def _look(self, subject: str) -> None:
        self._chosen, self._rows = subject, []
        self.terminal.start(lambda: self._show(subject))

    async def _show(self, subject: str) -> None:
        station, t = self.station, self.t
        way = station.client.stills
        if way is None:
            return
        try:
            seen = await way.look(self._id, subject)
        except SyncError as error:
            station.fault(error)
            return
        none = why_not(station, self._request) if seen.why else None
        if seen.why == "still.elsewhere":  # the hub alone knows which terminal serves a visit
            none = refuse("still.elsewhere")
        if none is not None:
            station.refuse(none)
        elif seen.why:
            station.warn(
                t("カメラの画面が出ません。", "The camera shows nothing."), t("F4-6 で機器を見る", "see F4-6"), seen.why
            )
        elif self._chosen == subject:
            self._rows = await asyncio.to_thread(drawn, seen.preview, Zoom(), *self._room)
        self.terminal.changed()

    def _take(self) -> None:
        station, t, subject = self.station, self.t, self._chosen
        if not self._rows:
            station.warn(t("先に数字でカメラを見ます。", "Look first: a digit."))
            return
        if still.waiting(station.booth.stills) is not None:
            station.refuse(refuse("still.busy"))
            return
        self._rows = []  # the next still begins with its own look
        words = self._words(subject)

        async def work() -> None:
            await station.submit(TakeStill(self._id, subject, True))
            station.say(t(f"{words}を撮って、市の担当へ送ります。", f"{words}: taken, sent to the officer."))

        station.begin(t("撮っています", "taking it"), work)
