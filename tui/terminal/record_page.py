"""Screen 9 記録を見る: the entries that this terminal has seen come in, in words, and those that are unproven.

An entry is unproven when its signer's key was revoked before anybody but the hub had seen it: another manager, who knows
what happened, confirms it here.
"""

from __future__ import annotations

import unicodedata

from hub.domain.people.roster import ConfirmUnproven, Unproven
from tui import tokens
from tui.cells import Line, Span, line
from tui.event_words import entry_words
from tui.frame_lines import rule
from tui.layer import Layer, Prompt, Terminal
from tui.words import clock

UNPROVEN_ROWS = 6
"""Rows for unproven entries: the list below them still shows what has just happened on a screen of 24 rows."""


class RecordPage(Layer):
    """Newest first."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.top = 0
        self.at = 0
        """The cursor among the unproven entries."""

    def unproven(self) -> list[tuple[int, Unproven]]:
        """What waits for a confirmation, oldest first."""
        return sorted(self.station.booth.keys.unproven.items())

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        entries = list(station.history)[::-1]
        waiting = self._waiting_rows(width)
        room = height - 3 - len(waiting)
        self.top = max(0, min(self.top, len(entries) - room))
        rows = [
            line(
                Span(
                    t(
                        f" 記録   {station.client.size}件（この端末が見た新しいものから）",
                        f" Record   {station.client.size} entries, newest first",
                    ),
                    "title",
                )
            ),
            rule(min(width, 80), station.deployment.training),
            *waiting,
        ]
        for index, events in entries[self.top : self.top + room]:
            at = clock(events[0].at_ms) if events else ""
            rows.append([Span(f" {index:>6} {at} ", "dim"), *line(entry_words(station, events))])
        if not entries:
            rows.append(
                line(t(" サインインしてから、まだ新しい記録はありません", " Nothing new since this terminal linked"))
            )
        return rows

    def _waiting_rows(self, width: int) -> list[Line]:
        waiting, t = self.unproven(), self.t
        if not waiting:
            return []
        self.at = max(0, min(self.at, len(waiting) - 1))
        title = t(
            f" {tokens.UNSURE} 未確認 {len(waiting)}件：後で失効した鍵の操作。別の管理者が確かめます",
            f" {tokens.UNSURE} {len(waiting)} unproven: by keys revoked later. Another manager confirms",
        )
        said = {index: entry_words(self.station, events) for index, events in self.station.history}
        rows = [line(Span(title, "unsure"))]
        top = max(0, self.at - UNPROVEN_ROWS + 1)
        for number, (entry, one) in list(enumerate(waiting))[top : top + UNPROVEN_ROWS]:
            words = f"{entry:>6} {self.station.name_of(one.person)}  {said.get(entry, '')}"
            here = number == self.at
            rows.append([Span(">" if here else " "), Span(words, "cursor" if here else "", f"item:{number}")])
        rows.append(rule(min(width, 80), self.station.deployment.training))
        return rows

    def prompt(self) -> Prompt:
        t = self.t
        if self.unproven():
            words = t("y＝これを確かめた  a＝すべて", "y=confirm this  a=confirm all")
            return Prompt("y／a", "", words)
        return Prompt(t("操作", "key"), "", t("上下＝送る  Esc＝もどる", "up, down  Esc=back"))

    def tap(self, what: str) -> None:
        if what.startswith("item:"):
            self.at = int(what[5:])

    def key(self, key: str, char: str) -> bool:
        waiting = self.unproven()
        answer = unicodedata.normalize("NFKC", char).lower() if char else ""
        if waiting and key in ("up", "down"):
            self.at += -1 if key == "up" else 1
            return True
        if waiting and answer in ("y", "a"):
            chosen = waiting if answer == "a" else [waiting[self.at]]
            self.terminal.alone(lambda: self._confirm(tuple(entry for entry, _ in chosen)))
            return True
        step = {"up": -1, "down": 1, "pageup": -15, "pagedown": 15}.get(key)
        if step is not None:
            self.top += step
        elif key == "escape":
            self.terminal.go("work")
        else:
            return False
        return True

    def _confirm(self, entries: tuple[int, ...]) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            await station.submit(ConfirmUnproven(entries))
            station.say(t(f"{len(entries)}件を確かめたと記録しました。", f"{len(entries)} confirmed, and recorded."))

        station.begin(t("記録しています", "recording"), work)
