"""Departure, stops and arrival, asked one short line at a time on screen 5; the road's own times, typed afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.custody.custody import Transfer, TransferState
from hub.domain.custody.transit import LONGEST_WORDS, Arrive, Depart, MakeStop, Transit, TransitCommand, late
from tui import tokens
from tui.cells import Line, Span, line
from tui.layer import Ask, Menu
from tui.words import at_minute, hour_minute

if TYPE_CHECKING:
    from tui.layer import Terminal


def way_of(terminal: Terminal, transfer: Transfer) -> Transit | None:
    station = terminal.station
    assert station is not None
    return station.booth.transits.get(transfer.id)


def rows(terminal: Terminal, transfer: Transfer) -> list[Line]:
    """What is known of a transfer's way: nothing where the contract does not ask and nobody said."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    held = way_of(terminal, transfer)
    if transfer.state is not TransferState.OFFERED:
        return []
    if held is None:
        if not station.profile.custody.named_carriers:
            return []
        return [line("    ", Span(tokens.WAIT, "warn"), t("まだ会場です（Enter＝出発）", "still here (Enter: depart)"))]
    names = "・".join(held.carriers)
    made: list[Line] = [
        line(
            t(
                f"    出発 {hour_minute(held.departed_ms)} {names} {held.vehicle}  着く予定 {hour_minute(held.due_ms)}",
                f"    left {hour_minute(held.departed_ms)} {names} {held.vehicle}, due {hour_minute(held.due_ms)}",
            )
        )
    ]
    for stop in held.stops:
        out = t("箱を持って出た", "boxes carried along") if stop.carried_out else t("箱を置いた", "boxes LEFT")
        made.append(
            line(f"    {hour_minute(stop.from_ms)} {stop.place} ", Span(out, "" if stop.carried_out else "bad"))
        )
    if held.missing:
        made.append(line("    ", Span(t(f"{tokens.BAD}ない箱 {'、'.join(held.missing)}", "boxes missing"), "bad")))
    elif held.arrived_ms:
        made.append(line(t(f"    到着 {hour_minute(held.arrived_ms)}", f"    arrived {hour_minute(held.arrived_ms)}")))
    elif held in late(station.booth.transits, station.profile, station.now_ms()):
        made.append(
            line("    ", Span(t(f"{tokens.WARN}予定を過ぎても着いていません：電話する", "late: telephone"), "warn"))
        )
    return made


def go_on(terminal: Terminal, transfer: Transfer) -> None:
    """Enter: whatever comes next on the way of this transfer."""
    held = way_of(terminal, transfer)
    if held is None:
        _depart(terminal, transfer)
        return
    t = terminal.tongue
    entries = [
        ("1", t("立ち寄った", "a stop was made"), ""),
        ("2", t("着いた（箱を1つずつ読む）", "arrived: read the boxes"), ""),
    ]

    def pick(digit: str) -> None:
        if digit == "1":
            _stop(terminal, transfer, held)
        else:
            _arrive(terminal, transfer)

    terminal.lay(Menu(terminal, t("移送", "On the way"), entries, pick))


def _depart(terminal: Terminal, transfer: Transfer) -> None:
    t = terminal.tongue

    def named(boxes: tuple[str, ...]) -> None:
        names = t("運ぶ人の名前（空けて並べる）", "Who carries them? Names with blanks between")

        def by(text: str) -> None:
            carriers = tuple(text.replace("　", " ").split())
            vehicle = t("車の番号、または「徒歩」", "The car's number, or on foot")
            _ask(terminal, vehicle, lambda car: _due(terminal, transfer, boxes, carriers, car))

        _ask(terminal, names, by)

    _read(terminal, t("積む箱を読む・入れる（空けて並べる）", "Boxes as they are loaded"), named)


def _due(
    terminal: Terminal, transfer: Transfer, boxes: tuple[str, ...], carriers: tuple[str, ...], vehicle: str
) -> None:
    t, station = terminal.tongue, terminal.station
    assert station is not None

    def at(minutes: str) -> None:
        now_ms = station.now_ms()
        way_ms = int(minutes) * 60_000 if minutes.isdecimal() else 0  # none at all is refused by the rule, in its words
        command = Depart(transfer.id, boxes, carriers, vehicle, now_ms + way_ms, now_ms)
        _send(terminal, command, t("出発を記録しました。", "The departure is recorded."))

    _ask(terminal, t("何分で着く予定ですか", "In how many minutes will they arrive?"), at, kana=False)


def _stop(terminal: Terminal, transfer: Transfer, held: Transit) -> None:
    t = terminal.tongue

    def where(place: str) -> None:
        def since(from_ms: int) -> None:
            def until(until_ms: int) -> None:
                def pick(digit: str) -> None:
                    command = MakeStop(transfer.id, place, from_ms, until_ms, carried_out=digit == "1")
                    _send(terminal, command, t("立寄りを記録しました。", "The stop is recorded."))

                entries = [
                    ("1", t("箱を持って出た／車に人が残った", "boxes carried along, or somebody stayed"), ""),
                    ("2", t("箱を置いて車を離れた（事故になります）", "boxes left alone: an incident"), ""),
                ]
                terminal.lay(Menu(terminal, t("箱はどうしましたか", "And the boxes?"), entries, pick))

            _time(terminal, t("車を出た時刻の次：もどった時刻", "When did they come back?"), until)

        _time(terminal, t("止まった時刻", "When did they stop?"), since)

    _ask(terminal, t("どこに立ち寄りましたか", "Where was the stop?"), where)


def _arrive(terminal: Terminal, transfer: Transfer) -> None:
    t = terminal.tongue

    def seals(boxes: tuple[str, ...]) -> None:
        def at(happened_ms: int) -> None:
            def pick(digit: str) -> None:
                command = Arrive(transfer.id, boxes, digit == "1", happened_ms)
                _send(terminal, command, t("到着を記録しました。", "The arrival is recorded."))

            numbers = "、".join(transfer.seals)
            entries = [
                ("1", t(f"封印 {numbers} にきずなし", f"seals {numbers} are whole"), ""),
                ("2", t("異状がある（事故になります）", "something is wrong: an incident"), ""),
            ]
            terminal.lay(Menu(terminal, t("封印を見る", "Look at the seals"), entries, pick))

        _time(terminal, t("着いた時刻", "When did they arrive?"), at)

    _read(terminal, t("着いた箱を読む・入れる（空けて並べる）", "Boxes as they are unloaded"), seals)


def _read(terminal: Terminal, question: str, answer: Callable[[tuple[str, ...]], None]) -> None:
    _ask(terminal, question, lambda text: answer(tuple(dict.fromkeys(text.upper().split()))), kana=False)


def _time(terminal: Terminal, question: str, answer: Callable[[int], None]) -> None:
    """A time of day, four digits; now if nothing else is typed."""
    t, station = terminal.tongue, terminal.station
    assert station is not None
    asked_ms = station.now_ms()
    now = hour_minute(asked_ms).replace(":", "")

    def take(text: str) -> None:
        at_ms = asked_ms if text == now else at_minute(text, asked_ms)
        if at_ms is None:
            station.warn(t("時刻を4けたで入れてください。", "Four digits, such as 0935."), "", "transit.time")
        else:
            answer(at_ms)

    hint = t("4けた 例 1324。いまなら Enter", "four digits such as 1324; Enter: now")
    terminal.lay(Ask(terminal, t("時刻", "time"), question, hint, take, text=now))


def _ask(terminal: Terminal, question: str, answer: Callable[[str], None], *, kana: bool = True) -> None:
    hint = terminal.tongue("入れて Enter", "type it, Enter")
    label = terminal.tongue("移送", "way")
    terminal.lay(Ask(terminal, label, question, hint, answer, kana=kana, longest=LONGEST_WORDS))


def _send(terminal: Terminal, command: TransitCommand, said: str) -> None:
    station = terminal.station
    assert station is not None

    async def work() -> None:
        await station.submit(command)
        station.say(said)

    station.begin(terminal.tongue("記録しています", "recording"), work)
