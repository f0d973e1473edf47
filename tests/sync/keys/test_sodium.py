"""libsodium's calls as we make them give what PyNaCl's own give, and refuse what libsodium would read past."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from sync.keys import sodium

KEY, NONCE = os.urandom(32), os.urandom(24)
PUBLIC, SECRET = bindings.crypto_sign_seed_keypair(KEY)
OTHER = bindings.crypto_scalarmult_base(os.urandom(32))


@given(message=st.binary(max_size=2000))
def test_every_call_gives_what_the_bindings_give(message: bytes) -> None:
    sealed = sodium.secretbox(message, NONCE, KEY)
    assert sealed == bindings.crypto_secretbox(message, NONCE, KEY)
    assert sodium.secretbox_open(sealed, NONCE, KEY) == message
    signature = sodium.sign(message, SECRET)
    assert signature + message == bindings.crypto_sign(message, SECRET)
    assert sodium.verify(PUBLIC, message, signature)
    # crypto_box of 32 zeros, without its authenticator, is the stream: that is how saltpack describes it.
    assert sodium.box_stream(OTHER, KEY, NONCE) == bindings.crypto_box(bytes(32), NONCE, OTHER, KEY)[16:]
    assert sodium.scalarmult_base(KEY) == bindings.crypto_scalarmult_base(KEY)


@given(message=st.binary(max_size=100), at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_box_or_a_signature_with_any_byte_altered_never_opens(message: bytes, at: int, flip: int) -> None:
    sealed = bytearray(sodium.secretbox(message, NONCE, KEY))
    sealed[at % len(sealed)] ^= flip
    assert sodium.secretbox_open(bytes(sealed), NONCE, KEY) is None
    signature = bytearray(sodium.sign(message, SECRET))
    signature[at % len(signature)] ^= flip
    assert not sodium.verify(PUBLIC, message, bytes(signature))


def test_what_is_too_short_is_refused_and_never_read_past() -> None:
    assert sodium.secretbox_open(b"short", NONCE, KEY) is None
    assert sodium.box_stream(OTHER[:31], KEY, NONCE) is None
    assert sodium.box_stream(bytes(32), KEY, NONCE) is None  # low order
    assert not sodium.verify(PUBLIC[:31], b"", sodium.sign(b"", SECRET))
    assert not sodium.verify(PUBLIC, b"", sodium.sign(b"", SECRET)[:63])
    for nonce, key in ((NONCE[:23], KEY), (NONCE, KEY[:31]), (NONCE + b"0", KEY), (NONCE, KEY + b"0")):
        with pytest.raises(ValueError):
            sodium.secretbox(b"", nonce, key)
        with pytest.raises(ValueError):
            sodium.secretbox_open(bytes(16), nonce, key)
        with pytest.raises(ValueError):
            sodium.box_stream(OTHER, key, nonce)
    with pytest.raises(ValueError):
        sodium.scalarmult_base(KEY[:31])
    with pytest.raises(ValueError):
        sodium.sign(b"", SECRET[:63])
