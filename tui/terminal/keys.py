"""What a key means now: a code reader's last one, an answer to what is asked, the page's own, or an action's."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tui.terminal import actions
from tui.terminal.scan import Scanner

if TYPE_CHECKING:
    from tui.field import NotKept
    from tui.terminal.terminal import StaffTerminal


class Keys:
    """The keys of one staff terminal, one after the other."""

    def __init__(self, terminal: StaffTerminal) -> None:
        self.terminal = terminal
        self.vouchable: NotKept | None = None
        """What the last key lost to the guard, while a manager can say that it is no My Number (Ctrl+G)."""
        self._scanner = Scanner()

    def press(self, key: str, char: str) -> None:
        """Give a key to whoever knows it, or say what to press instead."""
        terminal, t = self.terminal, self.terminal.tongue
        vouchable, self.vouchable = self.vouchable, None
        if terminal.station is not None:
            terminal.station.pressed(key)
        top = terminal.top
        if not top.modal and self._scanner.ends(key, char, terminal.silence_before, top.remember):
            self._scanned(self._scanner.take())
        elif key == "ctrl+g" and vouchable is not None:
            from tui.terminal.vouching import vouch

            vouch(terminal, vouchable)
        elif key == "ctrl+c":
            self._say(
                t("Ctrl+C では終わりません。", "Ctrl+C does not quit."),
                t("終わるときは Ctrl+L のあと Ctrl+X", "To quit: Ctrl+L, then Ctrl+X"),
            )
        elif terminal.taken(top, key, char):
            pass
        elif top.modal:
            self._say(
                t("いまの質問に先に答えてください。", "Answer the question first."),
                t("やめるときは Esc", "Esc cancels."),
            )
        elif key in actions.BY_KEY:
            terminal.do(actions.BY_KEY[key].id)
        elif char and not unicodedata.normalize("NFKC", char).isascii():
            self._say(
                t("日本語入力が入っています。", "The Japanese input method is on."),
                t("半角/全角キーで日本語入力を切る", "Turn it off with the Hankaku/Zenkaku key."),
            )

    def _scanned(self, code: str) -> None:
        """Give a scanned code to the page; nobody shows, logs or keeps one that means nothing there."""
        from hub.domain.guard import check_text

        t = self.terminal.tongue
        if check_text(code) is not None:
            self._say(
                t("マイナンバーのようなコードです。受け付けません。", "This code looks like a My Number: refused."),
                t(
                    "そのコードは読み取らないでください（何も記録していません）",
                    "Do not scan it; nothing was recorded.",
                ),
            )
        elif not self.terminal.top.scanned(code):
            self._say(
                t("このコードは、この画面では使いません。", "This code is not used on this screen."),
                t(
                    "申請書は手続の画面で読み取る（何も記録していません）",
                    "Forms: on the visit's screen. Nothing was kept.",
                ),
            )

    def tap(self, what: str) -> None:
        """A click says a key, an action's keys, or something of the top layer."""
        terminal = self.terminal
        if what in actions.BY_KEY:
            if not terminal.top.modal:
                if terminal.station is not None:
                    terminal.station.pressed(what)
                terminal.do(actions.BY_KEY[what].id)
        elif len(what) == 1 or what in ("enter", "escape"):
            terminal.press(what, what if len(what) == 1 else "")
        else:
            terminal.top.tap(what)

    def not_kept(self, refused: NotKept) -> None:
        """Say what the guard took from a field, also over a question, which has rows 21 and 22 for itself."""
        from tui.frame_lines import not_kept_rows
        from tui.terminal.vouching import may_be_vouched

        if may_be_vouched(self.terminal, refused):
            self.vouchable = refused
        self.terminal.at_once = not_kept_rows(self.terminal.tongue, refused.finding, self.vouchable is not None)

    def _say(self, text: str, todo: str) -> None:
        terminal = self.terminal
        if terminal.page is terminal.lock_page:
            terminal.lock_page.note = f"{text}{todo}"
        elif terminal.station is not None:
            terminal.station.warn(text, todo)
        else:
            terminal.joining.note, terminal.joining.todo = text, todo
