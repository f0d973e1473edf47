"""libsodium's own functions for what every message of a live link needs, as nacl.bindings calls them and with less around.

The bindings copy each message behind a row of zeros, allocate twice and check three times: a sixth of what Python did for
a command at the hub. Here is one allocation for a call; lengths are still looked at, since libsodium does not.
"""

from collections.abc import Callable

from nacl._sodium import ffi, lib  # type: ignore[import-not-found]  # what nacl.bindings calls

KEY_BYTES = 32
NONCE_BYTES = 24
MAC_BYTES = 16
SIGNATURE_BYTES = 64

_SECRET_KEY_BYTES = 64
"""Of a signing key as libsodium holds it: seed and public half."""

_STREAM_AT = 32
"""crypto_box works in place on a row of zeros and the message: both begin with so many bytes that are no message's."""

_LENGTHS = "a nonce has 24 bytes and a key 32"

_new: Callable[..., object] = ffi.new
_NOWHERE = ffi.NULL
_sign_open: Callable[..., int] = lib.crypto_sign_open
_buffer: Callable[..., bytes] = ffi.buffer  # not bytes, but every slice of it is
_BYTES = ffi.typeof("unsigned char[]")
_ZEROS = bytes(2 * _STREAM_AT)


def secretbox(message: bytes, nonce: bytes, key: bytes) -> bytes:
    """Return the message under XSalsa20-Poly1305, its authenticator of 16 bytes first."""
    if len(nonce) != NONCE_BYTES or len(key) != KEY_BYTES:
        raise ValueError(_LENGTHS)
    size = len(message)
    sealed = _new(_BYTES, MAC_BYTES + size)
    lib.crypto_secretbox_easy(sealed, message, size, nonce, key)
    return _buffer(sealed)[:]


def secretbox_open(sealed: bytes, nonce: bytes, key: bytes) -> bytes | None:
    """Return the message of a secretbox, or None where it does not hold (or is shorter than its authenticator)."""
    if len(nonce) != NONCE_BYTES or len(key) != KEY_BYTES:
        raise ValueError(_LENGTHS)
    size = len(sealed) - MAC_BYTES
    if size < 0:
        return None
    message = _new(_BYTES, size)
    if lib.crypto_secretbox_open_easy(message, sealed, MAC_BYTES + size, nonce, key) != 0:
        return None
    return _buffer(message)[:]


def box_stream(public: bytes, private: bytes, nonce: bytes) -> bytes | None:
    """Return the first 32 bytes under which two X25519 keys would box a message; None where `public` is no such key.

    That is another length, or a low order: it gives an all-zero secret (RFC 7748, 6.1), which libsodium refuses.
    """
    if len(nonce) != NONCE_BYTES or len(private) != KEY_BYTES:
        raise ValueError(_LENGTHS)
    if len(public) != KEY_BYTES:
        return None
    boxed = _new(_BYTES, len(_ZEROS))
    if lib.crypto_box(boxed, _ZEROS, len(_ZEROS), nonce, public, private) != 0:
        return None
    return _buffer(boxed)[_STREAM_AT:]


def scalarmult_base(private: bytes) -> bytes:
    """Return the X25519 public key of a private one (RFC 7748)."""
    if len(private) != KEY_BYTES:
        raise ValueError("an X25519 private key has 32 bytes")
    public = _new(_BYTES, KEY_BYTES)
    lib.crypto_scalarmult_base(public, private)
    return _buffer(public)[:]


def sign(message: bytes, secret: bytes) -> bytes:
    """Return the Ed25519 signature alone (RFC 8032, 5.1.6)."""
    if len(secret) != _SECRET_KEY_BYTES:
        raise ValueError("a secret signing key has 64 bytes")
    signed = _new(_BYTES, SIGNATURE_BYTES + len(message))
    lib.crypto_sign(signed, _NOWHERE, message, len(message), secret)
    return _buffer(signed, SIGNATURE_BYTES)[:]


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the Ed25519 signature is this key's over this message (RFC 8032, 5.1.7); wrong lengths are False."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    # Without a place for the message, which we have already: room for it, and copying it out twice, cost 2 µs.
    return _sign_open(_NOWHERE, _NOWHERE, signature + message, SIGNATURE_BYTES + len(message), public) == 0
