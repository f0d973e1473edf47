"""紙の受領 on screen 5: who signed the 送付表 with a pen, read from the paper by two people, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.custody.paper_receipt import (
    LONGEST_NAME,
    LONGEST_REASON,
    EnterPaper,
    PaperCommand,
    StrikePaper,
    Taker,
    receipt,
)
from hub.domain.custody.paper_receipt_words import TAKERS
from tui.cells import Line, Span, line
from tui.layer import Ask, Menu
from tui.papers.second_person import SecondPerson
from tui.words import at_day_minute, hour_minute

if TYPE_CHECKING:
    from hub.domain.custody.custody import Transfer
    from sync.keys.party import Person
    from tui.layer import Terminal


def rows(terminal: Terminal, transfer: Transfer) -> list[Line]:
    """What was read of a transfer's papers: the name, the paper's time, the entry's time, and by whom."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    made: list[Line] = []
    for one in station.booth.paper_receipts.get(transfer.id, ()):
        readers = "・".join(map(station.name_of, one.by))
        signed = f"{t.day(one.signed_ms)} {hour_minute(one.signed_ms)}"
        words = t(
            f"    紙：{TAKERS[one.taker][0]} {one.receiver} {signed}（入力 {hour_minute(one.entered_ms)} {readers}）",
            f"    paper: {one.receiver} {signed} (entered {hour_minute(one.entered_ms)} by {readers})",
        )
        half = [] if one.whole else [Span(t(" 2人目が読みます", " a second reads it"), "warn")]
        made.append(line(words, *half))
    return made


def enter(terminal: Terminal, transfer: Transfer) -> None:
    """Which paper; then code, name and time as they stand on it; then a second person reads the time again."""
    t, station = terminal.tongue, terminal.station
    assert station is not None
    done = t("2人が入力ずみ", "both have read it")
    papers = {taker: receipt(station.booth.paper_receipts, transfer.id, taker) for taker in (Taker.CITY, Taker.COURIER)}
    entries = [
        (str(at), t(*TAKERS[taker]), done if held is not None and held.whole else "")
        for at, (taker, held) in enumerate(papers.items(), 1)
    ]

    def pick(digit: str) -> None:
        taker = list(papers)[int(digit) - 1]
        held = papers[taker]

        def coded(code: str) -> None:
            def read(name: str) -> None:
                _read(terminal, transfer, taker, code, name, True)

            if held is not None:  # somebody has read it; who sits here is the second
                _read(terminal, transfer, taker, code, held.receiver, False)
            else:
                _ask(terminal, t("紙に署名した人の名前", "The name that signed the paper"), read, kana=True)

        _ask(terminal, t("紙の右上の「目録の指紋」（8けた以上）", "The digits at the paper's top right"), coded)

    terminal.lay(Menu(terminal, t("だれが紙に署名しましたか", "Who signed the paper?"), entries, pick))


def _read(terminal: Terminal, transfer: Transfer, taker: Taker, code: str, name: str, first: bool) -> None:
    """The time as it stands on the paper, by the person here; `first`: a second one is called afterwards."""

    def at(signed_ms: int) -> None:
        command = EnterPaper(transfer.id, taker, code, name, signed_ms)
        _send(terminal, command, None, (lambda: _second(terminal, transfer, taker, code, name)) if first else _nothing)

    _time(terminal, name, at)


def _second(terminal: Terminal, transfer: Transfer, taker: Taker, code: str, name: str) -> None:
    t = terminal.tongue

    def joined(person: Person) -> None:
        def at(signed_ms: int) -> None:
            _send(terminal, EnterPaper(transfer.id, taker, code, name, signed_ms), person, _nothing)

        _time(terminal, name, at)

    terminal.lay(SecondPerson(terminal, t("べつの人も紙を読みます", "Another person reads the paper"), joined))


def strike(terminal: Terminal, transfer: Transfer) -> None:
    """The manager strikes what was read wrongly: which paper, and why."""
    t, station = terminal.tongue, terminal.station
    assert station is not None
    papers = station.booth.paper_receipts.get(transfer.id, ())
    entries = [(str(at), f"{t(*TAKERS[one.taker])} {one.receiver}", "") for at, one in enumerate(papers, 1)]

    def pick(digit: str) -> None:
        taker = papers[int(digit) - 1].taker

        def answer(reason: str) -> None:
            _send(terminal, StrikePaper(transfer.id, taker, reason), None, _nothing)

        why = t("何を読み違えましたか", "What was read wrongly?")
        _ask(terminal, why, answer, kana=True, longest=LONGEST_REASON)

    terminal.lay(Menu(terminal, t("紙の受領を取り消す", "Strike a paper"), entries, pick))


def _time(terminal: Terminal, name: str, answer: Callable[[int], None]) -> None:
    """Day and time of a signature; HHMM alone is today's, or yesterday's where today's is still to come."""
    t, station = terminal.tongue, terminal.station
    assert station is not None

    def take(text: str) -> None:
        at_ms = at_day_minute(text, station.now_ms())
        if at_ms is None:
            todo = t("例 1324、きのうより前は 0806 1324", "such as 1324, or 0806 1324 for 6 August")
            station.warn(t("紙の日時を読めません。", "That is no date and time."), todo, "paper.time")
        else:
            answer(at_ms)

    question = t(f"{name} の署名の日時（紙のとおり）", f"When did {name} sign, as the paper says?")
    hint = t("例 1324。日がちがうときは 0806 1324", "such as 1324; on another day 0806 1324")
    terminal.lay(Ask(terminal, t("日時", "time"), question, hint, take))


def _ask(
    terminal: Terminal, question: str, answer: Callable[[str], None], *, kana: bool = False, longest: int = LONGEST_NAME
) -> None:
    hint = terminal.tongue("紙を見て入れて Enter", "as it stands on the paper, Enter")
    terminal.lay(Ask(terminal, terminal.tongue("紙", "paper"), question, hint, answer, kana=kana, longest=longest))


def _send(terminal: Terminal, command: PaperCommand, person: Person | None, then: Callable[[], None]) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None

    async def work() -> None:
        await station.submit(command, person=person)
        station.say(t("記録しました。市の署名はまだです。", "Recorded; the city's own signature is to come."))
        then()

    station.begin(t("記録しています", "recording"), work)


def _nothing() -> None:
    """Nobody else reads."""
