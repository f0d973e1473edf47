"""A signed command: whole, from this person, for this deployment, or not at all."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Malformed, SyncError
from sync.keys.certificate import Certificate, issue
from sync.keys.keys import Signer
from sync.keys.trust import OutsideValidity, Roots, TrustStore, UnknownCertificate
from sync.record.command import (
    Command,
    CommandElsewhere,
    CommandForged,
    Signed,
    open_command,
    sign_command,
    signature_holds,
    signatures_hold,
)

DEPLOYMENT = b"d" * 16
CONTRACTOR, CITY, CLERK, OTHER = (Signer(letter * 32) for letter in (b"r", b"R", b"c", b"o"))
TRUST = TrustStore(DEPLOYMENT, Roots(CONTRACTOR.public, CITY.public))


def enrol(signer: Signer, person: str) -> bytes:
    cert = Certificate(
        deployment=DEPLOYMENT,
        subject=signer.public,
        person=person,
        kind="staff",
        party="contractor",
        roles=("worker",),
        not_before_ms=0,
        not_after_ms=1_000,
        issuer=CONTRACTOR.public,
    )
    return TRUST.add(issue(cert, CONTRACTOR))


CLERK_CERTIFICATE, OTHER_CERTIFICATE = enrol(CLERK, "staff-1"), enrol(OTHER, "staff-2")


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))


def make(**changes: Any) -> Command:
    fields: dict[str, Any] = {
        "deployment": DEPLOYMENT,
        "record": "hub-1",
        "epoch": 1,
        "id": b"i" * 16,
        "certificate": CLERK_CERTIFICATE,
        "made_ms": 5,
        "kind": "ticket.call",
        "args": raw({"lane": "A", "counter": 2}),
        "acts_on": "A-001",
        "version": 3,
    }
    return Command(**fields | changes)


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=10) | st.binary(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), plain, max_size=4), st.integers(0, 2**40))
def test_what_a_person_signed_opens_to_the_same_command_and_person(args: dict[str, Any], version: int) -> None:
    command, authority = open_command(sign_command(make(args=raw(args), version=version), CLERK), TRUST, 10)
    assert msgspec.structs.replace(command, args=raw({})) == make(args=raw({}), version=version)
    assert msgspec.msgpack.decode(command.args) == args
    assert (authority.person, authority.key, authority.certificate) == ("staff-1", CLERK.public, CLERK_CERTIFICATE)


@given(st.lists(st.sampled_from(["whole", "payload", "signature", "another's"]), max_size=6), st.text(max_size=3))
def test_of_many_the_first_that_is_not_signed_as_it_says_ends_them(made: list[str], note: str) -> None:
    signed, by = [], []
    for at, how in enumerate(made):
        one = sign_command(make(version=at, acts_on=note), CLERK)
        if how == "payload":
            one = Signed(one.payload[:-1] + bytes([one.payload[-1] ^ 1]), one.signature)
        elif how == "signature":
            one = Signed(one.payload, bytes([one.signature[0] ^ 1]) + one.signature[1:])
        signed.append(one)
        by.append(TRUST.authority(OTHER_CERTIFICATE if how == "another's" else CLERK_CERTIFICATE, 10))
    held = signatures_hold(signed, by)
    assert held == next((at for at, how in enumerate(made) if how != "whole"), len(made))
    assert [signature_holds(one, whom) for one, whom in zip(signed[:held], by[:held], strict=True)] == [True] * held


def test_every_flipped_bit_of_payload_and_signature_is_refused() -> None:
    signed = sign_command(make(), CLERK)
    for at in range(len(signed.payload) * 8):
        changed = bytearray(signed.payload)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(SyncError):
            open_command(Signed(bytes(changed), signed.signature), TRUST, 10)
    for at in range(64 * 8):
        changed = bytearray(signed.signature)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(CommandForged):
            open_command(Signed(signed.payload, bytes(changed)), TRUST, 10)


def test_every_truncation_is_refused() -> None:
    signed = sign_command(make(), CLERK)
    for length in range(len(signed.payload)):
        with pytest.raises(Malformed):
            open_command(Signed(signed.payload[:length], signed.signature), TRUST, 10)
    for length in range(64):
        with pytest.raises(CommandForged):
            open_command(Signed(signed.payload, signed.signature[:length]), TRUST, 10)


def test_nobody_signs_under_another_persons_certificate() -> None:
    with pytest.raises(CommandForged):
        open_command(sign_command(make(certificate=OTHER_CERTIFICATE), CLERK), TRUST, 10)


def test_a_command_under_an_unknown_or_expired_certificate_is_refused() -> None:
    with pytest.raises(UnknownCertificate):
        open_command(sign_command(make(certificate=b"?" * 32), CLERK), TRUST, 10)
    with pytest.raises(OutsideValidity):
        open_command(sign_command(make(), CLERK), TRUST, 1_001)


def test_a_command_for_another_deployment_is_refused() -> None:
    with pytest.raises(CommandElsewhere):
        open_command(sign_command(make(deployment=b"D" * 16), CLERK), TRUST, 10)


@pytest.mark.parametrize(
    "args",
    [
        b"",
        b"\x90",
        b"\xc0",
        b"\x80\x80",
        b"\xc1",
        b"\x82\xa1a\x01\xa1a\x02",  # a key twice: two readers could see two values
        b"\x81\xa1a\xcd\x00\x01",  # 1 in three bytes
        b"\x81\xa1a",
        b"\xde\x00\x01\xa1a\x01",  # a small map in the long form
        b"\x81\x90\x01",  # a list as a key
        b"\x81\xa1\xff\x01",  # no UTF-8
    ],
)
def test_arguments_that_are_no_canonical_map_are_neither_signed_nor_opened(args: bytes) -> None:
    with pytest.raises(Malformed):
        sign_command(make(args=msgspec.Raw(args)), CLERK)
    forced = msgspec.msgpack.encode(make(args=msgspec.Raw(args)))
    with pytest.raises(Malformed):
        open_command(Signed(forced, CLERK.sign(forced)), TRUST, 10)


@pytest.mark.parametrize(
    "changes",
    [{"id": b"short"}, {"certificate": b""}, {"epoch": -1}, {"version": -1}, {"kind": "k" * 257}, {"made_ms": -1}],
)
def test_a_command_that_could_not_be_read_back_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        sign_command(make(**changes), CLERK)


def test_a_payload_with_an_unknown_field_or_in_another_order_is_refused() -> None:
    fields = msgspec.msgpack.decode(sign_command(make(), CLERK).payload)
    for wrong in ({**fields, "extra": 1}, dict(sorted(fields.items())), {k: v for k, v in fields.items() if k != "id"}):
        with pytest.raises(Malformed):
            open_command(Signed(msgspec.msgpack.encode(wrong), bytes(64)), TRUST, 10)
