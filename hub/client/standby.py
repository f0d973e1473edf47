"""A terminal with a standby certificate keeps what it needs on the day when it becomes the hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sync.party import LockedPerson, load_people

FOLDER = "standby"
"""In a terminal's home: a hub's home in waiting, as set-up made it. docs/continuity.md says what a thief gains by it."""


def keep_people(home: Path, people: Sequence[LockedPerson]) -> None:
    """Keep the staff's locked keys as the hub serves them now; terminals without a standby certificate keep none.

    Nobody is forgotten here on a hub's word: who may no longer sign, the root-signed lists say.
    """
    folder = home / FOLDER
    if not folder.is_dir():
        return
    held = {one.person: one for one in load_people(folder)}
    for one in people:
        if held.get(one.person) != one:
            one.save(folder)
