"""The courier under cuts, crashes, copies and disorder: what was acknowledged is there, and it never goes back."""

import asyncio
import contextlib
import sqlite3
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from sync.envelopes.envelope import DAY_MS
from sync.keys.keys import Signer
from sync.mail import courier, stickfiles
from sync.mail.courier import Acknowledged, Outbox, Sealed
from sync.mail.faults import NoStream, OutboxDamaged, OutboxUnusable, RecordBehind, WrongReceipt
from sync.mail.offer import open_offer
from sync.mail.stickdisk import StickUnreadable
from sync.messages import Receipt, Rejected, Resume
from sync.record.checkpoint import cosign
from sync.record.store import RecordStore
from tests.records import MORNING_MS, RecordMaker, World

T = TypeVar("T")

NOW = MORNING_MS
WORLD = World()


def _whole_record() -> RecordMaker:
    maker = RecordMaker(WORLD)
    maker.day(tickets=2)
    return maker


MAKER = _whole_record()
OFFICE_NAME = WORLD.deployment.key_name("office-1")


def ended(threads: set[threading.Thread]) -> bool:
    """Whether these threads end without being told to once more."""
    for thread in threads:
        thread.join(60)
    return not any(thread.is_alive() for thread in threads)


async def open_outbox(folder: Path) -> Outbox:
    deployment = WORLD.deployment
    return await Outbox.open(
        folder / "outbox.sqlite",
        signer=WORLD.hub.signer,
        deployment=deployment.id,
        record=deployment.record,
        origin=deployment.origin,
    )


@pytest.mark.parametrize("spoilt", [b"\xc1 no database" * 400, b"SQLite format 3\0" + bytes(4080), b"table"])
async def test_an_outbox_that_cannot_be_read_is_named_and_left_and_nothing_of_it_stays_open(
    tmp_path: Path, spoilt: bytes
) -> None:
    file, before = tmp_path / "outbox.sqlite", set(threading.enumerate())
    if spoilt == b"table":
        await (await open_outbox(tmp_path)).close()
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as db:
            db.execute("INSERT INTO stream VALUES (1, 'x', 'x', 'no offer', 1, 'x', 'x')")
    else:
        file.write_bytes(spoilt)
    held = file.read_bytes()
    with pytest.raises(OutboxDamaged):
        await open_outbox(tmp_path)
    assert ended(set(threading.enumerate()) - before)
    if spoilt != b"table":  # SQLite takes its log into that file when it opens it
        assert file.read_bytes() == held


async def test_an_outbox_in_use_or_of_no_place_is_named_and_nothing_of_it_stays_open(tmp_path: Path) -> None:
    first, before = await open_outbox(tmp_path), set(threading.enumerate())
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(OutboxUnusable):
            await open_outbox(folder)
    assert ended(set(threading.enumerate()) - before)
    await first.close()


class Way:
    """A hub's record and outbox, and an office, each of which can be killed; the line between them can be cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def open(self) -> None:
        self.record = await RecordStore.open(self.folder / "record.sqlite", origin=WORLD.deployment.origin)
        if self.record.size == 0:
            await self.record.put_object("profile", WORLD.profile_raw)
        self.outbox = await open_outbox(self.folder)
        await self.open_office()

    async def open_office(self) -> None:
        self.store = await OfficeStore.open(str(self.folder / "office.sqlite"))
        office = WORLD.machine("office-1", "office", "contractor")
        for known in (WORLD.issuers["contractor"], WORLD.hub.certificate):
            office.trust.add(known)
        self.office = await Receiver.open(office, self.store, lambda: NOW)

    async def close(self) -> None:
        await self.outbox.close()
        await self.record.close()
        await self.store.close()

    async def begin(self, resume: Resume) -> None:
        offer = open_offer(await self.office.offer(), WORLD.office.signer.public, WORLD.deployment.id, NOW)
        await self.outbox.begin(offer, resume.size, self.record)

    async def connect(self) -> list[Sealed]:
        """What a hub does first on a new line; the envelopes that are to be sent again."""
        resume = await self.office.resume("hub-1", WORLD.hub.signer.public)
        if not await self.outbox.fits(resume, NOW):
            await self.begin(resume)
        taken = resume.counter if resume.stream == self.outbox.stream else 0
        found = [await self.outbox.envelope(n) for n in await self.outbox.waiting() if n >= taken]
        return [one for one in found if one is not None]

    async def deliver(self, message: bytes) -> Receipt | Rejected:
        return await self.office.deposit(message, WORLD.hub.signer.public)

    async def acknowledge(self, receipt: Receipt) -> Acknowledged:
        return await self.outbox.acknowledge(receipt, OFFICE_NAME, WORLD.office.signer.public)


class CourierMachine(RuleBasedStateMachine):
    """Any order of growth, sending, cuts, copies, disorder and crashes on both sides."""

    @initialize()
    def start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.temporary = tempfile.TemporaryDirectory()
        self.way = Way(Path(self.temporary.name))
        self.run(self.way.open())
        self.connected = False
        self.again: list[Sealed] = []
        self.acknowledged = 0
        self.office_size = 0
        self.delivered: list[bytes] = []
        self.times_sent: dict[bytes, int] = {}
        self.cuts = 0

    def run(self, work: Coroutine[None, None, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        if hasattr(self, "way"):
            # Whatever happened: one clean run brings everything over, and nothing twice.
            try:
                self.run(self.finish())
            finally:
                self.run(self.way.close())
                self.loop.close()
                self.temporary.cleanup()

    async def finish(self) -> None:
        await self.grow_to(MAKER.size)
        await self.reconnect()
        for sealed in self.again:
            await self.send(sealed)
        self.again = []
        while (rest := await self.way.outbox.seal(self.way.record, NOW)) is not None:
            await self.send(rest)
        held = await self.way.store.record("hub-1")
        assert held is not None
        assert (held.size, held.frontier.root()) == (MAKER.size, MAKER.frontier.root())
        assert await self.way.store.entries(held.no, 0, held.size) == MAKER.entries

    async def grow_to(self, size: int) -> None:
        await MAKER.add(self.way.record, size)

    async def reconnect(self) -> None:
        self.again = await self.way.connect()
        # A line carries one envelope at a time: at most that one can be sent again.
        assert len(self.again) <= 1
        self.connected = True

    async def send(self, sealed: Sealed) -> None:
        """Send whole, and have the receipt come back."""
        answer = await self.hand_over(sealed)
        assert isinstance(answer, Receipt), answer
        got = await self.way.acknowledge(answer)
        assert got.size >= self.acknowledged
        self.acknowledged = got.size

    async def hand_over(self, sealed: Sealed) -> Receipt | Rejected:
        self.times_sent[sealed.message] = self.times_sent.get(sealed.message, 0) + 1
        self.delivered.append(sealed.message)
        return await self.way.deliver(sealed.message)

    async def next(self) -> Sealed | None:
        if self.again:
            return self.again.pop(0)
        return await self.way.outbox.seal(self.way.record, NOW)

    @rule(more=st.integers(1, 9))
    def grow(self, more: int) -> None:
        self.run(self.grow_to(min(MAKER.size, self.way.record.size + more)))

    @precondition(lambda self: not self.connected)
    @rule()
    def connect(self) -> None:
        self.run(self.reconnect())

    @precondition(lambda self: self.connected)
    @rule()
    def ship(self) -> None:
        sealed = self.run(self.next())
        if sealed is not None:
            self.run(self.send(sealed))

    @precondition(lambda self: self.connected)
    @rule(byte=st.integers(0, 1 << 20))
    def cut_on_the_way_there(self, byte: int) -> None:
        sealed = self.run(self.next())
        if sealed is not None:
            self.cuts += 1
            part = sealed.message[: byte % len(sealed.message)]
            answer = self.run(self.way.deliver(part))
            assert isinstance(answer, Rejected)
        self.connected = False

    @precondition(lambda self: self.connected)
    @rule()
    def cut_on_the_way_back(self) -> None:
        sealed = self.run(self.next())
        if sealed is not None:
            self.cuts += 1
            assert isinstance(self.run(self.hand_over(sealed)), Receipt)
        self.connected = False

    @precondition(lambda self: self.delivered)
    @rule(data=st.data())
    def copy_comes_again(self, data: st.DataObject) -> None:
        """Anyone may send anything again, in any order: the same receipt, and nothing changes."""
        message = data.draw(st.sampled_from(self.delivered))
        answer = self.run(self.way.deliver(message))
        assert isinstance(answer, Receipt)
        assert answer == self.run(self.way.deliver(message))

    @precondition(lambda self: self.connected and not self.again)
    @rule()
    def two_come_in_the_wrong_order(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(courier, "BATCH_ENTRIES", 3)
            first = self.run(self.next())
            second = self.run(self.next())
        if first is not None and second is not None:
            early = self.run(self.way.deliver(second.message))
            assert isinstance(early, Rejected)
            assert early.code == "envelope.gap"
        for sealed in (first, second):
            if sealed is not None:
                self.run(self.send(sealed))

    @rule()
    def office_is_killed(self) -> None:
        """Its memory is gone; what it has not committed never was."""
        self.run(self.way.store.close())
        self.run(self.way.open_office())
        self.connected = False

    @rule(sealed_first=st.booleans())
    def hub_is_killed(self, sealed_first: bool) -> None:
        """With sealed_first it dies between sealing an envelope and sending it."""
        if sealed_first and self.connected and not self.again:
            self.run(self.next())
        self.run(self.way.outbox.close())
        self.way.outbox = self.run(open_outbox(self.way.folder))
        assert self.way.outbox.acknowledged == self.acknowledged
        self.connected = False

    @invariant()
    def what_was_acknowledged_is_there_and_sizes_only_grow(self) -> None:
        if not hasattr(self, "way"):
            return
        held = self.run(self.way.store.record("hub-1"))
        size = 0 if held is None else held.size
        assert size >= self.office_size
        assert size >= self.acknowledged
        self.office_size = size
        if held is not None and size:
            assert held.frontier.root() == self.run(self.way.record.root(size))

    @invariant()
    def an_envelope_is_sent_again_only_after_a_cut(self) -> None:
        if hasattr(self, "way"):
            assert sum(times - 1 for times in self.times_sent.values()) <= self.cuts


TestCourier = CourierMachine.TestCase
TestCourier.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


# ------------------------------------------------------------------ one thing at a time


@pytest.fixture
async def way(tmp_path: Path) -> AsyncIterator[Way]:
    way = Way(tmp_path)
    await way.open()
    yield way
    await way.close()


async def sealed_all(way: Way) -> list[Sealed]:
    found = []
    while (sealed := await way.outbox.seal(way.record, NOW)) is not None:
        found.append(sealed)
    return found


async def test_nothing_is_sealed_before_the_receivers_offer(way: Way) -> None:
    await MAKER.add(way.record, 3)
    with pytest.raises(NoStream):
        await way.outbox.seal(way.record, NOW)


async def test_a_record_shorter_than_the_office_has_seen_is_not_sent(way: Way) -> None:
    await MAKER.add(way.record, 3)
    with pytest.raises(RecordBehind):
        await way.begin(Resume("hub-1", 9, bytes(16), 0, bytes(32)))


async def test_only_the_offices_own_receipt_lets_an_envelope_go(way: Way) -> None:
    await MAKER.add(way.record, 5)
    await way.connect()
    (sealed,) = await sealed_all(way)
    answer = await way.deliver(sealed.message)
    assert isinstance(answer, Receipt)
    line = cosign(sealed.note, OFFICE_NAME, Signer(bytes(32)), NOW // 1000)
    false = (
        msgspec.structs.replace(answer, line=line),
        msgspec.structs.replace(answer, size=4),
        msgspec.structs.replace(answer, counter=2),
        msgspec.structs.replace(answer, stream=bytes(16)),
    )
    for receipt in false:
        with pytest.raises(WrongReceipt):
            await way.acknowledge(receipt)
    assert await way.outbox.waiting() == [1]
    assert (await way.acknowledge(answer)).size == 5
    assert await way.outbox.waiting() == []
    kept = await way.outbox.last_acknowledged()
    assert kept is not None
    assert (kept.size, kept.line) == (5, answer.line)


async def test_a_sealed_envelope_is_the_same_bytes_after_a_restart(way: Way) -> None:
    await MAKER.add(way.record, 5)
    await way.connect()
    (sealed,) = await sealed_all(way)
    await way.outbox.close()
    way.outbox = await open_outbox(way.folder)
    assert await way.outbox.envelope(1) == sealed
    assert [one.message for one in await way.connect()] == [sealed.message]


async def test_a_seal_given_up_half_way_leaves_memory_and_disk_alike(way: Way) -> None:
    await MAKER.add(way.record, 5)
    await way.connect()
    for _ in range(3):
        task = asyncio.create_task(way.outbox.seal(way.record, NOW))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await MAKER.add(way.record, 9)
    await sealed_all(way)
    for counter in await way.outbox.waiting():
        sealed = await way.outbox.envelope(counter)
        assert sealed is not None
        assert isinstance(await way.deliver(sealed.message), Receipt)


async def test_the_record_travels_on_a_stick_and_the_receipts_come_back_on_it(way: Way, tmp_path: Path) -> None:
    await way.connect()
    for size in (6, 12, 20):
        await MAKER.add(way.record, size)
        await sealed_all(way)
    stick = tmp_path / "stick"
    stick.mkdir()
    assert len(await stickfiles.write_envelopes(way.outbox, stick)) == 3
    (stick / "notes.txt").write_text("何かほかのもの")
    for _ in range(2):  # plugged in twice: the second time changes nothing
        for envelope in map(stickfiles.read_envelope, stickfiles.envelopes(stick)):
            answer = await way.office.deposit_file(envelope)
            assert isinstance(answer, Receipt)
            stickfiles.write_receipt(stick, answer)
    (stick / f"other{stickfiles.RECEIPT_SUFFIX}").write_bytes(b"not a receipt")
    taken, (refused,) = await stickfiles.take_receipts(way.outbox, stick, OFFICE_NAME, WORLD.office.signer.public)
    assert isinstance(refused, StickUnreadable) and "other.receipt" in str(refused)
    assert [one.size for one in taken] == [6, 12, 20]
    assert await way.outbox.waiting() == []
    again = await stickfiles.take_receipts(way.outbox, stick, OFFICE_NAME, WORLD.office.signer.public)
    assert again.taken == []


async def test_what_the_office_said_before_its_newest_receipt_is_old_unless_its_clock_was_wrong(way: Way) -> None:
    await way.connect()
    await MAKER.add(way.record, 6)
    assert await way.outbox.hear(NOW - 2000, NOW)
    (sealed,) = await sealed_all(way)
    receipt = await way.deliver(sealed.message)
    assert isinstance(receipt, Receipt)
    await way.acknowledge(receipt)  # over whatever way: it says when it was cosigned
    for _ in range(2):
        assert not await way.outbox.hear(NOW - 1001, NOW)
        assert await way.outbox.hear(NOW + 1, NOW)
        await way.outbox.close()
        way.outbox = await open_outbox(way.folder)
    assert not await way.outbox.hear(NOW - 1001, NOW)
    assert await way.outbox.hear(NOW + 2 * DAY_MS, NOW + 2 * DAY_MS)
    assert not await way.outbox.hear(NOW, NOW + DAY_MS)
    assert await way.outbox.hear(NOW, NOW), "what was heard lies two days ahead"


async def test_an_office_that_lost_its_disk_is_given_everything_again_under_a_new_stream(way: Way) -> None:
    await MAKER.add(way.record, 9)
    await way.connect()
    for sealed in await sealed_all(way):
        answer = await way.deliver(sealed.message)
        assert isinstance(answer, Receipt)
        await way.acknowledge(answer)
    old = way.outbox.stream
    await way.store.close()
    for file in way.folder.glob("office.sqlite*"):
        file.unlink()
    await way.open_office()
    await way.connect()
    assert way.outbox.stream != old
    for sealed in await sealed_all(way):
        assert isinstance(await way.deliver(sealed.message), Receipt)
    held = await way.store.record("hub-1")
    assert held is not None
    assert held.size == 9


async def test_a_batch_is_never_larger_than_an_envelope(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "BATCH_BYTES", 40_000)
    await MAKER.add(way.record)
    await way.connect()
    sealed = await sealed_all(way)
    assert len(sealed) > 1
    for one in sealed:
        assert len(one.message) < 1 << 20
        assert isinstance(await way.deliver(one.message), Receipt)


async def test_a_stream_is_open_for_the_key_that_signs_it_and_as_long_as_the_receiver_has_its_own(way: Way) -> None:
    key = WORLD.hub.signer.public
    assert not way.outbox.open_for(key, NOW), "none was begun"
    await way.connect()
    assert way.outbox.open_for(key, NOW)
    assert not way.outbox.open_for(WORLD.signer("standby-1").public, NOW)
    assert way.outbox._stream is not None
    ends_ms = way.outbox._stream.offer.not_after_ms
    assert way.outbox.open_for(key, ends_ms) and not way.outbox.open_for(key, ends_ms + 1)
