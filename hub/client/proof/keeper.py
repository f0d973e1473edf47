"""The terminal's own copy of the record on disk, so that the loss of the hub loses nothing that reached a terminal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from hub.client.proof.replica import Replica
from hub.domain import codec
from hub.domain.booth import Booth
from hub.domain.day.day import RULES
from hub.domain.identity.identity import first_decidable
from sync.errors import SyncError
from sync.keys.trust import TrustStore
from sync.record.checkpoint import CosignedCheckpoint
from sync.record.entry import decode_entry
from sync.record.faults import RecordDamaged, RecordForeign, RecordInUse, RecordOtherOrigin
from sync.record.merkle import Frontier
from sync.record.store import RecordStore
from sync.wholefile import EVIDENCE, put_in_place, remove_database

log = logging.getLogger(__name__)

CHUNK = 512
"""Entries read back at once when a terminal starts."""

SNAPSHOT_EVERY = 5_000
"""Entries between snapshots: deciding so many again at a start takes about a second."""


NEXT = "replica.next.sqlite"
"""A copy that is being written, until it takes the place of the one before."""


DAMAGED = (RecordDamaged, RecordForeign, RecordOtherOrigin)
"""Faults of a file that is not this terminal's copy of this record, whatever it is."""


class KeeperFailed(SyncError):
    """The copy on this terminal's disk cannot be written."""

    code = "replica.not_kept"
    ja = "この端末に記録の控えを書けません。"
    en = "This terminal cannot write its copy of the record."
    todo_ja = "仕事は続けられます。端末の空き容量を管理者に見てもらってください。"
    todo_en = "Work can go on; have the manager look at the disk."


class CopyInUse(SyncError):
    """Another program on this terminal has its copy open: the terminal was started twice."""

    code = "replica.in_use"
    ja = "この端末は、別の画面でもう開いています。"
    en = "This terminal is open in another window already."
    todo_ja = "そちらを使う。使わないなら、そちらを閉じて Enter"
    todo_en = "Use that one, or close it and press Enter"


class CopyDamaged(SyncError):
    """What lies in this terminal's folder as its copy of the record cannot be read as that."""

    code = "replica.damaged"
    ja = "この端末にある記録の控えが壊れています。"
    en = "This terminal's copy of the record is damaged."
    todo_ja = "Enter：控えを evidence へ移して（消さない）、ハブから作り直す"
    todo_en = "Enter: move it to the evidence folder and begin anew from the hub"


class Keeper:
    """Writes entries behind the screen's back, many in one commit, and says how far they are safe."""

    def __init__(self, path: Path, origin: str) -> None:
        self._path = path
        self._origin = origin
        self._store: RecordStore | None = None
        self._flushing = asyncio.Lock()
        self._snapshot_size = 0
        self._snapshots: set[asyncio.Task[None]] = set()
        self._entries: list[bytes] = []
        self._ids: list[bytes] = []
        self._certificates: list[bytes] = []
        self._note = ""
        self._kept: Callable[[int], None] = lambda size: None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.problem: SyncError | None = None

    async def open(self) -> None:
        """Open the copy, or begin one; CopyInUse, CopyDamaged, another RecordFault where there is no room for one."""
        try:
            self._store = await RecordStore.open(self._path, origin=self._origin)
        except RecordInUse as error:
            raise CopyInUse(**error.data) from error
        except DAMAGED as error:
            raise CopyDamaged(fault=error.code, **error.data) from error
        self._task = asyncio.create_task(self._write(), name="replica on disk")

    @property
    def size(self) -> int:
        """Entries that are on this machine's disk."""
        return self._store.size if self._store is not None else 0

    async def root(self, size: int) -> bytes:
        """The root over the first `size` kept entries; IndexError if there are fewer."""
        assert self._store is not None
        return await self._store.root(size)

    async def read(self, first: int, count: int) -> list[bytes]:
        """Kept entries, verbatim."""
        assert self._store is not None
        return await self._store.read(first, count)

    async def note(self) -> str | None:
        """The newest checkpoint that is kept, as the hub signed it."""
        assert self._store is not None
        return await self._store.checkpoint()

    async def certificates(self) -> list[bytes]:
        """The certificates that came with the entries."""
        assert self._store is not None
        return await self._store.certificates()

    async def cosigned_up_to(self) -> dict[str, int]:
        """Whose cosignatures are kept, and up to which size."""
        assert self._store is not None
        return await self._store.cosigned_up_to()

    async def keep_cosigned(self, checkpoints: Sequence[CosignedCheckpoint], certificates: Sequence[bytes]) -> None:
        """Write cosignatures that hold, and the certificates that say whose they are; a disk that fails is `problem`."""
        store = self._store
        if store is None or self.problem is not None:
            return
        async with self._flushing:
            try:
                await store.put_certificates(certificates)
                await store.put_cosigned(checkpoints)
            except SyncError as error:
                self.problem = KeeperFailed(why=str(error))

    async def put_back(self, size: int) -> list[bytes]:
        """Go on from the first `size` entries; those beyond. The file as it was stays in the evidence folder."""
        store = self._store
        assert store is not None
        async with self._flushing:
            self._entries, self._ids, self._certificates, self._note = [], [], [], ""
            beyond = await store.read(size, store.size - size)
            ids, root, next_ = await store.command_ids(), store.frontier.root(), self._path.with_name(NEXT)
            remove_database(next_)
            async with await RecordStore.open(next_, origin=self._origin) as new:
                await new.put_certificates(await store.certificates())
                for first in range(0, size, CHUNK):
                    part = await store.read(first, min(CHUNK, size - first))
                    outcomes = [(id, first + at, None) for at, id in enumerate(ids[first : first + len(part)])]
                    await new.append(part, outcomes, None)
                await new.put_cosigned([one for one in await store.cosigned() if one.size <= size])
            self._store = None
            await store.close()
            kept = self._path.parent / EVIDENCE / f"{self._path.stem}-{root.hex()[:16]}.sqlite"
            await asyncio.to_thread(put_in_place, next_, self._path, kept)
            self._store = await RecordStore.open(self._path, origin=self._origin)
            self._snapshot_size = 0
        return beyond

    async def at_ms(self, index: int) -> int:
        """The hub's time at a kept entry."""
        assert self._store is not None
        (body,) = await self._store.read(index, 1)
        return codec.decode_context(bytes(decode_entry(body).context)).at_ms

    async def recall(self, replica: Replica, trust: TrustStore) -> None:
        """Bring a new replica to where this machine had come: its own snapshot, and the entries after it. CopyDamaged."""
        try:
            await self._recall(replica, trust)
        except DAMAGED as error:
            raise CopyDamaged(fault=error.code, **error.data) from error

    async def _recall(self, replica: Replica, trust: TrustStore) -> None:
        store = self._store
        assert store is not None
        for encoded in await store.certificates():
            trust.add(encoded)
        snapshot = await store.load_snapshot(RULES)
        known = await store.command_ids() if snapshot is not None else []
        if snapshot is not None and len(known) == store.size:
            try:
                replica.resume(snapshot.state, snapshot.frontier, known[: snapshot.size])
            except (msgspec.DecodeError, ValueError, TypeError) as error:  # a cache only: everything is decided again
                log.warning("the snapshot cannot be read and is not used: %s", error)
        while replica.size < store.size:
            await replica.recall(await store.read(replica.size, CHUNK))
        replica.knows(await store.recent_roots(first_decidable(replica.booth.identity, store.size)))
        self._snapshot_size = 0 if snapshot is None else snapshot.size

    def keep(
        self,
        entries: Sequence[bytes],
        ids: Sequence[bytes],
        note: str,
        certificates: Sequence[bytes],
        kept: Callable[[int], None],
    ) -> None:
        """Write entries with their commands' ids soon; `kept(size)` is called when they are on disk."""
        self._entries.extend(entries)
        self._ids.extend(ids)
        self._certificates.extend(certificates)
        self._note = note
        self._kept = kept
        self._wake.set()

    def snapshot_soon(self, booth: Booth, frontier: Frontier) -> None:
        """As snapshot, behind the screen's back."""
        if frontier.size - self._snapshot_size >= SNAPSHOT_EVERY:
            task = asyncio.create_task(self.snapshot(booth, frontier), name="snapshot of the replica")
            self._snapshots.add(task)
            task.add_done_callback(self._snapshots.discard)

    async def snapshot(self, booth: Booth, frontier: Frontier, *, every: int = SNAPSHOT_EVERY) -> None:
        """Keep the state, if the last one that is kept is `every` entries old: the next start goes on from it."""
        if self._store is None or frontier.size - self._snapshot_size < every:
            return
        self._snapshot_size = frontier.size
        await self.flush()
        if self.problem is None:
            # In a thread: a large day's state takes long to encode, and it never changes under the encoder.
            state = await asyncio.to_thread(codec.encode_booth, booth)
            await self._store.save_snapshot(frontier.size, RULES, frontier, state)

    async def close(self) -> None:
        await asyncio.gather(*self._snapshots, return_exceptions=True)
        if self._task is not None:
            await self.flush()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._store is not None:
            await self._store.close()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self.flush()

    async def flush(self) -> None:
        """Write what waits, now."""
        async with self._flushing:
            await self._flush()

    async def _flush(self) -> None:
        store = self._store
        if store is None or self.problem is not None:
            return
        entries, self._entries = self._entries, []
        ids, self._ids = self._ids, []
        certificates, self._certificates = self._certificates, []
        note, self._note = self._note, ""
        if not entries and not certificates:
            return
        try:
            outcomes = [(id, store.size + at, None) for at, id in enumerate(ids)]
            await store.append(entries, outcomes, note or None, certificates)
        except SyncError as error:
            self.problem = KeeperFailed(why=str(error))
            return
        self._kept(store.size)
