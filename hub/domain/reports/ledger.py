"""台帳: what personal data was handled on a date, derived from the record (Koganei 特記7条⑸: 利用者・保管場所・取扱状況).

A line for each class: how much came in and from where, who handled it, where it was kept, and when it went out, to whom.
Below it every move by itself, with its person, time and place. People of ours and of the city stand by their numbers as the
record has them; of applicants nothing stands here but how many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.contracts import consent
from hub.domain.custody import custody, disposal, lent, paper_receipt, storage, transit
from hub.domain.custody.keeping_words import PAPERS
from hub.domain.custody.lent import Paper
from hub.domain.day import day
from hub.domain.kinds import Kinds
from hub.domain.moment import iso_date
from hub.domain.personal import disclosure, personal
from hub.domain.photo import photo
from hub.domain.visit import visit

if TYPE_CHECKING:
    from hub.domain.booth import Event
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.custody import Sheets

APPLICANTS, CITY = "来場者", "市"
HUB = "ハブ（暗号化）"
BOOTH = "会場の窓口・箱"
CAMERA = "カメラとメモリー"
RESERVATIONS, PHOTO = "予約者の情報（カナ氏名・生年月日・電話番号・備考）", "顔写真"


class Out(msgspec.Struct, frozen=True):
    at_ms: int
    to: str
    count: int


class Line(msgspec.Struct, frozen=True):
    """One class of one date."""

    what: str
    unit: str
    source: str
    """From whom it came."""
    count: int = 0
    people: tuple[str, ...] = ()
    """Who handled it, in the order in which they first did."""
    places: tuple[str, ...] = ()
    out: tuple[Out, ...] = ()

    @property
    def left(self) -> int:
        """What is with us still."""
        return self.count - sum(one.count for one in self.out)


class Move(msgspec.Struct, frozen=True):
    """One thing that was done with papers or data: when, what, by whom, where or to where."""

    at_ms: int
    what: str
    by: str
    place: str


class Page(msgspec.Struct, frozen=True):
    date: str
    lines: tuple[Line, ...]
    moves: tuple[Move, ...]


PaperMoved = custody.CustodyEvent | storage.StorageEvent | transit.TransitEvent | paper_receipt.PaperEvent
PAPERS_MOVED: Kinds[PaperMoved] = Kinds(PaperMoved)

DataHandled = (
    day.DayEvent
    | visit.VisitEnded
    | photo.PhotoEvent
    | disclosure.Revealed
    | personal.PersonalErased
    | disposal.DisposalEvent
    | lent.LentEvent
)
DATA_HANDLED: Kinds[DataHandled] = Kinds(DataHandled)


class Ledger:
    """Takes a record's events in order; `page` is a date of it."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._classes = {paper.id: paper.ja for paper in profile.handed_over()}
        self._purposes = {one.id: one.ja for one in profile.operation.purposes}
        self._lines: dict[tuple[str, str], Line] = {}
        self._moves: list[tuple[str, Move]] = []
        self._date, self._venue = "", ""
        self._boxes: dict[str, tuple[str, Sheets]] = {}
        """Sealed box to the date of its papers, and what is in it."""
        self._transfers: dict[int, tuple[str, ...]] = {}
        self._loans: dict[int, tuple[str, str]] = {}
        """Loan to the date and class of its line."""
        self._subjects: dict[str, str] = {}
        """Sealed subject to the date of its line."""

    def dates(self) -> list[str]:
        """Every date of which there is a page, in order."""
        return sorted({date for date, _ in self._lines} | {date for date, _ in self._moves})

    def page(self, date: str) -> Page:
        """What was handled of that date's, and what was done on it."""
        lines = tuple(line for (of, _), line in self._lines.items() if of == date)
        return Page(date, lines, tuple(move for of, move in self._moves if of == date))

    def take(self, event: Event) -> None:
        """Book one event; one that concerns no personal data changes nothing."""
        if PAPERS_MOVED.has(event):
            self._papers(event)
        elif DATA_HANDLED.has(event):
            self._data(event)

    def _data(self, event: DataHandled) -> None:
        match event:
            case day.DayOpened():
                self._date, self._venue = event.date, event.venue
            case visit.VisitEnded():
                if event.state is visit.VisitState.DONE:
                    for paper, count in event.papers:
                        self._in(self._date, self._classes.get(paper, paper), "枚", APPLICANTS, count, event.by, BOOTH)
            case day.ReservationsListed():
                self._reservations(event)
            case photo.PhotoTaken():
                self._in(iso_date(event.at_ms), PHOTO, "枚", APPLICANTS, 1, "", CAMERA)
            case photo.PhotoConfirmed():
                self._touch(iso_date(event.at_ms), PHOTO, event.by)
            case photo.PhotoDestroyed():
                self._out(iso_date(event.at_ms), PHOTO, Out(event.at_ms, "消去", 1))
            case disclosure.Revealed():
                who = f"予約 {event.reservation}" + (f"（{event.number}）" if event.number else "")
                field = consent.FIELDS.get(event.field, (event.field, ""))[0]
                purpose = self._purposes.get(event.purpose, event.purpose)
                self._move(event.at_ms, f"閲覧：{who} {field}・{purpose}", event.by, HUB)
                self._touch(self._date, RESERVATIONS, event.by)
            case personal.PersonalErased():
                self._erased(event)
            case disposal.DisposalWitnessed():
                self._move(event.at_ms, f"廃棄 {event.number} に立会い", event.by, "")
            case disposal.DisposalCarriedOut():
                self._move(event.happened_ms, f"廃棄 {event.number} を実施", event.by, "")
            case lent.LoanReceived() | lent.LoanReturned() | lent.LoanCarriedOut() | lent.LoanCarriedIn():
                self._lent(event)

    # ------------------------------------------------------------------ papers

    def _papers(self, event: PaperMoved) -> None:
        match event:
            case custody.ContainerSealed():
                self._boxes[event.container] = (self._date, event.sheets)
                both = f"{event.by}・{event.with_}" if event.with_ else event.by
                what = f"箱 {event.container} を封印 {event.seal}（{_total(event.sheets)}枚）"
                self._move(event.at_ms, what, both, self._venue)
            case custody.ContainerUnsealed():
                self._move(event.at_ms, f"箱 {event.container} を開けた", event.by, self._venue)
            case storage.BoxPutAway():
                place = next((one.ja for one in self._profile.custody.places if one.id == event.place), event.place)
                self._move(event.at_ms, f"箱 {event.container} を保管", event.by, place)
                date, sheets = self._boxes.get(event.container, ("", ()))
                for paper, _ in sheets:
                    self._kept(date, self._classes.get(paper, paper), place)
            case storage.BoxTakenOut():
                self._move(event.at_ms, f"箱 {event.container} を保管場所から出した", event.by, event.place)
            case custody.TransferOffered():
                self._transfers[event.transfer] = event.containers
                self._move(event.at_ms, f"引渡しを申し出：箱 {'・'.join(event.containers)}", event.by, self._venue)
            case custody.TransferWithdrawn():
                self._move(event.at_ms, "引渡しを取り下げ", event.by, self._venue)
            case transit.Departed():
                self._move(event.happened_ms, f"出発：箱 {'・'.join(event.containers)}", event.by, event.vehicle)
            case transit.StopMade():
                what = "立寄り（箱を持って出た）" if event.carried_out else "立寄り（箱を置いた）"
                self._move(event.from_ms, what, event.by, event.place)
            case transit.Arrived():
                self._move(event.happened_ms, "到着", event.by, CITY)
            case paper_receipt.PaperEntered():
                if event.whole:
                    self._move(event.signed_ms, "紙で受領・市の確認待ち", event.by, CITY)
            case custody.TransferAccepted():
                self._accepted(event)

    def _accepted(self, event: custody.TransferAccepted) -> None:
        boxes = [self._boxes[box] for box in self._transfers.get(event.transfer, ()) if box in self._boxes]
        for date, sheets in boxes:
            # What one box brought is what the city counted of it; of several it signs for the sum alone.
            for paper, count in event.sheets if len(boxes) == 1 else sheets:
                self._out(date, self._classes.get(paper, paper), Out(event.at_ms, f"{CITY} {event.by}", count))
        self._move(event.at_ms, f"市が受領（{_total(event.sheets)}枚）", event.by, CITY)

    # ------------------------------------------------------------------ data and what the city lends

    def _reservations(self, event: day.ReservationsListed) -> None:
        source = CITY if self._profile.reservation.managed_by == "city" else APPLICANTS
        sealed = [slot.subject for slot in event.slots if slot.subject]
        if not sealed:
            return
        self._in(self._date, RESERVATIONS, "件", source, len(sealed), event.by, HUB)
        self._subjects.update(dict.fromkeys(sealed, self._date))
        self._move(event.at_ms, f"予約者の情報 {len(sealed)}件を取り込んだ", event.by, HUB)

    def _erased(self, event: personal.PersonalErased) -> None:
        dates = [self._subjects.get(one, self._date) for one in event.subjects]
        for date in sorted(set(dates)):
            self._out(date, RESERVATIONS, Out(event.at_ms, "消去（鍵の破棄）", dates.count(date)))
        self._move(event.at_ms, f"予約者の情報 {len(dates)}件を消去", event.by, HUB)

    def _lent(self, event: lent.LoanReceived | lent.LoanReturned | lent.LoanCarriedOut | lent.LoanCarriedIn) -> None:
        if isinstance(event, lent.LoanReceived):
            if event.thing not in set(Paper):
                return  # a device is no personal data
            what = f"{PAPERS[Paper(event.thing)][0]}（{event.number}）"
            self._loans[event.entry] = (iso_date(event.at_ms), what)
            self._in(iso_date(event.at_ms), what, "点", CITY, event.pieces, event.by, self._venue or "会場")
            self._move(event.at_ms, f"{what} を受け取った", event.by, CITY)
            return
        if event.loan not in self._loans:
            return
        date, what = self._loans[event.loan]
        match event:
            case lent.LoanReturned():
                self._out(date, what, Out(event.at_ms, CITY, event.pieces))
                self._move(event.at_ms, f"{what} を返した（{event.pieces}）", event.by, CITY)
            case lent.LoanCarriedOut():
                self._move(event.at_ms, f"{what} を持ち出した（承認 {event.approval}）", event.by, "")
            case lent.LoanCarriedIn():
                self._move(event.at_ms, f"{what} を戻した", event.by, "")

    # ------------------------------------------------------------------ booking

    def _in(self, date: str, what: str, unit: str, source: str, count: int, by: str, place: str) -> None:
        if not count:
            return
        line = self._lines.get((date, what)) or Line(what, unit, source)
        self._lines[date, what] = msgspec.structs.replace(
            line, count=line.count + count, people=_with(line.people, by), places=_with(line.places, place)
        )

    def _touch(self, date: str, what: str, by: str) -> None:
        line = self._lines.get((date, what))
        if line is not None:
            self._lines[date, what] = msgspec.structs.replace(line, people=_with(line.people, by))

    def _kept(self, date: str, what: str, place: str) -> None:
        line = self._lines.get((date, what))
        if line is not None:
            self._lines[date, what] = msgspec.structs.replace(line, places=_with(line.places, place))

    def _out(self, date: str, what: str, out: Out) -> None:
        line = self._lines.get((date, what))
        if line is None or not out.count:
            return
        before = next((one for one in line.out if one.to == out.to), None)
        if before is not None and out.to == "消去":  # pictures go one by one: the last time and how many say it
            others = tuple(one for one in line.out if one is not before)
            line = msgspec.structs.replace(line, out=others)
            out = Out(out.at_ms, out.to, before.count + out.count)
        self._lines[date, what] = msgspec.structs.replace(line, out=(*line.out, out))

    def _move(self, at_ms: int, what: str, by: str, place: str) -> None:
        self._moves.append((iso_date(at_ms), Move(at_ms, what, by, place)))


def _with(known: tuple[str, ...], one: str) -> tuple[str, ...]:
    return known if not one or one in known else (*known, one)


def _total(sheets: Sheets) -> int:
    return sum(count for _, count in sheets)
