"""Consent to erase on the desk: how much, for when, and the city's document; F8 asks for its number and date, then signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.cells import Line, Span, line
from tui.desk.consent import ConsentPane
from tui.layer import Confirm, Prompt
from tui.words import clock

if TYPE_CHECKING:
    from hub.client.desk.casebook import Erasing
    from tui.desk.screen import DeskTerminal


class ErasurePane(ConsentPane):
    """The right pane for one request to erase. Whose data it is stands nowhere: names are sealed at the booth."""

    def __init__(self, terminal: DeskTerminal, request: int) -> None:
        super().__init__(terminal, request)
        self._asked = next(one for one in terminal.desk.erasures if one.id == request)

    @property
    def asked(self) -> Erasing:
        """As it is now; as it was last, when it has just ended."""
        self._asked = next((one for one in self.terminal.desk.erasures if one.id == self.id), self._asked)
        return self._asked

    # ------------------------------------------------------------------ picture

    def title(self) -> Line:
        return line(Span(self.t(" 個人情報の消去の承諾", " Consent to erase personal data"), "title"))

    def rows(self, cells: int) -> list[Line]:
        t, asked = self.t, self.asked
        return [
            line(t(f"依頼 {asked.asked_by}  {clock(asked.asked_ms)}", f"asked by {asked.asked_by}")),
            line(t(f"依頼の番号  記録 {asked.id} 番", f"entry {asked.id}")),
            [],
            line(t("消すもの    ", "what        "), Span(t(f"{asked.people}人分", f"{asked.people} people's"), "bold")),
            line(t("処理予定日  ", "planned for "), Span(asked.planned, "bold")),
            [],
            line(t("予約の名前・生年月日・電話・メモを、鍵ごと消します。", "Names, birth dates, phones and notes,")),
            line(t("消すと、だれにも読めません。元に戻せません。", "with their keys: nobody reads them again.")),
            [],
            line(t("承諾の文書（番号と日付）があるときに署名します。", "Sign when the city's document exists:")),
            line(t("番号と日付は、記録に残ります。", "its number and date go into the record.")),
        ]

    def prompt(self) -> Prompt:
        return Prompt(self.t("承諾", "consent"), "", self.t("F8＝署名", "F8=sign"))

    # ------------------------------------------------------------------ keys

    def act(self, key: str) -> None:
        self.ask_document(self._confirm)

    def _confirm(self, reference: str, date: str) -> None:
        t = self.t
        question = t(
            f"{reference}（{date}）で{self.asked.people}人分の消去を承諾します",
            f"Consent to erasing {self.asked.people} people's data ({reference}, {date})?",
        )
        confirm = Confirm(self.terminal, question, t("署名する", "sign"), lambda: self._consent(reference, date))
        self.terminal.lay(confirm)

    def _consent(self, reference: str, date: str) -> None:
        officer, desk = self.terminal.officer, self.terminal.desk
        assert officer is not None
        self.sign(lambda: desk.consent(self.id, reference, date, officer), self.t("承諾しました。", "Consented."))
