"""What the office takes from a hub: what holds is stored whole and cosigned, and envelopes keep their order."""

import os
from pathlib import Path

import msgspec
import pytest

from hub.office.daycounts import counted
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from sync.envelopes.envelope import DAY_MS
from sync.keys.owntime import OutsideOwnTime
from sync.keys.party import Party
from sync.messages import Receipt, Rejected
from sync.record.batch import Witnessed
from sync.record.checkpoint import CosignedCheckpoint, cosign, verify_cosignature
from tests.hub.office.sending import NOW, Sender, accepted, batch_of, refused
from tests.records import YEAR_MS, RecordMaker, World


async def test_a_batch_that_holds_is_stored_whole_and_cosigned(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    maker.ticket()
    receipt = await accepted(hub, batch_of(maker, 0))
    name = world.deployment.key_name("office-1")
    assert verify_cosignature(maker.note(), receipt.line, name, world.office.signer.public) == NOW // 1000
    held = await store.record("hub-1")
    assert held is not None
    assert (held.size, held.frontier.root(), held.line) == (maker.size, maker.frontier.root(), receipt.line)
    assert await store.entries(held.no, 0, maker.size) == maker.entries
    assert set(maker.certificates) <= set(await store.certificates())


async def test_what_a_hub_fetches_is_cosigned_under_the_key_that_is_the_offices_now(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    receipt = await accepted(hub, batch_of(maker, 0))
    assert (await hub.receiver.held("hub-1", 2)).line == receipt.line
    key = world.signer("office-1-new")
    certificate = world.certify("office-1", "office", "contractor", subject=key.public)
    renewed = await Receiver.open(Party(world.deployment, key, certificate, world.trust()), store, lambda: NOW + 1000)
    held, name = await renewed.held("hub-1", 0), world.deployment.key_name("office-1")
    assert verify_cosignature(held.note, held.line, name, key.public) == NOW // 1000 + 1


async def test_the_same_envelope_again_gives_the_same_receipt(hub: Sender, maker: RecordMaker) -> None:
    first = await hub.wrap(batch_of(maker, 0))
    answer = await hub.receiver.deposit(first, hub.signer.public)
    maker.ticket()
    await accepted(hub, batch_of(maker, 3))
    assert isinstance(answer, Receipt)
    assert await hub.receiver.deposit(first, hub.signer.public) == answer


async def test_counts_are_derived_per_day(hub: Sender, store: OfficeStore, world: World) -> None:
    maker = RecordMaker(world)
    for tickets in (2, 1):
        maker.day(tickets)
    for first in range(0, maker.size, 7):  # whatever the batches are, the counts are the days'
        await accepted(hub, batch_of(maker, first, min(first + 7, maker.size)))
    (record,) = await counted(store, world.deployment)
    assert [one.counts.tickets.completed for one in record.days] == [2, 1]
    assert [one.counts.date for one in record.days] == ["2025-08-06", "2025-08-07"]
    assert all(record.invariants.values()), record.invariants


async def test_a_restarted_office_goes_on_where_it_stood(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    maker.ticket()
    await accepted(hub, batch_of(maker, 0))
    end = maker.size
    maker.ticket()
    again = await Receiver.open(world.machine("office-1", "office", "contractor"), store, lambda: NOW)
    resume = await again.resume("hub-1", hub.signer.public)
    assert hub.out is not None
    assert (resume.size, resume.stream, resume.counter) == (end, hub.out.stream, 1)
    answer = await again.deposit(await hub.wrap(batch_of(maker, end)), hub.signer.public)
    assert isinstance(answer, Receipt)
    assert answer.size == maker.size


async def test_a_citys_cosignature_travels_with_the_entries(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World
) -> None:
    maker.ticket()
    note, name = maker.note(5), world.deployment.key_name("desk-1")
    line = cosign(note, name, world.desk.signer, NOW // 1000)
    desk = [world.desk.certificate, world.issuers["city"]]
    batch = batch_of(maker, 0, witnessed=[Witnessed(note, name, line)], certificates=[*maker.certificates, *desk])
    await accepted(hub, batch)
    held = await store.record("hub-1")
    assert held is not None
    handed = await hub.receiver.held("hub-1", 0)  # to a hub that has lost it all, and builds its record anew
    assert handed.witnessed[0] == CosignedCheckpoint(note, (line,)) and len(handed.witnessed) == 2
    assert (await hub.receiver.held("hub-1", 5)).witnessed == handed.witnessed[1:]
    assert world.desk.certificate in await store.certificates()


async def test_envelopes_out_of_place_are_refused_one_by_one_and_the_rest_go_on(
    hub: Sender, store: OfficeStore, maker: RecordMaker, receiver: Receiver, world: World
) -> None:
    maker.ticket()
    one, two, three = [await hub.wrap(batch_of(maker, at, at + 2)) for at in (0, 2, 4)]

    async def code(envelope: bytes) -> str:
        answer = await receiver.deposit(envelope, hub.signer.public)
        return "" if isinstance(answer, Receipt) else answer.code

    assert await code(two) == "envelope.gap"
    assert await code(one) == ""
    assert await code(three) == "envelope.gap"
    out = await hub.stream()
    out.counter, out.previous = 0, bytes(32)
    assert await code(await hub.wrap(batch_of(maker, 0, 2))) == "envelope.replayed"
    assert await code(await hub.wrap(batch_of(maker, 2, 4))) == "envelope.broken_chain"
    assert await code(two[:-1]) == "envelope.truncated"
    assert await code(two[:200] + bytes([two[200] ^ 1]) + two[201:]) != ""
    assert await code(two) == ""
    assert await code(three) == ""
    held = await store.record("hub-1")
    assert held is not None
    assert held.size == 6


async def test_an_envelope_for_an_inbox_that_is_not_ours_is_refused(
    hub: Sender, maker: RecordMaker, receiver: Receiver, world: World
) -> None:
    out = await hub.stream()
    out.inbox = os.urandom(16)
    answer = await receiver.deposit(await hub.wrap(batch_of(maker, 0)), hub.signer.public)
    assert isinstance(answer, Rejected)
    assert answer.code == "envelope.wrong_inbox"


async def test_an_envelope_on_a_stick_finds_its_hub(maker: RecordMaker, hub: Sender, receiver: Receiver) -> None:
    answer = await receiver.deposit_file(await hub.wrap(batch_of(maker, 0)))
    assert isinstance(answer, Receipt)
    assert isinstance(await receiver.deposit_file(b"no envelope"), Rejected)


@pytest.mark.parametrize("size", [5, None])
async def test_a_stick_that_comes_after_the_same_entries_came_by_line_is_late_and_no_rollback(
    maker: RecordMaker, hub: Sender, receiver: Receiver, size: int | None
) -> None:
    maker.ticket()
    await accepted(hub, batch_of(maker, 0))
    answer = await receiver.deposit_file(await hub.wrap(batch_of(maker, 0, size)))
    assert isinstance(answer, Rejected) and answer.code == "office.already_held"


async def test_a_batch_that_begins_with_what_is_held_and_goes_beyond_it_is_named_as_that(
    hub: Sender, store: OfficeStore, maker: RecordMaker
) -> None:
    maker.ticket()
    await accepted(hub, batch_of(maker, 0, 5))
    await refused(hub, store, batch_of(maker, 3), "office.overlap")


async def test_a_key_whose_days_are_over_is_in_no_file_of_the_office(tmp_path: Path) -> None:
    world = World()
    office = world.machine("office-1", "office", "contractor")
    store = await OfficeStore.open(str(tmp_path / "office.sqlite"))
    now = [NOW]
    try:
        receiver = await Receiver.open(office, store, lambda: now[0])
        (first,) = await store.inboxes()
        assert first.box.private in _bytes_in(tmp_path)
        for _ in range(15):
            now[0] += DAY_MS
            await receiver.offer()
        held = await store.inboxes()
        assert first.id not in {inbox.id for inbox in held}
        lying = _bytes_in(tmp_path)
        assert first.box.private not in lying
        assert all(inbox.box.private in lying for inbox in held)
    finally:
        await store.close()


async def test_a_clock_that_leaps_destroys_no_key_at_once_and_one_outside_our_own_time_none_at_all(
    tmp_path: Path,
) -> None:
    world = World()
    office = world.machine("office-1", "office", "contractor")
    store = await OfficeStore.open(str(tmp_path / "office.sqlite"))
    now = [NOW]
    try:
        receiver = await Receiver.open(office, store, lambda: now[0])
        (first,) = await store.inboxes()
        now[0] = NOW + 40 * YEAR_MS
        with pytest.raises(OutsideOwnTime):
            await receiver.keep_day()
        assert [one.id for one in await store.inboxes()] == [first.id]
        now[0] = NOW + 100 * DAY_MS
        ahead = await receiver.keep_day()
        assert [one.id for one in await store.inboxes()] == [ahead.id, first.id]
        now[0] = NOW + 60_000  # it was wrong
        assert (await receiver.keep_day()).id == first.id
        now[0] = (
            NOW + 101 * DAY_MS
        )  # it was right: whoever was switched off for so long destroys with the next day's key
        assert (await receiver.keep_day()).id != ahead.id
        assert first.id not in {inbox.id for inbox in await store.inboxes()}
        assert first.box.private not in _bytes_in(tmp_path)
    finally:
        await store.close()


def _bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


async def test_a_batch_brings_no_certificate_that_no_root_proves(
    receiver: Receiver, store: OfficeStore, hub: Sender, maker: RecordMaker
) -> None:
    made = [hub.world.certify(f"terminal-{n}", "terminal", "contractor") for n in range(7, 12)]
    rubbish = [one[:-1] + bytes([one[-1] ^ 1]) for one in made]
    batch = batch_of(maker, 0)
    answer = await hub.send(msgspec.structs.replace(batch, certificates=[*rubbish, *batch.certificates]))
    assert isinstance(answer, Receipt)
    kept = await store.certificates()
    assert set(batch.certificates) <= set(kept)
    assert set(kept).isdisjoint(rubbish) and set(receiver.party.trust).isdisjoint(rubbish)
