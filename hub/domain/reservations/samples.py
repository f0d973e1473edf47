"""Sample reservation lists, as unlike each other as cities' files are: for practice days and tests. All persons are made up."""

import csv
import datetime
import hashlib
import io
from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from hub.domain.guard import check_digit
from hub.domain.reservations.cells import ERA_LETTERS, ERAS
from hub.domain.reservations.reservation import HeaderMap

# The commonest readings alone, so that a sample never resembles one real person.
_FAMILY: Final = (
    "サトウ",
    "スズキ",
    "タカハシ",
    "タナカ",
    "イトウ",
    "ワタナベ",
    "ヤマモト",
    "ナカムラ",
    "コバヤシ",
    "ジョンソン",
)
_GIVEN: Final = ("ハナコ", "タロウ", "ケンジ", "ミサキ", "ダイスケ", "ヨウコ", "ショウタ", "サクラ", "ユウキ", "メイ")
# Notes with what breaks careless readers: commas, quotes, line ends, characters that only cp932 has.
_NOTES: Final = (
    "",
    "",
    "",
    "車いす",
    "午前中希望、付添あり",
    "12時までに退出, 要連絡",
    "「髙」の字\r\n①番窓口希望",
    '通称"ハナ"',
    "10～11時頃",
)
_HALF_KATAKANA: Final = {
    **dict(zip("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン", "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ", strict=True)),
    **dict(zip("ガギグゲゴザジズゼゾダヂヅデドバビブベボ", ("ｶﾞ", "ｷﾞ", "ｸﾞ", "ｹﾞ", "ｺﾞ", "ｻﾞ", "ｼﾞ", "ｽﾞ", "ｾﾞ", "ｿﾞ", "ﾀﾞ", "ﾁﾞ", "ﾂﾞ", "ﾃﾞ", "ﾄﾞ", "ﾊﾞ", "ﾋﾞ", "ﾌﾞ", "ﾍﾞ", "ﾎﾞ"), strict=True)),
    **dict(zip("ァィゥェォャュョッー", "ｧｨｩｪｫｬｭｮｯｰ", strict=True)),
}  # fmt: skip
_TO_HALF: Final = str.maketrans(_HALF_KATAKANA)
_TO_FULL: Final = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
UNTOLD: Final = 8
"""Every so-many-th row of a list has no 案内済: about the calls that nobody answered."""

_OLDEST: Final = 95  # years; the mix reaches back to early 昭和

# One way to be refused each; the first ones are the commonest in real lists.
BAD_KINDS: Final = (
    "no_such_day", "era_limit", "kanji_name", "lost_zero", "no_such_time", "duplicate",
    "my_number", "pin", "too_few", "too_many", "open_quote", "nobody", "no_number",
)  # fmt: skip


T = TypeVar("T")


class _Draws:
    """Draws that follow from the seed alone, on every machine and under every Python."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1."""
        self._count += 1
        drawn = hashlib.sha256(f"{self._seed}/{self._count}".encode()).digest()
        return int.from_bytes(drawn, "big") % limit

    def choice(self, among: Sequence[T]) -> T:
        """One of a sequence that is not empty."""
        return among[self.below(len(among))]


class Sample(msgspec.Struct, frozen=True):
    """What a sample file should look like; opens and closes in minutes since midnight, lanes as the file names them."""

    date: datetime.date
    people: int
    seed: int
    prefix: str = "YR"
    lanes: tuple[str, ...] = ()
    opens: int = 9 * 60
    closes: int = 13 * 60
    bad: int = 0
    newline: str = "\r\n"


def sample_text(sample: Sample, mapping: HeaderMap) -> str:
    """A CSV with sample.people good rows in the order of their time, and sample.bad rows more, each refused."""
    draws = _Draws(sample.seed)
    header = [mapping.number[0], mapping.date[0], mapping.time[0], mapping.kana[0], mapping.birth_date[0]]
    header += [mapping.phone[0], mapping.people[0], mapping.note[0], *([mapping.lane[0]] if sample.lanes else [])]
    header += [mapping.told[0]] if mapping.guided else []
    rows = [_row(sample, draws, place, guided=mapping.guided) for place in range(sample.people)]
    lines = [_line(row, sample.newline) for row in rows]
    for count in range(sample.bad):
        kind = BAD_KINDS[count % len(BAD_KINDS)]
        if kind == "duplicate" and not rows:
            kind = "no_such_time"  # nothing stands there to be repeated
        place = len(lines) if kind == "duplicate" else draws.below(len(lines) + 1)  # the first of two is taken
        lines.insert(place, _bad_line(sample, draws, kind, sample.people + count, rows, guided=mapping.guided))
    return _line(header, sample.newline) + "".join(lines)


def sample_bytes(sample: Sample, mapping: HeaderMap, encoding: str) -> bytes:
    """sample_text in utf-8, utf-8-sig, cp932 or utf-16."""
    return sample_text(sample, mapping).encode(encoding)


def _row(sample: Sample, draws: _Draws, place: int, *, guided: bool) -> list[str]:
    slots = max(1, (sample.closes - sample.opens) // 10)
    minutes = sample.opens + 10 * (place * slots // max(1, sample.people) % slots)
    row = [
        f"{sample.prefix}-{place + 1:04d}",
        _written_date(sample.date, draws),
        _written_time(minutes, draws),
        _written_name(draws),
        _written_date(_birth_date(sample.date, draws), draws),
        _written_phone(draws),
        draws.choice(("1", "1", "１", "1名", "２人")),
        draws.choice(_NOTES),
    ]
    row += [draws.choice(sample.lanes)] if sample.lanes else []
    return row + (["" if place % UNTOLD == UNTOLD - 1 else "済"] if guided else [])


def _bad_line(sample: Sample, draws: _Draws, kind: str, place: int, rows: Sequence[list[str]], *, guided: bool) -> str:
    row = _row(sample, draws, place, guided=guided)
    if kind == "no_such_day":
        row[4] = "1985/2/30"
    elif kind == "era_limit":
        row[4] = "昭和64年1月8日"
    elif kind == "kanji_name":
        row[3] = "山田花子"
    elif kind == "lost_zero":
        row[5] = f"900000{draws.below(10_000):04d}"
    elif kind == "no_such_time":
        row[2] = "25:10"
    elif kind == "duplicate":
        row[0] = draws.choice(rows)[0]
    elif kind == "my_number":
        body = f"{1 + draws.below(10**11 - 1):011d}"  # artificial: drawn, with the digit the rule asks for
        row[7] = f"番号は {body[:4]} {body[4:8]} {body[8:]}{check_digit(body)}"
    elif kind == "pin":
        row[7] = f"暗証番号は{draws.below(10_000):04d}"
    elif kind == "too_few":
        row = row[:4]
    elif kind == "too_many":
        row += ["余分"]
    elif kind == "open_quote":
        return ",".join([row[0], '"' + row[1]]) + sample.newline
    elif kind == "nobody":
        row[6] = "0"
    else:
        row[0] = ""
    return _line(row, sample.newline)


def _line(row: list[str], newline: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=newline).writerow(row)
    return out.getvalue()


def _birth_date(day: datetime.date, draws: _Draws) -> datetime.date:
    return day - datetime.timedelta(days=1 + draws.below(_OLDEST * 365))


def _written_date(day: datetime.date, draws: _Draws) -> str:
    era, years = next((name, day.year - era.before) for name, era in ERAS.items() if era.first <= day <= era.last)
    year = "元" if years == 1 else str(years)
    letter = ERA_LETTERS[era]
    return draws.choice(
        (
            f"{day.year}/{day.month}/{day.day}",
            day.isoformat(),
            f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}",
            f"{day.year}/{day.month:02d}/{day.day:02d}".translate(_TO_FULL),
            f"{era}{year}年{day.month}月{day.day}日",
            f"{letter}{years}.{day.month}.{day.day}",
            f"{letter}{years:02d}/{day.month:02d}/{day.day:02d}",
        )
    )


def _written_time(minutes: int, draws: _Draws) -> str:
    hour, minute = divmod(minutes, 60)
    end_hour, end_minute = divmod(minutes + 10, 60)
    ways = [
        f"{hour}:{minute:02d}",
        f"{hour:02d}:{minute:02d}〜{end_hour:02d}:{end_minute:02d}",
        f"{hour:02d}:{minute:02d}～{end_hour:02d}:{end_minute:02d}",
        f"{hour}:{minute:02d}".translate(_TO_FULL),
        f"{hour}時{minute}分",
    ]
    if hour != 12:  # 午後12時 can be read in two ways and is refused
        ways.append(f"{'午前' if hour < 12 else '午後'}{hour % 12}時{minute:02d}分")
    return draws.choice(ways)


def _written_name(draws: _Draws) -> str:
    name = f"{draws.choice(_FAMILY)}{draws.choice((' ', '　'))}{draws.choice(_GIVEN)}"
    return name.translate(_TO_HALF) if draws.below(10) < 3 else name  # about what old systems still write


def _written_phone(draws: _Draws) -> str:
    last = f"{draws.below(10_000):04d}"
    # 090-0000 is assigned to nobody, so that no sample rings anywhere.
    return draws.choice((f"090-0000-{last}", f"0900000{last}", f"090-0000-{last}".translate(_TO_FULL)))
