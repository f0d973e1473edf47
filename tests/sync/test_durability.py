"""What was acknowledged survives a kill, a power cut that takes back every unsynced write, and a failing disk."""

import os
import random
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.record.faults import RecordFault, RecordInUse
from sync.record.merkle import leaf_hash
from sync.record.store import RecordStore

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ORIGIN = "demado/training/durability/hub-1"

HEADER = struct.Struct("=IIQQQQQ")
WRITTEN, SYNCED, CREATED, REMOVED, TRUNCATED = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Change:
    kind: int
    path: Path
    inode: int
    offset: int
    new_length: int
    old_size: int
    old: bytes


def read_journal(journal: Path) -> list[Change]:
    """The shim's records in order; an incomplete last one belongs to a change that was never made."""
    data, at, changes = journal.read_bytes(), 0, []
    while at + HEADER.size <= len(data):
        kind, path_length, inode, offset, new_length, old_size, old_length = HEADER.unpack_from(data, at)
        start = at + HEADER.size + path_length
        at = start + old_length
        if at > len(data):
            break
        path = Path(os.fsdecode(data[start - path_length : start]))
        changes.append(Change(kind, path, inode, offset, new_length, old_size, data[start:at]))
    return changes


def unsynced(changes: list[Change]) -> list[Change]:
    """The changes that no later sync of their file (for names: of their directory) made durable, newest first."""
    files: set[tuple[Path, int]] = set()
    directories: set[Path] = set()
    lost = []
    for change in reversed(changes):
        if change.kind == SYNCED:
            files.add((change.path, change.inode))
            directories.add(change.path)
        elif change.kind in (CREATED, REMOVED):
            if change.path.parent not in directories:
                lost.append(change)
        elif (change.path, change.inode) not in files:
            lost.append(change)
    return lost


def cut_power(journal: Path, survives: random.Random | None = None) -> int:
    """Take back what was not synced (with a generator: only some of it, as a disk's cache may); how much was lost.

    Writes survive or not one by one, in whatever order: after all are undone, the survivors are made again.
    """
    lost, again = unsynced(read_journal(journal)), []
    for change in lost:
        if change.kind == CREATED:
            change.path.unlink(missing_ok=True)
        elif change.kind == REMOVED:
            change.path.write_bytes(change.old)
        elif change.path.exists():
            with change.path.open("r+b") as file:
                file.seek(change.offset)
                if survives is not None and survives.random() < 0.5:
                    again.append((change, file.read(change.new_length)))
                file.seek(change.offset)
                file.write(change.old)
                file.truncate(change.old_size)
    for change, new in reversed(again):
        if change.path.exists():
            with change.path.open("r+b") as file:
                if change.kind == TRUNCATED:
                    file.truncate(change.offset)
                else:
                    file.seek(change.offset)
                    file.write(new)
    for leftover in journal.parent.glob("record/*-shm"):
        leftover.unlink()
    journal.unlink()
    return len(lost) - len(again)


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory, needs: Callable[..., None]) -> Path:
    needs("gcc", "libc6-dev")
    library = tmp_path_factory.mktemp("shim") / "lostwrites.so"
    flags = ["-Wall", "-Werror", "-O1", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", library, HERE / "lostwrites.c"], check=True)
    return library


@dataclass
class Site:
    """A record in a directory of its own, and the processes that append to it."""

    base: Path
    shim: Path | None = None

    @property
    def record(self) -> Path:
        return self.base / "record" / "hub.db"

    @property
    def journal(self) -> Path:
        return self.base / "journal"

    @contextmanager
    def appending(self, seed: object, *options: str, **environment: str) -> Iterator["Appender"]:
        self.record.parent.mkdir(exist_ok=True)
        env = os.environ | environment | {"PYTHONPATH": str(ROOT)}
        if self.shim is not None:
            watch = {"LOSTWRITES_DIR": str(self.record.parent), "LOSTWRITES_JOURNAL": str(self.journal)}
            env |= watch | {"LD_PRELOAD": str(self.shim)}
        command = [sys.executable, str(HERE / "appender.py"), str(self.record), str(seed), *options]
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        try:
            yield Appender(process)
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


@dataclass
class Appender:
    process: "subprocess.Popen[str]"

    def lines(self) -> Iterator[list[str]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):  # a line that the kill cut off was not acknowledged
                yield line.split()

    def kill_after(self, count: int) -> tuple[int, str]:
        """Kill -9 once that many batches are acknowledged; the last one it had acknowledged by then."""
        lines = self.lines()
        acknowledged = [next(lines) for _ in range(count)]
        self.process.kill()
        acknowledged += lines
        return int(acknowledged[-1][0]), acknowledged[-1][1]


@asynccontextmanager
async def opened(site: Site) -> AsyncIterator[RecordStore]:
    store = await RecordStore.open(site.record, origin=ORIGIN)
    try:
        yield store
    finally:
        await store.close()


async def assert_holds(site: Site, size: int, root: str) -> int:
    """Everything acknowledged is there and nothing contradicts itself; the size found."""
    async with opened(site) as store:
        assert store.size >= size
        assert (await store.root(size)).hex() == root
        assert (await store.root()) == store.frontier.root()
        bodies = [body async for body in store]
        for index, body in enumerate(bodies):
            outcome = await store.outcome(index.to_bytes(16, "big"))
            assert outcome is not None and outcome.index == index
            assert leaf_hash(body) == (await store._leaves(index, index + 1))[0]
        assert await store.outcome(store.size.to_bytes(16, "big")) is None  # no outcome without its entry
        return store.size


@pytest.mark.parametrize("seed", range(3))
async def test_acknowledged_entries_survive_kill_and_loss_of_every_unsynced_write(
    tmp_path: Path, shim: Path, seed: int
) -> None:
    site, chance, reached = Site(tmp_path, shim), random.Random(seed), 0
    for power_cut in range(3):  # the same record again and again: its size only grows
        with site.appending(f"{seed}/{power_cut}") as appender:
            size, root = appender.kill_after(chance.choice((1, 7, 40, 200)))
        cut_power(site.journal)
        found = await assert_holds(site, size, root)
        assert found >= size > reached
        reached = found


@pytest.mark.parametrize("seed", range(6))
async def test_acknowledged_entries_survive_when_unsynced_writes_reach_the_disk_in_part_and_out_of_order(
    tmp_path: Path, shim: Path, seed: int
) -> None:
    site, chance = Site(tmp_path, shim), random.Random(1000 + seed)
    for power_cut in range(2):
        with site.appending(f"{seed}/{power_cut}") as appender:
            size, root = appender.kill_after(chance.choice((1, 5, 90)))
        cut_power(site.journal, chance)
        await assert_holds(site, size, root)


@pytest.mark.parametrize("synchronous", ("off", "normal"))
async def test_the_power_cut_would_find_a_store_that_does_not_sync(
    tmp_path: Path, shim: Path, synchronous: str
) -> None:
    site = Site(tmp_path, shim)
    with site.appending(0, synchronous) as appender:
        size, root = appender.kill_after(20)
    assert cut_power(site.journal) > 0
    with pytest.raises((AssertionError, RecordFault)):
        await assert_holds(site, size, root)


@pytest.mark.parametrize("seed", range(3))
async def test_acknowledged_entries_survive_kill_at_a_random_moment(tmp_path: Path, seed: int) -> None:
    site = Site(tmp_path)
    with site.appending(seed) as appender:
        size, root = appender.kill_after(random.Random(seed).randint(1, 60))
    await assert_holds(site, size, root)


@pytest.mark.parametrize("nth", (12, 13, 160))
async def test_a_failed_fsync_is_never_acknowledged_and_stops_the_writer(tmp_path: Path, shim: Path, nth: int) -> None:
    site = Site(tmp_path, shim)
    with site.appending(nth, LOSTWRITES_FAIL_FSYNC=str(nth)) as appender:
        *acknowledged, failed = appender.lines()
    size, root = (int(acknowledged[-1][0]), acknowledged[-1][1]) if acknowledged else (0, "")
    assert failed == ["failed", "record.commit_failed", str(size), "record.commit_failed"]
    cut_power(site.journal)
    if acknowledged:
        await assert_holds(site, size, root)


@pytest.mark.parametrize("room", (150_000, 333_333, 6_000_000))
async def test_a_full_disk_shows_nothing_of_the_batch_and_keeps_the_rest(tmp_path: Path, shim: Path, room: int) -> None:
    site = Site(tmp_path, shim)
    with site.appending(room, LOSTWRITES_FULL_AFTER=str(room)) as appender:
        *acknowledged, failed = appender.lines()
    size, root = int(acknowledged[-1][0]), acknowledged[-1][1]
    assert failed == ["failed", "record.commit_failed", str(size), "record.commit_failed"]
    assert await assert_holds(site, size, root) == size


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
async def test_a_write_refused_by_the_system_shows_nothing_of_the_batch_and_keeps_the_rest(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.appending(0, "as-it-is", "200000") as appender:
        *acknowledged, failed = appender.lines()
    size, root = int(acknowledged[-1][0]), acknowledged[-1][1]
    assert failed == ["failed", "record.commit_failed", str(size), "record.commit_failed"]
    assert await assert_holds(site, size, root) == size


async def test_a_second_writer_of_another_process_is_refused_until_the_first_is_dead(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.appending(0) as appender:
        next(appender.lines())
        with pytest.raises(RecordInUse):
            await RecordStore.open(site.record, origin=ORIGIN)
    async with opened(site) as store:
        assert store.size > 0
