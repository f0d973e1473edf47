"""One picture in memory: sealed under a key of its own, so that letting it go is erasing thirty-two bytes.

Python cannot wipe what it copied on the way; what stays readable for long is only the key, and that is wiped.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sync.vault.sealing import lock_under, new_key, unlock_under
from sync.vault.vaultfaults import CannotOpen


class Cut(NamedTuple):
    """One cut of a frame, sealed: for the application, and small to look at."""

    commitment: bytes
    """BLAKE2b-256 of the cut under the picture's key: it says nothing to who has not the key."""
    upload: bytes
    preview: bytes


class HeldPicture:
    """The cut of one shot; where a person may cut anew, the whole frame too, and a small one of it.

    Making one, and a cut, seals megabytes: in a thread, not on the hub's loop.
    """

    def __init__(self, shot: int, upload: bytes, preview: bytes, whole: bytes = b"", frame: bytes = b"") -> None:
        self.shot = shot
        self._key = bytearray(new_key())
        self._frame = self._seal("frame", frame) if frame else b""
        self._whole = self._seal("whole", whole) if frame else b""
        self.cut = self.seal_cut(upload, preview)

    def seal_cut(self, upload: bytes, preview: bytes) -> Cut:
        """Another cut of the same frame; it is held once it is `cut`."""
        commitment = hashlib.blake2b(upload, digest_size=32, key=bytes(self._key), person=b"demado.photo").digest()
        return Cut(commitment, self._seal("upload", upload), self._seal("preview", preview))

    @property
    def upload(self) -> bytes:
        """The cut for the application (JPEG); CannotOpen once it is erased."""
        return self._open("upload", self.cut.upload)

    @property
    def preview(self) -> bytes:
        """The small one to look at (JPEG); CannotOpen once it is erased."""
        return self._open("preview", self.cut.preview)

    @property
    def by_hand(self) -> bool:
        """Whether a person may cut it anew."""
        return bool(self._frame)

    @property
    def frame(self) -> bytes:
        """The whole frame (JPEG); CannotOpen where it was dropped or erased."""
        return self._open("frame", self._frame)

    @property
    def whole(self) -> bytes:
        """The frame as a small JPEG; CannotOpen where it was dropped or erased."""
        return self._open("whole", self._whole)

    def drop_frame(self) -> None:
        """It will not be cut anew."""
        self._frame = self._whole = b""

    def erase(self) -> None:
        """Wipe the key; what is left is noise."""
        self._key[:] = bytes(len(self._key))
        self._whole = self._frame = b""
        self.cut = Cut(b"", b"", b"")

    def _seal(self, part: str, plain: bytes) -> bytes:
        return lock_under(bytes(self._key), b"photo", f"{self.shot}/{part}", plain)

    def _open(self, part: str, sealed: bytes) -> bytes:
        if not sealed:
            raise CannotOpen(subject=f"{self.shot}/{part}")
        return unlock_under(bytes(self._key), b"photo", f"{self.shot}/{part}", sealed)
