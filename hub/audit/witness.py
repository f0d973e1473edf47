"""Checkpoints and the cosignatures on them: what the hub states, and up to where office and city have attested it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from hub.audit.problem import Problem, fault, finding
from hub.audit.times import APART_MS
from hub.domain.continuity.continuity import START, Continuity
from hub.replay.cosigners import Cosigners, Witness
from hub.replay.replay import hub_keys
from sync.errors import Malformed
from sync.keys.party import Deployment
from sync.keys.trust import TrustStore
from sync.record.checkpoint import (
    Checkpoint,
    CosignedCheckpoint,
    decode_body,
    line_name,
    note_body,
    signature_lines,
    signed_by_one_of,
)
from sync.record.merkle import Tree


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
        self._cosigners = Cosigners(deployment, trust, self._revoked)
        self.attested = 0
        """Largest size over which the hub's signature holds."""
        self.hub = b""
        """The key that signed there."""
        self.found: list[Witness] = []
        self._notes = 0
        """How many signatures of the hub's were verified."""

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
            others = [line for line in lines if line_name(line) != self._deployment.origin]
            for line in (*others, *one.cosignatures):
                yield from self._cosignature(one.note, shown, line, counts=problem is None)
        if self.attested == 0 and self._tree.size:
            yield finding("checkpoint.missing", object="checkpoint", entries=self._tree.size)
        elif self.attested < self._tree.size:
            yield finding("checkpoint.entries_after", entry=self.attested, attested=self.attested)

    @property
    def signatures(self) -> int:
        """How many were verified here."""
        return self._notes + self._cosigners.signatures

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
        if sum(line_name(line) == origin for line in signature_lines(note)) != 1:
            return finding("checkpoint.not_by_hub", object=where, origin=shown.origin)
        at_ms = self._at_ms(shown.size)
        keys = hub_keys(self._deployment, self._trust, at_ms, self._continuity, shown.size, self._revoked)
        signed = signed_by_one_of(note, origin, keys)
        self._notes += len(keys) if signed is None else keys.index(signed[1]) + 1
        if signed is None:
            return finding("checkpoint.not_by_hub", object=where, origin=shown.origin)
        if shown.size > self._tree.size or shown != Checkpoint(origin, shown.size, self._tree.root(shown.size)):
            span = f"{min(self.attested, shown.size)}-{shown.size - 1}"  # up to there the checkpoint before has held
            return finding("checkpoint.other_content", object=where, entries=span, root=shown.root)
        if shown.size >= self.attested:
            self.attested, self.hub = shown.size, signed[1]
        return None

    def _cosignature(self, note: str, shown: Checkpoint, line: str, *, counts: bool) -> Iterator[Problem]:
        where = f"cosignature by {line_name(line).rpartition('/')[2]} on checkpoint {shown.size}"
        found = self._cosigners.judge(note, shown.size, line)
        if isinstance(found, Witness):
            if counts:
                self.found.append(found)
        elif found.fault is not None:
            yield fault(found.fault, object=where)
        else:
            yield finding(found.code, object=where, name=found.name)
