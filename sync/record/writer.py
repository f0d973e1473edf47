"""Group commit: whatever arrives while one fsync runs becomes durable together with the next one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from sync.errors import SyncError
from sync.record.faults import RecordBatchRefused
from sync.record.reader import Outcome
from sync.record.store import Growth, RecordStore

Item = TypeVar("Item")
Result = TypeVar("Result")
Carried = TypeVar("Carried")

# Most submissions in one batch. An fsync on an SD card takes 5-100 ms, in which 20 terminals send a few dozen commands:
# 256 leaves room for a burst after a stall. Checking and deciding one takes under 1 ms on a Pi 4, so that a full batch
# still answers within about a quarter of a second; more would only lengthen that wait, the fsync is already shared.
MOST_IN_A_BATCH = 256

# Turns of the loop before a batch is made: one reads what the sockets hold already, the next one checks it and puts it
# into the queue. Nobody waits for it longer than the others' reading takes, and a commit is shared by more: 3 to 8 % less
# CPU a command with 8 clients without a pause. Four turns gained nothing more.
TURNS_BEFORE_A_BATCH = 2


class WriterStopped(SyncError):
    """The writer has stopped (a fault in deciding, or a failed commit); nothing more is written until a restart."""

    code = "writer.stopped"
    ja = "記録の書き込みが止まっています。"
    en = "The record's writer has stopped."
    todo_ja = "ハブを再起動してから、同じ操作をもう一度してください（二重にはなりません）。"
    todo_en = "Restart the hub, then do the same again (nothing is done twice)."


class Submission(msgspec.Struct, Generic[Item], frozen=True):
    """One submitted item, with the first outcome of its command id if the record already knows it."""

    item: Item
    known: Outcome | None


class Batch(msgspec.Struct, Generic[Result, Carried], frozen=True):
    """What to store together, the answer to each submission in order, and what published() is to be told.

    A SyncError as an answer is raised to that submitter alone; the others are not touched by it.
    """

    results: Sequence[Result | SyncError]
    carried: Carried
    entries: Sequence[bytes] | Growth = ()
    outcomes: Sequence[tuple[bytes, int | None, bytes | None]] = ()
    checkpoint_note: str | None = None
    certificates: Sequence[bytes] = ()

    @property
    def empty(self) -> bool:
        """True if there is nothing to store (only retries and errors)."""
        return not (self.entries or self.outcomes or self.certificates or self.checkpoint_note is not None)


class _Waiting(msgspec.Struct, Generic[Item, Result]):
    item: Item
    command_id: bytes | None
    answer: asyncio.Future[Result] = msgspec.field(default_factory=lambda: asyncio.get_running_loop().create_future())


class GroupCommit(Generic[Item, Result, Carried]):
    """The one task that writes a record.

    make(submissions) is pure for the caller's state: it says what would be stored, and may be asked twice. Only when that
    is on disk, published(batch) is called (adopt the new state, tell others), and then the submitters get their answers.
    The next make() never runs before that, so it always decides on durable state. If make, the commit or published fails,
    the writer stops for good: every waiting submitter gets WriterStopped, and so does everybody who submits later.
    """

    def __init__(
        self,
        store: RecordStore,
        make: Callable[[Sequence[Submission[Item]]], Batch[Result, Carried]],
        published: Callable[[Batch[Result, Carried]], None],
    ) -> None:
        """Start writing; call it inside a running event loop, close() it before the store."""
        self._store = store
        self._make = make
        self._published = published
        self._queue: deque[_Waiting[Item, Result]] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._fault: BaseException | None = None
        self._task = asyncio.create_task(self._work(), name="record writer")

    @property
    def fault(self) -> BaseException | None:
        """Why the writer stopped, or None while it works or after a clean close()."""
        return self._fault

    async def submit(self, item: Item, command_id: bytes | None = None) -> Result:
        """The answer to this item, once everything stored for it is on disk; WriterStopped, or the item's own error."""
        return await self.queue(item, command_id)

    def queue(self, item: Item, command_id: bytes | None = None) -> asyncio.Future[Result]:
        """As submit(), for whoever does something else meanwhile: the answer comes into the future; WriterStopped at once.

        With a command id, make() is told that id's first outcome; two submissions of one id never share a batch, so
        the second always sees what the first led to. A caller who stops waiting (cancels the future) before its batch
        is made leaves no trace; after that the item is stored all the same.
        """
        if self._closing or self._task.done():
            raise self._stopped()
        waiting: _Waiting[Item, Result] = _Waiting(item, command_id)
        self._queue.append(waiting)
        self._arrived.set()
        return waiting.answer

    async def close(self) -> None:
        """Write what has been submitted, then stop; does not raise if the writer had already stopped by a fault."""
        self._closing = True
        self._arrived.set()
        await asyncio.wait([self._task])

    async def settled(self) -> None:
        """Wait until the batch under way, if there is one, has been published (or has failed)."""
        await self._idle.wait()

    async def stopped(self) -> BaseException | None:
        """Wait until the writer has ended; the fault that ended it, or None after close()."""
        await asyncio.wait([self._task])
        return self._fault

    async def _work(self) -> None:
        taken: list[_Waiting[Item, Result]] = []
        try:
            while True:
                if not self._queue:
                    if self._closing:
                        return
                    self._arrived.clear()
                    await self._arrived.wait()
                    continue
                for _ in range(TURNS_BEFORE_A_BATCH):
                    await asyncio.sleep(0)
                taken = self._take()
                if taken:
                    self._idle.clear()
                    await self._write(taken)
                    self._idle.set()
        except BaseException as fault:  # fail-stop: whatever it was, nothing may be decided on doubtful state
            self._fault = fault
            if isinstance(fault, asyncio.CancelledError):
                raise
        finally:
            self._idle.set()
            for waiting in (*taken, *self._queue):
                if not waiting.answer.done():
                    waiting.answer.set_exception(self._stopped())
            self._queue.clear()

    def _take(self) -> list[_Waiting[Item, Result]]:
        taken: list[_Waiting[Item, Result]] = []
        ids: set[bytes] = set()
        while self._queue and len(taken) < MOST_IN_A_BATCH:
            command_id = self._queue[0].command_id
            if command_id is not None and command_id in ids:
                break  # its first outcome is known only after this batch; order is kept, so the batch ends here
            waiting = self._queue.popleft()
            if waiting.answer.done():
                continue  # given up before anything was decided
            if command_id is not None:
                ids.add(command_id)
            taken.append(waiting)
        return taken

    async def _write(self, taken: Sequence[_Waiting[Item, Result]]) -> None:
        batch = await self._stored(taken)
        self._published(batch)
        for waiting, result in zip(taken, batch.results, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(result, SyncError):
                waiting.answer.set_exception(result)
            else:
                waiting.answer.set_result(result)

    async def _stored(self, taken: Sequence[_Waiting[Item, Result]]) -> Batch[Result, Carried]:
        """The batch made of these, on disk.

        Almost every command is new, and looking each up before would cost a commit one more hop to the record's thread
        (a quarter of its CPU). So the batch is made as if all were: the table of outcomes takes an id only once, whenever
        it was first stored, and refuses the whole batch if it has one of these. Then all are looked up and the batch is
        made again. Where the batch would not store an outcome for every id, the table is asked first.
        """
        ids = {one.command_id for one in taken if one.command_id is not None}
        batch = self._made(taken, {})
        if ids.issubset(id for id, _, _ in batch.outcomes):
            try:
                await self._append(batch)
            except RecordBatchRefused:
                pass  # one of the ids is known; were it anything else, it will be refused again below
            else:
                return batch
        batch = self._made(taken, await self._store.outcomes(list(ids)))
        await self._append(batch)
        return batch

    def _made(self, taken: Sequence[_Waiting[Item, Result]], known: Mapping[bytes, Outcome]) -> Batch[Result, Carried]:
        batch = self._make([Submission(one.item, known.get(one.command_id or b"")) for one in taken])
        if len(batch.results) != len(taken):
            raise ValueError("a batch answers every submission")
        return batch

    async def _append(self, batch: Batch[Result, Carried]) -> None:
        if not batch.empty:
            await self._store.append(batch.entries, batch.outcomes, batch.checkpoint_note, batch.certificates)

    def _stopped(self) -> WriterStopped:
        stopped = WriterStopped(reason="closed" if self._fault is None else str(self._fault) or repr(self._fault))
        stopped.__cause__ = self._fault
        return stopped
