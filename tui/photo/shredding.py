"""What is spoiled, photo sheets and forms, goes through the shredder before two different people, who both sign."""

from __future__ import annotations

from hub.domain.custody import forms
from hub.domain.custody.forms import ShredForms
from hub.domain.photo import print as photo_print
from hub.domain.photo.print import Print, ShredSheets, SpoiledSheet
from sync.keys.party import Person
from tui.layer import Confirm, Terminal
from tui.papers.second_person import SecondPerson


def spoiled(terminal: Terminal) -> list[tuple[Print, int]]:
    """The photo sheets to be shredded: print and the sheet's place in it."""
    return photo_print.to_shred(terminal.station.booth.prints) if terminal.station is not None else []


def waiting(terminal: Terminal) -> int:
    """How many sheets wait for the shredder, photos and forms."""
    if terminal.station is None:
        return 0
    return len(spoiled(terminal)) + sum(one.sheets for _, one in forms.to_shred(terminal.station.booth.forms))


def shred(terminal: Terminal) -> None:
    """Ask, have the first sign what they have not signed yet, and then another person the rest."""
    station, t = terminal.station, terminal.tongue
    assert station is not None

    def first() -> None:
        person = station.person
        assert person is not None

        async def work() -> None:
            for command in _commands(terminal, person.person):
                await station.submit(command)
            if waiting(terminal):
                why = t("もう1人が裁断を見て署名します", "Another person saw it shredded and signs")
                terminal.lay(SecondPerson(terminal, why, second))
            else:
                station.say(t("書損じをすべて裁断しました。", "All spoiled sheets are shredded."))

        station.begin(t("記録しています", "recording"), work)

    def second(person: Person) -> None:
        async def work() -> None:
            for command in _commands(terminal, person.person):
                await station.submit(command, person=person)
            station.say(t("2人で裁断を確かめました。", "Two people have signed."))

        station.begin(t("記録しています", "recording"), work)

    photos = len(spoiled(terminal))
    papers = waiting(terminal) - photos
    what_ja = "と".join(
        part for part in (f"写真 {photos}枚" if photos else "", f"用紙 {papers}枚" if papers else "") if part
    )
    question = t(f"書損じの{what_ja}を2人の前で裁断しました。", f"{photos + papers} spoiled sheets are shredded?")
    terminal.lay(Confirm(terminal, question, t("署名する", "sign"), first))


def _commands(terminal: Terminal, person: str) -> list[ShredSheets | ShredForms]:
    """What this person signs: everything spoiled that they have not signed for yet."""
    station = terminal.station
    assert station is not None
    photos = [one for one in spoiled(terminal) if person not in one[0].sheets[one[1]].shredders]
    papers = [number for number, one in forms.to_shred(station.booth.forms) if person not in one.shredders]
    made: list[ShredSheets | ShredForms] = []
    if photos:
        made.append(ShredSheets(tuple(SpoiledSheet(one.id, at) for one, at in photos)))
    if papers:
        made.append(ShredForms(tuple(papers)))
    return made
