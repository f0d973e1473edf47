"""What a rehearsal's starter and its actors' process say to each other: a job, lines of progress, and how it ended.

In a module of its own: the starter makes the deployment and starts the daemons without loading what actors need.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.domain.reports.counts import DayCounts
from hub.domain.reservations.reservation import Problem
from hub.rehearsal import secrets
from hub.rehearsal.bad_day import Planned


class Job(msgspec.Struct, frozen=True):
    """What the actors are asked to play."""

    folder: str
    url: str
    date: dt.date
    event_type: str
    venue: str
    open_ms: int
    close_ms: int
    people: int | None
    seed: int
    speed: float | None
    reservations: bytes | None
    windows: int
    office: str | None
    faults: tuple[Planned, ...] = ()


class Told(msgspec.Struct, frozen=True, tag="told"):
    """One line of progress at a simulated time."""

    at_ms: int
    line: str


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The day is over: what the actors saw. Texts that must stand nowhere in clear go to the starter's memory only."""

    day: DayCounts
    invariants: dict[str, bool]
    listed: int
    came: int
    problems: list[Problem]
    handover_date: str
    handover_why: str
    entries: int
    to_witness: int
    """Size of the record up to the last act that the city's desk witnesses."""
    commands: int
    office_size: int
    city_size: int
    secret_texts: tuple[str, ...]
    people: tuple[secrets.Person, ...]
    keys: dict[str, bytes]
    """Subject to the key that sealed it."""
    read: int
    suffered: dict[str, int] = {}


Line = Told | Ended
read_line = msgspec.json.Decoder(Line).decode
