"""The office's store: what the records' hubs sent, and where every stream stands. SQLite here, PostgreSQL by URL.

Everything that one batch brings becomes durable in one transaction (keep), so that a receipt is never ahead of it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import ExceptionContext, Table, delete, event, func, insert, select, update
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InternalError,
    InvalidRequestError,
    OperationalError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from hub.office import tables
from hub.office.officefile import connect
from hub.office.quarantine import Quarantine
from hub.office.tables import ENTRY_BITS
from sync.errors import SyncError
from sync.keys.certificate import certificate_id
from sync.keys.keys import BoxKey
from sync.mail.inbox import Inbox, Position
from sync.record.checkpoint import CosignedCheckpoint
from sync.record.merkle import Frontier
from sync.record.reader import pack_frontier, unpack_frontier

FILE = "office.sqlite"


class StoreConflict(SyncError):
    """Another receiver has stored something for this record meanwhile, or a command stands in it already."""

    code = "office.conflict"
    ja = "同じ記録が同時に書き込まれました。"
    en = "The record was changed by another receiver at the same time."
    todo_ja = "自動でやり直します。"
    todo_en = "It is tried again by itself."


class DatabaseFailed(SyncError):
    """The database cannot be read or written: a full disk, no rights, in use, not reachable. Nothing was half-stored."""

    code = "office.database"
    ja = "事務局のデータベースを読み書きできません。送り手はまだ自分の控えを持っています。"
    en = "The office's database cannot be read or written; whoever sends something still has it."
    todo_ja = "空き容量、ディスク、権限、データベースへの接続を確かめてください。直れば自動で続きます。"
    todo_en = (
        "Check free space, the disk, permissions and the way to the database; it goes on by itself once that is mended."
    )


class DatabaseDamaged(DatabaseFailed):
    """The database's file is damaged, or is none."""

    code = "office.database_damaged"
    ja = "事務局のデータベースが壊れています。ハブの記録はハブにあります。"
    en = "The office's database is damaged; the hubs' records are on the hubs."
    todo_ja = (
        "事務局を止め、このファイルを変更せずに保管し、管理者に知らせてください。バックアップがあれば戻してください。"
    )
    todo_en = "Stop the office, keep this file as it is and tell the manager; put a backup back if there is one."


class DatabaseUnknown(DatabaseFailed):
    """Nothing that is installed here speaks to such a database, or its address is none."""

    code = "office.database_unknown"
    ja = "この --database に話しかける部品がないか、アドレスの形が違います。"
    en = "Nothing is installed that speaks to this --database, or its address is malformed."
    todo_ja = (
        "--database を外せばSQLiteのファイルを使います。ほかのデータベースの部品（asyncpg など）は自分で入れます。"
    )
    todo_en = "Without --database an SQLite file is used; drivers of others (asyncpg) are yours to install."


class StoredRecord(msgspec.Struct, frozen=True):
    """What the office holds of one record, and the state it was folded to at `snapshot_size`."""

    no: int
    name: str
    size: int
    frontier: Frontier
    note: str
    line: str
    snapshot_size: int
    snapshot_rules: str
    snapshot: bytes


class DayCount(msgspec.Struct, frozen=True):
    """One day's counts as JSON, with the entry that opened the day and the record's size when they were derived."""

    opened_at: int
    date: str
    size: int
    counts: bytes


class Keep(msgspec.Struct, frozen=True):
    """All that one accepted batch changes."""

    no: int
    name: str
    before: int
    entries: Sequence[bytes]
    leaves: Sequence[bytes]
    commands: Iterable[bytes]
    """Of each entry its leaf hash and its command's id."""
    frontier: Frontier
    note: str
    name_of_cosigner: str
    line: str
    certificates: Sequence[bytes]
    objects: Sequence[tuple[bytes, str, bytes]]
    witnessed: Sequence[tuple[int, str, str, str]]
    """Other cosignatures: size, note, name, line."""
    snapshot: tuple[int, str, bytes] | None
    """Size, rules and state, where it is time for one."""
    counts: Sequence[DayCount]
    position: Position
    digest: bytes
    receipt: bytes
    now_ms: int


class OfficeStore:
    """The office's database; every method is one transaction, durable when it returns."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use open()."""
        self.engine = engine
        self.quarantine = Quarantine(engine)
        self._insert_entry = str(insert(tables.entry).compile(dialect=engine.dialect))

    @classmethod
    async def open(cls, url: str) -> OfficeStore:
        """The store at this SQLAlchemy URL, its tables made if absent; a path without a scheme is an SQLite file.

        DatabaseFailed and DatabaseDamaged here and from every method.
        """
        if "://" not in url:
            path = Path(url)
            await asyncio.to_thread(path.touch, 0o600)  # its owner alone reads it
            engine = create_async_engine(f"sqlite+aiosqlite:///{url}", async_creator=lambda: connect(path))
        else:
            try:
                engine = create_async_engine(url)
            except (ImportError, ArgumentError, InvalidRequestError, ValueError) as error:
                raise DatabaseUnknown(why=f"{type(error).__name__}: {error}") from error
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", _pragmas)
        event.listen(engine.sync_engine, "handle_error", _name)
        try:
            async with engine.begin() as db:
                await db.run_sync(tables.metadata.create_all)
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine)

    async def close(self) -> None:
        await self.engine.dispose()

    # ------------------------------------------------------------------ records

    async def records(self) -> list[str]:
        """Names of the records that are held, sorted."""
        async with self.engine.connect() as db:
            return list((await db.execute(select(tables.record.c.name).order_by(tables.record.c.name))).scalars())

    async def record(self, name: str) -> StoredRecord | None:
        """What is held of a record, or None."""
        async with self.engine.connect() as db:
            row = (await db.execute(select(tables.record).where(tables.record.c.name == name))).one_or_none()
        if row is None:
            return None
        return StoredRecord(
            row.no,
            row.name,
            row.size,
            unpack_frontier(row.frontier),
            row.note,
            row.line,
            row.snapshot_size,
            row.snapshot_rules,
            row.snapshot,
        )

    async def entries(self, no: int, first: int, count: int) -> list[bytes]:
        """Up to `count` entries of a record from index `first`."""
        key = tables.entry.c.key
        query = select(tables.entry.c.body).where(key.between(_key(no, first), _key(no, first + count - 1)))
        async with self.engine.connect() as db:
            return list((await db.execute(query.order_by(key))).scalars())

    async def leaves(self, no: int, first: int, end: int) -> list[bytes]:
        """The leaf hashes of entries first..end of a record."""
        key = tables.entry.c.key
        query = select(tables.entry.c.leaf).where(key.between(_key(no, first), _key(no, end) - 1)).order_by(key)
        async with self.engine.connect() as db:
            return list((await db.execute(query)).scalars())

    async def known_commands(self, no: int, ids: Sequence[bytes]) -> list[bytes]:
        """Those of these command ids that stand in an entry of the record already."""
        known: list[bytes] = []
        async with self.engine.connect() as db:
            for at in range(0, len(ids), ASKED_AT_ONCE):
                asked = [_command(no, id) for id in ids[at : at + ASKED_AT_ONCE]]
                query = select(tables.entry.c.command).where(tables.entry.c.command.in_(asked))
                known += [found[8:] for found in (await db.execute(query)).scalars()]
        return known

    async def certificates(self) -> list[bytes]:
        """Every certificate kept, sorted by id."""
        query = select(tables.certificate.c.body).order_by(tables.certificate.c.id)
        async with self.engine.connect() as db:
            return list((await db.execute(query)).scalars())

    async def objects(self) -> list[tuple[bytes, str, bytes]]:
        """Every object kept: hash, kind, body, sorted by hash."""
        async with self.engine.connect() as db:
            rows = await db.execute(select(tables.stored_object).order_by(tables.stored_object.c.hash))
            return [(row.hash, row.kind, row.body) for row in rows]

    async def checkpoint(self, no: int, size: int) -> str | None:
        """The hub's signed note over the first `size` entries of a record, if it is kept."""
        table = tables.checkpoint
        query = select(table.c.note).where(table.c.record == no, table.c.size == size)
        async with self.engine.connect() as db:
            return (await db.execute(query)).scalar_one_or_none()

    async def cosigned(self, no: int, after: int, last: int) -> list[CosignedCheckpoint]:
        """A record's checkpoints of sizes beyond `after` up to `last`, by size, with the cosignatures on them."""
        lines: dict[int, list[str]] = {}
        kept, notes = tables.cosignature, tables.checkpoint
        async with self.engine.connect() as db:
            where = (kept.c.record == no, kept.c.size > after, kept.c.size <= last)
            for row in await db.execute(select(kept).where(*where)):
                lines.setdefault(row.size, []).append(row.line)
            where = (notes.c.record == no, notes.c.size > after, notes.c.size <= last)
            rows = await db.execute(select(notes).where(*where).order_by(notes.c.size))
            return [CosignedCheckpoint(row.note, tuple(sorted(lines.get(row.size, ())))) for row in rows]

    async def counts(self, no: int) -> list[DayCount]:
        """The counts per day that have been derived, in order."""
        query = select(tables.count).where(tables.count.c.record == no).order_by(tables.count.c.opened_at)
        async with self.engine.connect() as db:
            return [DayCount(row.opened_at, row.date, row.size, row.counts) for row in await db.execute(query)]

    async def create(self, name: str, rules: str, state: bytes, now_ms: int) -> StoredRecord:
        """Begin to hold a record of this name; what is held if another receiver was first."""
        values = {
            "name": name,
            "size": 0,
            "frontier": pack_frontier(Frontier()),
            "note": "",
            "line": "",
            "snapshot_size": 0,
            "snapshot_rules": rules,
            "snapshot": state,
            "changed_ms": now_ms,
        }
        async with self.engine.begin() as db:
            await db.execute(tables.once(db, tables.record), values)
        made = await self.record(name)
        assert made is not None
        return made

    async def changed_ms(self, name: str) -> int:
        """When something of this record came last, by the office's clock; 0 if nothing did."""
        query = select(tables.record.c.changed_ms).where(tables.record.c.name == name)
        async with self.engine.connect() as db:
            return int((await db.execute(query)).scalar_one_or_none() or 0)

    async def set_apart(self, no: int, name: str) -> None:
        """Keep a record whole under another name: another history has its name from now on."""
        async with self.engine.begin() as db:
            await db.execute(update(tables.record).where(tables.record.c.no == no).values(name=name))

    async def keep(self, batch: Keep) -> None:
        """Store all of an accepted batch, or nothing; StoreConflict if the record is not where the batch begins."""
        try:
            async with self.engine.begin() as db:
                await self._keep(db, batch)
        except IntegrityError as error:
            raise StoreConflict(record=batch.name, why=str(error.orig)) from error

    async def _keep(self, db: AsyncConnection, batch: Keep) -> None:
        record = tables.record
        values: dict[str, Any] = {
            "size": batch.frontier.size,
            "frontier": pack_frontier(batch.frontier),
            "note": batch.note,
            "line": batch.line,
            "changed_ms": batch.now_ms,
        }
        if batch.snapshot is not None:
            size, rules, state = batch.snapshot
            values |= {"snapshot_size": size, "snapshot_rules": rules, "snapshot": state}
        # First, so that two receivers meet here: the second finds another size, and nothing of its batch is stored.
        changed = await db.execute(
            update(record).where(record.c.no == batch.no, record.c.size == batch.before).values(values)
        )
        if changed.rowcount != 1:
            raise StoreConflict(record=batch.name, size=batch.before)
        no, name = batch.no, batch.name_of_cosigner
        new = zip(batch.entries, batch.leaves, batch.commands, strict=True)
        rows = [
            (key, body, leaf, _command(no, command))
            for key, (body, leaf, command) in enumerate(new, _key(no, batch.before))
        ]
        if rows:
            await self._insert(db, rows)
        await self._add(
            db, tables.certificate, [{"id": certificate_id(one), "body": one} for one in batch.certificates]
        )
        objects = [{"hash": digest, "kind": kind, "body": body} for digest, kind, body in batch.objects]
        await self._add(db, tables.stored_object, objects)
        notes = {size: note for size, note, _, _ in batch.witnessed} | {batch.frontier.size: batch.note}
        await self._add(
            db, tables.checkpoint, [{"record": no, "size": size, "note": note} for size, note in notes.items()]
        )
        lines = [(size, by, line) for size, _, by, line in batch.witnessed] + [(batch.frontier.size, name, batch.line)]
        await self._add(
            db,
            tables.cosignature,
            [{"record": no, "size": size, "name": by, "line": line} for size, by, line in lines],
        )
        for one in batch.counts:
            where = (tables.count.c.record == no, tables.count.c.opened_at == one.opened_at)
            await db.execute(delete(tables.count).where(*where))
            fields = {"opened_at": one.opened_at, "date": one.date, "size": one.size, "counts": one.counts}
            await db.execute(insert(tables.count), {"record": no, **fields})
        await self._put_position(db, batch.position)
        await db.execute(insert(tables.taken), {"digest": batch.digest, "receipt": batch.receipt})

    async def _insert(self, db: AsyncConnection, rows: list[tuple[int, bytes, bytes, bytes]]) -> None:
        """Insert entries' rows, in the order of the table's columns.

        The driver gets them as they are: SQLAlchemy's own way makes several dicts of each, 3 to 8 of a row's 9 to 15 µs.
        """
        if self.engine.dialect.positional:
            await db.exec_driver_sql(self._insert_entry, rows)
        else:  # a driver that takes its parameters by name
            names = [column.name for column in tables.entry.columns]
            await db.exec_driver_sql(self._insert_entry, [dict(zip(names, row, strict=True)) for row in rows])

    # ------------------------------------------------------------------ streams and inboxes

    async def receipt(self, digest: bytes) -> bytes | None:
        """The receipt that the envelope with this SHA-256 was answered with, or None."""
        query = select(tables.taken.c.receipt).where(tables.taken.c.digest == digest)
        async with self.engine.connect() as db:
            return (await db.execute(query)).scalar_one_or_none()

    async def position(self, sender: bytes, stream: bytes | None) -> Position | None:
        """The position in a sender's stream; None as stream means the sender's newest one."""
        query = select(tables.stream).where(tables.stream.c.sender == sender)
        if stream is not None:
            query = query.where(tables.stream.c.id == stream)
        async with self.engine.connect() as db:
            row = (await db.execute(query.order_by(tables.stream.c.opened.desc()).limit(1))).one_or_none()
        return None if row is None else Position(row.id, row.sender, row.inbox, row.counter, row.previous)

    async def _put_position(self, db: AsyncConnection, position: Position) -> None:
        stream = tables.stream
        values = {"counter": position.counter, "previous": position.previous}
        # The place it comes from is checked here once more: of two receivers with the same envelope one is too late.
        place = (stream.c.id == position.stream, stream.c.counter == position.counter - 1)
        changed = await db.execute(update(stream).where(*place).values(values))
        if changed.rowcount == 1:
            return
        opened = select(func.count()).select_from(stream).where(stream.c.sender == position.sender)
        values |= {"id": position.stream, "sender": position.sender, "inbox": position.inbox}
        await db.execute(insert(stream), {**values, "opened": (await db.execute(opened)).scalar_one()})

    async def inboxes(self) -> list[Inbox]:
        """Our inboxes, the newest first."""
        query = select(tables.inbox).order_by(tables.inbox.c.not_before_ms.desc(), tables.inbox.c.id)
        async with self.engine.connect() as db:
            rows = await db.execute(query)
            return [Inbox(row.id, BoxKey(row.private), row.not_before_ms, row.not_after_ms) for row in rows]

    async def change_inboxes(self, new: Inbox, past_ms: int) -> None:
        """Add an inbox and destroy the keys of those whose last moment lies before `past_ms`."""
        async with self.engine.begin() as db:
            await db.execute(delete(tables.inbox).where(tables.inbox.c.not_after_ms < past_ms))
            times = {"not_before_ms": new.not_before_ms, "not_after_ms": new.not_after_ms}
            await db.execute(insert(tables.inbox), {"id": new.id, "private": new.box.private, **times})
        await self._forget_log()

    async def destroy_left(self, newest: Inbox) -> bool:
        """Destroy the keys that streams were sealed to and that every sender has left for a newer one; whether any was.

        The newest stays, and one that nobody has used yet may be on a stick: that one ends with its last moment.
        """
        inbox, stream = tables.inbox, tables.stream
        last = select(stream.c.sender, func.max(stream.c.opened).label("opened")).group_by(stream.c.sender).subquery()
        in_use = select(stream.c.inbox).join(
            last, (stream.c.sender == last.c.sender) & (stream.c.opened == last.c.opened)
        )
        left = (inbox.c.id != newest.id, inbox.c.id.in_(select(stream.c.inbox)), inbox.c.id.not_in(in_use))
        async with self.engine.begin() as db:
            destroyed = (await db.execute(delete(inbox).where(*left))).rowcount
        if destroyed:
            await self._forget_log()
        return bool(destroyed)

    async def used_destroyed_key(self, sender: bytes) -> bool:
        """Whether a stream of this sender was sealed to a key that has been destroyed."""
        stream = tables.stream
        gone = stream.c.inbox.not_in(select(tables.inbox.c.id))
        async with self.engine.connect() as db:
            query = select(func.count()).select_from(stream).where(stream.c.sender == sender, gone)
            return bool((await db.execute(query)).scalar_one())

    async def _forget_log(self) -> None:
        """secure_delete overwrites a key in the database; SQLite's log still has the page it stood on, and is emptied."""
        if self.engine.dialect.name == "sqlite":
            async with self.engine.connect() as db:
                await db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _add(self, db: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await db.execute(tables.once(db, table), rows)


ASKED_AT_ONCE = 500
"""SQLite before 3.32 allows 999 parameters in one statement."""


def _key(no: int, index: int) -> int:
    return no << ENTRY_BITS | index


def _command(no: int, id: bytes) -> bytes:
    return no.to_bytes(8, "big") + id


def _name(context: ExceptionContext) -> None:
    """Raise what the machine under the database did wrong by its name; what a statement did wrong stays as it is."""
    fault, original = context.sqlalchemy_exception, context.original_exception
    if not isinstance(fault, OperationalError | InternalError | InterfaceError) and type(fault) is not DatabaseError:
        return
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF  # the primary code; the rest says where inside SQLite
    damaged = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    raise (DatabaseDamaged if damaged else DatabaseFailed)(why=str(original)) from fault


def _pragmas(connection: sqlite3.Connection, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # in WAL mode: fsync at every commit
    cursor.execute("PRAGMA secure_delete = ON")  # a destroyed inbox key and a delivered mail are overwritten
    cursor.execute("PRAGMA busy_timeout = 10000")  # ms; `office counts` reads while the daemon writes
    cursor.close()


def json_of(value: object) -> bytes:
    """JSON with sorted keys: the same counts are the same bytes."""
    return msgspec.json.encode(value, order="sorted")
