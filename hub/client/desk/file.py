"""What a desk may not forget: the checkpoint it believed last, the entries that ask for something, answers on their way.

One small SQLite file in the desk's home. Each call is durable when it returns (synchronous=FULL); a desk makes a few a
minute, so they are made in place and not on a thread of their own.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec

from hub.client.proof.evidence import keep_evidence
from hub.client.proof.witness import Seen
from sync.errors import SyncError
from sync.record.command import Signed

FILE = "desk.sqlite"


class Answer(msgspec.Struct, frozen=True):
    """A signed command that the hub has not answered yet; sent again under its id until it does."""

    id: bytes
    about: int
    """The request or transfer that it answers; -1 for an attendance."""
    signed: Signed
    certificates: list[bytes]
    size: int = 0
    line: str = ""
    """The desk's cosignature of the checkpoint of `size`, for a decision or an acceptance."""
    at_ms: int | None = None


class DeskFile:
    """The desk's durable memory."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._home = home
        (home / FILE).touch(mode=0o600)  # SQLite gives its side files the same rights
        self._db = sqlite3.connect(home / FILE, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA secure_delete=ON")  # what was decided is forgotten to the byte
        self._db.executescript(
            """
            CREATE TABLE IF NOT EXISTS seen(one INTEGER PRIMARY KEY CHECK (one = 1), note TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS entry(idx INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE TABLE IF NOT EXISTS answer(id BLOB PRIMARY KEY, body BLOB NOT NULL);
            """
        )

    def seen(self) -> Seen | None:
        row = self._db.execute("SELECT note FROM seen").fetchone()
        return None if row is None else Seen(row[0])

    def keep(self, seen: Seen, entry: tuple[int, int, bytes] | None = None) -> None:
        """Keep a believed checkpoint, and the entry (index, time, bytes) that came with it, in one step."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("INSERT OR REPLACE INTO seen VALUES (1, ?)", (seen.note,))
            if entry is not None:
                self._db.execute("INSERT OR IGNORE INTO entry VALUES (?, ?, ?)", entry)

    def set_back(self, size: int) -> None:
        """The record was taken over at `size`: what this desk saw beyond is another hub's, and is kept as evidence only."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM seen")
            self._db.execute("DELETE FROM entry WHERE idx >= ?", (size,))

    def entries(self) -> list[tuple[int, bytes]]:
        """The kept entries by index."""
        return self._db.execute("SELECT idx, body FROM entry ORDER BY idx").fetchall()

    def forget(self, before_ms: int, keep: set[int]) -> None:
        """Drop entries made before a time, but those."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            old = self._db.execute("SELECT idx FROM entry WHERE at_ms < ?", (before_ms,)).fetchall()
            self._db.executemany("DELETE FROM entry WHERE idx = ?", [row for row in old if row[0] not in keep])

    def answers(self) -> list[Answer]:
        rows = self._db.execute("SELECT body FROM answer ORDER BY rowid").fetchall()
        return [msgspec.msgpack.decode(body, type=Answer) for (body,) in rows]

    def put_answer(self, answer: Answer) -> None:
        """Keep an answer before it is sent."""
        with self._db:
            self._db.execute("INSERT OR IGNORE INTO answer VALUES (?, ?)", (answer.id, msgspec.msgpack.encode(answer)))

    def drop_answer(self, id: bytes) -> None:
        with self._db:
            self._db.execute("DELETE FROM answer WHERE id = ?", (id,))

    def evidence(self, fault: SyncError, message: bytes, seen: Seen | None) -> Path:
        """Keep what was refused, word for word, beside what it contradicts; the file that holds it."""
        return keep_evidence(self._home, fault, message, seen.note if seen else "")

    def close(self) -> None:
        self._db.close()
