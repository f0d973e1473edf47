"""訪問の予約 on the desk: which body has applied for a visit on which date; F8 confirms it with the city's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.reservations import outing
from hub.domain.reservations.outing_words import CHANNELS
from tui import tokens
from tui.cells import Line, Span, line
from tui.desk.consent import ConsentPane
from tui.layer import Confirm, Prompt
from tui.words import clock

if TYPE_CHECKING:
    from hub.client.desk.casebook import Booking
    from tui.desk.screen import DeskTerminal


class BookingPane(ConsentPane):
    """The right pane for one visit that a body has applied for. The city alone confirms it (Niigata 8.3)."""

    def __init__(self, terminal: DeskTerminal, booking: int) -> None:
        super().__init__(terminal, booking)
        self._asked = next(one for one in terminal.desk.bookings if one.id == booking)

    @property
    def asked(self) -> Booking:
        """As it is now; as it was last, when it has just ended."""
        self._asked = next((one for one in self.terminal.desk.bookings if one.id == self.id), self._asked)
        return self._asked

    # ------------------------------------------------------------------ picture

    def title(self) -> Line:
        return line(Span(self.t(f" 訪問の予約 {self.asked.number}", f" Visit {self.asked.number}"), "title"))

    def rows(self, cells: int) -> list[Line]:
        t, asked, profile = self.t, self.asked, self.terminal.desk.profile
        terms = profile.outing if profile is not None else None
        most = outing.target(profile, terms) if profile is not None and terms is not None else None
        people = t(f"{asked.applicants}人", f"{asked.applicants}")
        if most is not None:
            people = t(f"{asked.applicants}/{most}人（1日の目標）", f"{asked.applicants}/{most} (target of a day)")
        way = t(*CHANNELS.get(asked.channel, (asked.channel, asked.channel)))
        rows = [
            line(t(f"受付 {asked.asked_by}  {clock(asked.asked_ms)}", f"noted by {asked.asked_by}")),
            [],
            line(t("訪問先      ", "body        "), Span(asked.body, "bold")),
            line(t("希望日      ", "date        "), Span(asked.date, "bold")),
            line(t("申込み      ", "way         "), Span(way)),
            line(t("申請希望者  ", "people      "), Span(people, "bold" if most and asked.applicants > most else "")),
            [],
            line(t("市が予約を確定すると、受託者の事前調整が", "Once the city has confirmed the booking,")),
            line(t("始まります。受託者には確定できません。", "the contractor adjusts; nobody else confirms.")),
        ]
        return rows

    def standing(self) -> tuple[Line, Line]:
        t = self.t
        if self._signed:
            return super().standing()
        return line(Span(tokens.WAIT), t("市の確定を待っています。", "The city is to confirm the booking.")), line(
            t("   つぎ：日と訪問先を見て、F8 で確定", "   Next: look at body and date, then F8")
        )

    def prompt(self) -> Prompt:
        return Prompt(self.t("予約", "booking"), "", self.t("F8＝確定の署名", "F8=confirm"))

    # ------------------------------------------------------------------ keys

    def act(self, key: str) -> None:
        t, asked = self.t, self.asked
        question = t(
            f"{asked.number} {asked.body}（{asked.date}）の予約を確定します",
            f"Confirm {asked.number}: {asked.body} on {asked.date}?",
        )
        self.terminal.lay(Confirm(self.terminal, question, t("署名する", "sign"), self._confirm))

    def _confirm(self) -> None:
        officer, desk, asked = self.terminal.officer, self.terminal.desk, self.asked
        assert officer is not None
        self.sign(lambda: desk.confirm_booking(asked, officer), self.t("予約を確定しました。", "Confirmed."))
