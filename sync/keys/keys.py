"""Signing keys (Ed25519) and encryption keys (X25519): PyNaCl only, since two libraries disagree on edge cases."""

import os

from nacl import bindings

from sync.keys import sodium
from sync.keys.sodium import KEY_BYTES as KEY_BYTES  # and its length, and a key's
from sync.keys.sodium import SIGNATURE_BYTES as SIGNATURE_BYTES
from sync.keys.sodium import verify as verify
from sync.record.dsse import pae


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
        return sodium.sign(message, self._secret)

    def __repr__(self) -> str:
        return f"Signer(public={self.public.hex()})"  # never the seed: this ends in logs


class BoxKey:
    """An X25519 key pair (RFC 7748); made from its 32-byte private key."""

    __slots__ = ("private", "public")

    def __init__(self, private: bytes) -> None:
        if len(private) != KEY_BYTES:
            raise ValueError("an X25519 private key has 32 bytes")
        self.private = private
        self.public = sodium.scalarmult_base(private)

    @classmethod
    def generate(cls) -> "BoxKey":
        """Return a new random key pair."""
        return cls(os.urandom(KEY_BYTES))

    def __repr__(self) -> str:
        return f"BoxKey(public={self.public.hex()})"


def sign_payload(signer: Signer, payload_type: str, payload: bytes) -> bytes:
    """Return the 64-byte signature over DSSE's PAE(payload_type, payload)."""
    return signer.sign(pae(payload_type, payload))


def verify_payload(public: bytes, payload_type: str, payload: bytes, signature: bytes) -> bool:
    """Say whether the signature is this key's over DSSE's PAE(payload_type, payload)."""
    return verify(public, pae(payload_type, payload), signature)
