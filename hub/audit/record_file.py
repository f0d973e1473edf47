"""A record's own file (a hub's, a terminal's replica) as evidence, with what lies beside it in its machine's folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hub.audit import machine
from hub.audit.evidence import Evidence, Unreadable
from hub.audit.problem import Problem, fault
from sync.errors import Malformed
from sync.record.bundle import DEPLOYMENT, BundledObject
from sync.record.checkpoint import CosignedCheckpoint, decode_body, note_body
from sync.record.faults import RecordDamaged, RecordFault
from sync.record.file import APPLICATION_ID
from sync.record.reader import RecordReader, open_readonly

AT_ONCE = 4096
"""Entries read at a time: no hub waits to commit, and each read wakes a thread and waits for it."""

SQLITE = b"SQLite format 3\x00"
APPLICATION_AT = 68  # "The SQLite Database File Format", 1.2: the header's application id, 4 bytes


def is_database(path: Path) -> bool:
    """Whether this file is an SQLite database, and so no bundle."""
    with open(path, "rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def is_record_file(path: Path) -> bool:
    """Whether this file is a record's own database, by the marks in its header: it may be locked by its hub."""
    with open(path, "rb") as file:
        head = file.read(APPLICATION_AT + 4)
    return head.startswith(SQLITE) and head[APPLICATION_AT:] == APPLICATION_ID.to_bytes(4, "big")


def read(path: Path) -> Evidence:
    """The record in this file. Unreadable if a hub has it open; call it outside of any event loop."""
    return asyncio.run(_read(path))


async def _read(path: Path) -> Evidence:
    try:
        reader = await open_readonly(path)
    except RecordDamaged as error:
        return Evidence(str(path), "store", None, (), (), (), (), (), (fault(error, object=path.name),))
    except RecordFault as error:
        raise Unreadable(fault=error.code, ja=error.ja, **error.data) from error
    problems: list[Problem] = []
    async with reader:
        entries, leaves = await _entries(reader, problems)
        objects = [(one.kind, one.body) for one in await reader.objects()]
        certificates = tuple(await reader.certificates())
        checkpoints = await _checkpoints(reader)
    deployment = next((body for kind, body in objects if kind == DEPLOYMENT), None)
    others = tuple(BundledObject(kind, body) for kind, body in objects if kind != DEPLOYMENT)
    home = machine.home(path)
    beside = machine.certificates(home) if home is not None else ()
    if home is not None:
        # A terminal's replica has no objects: what it needs lies in the terminal's own folder.
        deployment = deployment or machine.deployment(home)
        profile = machine.profile(home)
        if profile is not None and all(one.kind != "profile" for one in others):
            others = (*others, BundledObject("profile", profile))
    lists = machine.lists(home) if home is not None else ()
    found = (deployment, certificates, beside, others, entries, checkpoints, tuple(problems), lists)
    copy = home is not None and machine.is_terminal(home)
    return Evidence(str(path), "store", *found, copy=copy, leaves=leaves)


async def _entries(reader: RecordReader, problems: list[Problem]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    entries: list[bytes] = []
    leaves: list[bytes] = []
    try:
        while len(entries) < reader.size:
            bodies, hashes = await reader.read_hashed(len(entries), AT_ONCE)
            entries += bodies
            leaves += hashes
    except RecordDamaged as error:
        index = error.data.get("index")
        problems.append(fault(error, entry=index if isinstance(index, int) else len(entries)))
    return tuple(entries), tuple(leaves)


async def _checkpoints(reader: RecordReader) -> tuple[CosignedCheckpoint, ...]:
    lines: dict[int, list[str]] = {}
    for cosignature in await reader.cosignatures():
        lines.setdefault(cosignature.size, []).append(cosignature.line)
    checkpoints = []
    for note in await reader.checkpoints():
        try:
            size = decode_body(note_body(note)).size
        except Malformed:
            size = -1  # the note is kept as it is: examining it says what is wrong
        checkpoints.append(CosignedCheckpoint(note, tuple(sorted(lines.pop(size, ())))))
    # Lines on a checkpoint that is not kept have no text to be about: they count for nothing.
    return tuple(checkpoints)
