"""What the city consents to by a document of its own: F8 asks for its number and date, then an officer signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.moment import as_date, iso_date
from tui import tokens
from tui.cells import Line, Span, line
from tui.layer import Ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hub.client.link.commands import Done
    from hub.domain.refusal import Refusal
    from tui.desk.screen import DeskTerminal


LONGEST_SHOWN = 18
"""Characters of a document's number: with its date they stand whole in the row that asks before it is signed."""


class ConsentPane:
    """The right pane for one request that waits for the city's consent; what it is about, each kind adds."""

    def __init__(self, terminal: DeskTerminal, case: int) -> None:
        self.terminal = terminal
        self.id = case
        self.t = terminal.tongue
        self._signed = False

    def standing(self) -> tuple[Line, Line]:
        """How it stands, and what comes next."""
        t = self.t
        if self._signed:
            words = t("署名しました。記録を待っています。", "Signed; waiting for the record.")
            return line(Span(tokens.REPLY, "reply"), words), []
        return line(t("市の承諾を待っています。", "The booth waits for the city's consent.")), line(
            t("   つぎ：F8 で文書の番号と日付を入れて署名", "   Next: F8, the document's number and date")
        )

    def key(self, key: str, char: str) -> bool:
        """Nothing here is chosen by other keys."""
        return False

    def why_not(self, key: str) -> str:
        """Why this key does nothing now; empty if it does."""
        if key == "f6":
            return self.t("数えるものはありません", "there is nothing to count")
        return self.t("署名ずみです。記録を待っています", "signed already") if self._signed else ""

    def ask_document(self, then: Callable[[str, str], None]) -> None:
        """Ask for the document's number and its date (ISO 8601, today at the latest), and go on with both."""
        t = self.t
        self.terminal.lay(
            Ask(
                self.terminal,
                t("文書番号", "reference"),
                t("承諾の文書の番号を入れてください", "The number of the city's document"),
                t("例 小市発第12号", "as it stands on the document"),
                lambda reference: self._ask_date(reference.strip(), then),
                kana=True,
                longest=LONGEST_SHOWN,
            )
        )

    def _ask_date(self, reference: str, then: Callable[[str, str], None]) -> None:
        t, today = self.t, iso_date(self.terminal.desk.now_ms())
        if not reference:
            self.terminal.warn(t("番号がまだ入っていません。", "No number was typed."), "F8")
            return

        def typed(date: str) -> None:
            date = date.strip()
            if as_date(date) is not None and date <= iso_date(self.terminal.desk.now_ms()):
                then(reference, date)
                return
            self.terminal.warn(
                t(f"日付の形がちがうか、先の日付です：{date}", f"No date, or one to come: {date}"),
                t("F8 で、2026-07-03 のように入れる", "F8, and type it like 2026-07-03"),
            )

        self.terminal.lay(
            Ask(
                self.terminal,
                t("文書の日付", "date"),
                t("承諾の文書の日付を入れてください", "The date of the document"),
                t("2026-07-03 のように（きょうまで）", "like 2026-07-03, not after today"),
                typed,
                text=today,
            )
        )

    def sign(self, ask: Callable[[], Awaitable[Done | Refusal]], said: str) -> None:
        """Have it signed and recorded; until the answer nothing else is signed. `said`: what is shown with its entry."""
        self._signed = True

        async def work() -> None:
            try:
                done = await self.terminal.ask(ask)
            finally:
                self._signed = False
            if done is not None:
                self.terminal.say(self.t(f"{said}記録 {done.index} 番。", f"{said} Entry {done.index}."))

        self.terminal.start(work)
