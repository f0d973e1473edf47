"""Screen 7's line 9: supervision and checks that come again, shown to whom they belong, and the look that is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.moment import iso_date
from hub.domain.personal import periodic
from hub.domain.personal.periodic import LONGEST_NOTE, DoPeriodic
from hub.domain.personal.periodic_words import owed_words
from tui.layer import Ask, Menu

if TYPE_CHECKING:
    from hub.domain.personal.periodic import Owed
    from tui.layer import Terminal
    from tui.station import Station

MOST = 9
"""As many as there are digits; the earliest come first."""


def mine(station: Station) -> list[Owed]:
    """What is owed now and belongs to whoever sits here."""
    person, today = station.person, iso_date(station.now_ms())
    if person is None:
        return []
    owed = periodic.owed(station.booth.periodics, station.profile, today)
    return [one for one in owed if periodic.may_do(one.duty, person.roles, station.manages(person))]


def open_words(station: Station) -> str:
    """What is open for the line of the screen: the first, and how many more."""
    found, t = mine(station), station.tongue
    if not found:
        return ""
    words = t(*owed_words(found[0], iso_date(station.now_ms())))
    return words + (t(f" ほか{len(found) - 1}", f" +{len(found) - 1}") if len(found) > 1 else "")


def choose(terminal: Terminal) -> None:
    """Which of them; where none is owed, by when the next is."""
    station = terminal.station
    assert station is not None, "screen 7 is shown only after the hub was found"
    t, today = station.tongue, iso_date(station.now_ms())
    found = mine(station)[:MOST]
    if not found:
        dates = [periodic.next_due(station.booth.periodics, one, today) for one in station.profile.periodics]
        coming = min((date for date in dates if date), default="－")
        station.say(t(f"いま必要な点検はありません。次の期限 {coming}", f"Nothing is owed now; next due {coming}"))
        return
    entries = [(str(at), t(*owed_words(one, today)), "") for at, one in enumerate(found, 1)]
    terminal.lay(
        Menu(
            terminal,
            t("監督・点検", "Supervision and checks"),
            entries,
            lambda digit: _look(terminal, found[int(digit) - 1]),
        )
    )


def _look(terminal: Terminal, one: Owed) -> None:
    """A review is signed here, with what was found; the record's check is a command that looks at the files."""
    station = terminal.station
    assert station is not None
    t = station.tongue
    if one.duty.kind == "record":
        station.warn(
            t("記録の点検は、ファイルを検査して残します。", "The record is checked from its files."),
            t("端末で demado record check を動かしてください", "Run demado record check."),
        )
        return

    def send(note: str) -> None:
        command = DoPeriodic(one.duty.id, one.period, not note.strip(), note)

        async def work() -> None:
            await station.submit(command)
            station.say(t(f"{one.duty.ja} {one.period} を記録しました。", f"{one.duty.en} {one.period} is recorded."))

        station.begin(t("記録しています", "recording"), work)

    question = t(f"{one.duty.ja} {one.period}：問題があれば入れる", f"{one.period}: what was found, if anything")
    hint = t("なければ Enter。閲覧記録は demado record readings", "Enter: nothing. See demado record readings")
    terminal.lay(Ask(terminal, t("問題", "found"), question, hint, send, kana=True, longest=LONGEST_NOTE))
