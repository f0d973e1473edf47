"""The part of doctor that needs hands: do F1, F5 and F12 arrive here, and does the code reader type as one should?

Laptops turn F keys into brightness and volume (Fn lock), terminals keep F1 or F12 for their own menus, and a code reader
may be set to another layout or without an Enter: all of it is found out now and not before an applicant.
"""

from __future__ import annotations

import time

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static

from hub.site.devices.doctor.finding import Finding, Level, ok

KEYS = ("f1", "f5", "f12")
"""Help, call the next, report an incident: the three that terminals and laptops take most often."""

FEWEST = 6
"""Characters of the shortest code (screens, section 3)."""

GAP_S = 0.03
"""Between the characters of a reader; the terminal takes what comes slower for typing."""


class KeyCheck(App[list[Finding]]):
    """Asks for each in turn; Esc goes on without it. Ends with what was found."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Finding] = []
        self._wanted = list(KEYS)
        self._scan: list[tuple[str, float]] = []

    def compose(self) -> ComposeResult:
        yield Static(self._question(), id="question")

    def _question(self) -> str:
        if self._wanted:
            name = self._wanted[0].upper()
            return f"{name} を押してください（出ないときは Esc） / Press {name} (Esc: it does not come)"
        return "コードを1つ読ませてください（リーダーがなければ Esc） / Scan one code (Esc: there is no reader)"

    def on_key(self, event: Key) -> None:
        """One key of the person or the reader."""
        event.stop()
        event.prevent_default()
        if self._wanted:
            self._function_key(event.key)
        else:
            self._scanned(event)

    def _function_key(self, key: str) -> None:
        wanted = self._wanted[0]
        if key not in (wanted, "escape"):
            return
        self._wanted.pop(0)
        name, code = wanted.upper(), f"keys.{wanted}"
        if key == wanted:
            self.found.append(ok(code, f"{name} が届きます。", f"{name} arrives."))
        else:
            self.found.append(
                Finding(
                    code,
                    Level.FAULT,
                    f"{name} が届きません。",
                    f"{name} does not arrive.",
                    "Fnロック（Fn＋Esc など）を入れるか、画面ソフトの設定で F キーを外す",
                    "Switch Fn lock on (often Fn+Esc), or free the key in the terminal program's settings",
                )
            )
        self.query_one("#question", Static).update(self._question())

    def _scanned(self, event: Key) -> None:
        if event.key == "escape":
            self._end(ok("keys.scan", "コードリーダーは使いません。", "No code reader is used."))
        elif event.key == "enter":
            self._end(judge_scan(self._scan))
        elif event.character:
            self._scan.append((event.character, time.monotonic()))

    def _end(self, last: Finding) -> None:
        self.exit([*self.found, last])


def judge_scan(typed: list[tuple[str, float]]) -> Finding:
    """Whether these characters, each with its time in seconds, came as a code reader's do."""
    gaps = [later - sooner for (_, sooner), (_, later) in zip(typed, typed[1:], strict=False)]
    text = "".join(character for character, _ in typed)
    if len(typed) >= FEWEST and max(gaps) <= GAP_S and text.isascii() and text.isalnum():
        return ok("keys.scan", "コードリーダーが読めます。", "The code reader works.")
    slow = bool(gaps) and max(gaps) > GAP_S
    return Finding(
        "keys.scan",
        Level.ADVICE,
        "リーダーの文字がおそい（手入力と区別できません）。" if slow else "コードとして読めません。",
        "The reader is too slow to be told from typing." if slow else "That was no code.",
        "リーダーの設定：文字間隔 0、終わりに Enter、配列は英語か日本語。日本語入力は切る",
        "Set the reader to no delay between characters and Enter at the end; switch the input method off",
    )
