"""Pictures that are left on a machine: what its record calls alive, and files that are photos.

Of those, pictures of how an event was held may stay, once somebody has seen that nobody is recognisable on them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from hub.audit.evidence import Unreadable
from hub.domain.booth import Booth
from hub.domain.reports.event_picture import FOLDER, Pictures

JPEG = b"\xff\xd8\xff"
"""How every camera's picture begins; what the emulators draw are PNG files."""


def alive(booth: Booth) -> tuple[str, ...]:
    """The number of each ticket of which a picture lives, and what state it is in; nothing where none does."""
    living = booth.photos.living
    photos = (f"{living.number} {living.state.value}",) if living is not None else ()
    return (*photos, *(f"{held[0].number} still" for held in booth.stills.values()))


class EventPicture(msgspec.Struct, frozen=True):
    """A file that the record knows as a picture for a report, and that holds just those bytes."""

    file: str
    date: str
    what: str
    seen: bool
    """Whether a second person has said that nobody is recognisable on it."""


def of_events(home: Path, pictures: Pictures) -> tuple[EventPicture, ...]:
    """The files of pictures that were attached and not dropped; Unreadable for one that cannot be looked into."""
    found = []
    for _, one in sorted(pictures.items()):
        file = home / FOLDER / one.file_name
        try:
            if not one.dropped and file.is_file() and hashlib.sha256(file.read_bytes()).digest() == one.digest:
                found.append(EventPicture(f"{FOLDER}/{one.file_name}", one.date, one.what, bool(one.confirmed_by)))
        except OSError as error:
            raise Unreadable(path=str(file), fault=str(error)) from error
    return tuple(found)


def files(home: Path) -> tuple[str, ...]:
    """Files below a machine's folder that begin as a photo does; Unreadable for one that cannot be looked into."""
    found = []
    for path in sorted(home.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        try:
            with path.open("rb") as opened:
                if opened.read(len(JPEG)) == JPEG:
                    found.append(str(path.relative_to(home)))
        except OSError as error:
            raise Unreadable(path=str(path), fault=str(error)) from error
    return tuple(found)
