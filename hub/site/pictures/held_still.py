"""One still in the hub's memory, sealed under a key of its own: letting it go is erasing thirty-two bytes."""

from __future__ import annotations

from sync.envelopes.still import commitment
from sync.vault.sealing import lock_under, new_key, unlock_under


class HeldStill:
    """A masked picture. Making one seals up to 600 kB: in a thread, not on the hub's loop."""

    def __init__(self, still: int, request: int, subject: str, picture: bytes) -> None:
        self.still = still
        self.request = request
        self.subject = subject
        self._key = bytearray(new_key())
        self.commitment = commitment(bytes(self._key), picture)
        self._sealed = lock_under(bytes(self._key), b"still", str(still), picture)

    def opened(self) -> tuple[bytes, bytes]:
        """Key and picture; CannotOpen once it is erased."""
        return bytes(self._key), unlock_under(bytes(self._key), b"still", str(self.still), self._sealed)

    def erase(self) -> None:
        """Wipe the key; what is left is noise."""
        self._key[:] = bytes(len(self._key))
        self._sealed = b""
