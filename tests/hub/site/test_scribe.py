"""The scribe: durable before visible, each command once, and nothing from whoever has no right to it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import VERSION
from hub.domain import booth as rules
from hub.domain import codec
from hub.domain.booth import Booth, Command, fold
from hub.domain.continuity.continuity import ConfirmSwitchedOff
from hub.domain.day import day
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.site import scribe as scribe_module
from hub.site.clock import SimulatedClock
from hub.site.scribe import CommandBroke, Commit, Scribe, rejected
from hub.site.startfaults import OtherRules
from sync import canonical
from sync.errors import Malformed, SyncError
from sync.keys.certificate import certificate_id
from sync.keys.party import Party, Person
from sync.keys.trust import TrustError
from sync.messages import OutcomeOf
from sync.record import command as signed_commands
from sync.record.command import CommandElsewhere, CommandForged, Signed, sign_command
from sync.record.entry import decode_entry
from sync.record.faults import RecordCommitFailed
from sync.record.merkle import Frontier
from sync.record.store import RecordStore
from sync.record.writer import WriterStopped
from tests.hub.attacks.dishonest import record, restored, until_request
from tests.records import MORNING_MS, RecordMaker, World

HOUR_MS = 3_600_000


class Watch:
    """A clock that shows what it is set to: a Pi without a network, or a person with a screwdriver."""

    def __init__(self, now_ms: int = MORNING_MS) -> None:
        self.wall = now_ms
        self.ticks = 0

    def now_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        self.ticks += 1
        return self.ticks


class Bench:
    """A scribe on a real record, and people who sign."""

    def __init__(self, world: World, store: RecordStore, scribe: Scribe, watch: Watch) -> None:
        self.world = world
        self.store = store
        self.scribe = scribe
        self.watch = watch
        self.maker = RecordMaker(world)  # signs; its own record stays empty

    def sign(self, command: Command, by: Person | Party | None = None, id: bytes | None = None) -> Signed:
        return self.maker.sign(command, by or self.world.clerks[0], id=id or os.urandom(16))

    async def send(self, signed: Signed, by: Person | None = None) -> OutcomeOf:
        return await self.scribe.submit(signed, (by or self.world.clerks[0]).chain)

    async def do(self, command: Command, by: Person | None = None) -> OutcomeOf:
        return await self.send(self.sign(command, by), by)

    async def open(self) -> None:
        profile, event = self.world.deployment.profile, self.world.profile.event_types[0].id
        opened = day.OpenDay(day.iso_date(self.watch.now_ms()), event, "会場", profile, True)
        assert (await self.do(opened, self.world.manager)).index is not None

    @property
    def lane(self) -> str:
        return self.world.profile.lanes[0].id

    async def issue(self) -> int:
        outcome = await self.do(queue.IssueTicket(self.lane))
        assert outcome.index is not None
        return outcome.index


@asynccontextmanager
async def bench_at(
    path: Path, world: World | None = None, watch: Watch | None = None, kind: type[RecordStore] = RecordStore
) -> AsyncIterator[Bench]:
    """A bench on the record at `path`; left without a clean close of the scribe, as after a crash."""
    world, watch = world or World(), watch or Watch()
    party = world.machine("hub-1", "hub", "contractor")
    store = await kind.open(path / "record.sqlite", origin=world.deployment.origin)
    try:
        scribe = await Scribe.start(party, store, world.profile_raw, world.profile, watch)
        try:
            yield Bench(world, store, scribe, watch)
        finally:
            await scribe._writer.close()  # what is under way is written; no snapshot is kept
    finally:
        await store.close()


async def refolded(store: RecordStore, world: World) -> Booth:
    """The state of the whole record, from its first entry."""
    booth = Booth(hub=world.deployment.record, profile=world.deployment.profile, training=world.deployment.training)
    index = 0
    async for body in store:
        booth = fold(booth, codec.decode_events(bytes(decode_entry(body).events)), index)
        index += 1
    return booth


def refusal_of(outcome: OutcomeOf) -> str:
    assert outcome.index is None
    return codec.decode_refusal(outcome.refusal).code


# ---------------------------------------------------------------- durable before visible


class Slow(RecordStore):
    """A real store whose disk waits until it is told to go on, or fails."""

    gate: asyncio.Event
    reached: asyncio.Event
    fails = ""

    async def append(self, *args: object, **more: object) -> None:
        if hasattr(self, "gate"):
            self.reached.set()
            await self.gate.wait()
        if self.fails == "before":
            raise RecordCommitFailed(reason="disk full")
        await super().append(*args, **more)  # type: ignore[arg-type]
        if self.fails == "after":
            raise RecordCommitFailed(reason="the disk said no, and had written it all the same")


async def test_nobody_sees_an_entry_before_it_is_on_the_disk(tmp_path: Path) -> None:
    async with bench_at(tmp_path, kind=Slow) as bench:
        await bench.open()
        store = bench.store
        assert isinstance(store, Slow)
        store.gate, store.reached = asyncio.Event(), asyncio.Event()
        heard: list[Commit] = []
        bench.scribe.listeners.append(heard.append)
        booth, size, note = bench.scribe.booth, bench.scribe.size, bench.scribe.note
        answer = asyncio.create_task(bench.do(queue.IssueTicket(bench.lane)))
        await store.reached.wait()
        assert (bench.scribe.booth, bench.scribe.size, bench.scribe.note) == (booth, size, note)
        assert not heard and not answer.done()
        store.gate.set()
        assert (await answer).index == size
        assert bench.scribe.size == size + 1 and len(heard) == 1
        assert bench.scribe.note == await store.checkpoint(size + 1)


@pytest.mark.parametrize("fails", ["before", "after"])
async def test_a_failed_commit_stops_the_scribe_and_a_restart_shows_exactly_what_the_disk_holds(
    tmp_path: Path, fails: str
) -> None:
    async with bench_at(tmp_path, kind=Slow) as bench:
        await bench.open()
        store = bench.store
        assert isinstance(store, Slow)
        heard: list[Commit] = []
        bench.scribe.listeners.append(heard.append)
        store.fails = fails
        signed = bench.sign(queue.IssueTicket(bench.lane))
        with pytest.raises(WriterStopped):
            await bench.send(signed)
        assert isinstance(await bench.scribe.stopped(), RecordCommitFailed)
        with pytest.raises(WriterStopped):
            await bench.do(queue.IssueTicket(bench.lane))
        assert not heard and not bench.scribe.booth.queue.tickets
    async with bench_at(tmp_path) as again:
        there = 1 if fails == "after" else 0
        assert again.scribe.size == 1 + there
        assert again.scribe.booth == await refolded(again.store, again.world)
        assert len(again.scribe.booth.queue.tickets) == there
        assert (await again.send(signed)).index == 1  # sent again by the terminal: it happens once
        assert [ticket.number for ticket in again.scribe.booth.queue.tickets.values()] == ["A-001"]


async def test_a_listener_that_fails_stops_neither_the_record_nor_the_others(tmp_path: Path) -> None:
    async with bench_at(tmp_path) as bench:
        heard: list[Commit] = []

        def fails(_: Commit) -> None:
            raise RuntimeError("a listener's own fault")

        bench.scribe.listeners.extend([fails, heard.append])
        await bench.open()
        await bench.issue()
        assert len(heard) == 2


# ---------------------------------------------------------------- once


async def test_a_command_sent_again_is_answered_as_the_first_time_also_after_a_restart(tmp_path: Path) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        signed = bench.sign(queue.IssueTicket(bench.lane))
        refused = bench.sign(queue.CallTicket(99, "窓口1"))
        first, no = await bench.send(signed), await bench.send(refused)
        again, no_again = await bench.send(signed), await bench.send(refused)
        assert again.index == first.index == 1 and bench.scribe.size == 2
        assert (await bench.scribe.events_of(again)).events == first.events
        assert no_again == no and refusal_of(no) == "queue.unknown_ticket"
        both = await asyncio.gather(
            *(bench.send(bench.sign(queue.IssueTicket(bench.lane), id=b"t" * 16)) for _ in "ab")
        )
        assert both[0].index == both[1].index == 2
    async with bench_at(tmp_path) as later:
        assert (await later.scribe.events_of(await later.send(signed))).events == first.events
        assert await later.send(refused) == no
        assert later.scribe.size == 3


async def test_a_refused_command_stays_refused_when_it_comes_again_even_if_it_would_be_allowed_now(
    tmp_path: Path,
) -> None:
    async with bench_at(tmp_path) as bench:
        early = bench.sign(queue.IssueTicket(bench.lane))
        assert refusal_of(await bench.send(early)) == "day.not_open"
        await bench.open()
        assert refusal_of(await bench.send(early)) == "day.not_open"  # it is answered, not done behind somebody's back
        assert bench.scribe.size == 1


@given(clerks=st.lists(st.integers(0, 2), min_size=2, max_size=12), waiting=st.integers(0, 8))
async def test_clerks_who_call_at_the_same_moment_never_get_the_same_ticket(
    tmp_path_factory: pytest.TempPathFactory, clerks: list[int], waiting: int
) -> None:
    async with bench_at(tmp_path_factory.mktemp("race")) as bench:
        await bench.open()
        await asyncio.gather(*(bench.do(queue.IssueTicket(bench.lane)) for _ in range(waiting)))
        people = [bench.world.clerks[clerk] for clerk in clerks]
        outcomes = await asyncio.gather(
            *(bench.do(queue.CallNext((bench.lane,), f"窓口{at}"), who) for at, who in enumerate(people))
        )
        called = [event for o in outcomes if o.index is not None for event in codec.decode_events(o.events)]
        numbers = [event.number for event in called if isinstance(event, queue.TicketCalled)]
        assert len(numbers) == len(set(numbers)) == min(waiting, len(clerks))
        assert sorted(numbers) == [f"A-{n:03}" for n in range(1, len(numbers) + 1)]


# ---------------------------------------------------------------- no trace


def changed(bench: Bench, **fields: object) -> Signed:
    """An issue command with these fields changed before it is signed, by the same clerk."""
    plain = signed_commands.read_command(bench.sign(queue.IssueTicket(bench.lane)).payload)
    return sign_command(msgspec.structs.replace(plain, **fields), bench.world.clerks[0].signer)


async def assert_no_trace(bench: Bench, signed: Signed, chain: list[bytes], error: type[SyncError]) -> SyncError:
    before = (bench.scribe.booth, bench.scribe.size, await bench.store.certificates(), set(bench.scribe.party.trust))
    with pytest.raises(error) as caught:
        await bench.scribe.submit(signed, chain)
    after = (bench.scribe.booth, bench.scribe.size, await bench.store.certificates(), set(bench.scribe.party.trust))
    assert after == before
    shown = codec.decode_refusal(rejected(signed, caught.value).refusal)
    assert shown.code == "command.rejected" and shown.ja and shown.en
    return caught.value


async def test_what_is_forged_foreign_or_malformed_leaves_no_trace(tmp_path: Path) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        await bench.issue()
        clerk, world = bench.world.clerks[0], bench.world
        good = bench.sign(queue.IssueTicket(bench.lane))
        flipped = bytes([good.signature[0] ^ 1]) + good.signature[1:]
        await assert_no_trace(bench, Signed(good.payload, flipped), clerk.chain, CommandForged)
        other = sign_command(signed_commands.read_command(good.payload), world.clerks[1].signer)
        await assert_no_trace(bench, other, clerk.chain, CommandForged)
        await assert_no_trace(bench, changed(bench, deployment=bytes(16)), clerk.chain, CommandElsewhere)
        await assert_no_trace(bench, changed(bench, record="hub-2"), clerk.chain, CommandElsewhere)
        await assert_no_trace(bench, changed(bench, epoch=2), clerk.chain, CommandElsewhere)
        await assert_no_trace(bench, Signed(b"\xc1" * 40, good.signature), clerk.chain, Malformed)
        unmet = bench.sign(queue.IssueTicket(bench.lane), world.clerks[1])
        await assert_no_trace(bench, unmet, [*world.clerks[1].chain, b"no certificate"], Malformed)


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        ({"acts_on": "山田太郎様の件"}, "command.malformed"),
        ({"acts_on": "123456789018"}, "guard.personal_number"),
        ({"manifest": "山田太郎様の件".encode()}, "custody.manifest_differs"),
    ],
    ids=["words", "a My Number", "a manifest of nothing"],
)
async def test_what_is_signed_beside_the_arguments_and_no_rule_reads_makes_no_entry(
    tmp_path: Path, beside: dict[str, object], code: str
) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        size = bench.scribe.size
        assert refusal_of(await bench.send(changed(bench, **beside))) == code
        assert bench.scribe.size == size


async def test_a_hub_that_can_be_asked_is_not_switched_off(tmp_path: Path) -> None:
    """Nobody has a running hub write that another machine goes on, whichever epoch they sign for."""
    async with bench_at(tmp_path) as bench:
        await bench.open()
        size = bench.scribe.size
        said = ConfirmSwitchedOff(b"s" * 32, bench.scribe.epoch + 1, size, bytes(32))
        assert refusal_of(await bench.do(said, bench.world.manager)) == "continuity.wrong_place"
        assert bench.scribe.size == size and not bench.scribe.booth.continuity.confirmed


async def test_whoever_asks_a_scribe_that_refuses_gets_a_fault_of_their_own(tmp_path: Path) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        why = bench.scribe.refusing = Malformed(why="an old record")
        for _ in range(3):  # one object raised again and again carries every traceback that it ever had
            with pytest.raises(Malformed) as refused:
                await bench.issue()
            assert refused.value.data == why.data and refused.value is not why
        assert why.__traceback__ is None


async def test_a_signer_without_a_valid_chain_leaves_no_trace_and_no_certificate_in_the_hub(tmp_path: Path) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        rival = World(seed="rival")
        rival.deployment = bench.world.deployment  # a certificate that says it is of ours, under another root
        stranger = rival.person("staff-2", "staff", "contractor", ("worker",))
        await assert_no_trace(bench, bench.sign(queue.IssueTicket(bench.lane), stranger), stranger.chain, TrustError)
        expired = bench.world.certify("staff-9", "staff", "contractor", ("worker",), not_after_ms=MORNING_MS - 1)
        late = Person(bench.world.signer("staff-9"), expired, "x", [expired, bench.world.issuers["contractor"]])
        await assert_no_trace(bench, bench.sign(queue.IssueTicket(bench.lane), late), late.chain, TrustError)


async def test_rubbish_that_comes_along_with_a_good_command_is_neither_kept_nor_passed_on(tmp_path: Path) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        rival = World(seed="rival")
        rival.deployment = bench.world.deployment
        junk = rival.certify("staff-2", "staff", "contractor", ("worker",))
        commits: list[Commit] = []
        bench.scribe.listeners.append(commits.append)
        clerk = bench.world.clerks[2]
        outcome = await bench.scribe.submit(bench.sign(queue.IssueTicket(bench.lane), clerk), [*clerk.chain, junk])
        assert outcome.index == 1
        known = {certificate_id(one) for one in await bench.store.certificates()}
        assert clerk.certificate_id in known and certificate_id(junk) not in known
        assert certificate_id(junk) not in bench.scribe.party.trust
        assert junk not in commits[-1].certificates and clerk.certificate in commits[-1].certificates


@pytest.mark.parametrize(
    ("kind", "arguments", "code"),
    [
        ("queue.fly", {}, "command.unknown"),
        ("queue.issue", {}, "command.malformed"),
        ("queue.issue", {"kind": "queue.issue", "lane": 7}, "command.malformed"),
    ],
)
async def test_unknown_and_malformed_kinds_are_refused_by_name_and_make_no_entry(
    tmp_path: Path, kind: str, arguments: dict[str, object], code: str
) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        booth = bench.scribe.booth
        args = msgspec.Raw(canonical.encode(arguments))
        outcome = await bench.send(changed(bench, kind=kind, args=args))
        assert refusal_of(outcome) == code
        assert bench.scribe.size == 1 and bench.scribe.booth is booth


async def test_a_command_on_which_the_rules_themselves_fail_does_nothing_and_the_booth_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        decide = rules.decide

        def with_a_fault(*args: object, **more: object) -> object:
            if isinstance(args[2], queue.MarkNoShow):
                raise ZeroDivisionError
            return decide(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(scribe_module, "decide", with_a_fault)
        results = await asyncio.gather(
            bench.issue(),
            bench.do(queue.MarkNoShow(1)),
            bench.issue(),
            return_exceptions=True,
        )
        assert results[0] == 1 and results[2] == 2
        assert isinstance(results[1], CommandBroke)
        assert len(bench.scribe.booth.queue.tickets) == 2
        assert bench.scribe._writer.fault is None


# ---------------------------------------------------------------- snapshots


async def test_a_snapshot_and_the_entries_after_it_make_the_same_state_as_all_entries(tmp_path: Path) -> None:
    world = World()
    async with bench_at(tmp_path, world) as bench:
        await bench.open()
        for _ in range(3):
            await bench.issue()
        await bench.scribe.close()  # clean: keeps a snapshot
    async with bench_at(tmp_path, world) as bench:
        assert bench.scribe._snapshot_size == 4
        await bench.do(queue.CallNext((bench.lane,), "窓口1"))
        await bench.issue()
    async with bench_at(tmp_path, world) as bench:
        assert bench.scribe._snapshot_size == 4 and bench.scribe.size == 6
        assert bench.scribe.booth == await refolded(bench.store, world)
        assert codec.encode_booth(bench.scribe.booth) == codec.encode_booth(await refolded(bench.store, world))


async def test_a_snapshot_of_a_whole_day_equals_the_refolded_record(tmp_path: Path) -> None:
    maker = RecordMaker(World())
    maker.day(tickets=3)
    store = await maker.write(tmp_path / "record.sqlite")
    await store.close()
    async with bench_at(tmp_path, maker.world) as bench:
        assert bench.scribe.booth == maker.booth
        await bench.scribe.close()
    async with bench_at(tmp_path, maker.world) as bench:
        assert bench.scribe._snapshot_size == maker.size
        assert bench.scribe.booth == maker.booth == await refolded(bench.store, maker.world)


@pytest.mark.parametrize("why", ["rules", "bytes"])
async def test_a_snapshot_of_other_rules_or_one_that_cannot_be_read_is_thrown_away(tmp_path: Path, why: str) -> None:
    world = World()
    async with bench_at(tmp_path, world) as bench:
        await bench.open()
        await bench.issue()
        wrong = codec.encode_booth(Booth(hub="another")) if why == "rules" else b"\x93\xc1"
        frontier = bench.scribe.frontier
        edge = Frontier(frontier.size, frontier.hashes)
        await bench.store.save_snapshot(bench.scribe.size, "of before" if why == "rules" else day.RULES, edge, wrong)
    async with bench_at(tmp_path, world) as bench:
        assert bench.scribe.booth == await refolded(bench.store, world)
        assert bench.scribe.booth.hub == world.deployment.record


# ---------------------------------------------------------------- time


async def test_order_is_the_index_when_the_clock_jumps_back_an_hour(tmp_path: Path) -> None:
    watch = Watch(MORNING_MS + 2 * HOUR_MS)
    async with bench_at(tmp_path, watch=watch) as bench:
        await bench.open()
        first = await bench.issue()
        watch.wall -= HOUR_MS
        second = await bench.issue()
        outcome = await bench.do(queue.CallNext((bench.lane,), "窓口1"))
        (called,) = codec.decode_events(outcome.events)
        assert isinstance(called, queue.TicketCalled) and called.ticket == first < second
        entries = [decode_entry(body) async for body in bench.store]
        times = [codec.decode_context(bytes(entry.context)).at_ms for entry in entries]
        assert [entry.index for entry in entries] == [0, 1, 2, 3] and times[2] < times[1]
        assert bench.scribe.booth.latest_ms == MORNING_MS + 2 * HOUR_MS  # the latest time seen stays
    async with bench_at(tmp_path, watch=watch) as again:
        assert again.scribe.booth == await refolded(again.store, again.world)


async def test_a_day_is_never_opened_before_the_latest_time_in_the_record(tmp_path: Path) -> None:
    watch = Watch(MORNING_MS)
    async with bench_at(tmp_path, watch=watch) as bench:
        await bench.open()
        await bench.do(day.StopReception(), bench.world.manager)
        await bench.do(day.CloseDay(), bench.world.manager)
        watch.wall -= 48 * HOUR_MS  # the battery was out
        event, profile = bench.world.profile.event_types[0].id, bench.world.deployment.profile
        early = day.OpenDay(day.iso_date(watch.wall), event, "会場", profile, True)
        assert refusal_of(await bench.do(early, bench.world.manager)) == "day.before_latest"
        unseen = day.OpenDay(day.iso_date(MORNING_MS), event, "会場", profile, False)
        assert refusal_of(await bench.do(unseen, bench.world.manager)) == "day.clock_unconfirmed"
        right = day.OpenDay(day.iso_date(MORNING_MS), event, "会場", profile, True)
        assert (await bench.do(right, bench.world.manager)).index is not None


async def test_a_simulated_clock_never_goes_back_and_does_what_falls_due_once_however_many_move_it() -> None:
    clock = SimulatedClock(1_000)
    due = [1_500, 2_000]
    done: list[int] = []

    async def before_move(to_ms: int) -> int | None:
        ready = [at for at in due if at <= to_ms and at not in done]
        if not ready:
            return None
        clock.set(ready[0])
        await asyncio.sleep(0)  # as a commit would
        done.append(ready[0])
        return ready[0]

    clock.before_move = before_move
    await asyncio.gather(clock.advance(3_000), clock.advance(2_500), clock.advance(10))
    assert done == due and clock.now_ms() == 3_000


def test_a_refusal_is_shown_in_both_languages_even_for_bytes_that_are_no_command() -> None:
    outcome = rejected(Signed(b"\xc1", bytes(64)), Malformed(what="x"))
    shown = codec.decode_refusal(outcome.refusal)
    assert isinstance(shown, Refusal) and outcome.id == b""
    assert "正しくありません" in shown.ja and "prescribed form" in shown.en


async def test_a_decision_about_another_record_is_refused_also_by_a_hub_that_was_started_since(tmp_path: Path) -> None:
    maker = record(0)
    asked, world = until_request(maker), maker.world
    await (await maker.write(tmp_path / "record.sqlite")).close()
    officer = next(one for one in world.officers if one.person == asked.officer)
    decision = maker.decision(asked)
    async with bench_at(tmp_path, world, Watch(maker.now_ms)) as bench:
        wrong = await bench.do(msgspec.structs.replace(decision, checkpoint_root=b"r" * 32), officer)
        assert refusal_of(wrong) == "identity.mismatch"
        assert (await bench.do(decision, officer)).index is not None


async def test_a_decision_about_a_size_inside_a_batch_is_about_our_record_or_refused(tmp_path: Path) -> None:
    """One checkpoint is signed over a whole batch, but a desk asks for the state right after its request."""
    maker = record(0)
    asked, world = until_request(maker), maker.world
    await (await restored(maker, asked.request).write(tmp_path / "record.sqlite")).close()
    officer = next(one for one in world.officers if one.person == asked.officer)
    decision = maker.decision(asked)  # about the record that ends with the request: size and root
    async with bench_at(tmp_path, world, Watch(maker.now_ms)) as bench:
        bench.maker = maker
        heard: list[Commit] = []
        bench.scribe.listeners.append(heard.append)
        request = decode_entry(maker.entries[asked.request])
        bench.watch.wall = codec.decode_context(bytes(request.context)).at_ms
        with_request = bench.scribe.queue(request.command, world.clerks[0].chain)
        after_it = bench.scribe.queue(bench.sign(queue.IssueTicket(bench.lane)), world.clerks[0].chain)
        assert (await with_request).index == asked.request and (await after_it).index == asked.request + 1
        assert len(heard) == 1 and await bench.store.checkpoint(asked.request + 1) is None
        root = await bench.store.root(asked.request + 1)
        wrong = msgspec.structs.replace(decision, checkpoint_root=bytes(32))
        for size, seen in ((asked.request + 1, bytes(32)), (asked.request + 2, root)):
            other = msgspec.structs.replace(wrong, checkpoint_size=size, checkpoint_root=seen)
            assert refusal_of(await bench.do(other, officer)) == "identity.mismatch"
        # Nobody can have seen a state that is not durable yet: not even the right guess of it is a sight of the record.
        ticket = bench.scribe.queue(bench.sign(queue.IssueTicket(bench.lane)), world.clerks[0].chain)
        unseen = msgspec.structs.replace(wrong, checkpoint_size=asked.request + 3)
        too_early = bench.scribe.queue(bench.sign(unseen, officer), officer.chain)
        assert (await ticket).index == asked.request + 2
        assert refusal_of(await too_early) == "identity.mismatch"
        right = msgspec.structs.replace(decision, checkpoint_size=asked.request + 1, checkpoint_root=root)
        assert (await bench.do(right, officer)).index == asked.request + 3
        assert not bench.scribe.booth.identity.pending


async def test_a_record_that_other_rules_began_is_refused_by_name_and_left_as_it_is(tmp_path: Path) -> None:
    """Two numbers of the rules in one record could be replayed by no program."""
    maker = RecordMaker(World())
    maker.software = "0.1.0"
    opened = day.OpenDay(
        day.iso_date(maker.now_ms), maker.world.profile.event_types[0].id, "会場", maker.world.deployment.profile, True
    )
    decided = rules.decide(maker.world.profile, maker.booth, opened, maker.context(), maker.by(maker.world.manager))
    assert isinstance(decided, tuple)
    maker.append(
        maker.sign(opened, maker.world.manager), maker.context(), (msgspec.structs.replace(decided[0], rules="1"),)
    )
    store = await maker.write(tmp_path / "record.sqlite")
    try:
        with pytest.raises(OtherRules) as caught:
            await Scribe.start(maker.world.hub, store, maker.world.profile_raw, maker.world.profile, SimulatedClock(1))
        assert caught.value.data == {"rules": "1", "program": "0.1.0", "here": VERSION}
        assert store.size == 1
    finally:
        await store.close()
