"""A replica of a hub's record: every entry decided again here, before anything of it is shown.

It believes no hub. What comes must continue what we hold (or the divergence is named), follow from what people signed
under the rules, and hash to the root that the hub signs. Until a signed checkpoint covers them, entries wait unseen.

    replica = Replica(deployment, trust, profile, hub_key)
    replica.need_continuation(note, proof)   # RecordRolledBack, RecordForked
    await replica.take(entries, note)        # a ReplayError leaf, RecordForked

A hub's snapshot is provisional: shown at once, marked, and thrown away unless the entries lead to it (see refold.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hub.client.proof.divergence import RecordForked, RecordRolledBack
from hub.domain import codec
from hub.domain.booth import Booth, Event
from hub.domain.contracts.contract import Profile
from hub.domain.identity.identity import first_decidable
from hub.replay.replay import Claim, Replay
from sync.keys.party import Deployment
from sync.keys.trust import TrustStore
from sync.record.checkpoint import Checkpoint, open_note
from sync.record.merkle import BadProof, Frontier, leaf_hash, verify_consistency
from sync.record.recent import RecentRoots

SLICE = 32
"""Entries decided between two looks at the keyboard: about 4 ms here, a quarter of what a key's echo may take."""


class Taken(NamedTuple):
    """What a signed checkpoint covers since the last one: entries, command ids and events, each in the record's order."""

    entries: list[bytes]
    ids: list[bytes]
    made: list[tuple[int, tuple[Event, ...]]]
    """Index and events of each entry."""


class Snapshot(NamedTuple):
    """A state as a hub gives it, the entries before it unseen."""

    size: int
    state: bytes
    root: bytes


class Replica:
    """State, tree edge and trust of one record, moved forward entry by entry."""

    def __init__(self, deployment: Deployment, trust: TrustStore, profile: Profile, hub_key: bytes) -> None:
        self.deployment = deployment
        self.hub_key = hub_key
        """Signs the checkpoints: the key that the link has proved."""
        self.standby = False
        """Whether that key is of a machine that can only be the hub where the record says so."""
        self.note = ""
        self.provisional: Snapshot | None = None
        """The hub's snapshot, as long as nothing has proved it."""
        self._trust = trust
        self.profile = profile
        self._profiles = {deployment.profile: profile}
        self._known: set[bytes] = set()
        self._booth = Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
        self._frontier = Frontier()
        self._ahead: Replay | None = None
        self._waiting = Taken([], [], [])
        """What is decided again and not yet covered by a signed checkpoint."""
        self._waiting_leaves: list[bytes] = []
        """Their leaf hashes."""
        self._roots = RecentRoots(self._frontier)
        """Of every size about which the city may still decide."""
        self._unjudged: list[Claim] = []
        """Decisions about sizes before a snapshot, as long as nothing has proved it."""

    @property
    def booth(self) -> Booth:
        return self._booth

    @property
    def size(self) -> int:
        return self._frontier.size

    @property
    def root(self) -> bytes:
        return self._frontier.root()

    @property
    def frontier(self) -> Frontier:
        """The tree's edge, as a copy."""
        return self._frontier.copy()

    @property
    def reached(self) -> int:
        """Size with what waits for its checkpoint."""
        return self.size + len(self._waiting.entries)

    @property
    def known(self) -> frozenset[bytes] | set[bytes]:
        """Ids of the commands that became entries, as far back as this machine has seen them."""
        return self._known

    # ------------------------------------------------------------------ where it begins

    def resume(self, state: bytes, frontier: Frontier, known: Iterable[bytes]) -> None:
        """Go on from what this machine itself had decided and kept: state, tree's edge, command ids up to there."""
        self._booth = codec.decode_booth(state)
        self._frontier = frontier.copy()
        self._roots = RecentRoots(frontier)
        self._known.update(known)

    def knows(self, roots: RecentRoots) -> None:
        """Take the roots of sizes before the state that it resumed: those of this machine's own copy."""
        self._roots = roots

    def restore(self, state: bytes, size: int, hashes: bytes) -> None:
        """Begin with the hub's snapshot: provisional, since its past is known only by its hashes."""
        booth = codec.decode_booth(state)
        self._frontier = Frontier(size, [hashes[at : at + 32] for at in range(0, len(hashes), 32)])
        self._booth, self.provisional = booth, Snapshot(size, state, self._frontier.root())
        self._roots, self._unjudged = RecentRoots(self._frontier), []

    def from_first(self) -> Replay:
        """What decides the record again from its first entry, under the same profile and trust."""
        return Replay(self.deployment, self._trust, self._profiles)

    def proved(self, past: Replay, roots: RecentRoots) -> None:
        """The snapshot's own past has been decided again, with the roots about which the city could then still decide.

        RecordForked unless it leads to the snapshot's very bytes.
        """
        assert self.provisional is not None
        led_to = Snapshot(past.size, codec.encode_booth(past.booth), past.frontier.root())
        if led_to != self.provisional:
            raise RecordForked(what="a snapshot that its entries do not lead to", size=self.provisional.size)
        repeated = self._known & past.ids.keys()
        if repeated:
            raise RecordForked(what="a command from before the snapshot once more", id=next(iter(repeated)))
        for claim in self._unjudged:
            need_ours(claim, roots.root(claim.size))
        # What was asked before the snapshot may be open still.
        if first_decidable(self._booth.identity, self.size) < self._roots.first:
            self._roots.follow(roots)
        self._known |= past.ids.keys()
        self.provisional, self._unjudged = None, []

    # ------------------------------------------------------------------ what continues it

    def read_note(self, note: str) -> Checkpoint:
        """The checkpoint of a note that this record's hub signed; BadCheckpoint otherwise."""
        checkpoint = open_note(note, {self.deployment.origin: self.hub_key})
        if checkpoint.origin != self.deployment.origin:
            raise RecordForked(origin=checkpoint.origin)
        return checkpoint

    def need_continuation(self, note: str, proof: Sequence[bytes]) -> Checkpoint | None:
        """The hub's checkpoint, proved to continue ours (RFC 6962, 2.1.2); None if it has no entry and we neither.

        RecordRolledBack for fewer entries, RecordForked for another past.
        """
        if not note:
            if self.size:
                raise RecordRolledBack(shown=0, held=self.size)
            return None
        shown = self.read_note(note)
        if shown.size < self.size:
            raise RecordRolledBack(shown=shown.size, held=self.size)
        try:
            if self.size:
                verify_consistency(self.size, self.root, shown.size, shown.root, proof)
        except BadProof as error:
            raise RecordForked(shown=shown.size, held=self.size) from error
        return shown

    async def take(self, entries: Sequence[bytes], note: str) -> Taken:
        """Decide entries that follow ours; what a signed checkpoint covers now, nothing as long as `note` is empty.

        A ReplayError leaf, RecordForked or BadCheckpoint: nothing has changed, and what waited is forgotten.
        """
        try:
            ahead = await self._decide(entries)
            if not note:
                return Taken([], [], [])
            self._need_covered(note, ahead)
            unjudged = self._judged(ahead.claims)
        except BaseException:
            self.forget_waiting()
            raise
        self.note = note
        self._unjudged += unjudged
        return self._adopt(ahead)

    async def recall(self, entries: Sequence[bytes]) -> None:
        """As take, for what this machine itself had checked before it was kept: no checkpoint is asked for."""
        self._adopt(await self._decide(entries))

    async def _decide(self, entries: Sequence[bytes]) -> Replay:
        ahead = self._ahead = self._ahead or self._from_here()
        waiting = self._waiting
        for start in range(0, len(entries), SLICE):
            bodies = entries[start : start + SLICE]
            leaves = [leaf_hash(body) for body in bodies]
            for step in ahead.take_all(bodies, leaves):
                waiting.made.append((step.said.context.index, step.events))
            self._waiting_leaves += leaves
            await asyncio.sleep(0)
        waiting.entries.extend(entries)
        return ahead

    def _adopt(self, ahead: Replay) -> Taken:
        taken = self._waiting
        taken.ids.extend(ahead.ids)
        self._booth, self._frontier = ahead.booth, ahead.frontier
        self._roots.extend(self._waiting_leaves)
        self._roots.forget_before(first_decidable(self._booth.identity, self.size), self._frontier)
        self._known.update(taken.ids)
        self.forget_waiting()
        return taken

    def forget_waiting(self) -> None:
        """Drop what no checkpoint covers: the link has ended, or it does not hold."""
        self._ahead, self._waiting, self._waiting_leaves = None, Taken([], [], []), []

    def _from_here(self) -> Replay:
        return Replay(
            self.deployment,
            self._trust,
            self._profiles,
            booth=self._booth,
            frontier=self.frontier,
            known=self._known,
        )

    def _judged(self, claims: Iterable[Claim]) -> list[Claim]:
        """RecordForked for a decision of the city's about another record; those that only a snapshot's past can judge."""
        unjudged: list[Claim] = []
        for claim in claims:
            root = self._roots.root(claim.size, self._waiting_leaves)
            if root is None and self.provisional is not None and claim.size < self.provisional.size:
                unjudged.append(claim)
            else:
                need_ours(claim, root)
        return unjudged

    def need_writer(self) -> None:
        """RecordForked unless the record, as far as we hold it, lets the machine of this link be its hub."""
        self._need_writer(self._booth, self.size)

    def _need_writer(self, booth: Booth, size: int) -> None:
        writer = booth.continuity.writer()
        if writer.key != self.hub_key if writer is not None else self.standby:
            raise RecordForked(what="the record names another machine as its hub", size=size)

    def _need_covered(self, note: str, ahead: Replay) -> None:
        frontier = ahead.frontier
        self._need_writer(ahead.booth, frontier.size)
        shown = self.read_note(note)
        if shown.size < frontier.size:
            raise RecordRolledBack(shown=shown.size, held=frontier.size)
        if shown.size != frontier.size or shown.root != frontier.root():
            raise RecordForked(shown=shown.size, held=self.size)


def need_ours(claim: Claim, root: bytes | None) -> None:
    """RecordForked for a decision of the city's that is not about the record which had this root at the size it names."""
    if claim.root != root:
        raise RecordForked(what="a decision of the city's about another record", size=claim.size)
