"""Where the office stands: what it folded once is a cache of the entries, and never more than that."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from hub.office import tables
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from sync.messages import Receipt
from tests.hub.office.sending import NOW, Sender, batch_of
from tests.records import RecordMaker, World

WORLD = World()

UNREADABLE = {"nothing": b"", "no msgpack": b"\xc1", "another form of it": b"\x81\xa4keys\x07"}


@pytest.mark.parametrize("state", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_state_that_cannot_be_read_is_folded_from_the_entries(tmp_path: Path, state: bytes) -> None:
    maker = RecordMaker(WORLD)
    maker.open()
    maker.no_show()
    office = WORLD.machine("office-1", "office", "contractor")
    for known in (*WORLD.issuers.values(), WORLD.hub.certificate):
        office.trust.add(known)
    store = await OfficeStore.open(str(tmp_path / "office.sqlite"))
    try:
        first = Sender(await Receiver.open(office, store, lambda: NOW), WORLD, WORLD.hub.signer)
        assert isinstance(await first.send(batch_of(maker, 0)), Receipt)
        async with store.engine.begin() as db:
            await db.execute(update(tables.record).values(snapshot=state, snapshot_size=maker.size))
        seen = maker.size
        maker.no_show()
        again = Sender(await Receiver.open(office, store, lambda: NOW), WORLD, WORLD.hub.signer)
        answer = await again.send(batch_of(maker, seen))
        assert isinstance(answer, Receipt) and answer.size == maker.size, answer
    finally:
        await store.close()
