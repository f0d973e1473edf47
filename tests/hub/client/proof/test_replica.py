"""What a terminal's replica believes of the notes and entries that a hub with the real key hands it."""

from __future__ import annotations

import pytest

from hub.client.proof.divergence import RecordForked, RecordRolledBack
from hub.client.proof.replica import Replica
from sync.record.checkpoint import Checkpoint, sign
from sync.record.merkle import Tree, leaf_hash
from tests.records import RecordMaker, World

WORLD = World()
ORIGIN = WORLD.deployment.origin


@pytest.fixture
def maker() -> RecordMaker:
    maker = RecordMaker(WORLD)
    maker.open()
    maker.no_show()
    return maker


def replica_of(maker: RecordMaker) -> Replica:
    trust = WORLD.trust()
    for encoded in (*maker.certificates, WORLD.hub.certificate):
        trust.add(encoded)
    return Replica(WORLD.deployment, trust, WORLD.profile, WORLD.hub.signer.public)


def note(size: int, root: bytes, origin: str = ORIGIN) -> str:
    return sign(Checkpoint(origin, size, root), ORIGIN, WORLD.hub.signer)


async def test_entries_are_shown_under_a_note_about_this_record_of_this_size_with_this_root(maker: RecordMaker) -> None:
    size, root = maker.size, maker.frontier.root()
    short = Tree(map(leaf_hash, maker.entries)).root(size - 1)
    lies = {
        note(size, root, f"{ORIGIN}x"): RecordForked,
        note(size, short): RecordForked,
        note(size + 1, root): RecordForked,
        note(size - 1, short): RecordRolledBack,
    }
    for lie, fault in lies.items():
        replica = replica_of(maker)
        with pytest.raises(fault) as raised:
            await replica.take(maker.entries, lie)
        assert type(raised.value) is fault
        assert (replica.size, replica.reached) == (0, 0)
        assert len((await replica.take(maker.entries, maker.note())).entries) == size, "nothing of the lie is left"
