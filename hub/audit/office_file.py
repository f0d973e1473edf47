"""An office's database as evidence: every record that it holds, each with the deployment that its hub sent.

Read with plain SQL and not with the office's own code: what checks a machine does not ask that machine's program.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from hub.audit import machine
from hub.audit.evidence import Evidence, Unreadable
from hub.succession import APART
from sync.keys import revocation, roster
from sync.keys.party import Deployment
from sync.record.bundle import DEPLOYMENT, BundledObject
from sync.record.checkpoint import CosignedCheckpoint

ENTRY_BITS = 40  # an office's key of an entry: the record's number, then the index in this many bits

LISTS = frozenset({roster.KIND, revocation.KIND})

TABLES = frozenset({"record", "entry", "certificate", "object", "checkpoint", "cosignature"})


def is_office_file(path: Path) -> bool:
    """Whether this database has an office's tables."""
    try:
        with _open(path) as db:
            names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            columns = {column[1] for column in db.execute("PRAGMA table_info(record)")}
    except sqlite3.DatabaseError:
        return False
    return names >= TABLES and {"no", "name", "size"} <= columns


def read(path: Path) -> list[Evidence]:
    """Every record in this office's database, by name; an office may be running. Unreadable if it cannot be read."""
    try:
        with _open(path) as db:
            db.execute("BEGIN")  # one moment for all that is read
            rows = db.execute("SELECT no, name FROM record ORDER BY name")
            found = {name: _record(db, path, no, name) for no, name in rows}
    except sqlite3.DatabaseError as error:
        raise Unreadable(path=str(path), reason=str(error)) from error
    apart = {
        name: [(other, found[other].entries) for other in found if other.startswith(name + APART)] for name in found
    }
    return [msgspec.structs.replace(one, apart=tuple(apart[name])) for name, one in found.items()]


def _record(db: sqlite3.Connection, path: Path, no: int, name: str) -> Evidence:
    objects = db.execute("SELECT kind, body FROM object ORDER BY hash").fetchall()
    stated = [bytes(body) for kind, body in objects if kind == DEPLOYMENT]
    hub = name.partition(APART)[0]  # what was set apart is a record of that hub all the same
    body, deployment = _deployment([*stated, *_own_deployment(path, hub)], hub)
    # Profiles of other contracts belong to other records of the same office.
    profiles = [BundledObject(kind, bytes(body)) for kind, body in objects if kind != DEPLOYMENT]
    if deployment is not None:
        profiles = [one for one in profiles if one.hash == deployment.profile or one.kind in LISTS]
    lines: dict[int, list[str]] = {}
    for size, line in db.execute("SELECT size, line FROM cosignature WHERE record = ?", (no,)):
        lines.setdefault(size, []).append(line)
    notes = db.execute("SELECT size, note FROM checkpoint WHERE record = ? ORDER BY size", (no,))
    span = (no << ENTRY_BITS, (no + 1) << ENTRY_BITS)
    entries = db.execute("SELECT body FROM entry WHERE key >= ? AND key < ? ORDER BY key", span)
    return Evidence(
        f"{path} ({name})",
        "store",
        body,
        (),
        (*_readable(db.execute("SELECT body FROM certificate ORDER BY id")), *machine.certificates(path.parent)),
        tuple(profiles),
        tuple(bytes(body) for (body,) in entries),
        tuple(CosignedCheckpoint(note, tuple(sorted(lines.get(size, ())))) for size, note in notes),
        lists=machine.lists(path.parent),
    )


def _deployment(bodies: list[bytes], name: str) -> tuple[bytes | None, Deployment | None]:
    for body in bodies:
        try:
            deployment = Deployment.decode(body)
        except msgspec.MsgspecError:
            continue
        if name in (deployment.record, deployment.origin):
            return body, deployment
    return None, None


def _own_deployment(path: Path, name: str) -> list[bytes]:
    """The office's own deployment, for a record of that name: what it checked the record against."""
    own = machine.deployment(path.parent)
    try:
        return [] if own is None else [msgspec.structs.replace(Deployment.decode(own), record=name).encode()]
    except msgspec.MsgspecError:
        return []


def _readable(rows: Iterable[tuple[bytes]]) -> tuple[bytes, ...]:
    return tuple(bytes(one) for (one,) in rows)


class _open:
    """A read-only connection for one with-block, closed at its end."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        self._db.execute("PRAGMA trusted_schema = OFF")  # an auditor opens files that others made

    def __enter__(self) -> sqlite3.Connection:
        return self._db

    def __exit__(self, *_: object) -> None:
        self._db.close()
