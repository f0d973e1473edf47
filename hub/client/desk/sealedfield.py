"""The field of fixed size in every decision that only the city can open: a flag of duress can hide there.

Nobody who sees a decision can tell whether the flag is set, or whether the city has a key for it at all: without one the
field is sealed to a key that is thrown away.
"""

from __future__ import annotations

from pathlib import Path

from hub.domain.identity.identity import SEALED_BYTES
from sync.keys.silentsign import FILE, can_read, seal_sign


def sealed_field(home: Path, *, duress: bool) -> bytes:
    """SEALED_BYTES bytes that tell the city, and nobody else, whether the decision was made under duress."""
    return seal_sign(duress, SEALED_BYTES, _city(home))


def reaches_city(home: Path) -> bool:
    """Whether the city can read what this desk seals."""
    return can_read(_city(home))


def _city(home: Path) -> bytes:
    try:
        return (home / FILE).read_bytes()
    except OSError:
        return b""  # not there, or on a disk that fails: the decision goes out all the same
