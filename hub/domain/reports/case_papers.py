"""Where the papers of one case are: in which box, where that stands, and who answers for it (Koganei 特記13条).

A count takes all loose sheets and a seal covers what was counted: so the papers of a visit lie in the first box that is
sealed after it, and again in the next one, should that box be opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.custody import custody, paper_receipt, storage, transit
from hub.domain.day.day import DayOpened
from hub.domain.kinds import Kinds
from hub.domain.visit.visit import VisitEnded, VisitState

if TYPE_CHECKING:
    from hub.domain.booth import Event
    from hub.domain.contracts.contract import Profile

COUNTER, CITY = "会場の窓口", "市"


class Case(msgspec.Struct, frozen=True):
    """The papers of one visit, and where they are."""

    date: str
    number: str
    papers: custody.Sheets
    place: str
    holder: str
    """Who answers for them, by the number that the record has."""
    since_ms: int
    """From when they are there."""
    box: str = ""
    """Empty while no seal covers them."""
    seal: str = ""


Moved = (
    DayOpened
    | VisitEnded
    | custody.CustodyEvent
    | storage.StorageEvent
    | transit.TransitEvent
    | paper_receipt.PaperEvent
)
MOVED: Kinds[Moved] = Kinds(Moved)


class CasePapers:
    """Takes a record's events in order; `cases` are those of all its visits that left papers, as they stand then."""

    def __init__(self, profile: Profile) -> None:
        self._places = {one.id: one.ja for one in profile.custody.places}
        self._date = self._venue = ""
        self.cases: list[Case] = []
        self._loose: list[int] = []
        """Places in `cases` of those that no seal covers."""
        self._boxes: dict[str, list[int]] = {}
        self._transfers: dict[int, tuple[str, ...]] = {}

    def of(self, number: str, date: str = "") -> list[Case]:
        """The cases of a ticket's number, of one date or of all: a family's ticket has several."""
        return [one for one in self.cases if one.number == number and date in ("", one.date)]

    def take(self, event: Event) -> None:
        """Follow one event; one that moves no papers changes nothing."""
        if MOVED.has(event):
            self._moved(event)

    def _moved(self, event: Moved) -> None:
        match event:
            case DayOpened():
                self._date, self._venue = event.date, event.venue
            case VisitEnded() if event.state is VisitState.DONE:
                self._left(event)
            case custody.ContainerSealed():
                self._boxes[event.container], self._loose = self._loose, []
                self._change(event.container, event.at_ms, event.by, self._venue, box=event.container, seal=event.seal)
            case custody.ContainerUnsealed():
                self._change(event.container, event.at_ms, event.by, f"{self._venue} {COUNTER}", box="", seal="")
                self._loose += self._boxes.pop(event.container, [])
            case storage.BoxPutAway() if event.whole:
                place = self._places.get(event.place, event.place)
                self._change(event.container, event.at_ms, "", f"{self._venue} {place}")
            case storage.BoxTakenOut():
                self._change(event.container, event.at_ms, event.by, self._venue)
            case custody.TransferOffered():
                self._transfers[event.transfer] = event.containers
                for box in event.containers:
                    self._change(box, event.at_ms, event.by)
            case transit.Departed():
                for box in event.containers:
                    self._change(box, event.happened_ms, "・".join(event.carriers), event.vehicle)
            case custody.TransferAccepted():
                for box in self._transfers.get(event.transfer, ()):
                    self._change(box, event.at_ms, event.by, CITY)
                    self._boxes.pop(box, None)
            case _:
                pass  # counts, first signatures, stops, what a paper says: the papers are where they were

    def _left(self, event: VisitEnded) -> None:
        """A visit is done: its papers lie loose, if there are any."""
        papers = tuple((paper, count) for paper, count in event.papers if count)
        if papers:
            self._loose.append(len(self.cases))
            at = f"{self._venue} {COUNTER}"
            self.cases.append(Case(self._date, event.number, papers, at, event.by, event.at_ms))

    def _change(self, within: str, at_ms: int, holder: str = "", place: str = "", **more: str) -> None:
        """The papers in a box have another place or another holder, or both."""
        for at in self._boxes.get(within, ()):
            case = self.cases[at]
            self.cases[at] = msgspec.structs.replace(
                case, holder=holder or case.holder, place=place or case.place, since_ms=at_ms, **more
            )
