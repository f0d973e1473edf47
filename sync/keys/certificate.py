"""A certificate: which person or machine a signing key speaks for, in which party, with which roles, and until when."""

from functools import lru_cache
from hashlib import sha256
from typing import Literal

import msgspec

from sync import canonical
from sync.canonical import Bytes16, Bytes32, Bytes64, Count, Millis, Text
from sync.keys.keys import Signer, sign_payload, verify_payload

PAYLOAD_TYPE = "application/vnd.demado.certificate.v1+msgpack"

# Certificates of which it is kept whether their signature holds. A trust store looks at all of its own anew after any
# that comes and after each list, and an examination of a record begins with an empty store: the same few dozen over and
# over. Ours have three to four hundred bytes, so all take half a MiB; what a stranger blew up is not kept.
_REMEMBERED = 1024
_OF_ANY_USE = 4096

Kind = Literal["issuer", "hub", "standby_hub", "terminal", "office", "desk", "staff", "officer", "director"]
Party = Literal["contractor", "city"]

HUB_KINDS = frozenset[Kind]({"hub", "standby_hub"})
"""Who may serve a record: its own hub, and a machine that took it over (which of them, the record says)."""


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The signed content; `sites` empty means all sites, both ends of the validity are inclusive."""

    deployment: Bytes16
    subject: Bytes32
    person: Text
    kind: Kind
    party: Party
    roles: tuple[Text, ...] = ()
    sites: tuple[Text, ...] = ()
    not_before_ms: Millis
    not_after_ms: Millis
    issuer: Bytes32
    may_issue_kinds: tuple[Kind, ...] = ()
    may_issue_roles: tuple[Text, ...] = ()
    revocation: Count = 0  # the least revocation list that a reader must hold before it trusts this certificate
    renews: bool = False  # an issuer that may certify only people on a roster of its party, and terminals
    roster: Count = 0  # the number of the roster under which a renewing issuer certified this person


class _Signed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    payload: bytes
    signature: Bytes64


def issue(cert: Certificate, issuer_signer: Signer) -> bytes:
    """Return the encoded certificate, signed by its issuer; ValueError if the signer is not the issuer it names."""
    if cert.issuer != issuer_signer.public:
        raise ValueError("the certificate names another issuer")
    payload = canonical.encode(cert)
    canonical.decode(payload, Certificate)  # what nobody could read back must not be signed
    return canonical.encode(_Signed(payload, sign_payload(issuer_signer, PAYLOAD_TYPE, payload)))


def certificate_id(encoded: bytes) -> bytes:
    """Return the certificate's id: SHA-256 over its encoded bytes (32 bytes)."""
    return sha256(encoded).digest()


def parse(encoded: bytes) -> Certificate:
    """Return the content of an encoded certificate, its form checked and nothing else; raises Malformed."""
    return canonical.decode(canonical.decode(encoded, _Signed).payload, Certificate)


def signature_holds(encoded: bytes) -> bool:
    """Say whether the issuer that the certificate names has signed it; raises Malformed for a wrong form."""
    return _remembered(encoded) if len(encoded) <= _OF_ANY_USE else _holds(encoded)


def _holds(encoded: bytes) -> bool:
    signed = canonical.decode(encoded, _Signed)
    issuer = canonical.decode(signed.payload, Certificate).issuer
    return verify_payload(issuer, PAYLOAD_TYPE, signed.payload, signed.signature)


_remembered = lru_cache(maxsize=_REMEMBERED)(_holds)  # of the bytes alone: they say the same to whoever asks
