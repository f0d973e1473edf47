"""Batches that are not what comes next in the hub's record: refused by name, and nothing of them is stored."""

import msgspec
import pytest
from sqlalchemy import select

from hub.domain.queue import queue
from hub.listentries import revocations_entry
from hub.office import tables
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from hub.replay.faults import RepeatedCommand
from sync.keys.keys import Signer
from sync.keys.party import Party
from sync.messages import Rejected
from sync.record.batch import BatchObject, Witnessed
from sync.record.checkpoint import Checkpoint, cosign, sign
from tests.hub.office.sending import NOW, Sender, accepted, batch_of, copy, events_of, note_over, refused, rows
from tests.lists import revocations
from tests.records import RecordMaker, World


async def test_a_command_of_an_earlier_batch_is_refused_when_it_comes_again(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    maker.ticket()
    command = queue.IssueTicket(world.profile.lanes[0].id)
    signed = maker.sign(command, world.clerks[0])
    maker.append(signed, maker.context(), events_of(maker, command, world.clerks[0]))
    await accepted(hub, batch_of(maker, 0))
    end = maker.size
    maker.append(signed, maker.context(), events_of(maker, command, world.clerks[0]))
    await refused(hub, store, batch_of(maker, end), RepeatedCommand.code)


async def test_an_entry_left_out_of_a_batch_is_named(hub: Sender, store: OfficeStore, maker: RecordMaker) -> None:
    maker.ticket()
    entries = [*maker.entries[:4], *maker.entries[5:]]
    batch = batch_of(maker, 0, entries=entries, note=note_over(maker, entries))
    await refused(hub, store, batch, "replay.wrong_index")
    await refused(hub, store, msgspec.structs.replace(batch, note=maker.note(maker.size - 1)), "replay.wrong_index")


async def test_a_batch_that_begins_too_far_ahead_is_refused(
    hub: Sender, store: OfficeStore, maker: RecordMaker
) -> None:
    maker.ticket()
    await accepted(hub, batch_of(maker, 0, 5))
    await refused(hub, store, batch_of(maker, 6), "office.missing_entries")


async def test_a_shorter_record_is_a_rollback(hub: Sender, store: OfficeStore, maker: RecordMaker) -> None:
    maker.ticket()
    await accepted(hub, batch_of(maker, 0))
    await refused(hub, store, batch_of(maker, 0, 5), "office.rollback")
    await refused(hub, store, batch_of(maker, 4, 8), "office.rollback")


async def test_another_history_is_a_fork_and_its_signed_note_is_kept(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    other = copy(maker)
    maker.ticket()
    await accepted(hub, batch_of(maker, 0))
    other.now_ms += 1  # the disk was restored, and the day went on differently
    other.ticket()
    other.ticket()
    await refused(hub, store, batch_of(other, 0), "office.fork")
    await refused(hub, store, batch_of(other, maker.size), "office.fork")
    assert other.note() in [note for _, _, _, note in await store.quarantine.all()]
    end = maker.size
    maker.ticket()
    await accepted(hub, batch_of(maker, end))


async def test_a_note_by_another_key_or_over_another_size_is_refused(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    origin = world.deployment.origin
    stranger = sign(Checkpoint(origin, maker.size, maker.frontier.root()), origin, Signer(bytes(32)))
    await refused(hub, store, batch_of(maker, 0, note=stranger), "replay.other_checkpoint")
    await refused(hub, store, batch_of(maker, 0, note=maker.note(2)), "replay.other_checkpoint")
    other = "demado/00/hub-1"
    elsewhere = sign(Checkpoint(other, maker.size, maker.frontier.root()), other, world.hub.signer)
    await refused(hub, store, batch_of(maker, 0, note=elsewhere), "replay.other_checkpoint")


async def test_a_hub_sends_its_own_record_only(
    hub: Sender, store: OfficeStore, maker: RecordMaker, receiver: Receiver, world: World
) -> None:
    second = world.machine("hub-2", "hub", "contractor")
    receiver.party.trust.add(second.certificate)
    await refused(Sender(receiver, world, second.signer), store, batch_of(maker, 0), "office.not_yours")
    before = await rows(store)
    for stranger in (world.desk.signer, world.clerks[0].signer, Signer(bytes(32))):
        answer = await Sender(receiver, world, stranger).send(batch_of(maker, 0))
        assert isinstance(answer, Rejected)
        assert answer.code == "office.not_yours"
    assert await rows(store) == before


async def test_a_frame_that_names_other_entries_is_refused(hub: Sender, store: OfficeStore, maker: RecordMaker) -> None:
    answer = await hub.receiver.deposit(await hub.wrap(batch_of(maker, 0), first=1), hub.signer.public)
    assert isinstance(answer, Rejected)
    assert answer.code == "office.unknown_content"
    other = await hub.wrap(batch_of(maker, 0), media="batch/other")
    answer = await hub.receiver.deposit(other, hub.signer.public)
    assert isinstance(answer, Rejected)
    assert await store.records() == []


async def test_another_deployments_object_is_refused(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    other = msgspec.structs.replace(world.deployment, city_root=world.deployment.contractor_root)
    batch = batch_of(maker, 0, objects=[BatchObject("deployment", other.encode())])
    await refused(hub, store, batch, "office.unknown_content")
    elsewhere = msgspec.structs.replace(world.deployment, site="site-7")  # one office, many sites
    profile = BatchObject("profile", world.profile_raw)
    await accepted(hub, batch_of(maker, 0, objects=[BatchObject("deployment", elsewhere.encode()), profile]))


async def test_without_the_contracts_profile_nothing_is_checked_and_nothing_taken(
    hub: Sender, store: OfficeStore, maker: RecordMaker
) -> None:
    await refused(hub, store, batch_of(maker, 0, objects=[]), "replay.no_profile")


async def test_a_citys_cosignature_of_another_history_shows_the_fork(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    other = copy(maker)
    other.now_ms += 1
    other.ticket()
    maker.ticket()
    note, name = other.note(5), world.deployment.key_name("desk-1")
    line = cosign(note, name, world.desk.signer, NOW // 1000)
    await refused(hub, store, batch_of(maker, 0, witnessed=[Witnessed(note, name, line)]), "office.fork")


def witness(world: World, note: str, desk: Party, name: str = "") -> Witnessed:
    """A desk's cosignature of this note, under its own or another name."""
    name = world.deployment.key_name(name or desk.name)
    return Witnessed(note, name, cosign(note, name, desk.signer, NOW // 1000))


async def kept(
    hub: Sender, maker: RecordMaker, world: World, one: Witnessed, *certificates: bytes, lists: tuple[bytes, ...] = ()
) -> bool:
    """Whether an honest batch is taken, and this cosignature with it."""
    batch = batch_of(maker, 0, witnessed=[one])
    batch = msgspec.structs.replace(
        batch, objects=[*batch.objects, *(BatchObject("revocations", listed) for listed in lists)]
    )
    more = [*batch.certificates, world.issuers["city"], *certificates]
    await accepted(hub, msgspec.structs.replace(batch, certificates=more))
    async with hub.receiver.store.engine.connect() as db:
        return one.line in (await db.execute(select(tables.cosignature.c.line))).scalars().all()


async def test_a_desks_cosignature_of_this_history_is_kept(hub: Sender, maker: RecordMaker, world: World) -> None:
    maker.ticket()
    one = witness(world, maker.note(5), world.desk)
    assert await kept(hub, maker, world, one, world.desk.certificate)


async def test_a_desk_witnesses_nothing_under_another_desks_name(hub: Sender, maker: RecordMaker, world: World) -> None:
    maker.ticket()
    other = world.machine("desk-2", "desk", "city")
    one = witness(world, maker.note(5), other, "desk-1")
    assert not await kept(hub, maker, world, one, world.desk.certificate, other.certificate)


async def test_a_desk_of_another_site_witnesses_nothing_here(store: OfficeStore, world: World) -> None:
    office = world.machine("office-1", "office", "contractor")
    at_site = world.certify("hub-1", "hub", "contractor", sites=("site-1",))
    for known in (world.issuers["contractor"], at_site):
        office.trust.add(known)
    hub = Sender(await Receiver.open(office, store, lambda: NOW), world, world.hub.signer)
    maker = RecordMaker(world)
    maker.open()
    maker.certificates.pop(world.hub.certificate, None)
    maker.certificates[at_site] = None
    elsewhere = world.certify("desk-1", "desk", "city", sites=("site-2",))
    assert not await kept(hub, maker, world, witness(world, maker.note(5), world.desk), elsewhere)


async def test_a_cosignature_of_what_a_batch_does_not_bring_yet_is_refused(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    note = maker.note(maker.size)
    one = witness(world, note, world.desk)
    await refused(hub, store, batch_of(maker, 0, maker.size - 1, witnessed=[one]), "office.unknown_content")


async def test_a_note_that_names_another_record_is_no_checkpoint_of_this_one(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    """Signed by this hub, under this record's name: only the first line says whose tree it is about."""
    origin = world.deployment.origin
    end = Checkpoint(f"{origin}-2", maker.size, maker.frontier.root())
    await refused(hub, store, batch_of(maker, 0, note=sign(end, origin, world.hub.signer)), "replay.other_checkpoint")


@pytest.mark.parametrize("after", [False, True])
async def test_a_desk_whose_key_the_record_has_revoked_witnesses_what_was_before_and_nothing_since(
    hub: Sender, maker: RecordMaker, world: World, after: bool
) -> None:
    maker.ticket()
    before = maker.size
    listed = revocations(world, 1, "desk-1", side="city")
    trust = world.trust()
    trust.add_list(listed)
    taken = revocations_entry(trust, "city", 1, 0, ())
    assert taken is not None
    maker.do(taken, world.hub)
    one = witness(world, maker.note(maker.size if after else before), world.desk)
    assert await kept(hub, maker, world, one, world.desk.certificate, lists=(listed,)) is not after
