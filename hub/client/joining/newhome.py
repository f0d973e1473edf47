"""A new terminal's folder, written as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

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
