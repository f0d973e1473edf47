"""People whom the contractor has enrolled, on a stick to the hub of their site.

Their keys are locked, with a secret that no stick carries; who they are, their certificates prove. So nothing more is
signed, and what is not whole or not proven is left lying, as a hub leaves a file that somebody puts into its folder.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec

from sync.keys.party import LockedPerson
from sync.wholefile import write_whole

SUFFIX = ".people"

log = logging.getLogger(__name__)


def write_people(folder: Path, hub: str, people: Sequence[LockedPerson]) -> None:
    """Leave these people for the hub of that name, in place of those of the last time."""
    file = folder / f"{hub}{SUFFIX}"
    if people:
        write_whole(file, msgspec.msgpack.encode(people))
    else:
        file.unlink(missing_ok=True)


def read_people(folder: Path, hub: str) -> list[LockedPerson]:
    """Who lies there for the hub of that name, nothing of them proven."""
    try:
        return msgspec.msgpack.decode((folder / f"{hub}{SUFFIX}").read_bytes(), type=list[LockedPerson])
    except FileNotFoundError:
        return []
    except ValueError as error:  # msgspec's faults are ValueErrors
        log.warning("the file of people on the stick names nobody: %s", error)
        return []
