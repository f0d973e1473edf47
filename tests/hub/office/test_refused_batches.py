"""Batches that are not what comes next in the hub's record: refused by name, and nothing of them is stored."""

import msgspec

from hub.domain.queue import queue
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from hub.replay.faults import RepeatedCommand
from sync.keys.keys import Signer
from sync.messages import Rejected
from sync.record.batch import BatchObject, Witnessed
from sync.record.checkpoint import Checkpoint, cosign, sign
from tests.hub.office.sending import NOW, Sender, accepted, batch_of, copy, events_of, note_over, refused, rows
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
