"""A replica of a hub's record: every entry's signature checked, folded with the domain's own evolve.

It believes no hub: entries must hash to the root that the hub signs, and a hub that shows less than we have seen, or
another root at a size we know, is refused by name and for good.
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.domain import codec
from hub.domain.booth import Booth, Event, fold
from hub.domain.custody import TransferAccepted
from hub.domain.identity import IdentityDecided, OfficerAttended
from sync.checkpoint import Checkpoint, open_note
from sync.command import open_command
from sync.entry import decode_entry
from sync.errors import SyncError
from sync.merkle import Frontier, leaf_hash
from sync.party import Deployment
from sync.trust import TrustStore

CITY_EVENTS = (IdentityDecided, OfficerAttended, TransferAccepted)
"""What only an officer's command can bring about (permission.CITY_ONLY): a hub that lies must not show it to anyone."""


class RecordRolledBack(SyncError):
    """The hub shows fewer entries than we hold: an old card was put back, or something worse."""

    code = "record.rolled_back"
    ja = "ハブの記録が前より短くなっています。"
    en = "The hub's record is shorter than what we hold."
    todo_ja = "操作を止めて、管理者に知らせてください。この端末は記録を持っています。"
    todo_en = "Stop and tell the manager; this terminal still holds the record."


class RecordForked(SyncError):
    """The hub's record is not the one that we have followed: another root at the same size."""

    code = "record.forked"
    ja = "ハブの記録が、この端末の記録と食い違っています。"
    en = "The hub's record differs from the one this terminal has followed."
    todo_ja = "操作を止めて、管理者に知らせてください。"
    todo_en = "Stop and tell the manager."


class Replica:
    """State, tree edge and trust of one record, moved forward entry by entry."""

    def __init__(self, deployment: Deployment, trust: TrustStore, hub_key: bytes) -> None:
        self.deployment = deployment
        self.booth = Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
        self.frontier = Frontier()
        self.note = ""
        self._trust = trust
        self._hub_key = hub_key

    @property
    def size(self) -> int:
        return self.frontier.size

    def restore(self, state: bytes, size: int, hashes: bytes) -> None:
        """Begin with the hub's snapshot: provisional, since its past is known only by its hashes."""
        self.booth = codec.decode_booth(state)
        self.frontier = Frontier(size, [hashes[at : at + 32] for at in range(0, len(hashes), 32)])

    def take(self, entries: Sequence[bytes], note: str) -> list[tuple[int, tuple[Event, ...]]]:
        """Check and fold entries that follow ours; their events. Nothing changes unless all of them hold.

        `note` may be empty in the middle of catching up; entries are then believed when a later one covers them.
        """
        frontier = Frontier(self.frontier.size, self.frontier.hashes)
        booth = self.booth
        made: list[tuple[int, tuple[Event, ...]]] = []
        for body in entries:
            index = frontier.size
            entry = decode_entry(body)
            if entry.index != index:
                raise RecordForked(expected=index, got=entry.index)
            context = codec.decode_context(bytes(entry.context))
            _, by = open_command(entry.command, self._trust, context.at_ms)
            events = codec.decode_events(bytes(entry.events))
            if (by.kind, by.party) != ("officer", "city") and any(isinstance(event, CITY_EVENTS) for event in events):
                raise RecordForked(entry=index, what="only the city decides this", person=by.person)
            frontier.append(leaf_hash(body))
            made.append((index, events))
        if note:
            checkpoint = self.read_note(note)
            if checkpoint.size < frontier.size:
                raise RecordRolledBack(shown=checkpoint.size, held=frontier.size)
            if checkpoint.size != frontier.size or checkpoint.root != frontier.root():
                raise RecordForked(size=frontier.size)
        # Folded last: entries of another record may speak of what this state has never heard of.
        for index, events in made:
            try:
                booth = fold(booth, events, index)
            except (KeyError, IndexError, ValueError, TypeError) as error:
                raise RecordForked(entry=index, what="it does not follow from ours") from error
        self.note = note or self.note
        self.booth, self.frontier = booth, frontier
        return made

    def read_note(self, note: str) -> Checkpoint:
        """The checkpoint of a note that this record's hub signed; BadCheckpoint otherwise."""
        checkpoint = open_note(note, {self.deployment.origin: self._hub_key})
        if checkpoint.origin != self.deployment.origin:
            raise RecordForked(origin=checkpoint.origin)
        return checkpoint
