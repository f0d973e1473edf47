"""One picture in memory: sealed under a key of its own, so that letting it go is erasing thirty-two bytes.

Python cannot wipe what it copied on the way; what stays readable for long is only the key, and that is wiped.
"""

from __future__ import annotations

import hashlib

from sync.sealing import new_key, open_with, seal_with
from sync.vaultfaults import CannotOpen


class HeldPicture:
    """The cut for the application and its preview; where a person may cut anew, the frame too, and a small one of it."""

    def __init__(self, shot: int, upload: bytes, preview: bytes, whole: bytes = b"", frame: bytes = b"") -> None:
        self.shot = shot
        self._key = bytearray(new_key())
        self._frame = self._seal("frame", frame) if frame else b""
        self._whole = self._seal("whole", whole) if frame else b""
        self.replace(upload, preview)

    def replace(self, upload: bytes, preview: bytes) -> None:
        """Another cut of the same frame."""
        self.commitment = hashlib.blake2b(upload, digest_size=32, key=bytes(self._key), person=b"demado.photo").digest()
        """BLAKE2b-256 of the cut under the picture's key: it says nothing to who has not the key."""
        self._upload, self._preview = self._seal("upload", upload), self._seal("preview", preview)

    @property
    def upload(self) -> bytes:
        """The cut for the application (JPEG); CannotOpen once it is erased."""
        return self._open("upload", self._upload)

    @property
    def preview(self) -> bytes:
        """The small one to look at (JPEG); CannotOpen once it is erased."""
        return self._open("preview", self._preview)

    @property
    def frame(self) -> bytes:
        """The whole frame (JPEG), empty where it was dropped; CannotOpen once it is erased."""
        return self._open("frame", self._frame) if self._frame else b""

    @property
    def whole(self) -> bytes:
        """The frame as a small JPEG, empty where the frame was dropped; CannotOpen once it is erased."""
        return self._open("whole", self._whole) if self._whole else b""

    def drop_frame(self) -> None:
        """It will not be cut anew."""
        self._frame = self._whole = b""

    def erase(self) -> None:
        """Wipe the key; what is left is noise."""
        self._key[:] = bytes(len(self._key))
        self._upload = self._preview = self._whole = self._frame = b""

    def _seal(self, part: str, plain: bytes) -> bytes:
        return seal_with(bytes(self._key), f"{self.shot}/{part}", plain)

    def _open(self, part: str, sealed: bytes) -> bytes:
        if not sealed:
            raise CannotOpen(subject=f"{self.shot}/{part}")
        return open_with(bytes(self._key), f"{self.shot}/{part}", sealed)
