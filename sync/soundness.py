"""Whether an SQLite file can still be read: asked before anything is done with one that stands beside the record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

NOT_DAMAGE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
                        sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY})  # fmt: skip
"""Somebody else has the file, or its place does not let it be opened: whoever opens it says so."""


def damage(path: Path) -> str:
    """What is wrong with the bytes of this SQLite file; empty for a sound one, none, and one that another process holds."""
    if not path.is_file():
        return "not a file" if path.exists() else ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0.25)) as db:
            db.execute("PRAGMA cell_size_check = ON")
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as fault:
        return "" if primary(fault) in NOT_DAMAGE else str(fault)
    return "" if said == "ok" else str(said)


def primary(fault: sqlite3.Error) -> int:
    """SQLite's primary result code; damage for what it could not even put into words."""
    code: int = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF  # the rest says where inside SQLite
