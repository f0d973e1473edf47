"""The SQLite file under a record: its schema, its one writer's lock, and what makes a commit durable."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import aiosqlite

from sync.record.faults import (
    RecordDamaged,
    RecordFault,
    RecordForeign,
    RecordInUse,
    RecordOtherOrigin,
    RecordUnusable,
)

T = TypeVar("T")

RECORD = "record.sqlite"
"""A hub's record, in its home."""
REPLICA = "replica.sqlite"
"""A terminal's copy of it, in the terminal's."""

APPLICATION_ID = 0x444D444F  # "DMDO" in ASCII: file(1) and a careless copy can tell our files from others
SCHEMA_VERSION = 1

# A second opener gives up after this long. Not 0: two openers that start at the same instant may each see the other's
# first shared lock, and one of them must still get through. Not seconds: a person waits for the answer.
LOCK_WAIT_S = 0.25

SCHEMA = """
CREATE TABLE entry(
    idx INTEGER PRIMARY KEY CHECK (idx >= 0),
    body BLOB NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32));
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TABLE outcome(
    command_id BLOB PRIMARY KEY,
    idx INTEGER REFERENCES entry(idx),
    refusal BLOB,
    CHECK ((idx IS NULL) <> (refusal IS NULL))) WITHOUT ROWID;
CREATE TABLE checkpoint(size INTEGER PRIMARY KEY CHECK (size >= 0), note TEXT NOT NULL);
CREATE TABLE cosignature(
    size INTEGER NOT NULL REFERENCES checkpoint(size),
    name TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, name, line)) WITHOUT ROWID;
CREATE TABLE certificate(id BLOB PRIMARY KEY CHECK (length(id) = 32), body BLOB NOT NULL);
CREATE TABLE object(hash BLOB PRIMARY KEY CHECK (length(hash) = 32), kind TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE snapshot(size INTEGER NOT NULL, rules TEXT NOT NULL, frontier BLOB NOT NULL, state BLOB NOT NULL);
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""


class RecordFile(aiosqlite.Connection):
    """One connection whose every use is one uninterrupted function call in its thread.

    Statement by statement, other tasks could read between BEGIN and COMMIT and see what is not durable yet, and a
    cancelled task could leave a transaction open. One call per transaction rules both out, and costs half the CPU.
    """

    stopping: asyncio.Future[object] | None = None

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, iter_chunk_size=64)  # the chunk size of row-wise iteration, which is not used
        # Whoever fails to close it must not keep the program from ending, which nobody would see: no commit is lost that
        # somebody was told of.
        self._thread.daemon = True

    def stop(self) -> asyncio.Future[object] | None:
        """Stop the thread; `stopping` is done when it has stopped, which the base class tells only its close()."""
        self.stopping = super().stop()
        return self.stopping

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of work(connection), which runs alone in the connection's thread."""
        return cast(T, await self._execute(work, self._conn))  # type: ignore[no-untyped-call]

    async def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As run(), in one transaction: all of it is durable on return, or an exception comes and none is visible."""

        def whole(db: sqlite3.Connection) -> T:
            db.execute("BEGIN IMMEDIATE")
            try:
                result = work(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # some failures of COMMIT have already rolled back
                    db.execute("ROLLBACK")
                raise
            return result

        return await self.run(whole)


async def open_writer(path: Path, origin: str) -> RecordFile:
    """The record's file, created if absent, locked for this process alone until it is closed."""

    def connect() -> sqlite3.Connection:
        _create_private(path)
        db = _connect(path, "mode=rw")
        try:
            # Exclusive locking is SQLite's own, so it works the same on Windows; the process's death releases it, and
            # the WAL's index then lives in memory, so that no -shm file is left to mislead anybody.
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            if _is_empty(db):
                for statement in _statements(SCHEMA):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                db.execute("INSERT INTO meta VALUES ('origin', ?)", (origin.encode(),))
            _check_ours(db, path)
            _check_origin(db, path, origin)
            db.execute("COMMIT")
            mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            if mode != "wal":
                raise RecordUnusable(path=str(path), reason=f"journal_mode {mode}, not wal")
            db.execute("PRAGMA synchronous = FULL")  # in WAL mode: fsync at every commit (NORMAL only at checkpoints)
            db.execute("PRAGMA secure_delete = ON")  # a replaced snapshot or a removed row is overwritten with zeros
            db.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            db.close()
            raise
        return db

    return await _connected(path, connect)


async def open_reader(path: Path) -> RecordFile:
    """The record's file for reading only, while no writer runs.

    The file and its log are not changed; SQLite leaves an empty -wal and a -shm beside it, which mean nothing.
    """

    def connect() -> sqlite3.Connection:
        if not path.is_file():
            raise RecordUnusable(path=str(path), reason="no such file")
        try:
            db = _connect(path, "mode=ro")
            db.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as fault:
            wal = path.with_name(path.name + "-wal")
            if getattr(fault, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            if wal.exists() and wal.stat().st_size > 0:
                # Reading on without the log would quietly show less than was recorded.
                raise RecordUnusable(path=str(path), reason="entries wait in the -wal file") from fault
            db = _connect(path, "immutable=1")  # a read-only medium: no lock can be taken and none is needed
        try:
            _check_ours(db, path)
        except BaseException:
            db.close()
            raise
        return db

    return await _connected(path, connect)


def _connect(path: Path, how: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, timeout=LOCK_WAIT_S)
    db.execute("PRAGMA trusted_schema = OFF")  # an auditor opens files that others made
    db.execute("PRAGMA cell_size_check = ON")
    db.execute("PRAGMA temp_store = MEMORY")  # no copies of rows in temporary files
    return db


async def _connected(path: Path, connect: Callable[[], sqlite3.Connection]) -> RecordFile:
    file = RecordFile(connect)
    try:
        await file
    except sqlite3.DatabaseError as fault:
        raise named(fault, path) from fault
    finally:
        if file.stopping is not None:  # the connection failed: nothing of it may outlive this call
            await file.stopping
    return file


def named(fault: sqlite3.DatabaseError, path: Path) -> RecordFault:
    """The record's own error for what SQLite said while opening or reading."""
    # The primary code; the rest says where inside SQLite. Python's own complaint (a text that is no UTF-8) has none.
    code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return RecordInUse(path=str(path))
    if code == sqlite3.SQLITE_NOTADB:
        return RecordForeign(path=str(path), reason=str(fault))
    if code == sqlite3.SQLITE_CORRUPT:
        return RecordDamaged(path=str(path), reason=str(fault))
    return RecordUnusable(path=str(path), reason=str(fault))


def _create_private(path: Path) -> None:
    # Readable by the owner only; SQLite gives the -wal file the same mode. An existing file is not opened here:
    # closing a second descriptor would drop POSIX locks that this process may hold on it.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except OSError as fault:
        raise RecordUnusable(path=str(path), reason=str(fault)) from fault


def _statements(script: str) -> list[str]:
    # executescript() would commit first; the schema has to be in the same transaction as the marks that name it.
    statements, text = [], ""
    for line in script.strip().splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return statements


def _is_empty(db: sqlite3.Connection) -> bool:
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return tables == 0 and _pragma(db, "application_id") == 0 and _pragma(db, "user_version") == 0


def _check_ours(db: sqlite3.Connection, path: Path) -> None:
    found = (_pragma(db, "application_id"), _pragma(db, "user_version"))
    if found != (APPLICATION_ID, SCHEMA_VERSION):
        raise RecordForeign(path=str(path), reason=f"application id {found[0]:#x}, schema {found[1]}")


def _check_origin(db: sqlite3.Connection, path: Path, origin: str) -> None:
    found = origin_of(db)
    if found != origin:
        raise RecordOtherOrigin(path=str(path), found=found, asked=origin)


def origin_of(db: sqlite3.Connection) -> str:
    """The origin (C2SP checkpoint's first line) this record was created with."""
    row = db.execute("SELECT value FROM meta WHERE key = 'origin'").fetchone()
    if row is None:
        raise RecordDamaged(reason="no origin")
    return bytes(row[0]).decode()


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return cast(int, db.execute(f"PRAGMA {name}").fetchone()[0])
