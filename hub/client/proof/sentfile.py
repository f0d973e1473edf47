"""What a terminal may not forget of what its people signed: each command on disk before it is sent, until it is proved.

One small SQLite file in the terminal's home, written on a thread of its own: a key must not wait for a disk to show.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from sync.record.unrecorded import Unrecorded

FILE = "commands.sqlite"

KEPT_MS = 14 * 86_400_000
"""What was never answered is shown and reported for so long, as the longest gap without a network (design.md)."""


class SentFile:
    """Commands under their ids, as Unrecorded structs; what is proved is deleted."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        (home / FILE).touch(mode=0o600)  # SQLite gives its side files the same rights
        self._one_at_a_time = threading.Lock()
        self._db = sqlite3.connect(home / FILE, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.execute("CREATE TABLE IF NOT EXISTS command(id BLOB PRIMARY KEY, body BLOB NOT NULL)")

    def all(self, now_ms: int) -> dict[bytes, Unrecorded]:
        """What is kept, in the order in which it was sent; too old unanswered ones are dropped."""
        rows = self._db.execute("SELECT id, body FROM command").fetchall()
        found = {bytes(id): msgspec.msgpack.decode(body, type=Unrecorded) for id, body in rows}
        for id, one in list(found.items()):
            if one.fault == "unanswered" and one.sent_ms < now_ms - KEPT_MS:
                self._db.execute("DELETE FROM command WHERE id = ?", (id,))
                del found[id]
        return dict(sorted(found.items(), key=lambda item: item[1].number))

    async def put(self, id: bytes, one: Unrecorded) -> None:
        """Keep it, durably when this returns."""
        body = msgspec.msgpack.encode(one)
        await self._run(lambda db: db.execute("INSERT OR REPLACE INTO command VALUES (?, ?)", (id, body)))

    async def drop(self, ids: list[bytes]) -> None:
        """Forget what is proved."""
        await self._run(lambda db: db.executemany("DELETE FROM command WHERE id = ?", [(id,) for id in ids]))

    def close(self) -> None:
        with self._one_at_a_time:
            self._db.close()

    async def _run(self, work: Callable[[sqlite3.Connection], sqlite3.Cursor]) -> None:
        def locked() -> None:
            # No cursor leaves the lock: one that goes resets its statement, which is another's next call by then.
            with self._one_at_a_time:
                work(self._db).close()

        await asyncio.shield(asyncio.to_thread(locked))
