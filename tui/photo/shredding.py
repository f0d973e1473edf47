"""Spoiled photo sheets go through the shredder before two different people, who both sign; then the day can close."""

from __future__ import annotations

from collections.abc import Iterable

from hub.domain import photo_print
from hub.domain.photo_print import Print, ShredSheets, SpoiledSheet
from sync.party import Person
from tui.layer import Confirm
from tui.papers.second_person import SecondPerson
from tui.terminal.terminal import Terminal


def spoiled(terminal: Terminal) -> list[tuple[Print, int]]:
    """The sheets to be shredded: print and the sheet's place in it."""
    return photo_print.to_shred(terminal.station.booth.prints) if terminal.station is not None else []


def shred(terminal: Terminal) -> None:
    """Ask, have the first sign what they have not signed yet, and then another person the rest."""
    station, t = terminal.station, terminal.tongue
    assert station is not None

    def first() -> None:
        person = station.person
        assert person is not None
        mine = [one for one in spoiled(terminal) if person.person not in one[0].sheets[one[1]].shredders]

        async def work() -> None:
            if mine:
                await station.submit(_command(mine))
            if spoiled(terminal):
                why = t("もう1人が裁断を見て署名します", "Another person saw it shredded and signs")
                terminal.lay(SecondPerson(terminal, why, second))
            else:
                station.say(t("書損じの写真をすべて裁断しました。", "All spoiled sheets are shredded."))

        station.begin(t("記録しています", "recording"), work)

    def second(person: Person) -> None:
        async def work() -> None:
            await station.submit(_command(spoiled(terminal)), person=person)
            station.say(t("2人で裁断を確かめました。", "Two people have signed."))

        station.begin(t("記録しています", "recording"), work)

    count = len(spoiled(terminal))
    question = t(
        f"書損じの写真 {count}枚を2人の前で裁断しました。", f"{count} spoiled sheets went through the shredder?"
    )
    terminal.lay(Confirm(terminal, question, t("署名する", "sign"), first))


def _command(sheets: Iterable[tuple[Print, int]]) -> ShredSheets:
    return ShredSheets(tuple(SpoiledSheet(one.id, at) for one, at in sheets))
