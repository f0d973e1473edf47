"""The hub's key, as this terminal's folder remembers it: another hub of the same name is not our hub.

Written when the terminal joins, or with its first link; from then on a hub with another key is refused before we say a
word. A standby that took over is believed through the record, and its key is never kept here (its certificate is of
another kind, `standby_hub`): the hub of before, coming back, must get as far as being told that it was succeeded.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from sync.wholefile import write_whole

FILE = "hub.key"
KEY_BYTES = 32


class KnownHub:
    """The one key that may answer, or None while none is known."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE

    def key(self) -> bytes | None:
        """The key that is remembered; a file that is no key counts as none, since the certificate still has to hold."""
        try:
            key = self._path.read_bytes()
        except OSError:
            return None
        return key if len(key) == KEY_BYTES else None

    def met(self, key: bytes) -> None:
        """A hub (of kind `hub`) with this key has proved itself: the first is remembered, later ones change nothing."""
        if self.key() is None:
            with contextlib.suppress(OSError):  # a full disk is no reason not to work: asked again at the next link
                write_whole(self._path, key)
