"""Reading one field of the person with a reservation: what for, then shown over the screen, in memory only.

It is gone with Esc, when somebody leaves the seat, and after a minute in any case.
"""

from __future__ import annotations

import time

from hub.domain.contracts import consent
from hub.domain.contracts.consent import FIELDS
from hub.domain.personal import disclosure
from hub.domain.personal.disclosure import Reveal
from hub.domain.refusal import Refusal, refuse
from tui.cells import Line, Span, line
from tui.layer import Layer, Menu, Prompt, Terminal, Why, over_right, paragraphs
from tui.station import Refused, Station

SHOWN_S = 60.0
"""As long as a terminal may stand unattended before details are masked (the counter is a public place)."""

CELLS = 40


def keeps(station: Station) -> bool:
    """Whether the city's consents let this site keep personal fields at all."""
    booth = station.booth
    date = booth.day.date or station.date
    return consent.may_keep(station.profile, booth.training, date)


def why_not(station: Station, reservation: str, *, visit: bool) -> Why:
    """Why nothing can be read of this reservation now; empty if something can."""
    t = station.tongue
    if not keeps(station):
        return refuse("consent.number_only")
    if not reservation:
        return t("予約のない方です", "no reservation")
    if reservation not in station.booth.personal.today:
        return refuse("disclosure.none", reservation=reservation)
    if not disclosure.purposes(station.profile, station.manages(station.person), visit=visit):
        return t("手続を開いてから（ほかは管理者）", "open the visit first (else the manager)")
    if station.client.status is not None and station.client.status.vault in ("damaged", "unusable"):
        return t("金庫のファイルが使えません（責任者に）", "the vault's file cannot be used: tell the manager")
    if station.client.status is not None and station.client.status.vault != "open":
        return t("金庫に鍵：管理者がサインインすると開きます", "the vault is locked; the manager opens it")
    return ""


def ask_what_for(terminal: Terminal, reservation: str, visit: int) -> None:
    """Offer what may be read, by purpose; the choice is signed, and shown once its entry is in the record."""
    station = terminal.station
    assert station is not None
    t = station.tongue
    offered = [
        (purpose, field)
        for purpose in disclosure.purposes(station.profile, station.manages(station.person), visit=visit != 0)
        for field in purpose.fields
    ][:9]
    entries = [
        (str(n), f"{t(*FIELDS[field])}（{t(purpose.ja, purpose.en)}）", "")
        for n, (purpose, field) in enumerate(offered, 1)
    ]

    def pick(digit: str) -> None:
        purpose, field = offered[int(digit) - 1]
        _read(terminal, Reveal(reservation, field, purpose.id, visit if purpose.visit else 0))

    title = t(f"予約 {reservation}：見ると記録に残ります", f"Reservation {reservation}: reading is recorded")
    terminal.lay(Menu(terminal, title, entries, pick))


def _read(terminal: Terminal, asked: Reveal) -> None:
    station = terminal.station
    assert station is not None
    t, way, person = station.tongue, station.client.vault, station.person

    async def work() -> None:
        assert way is not None and person is not None
        text = await way.reveal(asked, person)
        if isinstance(text, Refusal):
            raise Refused(text)
        if station.person is person:  # whoever asked is still here to see it
            terminal.lay(Shown(terminal, asked, text))
            station.say(t("見たことを記録しました。", "The reading is in the record."), t("Esc で消す", "Esc hides it"))

    station.begin(t("記録してから見せます", "recording, then showing"), work)


class Shown(Layer):
    """One field over the right of the screen. Not modal: leaving the seat or the page takes it away."""

    def __init__(self, terminal: Terminal, asked: Reveal, text: str) -> None:
        super().__init__(terminal)
        self._asked = asked
        self._text = text
        self._until = time.monotonic() + SHOWN_S

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t = self.t
        left = self._until - time.monotonic()
        if left <= 0:
            self._hide()
            return under
        rows: list[Line] = [
            line(Span(f" {t('予約', 'Reservation')} {self._asked.reservation}", "title")),
            [],
            line(Span(f" {t(*FIELDS[self._asked.field])}", "dim")),
            *paragraphs(" " + (self._text or t("（なし）", "(none)")), CELLS, "bold"),
            [],
            line(Span(t(f" あと{int(left)}秒で消えます", f" hidden in {int(left)} s"), "dim")),
            line(Span(t(" Esc  消す", " Esc  hide"), "dim", "escape")),
        ]
        return over_right(under, rows, width, height, CELLS)

    def prompt(self) -> Prompt:
        return Prompt(self.t("閲覧", "reading"), "", self.t("Esc＝消す", "Esc=hide"))

    def key(self, key: str, char: str) -> bool:
        if key in ("escape", "enter"):
            self._hide()
            self.station.hush()
            return True
        if key == "ctrl+l":
            self._hide()  # at once, whatever the seat still has to be asked before it is left
        return False

    def _hide(self) -> None:
        self._text = ""
        self.terminal.close(self)
