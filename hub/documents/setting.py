"""What every document says of itself and of time: who made it, of which place, when; dates as the city writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from hub.domain.contracts.calendar import japanese_date
from hub.domain.moment import iso_date


class Made(msgspec.Struct, frozen=True):
    """Of which place a document is made, by whose names people are called there, and when."""

    site: str
    training: bool
    names: Mapping[str, str]
    """Person to the name that people call them by; an unknown one stays as it is."""
    at_ms: int

    def name(self, person: str) -> str:
        return self.names.get(person, person)


def date(at_ms: int) -> str:
    """The day in Japan, in its era: 令和7年8月6日(水)."""
    return japanese_date(dt.date.fromisoformat(iso_date(at_ms)))
