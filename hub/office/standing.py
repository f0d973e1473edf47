"""Where the office stands with each record: its state and its tree, as durable as the database.

Kept in memory between batches, and folded again from what is stored when it is not there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import msgspec

from hub.domain import codec
from hub.domain.booth import Booth, fold
from hub.domain.day.day import RULES
from hub.office.store import OfficeStore, StoredRecord
from sync.keys.party import Deployment
from sync.record.entry import decode_entry
from sync.record.merkle import Frontier, Tree

log = logging.getLogger(__name__)

CHUNK = 256
"""Entries checked before the event loop gets its turn: about 25 ms here, so that other hubs never wait long.

Of 64 each costs a twentieth more: signatures and rules each find the caches as the other left them.
"""


class Standing(msgspec.Struct):
    """The state of one record, as durable as the database: replaced only after a commit."""

    stored: StoredRecord
    deployment: Deployment
    booth: Booth
    frontier: Frontier
    snapshot_size: int
    counted_size: int
    tree: Tree | None = None
    lock: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)


class Standings:
    """The standings of all records of one deployment; each is loaded once."""

    def __init__(self, store: OfficeStore, deployment: Deployment, clock: Callable[[], int]) -> None:
        self._store = store
        self._deployment = deployment
        self._clock = clock
        self._of: dict[str, Standing] = {}

    def known(self, record: str) -> Standing | None:
        """The record's standing, where it is in memory already."""
        return self._of.get(record)

    def forget(self, record: str) -> None:
        """What is stored of the record is another history now."""
        self._of.pop(record, None)

    async def of(self, record: str) -> Standing:
        """The record's standing; a record that was never seen is begun."""
        standing = self._of.get(record)
        if standing is None:
            loaded = await self._load(record)
            # Two deposits may have loaded it at the same time: one object is the record's, with its lock.
            standing = self._of.setdefault(record, loaded)
        return standing

    async def reload(self, standing: Standing) -> None:
        """Bring it to what is stored now: another process may have been faster."""
        fresh = await self._load(standing.deployment.record)
        standing.stored, standing.booth, standing.frontier = fresh.stored, fresh.booth, fresh.frontier
        standing.snapshot_size, standing.counted_size, standing.tree = fresh.snapshot_size, fresh.counted_size, None

    async def tree(self, standing: Standing) -> Tree:
        """The record's whole tree, kept from the first time it is asked for."""
        if standing.tree is None:
            standing.tree = await tree_of(self._store, standing.stored.no, standing.frontier.size)
        return standing.tree

    async def _load(self, record: str) -> Standing:
        deployment = msgspec.structs.replace(self._deployment, record=record)
        stored = await self._store.record(record)
        if stored is None:
            state = codec.encode_booth(Booth(hub=record, profile=deployment.profile, training=deployment.training))
            stored = await self._store.create(record, RULES, state, self._clock())
        booth = await folded(self._store, stored, deployment)
        return Standing(stored, deployment, booth, stored.frontier, stored.snapshot_size, stored.snapshot_size)


async def tree_of(store: OfficeStore, no: int, size: int) -> Tree:
    """The tree over the first `size` entries that are kept of a record."""
    tree = Tree()
    while tree.size < size:
        end = min(size, tree.size + 4096)  # 128 KiB of hashes at a time
        tree.extend(await store.leaves(no, tree.size, end))
    return tree


async def folded(store: OfficeStore, stored: StoredRecord, deployment: Deployment) -> Booth:
    """The state of a record as it is kept: its snapshot, and the entries after it."""
    first, booth = 0, Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
    if stored.snapshot_rules == RULES:  # a state under other rules is no cache of these
        try:
            first, booth = stored.snapshot_size, codec.decode_booth(stored.snapshot)
        except (msgspec.DecodeError, ValueError, TypeError) as error:  # another version's form: folded from the entries
            first = 0
            log.warning("the snapshot of %s cannot be read and is not used: %s", deployment.record, error)
    while first < stored.size:
        for body in await store.entries(stored.no, first, min(CHUNK, stored.size - first)):
            booth = fold(booth, codec.decode_events(bytes(decode_entry(body).events)), first)
            first += 1
        await asyncio.sleep(0)
    return booth
