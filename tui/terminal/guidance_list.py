"""Screen 7 while the booth is open: who has booked and was not told what to bring, and the tick after the telephone call."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hub.domain.day.day import Phase
from hub.domain.refusal import short
from hub.domain.reservations import guidance
from hub.domain.reservations.guidance import GiveGuidance, GuidanceCommand, TakeBackGuidance
from tui import tokens
from tui.cells import Line, Span
from tui.layer import Menu
from tui.words import minute_words

if TYPE_CHECKING:
    from tui.layer import Terminal
    from tui.station import Station

DIGIT = "1"
"""Before the opening it signs people in; nobody is listed then."""

MOST, SHOWN = 8, 4
"""Of a menu's nine digits one takes back; four numbers with their times have a place in one row of 80 cells."""


def rows(terminal: Terminal) -> list[Line]:
    """How many are 未案内, and who comes first of them; nothing where the contract wants nobody told."""
    station = _station(terminal)
    if not station.booth.guided or station.booth.day.phase is Phase.CLOSED:
        return []
    t, waiting = terminal.tongue, _waiting(station)
    told = guidance.counted(station.booth.guided)
    if not told["untold"]:
        done = t(f"予約の案内 {told['told']}件すべて済み", f"all {told['told']} reservations are told")
        return [[Span(f" [{DIGIT}]", "key", DIGIT), Span(tokens.DONE, "done"), Span(done)]]
    came = told["untold"] - len(waiting)
    words = t(f"未案内 {told['untold']}件", f"not told {told['untold']}")
    words += t(f"（来場 {came}）", f" ({came} came)") if came else ""
    words += "：" + "、".join(_named(station, one) for one in waiting[:SHOWN]) if waiting else ""
    more = t(f" ほか{len(waiting) - SHOWN}", f" +{len(waiting) - SHOWN}") if len(waiting) > SHOWN else ""
    return [[Span(f" [{DIGIT}]", "key", DIGIT), Span(tokens.WAIT, "warn"), Span(words + more)]]


def key(terminal: Terminal, char: str) -> bool:
    """Do what the digit stands for; False where it stands for nothing."""
    station = _station(terminal)
    digit = unicodedata.normalize("NFKC", char) if char else ""
    if digit != DIGIT or not station.booth.guided or station.booth.day.phase is Phase.CLOSED:
        return False
    _ask(terminal)
    return True


def _ask(terminal: Terminal) -> None:
    """Which of them was just told; 0 takes the own last tick back."""
    station, t = _station(terminal), terminal.tongue
    assert station.person is not None
    waiting = _waiting(station)[:MOST]
    last = guidance.last_of(station.booth.guided, station.person.person)
    entries = [(str(number), _named(station, one), "") for number, one in enumerate(waiting, 1)]
    none = "" if last else t("ありません", "none")
    entries.append(("0", t("自分の最後の案内済を取り消す", "take my last tick back"), none))

    def pick(digit: str) -> None:
        if digit == "0" and last:
            _send(terminal, TakeBackGuidance(last), t(f"{last} を未案内に戻しました。", f"{last} is not told again."))
        else:
            number = waiting[int(digit) - 1]
            _send(terminal, GiveGuidance(number), t(f"{number} 案内済。取消は 1 のあと 0", f"{number} told; 1, 0 undo"))

    what = short(station.profile.reservation.guidance or "", 12)
    terminal.lay(Menu(terminal, t(f"案内した方：{what}", "Who was told"), entries, pick))


def _waiting(station: Station) -> list[str]:
    booth = station.booth
    return guidance.untold(booth.guided, booth.slots, booth.queue.reservations)


def _named(station: Station, number: str) -> str:
    minute = station.booth.slots.get(number)
    return number if minute is None else f"{number} {minute_words(minute)}"


def _send(terminal: Terminal, command: GuidanceCommand, said: str) -> None:
    station = _station(terminal)

    async def work() -> None:
        await station.submit(command)
        station.say(said)

    station.begin(terminal.tongue("記録しています", "recording"), work)


def _station(terminal: Terminal) -> Station:
    assert terminal.station is not None, "screen 7 is shown only after the hub was found"
    return terminal.station
