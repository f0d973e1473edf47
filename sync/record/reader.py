"""Reading a record from its file: entries, outcomes, checkpoints, what they refer to, and Merkle proofs."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

import msgspec

from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, decode_body, note_body
from sync.record.faults import RecordDamaged
from sync.record.file import RecordFile, named, open_reader, origin_of
from sync.record.merkle import Frontier, Tree, leaf_hash
from sync.record.recent import RecentRoots

T = TypeVar("T")

log = logging.getLogger(__name__)

# Entries per read while walking the record: about 200 KiB of bodies, so that a walk over a year neither holds much
# memory nor keeps a commit waiting behind it for more than some milliseconds.
CHUNK = 256
LEAF_CHUNK = (
    1024  # leaf hashes per step while the tree is first built: 3 ms of hashing here between two looks at the loop
)
ASKED_AT_ONCE = 500  # SQLite before 3.32 allows 999 parameters in one statement


class Outcome(msgspec.Struct, frozen=True):
    """What a command first led to: the index of its entry, or the refusal's bytes; exactly one of them."""

    index: int | None
    refusal: bytes | None


class Cosignature(msgspec.Struct, frozen=True):
    """One cosignature/v1 line on the checkpoint of `size`."""

    size: int
    name: str
    line: str


class StoredObject(msgspec.Struct, frozen=True):
    """A file that entries refer to by its SHA-256: a profile, the deployment."""

    hash: bytes
    kind: str
    body: bytes


NOBODY: Mapping[str, int] = {}
"""Of nobody is any cosignature known."""

DIGEST_BYTES = 32


def snapshot_digest(size: int, rules: str, frontier: bytes, state: bytes) -> bytes:
    """What stands before a snapshot's state in its row: a card that has turned one bit of it must not be believed.

    Entries are in the tree, but nothing else covers the state; one that had lost a ticket issued its number twice, and the
    record no longer held.
    """
    return sha256(f"demado snapshot\n{size}\n{rules}\n".encode() + sha256(frontier).digest() + state).digest()


class Snapshot(msgspec.Struct, frozen=True):
    """A cached state after `size` entries, with the tree's right edge there."""

    size: int
    rules: str
    frontier: Frontier
    state: bytes


class RecordReader:
    """A record as it stands on disk. Everything it shows is durable; one call sees one moment."""

    def __init__(self, file: RecordFile, path: Path, origin: str, frontier: Frontier) -> None:
        """Use open_readonly() or RecordStore.open()."""
        self._file = file
        self._path = path
        self._origin = origin
        self._frontier = frontier
        self._tree: Tree | None = None
        self._building = asyncio.Lock()

    @property
    def origin(self) -> str:
        """The checkpoint origin this record was created with."""
        return self._origin

    @property
    def size(self) -> int:
        """Number of durable entries; the next entry's index."""
        return self._frontier.size

    @property
    def frontier(self) -> Frontier:
        """The tree's right edge at `size`, as a copy of its own."""
        return self._frontier.copy()

    async def close(self) -> None:
        """Close the file; the reader cannot be used afterwards."""
        await self._file.close()

    async def __aenter__(self) -> RecordReader:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def read(self, first: int, count: int) -> list[bytes]:
        """Up to `count` entries from index `first`, fewer at the end; RecordDamaged if one does not match its leaf."""
        bodies, _ = await self.read_hashed(first, count)
        return bodies

    async def read_hashed(self, first: int, count: int) -> tuple[list[bytes], list[bytes]]:
        """As read, with the leaf hash that was made of each: who goes on to check a record need not make it again."""
        end = min(first + count, self.size)

        def rows(db: sqlite3.Connection) -> list[tuple[int, bytes, bytes]]:
            query = "SELECT idx, body, leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"
            return db.execute(query, (first, end)).fetchall()

        read = await self._run(rows)
        bodies, leaves = [body for _, body, _ in read], [leaf for _, _, leaf in read]
        if [index for index, _, _ in read] != list(range(first, end)) or list(map(leaf_hash, bodies)) != leaves:
            sound = (index == first + at and leaf_hash(body) == leaf for at, (index, body, leaf) in enumerate(read))
            raise RecordDamaged(path=str(self._path), index=first + sum(takewhile(bool, sound)))
        return bodies, leaves

    async def entries(self, first: int = 0) -> AsyncIterator[bytes]:
        """Every entry from index `first` up to the size at the first step, in order, a few hundred at a time."""
        end = self.size
        for start in range(first, end, CHUNK):
            for body in await self.read(start, min(CHUNK, end - start)):
                yield body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.entries()

    async def outcome(self, command_id: bytes) -> Outcome | None:
        """What this command first led to, or None if the record does not know it."""
        return (await self.outcomes([command_id])).get(command_id)

    async def outcomes(self, command_ids: Sequence[bytes]) -> dict[bytes, Outcome]:
        """The first outcomes of those commands that the record knows."""

        def rows(db: sqlite3.Connection) -> dict[bytes, Outcome]:
            found: dict[bytes, Outcome] = {}
            for start in range(0, len(command_ids), ASKED_AT_ONCE):
                asked = command_ids[start : start + ASKED_AT_ONCE]
                marks = ",".join("?" * len(asked))
                query = f"SELECT command_id, idx, refusal FROM outcome WHERE command_id IN ({marks})"
                found.update((key, Outcome(index, refusal)) for key, index, refusal in db.execute(query, asked))
            return found

        return await self._run(rows) if command_ids else {}

    async def command_ids(self) -> list[bytes]:
        """The ids of the commands that became entries, in the record's order."""
        query = "SELECT command_id FROM outcome WHERE idx IS NOT NULL ORDER BY idx"
        return await self._run(lambda db: [bytes(id) for (id,) in db.execute(query)])

    async def checkpoint(self, size: int | None = None) -> str | None:
        """The newest signed note, or the one kept for that size; None if there is none."""

        def row(db: sqlite3.Connection) -> str | None:
            if size is None:
                found = db.execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
            else:
                found = db.execute("SELECT note FROM checkpoint WHERE size = ?", (size,)).fetchone()
            return None if found is None else str(found[0])

        return await self._run(row)

    async def checkpoints(self) -> list[str]:
        """Every note that is kept, by size: those with cosignatures, and the newest."""
        return await self._run(
            lambda db: [str(note) for (note,) in db.execute("SELECT note FROM checkpoint ORDER BY size")]
        )

    async def cosignatures(self, size: int | None = None) -> list[Cosignature]:
        """The cosignatures on the checkpoint of that size (on all of them by default), sorted."""

        def rows(db: sqlite3.Connection) -> list[Cosignature]:
            query = "SELECT size, name, line FROM cosignature WHERE ?1 IS NULL OR size = ?1 ORDER BY size, line"
            return [Cosignature(*row) for row in db.execute(query, (size,))]

        return await self._run(rows)

    async def cosigned(self, above: Mapping[str, int] = NOBODY) -> list[CosignedCheckpoint]:
        """The checkpoints that somebody has cosigned, by size; of each name only what is beyond its size in `above`."""

        def rows(db: sqlite3.Connection) -> list[tuple[int, str, str, str]]:
            query = (
                "SELECT size, note, name, line FROM cosignature JOIN checkpoint USING (size)"
                " WHERE size > ? ORDER BY size, line"
            )
            # Of somebody who is not named in it, everything is new.
            names = {str(name) for (name,) in db.execute("SELECT DISTINCT name FROM cosignature")}
            lowest = min((above.get(name, 0) for name in names), default=0)
            return db.execute(query, (lowest,)).fetchall()

        lines: dict[int, tuple[str, list[str]]] = {}
        for size, note, name, line in await self._run(rows):
            if size > above.get(name, 0):
                lines.setdefault(size, (note, []))[1].append(line)
        return [CosignedCheckpoint(note, tuple(found)) for note, found in lines.values()]

    async def cosigned_up_to(self) -> dict[str, int]:
        """The name of each who has cosigned this record, and the largest size."""
        query = "SELECT name, MAX(size) FROM cosignature GROUP BY name"
        return await self._run(lambda db: {str(name): int(size) for name, size in db.execute(query)})

    async def certificates(self) -> list[bytes]:
        """Every certificate's encoded bytes, sorted by id."""
        return await self._run(
            lambda db: [bytes(body) for (body,) in db.execute("SELECT body FROM certificate ORDER BY id")]
        )

    async def objects(self) -> list[StoredObject]:
        """Every object, sorted by hash."""
        query = "SELECT hash, kind, body FROM object ORDER BY hash"
        return await self._run(lambda db: [StoredObject(*row) for row in db.execute(query)])

    async def load_snapshot(self, rules: str) -> Snapshot | None:
        """The newest snapshot made under these rules, if the record still continues it; a cache, hence None if not."""

        def rows(db: sqlite3.Connection) -> tuple[int, bytes, bytes] | None:
            query = "SELECT size, frontier, state FROM snapshot WHERE rules = ? ORDER BY size DESC LIMIT 1"
            found = db.execute(query, (rules,)).fetchone()
            return None if found is None else (int(found[0]), bytes(found[1]), bytes(found[2]))

        found = await self._run(rows)
        if found is None or found[0] > self.size:
            return None
        try:
            frontier = unpack_frontier(found[1])
        except (msgspec.MsgspecError, ValueError):
            return None
        ahead = frontier.copy()
        for leaf in await self._leaves(ahead.size, self.size):
            ahead.append(leaf)
        if frontier.size != found[0] or ahead.hashes != self._frontier.hashes:
            return None
        digest, state = found[2][:DIGEST_BYTES], found[2][DIGEST_BYTES:]
        if digest != snapshot_digest(found[0], rules, found[1], state):
            log.warning("a snapshot's bytes have changed on this disk: everything is folded again from the entries")
            return None
        return Snapshot(found[0], rules, frontier, state)

    async def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """RFC 6962 2.1.1 audit path of entry `index` in the tree of `size`; IndexError outside the record."""
        size = self.size if size is None else size
        return (await self._whole_tree()).inclusion_proof(index, size)

    async def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """RFC 6962 2.1.2 proof that the tree of `old` entries begins that of `new`; IndexError outside the record."""
        new = self.size if new is None else new
        return (await self._whole_tree()).consistency_proof(old, new)

    async def root(self, size: int | None = None) -> bytes:
        """The Merkle root over the first `size` entries (all by default); IndexError if there are fewer."""
        if size is None or size == self.size:
            return self._frontier.root()
        return (await self._whole_tree()).root(size)

    async def recent_roots(self, first: int) -> RecentRoots:
        """The roots at every size from `first` on; IndexError if the record is smaller."""
        if first == self.size:  # as at most starts: no tree is built for it
            return RecentRoots(self._frontier)
        return RecentRoots((await self._whole_tree()).edge(first), await self._leaves(first, self.size))

    async def _whole_tree(self) -> Tree:
        # Built from the stored leaf hashes at the first proof (64 bytes an entry), kept up to date by append after that.
        async with self._building:
            if self._tree is None:
                tree = Tree()
                while tree.size < self.size:
                    tree.extend(await self._leaves(tree.size, min(self.size, tree.size + LEAF_CHUNK)))
                if tree.root() != self._frontier.root():
                    raise RecordDamaged(path=str(self._path), reason="leaves and frontier differ")
                self._tree = tree
            return self._tree

    async def _leaves(self, first: int, end: int) -> list[bytes]:
        return await self._run(lambda db: leaves(db, self._path, first, end))

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._file.run(work)
        except sqlite3.DatabaseError as fault:
            raise named(fault, self._path) from fault


async def open_readonly(path: Path | str) -> RecordReader:
    """The record at this path, for verifying and exporting while no writer runs (RecordInUse otherwise)."""
    path = Path(path)
    file = await open_reader(path)
    return RecordReader(file, path, *await load_edge(file, path))


async def load_edge(file: RecordFile, path: Path) -> tuple[str, Frontier]:
    """The record's origin and its frontier, from the stored frontier and the leaves after it; closes on failure."""

    def edge(db: sqlite3.Connection) -> tuple[str, Frontier]:
        origin = origin_of(db)
        stored = db.execute("SELECT value FROM meta WHERE key = 'frontier'").fetchone()
        try:
            frontier = Frontier() if stored is None else unpack_frontier(stored[0])
        except (msgspec.MsgspecError, ValueError) as fault:
            raise RecordDamaged(path=str(path), reason="stored frontier") from fault
        end = db.execute("SELECT coalesce(max(idx) + 1, 0) FROM entry").fetchone()[0]
        for leaf in leaves(db, path, frontier.size, end):
            frontier.append(leaf)
        _check_newest(db, path, origin, frontier)
        return origin, frontier

    try:
        return await file.run(edge)
    except BaseException as fault:
        await file.close()
        if isinstance(fault, sqlite3.DatabaseError):
            raise named(fault, path) from fault
        raise


def leaves(db: sqlite3.Connection, path: Path, first: int, end: int) -> list[bytes]:
    """The leaf hashes of entries first..end; RecordDamaged at a gap."""
    found: list[bytes] = []
    query = "SELECT idx, leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"
    for index, leaf in db.execute(query, (first, end)):
        if index != first + len(found):
            break
        found.append(bytes(leaf))
    if len(found) != end - first:
        raise RecordDamaged(path=str(path), index=first + len(found))
    return found


def _check_newest(db: sqlite3.Connection, path: Path, origin: str, frontier: Frontier) -> None:
    row = db.execute("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    if row is None:
        return
    shown = decode_body(note_body(row[1]))
    known = row[0] < frontier.size or shown == Checkpoint(origin, frontier.size, frontier.root())
    if shown.size != row[0] or not known:
        raise RecordDamaged(path=str(path), reason="the newest checkpoint is about another record", size=row[0])


def pack_frontier(frontier: Frontier) -> bytes:
    """The bytes a frontier is stored as: msgpack [size, hashes side by side]."""
    return msgspec.msgpack.encode((frontier.size, b"".join(frontier.hashes)))


def unpack_frontier(stored: bytes) -> Frontier:
    """The frontier in these bytes; msgspec.MsgspecError or ValueError if there is none."""
    size, hashes = msgspec.msgpack.decode(stored, type=tuple[int, bytes])
    return Frontier(size, [hashes[at : at + 32] for at in range(0, len(hashes), 32)])
