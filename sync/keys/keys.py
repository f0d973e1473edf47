"""Signing keys (Ed25519) and encryption keys (X25519): PyNaCl only, since two libraries disagree on edge cases."""

import os

from nacl import bindings
from nacl._sodium import ffi, lib  # type: ignore[import-not-found]  # what nacl.bindings calls; see verify()

from sync.record.dsse import pae

KEY_BYTES = 32
SIGNATURE_BYTES = 64


class Signer:
    """An Ed25519 key pair (RFC 8032); made from its 32-byte seed."""

    __slots__ = ("_secret", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != KEY_BYTES:
            raise ValueError("an Ed25519 seed has 32 bytes")
        self.seed = seed
        self.public, self._secret = bindings.crypto_sign_seed_keypair(seed)

    @classmethod
    def generate(cls) -> "Signer":
        """Return a new random key pair."""
        return cls(os.urandom(KEY_BYTES))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over the message (RFC 8032, 5.1.6)."""
        return bindings.crypto_sign(message, self._secret)[:SIGNATURE_BYTES]

    def __repr__(self) -> str:
        return f"Signer(public={self.public.hex()})"  # never the seed: this ends in logs


class BoxKey:
    """An X25519 key pair (RFC 7748); made from its 32-byte private key."""

    __slots__ = ("private", "public")

    def __init__(self, private: bytes) -> None:
        if len(private) != KEY_BYTES:
            raise ValueError("an X25519 private key has 32 bytes")
        self.private = private
        self.public: bytes = bindings.crypto_scalarmult_base(private)

    @classmethod
    def generate(cls) -> "BoxKey":
        """Return a new random key pair."""
        return cls(os.urandom(KEY_BYTES))

    def __repr__(self) -> str:
        return f"BoxKey(public={self.public.hex()})"


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature is this key's over this message (RFC 8032, 5.1.7); wrong lengths are False."""
    # libsodium reads 32 bytes of key and 64 of signature without looking at their length.
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    signed = signature + message
    # The same call as bindings.crypto_sign_open makes, without a place for the message that we have already: room for
    # it, and copying it out twice, cost 2 µs, and a record is mostly signatures.
    return bool(lib.crypto_sign_open(ffi.NULL, ffi.NULL, signed, len(signed), public) == 0)


def sign_payload(signer: Signer, payload_type: str, payload: bytes) -> bytes:
    """Return the 64-byte signature over DSSE's PAE(payload_type, payload)."""
    return signer.sign(pae(payload_type, payload))


def verify_payload(public: bytes, payload_type: str, payload: bytes, signature: bytes) -> bool:
    """Say whether the signature is this key's over DSSE's PAE(payload_type, payload)."""
    return verify(public, pae(payload_type, payload), signature)
