"""An office that receives, and a hub's record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from tests.hub.office.sending import NOW, Sender
from tests.records import RecordMaker, World


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[OfficeStore]:
    store = await OfficeStore.open(str(tmp_path / "office.sqlite"))
    yield store
    await store.close()


@pytest.fixture
async def receiver(world: World, store: OfficeStore) -> Receiver:
    office = world.machine("office-1", "office", "contractor")
    for known in (world.issuers["contractor"], world.hub.certificate):
        office.trust.add(known)  # as the link's hello brings them
    return await Receiver.open(office, store, lambda: NOW)


@pytest.fixture
def hub(receiver: Receiver, world: World) -> Sender:
    return Sender(receiver, world, world.hub.signer)


@pytest.fixture
def maker(world: World) -> RecordMaker:
    maker = RecordMaker(world)
    maker.open()
    return maker
