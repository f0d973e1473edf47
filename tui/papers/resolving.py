"""What came of a difference: which one, and in a few words; from wherever papers or blanks are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.custody import discrepancy
from hub.domain.custody.discrepancy import LONGEST_TEXT, Discrepancy, ResolveDiscrepancy
from tui.layer import Ask, Menu

if TYPE_CHECKING:
    from tui.layer import Terminal

MOST = 9
"""Digits of a menu; the most urgent come first, the others when these are resolved."""


def entry(terminal: Terminal, digit: str) -> tuple[str, str, str]:
    """The menu's line: digit, words, and why not."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    none = "" if station.booth.discrepancies.open else t("ありません", "none")
    return digit, t("食い違いを解決した（管理者）", "a discrepancy is resolved"), none


def resolve(terminal: Terminal) -> None:
    """Ask which (where there are several) and what came of it."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    open_ = discrepancy.in_order(station.booth.discrepancies)[:MOST]
    if len(open_) == 1:
        _ask(terminal, open_[0])
        return
    entries = [
        (str(at), t(f"{one.number} {one.owner} {one.due}まで", f"{one.number} {one.owner}, by {one.due}"), "")
        for at, one in enumerate(open_, 1)
    ]
    title = t("どの食い違いですか", "Which discrepancy?")
    terminal.lay(Menu(terminal, title, entries, lambda digit: _ask(terminal, open_[int(digit) - 1])))


def _ask(terminal: Terminal, one: Discrepancy) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None

    def answer(said: str) -> None:
        async def work() -> None:
            await station.submit(ResolveDiscrepancy(one.id, said))
            station.say(t("記録しました。", "Recorded."))

        station.begin(t("記録しています", "recording"), work)

    question = t(f"{one.number} はどうなりましたか", f"What came of {one.number}?")
    hint = t("入れて Enter  Esc＝やめる", "type it, Enter. Esc=cancel")
    terminal.lay(Ask(terminal, t("答え", "answer"), question, hint, answer, kana=True, longest=LONGEST_TEXT))
