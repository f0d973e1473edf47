"""A reservation list on its way into the record: what names a person is sealed, field by field, before it leaves here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hub.client.link.connection import HubClient
from hub.domain.contracts import consent
from hub.domain.contracts.contract import Profile
from hub.domain.day.day import ListReservations, ReservationRow
from hub.domain.guard import check_text
from hub.domain.refusal import Refusal, refuse
from hub.domain.reservations.reservation import Reservation
from sync.keys.party import Person
from sync.vault.sealing import new_key, seal_fields

ROWS_A_COMMAND = 40
"""A sealed row has about 700 bytes: forty keep a command near 30 KiB, far below an envelope's 1 MiB."""


class SealedList(NamedTuple):
    """Commands that bring the list in, and the keys that are deposited before the first of them is sent."""

    commands: list[ListReservations]
    keys: dict[str, bytes]


def seal_list(
    rows: Sequence[Reservation], default_lane: str, date: str, *, number_only: bool = False
) -> SealedList | Refusal:
    """The rows as commands: number, time, lane and people in clear, the rest under a key of that reservation alone.

    number_only: no personal field is kept at all (the city has not consented). The guard's refusal if any text, whoever
    let it through, holds a My Number or a PIN: nobody can look for it once it is sealed.
    """
    keys: dict[str, bytes] = {}
    made: list[ReservationRow] = []
    for row in rows:
        fields = personal_fields(row)
        if any(check_text(text) is not None for text in (row.number, *fields.values())):
            return refuse("guard.personal_number")
        sealed, subject = b"", ""
        if not number_only:
            # Never a name that was used before: the same list may come twice, and a destroyed key stays destroyed.
            subject = f"reservation/{date}/{row.number}/{os.urandom(4).hex()}"
            keys[subject] = new_key()
            sealed = seal_fields(keys[subject], subject, fields)
        made.append(
            ReservationRow(row.number, row.slot, row.lane or default_lane, row.people, sealed, subject, row.told)
        )
    return SealedList([ListReservations(tuple(some)) for some in _pieces(made)], keys)


async def bring_in(client: HubClient, manager: Person, rows: Sequence[Reservation]) -> Refusal | None:
    """Unlock the vault, deposit the keys, then list the rows of the open day; the refusal that stopped it, or None.

    Without the city's consents the numbers alone go in. What was deposited and never listed the hub destroys.
    """
    profile, booth = client.profile, client.booth
    assert profile is not None, "the hub has welcomed us"
    number_only = not consent.may_keep(profile, booth.training, booth.day.date)
    made = seal_list(rows, default_lane(profile, booth.day.event_type), booth.day.date, number_only=number_only)
    if isinstance(made, Refusal):
        return made
    if made.keys:
        refusal = await client.vault.unlock(manager) or await client.vault.deposit(made.keys)
        if refusal is not None:
            return refusal
    for command in made.commands:
        answer = await client.submit(command, manager)
        if isinstance(answer, Refusal):
            return answer
    return None


def default_lane(profile: Profile, event_type: str) -> str:
    """The lane of a row that names none: the first that takes reservations at this event."""
    lanes = profile.lanes_of(event_type)
    booked = profile.reservation.applies_to_lanes
    taking = [lane for lane in lanes if lane.reservation != "no" and (not booked or lane.id in booked)]
    return (taking or list(lanes))[0].id


def personal_fields(row: Reservation) -> dict[str, str]:
    """What a reservation says of a person, every field named, so that sealed rows do not tell which were empty."""
    born = "" if row.birth_date is None else row.birth_date.isoformat()
    return {"kana": row.kana, "birth_date": born, "phone": row.phone, "note": row.note}


def _pieces(rows: list[ReservationRow]) -> Iterator[list[ReservationRow]]:
    for at in range(0, len(rows), ROWS_A_COMMAND):
        yield rows[at : at + ROWS_A_COMMAND]
