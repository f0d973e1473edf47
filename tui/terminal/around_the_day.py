"""Screen 7's line 9: what the contract wants done before a day and after it, and how much of it is open."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from hub.domain.moment import iso_date
from hub.domain.reports import event_picture
from hub.domain.reservations import outing
from hub.domain.reservations.outing import Stage
from tui import tokens
from tui.cells import Line, Span
from tui.layer import Menu
from tui.terminal import periodic_acts, returned_acts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.layer import Terminal
    from tui.station import Station

DIGIT = "9"
"""Behind the contract's own lines of the checklist, of which no contract has five."""


class Work(NamedTuple):
    """One kind of work: its name, what is open of it in words (empty: nothing), and where it is done."""

    name: str
    open: str
    act: Callable[[], None]


def works(terminal: Terminal) -> list[Work]:
    """The kinds of work that this contract knows, always in the same order."""
    station = _station(terminal)
    found: list[Work] = []
    if station.profile.outing is not None:
        name = terminal.tongue("訪問の申込みと点検表", "visits applied for")
        found.append(Work(name, _outings(station), lambda: terminal.go("outings")))
    if station.profile.periodics:
        name = terminal.tongue("監督・点検", "supervision and checks")
        found.append(Work(name, periodic_acts.open_words(station), lambda: periodic_acts.choose(terminal)))
    if event_picture.wanted(station.profile):
        unseen = len(event_picture.unseen(station.booth.pictures))
        open_ = terminal.tongue(f"写真の確認 {unseen}枚", f"{unseen} pictures not seen") if unseen else ""
        name = terminal.tongue("実施状況の写真", "pictures of the event")
        found.append(Work(name, open_, lambda: terminal.go("pictures")))
    if station.profile.photo_returns is not None:
        found.append(
            Work(terminal.tongue("写真の返戻", "returned pictures"), "", lambda: returned_acts.choose(terminal))
        )
    return found


def rows(terminal: Terminal) -> list[Line]:
    """One line: the first that is open, and of how many kinds something is; nothing where the contract has no such work."""
    kinds = works(terminal)
    if not kinds:
        return []
    t, open_ = terminal.tongue, [work.open for work in kinds if work.open]
    shape, style = (tokens.WAIT, "warn") if open_ else (tokens.DONE, "done")
    words = t("開催の前後  ", "around the day  ") + ("、".join(open_) if open_ else t("残りなし", "nothing open"))
    return [[Span(f" [{DIGIT}]", "key", DIGIT), Span(shape, style), Span(words)]]


def key(terminal: Terminal, char: str) -> bool:
    """Open the kinds; straight to the only one. False where the digit stands for nothing."""
    if not char or unicodedata.normalize("NFKC", char) != DIGIT:
        return False
    kinds = works(terminal)
    if not kinds:
        return False
    if len(kinds) == 1:
        kinds[0].act()
        return True
    entries = [(str(at), work.name, "") for at, work in enumerate(kinds, 1)]
    title = terminal.tongue("開催の前後の仕事", "Before the day and after it")
    terminal.lay(Menu(terminal, title, entries, lambda digit: kinds[int(digit) - 1].act()))
    return True


def _outings(station: Station) -> str:
    """How many visits are open, and how many of them wait for the city or should be over."""
    t, terms = station.tongue, station.profile.outing
    open_ = outing.open_(station.booth.outings)
    if terms is None or not open_:
        return ""
    today = iso_date(station.now_ms())
    waiting = sum(outing.stage(one, terms) is Stage.REQUESTED for one in open_)
    late = sum(one.date < today for one in open_)
    words = t(f"訪問 {len(open_)}件", f"{len(open_)} visits")
    words += t(f"（市の確定待ち {waiting}）", f" ({waiting} with the city)") if waiting else ""
    return words + (t(f"（終了していない {late}）", f" ({late} not closed)") if late else "")


def _station(terminal: Terminal) -> Station:
    assert terminal.station is not None, "screen 7 is shown only after the hub was found"
    return terminal.station
