"""Group commit: batches form by themselves, answers come after the disk, and a fault stops everything."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sync.errors import SyncError
from sync.record.faults import RecordBatchRefused, RecordCommitFailed
from sync.record.store import RecordStore
from sync.record.writer import MOST_IN_A_BATCH, Batch, GroupCommit, Submission, WriterStopped


class TooShort(SyncError):
    """This test's named refusal of one item."""

    code = "test.too_short"


@dataclass
class Counter:
    """The least domain there is: an entry for each item, its index as the answer, and a state that counts them."""

    store: RecordStore
    state: int = 0
    batches: list[list[bytes]] = field(default_factory=list)
    published_sizes: list[int] = field(default_factory=list)
    making: asyncio.Event = field(default_factory=asyncio.Event)

    def make(self, submissions: Sequence[Submission[bytes]]) -> Batch[int, int]:
        self.making.set()
        self.batches.append([one.item for one in submissions])
        entries: list[bytes] = []
        results: list[int | SyncError] = []
        outcomes: list[tuple[bytes, int | None, bytes | None]] = []
        for one in submissions:
            if one.known is not None and one.known.index is not None:
                results.append(one.known.index)
            elif one.item == b"":
                results.append(TooShort())
            elif one.item == b"fault":
                raise ZeroDivisionError("a fault in a rule")
            else:
                index = self.state + len(entries)
                entries.append(one.item)
                outcomes.append((one.item.ljust(16, b"."), index, None))
                results.append(index)
        return Batch(results, carried=len(entries), entries=entries, outcomes=outcomes)

    def published(self, batch: Batch[int, int]) -> None:
        self.state += batch.carried
        self.published_sizes.append(self.store.size)
        if batch.entries == [b"unpublishable"]:
            raise ZeroDivisionError("a fault in telling others")


Open = tuple[RecordStore, Counter, GroupCommit[bytes, int, int]]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Open]:
    store = await RecordStore.open(tmp_path / "hub.db", origin="demado/training/test/hub-1")
    counter = Counter(store)
    writer = GroupCommit(store, counter.make, counter.published)
    yield store, counter, writer
    await writer.close()
    await store.close()


async def test_what_arrives_while_a_commit_runs_becomes_the_next_batch(opened: Open) -> None:
    store, counter, writer = opened
    items = [b"%d" % at for at in range(100)]
    first = asyncio.create_task(writer.submit(items[0]))
    await counter.making.wait()  # until the first batch is on its way
    rest = [asyncio.create_task(writer.submit(item)) for item in items[1:]]
    assert await asyncio.gather(first, *rest) == list(range(100))
    assert counter.batches == [items[:1], items[1:]]
    assert [body async for body in store] == items


async def test_a_batch_has_a_largest_size(opened: Open) -> None:
    _, counter, writer = opened
    count = 2 * MOST_IN_A_BATCH + 1
    assert await asyncio.gather(*(writer.submit(b"%d" % at) for at in range(count))) == list(range(count))
    assert [len(batch) for batch in counter.batches] == [MOST_IN_A_BATCH, MOST_IN_A_BATCH, 1]


async def test_the_answer_and_the_publication_come_after_the_entry_is_stored(opened: Open) -> None:
    store, counter, writer = opened
    for at in range(5):
        index = await writer.submit(b"%d" % at)
        assert index == at
        assert await store.read(index, 1) == [b"%d" % at]
    assert counter.published_sizes == [1, 2, 3, 4, 5]


async def test_an_error_of_one_item_reaches_its_submitter_alone(opened: Open) -> None:
    _, counter, writer = opened
    answers = await asyncio.gather(*(writer.submit(item) for item in (b"a", b"", b"b")), return_exceptions=True)
    assert (answers[0], answers[2]) == (0, 1)
    assert isinstance(answers[1], TooShort)
    assert counter.batches == [[b"a", b"", b"b"]]
    assert writer.fault is None


async def test_the_same_command_id_twice_at_once_is_done_once_and_answered_twice(opened: Open) -> None:
    store, counter, writer = opened
    items = [b"a", b"b", b"a", b"c", b"a"]
    answers = await asyncio.gather(*(writer.submit(item, item.ljust(16, b".")) for item in items))
    assert answers == [0, 1, 0, 2, 0]
    assert store.size == 3
    # What holds a known id is made as if it were new, found out by the table, and made again.
    assert counter.batches == [[b"a", b"b"], [b"a", b"c"], [b"a", b"c"], [b"a"], [b"a"]]


async def test_a_command_that_another_writer_stored_long_ago_is_answered_with_its_first_outcome(opened: Open) -> None:
    store, counter, writer = opened
    await store.append([b"old"], [(b"old".ljust(16, b"."), 0, None)], None)  # before this writer's time
    counter.state = 1
    asked = [writer.submit(item, item.ljust(16, b".")) for item in (b"new", b"old", b"newer")]
    assert await asyncio.gather(*asked) == [1, 0, 2]
    assert [body async for body in store] == [b"old", b"new", b"newer"]
    assert writer.fault is None


async def test_a_fault_in_deciding_stops_the_writer_for_everybody(opened: Open) -> None:
    store, counter, writer = opened
    await writer.submit(b"before")
    answers = await asyncio.gather(*(writer.submit(item) for item in (b"a", b"fault", b"b")), return_exceptions=True)
    assert all(isinstance(answer, WriterStopped) for answer in answers)
    assert isinstance(await writer.stopped(), ZeroDivisionError)
    with pytest.raises(WriterStopped) as later:
        await writer.submit(b"later")
    assert isinstance(later.value.__cause__, ZeroDivisionError)
    assert [body async for body in store] == [b"before"]
    assert counter.state == 1


async def test_a_fault_in_publishing_stops_the_writer_and_the_entry_stays(opened: Open) -> None:
    store, _, writer = opened
    with pytest.raises(WriterStopped):
        await writer.submit(b"unpublishable")
    assert isinstance(writer.fault, ZeroDivisionError)
    assert [body async for body in store] == [b"unpublishable"]


async def test_a_failed_commit_reaches_everybody_who_waits_and_nothing_is_published(opened: Open) -> None:
    store, counter, writer = opened
    await store._file.run(lambda db: db.execute("PRAGMA max_page_count = 1"))  # SQLite's own "disk is full"
    waiting = [asyncio.create_task(writer.submit(bytes([at]) * 100_000)) for at in range(3)]
    await counter.making.wait()
    waiting.append(asyncio.create_task(writer.submit(b"behind")))
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(answer) for answer in answers] == [WriterStopped] * 4
    assert isinstance(writer.fault, RecordCommitFailed)
    assert (store.size, counter.published_sizes) == (0, [])


async def test_a_batch_that_contradicts_the_record_stops_the_writer(opened: Open) -> None:
    _, _, writer = opened
    await writer.submit(b"a")
    with pytest.raises(WriterStopped):
        await writer.submit(b"a")  # without its id nobody is told that it is known
    assert isinstance(writer.fault, RecordBatchRefused)


async def test_who_gives_up_before_a_batch_is_made_leaves_no_trace_and_afterwards_it_is_stored(opened: Open) -> None:
    store, counter, writer = opened
    early = asyncio.create_task(writer.submit(b"early"))
    await asyncio.sleep(0)
    early.cancel()
    late = asyncio.create_task(writer.submit(b"late"))
    await counter.making.wait()
    late.cancel()
    await writer.submit(b"after")
    assert [body async for body in store] == [b"late", b"after"]


async def test_closing_writes_what_was_submitted_and_refuses_what_comes_later(opened: Open) -> None:
    store, _, writer = opened
    waiting = [asyncio.create_task(writer.submit(b"%d" % at)) for at in range(3)]
    await asyncio.sleep(0)
    await writer.close()
    assert await asyncio.gather(*waiting) == [0, 1, 2]
    with pytest.raises(WriterStopped):
        await writer.submit(b"later")
    assert store.size == 3
    assert await writer.stopped() is None


@pytest.mark.parametrize("answer_count", [0, 2])
async def test_a_batch_that_does_not_answer_everybody_is_a_fault(opened: Open, answer_count: int) -> None:
    store, _, _ = opened

    def make(_: Sequence[Submission[bytes]]) -> Batch[int, None]:
        return Batch([0] * answer_count, None)

    writer = GroupCommit(store, make, lambda batch: None)
    with pytest.raises(WriterStopped):
        await writer.submit(b"a")
    assert isinstance(await writer.stopped(), ValueError)
