"""The office's SQLite file under SQLAlchemy: a statement with its rows is one call in the file's thread.

SQLAlchemy asks for a cursor, a statement, its rows and the cursor's end one after another, and for a rollback after each
reading. Each would be a message to the thread and one back, five for a SELECT; they took most of the store's time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import aiosqlite

Values: TypeAlias = Sequence[object] | Mapping[str, object]

Done: TypeAlias = tuple[object, int, int | None, list[object]]
"""A cursor's description, row count, last row's id and rows."""


class OfficeFile(aiosqlite.Connection):
    """A connection as SQLAlchemy uses it: one task at a time, which asks for nothing while it waits."""

    _settled = True
    """Whether no transaction is open, as the last call said that came back whole; one that was cancelled said nothing."""

    def cursor(self) -> Statement:  # type: ignore[override]  # what SQLAlchemy uses of a cursor, which is less
        """A cursor for one statement after another; the thread hears of it only with the statement."""
        return Statement(self)

    async def call(self, work: Callable[[sqlite3.Cursor], object]) -> Done:
        """What a statement did, with all its rows; work executes it."""

        def whole() -> tuple[Done, bool]:
            db = self._conn
            cursor = db.cursor()
            try:
                work(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return (cursor.description, cursor.rowcount, cursor.lastrowid, rows), not db.in_transaction
            finally:
                cursor.close()

        self._settled = False
        came: tuple[Done, bool] = await self._execute(whole)  # type: ignore[no-untyped-call]
        done, self._settled = came
        return done

    async def commit(self) -> None:
        """Commit, where there may be something to commit."""
        if not self._settled:
            await super().commit()
            self._settled = True

    async def rollback(self) -> None:
        """Roll back, where there may be something to roll back."""
        if not self._settled:
            await super().rollback()
            self._settled = True


class Statement:
    """A cursor whose rows came with its statement."""

    arraysize = 1
    description: object = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, file: OfficeFile) -> None:
        self._file = file
        self._rows: list[object] = []

    async def __aenter__(self) -> Statement:
        return self

    async def execute(self, sql: str, values: Values = ()) -> None:
        """Execute one statement; sqlite3's errors."""
        self._took(await self._file.call(lambda cursor: cursor.execute(sql, values)))

    async def executemany(self, sql: str, rows: Iterable[Values]) -> None:
        """Execute one statement for each row of values; sqlite3's errors."""
        self._took(await self._file.call(lambda cursor: cursor.executemany(sql, rows)))

    def _took(self, done: Done) -> None:
        self.description, self.rowcount, self.lastrowid, self._rows = done

    async def fetchall(self) -> list[object]:
        """The rows, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left: the thread's own cursor ended with its statement."""


async def connect(path: Path) -> OfficeFile:
    """A connection to the file; SQLAlchemy's `async_creator`. sqlite3's errors."""
    # As SQLAlchemy opens a file: the connection may be closed from the thread that collects it.
    file = OfficeFile(lambda: sqlite3.connect(path, check_same_thread=False), iter_chunk_size=64)
    # The thread must not outlive a program that ends without closing: SQLAlchemy does the same with its own.
    file._thread.daemon = True
    return await file  # type: ignore[return-value]  # itself
