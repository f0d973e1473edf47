"""The field of fixed size in every decision that only the city can open: a flag of duress can hide there.

Nobody who sees a decision can tell whether the flag is set, or whether the city has a key for it at all: without one the
field is sealed to a key that is thrown away.
"""

from __future__ import annotations

import os
from pathlib import Path

from nacl import bindings

from hub.domain.identity.identity import SEALED_BYTES
from sync.keys.keys import KEY_BYTES, BoxKey

FILE = "city.box"
"""The city's X25519 public key (32 bytes), in the home of a desk whose city has one."""

PLAIN_BYTES = SEALED_BYTES - bindings.crypto_box_SEALBYTES


def sealed_field(home: Path, *, duress: bool) -> bytes:
    """SEALED_BYTES bytes: a random block whose first byte says "under duress" (1) or not (0), sealed to the city."""
    try:
        city = (home / FILE).read_bytes()
    except FileNotFoundError:
        city = b""
    if len(city) != KEY_BYTES:
        city = BoxKey.generate().public
    return bytes(bindings.crypto_box_seal(bytes((duress,)) + os.urandom(PLAIN_BYTES - 1), city))


def under_duress(sealed: bytes, city: BoxKey) -> bool:
    """What the city reads in a decision's field; nacl's CryptoError if it was not sealed to this key."""
    return bindings.crypto_box_seal_open(sealed, city.public, city.private)[0] == 1
