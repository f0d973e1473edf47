"""The day's reservation list: a city's file, or one made up."""

from __future__ import annotations

import msgspec

from hub.client.views.booking import default_lane
from hub.domain.contracts.contract import Profile
from hub.domain.moment import local_minute
from hub.domain.reservations.reservation import Import, Problem, Reservation, header_map, read_reservations
from hub.domain.reservations.samples import Sample, sample_bytes
from hub.domain.reservations.slots import fit
from hub.rehearsal.arrivals import Booking
from hub.rehearsal.session import Practice

ENCODINGS = ("utf-8", "utf-8-sig", "cp932")
"""As cities' files come; which one a made-up list has follows from the seed."""


class BookingList(msgspec.Struct, frozen=True):
    """What was read: rows that are taken, and each refused row with line, column and reason."""

    rows: list[Reservation]
    problems: list[Problem]
    fields: tuple[str, ...]
    """Kana names and phones as read: what must never stand in clear in any file of the rehearsal."""

    def bookings(self, default_lane: str) -> list[Booking]:
        return [Booking(row.number, row.lane or default_lane, row.slot, row.people) for row in self.rows]


def from_file(data: bytes, profile: Profile, practice: Practice) -> BookingList:
    """A city's list for that day."""
    return _list(read_reservations(data, header_map(profile), date=practice.date), profile, practice)


def made_up(profile: Profile, practice: Practice, people: int, seed: int) -> BookingList:
    """A list of so many persons who do not exist, written and read as a city's file would be."""
    mapping = header_map(profile)
    opens, closes = local_minute(practice.open_ms), local_minute(practice.close_ms)
    sample = Sample(practice.date, people, seed, prefix=profile.id[:2].upper(), opens=opens, closes=closes - 30)
    encoding = ENCODINGS[seed % len(ENCODINGS)]
    read = read_reservations(sample_bytes(sample, mapping, encoding), mapping, date=practice.date)
    return _list(read, profile, practice)


def _list(found: Import, profile: Profile, practice: Practice) -> BookingList:
    """As the import at the booth: a row whose time cannot be kept is refused."""
    hours = local_minute(practice.open_ms), local_minute(practice.close_ms)
    found = fit(found, profile, default_lane(profile, practice.event_type), hours)
    told = tuple(text for row in found.rows for text in (row.kana, row.phone) if text)
    return BookingList(found.rows, found.problems, told)
