"""saltpack signcryption: whole, from a named signer, to these recipients, or not at all."""

import hmac
import os
from hashlib import sha512
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from sync.envelopes.saltpack import (
    MAX_MESSAGE,
    MAX_PLAIN,
    EnvelopeAnonymous,
    EnvelopeForged,
    EnvelopeMisaddressed,
    EnvelopeTooLarge,
    EnvelopeTrailing,
    EnvelopeTruncated,
    open_sealed,
    seal,
)
from sync.errors import Malformed, SyncError
from sync.keys.keys import BoxKey, Signer

SENDER, OTHER = Signer(b"s" * 32), Signer(b"o" * 32)
ALICE, BOB, EVE = BoxKey(b"a" * 32), BoxKey(b"b" * 32), BoxKey(b"e" * 32)
pack, unpack = msgspec.msgpack.encode, msgspec.msgpack.decode


def write(
    chunks: list[bytes],
    *,
    signer: Signer | None = SENDER,
    named: bytes | None = None,
    recipients: tuple[bytes, ...] = (ALICE.public,),
    version: Any = (2, 0),
    mode: int = 3,
    finals: list[bool] | None = None,
    extra: tuple[Any, ...] = (),
    key_bytes: int = 32,
) -> bytes:
    """A second writer, made from the specification for these tests: it can also write what ours never would."""
    ephemeral, payload_key = BoxKey.generate(), os.urandom(32)
    pairs = []
    for index, public in enumerate(recipients):
        nonce = b"saltpack_recipsb" + index.to_bytes(8, "big")
        shared = bindings.crypto_box(bytes(32), b"saltpack_derived_sboxkey", public, ephemeral.private)[-32:]
        identifier = hmac.new(b"saltpack signcryption box key identifier", shared + nonce, sha512).digest()[:32]
        pairs.append([identifier, bindings.crypto_secretbox(payload_key[:key_bytes], nonce, shared)])
    sender = named or (signer.public if signer else bytes(32))
    sealed_sender = bindings.crypto_secretbox(sender, b"saltpack_sender_key_sbox", payload_key)
    header = pack(["saltpack", list(version), mode, ephemeral.public, sealed_sender, pairs, *extra])
    digest = sha512(header).digest()
    message = pack(header)
    for index, chunk in enumerate(chunks):
        final = finals[index] if finals else index == len(chunks) - 1
        last = digest[15] | 1 if final else digest[15] & 0xFE
        nonce = digest[:15] + bytes((last,)) + index.to_bytes(8, "big")
        flag = b"\x01" if final else b"\x00"
        signed = b"saltpack encrypted signature\0" + digest + nonce + flag + sha512(chunk).digest()
        signature = signer.sign(signed) if signer else bytes(64)
        message += pack([bindings.crypto_secretbox(signature + chunk, nonce, payload_key), final])
    return message


@given(st.binary(max_size=3000), st.integers(1, 4), st.data())
def test_every_recipient_opens_what_was_sealed_and_learns_who_signed(
    plain: bytes, count: int, data: st.DataObject
) -> None:
    boxes = [BoxKey(bytes((index + 1,)) * 32) for index in range(count)]
    message = seal(plain, SENDER, [box.public for box in boxes])
    assert open_sealed(message, data.draw(st.sampled_from(boxes))) == (SENDER.public, plain)


@pytest.mark.parametrize("size", [0, 1, 100, 65_536, MAX_PLAIN])
def test_all_sizes_up_to_the_limit_are_carried(size: int) -> None:
    plain = os.urandom(size)
    assert open_sealed(seal(plain, SENDER, [ALICE.public]), ALICE) == (SENDER.public, plain)


def test_every_flipped_bit_is_refused() -> None:
    message = seal(b"call A-001", SENDER, [ALICE.public, BOB.public])
    for at in range(len(message) * 8):
        changed = bytearray(message)
        changed[at // 8] ^= 1 << at % 8
        # Bob's own box is the one thing that Alice's reader does not look into: the header's hash still covers it.
        with pytest.raises(SyncError):
            open_sealed(bytes(changed), ALICE)


def test_every_truncation_and_every_trailing_byte_is_refused() -> None:
    message = seal(b"call A-001", SENDER, [ALICE.public])
    for length in range(len(message)):
        with pytest.raises(EnvelopeTruncated):
            open_sealed(message[:length], ALICE)
    for tail in (b"\0", b"\xc0", message):
        with pytest.raises(EnvelopeTrailing):
            open_sealed(message + tail, ALICE)


def test_a_stranger_cannot_open_it() -> None:
    with pytest.raises(EnvelopeMisaddressed):
        open_sealed(seal(b"x", SENDER, [ALICE.public, BOB.public]), EVE)


def test_a_recipient_cannot_pass_it_on_as_if_sealed_to_another() -> None:
    # Bob knows the payload key and the signed packet; he puts both under a header addressed to Eve.
    message = seal(b"for Alice and Bob", SENDER, [ALICE.public, BOB.public])
    header_bytes = unpack(
        message[: 2 + message[1]] if message[0] == 0xC4 else message[: 3 + int.from_bytes(message[1:3])]
    )
    header = unpack(header_bytes)
    packet = unpack(message[len(pack(header_bytes)) :])
    nonce = b"saltpack_recipsb" + (1).to_bytes(8, "big")
    shared = bindings.crypto_box(bytes(32), b"saltpack_derived_sboxkey", header[3], BOB.private)[-32:]
    payload_key = bindings.crypto_secretbox_open(header[5][1][1], nonce, shared)
    digest = sha512(header_bytes).digest()
    inner = bindings.crypto_secretbox_open(packet[0], digest[:15] + bytes((digest[15] | 1,)) + bytes(8), payload_key)
    assert inner[64:] == b"for Alice and Bob"

    ephemeral = BoxKey.generate()
    nonce = b"saltpack_recipsb" + bytes(8)
    shared = bindings.crypto_box(bytes(32), b"saltpack_derived_sboxkey", EVE.public, ephemeral.private)[-32:]
    identifier = hmac.new(b"saltpack signcryption box key identifier", shared + nonce, sha512).digest()[:32]
    again = pack(
        [
            *header[:3],
            ephemeral.public,
            header[4],
            [[identifier, bindings.crypto_secretbox(payload_key, nonce, shared)]],
        ]
    )
    digest = sha512(again).digest()
    packet_nonce = digest[:15] + bytes((digest[15] | 1,)) + bytes(8)
    forwarded = pack(again) + pack([bindings.crypto_secretbox(inner, packet_nonce, payload_key), True])
    with pytest.raises(EnvelopeForged):
        open_sealed(forwarded, EVE)


def test_an_anonymous_sender_is_refused() -> None:
    with pytest.raises(EnvelopeAnonymous):
        open_sealed(write([b"x"], signer=None), ALICE)


def test_naming_another_sender_than_the_signer_is_refused() -> None:
    with pytest.raises(EnvelopeForged):
        open_sealed(write([b"x"], signer=OTHER, named=SENDER.public), ALICE)


def test_several_packets_from_another_writer_are_joined() -> None:
    assert open_sealed(write([b"a" * 300, b"b" * 70_000, b"c"]), ALICE)[1] == b"a" * 300 + b"b" * 70_000 + b"c"
    assert open_sealed(write([b""]), ALICE)[1] == b""


def test_packets_after_the_final_one_or_without_one_are_refused() -> None:
    with pytest.raises(EnvelopeTrailing):
        open_sealed(write([b"a", b"b"], finals=[True, True]), ALICE)
    with pytest.raises(EnvelopeTruncated):
        open_sealed(write([b"a", b"b"], finals=[False, False]), ALICE)
    with pytest.raises(EnvelopeTruncated):
        open_sealed(write([]), ALICE)


def test_packets_in_another_order_are_refused() -> None:
    message = write([b"a" * 10, b"b" * 10, b"c" * 10])
    packet = len(pack([bytes(16 + 64 + 10), False]))
    head, first, second, third = (
        message[: -3 * packet],
        message[-3 * packet : -2 * packet],
        message[-2 * packet : -packet],
        message[-packet:],
    )
    assert open_sealed(head + first + second + third, ALICE)[1] == b"a" * 10 + b"b" * 10 + b"c" * 10
    for order in (head + second + first + third, head + first + third, head + first + first + second + third):
        with pytest.raises(EnvelopeForged):
            open_sealed(order, ALICE)


def test_an_empty_packet_beside_others_is_refused() -> None:
    for chunks in ([b"a", b""], [b"", b"a"]):
        with pytest.raises(Malformed):
            open_sealed(write(chunks), ALICE)


@pytest.mark.parametrize(
    "changes",
    [{"version": (2, 1)}, {"version": (1, 0)}, {"version": (2,)}, {"mode": 0}, {"mode": 4}, {"extra": (1,)}],
)
def test_other_versions_modes_and_header_fields_are_refused(changes: dict[str, Any]) -> None:
    assert open_sealed(write([b"x"]), ALICE)[1] == b"x"
    with pytest.raises(Malformed):
        open_sealed(write([b"x"], **changes), ALICE)


def test_a_longer_msgpack_form_of_the_same_message_is_refused() -> None:
    message = write([b"x"])
    header_bytes = unpack(message[:2] + message[2 : 2 + message[1]])
    packet = message[len(pack(header_bytes)) :]
    assert message == pack(header_bytes) + packet
    longer_header = b"\xc6" + len(header_bytes).to_bytes(4, "big") + header_bytes + packet
    longer_packet = pack(header_bytes) + b"\x92\xc5" + len(unpack(packet)[0]).to_bytes(2, "big") + packet[3:]
    as_text = pack(header_bytes) + b"\xdc\x00\x02" + packet[1:]
    for wrong in (longer_header, longer_packet, as_text):
        with pytest.raises(Malformed):
            open_sealed(wrong, ALICE)


def test_too_much_and_too_many_are_refused_on_both_sides() -> None:
    with pytest.raises(EnvelopeTooLarge):
        seal(bytes(MAX_PLAIN + 1), SENDER, [ALICE.public])
    with pytest.raises(EnvelopeTooLarge):
        seal(b"x", SENDER, [ALICE.public] * 5)
    with pytest.raises(EnvelopeTooLarge):
        open_sealed(write([bytes(MAX_PLAIN), b"x"]), ALICE)
    with pytest.raises(EnvelopeTooLarge):
        open_sealed(write([bytes(MAX_PLAIN)] * 2), ALICE)
    with pytest.raises(EnvelopeTooLarge):
        open_sealed(write([b"x"], recipients=(ALICE.public,) * 5), ALICE)
    with pytest.raises(ValueError, match="recipient"):
        seal(b"x", SENDER, [])


def test_a_payload_key_of_another_length_is_refused() -> None:
    for key_bytes in (0, 31):
        with pytest.raises(Malformed):
            open_sealed(write([b"x"], key_bytes=key_bytes), ALICE)


def test_a_message_of_any_length_is_refused_before_work_is_spent_on_it() -> None:
    with pytest.raises(EnvelopeTooLarge):
        open_sealed(bytes(MAX_MESSAGE + 1), ALICE)


def test_a_low_order_key_is_refused_on_both_sides() -> None:
    with pytest.raises(EnvelopeForged):
        seal(b"x", SENDER, [bytes(32)])
    message = write([b"x"])
    header = unpack(message[2 : 2 + message[1]])
    weak = pack(pack([*header[:3], bytes(32), *header[4:]])) + message[2 + message[1] :]
    with pytest.raises(EnvelopeForged):
        open_sealed(weak, ALICE)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_end_in_a_named_error(noise: bytes) -> None:
    with pytest.raises(SyncError):
        open_sealed(noise, ALICE)


@given(st.binary(max_size=200))
def test_a_header_that_is_no_header_ends_in_a_named_error(noise: bytes) -> None:
    with pytest.raises(SyncError):
        open_sealed(pack(noise), ALICE)
