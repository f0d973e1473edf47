"""Pictures that are left on a machine: what its record calls alive, and files that are photos though none may be."""

from __future__ import annotations

from pathlib import Path

from hub.audit.evidence import Unreadable
from hub.domain.booth import Booth

JPEG = b"\xff\xd8\xff"
"""How every camera's picture begins; what the emulators draw are PNG files."""


def alive(booth: Booth) -> tuple[str, ...]:
    """The number of each ticket of which a picture lives, and what state it is in; nothing where none does."""
    living = booth.photos.living
    photos = (f"{living.number} {living.state.value}",) if living is not None else ()
    return (*photos, *(f"{held[0].number} still" for held in booth.stills.values()))


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
