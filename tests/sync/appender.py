"""Appends to a record until it is killed or a commit fails; says on stdout what has been acknowledged, a line each.

    appender.py RECORD SEED [as-it-is|normal|off] [FILE_SIZE_LIMIT]

A line is `SIZE ROOT` for what append() has returned from, or `failed CODE SIZE CODE` for a failed commit, the size
shown after it, and the code with which the next append was refused.
"""

import asyncio
import os
import random
import resource
import sys

from sync.keys.keys import Signer
from sync.record.checkpoint import Checkpoint, sign
from sync.record.faults import RecordCommitFailed
from sync.record.merkle import leaf_hash
from sync.record.store import RecordStore

ORIGIN = "demado/training/durability/hub-1"


async def append(store: RecordStore, chance: random.Random) -> None:
    # Up to 80 KiB a batch: SQLite empties its log into the file after 4 MiB, and that moment has to be met too.
    bodies = [chance.randbytes(chance.choice((40, 700, 20_000))) for _ in range(chance.randint(1, 4))]
    frontier = store.frontier
    outcomes = []
    for body in bodies:
        outcomes.append((frontier.size.to_bytes(16, "big"), frontier.size, None))
        frontier.append(leaf_hash(body))
    note = sign(Checkpoint(ORIGIN, frontier.size, frontier.root()), "hub-1", Signer(bytes(32)))
    await store.append(bodies, outcomes, note)


async def main(path: str, seed: str, synchronous: str = "as-it-is", limit: str = "") -> None:
    store = await RecordStore.open(path, origin=ORIGIN)
    if synchronous != "as-it-is":  # to show that the test would find such a store
        await store._file.run(lambda db: db.execute(f"PRAGMA synchronous = {synchronous}"))
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    chance = random.Random(seed)
    while True:
        try:
            await append(store, chance)
        except RecordCommitFailed as fault:
            try:
                await append(store, chance)
            except RecordCommitFailed as again:
                print("failed", fault.code, store.size, again.code, flush=True)
                os._exit(0)  # as a crash: no clean close
        print(store.size, store.frontier.root().hex(), flush=True)
        if chance.random() < 0.1:
            await store.save_snapshot(store.size, "rules-1", store.frontier, chance.randbytes(30_000))


asyncio.run(main(*sys.argv[1:]))
