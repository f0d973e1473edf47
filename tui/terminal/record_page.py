"""Screen 9 記録を見る: the entries that this terminal has seen come in, in words. Read only."""

from __future__ import annotations

from tui.cells import Line, Span, line
from tui.event_words import entry_words
from tui.frame_lines import rule
from tui.layer import Layer, Prompt
from tui.terminal.terminal import Terminal
from tui.words import clock


class RecordPage(Layer):
    """Newest first."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.top = 0

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        entries = list(station.history)[::-1]
        room = height - 3
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
        ]
        for index, events in entries[self.top : self.top + room]:
            at = clock(events[0].at_ms) if events else ""
            rows.append([Span(f" {index:>6} {at} ", "dim"), *line(entry_words(station, events))])
        if not entries:
            rows.append(
                line(t(" サインインしてから、まだ新しい記録はありません", " Nothing new since this terminal linked"))
            )
        return rows

    def prompt(self) -> Prompt:
        return Prompt(self.t("操作", "key"), "", self.t("上下＝送る  Esc＝もどる", "up, down  Esc=back"))

    def key(self, key: str, char: str) -> bool:
        step = {"up": -1, "down": 1, "pageup": -15, "pagedown": 15}.get(key)
        if step is not None:
            self.top += step
        elif key == "escape":
            self.terminal.go("work")
        else:
            return False
        return True
