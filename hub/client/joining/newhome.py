"""A new terminal's folder, written as a whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hub.client.link.knownhub import FILE
from sync.keys.party import Party, write_secret
from sync.link.pairingfaults import HomeNotWritten, HomeTaken
from sync.wholefile import WouldOverwrite, new_folder, write_whole
from sync.wholefile import need_free as _need_free


def need_free(home: Path) -> None:
    """HomeTaken unless a terminal can be made here."""
    try:
        _need_free(home)
    except WouldOverwrite as error:
        raise HomeTaken(home=str(home)) from error


TRIED_BYTES: Final = 1 << 18
"""More than a terminal's folder takes on the day it is made."""


class _Tried(Exception):
    """Ends the trial: what was written is gone with it."""


def need_writable(home: Path) -> None:
    """HomeTaken or HomeNotWritten unless a terminal's folder can be made here: it is tried, and taken away again.

    Folders above it stay. Asked before the code is: what fails after the manager's yes has cost a window, and a name in
    the record.
    """
    need_free(home)
    try:
        with new_folder(home) as made:
            write_whole(made / "tried", bytes(TRIED_BYTES))
            raise _Tried
    except _Tried:
        return
    except OSError as error:
        raise HomeNotWritten(home=str(home), why=error.strerror) from error


def write_home(home: Path, party: Party, *, secret: bytes, profile: bytes, hub_key: bytes | None) -> None:
    """Make the whole folder. `hub_key`: of the hub that may answer from now on, None where a standby is the hub now.

    HomeTaken, HomeNotWritten.
    """
    need_free(home)
    try:
        with new_folder(home) as made:
            party.save(made)
            write_whole(made / "profile.toml", profile)
            if hub_key is not None:
                write_whole(made / FILE, hub_key)
            write_secret(made / "secret", secret)
    except WouldOverwrite as error:
        raise HomeTaken(home=str(home)) from error
    except OSError as error:
        raise HomeNotWritten(home=str(home), why=error.strerror) from error
