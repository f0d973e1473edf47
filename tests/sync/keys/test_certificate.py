"""A certificate's bytes: one form, one signature, one id."""

from typing import Any

import msgspec
import pytest

from sync.errors import Malformed
from sync.keys.certificate import Certificate, certificate_id, issue, parse, signature_holds
from sync.keys.keys import Signer

ROOT, STAFF = Signer(b"r" * 32), Signer(b"s" * 32)


def make(**changes: Any) -> Certificate:
    cert = Certificate(
        deployment=b"d" * 16,
        subject=STAFF.public,
        person="staff-2",
        kind="staff",
        party="contractor",
        roles=("worker",),
        not_before_ms=1_000,
        not_after_ms=2_000,
        issuer=ROOT.public,
    )
    return msgspec.structs.replace(cert, **changes)


def test_an_issued_certificate_reads_back_and_its_signature_holds() -> None:
    encoded = issue(make(), ROOT)
    assert parse(encoded) == make()
    assert signature_holds(encoded)
    assert len(certificate_id(encoded)) == 32


def test_every_flipped_bit_is_refused_or_breaks_the_signature() -> None:
    encoded = issue(make(), ROOT)
    for at in range(len(encoded) * 8):
        changed = bytearray(encoded)
        changed[at // 8] ^= 1 << at % 8
        assert certificate_id(bytes(changed)) != certificate_id(encoded)
        try:
            holds = signature_holds(bytes(changed))
        except Malformed:
            continue
        assert not holds, at


def test_every_truncation_and_every_trailing_byte_is_refused() -> None:
    encoded = issue(make(), ROOT)
    for length in range(len(encoded)):
        with pytest.raises(Malformed):
            parse(encoded[:length])
    for tail in (b"\0", b"\xc0", encoded):
        with pytest.raises(Malformed):
            parse(encoded + tail)


@pytest.mark.parametrize(
    "changes",
    [
        {"deployment": b"d" * 15},
        {"subject": b"s" * 33},
        {"issuer": b""},
        {"kind": "mayor"},
        {"party": "nobody"},
        {"not_before_ms": -1},
        {"revocation": -1},
        {"person": "x" * 257},
    ],
)
def test_a_certificate_that_could_not_be_read_back_is_not_issued(changes: dict[str, Any]) -> None:
    signer = ROOT
    cert = make(**changes)
    with pytest.raises((Malformed, ValueError)):
        issue(cert, signer)


def test_only_the_issuer_it_names_can_issue_a_certificate() -> None:
    with pytest.raises(ValueError, match="another issuer"):
        issue(make(), STAFF)
