"""Branches that are settled: what this hub wrote beside its record and the record keeps since, word for word.

A terminal that followed such a branch goes on showing its last checkpoint, signed by this very hub. It proves nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.domain import codec
from hub.domain.continuity.continuity import Continuity, Extra, KeepDiscrepancy
from sync.record.checkpoint import Checkpoint
from sync.record.command import read_command
from sync.record.entry import decode_entry
from sync.record.merkle import Frontier, leaf_hash
from sync.record.reader import RecordReader


async def is_settled(store: RecordReader, continuity: Continuity, shown: Checkpoint) -> bool:
    """Whether this checkpoint is over a beginning of the record and entries that the record keeps as discrepancies.

    Reads the record up to where the branch begins: only for a checkpoint that does not fit is it ever asked.
    """
    kept: dict[tuple[str, int], list[Extra]] = {}
    for held in continuity.discrepancies:
        (body,) = await store.read(held.entry, 1)
        kept.setdefault((held.source, held.epoch), []).extend(_extras(body))
    for branch in (branch for extras in kept.values() for branch in _runs(extras)):
        first, last = branch[0].index, branch[-1].index
        if first < shown.size <= last + 1 and first <= store.size:
            if await _root(store, branch, shown.size) == shown.root:
                return True
    return False


def _extras(body: bytes) -> tuple[Extra, ...]:
    command = read_command(decode_entry(body).command.payload)
    asked = codec.decode_command(command.kind, bytes(command.args))
    return asked.extras if isinstance(asked, KeepDiscrepancy) else ()


def _runs(extras: list[Extra]) -> Iterator[list[Extra]]:
    """The extras of one source, cut where an index does not follow the one before: each run is one branch."""
    run: list[Extra] = []
    for extra in extras:
        if run and extra.index != run[-1].index + 1:
            yield run
            run = []
        run.append(extra)
    if run:
        yield run


async def _root(store: RecordReader, branch: list[Extra], size: int) -> bytes:
    """The tree's root over the record up to the branch, and the branch up to a size."""
    frontier = Frontier()
    if branch[0].index:
        async for body in store.entries():
            frontier.append(leaf_hash(body))
            if frontier.size == branch[0].index:
                break
    for extra in branch[: size - branch[0].index]:
        frontier.append(leaf_hash(extra.body))
    return frontier.root()
