"""The actors' process: plays everybody, tells how it goes as JSON lines on standard output, and ends with the result.

`python -m hub.rehearsal.actors` reads one job (JSON) from standard input. When that input ends, whoever started the
rehearsal is gone, and the actors leave too.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import msgspec

from hub import garbage
from hub.domain.contracts.reading import decode_profile
from hub.event_loop import run_on_it
from hub.rehearsal.job import Ended, Job, Line, Told
from hub.rehearsal.play import Played, Wishes, play
from hub.rehearsal.session import Practice

LEFT = 3
"""Exit status of actors whose starter has gone."""


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
    garbage.look_seldom()
    garbage.leave_at_once()
    played = run_on_it(perform(job))
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
            to_witness=played.to_witness,
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
