"""Papers of the day, made on screen 7: the pack for when everything is down, and the proof once the day is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hub.domain.day.day import Phase
from hub.domain.moment import iso_date
from sync.keys.owntime import hubs_end_ms
from tui import documents
from tui.layer import Menu
from tui.terminal import copy_acts

if TYPE_CHECKING:
    from hub.documents.setting import Made
    from hub.domain.custody.copies import Copy
    from tui.layer import Terminal

NUMBERS = 40
"""As `demado paper-numbers`: what two hours bring."""


def choose(terminal: Terminal, words: Mapping[str, str]) -> None:
    """Which paper; `words`: the day's invariants in Japanese, by their names."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    closed = station.booth.day.phase is Phase.CLOSED
    entries = [
        ("1", t("紙で続けるための一式", "pack for paper"), ""),
        ("2", t("紙の番号札", "paper numbers"), ""),
        (
            "3",
            t("閉場の確認書", "proof of the day"),
            "" if closed and station.booth.day.date else t("閉場のあと", "once it is closed"),
        ),
        copy_acts.entry(terminal, "4"),
    ]
    terminal.lay(Menu(terminal, t("つくる書類", "Which paper"), entries, lambda digit: _make(terminal, digit, words)))


def _make(terminal: Terminal, digit: str, words: Mapping[str, str]) -> None:
    station = terminal.station
    assert station is not None
    booth, profile = station.booth, station.profile
    date = _date(terminal)

    def numbers(made: Made) -> bytes:
        from hub.documents.paper_numbers import paper_numbers

        return paper_numbers(profile, date, 1, NUMBERS, training=made.training, at_ms=made.at_ms)

    def proof(made: Made) -> bytes:
        from hub.documents.day_proof import day_proof

        ends_ms = None if terminal.party is None else hubs_end_ms(terminal.party.trust)
        return day_proof(booth, profile, words, made, ends_ms)

    if digit == "1":
        _pack(terminal)
    elif digit == "2":
        documents.make(terminal, f"numbers-{date}", "紙の番号札", "the paper numbers", numbers)
    elif digit == "3":
        documents.make(terminal, f"proof-{booth.day.date}", "閉場の確認書", "the proof of the day", proof)
    else:
        copy_acts.choose(terminal)


def _pack(terminal: Terminal) -> None:
    """The pack; with the city's list in it, a copy that is permitted and numbered first."""
    station = terminal.station
    assert station is not None

    def render(made: Made, copy: Copy | None) -> bytes:
        from hub.documents.pack import pack

        booth, profile = station.booth, station.profile
        event = booth.day.event_type or profile.event_types[0].id
        return pack(booth, profile, _date(terminal), event, made, copy)

    name, ja, en = f"pack-{_date(terminal)}", "紙で続けるための一式", "the pack"
    if station.booth.slots:
        copy_acts.print_list(
            terminal, lambda copy: documents.made(terminal, name, ja, en, lambda made: render(made, copy))
        )
    else:
        documents.make(terminal, name, ja, en, lambda made: render(made, None))


def _date(terminal: Terminal) -> str:
    station = terminal.station
    assert station is not None
    return iso_date(station.now_ms()) if station.booth.day.phase is Phase.CLOSED else station.booth.day.date
