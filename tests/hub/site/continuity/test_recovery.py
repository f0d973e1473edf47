"""A hub whose card was put back to an older state takes its own entries back, to the byte, and says that it did."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.audit.verify import verify
from hub.domain import codec
from hub.domain.continuity import continuity
from hub.listentries import revocations_entry, roster_entry
from hub.replay.cosigners import Cosigners
from hub.site.continuity import behind, recovery
from hub.site.continuity.behind import Behind
from hub.site.continuity.copies import Copy, judge, read_copy, witnessed
from hub.site.continuity.recovery import NotAllFound, NoUsableCopy, recover
from hub.site.daemon import Hub
from hub.site.options import Options
from hub.site.outside import stick
from hub.site.startfaults import RecordGone, RecoveryUnfinished
from sync import onlyone
from sync.errors import SyncError
from sync.keys.party import Party, read_lists, write_list
from sync.record.checkpoint import CosignedCheckpoint
from sync.record.entry import decode_entry
from sync.record.reader import open_readonly
from sync.record.store import RecordStore
from tests import lists
from tests.hub.audit.bundles import line
from tests.hub.site.dying import DEAD, die_at
from tests.nursery import Forked
from tests.records import RecordMaker, World

WORLD = World()
LATER_MS = 40 * 86_400_000


class Lost:
    """A hub's home whose record ends too early, and the whole record as terminals hold it."""

    def __init__(self, folder: Path, *, tickets: int = 2) -> None:
        self.folder = folder
        self.home = folder / "hub"
        self.maker = RecordMaker(WORLD)
        self.maker.open()
        for _ in range(tickets):
            self.maker.no_show()
        WORLD.save_home(WORLD.machine("hub-1", "hub", "contractor"), self.home)

    @property
    def now_ms(self) -> int:
        return self.maker.now_ms + LATER_MS

    async def card(self, size: int) -> None:
        """The hub's card as it was when the record had that size; 0: no record at all."""
        if size:
            await self.store(self.home / "record.sqlite", size)

    async def store(self, path: Path, size: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        async with await RecordStore.open(path, origin=WORLD.deployment.origin) as store:
            await store.put_object("profile", WORLD.profile_raw)
            await store.put_object("deployment", WORLD.deployment.encode())
            await self.maker.add(store, size)

    async def terminal(self, name: str, size: int | None = None) -> Copy:
        """What a terminal keeps of the record, read from its folder."""
        home = self.folder / name
        await self.store(home / "replica.sqlite", self.maker.size if size is None else size)
        return await read_copy(home, WORLD.deployment.origin)

    async def entries(self) -> list[bytes]:
        reader = await open_readonly(self.home / "record.sqlite")
        async with reader:
            return [body async for body in reader]


def events_of(body: bytes) -> tuple[object, ...]:
    return codec.decode_events(bytes(decode_entry(body).events))


@pytest.fixture
def lost(tmp_path: Path) -> Lost:
    return Lost(tmp_path)


@pytest.mark.parametrize("left", [0, 1, 5])
async def test_missing_entries_come_back_to_the_byte_and_an_entry_says_so(lost: Lost, left: int) -> None:
    await lost.card(left)
    result = await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    found = await lost.entries()
    assert found[:-1] == lost.maker.entries
    (said,) = events_of(found[-1])
    assert isinstance(said, continuity.Recovered)
    assert (said.from_size, said.to_size, said.covered) == (left, lost.maker.size, lost.maker.size)
    assert said.sources == ("terminal-1",)
    assert (result.had, result.has) == (left, lost.maker.size + 1)


async def test_the_recovered_record_verifies(lost: Lost) -> None:
    await lost.card(4)
    await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    report = await asyncio.to_thread(verify, lost.home / "record.sqlite")
    assert report.holds, report.problems
    assert report.attested == lost.maker.size + 1


async def test_a_record_that_took_a_roster_over_comes_back_from_a_terminal_that_knows_it(lost: Lost) -> None:
    roster = lists.roster(WORLD, 1, {"staff-1": WORLD.manager.roles})
    trust = WORLD.trust()
    trust.add_list(roster)
    entry = roster_entry(trust, "contractor", 1)
    assert entry is not None
    lost.maker.do(entry, WORLD.hub)
    await lost.card(4)
    await asyncio.to_thread((lost.folder / "terminal-1").mkdir)
    write_list(lost.folder / "terminal-1", roster)
    await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    assert (await lost.entries())[:-1] == lost.maker.entries
    assert read_lists(lost.home) == [roster]


def revoked(maker: RecordMaker, cosigned: int) -> bytes:
    """The clerk's key is revoked, and the record has taken that over: it states up to where it had been cosigned."""
    listed = lists.revocations(WORLD, 1, "staff-3")
    trust = WORLD.trust()
    trust.add_list(listed)
    entry = revocations_entry(trust, "contractor", 1, cosigned, ())
    assert entry is not None
    maker.do(entry, WORLD.hub)
    return listed


@pytest.mark.parametrize("who", ["own", "terminal"])
@pytest.mark.parametrize("parted", [False, True], ids=["shorter", "another branch"])
async def test_what_office_and_city_had_cosigned_is_in_the_recovered_record(lost: Lost, who: str, parted: bool) -> None:
    """The hub's own card may have it still, or only a terminal: without it the record would hold no more."""
    size = 4
    note = lost.maker.note(size)
    cosigned = CosignedCheckpoint(note, tuple(line(WORLD, note, one) for one in (WORLD.desk, WORLD.office)))
    own = lost.maker.branch(lost.maker.size)
    listed = revoked(lost.maker, size)
    if parted:
        own.no_show()
        async with await own.write(lost.home / "record.sqlite"):
            pass
    else:
        await lost.card(size + 1)
    await asyncio.to_thread((lost.folder / "terminal-1").mkdir)
    for home in (lost.home, lost.folder / "terminal-1"):
        write_list(home, listed)
    await lost.terminal("terminal-1")
    holder = lost.home / "record.sqlite" if who == "own" else lost.folder / "terminal-1" / "replica.sqlite"
    async with await RecordStore.open(holder, origin=WORLD.deployment.origin) as store:
        await store.put_certificates([WORLD.desk.certificate, WORLD.office.certificate])
        await store.put_cosigned([cosigned])
    copy = await read_copy(lost.folder / "terminal-1", WORLD.deployment.origin)
    await recover(lost.home, [copy], lost.now_ms)
    assert (await lost.entries())[: lost.maker.size] == lost.maker.entries
    report = await asyncio.to_thread(verify, lost.home / "record.sqlite")
    assert report.holds, report.problems
    assert (report.city_witnessed, report.office_cosigned) == (size, size)


async def test_cosignatures_of_a_copy_that_do_not_hold_are_not_taken_back(lost: Lost) -> None:
    other = lost.maker.branch(2)
    other.no_show()
    mine, forged = lost.maker.note(3), other.note(4)
    await lost.card(4)
    await lost.terminal("terminal-1")
    copy = await read_copy(lost.folder / "terminal-1", WORLD.deployment.origin)
    told = [
        CosignedCheckpoint(mine, (line(WORLD, mine, WORLD.terminal),)),
        CosignedCheckpoint(forged, (line(WORLD, forged, WORLD.desk),)),
        CosignedCheckpoint("nothing"),
    ]
    copy = msgspec.structs.replace(copy, witnessed=told, certificates=[*copy.certificates, WORLD.desk.certificate])
    await recover(lost.home, [copy], lost.now_ms)
    async with await open_readonly(lost.home / "record.sqlite") as reader:
        assert await reader.cosigned() == []


async def test_what_several_copies_show_is_judged_once(lost: Lost, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terminals keep the same lines; a contract's months of them, once for each terminal, would hold a take-over up."""
    note, judged = lost.maker.note(3), list[CosignedCheckpoint]()
    one = CosignedCheckpoint(note, (line(WORLD, note, WORLD.desk),))
    copy = msgspec.structs.replace(await lost.terminal("terminal-1"), witnessed=[one])
    copies = [
        msgspec.structs.replace(copy, certificates=[*copy.certificates, WORLD.desk.certificate]) for _ in range(3)
    ]
    whole = judge(copies[0], WORLD.machine("hub-1", "hub", "contractor"), WORLD.profile)
    real = Cosigners.proven

    def proven(self: Cosigners, shown: CosignedCheckpoint, root: bytes, hubs: Iterable[bytes]) -> object:
        judged.append(shown)
        return real(self, shown, root, hubs)

    monkeypatch.setattr(Cosigners, "proven", proven)
    assert witnessed(whole, copies)[0] == [one] == judged


async def test_a_second_recovery_changes_nothing(lost: Lost) -> None:
    await lost.card(4)
    copy = await lost.terminal("terminal-1")
    await recover(lost.home, [copy], lost.now_ms)
    before = await lost.entries()
    again = await recover(lost.home, [copy], lost.now_ms)
    assert await lost.entries() == before
    assert again.had == again.has == len(before)


async def test_the_longest_of_several_copies_is_taken(lost: Lost) -> None:
    await lost.card(2)
    copies = [await lost.terminal("terminal-1", 6), await lost.terminal("terminal-2"), await lost.terminal("t-3", 3)]
    await recover(lost.home, copies, lost.now_ms)
    assert (await lost.entries())[:-1] == lost.maker.entries


async def test_a_command_that_came_back_is_known_again(lost: Lost) -> None:
    await lost.card(2)
    await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    async with await RecordStore.open(lost.home / "record.sqlite", origin=WORLD.deployment.origin) as store:
        for index, id in enumerate(lost.maker.ids):
            outcome = await store.outcome(id)
            assert outcome is not None and outcome.index == index


async def test_a_copy_with_an_altered_entry_is_named_and_not_used(lost: Lost) -> None:
    await lost.card(2)
    good = await lost.terminal("terminal-1", 6)
    body = bytearray(lost.maker.entries[4])
    body[-3] ^= 1
    bad = Copy("terminal-2", [*lost.maker.entries[:4], bytes(body), *lost.maker.entries[5:]], good.certificates, ())
    result = await recover(lost.home, [good, bad], lost.now_ms)
    assert list(result.refused) == ["terminal-2"]
    assert (await lost.entries())[:-1] == lost.maker.entries[:6]


async def test_without_a_copy_that_holds_nothing_is_changed(lost: Lost) -> None:
    await lost.card(2)
    bad = Copy("terminal-2", [*lost.maker.entries[:3], b"\x00"], list(lost.maker.certificates), ())
    with pytest.raises(NoUsableCopy):
        await recover(lost.home, [bad], lost.now_ms)
    assert await lost.entries() == lost.maker.entries[:2]


async def test_entries_beyond_the_last_signed_checkpoint_are_stated(lost: Lost) -> None:
    await lost.card(2)
    maker = lost.maker
    copy = Copy("terminal-1", maker.entries, list(maker.certificates), [maker.note(5)])
    await recover(lost.home, [copy], lost.now_ms)
    (said,) = events_of((await lost.entries())[-1])
    assert isinstance(said, continuity.Recovered)
    assert (said.covered, said.to_size) == (5, maker.size)


async def test_a_hub_that_knows_of_more_than_was_found_does_not_go_on(lost: Lost) -> None:
    await lost.card(2)
    maker = lost.maker
    mark = Behind(maker.size, maker.frontier.root(), 2, "terminal-2", maker.now_ms, maker.note())
    mark.save(lost.home)
    short = await lost.terminal("terminal-1", 6)
    with pytest.raises(NotAllFound):
        await recover(lost.home, [short], lost.now_ms)
    assert await lost.entries() == maker.entries[:2]
    assert behind.load(lost.home) == mark
    await recover(lost.home, [short, await lost.terminal("terminal-2")], lost.now_ms)
    assert behind.load(lost.home) is None


async def test_what_was_written_on_top_of_an_old_state_is_kept_with_both_times(lost: Lost) -> None:
    truth, fork = lost.maker, lost.maker.branch(4)
    for _ in range(3):
        fork.no_show()
    async with await fork.write(lost.home / "record.sqlite"):
        pass
    result = await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    found = await lost.entries()
    assert found[: truth.size] == truth.entries
    kept = [event for body in found for event in events_of(body) if isinstance(event, continuity.DiscrepancyKept)]
    extras = fork.entries[4:]
    assert result.discrepancies == len(extras)
    assert [trace.index for one in kept for trace in one.traces] == list(range(4, fork.size))
    assert all(trace.at_ms < one.at_ms for one in kept for trace in one.traces)
    whole = b"".join(found)
    assert all(body in whole for body in extras)
    assert len(list((lost.home / "evidence").iterdir())) == 1
    again = await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    assert again.had == again.has


async def test_who_followed_a_branch_that_is_kept_stops_the_recovered_hub_no_more(lost: Lost) -> None:
    fork = lost.maker.branch(4)
    for _ in range(3):
        fork.no_show()
    async with await fork.write(lost.home / "record.sqlite"):
        pass
    unknown = lost.maker.branch(4)
    unknown._made += 1_000
    while unknown.size < fork.size:
        unknown.no_show()
    await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    kept = continuity.START
    for index, body in enumerate(await lost.entries()):
        for event in events_of(body):
            if isinstance(event, continuity.ContinuityEvent):
                kept = continuity.evolve(kept, event, index)
    party = WORLD.machine("hub-1", "hub", "contractor")
    async with await RecordStore.open(lost.home / "record.sqlite", origin=WORLD.deployment.origin) as store:

        async def against(note: str) -> Behind | None:
            return await behind.contradiction(store, party, kept, note, "terminal-2", lost.now_ms)

        for size in range(5, fork.size + 1):
            assert await against(fork.note(size)) is None
        assert await against(unknown.note()) is not None, "another branch is nothing that was settled"


async def test_a_fork_that_two_terminals_followed_apart_is_all_found_when_both_bring_it(lost: Lost) -> None:
    fork = lost.maker.branch(4)
    while fork.size <= lost.maker.size:
        fork.no_show()
    async with await fork.write(lost.home / "record.sqlite"):
        pass
    mark = Behind(lost.maker.size, lost.maker.frontier.root(), fork.size, "terminal-1", lost.now_ms, lost.maker.note())
    mark.save(lost.home)
    home = lost.folder / "terminal-2"
    home.mkdir()
    async with await fork.write(home / "replica.sqlite"):
        pass
    longer = await read_copy(home, WORLD.deployment.origin)
    with pytest.raises(NotAllFound):
        await recover(lost.home, [longer], lost.now_ms)
    result = await recover(lost.home, [longer, await lost.terminal("terminal-1")], lost.now_ms)
    assert result.discrepancies == lost.maker.size - 4
    assert behind.load(lost.home) is None
    found = await lost.entries()
    assert found[: fork.size] == fork.entries
    whole = b"".join(found)
    assert all(body in whole for body in lost.maker.entries)


def dying(step: int, home: Path, copy: Path) -> int:
    """`demado recover` in a process that dies before this step of its work on the disk; its exit status."""
    errors = home.parent / "errors.log"
    command = Forked("recover", "--home", str(home), "--from", str(copy), errors=errors, first=partial(die_at, step))
    status = command.wait(300)  # on a busy machine it takes seconds
    assert status in (0, DEAD), errors.read_text(encoding="utf-8")
    command.stdout.close()
    return status


@pytest.fixture(scope="module", params=["behind", "fork"])
def torn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lost:
    """A hub that lacks entries, or has written others in their place, and a terminal that holds them."""

    async def make() -> Lost:
        lost = Lost(tmp_path_factory.mktemp(request.param))
        mark = Behind(lost.maker.size, lost.maker.frontier.root(), 4, "terminal-1", 1, lost.maker.note())
        if request.param == "behind":
            await lost.card(4)
        else:
            fork = lost.maker.branch(4)
            fork.no_show()
            async with await fork.write(lost.home / "record.sqlite"):
                pass
        mark.save(lost.home)
        await lost.terminal("terminal-1")
        return lost

    return asyncio.run(make())


@pytest.mark.skipif(os.name != "posix", reason="forks")
@given(steps=st.lists(st.integers(1, 900), min_size=1, max_size=3))
@settings(max_examples=6)
def test_wherever_a_recovery_dies_the_next_one_ends_the_same(torn: Lost, steps: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "hub"
        shutil.copytree(torn.home, home)
        before = asyncio.run(read_entries(home))
        for step in steps:
            dying(step, home, torn.folder / "terminal-1")
            found = asyncio.run(read_entries(home))
            whole = found[: torn.maker.size] == torn.maker.entries
            assert found == before or whole  # never in between
            assert behind.load(home) is not None or whole
        assert dying(10**9, home, torn.folder / "terminal-1") == 0
        found = asyncio.run(read_entries(home))
        assert found[: torn.maker.size] == torn.maker.entries
        said = [event for body in found for event in events_of(body)]
        assert sum(isinstance(event, continuity.Recovered) for event in said) == 1
        kept = sum(len(event.traces) for event in said if isinstance(event, continuity.DiscrepancyKept))
        assert kept == len([body for body in before if body not in torn.maker.entries])
        assert behind.load(home) is None
        assert not (home / "record.next.sqlite").exists()


async def read_entries(home: Path) -> list[bytes]:
    async with await RecordStore.open(home / "record.sqlite", origin=WORLD.deployment.origin) as store:
        return await store.read(0, store.size)


@pytest.mark.parametrize("part", ["its first half", "a page in its middle", "all of it"])
async def test_a_damaged_record_is_recovered_as_one_that_is_gone_and_kept(tmp_path: Path, part: str) -> None:
    lost = Lost(tmp_path)
    await lost.card(lost.maker.size)
    await lost.terminal("terminal-1")
    path = lost.home / "record.sqlite"
    data = await asyncio.to_thread(path.read_bytes)
    middle = len(data) // 2 // 4096 * 4096
    spoilt = {
        "its first half": data[:middle],
        "a page in its middle": data[:middle] + b"\xff" * 4096 + data[middle + 4096 :],
        "all of it": b"\xc1 no record" * 500,
    }[part]
    await asyncio.to_thread(path.write_bytes, spoilt)
    with pytest.raises(NoUsableCopy):
        await recover(lost.home, [], lost.now_ms)
    assert await asyncio.to_thread(path.read_bytes) == spoilt  # nothing was changed
    copy = await read_copy(tmp_path / "terminal-1", WORLD.deployment.origin)
    result = await recover(lost.home, [copy], lost.now_ms)
    assert (result.had, result.has) == (0, lost.maker.size + 1)
    assert await asyncio.to_thread(Path(result.aside).read_bytes) == spoilt
    again = await recover(lost.home, [copy], lost.now_ms)
    assert (again.had, again.has, again.aside) == (result.has, result.has, "")


async def test_a_recovery_that_dies_before_the_new_file_has_its_name_lets_no_hub_begin_an_empty_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Lost(tmp_path)
    await lost.card(lost.maker.size)
    copy = await lost.terminal("terminal-1")
    await asyncio.to_thread((lost.home / "record.sqlite").write_bytes, b"\xc1 no record" * 500)

    def dies(*_: object) -> None:
        raise OSError(5, "Input/output error")

    for step in ("set_aside", "put_in_place"):
        with monkeypatch.context() as patched:
            patched.setattr(recovery, step, dies)
            with pytest.raises(OSError):
                await recover(lost.home, [copy], lost.now_ms)
        with pytest.raises(RecoveryUnfinished):
            behind.need_finished(lost.home)
        with pytest.raises(RecoveryUnfinished):
            await _hub(lost.home).start()
        with pytest.raises(SyncError):
            await recover(lost.home, [], lost.now_ms)  # without a copy: what was begun goes on to keep hubs out
        with pytest.raises(RecoveryUnfinished):
            behind.need_finished(lost.home)
    result = await recover(lost.home, [copy], lost.now_ms)
    assert result.has == lost.maker.size + 1
    behind.need_finished(lost.home)
    assert (await lost.entries())[:-1] == lost.maker.entries


def _hub(home: Path) -> Hub:
    party = Party.load(home)
    return Hub(Options(home, "127.0.0.1", 0, None, "none", False, None), party, WORLD.profile_raw)


@pytest.mark.parametrize("beside", ["outbox.sqlite", "vault.sqlite"])
@pytest.mark.parametrize("record", [None, b""], ids=["not there", "empty"])
async def test_a_hub_that_has_lived_begins_no_second_record_where_its_own_is_gone(
    lost: Lost, record: bytes | None, beside: str
) -> None:
    """A card that lost the file would have served as if nobody had ever been there, and forked what others hold."""
    if record is not None:
        await asyncio.to_thread((lost.home / "record.sqlite").write_bytes, record)
    behind.need_record(lost.home)  # a first start that was cut off
    await asyncio.to_thread((lost.home / beside).write_bytes, b"")
    with pytest.raises(RecordGone):
        await _hub(lost.home).start()
    assert (lost.home / "record.sqlite").exists() is (record is not None)
    await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    behind.need_record(lost.home)
    assert (await lost.entries())[:-1] == lost.maker.entries


async def test_a_recovery_that_brings_nothing_leaves_a_lost_record_lost(lost: Lost) -> None:
    """Its empty file would have been taken for the record, and the hub have begun a second one in it."""
    await asyncio.to_thread((lost.home / "vault.sqlite").write_bytes, b"")
    nothing = Copy("terminal-1", [b"no entry"], [], [])
    with pytest.raises(NoUsableCopy):
        await recover(lost.home, [nothing], lost.now_ms)
    with pytest.raises(RecordGone):
        await _hub(lost.home).start()
    with pytest.raises(RecordGone):
        await stick.write(lost.home, lost.folder / "stick", lost.now_ms)
    with pytest.raises(RecordGone):
        behind.need_record(lost.home)
    await recover(lost.home, [await lost.terminal("terminal-1")], lost.now_ms)
    behind.need_finished(lost.home)
    behind.need_record(lost.home)
    assert (await lost.entries())[:-1] == lost.maker.entries


@pytest.mark.skipif(os.name != "posix", reason="forks")
@pytest.mark.parametrize("step", [5, 40, 100, 200, 400])
def test_a_lost_record_whose_recovery_dies_is_lost_or_whole(lost: Lost, step: int) -> None:
    (lost.home / "outbox.sqlite").write_bytes(b"")
    asyncio.run(lost.terminal("terminal-1"))
    dying(step, lost.home, lost.folder / "terminal-1")
    try:
        behind.need_finished(lost.home)
        behind.need_record(lost.home)
    except (RecoveryUnfinished, RecordGone):
        assert dying(10**9, lost.home, lost.folder / "terminal-1") == 0
    assert asyncio.run(lost.entries())[:-1] == lost.maker.entries


async def test_a_recovery_that_is_refused_leaves_nothing_that_keeps_a_hub_from_starting(lost: Lost) -> None:
    await lost.card(4)
    await asyncio.to_thread((lost.home / "record.sqlite").write_bytes, b"\xc1 no record" * 500)
    with pytest.raises(NoUsableCopy):
        await recover(lost.home, [], lost.now_ms)
    behind.need_finished(lost.home)


async def test_a_second_recovery_at_the_same_time_touches_nothing_and_is_told(
    lost: Lost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lost.card(4)
    copy = await lost.terminal("terminal-1")
    unfinished = lost.home / "record.next.sqlite"
    await asyncio.to_thread(unfinished.write_bytes, b"the first one's")
    monkeypatch.setattr(onlyone, "WAIT_S", 0)
    with onlyone.only_one(lost.home / recovery.LOCK), pytest.raises(onlyone.AnotherAtWork):
        await recover(lost.home, [copy], lost.now_ms)
    assert await asyncio.to_thread(unfinished.read_bytes) == b"the first one's"
    assert len(await lost.entries()) == 4
