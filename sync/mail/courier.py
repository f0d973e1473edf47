"""The courier: carries a record to the office in sealed envelopes that survive every cut, by wire or on a stick.

The outbox seals each batch once and keeps the sealed bytes until their receipt; place in the stream, envelope and how
far the record is sealed change in one transaction. Over a wire one envelope is under way at a time, so that after a
cut at most that one is sent again. A new stream begins only towards a fresh inbox offer of the receiver.

    sealed -> kept in outbox.sqlite -> sent, or written to a stick (stickfiles) -> Receipt -> forgotten
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sync import canonical
from sync.envelopes.envelope import DAY_MS, NO_PREVIOUS, OutStream, envelope_hash
from sync.envelopes.frame import Codec
from sync.errors import Malformed, SyncError
from sync.keys.certificate import certificate_id
from sync.keys.keys import Signer
from sync.mail.faults import CourierError, NoStream, OutboxDamaged, OutboxUnusable, RecordBehind, WrongReceipt
from sync.mail.offer import InboxOffer
from sync.messages import Receipt, Resume
from sync.record.batch import BATCH_BYTES, BATCH_ENTRIES, MEDIA_TYPE, BatchObject, RecordBatch, Witnessed, encode_batch
from sync.record.checkpoint import Checkpoint, decode_body, note_body, sign, verify_cosignature
from sync.record.file import RecordFile
from sync.record.merkle import Frontier, leaf_hash
from sync.record.reader import RecordReader, pack_frontier, unpack_frontier

FILE = "outbox.sqlite"
"""What a hub sends to the office, in its home."""

T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS stream(
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL, signer BLOB NOT NULL, offer BLOB NOT NULL, counter INTEGER NOT NULL, previous BLOB NOT NULL,
    frontier BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS envelope(
    counter INTEGER PRIMARY KEY, message BLOB NOT NULL, first INTEGER NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS carried(id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS receipt(size INTEGER PRIMARY KEY, note TEXT NOT NULL, line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS heard(one INTEGER PRIMARY KEY CHECK (one = 1), made_ms INTEGER NOT NULL);
"""


class Sealed(msgspec.Struct, frozen=True):
    """One envelope that waits for its receipt; with it the record reaches `size`, as `note` says."""

    stream: bytes
    counter: int
    message: bytes
    size: int
    note: str


class Acknowledged(msgspec.Struct, frozen=True):
    """What a receipt proves: the office holds the record of `size` and has cosigned its checkpoint."""

    size: int
    note: str
    line: str
    lists: tuple[bytes, ...] = ()
    """Root-signed lists that came with a receipt on a stick."""


class _Stream(msgspec.Struct, frozen=True):
    id: bytes
    signer: bytes
    offer: InboxOffer
    counter: int
    previous: bytes
    frontier: bytes


class Outbox:
    """The hub's side of the courier to one office; durable, for one process at a time."""

    def __init__(self, file: RecordFile, signer: Signer, deployment: bytes, record: str, origin: str) -> None:
        """Use open()."""
        self._file = file
        self._signer = signer
        self._deployment = deployment
        self.record = record
        """Name of the record that is carried."""
        self._origin = origin
        self._stream: _Stream | None = None
        self._carried: set[bytes] = set()
        self._changing = asyncio.Lock()
        self.acknowledged = 0
        """Size that the office has cosigned."""
        self._heard_ms = 0
        """When the newest that we know of the office was said, by its own clock."""

    @classmethod
    async def open(cls, path: Path | str, *, signer: Signer, deployment: bytes, record: str, origin: str) -> Outbox:
        """The outbox in this file, created if absent; OutboxDamaged, or OutboxUnusable (in use, a full disk, no rights)."""
        file = RecordFile(lambda: _connect(Path(path)))
        outbox = cls(file, signer, deployment, record, origin)
        try:
            await file
            await file.run(outbox._load)
        except BaseException as fault:
            await file.close()
            if file.stopping is not None:  # nothing of it may outlive this call
                await file.stopping
            if isinstance(fault, sqlite3.Error | OSError | Malformed | TypeError | ValueError):
                raise _named(fault, path) from fault
            raise
        return outbox

    async def close(self) -> None:
        """Close the file, a running change first."""
        async with self._changing:
            await self._file.close()

    @property
    def stream(self) -> bytes | None:
        """Id of the open stream (16 bytes), or None."""
        return None if self._stream is None else self._stream.id

    @property
    def sealed(self) -> int:
        """Size of the record up to which envelopes of this stream have been sealed."""
        return 0 if self._stream is None else unpack_frontier(self._stream.frontier).size

    async def waiting(self) -> list[int]:
        """Counters of the envelopes that have no receipt yet, oldest first."""
        return await self._file.run(
            lambda db: [row[0] for row in db.execute("SELECT counter FROM envelope ORDER BY counter")]
        )

    async def envelope(self, counter: int) -> Sealed | None:
        """The kept envelope at this place of the stream, the very bytes that were sealed once."""

        def row(db: sqlite3.Connection) -> Sealed | None:
            found = db.execute("SELECT message, size, note FROM envelope WHERE counter = ?", (counter,)).fetchone()
            return None if found is None or self._stream is None else Sealed(self._stream.id, counter, *found)

        return await self._file.run(row)

    async def fits(self, resume: Resume, now_ms: int) -> bool:
        """Whether this stream goes on from where the receiver stands; if not, a fresh offer and begin() are needed."""
        if self._stream is None or now_ms > self._stream.offer.not_after_ms:
            return False
        if now_ms - self._stream.offer.not_before_ms >= DAY_MS:
            return False  # a key is for its day: the receiver destroys it once we have a receipt under the next one
        if self._stream.signer != self._signer.public:
            return False  # our key has been replaced: what the old one signed is no envelope of ours any more
        return await self.follows(resume)

    async def follows(self, resume: Resume) -> bool:
        """Whether what waits in the open stream, or is sealed next, goes on from this place of the receiver's."""
        if self._stream is None:
            return False
        waiting = await self.waiting()
        if resume.stream != self._stream.id:
            # It has not seen this stream yet: its first envelope opens it, if it begins where the receiver stands.
            return waiting[:1] == [1] and await self._first(1) == resume.size
        next_ = waiting[0] if waiting else self._stream.counter + 1
        # It stands right before what waits, or has taken (some of) that already and its receipts were lost.
        if not next_ - 1 <= resume.counter <= self._stream.counter:
            return False
        # It took another envelope in this place: ours was sealed anew, on a disk that had gone back to before it.
        last = await self.envelope(resume.counter)
        ours = self._stream.previous if last is None else envelope_hash(last.message)
        return ours == resume.previous or (last is None and resume.counter < self._stream.counter)

    @property
    def opened_ms(self) -> int:
        """From when on the key that the open stream is sealed to counts (ms); 0 without a stream."""
        return 0 if self._stream is None else self._stream.offer.not_before_ms

    def open_for(self, signer: bytes, now_ms: int) -> bool:
        """Whether a stream is open under this key of ours, to a key of the receiver's that it still has."""
        return self._stream is not None and self._stream.signer == signer and now_ms <= self._stream.offer.not_after_ms

    async def edges(self) -> set[int]:
        """The sizes of the record at which an envelope without a receipt begins, or the next one will."""
        query = "SELECT first FROM envelope"
        return {self.sealed, *await self._file.run(lambda db: [int(row[0]) for row in db.execute(query)])}

    async def hear(self, made_ms: int, now_ms: int) -> bool:
        """Whether what the office said at this time of its clock is the newest that we know of it; remembered then."""
        return await self._whole(self._hear(made_ms, now_ms))

    async def _hear(self, made_ms: int, now_ms: int) -> bool:
        # More than a day ahead the office's clock was wrong, or ours is: such a time must not shut out what comes after.
        if made_ms < self._heard_ms <= now_ms + DAY_MS:
            return False
        await self._file.transact(lambda db: self._put_heard(db, made_ms))
        self._heard_ms = made_ms
        return True

    async def _first(self, counter: int) -> int:
        query = "SELECT first FROM envelope WHERE counter = ?"
        return int(await self._file.run(lambda db: db.execute(query, (counter,)).fetchone()[0]))

    async def begin(self, offer: InboxOffer, size: int, records: RecordReader) -> None:
        """Open a new stream to a fresh inbox, from `size` on; what waited under the old one is sealed anew."""
        await self._whole(self._begin(offer, size, records))

    async def _begin(self, offer: InboxOffer, size: int, records: RecordReader) -> None:
        if size > records.size:
            raise RecordBehind(record=self.record, here=records.size, there=size)
        frontier = Frontier()
        async for body in _entries(records, 0, size):
            frontier.append(leaf_hash(body))
        stream = _Stream(os.urandom(16), self._signer.public, offer, 0, NO_PREVIOUS, pack_frontier(frontier))

        def write(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM envelope")
            db.execute("DELETE FROM carried")
            self._put(db, stream)

        await self._file.transact(write)
        self._stream, self._carried = stream, set()

    async def seal(self, records: RecordReader, now_ms: int, *, witnesses: str | None = "") -> Sealed | None:
        """Seal the next batch of the record, keep it, and return it; None if all is sealed. NoStream without begin().

        Cosignatures go along, but those by the name `witnesses` (the receiver's own); None carries none this time.
        """
        return await self._whole(self._seal(records, now_ms, witnesses))

    async def _seal(self, records: RecordReader, now_ms: int, witnesses: str | None) -> Sealed | None:
        stream = self._stream
        if stream is None:
            raise NoStream(record=self.record)
        frontier = unpack_frontier(stream.frontier)
        first, end = frontier.size, records.size
        if first > end:
            raise RecordBehind(record=self.record, here=end, there=first)
        witnessed = [] if witnesses is None else await self._witnessed(records, end, witnesses)
        if first == end and not witnessed:
            return None
        entries: list[bytes] = []
        certificates = [one for one in await records.certificates() if certificate_id(one) not in self._carried]
        objects = [BatchObject(one.kind, one.body) for one in await records.objects() if one.hash not in self._carried]
        room = BATCH_BYTES - sum(len(one) for one in certificates) - sum(len(one.body) for one in objects)
        async for body in _entries(records, first, end):
            room -= len(body) + 5  # msgpack's own head of a byte string
            if entries and (room < 0 or len(entries) == BATCH_ENTRIES):
                break
            entries.append(body)
            frontier.append(leaf_hash(body))
        note = sign(Checkpoint(self._origin, frontier.size, frontier.root()), self._origin, self._signer)
        witnessed = [one for one in witnessed if decode_body(note_body(one.note)).size <= frontier.size]
        batch = RecordBatch(self.record, first, entries, note, certificates, objects, witnessed)
        out = OutStream(
            self._signer,
            self._deployment,
            [stream.offer.box],
            stream.offer.inbox,
            stream.id,
            stored=True,
            counter=stream.counter,
            previous=stream.previous,
        )
        body = encode_batch(batch)
        message = out.wrap(MEDIA_TYPE, body, first=first, count=len(entries), now_ms=now_ms, codec=Codec.ZLIB)
        after = _Stream(stream.id, stream.signer, stream.offer, out.counter, out.previous, pack_frontier(frontier))
        carried = {certificate_id(one) for one in certificates} | {_hash(one.body) for one in objects}
        carried |= {_hash(one.line.encode()) for one in witnessed}
        sealed = Sealed(stream.id, out.counter, message, frontier.size, note)

        def write(db: sqlite3.Connection) -> None:
            row = (sealed.counter, sealed.message, first, sealed.size, sealed.note)
            db.execute("INSERT INTO envelope VALUES (?, ?, ?, ?, ?)", row)
            db.executemany("INSERT OR IGNORE INTO carried VALUES (?)", [(one,) for one in carried])
            self._put(db, after)

        await self._file.transact(write)
        self._stream = after
        self._carried |= carried
        return sealed

    async def acknowledge(self, receipt: Receipt, name: str, key: bytes) -> Acknowledged:
        """Forget what this receipt is for, and all before it; WrongReceipt unless the office cosigned just that."""
        return await self._whole(self._acknowledge(receipt, name, key))

    async def _acknowledge(self, receipt: Receipt, name: str, key: bytes) -> Acknowledged:
        sealed = await self.envelope(receipt.counter)
        if sealed is None or receipt.stream != sealed.stream or receipt.size != sealed.size:
            raise WrongReceipt(why="envelope", counter=receipt.counter, size=receipt.size)
        try:
            said_ms = 1000 * verify_cosignature(sealed.note, receipt.line, name, key)
        except SyncError as error:
            raise WrongReceipt(why=error.code, size=receipt.size) from error
        heard_ms = max(self._heard_ms, said_ms)

        def write(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM envelope WHERE counter <= ?", (receipt.counter,))
            db.execute("DELETE FROM receipt")
            db.execute("INSERT INTO receipt VALUES (?, ?, ?)", (sealed.size, sealed.note, receipt.line))
            self._put_heard(db, heard_ms)

        await self._file.transact(write)
        self.acknowledged, self._heard_ms = sealed.size, heard_ms
        return Acknowledged(sealed.size, sealed.note, receipt.line, tuple(receipt.lists))

    async def last_acknowledged(self) -> Acknowledged | None:
        """The newest receipt, kept so that a crash before the record took the cosignature loses nothing."""

        def row(db: sqlite3.Connection) -> Acknowledged | None:
            found = db.execute("SELECT size, note, line FROM receipt").fetchone()
            return None if found is None else Acknowledged(*found)

        return await self._file.run(row)

    async def _whole(self, change: Coroutine[Any, Any, T]) -> T:
        """Run a change to its end, also when its caller is cancelled: memory and disk never say different things."""

        async def alone() -> T:
            async with self._changing:
                return await change

        return await asyncio.shield(alone())

    async def _witnessed(self, records: RecordReader, size: int, but: str) -> list[Witnessed]:
        found: list[Witnessed] = []
        for one in await records.cosignatures():
            if one.size > size or one.name == but or _hash(one.line.encode()) in self._carried:
                continue
            if len(found) == MOST_WITNESSED:
                break
            note = await records.checkpoint(one.size)
            if note is not None:
                found.append(Witnessed(note, one.name, one.line))
        return found

    def _load(self, db: sqlite3.Connection) -> None:
        row = db.execute("SELECT id, signer, offer, counter, previous, frontier FROM stream").fetchone()
        if row is not None:
            self._stream = _Stream(row[0], row[1], canonical.decode(row[2], InboxOffer), *row[3:])
        self._carried = {bytes(id) for (id,) in db.execute("SELECT id FROM carried")}
        newest = db.execute("SELECT size, note, line FROM receipt").fetchone()  # whole: damage is told at the opening
        self.acknowledged = 0 if newest is None else newest[0]
        self._heard_ms = db.execute("SELECT coalesce(max(made_ms), 0) FROM heard").fetchone()[0]

    def _put_heard(self, db: sqlite3.Connection, made_ms: int) -> None:
        db.execute("INSERT OR REPLACE INTO heard VALUES (1, ?)", (made_ms,))

    def _put(self, db: sqlite3.Connection, stream: _Stream) -> None:
        offer = canonical.encode(stream.offer)
        row = (stream.id, stream.signer, offer, stream.counter, stream.previous, stream.frontier)
        db.execute("INSERT OR REPLACE INTO stream VALUES (1, ?, ?, ?, ?, ?, ?)", row)


MOST_WITNESSED = 200
"""Cosignatures in one batch: about 500 bytes each with their note, so that they never crowd the entries out."""


async def _entries(records: RecordReader, first: int, end: int) -> AsyncIterator[bytes]:
    # A few hundred at a time: the record's writer is not kept waiting behind a long read.
    while first < end:
        bodies: Sequence[bytes] = await records.read(first, min(READ_AT_ONCE, end - first))
        for body in bodies:
            yield body
        first += len(bodies)


READ_AT_ONCE = 256


def _hash(data: bytes) -> bytes:
    return certificate_id(data)  # SHA-256, as for certificates: one set says what the receiver has


def _named(fault: BaseException, path: Path | str) -> CourierError:
    """What is wrong with the file, by what opening and reading it said."""
    code = (
        getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    )  # what reads, but as nothing of ours, is damaged
    damaged = not isinstance(fault, OSError) and code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return (OutboxDamaged if damaged else OutboxUnusable)(path=str(path), why=str(fault))


def _connect(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, isolation_level=None, timeout=0.25)
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # WAL: fsync at every commit; an envelope is durable before it is sent
        db.execute("PRAGMA secure_delete = ON")
        db.executescript(SCHEMA)
    except BaseException:
        db.close()
        raise
    return db
