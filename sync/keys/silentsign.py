"""A silent sign: one bit in bytes of one size. Whoever has not the key sees neither whether it is set nor whether anybody
can read it.
"""

import os

from nacl import bindings
from nacl.exceptions import CryptoError

from sync.keys.keys import KEY_BYTES, BoxKey

FILE = "city.box"
"""The public half (32 bytes) of the key that reads the signs of a machine, in its home."""


def seal_sign(given: bool, size: int, reader: bytes) -> bytes:
    """`size` bytes that say only to the reader (an X25519 public key; anything else: to nobody) whether the sign was given."""
    plain = bytes((given,)) + os.urandom(size - bindings.crypto_box_SEALBYTES - 1)
    return bytes(bindings.crypto_box_seal(plain, reader if can_read(reader) else BoxKey.generate().public))


def can_read(reader: bytes) -> bool:
    """Whether these bytes are a key to which a sign can be sealed."""
    if len(reader) != KEY_BYTES:
        return False
    try:
        bindings.crypto_box_seal(b"", reader)
    except (CryptoError, RuntimeError):
        return False  # of low order, such as the zeros of a file that a power cut left: who signs must not be held up
    return True


def read_sign(sealed: bytes, reader: BoxKey) -> bool | None:
    """Whether the sign was given; None where it was not sealed to this key."""
    try:
        return bool(bindings.crypto_box_seal_open(sealed, reader.public, reader.private)[0] == 1)
    except (CryptoError, ValueError, TypeError):
        return None
