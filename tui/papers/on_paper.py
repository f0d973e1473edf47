"""紙の受領 on screen 5: who signed the 送付表 with a pen, read from the paper by two people, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.custody.paper_receipt import (
    LONGEST_REASON,
    EnterPaper,
    PaperCommand,
    StrikePaper,
    Taker,
    counter_of,
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


LONGEST_CODE = 80
"""Characters of the manifest's digits, or of its whole QR."""


def rows(terminal: Terminal, transfer: Transfer) -> list[Line]:
    """What was read of a transfer's papers: the name, the paper's time, the entry's time, and by whom."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    made: list[Line] = []
    for one in station.booth.paper_receipts.get(transfer.id, ()):
        readers = "・".join(map(station.name_of, one.by))
        signed = f"{t.day(one.signed_ms)} {hour_minute(one.signed_ms)}"
        words = t(
            f"    紙：{TAKERS[one.taker][0]} {counter_of(station.profile, one)[0]} {signed}（入力 {hour_minute(one.entered_ms)} {readers}）",
            f"    paper: {counter_of(station.profile, one)[1]} {signed} (entered {hour_minute(one.entered_ms)} by {readers})",
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
            if held is not None:  # somebody has read it; who sits here is the second
                _read(terminal, transfer, taker, code, held.counter, False)
            else:
                _counter(terminal, transfer, taker, code)

        _ask(terminal, t("紙の右上の「目録の指紋」（8けた以上）", "The digits at the paper's top right"), coded)

    terminal.lay(Menu(terminal, t("だれが紙に署名しましたか", "Who signed the paper?"), entries, pick))


def _counter(terminal: Terminal, transfer: Transfer, taker: Taker, code: str) -> None:
    """Which of the city's counters took the boxes; a courier has none."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    counters = station.profile.custody.counters[:9]
    if taker is Taker.COURIER or len(counters) == 1:
        _read(terminal, transfer, taker, code, counters[0].id if taker is Taker.CITY else "", True)
        return
    entries = [(str(at), t(one.ja, one.en), "") for at, one in enumerate(counters, 1)]
    title = t("市のどの窓口が受けましたか", "Which counter of the city took them?")
    terminal.lay(
        Menu(
            terminal, title, entries,
            lambda digit: _read(terminal, transfer, taker, code, counters[int(digit) - 1].id, True),
        )
    )  # fmt: skip


def _whose(terminal: Terminal, taker: Taker, then: Callable[[], None]) -> None:
    """Each reader says that the name on the paper is none of ours; the name itself is typed nowhere."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    who = t(*TAKERS[taker])
    entries = [
        ("1", t(f"{who}の方（こちらの人ではない）", f"{who}: none of us"), ""),
        ("2", t("こちらの人", "one of us"), t("受領になりません", "that is no receipt")),
    ]
    title = t("紙の署名はどちらの人ですか", "Whose name is on the paper?")
    terminal.lay(Menu(terminal, title, entries, lambda _: then()))


def _read(terminal: Terminal, transfer: Transfer, taker: Taker, code: str, counter: str, first: bool) -> None:
    """The time as it stands on the paper, by the person here; `first`: a second one is called afterwards."""

    def at(signed_ms: int) -> None:
        command = EnterPaper(transfer.id, taker, code, counter, signed_ms, others=True)
        _send(
            terminal, command, None, (lambda: _second(terminal, transfer, taker, code, counter)) if first else _nothing
        )

    _whose(terminal, taker, lambda: _time(terminal, taker, at))


def _second(terminal: Terminal, transfer: Transfer, taker: Taker, code: str, counter: str) -> None:
    t = terminal.tongue

    def joined(person: Person) -> None:
        def at(signed_ms: int) -> None:
            _send(terminal, EnterPaper(transfer.id, taker, code, counter, signed_ms, others=True), person, _nothing)

        _whose(terminal, taker, lambda: _time(terminal, taker, at))

    terminal.lay(SecondPerson(terminal, t("べつの人も紙を読みます", "Another person reads the paper"), joined))


def strike(terminal: Terminal, transfer: Transfer) -> None:
    """The manager strikes what was read wrongly: which paper, and why."""
    t, station = terminal.tongue, terminal.station
    assert station is not None
    papers = station.booth.paper_receipts.get(transfer.id, ())
    entries = [
        (str(at), f"{t(*TAKERS[one.taker])} {t(*counter_of(station.profile, one))}", "")
        for at, one in enumerate(papers, 1)
    ]

    def pick(digit: str) -> None:
        taker = papers[int(digit) - 1].taker

        def answer(reason: str) -> None:
            _send(terminal, StrikePaper(transfer.id, taker, reason), None, _nothing)

        why = t("何を読み違えましたか", "What was read wrongly?")
        _ask(terminal, why, answer, kana=True, longest=LONGEST_REASON)

    terminal.lay(Menu(terminal, t("紙の受領を取り消す", "Strike a paper"), entries, pick))


def _time(terminal: Terminal, taker: Taker, answer: Callable[[int], None]) -> None:
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

    ja, en = TAKERS[taker]
    question = t(f"{ja}の署名の日時（紙のとおり）", f"When did {en} sign, as the paper says?")
    hint = t("例 1324。日がちがうときは 0806 1324", "such as 1324; on another day 0806 1324")
    terminal.lay(Ask(terminal, t("日時", "time"), question, hint, take))


def _ask(
    terminal: Terminal, question: str, answer: Callable[[str], None], *, kana: bool = False, longest: int = LONGEST_CODE
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
