"""Sealing personal data under a key of one subject, and each field of it under a key of that field alone.

Whoever is given a field's key can read that field and nothing else of the person: a reading shows what it is for.
XSalsa20-Poly1305 (libsodium secretbox), always under a key derived for the purpose, subject and field.
"""

import hashlib
import os
from collections.abc import Mapping
from typing import Final

import msgspec
from nacl.bindings import (
    crypto_box_seal,
    crypto_box_seal_open,
    crypto_secretbox_easy,
    crypto_secretbox_KEYBYTES,
    crypto_secretbox_NONCEBYTES,
    crypto_secretbox_open_easy,
    crypto_sign_ed25519_pk_to_curve25519,
    crypto_sign_ed25519_sk_to_curve25519,
)
from nacl.exceptions import CryptoError

from sync.keys.keys import Signer
from sync.vault.vaultfaults import CannotOpen, TooLarge

KEY_BYTES: Final = crypto_secretbox_KEYBYTES
LARGEST: Final = 16 * 1024 * 1024  # bytes; the largest photo J-LIS takes is 7 MB, with room for a still at full size
SMALLEST: Final = 512  # bytes; a page of notes or a thumbnail looks like any other
SMALLEST_FIELD: Final = 128  # bytes; a kana name of forty characters, a phone number and a birth date look alike
_LENGTH_BYTES: Final = 4

_fields = msgspec.msgpack.Decoder(dict[str, bytes])


def new_key() -> bytes:
    """A fresh random 32-byte key for one subject."""
    return os.urandom(KEY_BYTES)


def seal_with(key: bytes, subject: str, plain: bytes, *, smallest: int = SMALLEST) -> bytes:
    """Plain (at most 16 MiB) sealed for subject: nonce (24 bytes) and XSalsa20-Poly1305 of the padded plain text.

    Lengths of sealed bytes come in powers of two above `smallest` bytes, so that they tell little.
    """
    if len(plain) > LARGEST:
        raise TooLarge(size=len(plain))
    return lock_under(key, b"data", subject, _pad(plain, smallest))


def open_with(key: bytes, subject: str, sealed: bytes) -> bytes:
    """The plain text that seal_with sealed under this key for this subject; CannotOpen otherwise."""
    return _unpad(unlock_under(key, b"data", subject, sealed))


def field_key(key: bytes, subject: str, field: str) -> bytes:
    """The key of one field of a subject, from which neither the subject's key nor another field's can be found."""
    return _derived(key, b"field", f"{subject}\x00{field}")


def seal_fields(key: bytes, subject: str, fields: Mapping[str, str]) -> bytes:
    """Each text under its own field's key, as one msgpack map from field to sealed bytes."""
    sealed = {
        name: seal_with(field_key(key, subject, name), subject, text.encode(), smallest=SMALLEST_FIELD)
        for name, text in sorted(fields.items())
    }
    return msgspec.msgpack.encode(sealed)


def open_field(key_of_field: bytes, subject: str, field: str, sealed: bytes) -> str:
    """One field's text out of seal_fields' bytes, with that field's key; CannotOpen otherwise."""
    try:
        piece = _fields.decode(sealed).get(field, b"")
        return open_with(key_of_field, subject, piece).decode()
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise CannotOpen(subject=subject, field=field) from wrong


def seal_to_person(secret: bytes, public: bytes, record: str) -> bytes:
    """One record's secret, which only the person with this Ed25519 key opens (crypto_box_seal to its X25519 form)."""
    try:
        return bytes(crypto_box_seal(_name(record) + secret, crypto_sign_ed25519_pk_to_curve25519(public)))
    except (CryptoError, ValueError, TypeError, RuntimeError) as wrong:
        raise CannotOpen(key=public) from wrong


def open_as_person(sealed: bytes, signer: Signer, record: str) -> bytes:
    """What seal_to_person sealed to this person for this record; CannotOpen otherwise.

    Without the record's name a hub that has got hold of another's vault could have a manager open that one too.
    """
    private = crypto_sign_ed25519_sk_to_curve25519(signer.seed + signer.public)
    public = crypto_sign_ed25519_pk_to_curve25519(signer.public)
    try:
        opened = bytes(crypto_box_seal_open(sealed, public, private))
    except (CryptoError, ValueError, TypeError) as wrong:
        raise CannotOpen(key=signer.public) from wrong
    named, secret = opened[:KEY_BYTES], opened[KEY_BYTES:]
    if named != _name(record):
        raise CannotOpen(key=signer.public, record=record)
    return secret


def _name(record: str) -> bytes:
    return hashlib.sha256(record.encode()).digest()


def lock_under(key: bytes, purpose: bytes, subject: str, plain: bytes) -> bytes:
    """Nonce and secretbox under a key derived for this purpose (at most 9 bytes) and subject."""
    nonce = os.urandom(crypto_secretbox_NONCEBYTES)  # 24 random bytes never meet twice; no counter to be restored
    return nonce + crypto_secretbox_easy(plain, nonce, _derived(key, purpose, subject))


def unlock_under(key: bytes, purpose: bytes, subject: str, locked: bytes) -> bytes:
    """What lock_under locked with the same three; CannotOpen otherwise."""
    nonce, box = locked[:crypto_secretbox_NONCEBYTES], locked[crypto_secretbox_NONCEBYTES:]
    try:
        return crypto_secretbox_open_easy(box, nonce, _derived(key, purpose, subject))
    except (CryptoError, ValueError, TypeError) as wrong:  # too short is ValueError or TypeError, by where it is cut
        raise CannotOpen(subject=subject) from wrong


def _derived(key: bytes, purpose: bytes, subject: str) -> bytes:
    # XSalsa20-Poly1305 has no associated data; a key derived from the subject refuses another subject's bytes as surely.
    return hashlib.blake2b(subject.encode(), digest_size=KEY_BYTES, key=key, person=b"demado." + purpose).digest()


def _pad(plain: bytes, smallest: int) -> bytes:
    bucket = smallest
    while bucket < _LENGTH_BYTES + len(plain):
        bucket *= 2
    return (len(plain).to_bytes(_LENGTH_BYTES, "big") + plain).ljust(bucket, b"\x00")


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
