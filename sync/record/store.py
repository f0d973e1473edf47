"""The record's one writer: a batch of entries, outcomes and a checkpoint becomes durable whole, or not at all."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec

from sync.keys.certificate import certificate_id
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, decode_body, line_name, note_body
from sync.record.faults import RecordBatchRefused, RecordCommitFailed
from sync.record.file import RecordFile, open_writer
from sync.record.merkle import Frontier, leaf_hash
from sync.record.reader import RecordReader, load_edge, pack_frontier, snapshot_digest

T = TypeVar("T")

# The frontier is stored each time the record passes a multiple of this. Opening then hashes at most so many leaves
# (about 2 ms here), and a commit does not write one more 4 KiB page to the SD card each time.
FRONTIER_EVERY = 1024


class Growth(msgspec.Struct, frozen=True):
    """What a record would become with some more entries, hashed once: for the checkpoint over it, and to be stored."""

    first: int
    rows: Sequence[tuple[int, bytes, bytes]]
    """Index, bytes and leaf hash of each entry."""
    frontier: Frontier
    root: bytes
    """The root with these entries."""


class RecordStore(RecordReader):
    """A record open for writing, by this process alone.

    After RecordCommitFailed nothing of the batch is visible here and every later write is refused: what reached the
    disk is unknown. The owner must close, stop and open again; the record then holds the batch whole or not at all,
    and a command's outcome says which, so that sending it again is safe.
    """

    def __init__(self, file: RecordFile, path: Path, origin: str, frontier: Frontier) -> None:
        """Use open()."""
        super().__init__(file, path, origin, frontier)
        self._writing = asyncio.Lock()
        self._failed: RecordCommitFailed | None = None
        self._newest: int | None = None  # size of the newest checkpoint
        self.on_cosigned: list[Callable[[CosignedCheckpoint], None]] = []
        """Told of each new cosignature that is kept, with the checkpoint under it."""

    @classmethod
    async def open(cls, path: Path | str, *, origin: str) -> RecordStore:
        """The record at this path, created if absent; RecordInUse, RecordForeign, RecordOtherOrigin, RecordUnusable."""
        path = Path(path)
        file = await open_writer(path, origin)
        store = cls(file, path, *await load_edge(file, path))
        note = await store.checkpoint()
        store._newest = None if note is None else decode_body(note_body(note)).size
        return store

    async def __aenter__(self) -> RecordStore:
        return self

    async def close(self) -> None:
        """Close the file, the write-ahead log emptied into it (so that no replaced bytes stay behind in the log)."""
        async with self._writing:
            try:
                if self._failed is None:
                    await self._run(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
            finally:
                await self._file.close()

    def growth(self, entries: Sequence[bytes]) -> Growth:
        """What append() would make of these entries now; nothing is changed."""
        first, frontier = self.size, self.frontier
        rows = [(first + at, body, leaf_hash(body)) for at, body in enumerate(entries)]
        for _, _, leaf in rows:
            frontier.append(leaf)
        return Growth(first, rows, frontier, frontier.root())

    async def append(
        self,
        entries: Sequence[bytes] | Growth,
        outcomes: Sequence[tuple[bytes, int | None, bytes | None]],
        checkpoint_note: str | None,
        certificates: Sequence[bytes] = (),
    ) -> None:
        """Store all of this in one transaction; it is on disk (fsync) when the call returns.

        Entries get the next indices in order; an outcome is (command id, entry index or None, refusal or None). The
        note must be about the record as it is with these entries. RecordBatchRefused: nothing stored, go on; also for a
        growth() of before, when the record was shorter.
        RecordCommitFailed: nothing visible, the store takes no more writes. A cancelled call still runs to its end.
        """
        await asyncio.shield(self._append(entries, outcomes, checkpoint_note, certificates))

    async def _append(
        self,
        entries: Sequence[bytes] | Growth,
        outcomes: Sequence[tuple[bytes, int | None, bytes | None]],
        note: str | None,
        certificates: Sequence[bytes],
    ) -> None:
        async with self._writing:
            grown = entries if isinstance(entries, Growth) else self.growth(entries)
            first, rows, frontier = grown.first, grown.rows, grown.frontier
            if first != self.size:
                raise RecordBatchRefused(reason="the record has grown meanwhile", size=self.size)
            if note is not None and _body(note) != Checkpoint(self.origin, frontier.size, grown.root):
                raise RecordBatchRefused(reason="the checkpoint is not about this record with this batch")
            replaced = self._newest if note is not None and self._newest != frontier.size else None

            def write(db: sqlite3.Connection) -> None:
                db.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)
                db.executemany("INSERT INTO outcome VALUES (?, ?, ?)", outcomes)
                if certificates:
                    _insert_certificates(db, certificates)
                if note is not None:
                    _put_checkpoint(db, frontier.size, note)
                if replaced is not None:
                    unsigned = "NOT EXISTS (SELECT 1 FROM cosignature WHERE size = ?1)"
                    db.execute(f"DELETE FROM checkpoint WHERE size = ?1 AND {unsigned}", (replaced,))
                if frontier.size // FRONTIER_EVERY > first // FRONTIER_EVERY:
                    db.execute("INSERT OR REPLACE INTO meta VALUES ('frontier', ?)", (pack_frontier(frontier),))

            await self._commit(write)  # the whole of this is shielded already
            self._frontier = frontier
            if note is not None:
                self._newest = frontier.size
            if self._tree is not None:
                for _, _, leaf in rows:
                    self._tree.append(leaf)

    async def add_cosignature(self, size: int, name: str, line: str, note: str | None = None) -> None:
        """Keep one cosignature line (its signature already checked) on the checkpoint of `size`.

        That checkpoint may have been replaced by newer ones while the cosigner worked: then `note` is its signed text,
        which is kept again if it is about this record (RecordBatchRefused otherwise).
        """
        await asyncio.shield(self._add_cosignature(size, name, line, note))

    async def _add_cosignature(self, size: int, name: str, line: str, note: str | None) -> None:
        held, stored, new = await self.checkpoint(size), False, False
        if held is None:
            if note is None:
                raise RecordBatchRefused(reason="no checkpoint of this size", size=size)
            await self._need_about(size, note)

        def write(db: sqlite3.Connection) -> None:
            nonlocal stored, new
            if held is None:
                db.execute("INSERT OR IGNORE INTO checkpoint VALUES (?, ?)", (size, note))
            elif db.execute("SELECT 1 FROM checkpoint WHERE size = ?", (size,)).fetchone() is None:
                return  # a commit between our look and now has put a newer one in its place
            new = db.execute("INSERT OR IGNORE INTO cosignature VALUES (?, ?, ?)", (size, name, line)).rowcount > 0
            stored = True

        async with self._writing:
            await self._write(write)
        if not stored:
            await self._add_cosignature(size, name, line, note)
        elif new:
            shown = CosignedCheckpoint(held or note or "", (line,))
            for listener in self.on_cosigned:
                listener(shown)

    async def put_cosigned(self, checkpoints: Sequence[CosignedCheckpoint]) -> None:
        """Keep checkpoints of this record with cosignatures (already checked) that somebody else has kept.

        RecordBatchRefused, and nothing stored, where one is not about this record.
        """
        for one in checkpoints:
            await self._need_about(one.size, one.note)

        def write(db: sqlite3.Connection) -> None:
            for one in checkpoints:
                db.execute("INSERT OR IGNORE INTO checkpoint VALUES (?, ?)", (one.size, one.note))
                rows = [(one.size, line_name(line), line) for line in one.cosignatures]
                db.executemany("INSERT OR IGNORE INTO cosignature VALUES (?, ?, ?)", rows)

        if checkpoints:
            async with self._writing:
                await self._write(write)

    async def _need_about(self, size: int, note: str) -> None:
        if size > self.size:
            raise RecordBatchRefused(reason="no checkpoint of this size", size=size)
        if _body(note) != Checkpoint(self.origin, size, await self.root(size)):
            raise RecordBatchRefused(reason="the checkpoint is not about this record", size=size)

    async def put_object(self, kind: str, body: bytes) -> bytes:
        """Keep a file that entries refer to; its SHA-256. The same bytes again change nothing."""
        digest = sha256(body).digest()
        async with self._writing:
            await self._write(
                lambda db: db.execute("INSERT OR IGNORE INTO object VALUES (?, ?, ?)", (digest, kind, body))
            )
        return digest

    async def put_certificates(self, certificates: Sequence[bytes]) -> None:
        """Keep encoded certificates; known ones change nothing."""
        async with self._writing:
            await self._write(lambda db: _insert_certificates(db, certificates))

    async def save_snapshot(self, size: int, rules: str, frontier: Frontier, state: bytes) -> None:
        """Replace the cached state; `frontier` is the one at `size`, which the record must have reached."""
        if frontier.size != size or size > self.size:
            raise ValueError("a snapshot is of a size that the record has reached, with the frontier there")
        packed = pack_frontier(frontier)
        kept = snapshot_digest(size, rules, packed, state) + state

        def write(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM snapshot")
            db.execute("INSERT INTO snapshot VALUES (?, ?, ?, ?)", (size, rules, packed, kept))

        async with self._writing:
            await self._write(write)

    async def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        await asyncio.shield(self._commit(work))  # a cancelled caller must not hide a failed commit from the next one

    async def _commit(self, work: Callable[[sqlite3.Connection], object]) -> None:
        if self._failed is not None:
            raise RecordCommitFailed(path=str(self._path), reason="an earlier commit failed") from self._failed
        try:
            await self._file.transact(work)
        except sqlite3.IntegrityError as fault:
            raise RecordBatchRefused(path=str(self._path), reason=str(fault)) from fault
        except sqlite3.Error as fault:
            self._failed = RecordCommitFailed(path=str(self._path), reason=str(fault))
            raise self._failed from fault


def _body(note: str) -> Checkpoint:
    return decode_body(note_body(note))


def _put_checkpoint(db: sqlite3.Connection, size: int, note: str) -> None:
    # A second note of the same size is the same statement signed again: replacing it keeps the cosignatures on it.
    query = "INSERT INTO checkpoint VALUES (?, ?) ON CONFLICT (size) DO UPDATE SET note = excluded.note"
    db.execute(query, (size, note))


def _insert_certificates(db: sqlite3.Connection, certificates: Sequence[bytes]) -> None:
    rows = [(certificate_id(one), one) for one in certificates]
    db.executemany("INSERT OR IGNORE INTO certificate VALUES (?, ?)", rows)
