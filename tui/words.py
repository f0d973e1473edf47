"""Two languages: Japanese first, English to switch to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

JAPAN = dt.timedelta(hours=9)
"""UTC+9 without daylight saving time. Not read from the domain: the lock screen paints before that is loaded."""

WEEKDAYS = ("月火水木金土日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


class Tongue:
    """The language that the person at this terminal reads. Call it with both, get the right one."""

    def __init__(self, language: str = "ja") -> None:
        self.japanese = language != "en"

    def __call__(self, ja: str, en: str) -> str:
        return ja if self.japanese else en

    def switch(self) -> None:
        self.japanese = not self.japanese

    def both(self, say: Callable[[], str]) -> tuple[str, str]:
        """What is said in Japanese and in English, whichever is being read."""
        shown = self.japanese
        try:
            self.japanese = True
            ja = say()
            self.japanese = False
            return ja, say()
        finally:
            self.japanese = shown

    def day(self, at_ms: int) -> str:
        """8/6(水)"""
        at = local(at_ms)
        names = WEEKDAYS[0 if self.japanese else 1]
        return f"{at.month}/{at.day}({names[at.weekday()]})"


def local(at_ms: int) -> dt.datetime:
    """The time in Japan (milliseconds since the epoch, UTC)."""
    return dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=at_ms) + JAPAN


def clock(at_ms: int) -> str:
    """HH:MM:SS in Japan."""
    return local(at_ms).strftime("%H:%M:%S")


def hour_minute(at_ms: int) -> str:
    return local(at_ms).strftime("%H:%M")


def at_minute(text: str, now_ms: int) -> int | None:
    """HHMM of today in Japan, or of yesterday where today's is still to come; None if it is no time of day."""
    digits = text.replace(":", "")
    if len(digits) != 4 or not digits.isdecimal() or int(digits[:2]) > 23 or int(digits[2:]) > 59:
        return None
    then = local(now_ms).replace(hour=int(digits[:2]), minute=int(digits[2:]), second=0, microsecond=0)
    ago = local(now_ms) - then
    if ago < dt.timedelta(0):
        ago += dt.timedelta(days=1)
    return now_ms - ago // dt.timedelta(milliseconds=1)


def at_day_minute(text: str, now_ms: int) -> int | None:
    """As at_minute, or MMDD HHMM of the latest such day that is not still to come; None if it is no such time."""
    day, space, minute = text.replace("/", "").strip().partition(" ")
    if not space:
        return at_minute(day, now_ms)
    at_ms = at_minute(minute.strip(), now_ms)
    if at_ms is None or len(day) != 4 or not day.isdecimal():
        return None
    now, clock_ = local(now_ms), local(at_ms)
    for year in (now.year, now.year - 1):
        try:
            then = dt.datetime(year, int(day[:2]), int(day[2:]), clock_.hour, clock_.minute)
        except ValueError:  # 29 February is in one of four
            continue
        if then <= now:
            return now_ms - (now - then) // dt.timedelta(milliseconds=1)
    return None


def minute_words(minute: int) -> str:
    """A minute of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


def span_words(ms: int) -> str:
    """A length of time as M:SS; never negative."""
    seconds = max(0, ms // 1000)
    return f"{seconds // 60}:{seconds % 60:02}"


def wide(text: str) -> str:
    """ASCII letters, digits and hyphens in their wide forms: a number that is read from a step away."""
    return "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in text)


def month_day(text: str, near: dt.date) -> dt.date | None:
    """MMDD as the date of that year nearest to `near`; None if there is no such day."""
    if len(text) != 4 or not text.isdecimal():
        return None
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(dt.date(year, int(text[:2]), int(text[2:])))
        except ValueError:
            continue
    return min(days, key=lambda day: abs(day - near), default=None)
