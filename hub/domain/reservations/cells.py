"""One cell of a reservation list to one value. A Reason is returned, never the cell's text: cells are personal data."""

import datetime
import re
import unicodedata
from typing import Final

import msgspec

_MOST_PEOPLE: Final = 99  # one reservation for a hundred is a slip of the hand
_LONGEST_NUMBER: Final = 32
_LONGEST_NAME: Final = 100
_LONGEST_NOTE: Final = 500
# Japan counts months and days as the West does since 明治6年1月1日; an older date has no one Western date.
_EARLIEST: Final = datetime.date(1873, 1, 1)


class Reason(msgspec.Struct, frozen=True):
    """Why a cell is not taken: a stable code whose sentences stand in reasons.py."""

    code: str


class Moment(msgspec.Struct, frozen=True):
    """A day and minutes since midnight, each None where the cell does not say."""

    day: datetime.date | None
    minutes: int | None


class Era(msgspec.Struct, frozen=True):
    """A Japanese era: the year before its first, its first day and its last."""

    before: int
    first: datetime.date
    last: datetime.date


ERAS: Final = {
    "明治": Era(1867, datetime.date(1868, 10, 23), datetime.date(1912, 7, 29)),
    "大正": Era(1911, datetime.date(1912, 7, 30), datetime.date(1926, 12, 24)),
    "昭和": Era(1925, datetime.date(1926, 12, 25), datetime.date(1989, 1, 7)),
    "平成": Era(1988, datetime.date(1989, 1, 8), datetime.date(2019, 4, 30)),
    "令和": Era(2018, datetime.date(2019, 5, 1), datetime.date.max),
}
ERA_LETTERS: Final = dict(zip(ERAS, "MTSHR", strict=True))
_ERA_SIGNS: Final = {sign: name for name, letter in ERA_LETTERS.items() for sign in (name, name[0], letter)}

_HYPHENS: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─", "-"))
_WAVES: Final = str.maketrans(dict.fromkeys("〜∼", "~"))


def plain(text: str) -> str:
    """NFKC (full-width to half-width and the reverse for katakana), trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def controls(text: str) -> bool:
    """Whether text holds a control character other than tab and line ends: it could rewrite a terminal's screen."""
    return any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in text)


def number(text: str) -> str | Reason:
    """A reservation number of letters, digits, `-`, `_`, `/`, half-width; at most 32 characters."""
    tidy = plain(text).translate(_HYPHENS)
    if len(tidy) > _LONGEST_NUMBER or not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_/\-]*", tidy):
        return Reason("cell.number")
    return tidy


def kana(text: str) -> str | Reason:
    """A name in full-width katakana (hiragana is turned), or in Latin letters, single spaces between its parts."""
    turned = "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in plain(text))
    tidy = " ".join(turned.split())
    if len(tidy) > _LONGEST_NAME or not re.fullmatch(r"[ァ-ヺー・ヽヾA-Za-z .,'\-]+", tidy):
        return Reason("cell.kana")
    return tidy


def phone(text: str) -> str | Reason:
    """A Japanese telephone number as its 10 or 11 digits."""
    tidy = re.sub(r"[ \-().]", "", plain(text).translate(_HYPHENS))
    tidy = re.sub(r"^\+81(\(0\)|0)?", "0", tidy)
    if re.fullmatch(r"[1-9]0[0-9]{8}|[1-9][0-9]{8}", tidy):
        return Reason("cell.phone_zero")
    return tidy if re.fullmatch(r"0[1-9][0-9]{8}|0[2-9]0[0-9]{8}", tidy) else Reason("cell.phone")


def people(text: str) -> int | Reason:
    """How many come, 1 to 99: `2`, `２名`, `2人`."""
    match = re.fullmatch(r"([0-9]{1,4}) ?(?:名様?|人)?", plain(text))
    if match is None:
        return Reason("cell.people")
    count = int(match[1])
    return count if 1 <= count <= _MOST_PEOPLE else Reason("cell.people_range")


YES: Final = frozenset({"はい", "有", "あり", "該当", "○", "〇", "1", "yes", "y", "再交付", "済", "済み", "案内済"})
NO: Final = frozenset({"いいえ", "無", "なし", "非該当", "×", "-", "0", "no", "n", "新規", "未", "未案内"})
"""What lists say in a column that asks yes or no; compared after NFKC, in small letters."""


def yes_no(text: str) -> bool | Reason:
    """A question's answer: `はい`, `○`, `有`; `いいえ`, `×`, `無`."""
    said = plain(text).translate(_HYPHENS).casefold()
    return True if said in YES else False if said in NO else Reason("cell.yes_no")


def note(text: str) -> str | Reason:
    """Free text as it stands, trimmed, at most 500 characters."""
    tidy = text.strip()
    return tidy if len(tidy) <= _LONGEST_NOTE else Reason("cell.note_long")


_MIDNIGHT: Final = r"(?:[ T]0{1,2}:00(?::00)?)?"  # what a spreadsheet adds to a day
_WESTERN: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:"
    r"年 ?(?P<month>[0-9]{1,2})月 ?(?P<day>[0-9]{1,2})日?"
    r"|(?P<sign>[/.\-]) ?(?P<month2>[0-9]{1,2})(?P=sign) ?(?P<day2>[0-9]{1,2})"
    r"|(?P<month3>[0-9]{2})(?P<day3>[0-9]{2}))"
)
_JAPANESE: Final = re.compile(
    rf"(?P<era>{'|'.join(_ERA_SIGNS)})[ .]?(?P<year>元|[0-9]{{1,2}})(?:"
    r"年 ?(?P<month>[0-9]{1,2})月 ?(?P<day>[0-9]{1,2})日?"
    r"|(?P<sign>[/.\-]) ?(?P<month2>[0-9]{1,2})(?P=sign) ?(?P<day2>[0-9]{1,2}))",
    re.IGNORECASE,
)


def day(text: str) -> datetime.date | Reason:
    """A day written in 西暦 (1985/4/3, 1985-04-03, 1985年4月3日, 19850403) or 和暦 (令和7年8月6日, R7.8.6), era limits checked."""
    tidy = re.sub(rf"{_MIDNIGHT}$", "", plain(text).translate(_HYPHENS))
    if match := _WESTERN.fullmatch(tidy):
        found = _date(int(match["year"]), match)
        return found if isinstance(found, Reason) or found >= _EARLIEST else Reason("cell.date_early")
    if match := _JAPANESE.fullmatch(tidy):
        era = ERAS[_ERA_SIGNS[match["era"].upper()]]
        found = _date(era.before + (1 if match["year"] == "元" else int(match["year"])), match)
        if isinstance(found, Reason):
            return found
        if not era.first <= found <= era.last or match["year"].strip("0") == "":
            return Reason("cell.date_era")
        return found if found >= _EARLIEST else Reason("cell.date_early")
    if re.fullmatch(r"'?[0-9]{2}[/.\-][0-9]{1,2}[/.\-][0-9]{1,2}", tidy):
        return Reason("cell.date_short_year")
    return Reason("cell.date")


def birth_date(text: str, latest: datetime.date | None) -> datetime.date | Reason:
    """As day; not after latest, where that is given."""
    found = day(text)
    if isinstance(found, Reason):
        return found
    return Reason("cell.birth_future") if latest is not None and found > latest else found


def _date(year: int, match: re.Match[str]) -> datetime.date | Reason:
    groups = match.groupdict()
    month = groups["month"] or groups["month2"] or groups["month3"]
    of_month = groups["day"] or groups["day2"] or groups["day3"]
    try:
        return datetime.date(year, int(month), int(of_month))
    except ValueError:
        return Reason("cell.date_none")


_CLOCK: Final = (
    r"(?P<{0}half>午前|午後|AM|PM)? ?(?:"
    r"(?P<{0}hour>[0-9]{{1,2}})(?::(?P<{0}minute>[0-9]{{2}})(?::[0-9]{{2}})?|時 ?(?:(?P<{0}minute2>[0-9]{{1,2}})分|(?P<{0}thirty>半))?)"
    r"|(?P<{0}hour3>[0-9]{{1,2}})(?P<{0}minute3>[0-9]{{2}})) ?(?P<{0}after>AM|PM)?"
)
_SLOT: Final = re.compile(
    rf"{_CLOCK.format('from_')} ?(?:(?:~|-|から) ?(?:{_CLOCK.format('to_')} ?(?:まで)?)?)?", re.IGNORECASE
)


def slot(text: str) -> int | Reason:
    """When somebody comes, in minutes since midnight: 9:30, 09:30〜10:00 (its beginning), 午前9時30分, 9時半, 0930."""
    match = _SLOT.fullmatch(plain(text).translate(_HYPHENS).translate(_WAVES))
    if match is None:
        return Reason("cell.time")
    start = _minutes(match, "from_")
    if isinstance(start, Reason) or not (match["to_hour"] or match["to_hour3"]):
        return start
    end = _minutes(match, "to_")
    if isinstance(end, Reason):
        return end
    # 午後1時〜2時: what holds for the end is not said, so its order is not judged.
    unsaid = _half(match, "from_") != "" and _half(match, "to_") == ""
    return Reason("cell.time_order") if end <= start and not unsaid else start


def moment(text: str) -> Moment | Reason:
    """A day and a time in one cell (2025/8/6 9:30, 令和7年8月6日 午前9時半), or a time alone."""
    tidy = plain(text)
    alone = slot(tidy)
    if not isinstance(alone, Reason) or alone.code != "cell.time":
        return alone if isinstance(alone, Reason) else Moment(None, alone)
    for cut in re.finditer(
        r"(?:\([月火水木金土日](?:曜日?)?\))? ?[ T]|(?<=日)(?:\([月火水木金土日](?:曜日?)?\))?", tidy
    ):
        the_day, the_time = day(tidy[: cut.start()]), slot(tidy[cut.end() :])
        if not isinstance(the_day, Reason) and not isinstance(the_time, Reason):
            return Moment(the_day, the_time)
    return alone


def _half(match: re.Match[str], side: str) -> str:
    return (match[f"{side}half"] or match[f"{side}after"] or "").upper()


def _minutes(match: re.Match[str], side: str) -> int | Reason:
    hour = int(match[f"{side}hour"] or match[f"{side}hour3"])
    minute = int(match[f"{side}minute"] or match[f"{side}minute2"] or match[f"{side}minute3"] or 0)
    if match[f"{side}thirty"]:
        minute = 30
    half = _half(match, side)
    if hour == 12 and half in ("午前", "午後"):
        return Reason("cell.time_twelve")  # 午後12時30分 is half past midnight by law and half past noon to most people
    if half and hour > 12 or half in ("AM", "PM") and hour == 0 or hour > 23 or minute > 59:
        return Reason("cell.time_none")
    if half in ("AM", "PM"):
        hour %= 12
    return (hour + (12 if half in ("午後", "PM") else 0)) * 60 + minute
