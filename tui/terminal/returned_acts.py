"""Screen 7's line 9: pictures that came back, by venue, and the number that the city has told."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hub.domain.photo import returned
from hub.domain.photo.returned import NoteReturned
from tui.layer import Ask, Menu

if TYPE_CHECKING:
    from hub.domain.photo.returned import Share
    from tui.layer import Terminal

MOST = 9
"""As many venues as there are digits; those with the largest share come first."""


def choose(terminal: Terminal) -> None:
    """Every venue with its share; a digit enters how many came back of it so far."""
    station = terminal.station
    assert station is not None, "screen 7 is shown only after the hub was found"
    t, found = station.tongue, returned.shares(station.booth.returns)[:MOST]
    if not found:
        station.say(t("撮った写真はまだありません。", "No picture has been taken yet."))
        return
    entries = [(str(at), one.words, "") for at, one in enumerate(found, 1)]
    title = t("写真の返戻（会場ごと）", "Returned pictures, by venue")
    terminal.lay(Menu(terminal, title, entries, lambda digit: _note(terminal, found[int(digit) - 1])))


def _note(terminal: Terminal, one: Share) -> None:
    station = terminal.station
    assert station is not None
    t = station.tongue
    if not station.manages(station.person):
        station.warn(t("返戻の枚数は管理者が入れます（Ctrl+L で交代）", "the manager enters it (Ctrl+L)"))
        return

    def typed(text: str) -> None:
        text = unicodedata.normalize("NFKC", text).strip()
        if not text.isdecimal():
            station.warn(t("枚数を数字で入れてください。", "A number."))
            return

        async def work() -> None:
            await station.submit(NoteReturned(one.venue, int(text)))
            station.say(t(f"{one.venue} の返戻 {int(text)}枚を記録しました。", f"{int(text)} returned of {one.venue}."))

        station.begin(t("記録しています", "recording"), work)

    question = t(f"{one.venue}：返戻は、これまで合わせて何枚ですか", f"{one.venue}: how many have come back in all?")
    hint = t("市から聞いた枚数を入れて Enter", "the number the city has told, Enter")
    terminal.lay(Ask(terminal, t("枚数", "count"), question, hint, typed, text=str(one.returned)))
