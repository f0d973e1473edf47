"""A sentence in two languages, and a time as people in Japan read it."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from hub.domain.moment import JAPAN_MS


class Said(NamedTuple):
    """One sentence in two languages."""

    ja: str
    en: str


def when(at_ms: int) -> str:
    """A time in Japan as an auditor reads it; the number itself if it is no time that a calendar has."""
    try:
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=at_ms + JAPAN_MS)
    except OverflowError:
        return f"{at_ms} ms"
    return moment.strftime("%Y-%m-%d %H:%M:%S")
