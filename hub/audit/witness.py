"""Checkpoints and the cosignatures on them: what the hub states, and up to where office and city have attested it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from hub.audit.problem import Problem, fault, finding
from hub.audit.times import APART_MS
from hub.domain.continuity.continuity import START, Continuity
from hub.domain.people.roster import revoked_at
from hub.replay.replay import hub_keys
from sync.errors import Malformed, SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.party import Deployment
from sync.keys.trust import TrustError, TrustStore
from sync.record.bundle import CosignedCheckpoint
from sync.record.checkpoint import Checkpoint, decode_body, open_note, signature_lines, verify_cosignature
from sync.record.merkle import Tree
from sync.record.reader import note_body

WITNESS_KINDS = frozenset({"office", "desk"})


class Witness(msgspec.Struct, frozen=True):
    """A cosignature that holds."""

    person: str
    kind: str
    size: int
    time_s: int


class Witnesses:
    """Examines checkpoints against the record's own tree."""

    def __init__(
        self,
        deployment: Deployment,
        trust: TrustStore,
        tree: Tree,
        at_ms: Callable[[int], int],
        continuity: Continuity = START,
        revoked: Mapping[bytes, int] | None = None,
    ) -> None:
        """`at_ms(size)`: the hub's time when the record had that size, at which its certificate must hold.

        `revoked`: keys that the record took for revoked (Entries.revoked), and the entry from which on neither they nor
        whom they certified sign or witness anything.
        """
        self._revoked = revoked or {}
        self._deployment = deployment
        self._trust = trust
        self._tree = tree
        self._at_ms = at_ms
        self._continuity = continuity
        self._cosigners: dict[str, list[tuple[bytes, bytes]]] = {}
        """Name in signed notes to the certificates of machines that may cosign under it, with their keys."""
        for encoded in trust:
            held = parse(encoded)
            if held.kind in WITNESS_KINDS:
                name = deployment.key_name(held.person)
                self._cosigners.setdefault(name, []).append((certificate_id(encoded), held.subject))
        self.attested = 0
        """Largest size over which the hub's signature holds."""
        self.hub = b""
        """The key that signed there."""
        self.found: list[Witness] = []
        self.signatures = 0

    def take(self, checkpoints: Iterable[CosignedCheckpoint]) -> Iterator[Problem]:
        """What is wrong with these checkpoints; what holds is in `attested` and `found`."""
        for number, one in enumerate(checkpoints):
            try:
                shown = decode_body(note_body(one.note))
                lines = signature_lines(one.note)
            except Malformed as error:
                yield fault(error, object=f"checkpoint item {number}")
                continue
            problem = self._check(one.note, shown)
            if problem is not None:
                yield problem
            others = [line for line in lines if _name(line) != self._deployment.origin]
            for line in (*others, *one.cosignatures):
                yield from self._cosignature(one.note, shown, line, counts=problem is None)
        if self.attested == 0 and self._tree.size:
            yield finding("checkpoint.missing", object="checkpoint", entries=self._tree.size)
        elif self.attested < self._tree.size:
            yield finding("checkpoint.entries_after", entry=self.attested, attested=self.attested)

    def largest(self, kind: str) -> int:
        """Largest size that a witness of this kind has cosigned, 0 if none."""
        return max((one.size for one in self.found if one.kind == kind), default=0)

    def remarks(self, at_ms: Callable[[int], int]) -> Iterator[Problem]:
        """The first entry after what somebody cosigned that the hub dates before that, and how many there are.

        Not of practice, whose clock is made up. A Pi that woke up in the past does this without any fault.
        """
        if self._deployment.training:
            return
        cosigned = sorted((one.size, one.time_s * 1000) for one in self.found)
        at, latest, early = 0, 0, list[int]()
        for index in range(self._tree.size if cosigned else 0):
            while at < len(cosigned) and cosigned[at][0] <= index:
                latest, at = max(latest, cosigned[at][1]), at + 1
            if at_ms(index + 1) < latest - APART_MS:
                early.append(index)
        if early:
            yield finding("remark.witnessed_later", entry=early[0], entries=len(early))

    def _check(self, note: str, shown: Checkpoint) -> Problem | None:
        where = f"checkpoint {shown.size}"
        origin = self._deployment.origin
        if sum(_name(line) == origin for line in signature_lines(note)) != 1:
            return finding("checkpoint.not_by_hub", object=where, origin=shown.origin)
        at_ms = self._at_ms(shown.size)
        for key in hub_keys(self._deployment, self._trust, at_ms, self._continuity, shown.size, self._revoked):
            self.signatures += 1
            try:
                open_note(note, {origin: key})
            except SyncError:
                continue
            break
        else:
            return finding("checkpoint.not_by_hub", object=where, origin=shown.origin)
        if shown.size > self._tree.size or shown != Checkpoint(origin, shown.size, self._tree.root(shown.size)):
            span = f"{min(self.attested, shown.size)}-{shown.size - 1}"  # up to there the checkpoint before has held
            return finding("checkpoint.other_content", object=where, entries=span, root=shown.root)
        if shown.size >= self.attested:
            self.attested, self.hub = shown.size, key
        return None

    def _cosignature(self, note: str, shown: Checkpoint, line: str, *, counts: bool) -> Iterator[Problem]:
        name = _name(line)
        where = f"cosignature by {name.rpartition('/')[2]} on checkpoint {shown.size}"
        known = self._cosigners.get(name)
        if known is None:
            yield finding("cosignature.unknown_signer", object=where, name=name)
            return
        failure: Problem | None = None
        for certificate, key in known:
            self.signatures += 1
            try:
                time_s = verify_cosignature(note, line, name, key)
            except SyncError:
                continue
            try:
                by = self._trust.authority(certificate, time_s * 1000)
                by.need_site(self._deployment.site)
            except TrustError as error:
                failure = failure or fault(error, object=where)  # another certificate of this key may have held then
            else:
                entry = revoked_at(self._revoked, by.party, by.stands_on)
                if entry is not None and shown.size > entry:
                    yield finding("cosignature.revoked_key", object=where, person=by.person)
                elif counts:
                    self.found.append(Witness(by.person, by.kind, shown.size, time_s))
                return
        yield failure or finding("cosignature.forged", object=where, name=name)


def _name(line: str) -> str:
    """The key's name in a signature line ("— name base64")."""
    return (line.split(" ") + ["", ""])[1]
