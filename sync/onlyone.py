"""One command at a time in a folder: a lock that ends with its process, however that ends."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sync.errors import SyncError

WAIT_S = 5.0
"""What is done under the lock takes far less; who still waits then is told."""


class AnotherAtWork(SyncError):
    """Another command holds this folder's lock."""

    code = "files.another_at_work"
    ja = "このフォルダーでは、いま別のコマンドが動いています。何も変えていません。"
    en = "Another command is at work in this folder; nothing was changed."
    todo_ja = "それが終わってから、同じコマンドをもう一度行ってください。"
    todo_en = "Run the same command again once that one has ended."


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock of this file, made if there is none; AnotherAtWork, OSError.

    SQLite's own: it works the same on Windows, and the process's death releases it.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT_S)) as db:
        try:
            db.execute("PRAGMA journal_mode = MEMORY")  # or a death would leave an empty one beside it
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as fault:
            if getattr(fault, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise AnotherAtWork(path=str(path)) from fault
            raise OSError(errno.EIO, str(fault), str(path)) from fault
        yield
