"""What the office refuses, by name, and that nothing of it is stored while everything honest goes on."""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from hub.domain.booth import Booth, Command, Event, decide
from hub.domain.codec import decode_events
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.moment import Signer as By
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.office import tables
from hub.office.daycounts import counted
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from hub.replay import Replay
from hub.replayfaults import RepeatedCommand
from sync.envelopes.envelope import DAY_MS, OutStream
from sync.envelopes.frame import Codec
from sync.keys.certificate import certificate_id
from sync.keys.keys import Signer
from sync.keys.party import Person
from sync.mail.offer import open_offer
from sync.messages import Receipt, Rejected
from sync.record.batch import MEDIA_TYPE, BatchObject, RecordBatch, Witnessed, encode_batch
from sync.record.checkpoint import Checkpoint, cosign, sign, verify_cosignature
from sync.record.command import Signed
from sync.record.entry import decode_entry, encode_entry
from sync.record.merkle import Frontier, leaf_hash
from tests.records import MORNING_MS, RecordMaker, World

NOW = MORNING_MS


class Sender:
    """A hub with its own idea of what to send: envelopes are right, their content is whatever the test says."""

    def __init__(self, receiver: Receiver, world: World, signer: Signer) -> None:
        self.receiver, self.world, self.signer = receiver, world, signer
        self.out: OutStream | None = None

    async def stream(self) -> OutStream:
        if self.out is None:
            offer = open_offer(
                await self.receiver.offer(), self.world.office.signer.public, self.world.deployment.id, NOW
            )
            self.out = OutStream(
                self.signer, self.world.deployment.id, [offer.box], offer.inbox, os.urandom(16), stored=True
            )
        return self.out

    async def wrap(self, batch: RecordBatch, *, media: str = MEDIA_TYPE, first: int | None = None) -> bytes:
        out = await self.stream()
        first = batch.first if first is None else first
        return out.wrap(media, encode_batch(batch), first=first, count=len(batch.entries), now_ms=NOW, codec=Codec.ZLIB)

    async def send(self, batch: RecordBatch) -> Receipt | Rejected:
        answer = await self.receiver.deposit(await self.wrap(batch), self.signer.public)
        if isinstance(answer, Rejected):
            self.out = None  # what a hub does: it asks where it stands and begins a new stream
        return answer


def batch_of(maker: RecordMaker, first: int, end: int | None = None, **fields: object) -> RecordBatch:
    """The honest batch [first, end) of a record."""
    end = maker.size if end is None else end
    profile = [BatchObject("profile", maker.world.profile_raw)] if first == 0 else []
    batch = RecordBatch(
        "hub-1", first, maker.entries[first:end], maker.note(end), list(maker.certificates), profile, []
    )
    return msgspec.structs.replace(batch, **fields)


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


async def rows(store: OfficeStore) -> dict[str, int]:
    """How much is stored, apart from what is put aside."""
    async with store.engine.connect() as db:
        return {
            table.name: (await db.execute(select(func.count()).select_from(table))).scalar_one()
            for table in tables.metadata.sorted_tables
            if table.name not in ("quarantine", "record")
        }


async def refused(hub: Sender, store: OfficeStore, batch: RecordBatch, code: str) -> str:
    """The batch is refused with this code, nothing of it is stored, and it is kept aside; what was said of it."""
    before = await rows(store)
    answer = await hub.send(batch)
    assert isinstance(answer, Rejected), answer
    assert answer.code == code, (await store.aside())[-1]
    assert await rows(store) == before
    (_, kept, why, note) = (await store.aside())[-1]
    assert (kept, note) == (code, batch.note)
    return why


async def accepted(hub: Sender, batch: RecordBatch) -> Receipt:
    answer = await hub.send(batch)
    assert isinstance(answer, Receipt), (answer, await hub.receiver.store.aside())
    assert answer.size == batch.size
    return answer


# ------------------------------------------------------------------ what holds


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
    assert [(size, lines) for size, _, lines in await store.checkpoints(held.no)][0] == (5, [(name, line)])
    assert world.desk.certificate in await store.certificates()


# ------------------------------------------------------------------ what does not hold


def forge_signature(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    signed = maker.sign(command, maker.world.clerks[0])
    altered = Signed(signed.payload, signed.signature[:-1] + bytes([signed.signature[-1] ^ 1]))
    maker.append(altered, maker.context(), events_of(maker, command, maker.world.clerks[0]))


def forge_contractors_decision(maker: RecordMaker) -> None:
    """A clerk signs the decision, and the hub writes the events that an officer's would have had."""
    asked = ask_for_identity(maker)
    officer = next(one for one in maker.world.officers if one.person == asked.officer)
    decision = maker.decision(asked)
    maker.append(maker.sign(decision, maker.world.clerks[0]), maker.context(), events_of(maker, decision, officer))


def forge_city_certificate(maker: RecordMaker) -> None:
    """The contractor's issuer certifies an officer of its own."""
    world, asked = maker.world, ask_for_identity(maker)
    made = world.person("staff-9", "staff", "contractor", ("worker",))
    false = world.certify(
        "staff-9", "officer", "city", ("city_staff",), issuer=world.signer("contractor-issuer").public
    )
    made.certificate, made.certificate_id = false, certificate_id(false)
    maker.certificates[false] = None
    officer = next(one for one in world.officers if one.person == asked.officer)
    decision = maker.decision(asked)
    maker.append(maker.sign(decision, made), maker.context(), events_of(maker, decision, officer))


def forge_events(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    (issued,) = events_of(maker, command, maker.world.clerks[0])
    assert isinstance(issued, queue.TicketIssued)
    altered = msgspec.structs.replace(issued, number="A-099")
    maker.append(maker.sign(command, maker.world.clerks[0]), maker.context(), (altered,))


def forge_context(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    events = events_of(maker, command, maker.world.clerks[0])
    earlier = msgspec.structs.replace(maker.context(), at_ms=maker.now_ms - 3_600_000)
    maker.append(maker.sign(command, maker.world.clerks[0]), earlier, events)


def forge_index_in_context(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    events = events_of(maker, command, maker.world.clerks[0])
    other = msgspec.structs.replace(maker.context(), index=maker.size + 1)
    maker.append(maker.sign(command, maker.world.clerks[0]), other, events)


def forge_refused_command(maker: RecordMaker) -> None:
    """A lane that the contract does not have."""
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    events = events_of(maker, command, maker.world.clerks[0])
    maker.append(maker.sign(queue.IssueTicket("nowhere"), maker.world.clerks[0]), maker.context(), events)


def forge_managers_word(maker: RecordMaker) -> None:
    """A clerk ends the reception."""
    events = events_of(maker, day.StopReception(), maker.world.manager)
    maker.append(maker.sign(day.StopReception(), maker.world.clerks[0]), maker.context(), events)


def forge_second_use(maker: RecordMaker) -> None:
    """The hub carries out one signed command twice."""
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    signed = maker.sign(command, maker.world.clerks[0])
    for _ in range(2):
        maker.append(signed, maker.context(), events_of(maker, command, maker.world.clerks[0]))


def forge_other_record(maker: RecordMaker) -> None:
    """A command that was signed for another hub."""
    other = RecordMaker(World())
    other.world.deployment = msgspec.structs.replace(maker.world.deployment, record="hub-2")
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    signed = other.sign(command, maker.world.clerks[0])
    maker.append(signed, maker.context(), events_of(maker, command, maker.world.clerks[0]))


def forge_epoch(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    maker.do(command, maker.world.clerks[0])
    last = msgspec.structs.replace(decode_entry(maker.entries[-1]), epoch=2)
    replace_last(maker, encode_entry(last))


def forge_long_bytes(maker: RecordMaker) -> None:
    """An entry with one byte behind its end: another leaf for the same content."""
    maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
    replace_last(maker, maker.entries[-1] + b"\0")


def forge_expired_signer(maker: RecordMaker) -> None:
    world = maker.world
    gone = world.person("staff-8", "staff", "contractor", ("worker",))
    gone.certificate = world.certify("staff-8", "staff", "contractor", ("worker",), not_after_ms=maker.now_ms - 1)
    gone.certificate_id = certificate_id(gone.certificate)
    maker.certificates[gone.certificate] = None
    command = queue.IssueTicket(world.profile.lanes[0].id)
    maker.append(maker.sign(command, gone), maker.context(), events_of(maker, command, world.clerks[0], "staff-8"))


FORGERIES: list[tuple[Callable[[RecordMaker], None], str]] = [
    (forge_signature, "replay.bad_signature"),
    (forge_contractors_decision, "replay.rule_refuses"),
    (forge_city_certificate, "replay.not_trusted"),
    (forge_events, "replay.other_events"),
    (forge_context, "replay.other_events"),
    (forge_index_in_context, "replay.wrong_index"),
    (forge_refused_command, "replay.rule_refuses"),
    (forge_managers_word, "replay.rule_refuses"),
    (forge_second_use, "replay.repeated_command"),
    (forge_other_record, "replay.meant_elsewhere"),
    (forge_epoch, "replay.wrong_epoch"),
    (forge_long_bytes, "replay.bad_entry"),
    (forge_expired_signer, "replay.not_trusted"),
]


@pytest.mark.parametrize(("forge", "code"), FORGERIES, ids=[forge.__name__ for forge, _ in FORGERIES])
async def test_a_forged_entry_is_refused_by_name_and_the_honest_record_goes_on(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World, forge: Callable[[RecordMaker], None], code: str
) -> None:
    maker.ticket()
    honest = maker.size
    await accepted(hub, batch_of(maker, 0))
    false = copy(maker)
    forge(false)
    await refused(hub, store, batch_of(false, honest), code)
    maker.ticket()
    await accepted(hub, batch_of(maker, honest))


async def test_a_decision_of_a_contractor_names_the_citys_right(
    hub: Sender, store: OfficeStore, maker: RecordMaker
) -> None:
    forge_contractors_decision(maker)
    why = await refused(hub, store, batch_of(maker, 0), "replay.rule_refuses")
    assert "role.city_only" in why


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
    assert other.note() in [note for _, _, _, note in await store.aside()]
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
    await refused(hub, store, batch_of(maker, 0, objects=[]), "replay.unknown_rules")


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


# ------------------------------------------------------------------ streams


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


# ------------------------------------------------------------------ helpers


def copy(maker: RecordMaker) -> RecordMaker:
    """The same record, to go on differently."""
    other = RecordMaker(maker.world)
    other.booth, other.frontier = maker.booth, Frontier(maker.frontier.size, maker.frontier.hashes)
    other.entries, other.ids, other.certificates = list(maker.entries), list(maker.ids), dict(maker.certificates)
    other.now_ms, other._made, other._seal = maker.now_ms, maker._made, maker._seal
    return other


def events_of(maker: RecordMaker, command: Command, by: Person, person: str = "") -> tuple[Event, ...]:
    """What the rules would give for this command by somebody who may."""
    who = maker.by(by)
    who = By(person or who.person, who.kind, who.party, who.roles)
    decided = decide(maker.world.profile, maker.booth, command, maker.context(), who)
    assert not isinstance(decided, Refusal), decided.en
    return decided


def ask_for_identity(maker: RecordMaker) -> identity.IdentityRequested:
    """Bring a visit to the city's step and ask; the open request."""
    before = maker.size
    maker.ticket()
    for index in range(before, maker.size):
        events = decode_events(bytes(decode_entry(maker.entries[index]).events))
        if isinstance(events[0], identity.IdentityRequested):
            cut(maker, index + 1)
            return events[0]
    raise AssertionError("this contract's first method has no step of the city")


def cut(maker: RecordMaker, size: int) -> None:
    """Take the record back to its first `size` entries, by replaying them."""
    trust = maker.world.trust()
    for encoded in maker.certificates:
        trust.add(encoded)
    replay = Replay(maker.world.deployment, trust, {maker.world.deployment.profile: maker.world.profile})
    for body in maker.entries[:size]:
        replay.take(body)
    del maker.entries[size:], maker.ids[size:]
    maker.booth, maker.frontier = replay.booth, replay.frontier
    assert isinstance(maker.booth, Booth)


def replace_last(maker: RecordMaker, body: bytes) -> None:
    maker.entries[-1] = body
    maker.frontier = Frontier()
    for one in maker.entries:
        maker.frontier.append(leaf_hash(one))


def note_over(maker: RecordMaker, entries: Sequence[bytes]) -> str:
    frontier = Frontier()
    for body in entries:
        frontier.append(leaf_hash(body))
    origin = maker.world.deployment.origin
    return sign(Checkpoint(origin, frontier.size, frontier.root()), origin, maker.world.hub.signer)


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
