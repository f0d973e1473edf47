"""A city's reservation list (CSV) read into reservations: every row is taken, or refused with line, column and reason."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from hub.domain.guard import check_text, redact
from hub.domain.reservations import cells
from hub.domain.reservations.cells import Moment, Reason
from hub.domain.reservations.csv_records import UNREADABLE, Fault, Record, decode, delimiter, records
from hub.domain.reservations.reasons import sentences

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile

_MOST_ROWS: Final = 20_000  # ten times the tickets of the largest day; more is another kind of file
_SHOWN: Final = 40  # characters of a header name that are repeated to people
_LONGEST_CELL: Final = 2_000  # characters; a longer one is refused unread, so that no file keeps the guard busy
_INSTEAD: Final = {"date": "date_time", "time": "date_time"}  # a column that answers for another

T = TypeVar("T")


class HeaderMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accepted header names per field, the preferred first, compared after NFKC and without white space.

    lanes: what the lane column may say -> lane id, "" for a lane that takes no reservations. Where it is empty the
    column is not used; where only one lane takes reservations, a row without the column means that lane.
    """

    number: tuple[str, ...] = ("予約番号", "受付番号", "予約No", "予約ID", "整理番号", "番号")
    date: tuple[str, ...] = ("予約日", "希望日", "来場日", "来庁日", "来場予定日")
    time: tuple[str, ...] = (
        "予約時間",
        "希望時間",
        "予約時刻",
        "希望時刻",
        "来場時間",
        "予約枠",
        "時間帯",
        "時間",
        "時刻",
    )
    date_time: tuple[str, ...] = ("予約日時", "希望日時", "来場日時", "来庁日時")
    lane: tuple[str, ...] = ("メニュー", "窓口", "受付区分", "手続き", "手続", "区分", "種別", "用件", "内容")
    people: tuple[str, ...] = ("人数", "来場人数", "予約人数", "申請人数", "来庁人数")
    kana: tuple[str, ...] = (
        *("氏名（カナ）", "氏名カナ", "フリガナ", "ふりがな", "カナ氏名", "カナ", "お名前（カナ）", "氏名（フリガナ）"),
        *("予約者氏名（カナ）", "予約者カナ", "名前（カナ）"),
    )
    birth_date: tuple[str, ...] = ("生年月日", "誕生日")
    phone: tuple[str, ...] = ("連絡先電話番号", "電話番号", "携帯電話番号", "携帯電話", "電話", "連絡先", "TEL")
    note: tuple[str, ...] = ("備考", "メモ", "特記事項", "連絡事項", "要望")
    reissue: tuple[str, ...] = ("再交付申請", "再交付", "再交付の有無", "再交付申請ですか", "再発行")
    told: tuple[str, ...] = ("案内済", "案内済み", "ご案内", "案内")
    required: tuple[str, ...] = ("number",)
    lanes: dict[str, str] = {}
    reissue_guidance: str = ""
    """Where cards that are issued again are asked for; empty: the contract does not keep them from being booked."""
    guided: bool = False
    """Whether the contract wants everybody told what to bring; the column is not read otherwise."""


class Reservation(msgspec.Struct, frozen=True):
    """One reservation. slot: minutes since midnight; kana, phone and note "" and the others None where not stated."""

    number: str
    slot: int | None = None
    lane: str | None = None
    people: int = 1
    kana: str = ""
    birth_date: datetime.date | None = None
    phone: str = ""
    note: str = ""
    told: bool = False
    """案内済: they know what to bring and where to come."""


class Problem(msgspec.Struct, frozen=True):
    """One reason for a refusal: the line of the file where the row starts (0: the whole file) and the column's name.

    It never repeats what stands in the cell.
    """

    line: int
    column: str
    reason_code: str
    ja: str
    en: str


class Import(msgspec.Struct, frozen=True):
    """What became of a file: len(rows) + the distinct lines of problems + blank == records, unless refused.

    records counts the records below the header. refused: nothing was read, the one problem says what to do.
    unused: columns that are not kept (only what is needed is collected); their cells pass the guard all the same.
    """

    rows: list[Reservation]
    problems: list[Problem]
    blank: int = 0
    records: int = 0
    unused: tuple[str, ...] = ()
    encoding: str = ""
    refused: bool = False
    lines: tuple[int, ...] = ()
    """Of each row, in the order of rows: the line where it starts."""
    time_column: str = ""
    """What the column is called that says the time."""


def read_reservations(data: bytes, mapping: HeaderMap, *, date: datetime.date | None) -> Import:
    """The reservations of a CSV file; date: the day they are for (None: any day, and no birth date is in the future)."""
    decoded = decode(data)
    if isinstance(decoded, Fault):
        return _refused(decoded)
    all_records = records(decoded.text, delimiter(decoded.text))
    header = next((record for record in all_records if not record.blank), None)
    if header is None:
        return _refused(Fault("file.empty"))
    columns = _columns(header, mapping)
    if isinstance(columns, Fault):
        return _refused(columns)
    reader = _Reader(columns, mapping, date)
    for record in all_records:
        if reader.records == _MOST_ROWS:
            return _refused(Fault("file.too_many_rows", {"most": str(_MOST_ROWS)}))
        reader.read(record)
    return Import(
        reader.rows,
        reader.problems,
        reader.blank,
        reader.records,
        columns.unused,
        decoded.encoding,
        lines=tuple(reader.lines),
        time_column=columns.name_of("time") or columns.name_of("date_time"),
    )


def header_map(profile: Profile) -> HeaderMap:
    """The header names and lanes of a contract: the profile's names are preferred, common ones are understood too."""
    common, own = HeaderMap(), profile.reservation.columns
    booked = profile.reservation.applies_to_lanes
    lanes: dict[str, str] = {}
    for lane in profile.lanes:
        takes = lane.reservation != "no" and (not booked or lane.id in booked)
        for name in (lane.id, lane.ja, lane.en, *(method.ja for method in profile.methods if method.lane == lane.id)):
            lanes[name] = lane.id if takes else ""
    return HeaderMap(
        number=_once(own.number, common.number),
        date=_once(own.date, common.date),
        time=_once(own.time, common.time),
        date_time=_once(own.date_time, common.date_time),
        lane=_once(own.lane, common.lane),
        people=_once(own.people, common.people),
        kana=_once(own.kana, common.kana),
        birth_date=_once(own.birth_date, common.birth_date),
        phone=_once(own.phone, common.phone),
        reissue=_once(own.reissue, common.reissue),
        lanes=lanes,
        reissue_guidance=profile.reservation.reissue_guidance or "",
        guided=profile.reservation.guidance is not None,
    )


def _once(preferred: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(preferred + others))


class _Columns(msgspec.Struct, frozen=True):
    """Where each field stands, what the columns are called, and which of them are not used."""

    names: tuple[str, ...]
    at: dict[str, int]
    unused: tuple[str, ...]

    def name_of(self, field: str) -> str:
        return self.names[self.at[field]] if field in self.at else ""


def _same(name: str) -> str:
    """Header and lane names are compared in this form."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _shown(name: str) -> str:
    """A header name as it may be repeated to people: one printable line without what the guard refuses."""
    return redact("".join(char for char in " ".join(name.split()) if char.isprintable()))[:_SHOWN]


def _accepted(mapping: HeaderMap) -> dict[str, tuple[str, ...]]:
    return {
        "number": mapping.number,
        "date": mapping.date,
        "time": mapping.time,
        "date_time": mapping.date_time,
        "lane": mapping.lane if mapping.lanes else (),
        "people": mapping.people,
        "kana": mapping.kana,
        "birth_date": mapping.birth_date,
        "phone": mapping.phone,
        "note": mapping.note,
        "reissue": mapping.reissue if mapping.reissue_guidance else (),
        "told": mapping.told if mapping.guided else (),
    }


def _required(mapping: HeaderMap) -> tuple[str, ...]:
    """A reservation is known by its number alone, so no mapping can do without it."""
    return ("number", *(field for field in mapping.required if field != "number"))


def _columns(header: Record, mapping: HeaderMap) -> _Columns | Fault:
    if header.cells is None:
        return Fault("file.header_quotes")
    found = [_same(name) for name in header.cells]
    accepted = _accepted(mapping)
    at: dict[str, int] = {}
    for field, names in accepted.items():
        for name in map(_same, names):
            if name not in found or found.index(name) in at.values():
                continue
            if found.count(name) > 1:
                return Fault("file.column_twice", {"column": _shown(name)})
            at[field] = found.index(name)
            break
    for field in _required(mapping):
        if field not in at and _INSTEAD.get(field) not in at:
            return Fault("file.missing_column", {"names": "、".join(accepted[field]) or field})
    shown = tuple(map(_shown, header.cells))
    used = set(at.values())
    return _Columns(shown, at, tuple(name for i, name in enumerate(shown) if i not in used and name))


class _Reader:
    """Takes one record after the other; remembers the numbers it has taken."""

    def __init__(self, columns: _Columns, mapping: HeaderMap, date: datetime.date | None) -> None:
        self._columns = columns
        self._required = _required(mapping)
        self._date = date
        self._reissue_guidance = mapping.reissue_guidance
        self._lanes = {_same(name): lane for name, lane in mapping.lanes.items()}
        self._lane_names = "、".join(name for name, lane in mapping.lanes.items() if lane)
        booked = {lane for lane in mapping.lanes.values() if lane}
        self._only_lane = booked.pop() if len(booked) == 1 else None
        self._line_of: dict[str, int] = {}
        self.rows: list[Reservation] = []
        self.lines: list[int] = []
        self.problems: list[Problem] = []
        self.blank = 0
        self.records = 0

    def read(self, record: Record) -> None:
        """Count the record as a row, as a blank line or as problems: always exactly one of them."""
        self.records += 1
        if record.blank:
            self.blank += 1
            return
        found = self._row(record)
        if isinstance(found, list):
            self.problems += found
        else:
            self._line_of[found.number.casefold()] = record.line
            self.rows.append(found)
            self.lines.append(record.line)

    def _row(self, record: Record) -> Reservation | list[Problem]:
        names = self._columns.names
        if record.cells is None:
            return [_problem(record.line, "", "row.quotes")]
        unfit = self._unfit(record.line, record.cells)
        if any(cell.strip() for cell in record.cells[len(names) :]) or len(record.cells) < len(names):
            code = "row.too_many" if len(record.cells) > len(names) else "row.too_few"
            unfit.append(_problem(record.line, "", code, {"cells": str(len(record.cells)), "columns": str(len(names))}))
        return unfit or self._parsed(record.line, record.cells)

    def _unfit(self, line: int, row: tuple[str, ...]) -> list[Problem]:
        """What must not be kept at all, in whichever column, used or not."""
        problems = []
        for i, cell in enumerate(row):
            name = self._columns.names[i] if i < len(self._columns.names) else ""
            if len(cell) > _LONGEST_CELL:
                problems.append(_problem(line, name, "cell.too_long"))
                continue
            if UNREADABLE.search(cell):
                problems.append(_problem(line, name, "cell.undecodable"))
                continue
            # Read together with the column's name, so that four digits below 暗証番号 are seen for what they are.
            finding = check_text(f"{name}：{cell}")
            if finding is not None:
                problems.append(Problem(line, name, finding.code, finding.ja, finding.en))
            elif cells.controls(cell):
                problems.append(_problem(line, name, "cell.control"))
        return problems

    def _parsed(self, line: int, row: tuple[str, ...]) -> Reservation | list[Problem]:
        problems: list[Problem] = []
        text = {field: row[i] for field, i in self._columns.at.items() if row[i].strip()}

        def refuse(field: str, code: str, data: dict[str, str] | None = None) -> None:
            problems.append(_problem(line, self._columns.name_of(field), code, data))

        def take(field: str, parse: Callable[[str], T | Reason], otherwise: T) -> T:
            if field not in text:
                return otherwise
            value = parse(text[field])
            if isinstance(value, Reason):
                refuse(field, value.code)
                return otherwise
            return value

        for field in self._required:
            if field not in text and _INSTEAD.get(field) not in text:
                refuse(field, "cell.required")
        number = take("number", cells.number, "")
        if (first := self._line_of.get(number.casefold())) is not None:
            refuse("number", "row.duplicate", {"first": str(first)})
        nothing = Moment(None, None)
        own_day = take("date", cells.day, None)
        time = take("time", cells.moment, nothing)
        both = take("date_time", cells.moment, nothing)
        for field, day in (("date", own_day), ("time", time.day), ("date_time", both.day)):
            if self._date is not None and day is not None and day != self._date:
                refuse(field, "cell.other_day", {"date": self._date.isoformat()})
        if None not in (time.minutes, both.minutes) and time.minutes != both.minutes:
            refuse("date_time", "cell.time_two")
        lane = self._only_lane
        if "lane" in text:
            lane = self._lanes.get(_same(text["lane"]))
            if not lane:
                refuse("lane", "cell.lane" if lane is None else "cell.lane_closed", {"names": self._lane_names})
        if take("reissue", cells.yes_no, False):
            refuse("reissue", "cell.reissue", {"guidance": self._reissue_guidance})
        reservation = Reservation(
            number=number,
            slot=both.minutes if time.minutes is None else time.minutes,
            lane=lane,
            people=take("people", cells.people, 1),
            kana=take("kana", cells.kana, ""),
            birth_date=take("birth_date", lambda born: cells.birth_date(born, self._date), None),
            phone=take("phone", cells.phone, ""),
            note=take("note", cells.note, ""),
            told=take("told", cells.yes_no, False),
        )
        return problems or reservation


def _problem(line: int, column: str, code: str, data: dict[str, str] | None = None) -> Problem:
    ja, en = sentences(code, data or {})
    return Problem(line, column, code, ja, en)


def _refused(fault: Fault) -> Import:
    return Import([], [_problem(0, "", fault.code, fault.data)], refused=True)
