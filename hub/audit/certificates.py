"""The certificates of a record: every one must chain to one of the two roots, used or not."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from hub.audit.problem import Problem, fault
from sync.errors import Malformed
from sync.keys.certificate import Certificate, certificate_id, parse
from sync.keys.trust import OutsideValidity, TrustError, TrustStore


def take(trust: TrustStore, certificates: Iterable[bytes], beside: Iterable[bytes]) -> Iterator[Problem]:
    """Put certificates into `trust`; what is wrong with those of the record. Those beside it are taken or left."""
    added: list[bytes] = []
    for number, encoded in enumerate(certificates):
        try:
            trust.add(encoded)
            added.append(encoded)
        except Malformed as error:
            yield fault(error, object=f"certificate {number} ({certificate_id(encoded).hex()[:16]})")
    for encoded in beside:
        try:
            trust.add(encoded)
        except Malformed:
            continue
    starts = sorted({parse(encoded).not_before_ms for encoded in trust})
    for encoded in added:
        failure = _failure(trust, encoded, starts)
        if failure is not None:
            yield fault(failure, object=named(encoded))


def well_formed(encoded: Iterable[bytes]) -> Iterator[bytes]:
    """Those that are certificates; what the others are, take says."""
    for one in encoded:
        with contextlib.suppress(Malformed):
            parse(one)
            yield one


def named(encoded: bytes) -> str:
    """What a certificate is called in findings: the start of its id, and whose it is."""
    return f"certificate {certificate_id(encoded).hex()[:16]} ({parse(encoded).person})"


def _failure(trust: TrustStore, encoded: bytes, starts: list[int]) -> TrustError | None:
    """Why this certificate holds at no time; a chain that ever holds begins to when one in it begins to."""
    cert: Certificate = parse(encoded)
    failure: TrustError | None = None
    for at_ms in [cert.not_before_ms, *(one for one in starts if cert.not_before_ms < one <= cert.not_after_ms)]:
        try:
            trust.authority(certificate_id(encoded), at_ms)
        except OutsideValidity as error:
            failure = error
        except TrustError as error:
            return error
        else:
            return None
    return failure
