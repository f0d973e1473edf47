"""The day's reservation list: a city's file, or one made up; what names a person is sealed before it leaves here."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hub.domain.contract import Profile
from hub.domain.day import ListReservations, ReservationRow
from hub.domain.moment import local_minute
from hub.domain.reservation import Import, Problem, Reservation, header_map, read_reservations
from hub.domain.reservation_samples import Sample, sample_bytes
from hub.rehearsal.arrivals import Booking
from hub.rehearsal.session import Practice
from sync.keys import Signer
from sync.vault import Vault

ENCODINGS = ("utf-8", "utf-8-sig", "cp932")
"""As cities' files come; which one a made-up list has follows from the seed."""

ROWS_A_COMMAND = 40
"""Sealed rows have at least 512 bytes: forty keep a command near 24 KiB, far below an envelope's 1 MiB."""


@dataclass(frozen=True)
class BookingList:
    """What was read: rows that are taken, and each refused row with line, column and reason."""

    rows: list[Reservation]
    problems: list[Problem]
    fields: tuple[str, ...]
    """Kana names and phones as read: what must never stand in clear in any file of the rehearsal."""

    def bookings(self, default_lane: str) -> list[Booking]:
        return [Booking(row.number, row.lane or default_lane, row.slot, row.people) for row in self.rows]


def from_file(data: bytes, profile: Profile, practice: Practice) -> BookingList:
    """A city's list for that day."""
    return _list(read_reservations(data, header_map(profile), date=practice.date))


def made_up(profile: Profile, practice: Practice, people: int, seed: int) -> BookingList:
    """A list of so many persons who do not exist, written and read as a city's file would be."""
    mapping = header_map(profile)
    opens, closes = local_minute(practice.open_ms), local_minute(practice.close_ms)
    sample = Sample(practice.date, people, seed, prefix=profile.id[:2].upper(), opens=opens, closes=closes - 30)
    encoding = ENCODINGS[seed % len(ENCODINGS)]
    return _list(read_reservations(sample_bytes(sample, mapping, encoding), mapping, date=practice.date))


def _list(found: Import) -> BookingList:
    told = tuple(text for row in found.rows for text in (row.kana, row.phone) if text)
    return BookingList(found.rows, found.problems, told)


def open_vault(home: Path, manager: Signer) -> Vault:
    """The vault of the reservations' keys. Its own key comes from the manager's, which is not on the same medium."""
    return Vault(home / "vault.sqlite", hmac.new(manager.seed, b"demado rehearsal vault v1", hashlib.sha256).digest())


def commands(rows: list[Reservation], default_lane: str, vault: Vault) -> list[ListReservations]:
    """The list as commands: number, time, lane and people in clear, the person sealed under a key of that reservation."""
    sealed = [
        ReservationRow(
            number=row.number,
            minute=row.slot,
            lane=row.lane or default_lane,
            people=row.people,
            sealed=vault.seal(f"reservation/{row.number}", msgspec.msgpack.encode(row)),
        )
        for row in rows
    ]
    return [ListReservations(tuple(sealed[at : at + ROWS_A_COMMAND])) for at in range(0, len(sealed), ROWS_A_COMMAND)]
