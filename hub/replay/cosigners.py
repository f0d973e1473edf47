"""Who has cosigned a checkpoint: the machine of the office or the city behind a cosignature line, if it holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from hub.domain.people.roster import revoked_at
from sync.errors import Malformed, SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.party import Deployment, chain
from sync.keys.trust import TrustError, TrustStore
from sync.record.checkpoint import (
    Checkpoint,
    CosignedCheckpoint,
    line_name,
    signature_lines,
    signed_by_one_of,
    verify_cosignature,
)

WITNESS_KINDS = frozenset({"office", "desk"})


class Witness(msgspec.Struct, frozen=True):
    """A cosignature that holds."""

    person: str
    kind: str
    size: int
    time_s: int


class NoWitness(msgspec.Struct, frozen=True):
    """A cosignature line that counts for nothing, and why: a code, the signer's name, what is wrong with its certificate."""

    code: str
    name: str
    fault: TrustError | None = None


class Cosigners:
    """The machines that may cosign this record's checkpoints, by their name in signed notes."""

    def __init__(self, deployment: Deployment, trust: TrustStore, revoked: Mapping[bytes, int]) -> None:
        """`revoked`: as in roster.Keys; neither these keys nor whom they certified witness anything from that entry on."""
        self._site = deployment.site
        self._origin = deployment.origin
        self._trust = trust
        self._revoked = revoked
        self._known: dict[str, list[tuple[bytes, bytes]]] = {}
        """Name to certificates and keys."""
        for encoded in trust:
            held = parse(encoded)
            if held.kind in WITNESS_KINDS:
                name = deployment.key_name(held.person)
                self._known.setdefault(name, []).append((certificate_id(encoded), held.subject))
        self.signatures = 0
        """How many were verified here."""

    def chains(self, names: Collection[str]) -> list[bytes]:
        """The certificates by which others can judge lines under these names."""
        found = [self._trust.get(one) for name in names for one, _ in self._known.get(name, ())]
        return list(dict.fromkeys(link for encoded in found for link in chain(encoded, self._trust)))

    def proven(self, one: CosignedCheckpoint, root: bytes, hubs: Iterable[bytes]) -> CosignedCheckpoint | None:
        """A checkpoint that somebody has kept, with those of its lines that hold; None where it is worth nothing.

        `root`: of the record at the size that the note states; `hubs`: who could sign for it there (replay.hub_keys).
        """
        try:
            stated = one.stated
            alone = len(signature_lines(one.note)) == 1
        except Malformed:
            return None
        if not alone or stated != Checkpoint(self._origin, stated.size, root):
            return None
        if signed_by_one_of(one.note, self._origin, hubs) is None:
            return None
        lines = sorted(set(one.cosignatures))
        held = tuple(line for line in lines if isinstance(self.judge(one.note, stated.size, line), Witness))
        return CosignedCheckpoint(one.note, held) if held else None

    def judge(self, note: str, size: int, line: str) -> Witness | NoWitness:
        """Whose line on this note of `size` it is. What the note says of the record is not asked here."""
        name = line_name(line)
        known = self._known.get(name)
        if known is None:
            return NoWitness("cosignature.unknown_signer", name)
        failure: TrustError | None = None
        for certificate, key in known:
            self.signatures += 1
            try:
                time_s = verify_cosignature(note, line, name, key)
            except SyncError:
                continue
            try:
                by = self._trust.authority(certificate, time_s * 1000)
                by.need_site(self._site)
            except TrustError as error:
                failure = failure or error  # another certificate of this key may have held then
                continue
            entry = revoked_at(self._revoked, by.party, by.stands_on)
            if entry is not None and size > entry:
                return NoWitness("cosignature.revoked_key", by.person)
            return Witness(by.person, by.kind, size, time_s)
        return NoWitness("cosignature.forged", name, failure)
