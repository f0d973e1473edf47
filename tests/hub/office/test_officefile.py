"""The office's file: a statement is one call in its thread, and nothing half done is left for the connection's next user."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.office.officefile import OfficeFile, connect


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[OfficeFile]:
    made = await connect(tmp_path / "office.sqlite")
    await made.cursor().execute("CREATE TABLE one(n INTEGER PRIMARY KEY)")
    yield made
    await made.close()


async def counted(file: OfficeFile) -> int:
    """How many rows this connection sees."""
    cursor = file.cursor()
    await cursor.execute("SELECT n FROM one")
    return len(await cursor.fetchall())


def others(tmp_path: Path) -> int:
    """How many rows another process would see."""
    with sqlite3.connect(tmp_path / "office.sqlite") as db:
        found: int = db.execute("SELECT count(*) FROM one").fetchone()[0]
    db.close()
    return found


async def test_a_statement_comes_with_its_rows_and_a_change_with_its_count(file: OfficeFile) -> None:
    cursor = file.cursor()
    await cursor.executemany("INSERT INTO one VALUES (?)", [(1,), (2,), (3,)])
    assert cursor.rowcount == 3 and cursor.description is None and await cursor.fetchall() == []
    await cursor.execute("INSERT INTO one VALUES (:n) RETURNING n", {"n": 7})
    assert await cursor.fetchall() == [(7,)] and cursor.lastrowid == 7
    await cursor.execute("SELECT n FROM one WHERE n > ?", (2,))
    assert await cursor.fetchall() == [(3,), (7,)] and await cursor.fetchall() == []


async def test_what_was_committed_others_see_and_what_was_rolled_back_nobody(file: OfficeFile, tmp_path: Path) -> None:
    await file.cursor().execute("INSERT INTO one VALUES (1)")
    assert others(tmp_path) == 0
    await file.commit()
    assert others(tmp_path) == 1
    await file.cursor().execute("INSERT INTO one VALUES (2)")
    await file.rollback()
    assert await counted(file) == 1


async def test_a_statement_that_fails_takes_what_came_before_it_along(file: OfficeFile, tmp_path: Path) -> None:
    await file.cursor().execute("INSERT INTO one VALUES (1)")
    with pytest.raises(sqlite3.IntegrityError):
        await file.cursor().execute("INSERT INTO one VALUES (1)")
    await file.rollback()
    await file.commit()
    assert await counted(file) == 0 and others(tmp_path) == 0


async def test_a_statement_whose_task_was_cancelled_is_rolled_back(file: OfficeFile, tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(cursor: sqlite3.Cursor) -> None:
        begun.set()
        assert go_on.wait(30)
        cursor.execute("INSERT INTO one VALUES (1)")

    task = asyncio.create_task(file.call(slow))
    assert await asyncio.to_thread(begun.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await file.rollback()
    assert await counted(file) == 0
    await file.commit()
    assert others(tmp_path) == 0
