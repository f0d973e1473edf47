"""What a hub only says to an office is held against what the office itself knows: who may sign there, what was cosigned."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from hub.domain.booth import decide
from hub.domain.people.roster import TakeRevocations
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.listentries import revocations_entry, suspects
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from sync.keys.party import Person
from sync.record.batch import BatchObject, RecordBatch
from tests import lists
from tests.hub.office.sending import NOW, Sender, accepted, batch_of, refused
from tests.records import RecordMaker, World

WORLD = World()


async def sender_of(folder: Path, *sites: str) -> tuple[OfficeStore, Sender]:
    """A hub that is of these sites, and its office."""
    store = await OfficeStore.open(str(folder / "office.sqlite"))
    office = WORLD.machine("office-1", "office", "contractor")
    for known in (*WORLD.issuers.values(), WORLD.certify("hub-1", "hub", "contractor", sites=sites)):
        office.trust.add(known)
    return store, Sender(await Receiver.open(office, store, lambda: NOW), WORLD, WORLD.hub.signer)


@pytest.mark.parametrize("at", ["site-1", "site-2"])
async def test_who_may_sign_at_another_site_only_signs_nothing_at_this_one(tmp_path: Path, at: str) -> None:
    store, hub = await sender_of(tmp_path, "site-1")
    maker = RecordMaker(WORLD)
    maker.open()
    certificate = WORLD.certify("staff-9", "staff", "contractor", ("worker",), sites=(at,))
    staff = Person(WORLD.signer("staff-9"), certificate, "staff-9", [certificate, WORLD.issuers["contractor"]])
    maker.do(queue.IssueTicket(WORLD.profile.lanes[0].id), staff)
    batch = batch_of(maker, 0)
    own = replace(batch, certificates=[one for one in batch.certificates if one != WORLD.hub.certificate])
    if at == "site-1":
        await accepted(hub, own)
    else:
        assert "trust.wrong_site" in await refused(hub, store, own, "replay.not_trusted")
    await store.close()


def stolen(maker: RecordMaker, cosigned: int, left_out: int = 0) -> tuple[RecordBatch, int]:
    """Entries by staff-2, whose key is then revoked; the hub says that so many of all were cosigned. How many are suspect.

    `left_out`: so many of these it does not name.
    """
    maker.open()
    maker.no_show()
    listed = lists.revocations(WORLD, 1, "staff-2")
    trust = WORLD.trust()
    for one in maker.certificates:
        trust.add(one)
    trust.add_list(listed)
    found = suspects(maker.entries, "contractor", {WORLD.signer("staff-2").public}, trust)
    named = tuple(one for one in found if one.entry >= cosigned)[left_out:]
    taken = revocations_entry(trust, "contractor", 1, cosigned, named)
    assert taken is not None
    maker.do(taken, WORLD.hub)
    batch = batch_of(maker, 0)
    return replace(batch, objects=[*batch.objects, BatchObject("revocations", listed)]), len(found)


@pytest.mark.parametrize("cosigned", [0, 3, 8])
async def test_a_hub_cannot_say_that_more_was_cosigned_than_the_office_has(tmp_path: Path, cosigned: int) -> None:
    """What is said to be cosigned is proven, and nobody looks at it again."""
    store, hub = await sender_of(tmp_path)
    maker = RecordMaker(WORLD)
    batch, found = stolen(maker, cosigned)
    assert found and 8 <= maker.size
    if cosigned:
        await refused(hub, store, batch, "replay.other_list")
    else:
        await accepted(hub, batch)
    await store.close()


async def test_a_hub_leaves_out_nothing_that_a_revocation_left_unproven(tmp_path: Path) -> None:
    """What is not named waits for nobody, and stands as if another person had vouched for it."""
    store, hub = await sender_of(tmp_path, "site-1")
    maker = RecordMaker(WORLD)
    batch, found = stolen(maker, 0, left_out=1)
    assert found > 1
    await refused(hub, store, batch, "replay.other_list")
    await store.close()


async def test_what_the_office_has_cosigned_before_counts(tmp_path: Path) -> None:
    store, hub = await sender_of(tmp_path)
    maker = RecordMaker(WORLD)
    batch, _ = stolen(maker, 3)
    first = replace(batch_of(maker, 0, 3), objects=batch.objects)
    await accepted(hub, first)
    await accepted(hub, batch_of(maker, 3))
    await store.close()


@pytest.mark.parametrize(("beyond", "refused"), [(0, False), (1, True), (10**9, True), (-(10**9), True)])
def test_nobody_can_have_cosigned_what_is_not_there_yet(beyond: int, refused: bool) -> None:
    maker = RecordMaker(WORLD)
    maker.open()
    taken = TakeRevocations("contractor", 1, bytes(32), (), maker.size + beyond, ())
    decided = decide(WORLD.profile, maker.booth, taken, maker.context(), maker.by(WORLD.hub))
    assert isinstance(decided, Refusal) is refused
