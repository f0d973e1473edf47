"""Evidence: what a hub said and we refused, word for word, beside what we held. Nobody is believed on their memory."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import msgspec

from sync.errors import SyncError
from sync.wholefile import EVIDENCE


def keep_evidence(home: Path, fault: SyncError, message: bytes, seen: str) -> Path:
    """Write the refused message and the note that it contradicts into the home's folder; the file, durable."""
    folder = home / EVIDENCE
    folder.mkdir(exist_ok=True)
    path = folder / f"{fault.code}-{sha256(message).hexdigest()[:16]}.msgpack"
    if not path.exists():
        part = path.with_suffix(".part")
        with open(part, "wb") as file:
            file.write(msgspec.msgpack.encode({"fault": str(fault), "message": message, "seen": seen}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    return path
