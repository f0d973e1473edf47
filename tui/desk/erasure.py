"""Consent to erase on the desk: how much, for when, and the city's document; F8 asks for its number and date, then signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.moment import iso_date
from hub.domain.personal.personal import is_date
from tui import tokens
from tui.cells import Line, Span, line
from tui.layer import Ask, Confirm, Prompt
from tui.words import clock

if TYPE_CHECKING:
    from hub.client.desk.casebook import Erasing
    from tui.desk.screen import DeskTerminal


LONGEST_SHOWN = 18
"""Characters of a document's number: with its date they stand whole in the row that asks before it is signed."""


class ErasurePane:
    """The right pane for one request to erase. Whose data it is stands nowhere: names are sealed at the booth."""

    def __init__(self, terminal: DeskTerminal, request: int) -> None:
        self.terminal = terminal
        self.id = request
        self.t = terminal.tongue
        self._asked = next(one for one in terminal.desk.erasures if one.id == request)
        self._signed = False

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

    def standing(self) -> tuple[Line, Line]:
        t = self.t
        if self._signed:
            words = t("署名しました。記録を待っています。", "Signed; waiting for the record.")
            return line(Span(tokens.REPLY, "reply"), words), []
        return line(t("市の承諾を待っています。", "The booth waits for the city's consent.")), line(
            t("   つぎ：F8 で文書の番号と日付を入れて署名", "   Next: F8, the document's number and date")
        )

    def prompt(self) -> Prompt:
        return Prompt(self.t("承諾", "consent"), "", self.t("F8＝署名", "F8=sign"))

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        return False

    def why_not(self, key: str) -> str:
        if key == "f6":
            return self.t("数えるものはありません", "there is nothing to count")
        return self.t("署名ずみです。記録を待っています", "signed already") if self._signed else ""

    def act(self, key: str) -> None:
        t = self.t
        self.terminal.lay(
            Ask(
                self.terminal,
                t("文書番号", "reference"),
                t("承諾の文書の番号を入れてください", "The number of the city's document"),
                t("例 小市発第12号", "as it stands on the document"),
                self._reference,
                kana=True,
                longest=LONGEST_SHOWN,
            )
        )

    def _reference(self, reference: str) -> None:
        t, today = self.t, iso_date(self.terminal.desk.now_ms())
        if not reference.strip():
            self.terminal.warn(t("番号がまだ入っていません。", "No number was typed."), "F8")
            return
        self.terminal.lay(
            Ask(
                self.terminal,
                t("文書の日付", "date"),
                t("承諾の文書の日付を入れてください", "The date of the document"),
                t("2026-07-03 のように（きょうまで）", "like 2026-07-03, not after today"),
                lambda date: self._confirm(reference.strip(), date.strip()),
                text=today,
            )
        )

    def _confirm(self, reference: str, date: str) -> None:
        t = self.t
        if not is_date(date) or date > iso_date(self.terminal.desk.now_ms()):
            self.terminal.warn(
                t(f"日付の形がちがうか、先の日付です：{date}", f"No date, or one to come: {date}"),
                t("F8 で、2026-07-03 のように入れる", "F8, and type it like 2026-07-03"),
            )
            return
        question = t(
            f"{reference}（{date}）で{self.asked.people}人分の消去を承諾します",
            f"Consent to erasing {self.asked.people} people's data ({reference}, {date})?",
        )
        confirm = Confirm(self.terminal, question, t("署名する", "sign"), lambda: self._sign(reference, date))
        self.terminal.lay(confirm)

    def _sign(self, reference: str, date: str) -> None:
        officer, desk, t = self.terminal.officer, self.terminal.desk, self.t
        assert officer is not None
        self._signed = True

        async def work() -> None:
            try:
                done = await self.terminal.ask(lambda: desk.consent(self.id, reference, date, officer))
            finally:
                self._signed = False
            if done is not None:
                self.terminal.say(t(f"承諾しました。記録 {done.index} 番。", f"Consented. Entry {done.index}."))

        self.terminal.start(work)
