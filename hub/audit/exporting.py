"""A record, from wherever it was read, as the one bundle that it has: what its entries and checkpoints need, and no more.

Hub, office and terminal hold the same record with more or fewer certificates beside it. A bundle has exactly those that
lead from the signatures in it up to the roots, so that whoever exports the same record writes the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.audit import rootlists
from hub.audit.evidence import Evidence
from sync.errors import Malformed
from sync.keys.certificate import Certificate, certificate_id, parse
from sync.keys.party import Deployment
from sync.record.bundle import Bundle
from sync.record.bundlefaults import BundleIncomplete
from sync.record.checkpoint import CosignedCheckpoint, line_name, signature_lines
from sync.record.command import read_command
from sync.record.entry import decode_entry


def bundle_of(evidence: Evidence) -> Bundle:
    """The record's bundle; BundleIncomplete or Malformed where the evidence makes none. Nothing is verified here."""
    if evidence.problems:
        first = evidence.problems[0]
        raise BundleIncomplete(found=first.code, where=first.where_en)
    if evidence.deployment is None:
        raise BundleIncomplete(deployments=0)
    deployment = Deployment.decode(evidence.deployment)
    checkpoints = tuple(one for one in evidence.checkpoints if one.size <= len(evidence.entries))
    if not checkpoints or checkpoints[-1].size != len(evidence.entries):
        sizes = [one.size for one in checkpoints]
        raise BundleIncomplete(entries=len(evidence.entries), checkpoints=sizes)
    kept = tuple(one for one in checkpoints[:-1] if one.cosignatures) + checkpoints[-1:]
    certificates = _needed(evidence, deployment, kept)
    profile = (one for one in evidence.objects if one.hash == deployment.profile)
    lists = rootlists.named(evidence, deployment, certificates)
    return Bundle(
        evidence.deployment,
        certificates,
        tuple(sorted((*profile, *lists), key=lambda one: one.hash)),
        evidence.entries,
        kept,
    )


def _needed(
    evidence: Evidence, deployment: Deployment, checkpoints: tuple[CosignedCheckpoint, ...]
) -> tuple[bytes, ...]:
    """The certificates behind every signature, up to the roots, sorted by id."""
    held = dict(_readable(evidence))
    needed = {key for key in _signers(evidence) if key in held}
    names = {line_name(line) for one in checkpoints for line in (*signature_lines(one.note), *one.cosignatures)}
    for key, (_, cert) in held.items():
        if cert.kind in ("hub", "office", "desk") and deployment.key_name(cert.person) in names:
            needed.add(key)
    above = list(needed)
    while above:
        issuer = held[above.pop()][1].issuer
        for key, (_, cert) in held.items():
            if cert.kind == "issuer" and cert.subject == issuer and key not in needed:
                needed.add(key)
                above.append(key)
    return tuple(held[key][0] for key in sorted(needed))


def _readable(evidence: Evidence) -> Iterator[tuple[bytes, tuple[bytes, Certificate]]]:
    for encoded in (*evidence.beside, *evidence.certificates):
        try:
            yield certificate_id(encoded), (encoded, parse(encoded))
        except Malformed:
            continue


def _signers(evidence: Evidence) -> Iterator[bytes]:
    for body in evidence.entries:
        yield read_command(decode_entry(body).command.payload).certificate
