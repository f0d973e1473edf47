"""Screen 7's F9-5: a print of the city's list is permitted and numbered first, and has somewhere to go before the close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.custody import copies, disposal
from hub.domain.custody.copies import CopiesPrinted, Copy, End, EndCopies, Original, PrintCopies
from hub.domain.moment import iso_date
from tui.layer import Ask, Menu
from tui.papers.second_person import SecondPerson

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sync.keys.party import Person
    from tui.layer import Terminal
    from tui.station import Station


def entry(terminal: Terminal, digit: str) -> tuple[str, str, str]:
    """The line of the menu: how many printed lists lie here."""
    station, t = _station(terminal), terminal.tongue
    left = copies.here(station.booth.copies, station.booth.disposals)
    words = t(f"印刷した一覧 {len(left)}部の返却・裁断", f"{len(left)} printed lists: return, shred")
    return digit, words, "" if left else t("ありません", "none")


def print_list(terminal: Terminal, then: Callable[[Copy], Awaitable[None]]) -> None:
    """One more copy of the day's list: the city's word where it is wanted, then the paper with its number."""
    station, t = _station(terminal), terminal.tongue

    def send(word: str) -> None:
        async def work() -> None:
            done = await station.submit(PrintCopies(Original.LIST, 1, word))
            printed = done.events[0]
            assert isinstance(printed, CopiesPrinted)
            await then(station.booth.copies.made[printed.numbers[0]])

        station.begin(t("写しを記録しています", "recording the copy"), work)

    if not station.manages(station.person):
        station.warn(t("予約の一覧の印刷は管理者がします（Ctrl+L で交代）", "the manager prints the list (Ctrl+L)"))
    elif copies.needs_word(station.profile, station.booth.training, iso_date(station.now_ms())):
        question = t("一覧を写す市の許可（日付と番号）", "The city's permission to copy the list")
        hint = t("許可がなければ写しは作れません  Esc＝やめる", "no copy without it. Esc=cancel")
        terminal.lay(Ask(terminal, t("許可", "permission"), question, hint, send, kana=True))
    else:
        send("")


def choose(terminal: Terminal) -> None:
    """All that lie here go the same way: back to the city, into the shredder, or into a request to dispose of them."""
    station, t = _station(terminal), terminal.tongue
    left = copies.here(station.booth.copies, station.booth.disposals)
    numbers = tuple(one.number for one in left)
    clause = station.profile.disposal.clause is not None
    request = _request(station)
    entries = [
        ("1", t("市へ返した", "returned to the city"), ""),
        ("2", t("2人で裁断した", "shredded by two"), t("市の承諾がいる契約です", "the city is asked first") if clause else ""),
        ("3", t("廃棄の申請に入れる", "into a request to dispose"),
         "" if request >= 0 else t("申請がありません（F4-4、F9-7-6）", "none is open")),
    ]  # fmt: skip

    def pick(digit: str) -> None:
        match digit:
            case "1":
                _end(terminal, EndCopies(numbers, End.RETURNED))
            case "2":
                _shred(terminal, left)
            case "3":
                _end(terminal, EndCopies(numbers, End.REQUESTED, request))

    terminal.lay(Menu(terminal, "、".join(f"{one.number} {one.place}" for one in left[:3]), entries, pick))


def _shred(terminal: Terminal, left: list[Copy]) -> None:
    """The first signs what they have not signed, then another person the same."""
    station, t = _station(terminal), terminal.tongue
    person = station.person
    assert person is not None
    numbers = tuple(one.number for one in left)
    mine = tuple(one.number for one in left if person.person not in one.shredders)
    why = t("もう1人が裁断を見て署名します", "Another person saw it shredded and signs")

    def second(other: Person) -> None:
        _end(terminal, EndCopies(numbers, End.SHREDDED), other)

    async def work() -> None:
        if mine:
            await station.submit(EndCopies(mine, End.SHREDDED))
        terminal.lay(SecondPerson(terminal, why, second))

    station.begin(t("記録しています", "recording"), work)


def _end(terminal: Terminal, command: EndCopies, person: Person | None = None) -> None:
    station = _station(terminal)

    async def work() -> None:
        await station.submit(command, person=person)
        station.say(terminal.tongue("写しの行き先を記録しました。", "Where the copies went is recorded."))

    station.begin(terminal.tongue("記録しています", "recording"), work)


def _request(station: Station) -> int:
    """The oldest open request that speaks of paper; -1: none."""
    papers = {item.id for item in station.profile.disposal.items if item.medium == "paper"}
    for one in disposal.open_(station.booth.disposals):
        if any(line.item in papers for line in one.lines):
            return one.id
    return -1


def _station(terminal: Terminal) -> Station:
    assert terminal.station is not None, "screen 7 is shown only after the hub was found"
    return terminal.station
