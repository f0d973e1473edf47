"""The actors' process: plays everybody, tells how it goes as JSON lines on standard output, and ends with the result.

`python -m hub.rehearsal.actors` reads one job (JSON) from standard input. When that input ends, whoever started the
rehearsal is gone, and the actors leave too.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
import threading
from pathlib import Path

import msgspec

from hub.domain.contract import decode_profile
from hub.domain.counts import DayCounts
from hub.domain.reservation import Problem
from hub.rehearsal import secrets
from hub.rehearsal.bad_day import Planned
from hub.rehearsal.play import Played, Wishes, play
from hub.rehearsal.session import Practice


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
    commands: int
    office_size: int
    city_size: int
    secret_texts: tuple[str, ...]
    people: tuple[secrets.Person, ...]
    keys: dict[str, bytes]
    """Subject to the key that sealed it."""
    read: int
    suffered: dict[str, int] = {}


LEFT = 3
"""Exit status of actors whose starter has gone."""

Line = Told | Ended
read_line = msgspec.json.Decoder(Line).decode


async def perform(job: Job) -> Played:
    """Play one job; progress goes to standard output."""
    folder = Path(job.folder)
    profile = decode_profile((folder / "terminal-1" / "profile.toml").read_bytes(), "profile.toml")
    practice = Practice(job.date, job.event_type, job.venue, job.open_ms, job.close_ms)
    wishes = Wishes(job.people, job.seed, job.speed, job.reservations, job.windows, job.faults, job.office)
    return await play(folder, job.url, profile, practice, wishes, lambda at_ms, line: _tell(Told(at_ms, line)))


def _tell(line: Line) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


def _leave_with_starter() -> None:
    while os.read(0, 4096):  # past Python's own buffer, whose lock a thread must not hold when the interpreter ends
        pass
    os._exit(LEFT)


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    threading.Thread(target=_leave_with_starter, daemon=True).start()
    played = asyncio.run(perform(job))
    _tell(
        Ended(
            day=played.day,
            invariants=played.invariants,
            listed=len(played.booked.rows),
            came=played.came,
            problems=played.booked.problems,
            handover_date=played.handover.date.isoformat(),
            handover_why=played.handover.why,
            entries=played.entries,
            commands=played.commands,
            office_size=played.office_size,
            city_size=played.city_size,
            secret_texts=played.secret_texts,
            people=played.people,
            keys=played.keys,
            read=played.read,
            suffered=played.suffered,
        )
    )


if __name__ == "__main__":
    main()
