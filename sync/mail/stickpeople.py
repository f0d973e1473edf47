"""People whom the contractor has enrolled, on a stick to the hub of their site.

Their keys are locked, with a secret that no stick carries; who they are, their certificates prove. So nothing more is
signed, and what is not whole or not proven is left lying, as a hub leaves a file that somebody puts into its folder.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec

from sync import canonical
from sync.errors import SyncError
from sync.keys.party import LockedPerson
from sync.mail import stickdisk

SUFFIX = ".people"

log = logging.getLogger(__name__)


def write_people(folder: Path, hub: str, people: Sequence[LockedPerson]) -> None:
    """Leave these people for the hub of that name, in place of those of the last time; StickUnwritable."""
    file = folder / f"{hub}{SUFFIX}"
    if people:
        stickdisk.write(file, msgspec.msgpack.encode(people))
    else:
        with stickdisk.writing(file):
            file.unlink(missing_ok=True)


def read_people(folder: Path, hub: str) -> list[LockedPerson]:
    """Who lies there for the hub of that name, nothing of them proven."""
    try:
        found = stickdisk.found(folder, f"{hub}{SUFFIX}")
        named = [path for path in found if path.name == f"{hub}{SUFFIX}"]
        return [one for path in named for one in msgspec.msgpack.decode(stickdisk.read(path), type=list[LockedPerson])]
    except (SyncError, *canonical.NO_VALUE) as error:
        log.warning("the file of people on the stick names nobody: %s", error)
        return []
