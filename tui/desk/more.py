"""F9 on the desk, as at the booth: what is done less often, by digits that never move; 8 is the language there too.

F2 to F4 do nothing here: at the booth they issue numbers and change screens, and one officer works at both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.layer import Menu

if TYPE_CHECKING:
    from tui.desk.screen import DeskTerminal

PASS_ON, SECOND, AGAIN, LANGUAGE = "1", "2", "3", "8"

BOOTHS = ("f2", "f3", "f4", "f12")
"""Keys of the booth that mean nothing at the desk."""


class More(Menu):
    """The menu; why an entry cannot be chosen stands beside it, and is said at the desk."""

    def __init__(self, terminal: DeskTerminal) -> None:
        self.desk_terminal = terminal
        t, cases = terminal.tongue, terminal.cases
        entries = [
            (PASS_ON, t("次の順番の職員に回す", "pass on to the next officer"), cases.why_not(PASS_ON)),
            (SECOND, t("2人目の職員が確かめる", "a second officer looks"), cases.why_not(SECOND)),
            (AGAIN, t("撮り直しを頼む（理由）", "once more, with a reason"), cases.why_not(AGAIN)),
            (LANGUAGE, "English" if t.japanese else "日本語", ""),
        ]
        super().__init__(terminal, t("ほかの操作", "More"), entries, self._picked)

    def _picked(self, digit: str) -> None:
        if digit == LANGUAGE:
            self.desk_terminal.tongue.switch()
        elif (pane := self.desk_terminal.cases.pane()) is not None:
            pane.act(digit)

    def say_why(self, text: str) -> None:
        self.desk_terminal.warn(text)
