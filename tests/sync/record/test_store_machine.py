"""Whatever the order of appends, retries, crashes and reads: an acknowledged entry stays, and nothing is doubled."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.keys.keys import Signer
from sync.record.checkpoint import Checkpoint, sign
from sync.record.merkle import Tree, leaf_hash, verify_consistency, verify_inclusion
from sync.record.reader import Outcome
from sync.record.store import RecordStore
from sync.record.writer import Batch, GroupCommit, Submission

T = TypeVar("T")
ORIGIN = "demado/training/machine/hub-1"
HUB = Signer(b"h" * 32)

# Few different ids, so that retries happen often; an empty body is refused by the rules below.
commands = st.tuples(
    st.integers(0, 30).map(lambda at: at.to_bytes(16, "big")), st.sampled_from([b"", b"a", b"b" * 999])
)
Command = tuple[bytes, bytes]


class Site:
    """One process's life: an open store, its writer, and the rule that an empty body is refused."""

    def __init__(self, store: RecordStore) -> None:
        self.store = store
        self.writer = GroupCommit(store, self.make, lambda batch: self.reach("durable"))
        self.awaited: tuple[str, int, Callable[[], None]] | None = None

    def when(self, moment: str, count: int, act: Callable[[], None]) -> None:
        """Act at the count-th such moment from now on."""
        self.awaited = (moment, count, act)

    def reach(self, moment: str) -> None:
        if self.awaited is not None and self.awaited[0] == moment:
            _, count, act = self.awaited
            self.awaited = None if count == 1 else (moment, count - 1, act)
            if count == 1:
                act()

    def make(self, submissions: Sequence[Submission[Command]]) -> Batch[Outcome, None]:
        self.reach("deciding")
        frontier, first = self.store.frontier, self.store.size
        entries: list[bytes] = []
        results: list[Outcome] = []
        outcomes: list[tuple[bytes, int | None, bytes | None]] = []
        for one in submissions:
            command_id, body = one.item
            if one.known is not None:
                results.append(one.known)
                continue
            outcome = Outcome(None, b"empty") if body == b"" else Outcome(first + len(entries), None)
            if body:
                entries.append(command_id + body)
                frontier.append(leaf_hash(command_id + body))
            outcomes.append((command_id, outcome.index, outcome.refusal))
            results.append(outcome)
        note = sign(Checkpoint(ORIGIN, frontier.size, frontier.root()), "hub-1", HUB)
        return Batch(results, None, entries, outcomes, note)


class RecordMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.life = 0
        self.entries: list[bytes] = []
        self.outcomes: dict[bytes, Outcome] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @property
    def path(self) -> Path:
        return self.folder / str(self.life) / "hub.db"

    @initialize()
    def start(self) -> None:
        self.path.parent.mkdir(exist_ok=True)

        async def opened() -> Site:
            return Site(await RecordStore.open(self.path, origin=ORIGIN))

        self.site = self.run(opened())

    def stop(self) -> None:
        async def closed() -> None:
            await self.site.writer.close()
            await self.site.store.close()

        self.run(closed())

    @rule(sent=st.lists(commands, min_size=1, max_size=12))
    def submit(self, sent: list[Command]) -> None:
        async def all_at_once() -> list[Outcome]:
            return list(await asyncio.gather(*(self.site.writer.submit(one, one[0]) for one in sent)))

        for (command_id, body), outcome in zip(sent, self.run(all_at_once()), strict=True):
            if command_id not in self.outcomes:
                self.outcomes[command_id] = outcome
                assert (outcome.index is None) == (body == b"")
                if outcome.index is not None:
                    assert outcome.index == len(self.entries)
                    self.entries.append(command_id + body)
            assert outcome == self.outcomes[command_id]

    @rule()
    def reopen(self) -> None:
        self.stop()
        self.start()

    @rule(
        sent=st.lists(commands, min_size=1, max_size=12),
        moment=st.sampled_from(["deciding", "durable", "told"]),
        batch=st.integers(1, 3),
    )
    def crash(self, sent: list[Command], moment: str, batch: int) -> None:
        """Goes on with the files as they were at one moment of the writing: no clean close, no emptied log.

        "durable" is after the commit and before anybody hears of it. The moments are exact, so that a failure can be
        shrunk; random ones are the killed processes of test_durability.py.
        """
        told: list[tuple[Command, Outcome]] = []
        last = self.folder / str(self.life + 1)

        async def cut() -> None:
            tasks = [asyncio.create_task(self.site.writer.submit(one, one[0])) for one in sent]

            def copy() -> None:
                told.extend((one, task.result()) for one, task in zip(sent, tasks, strict=True) if task.done())
                shutil.copytree(self.path.parent, last)

            self.site.when(moment, batch, copy)
            await asyncio.gather(*tasks)
            if not last.exists():  # after everything, or there were fewer batches
                copy()

        self.run(cut())
        self.stop()
        shutil.rmtree(self.path.parent)
        self.life += 1
        self.start()

        async def found() -> tuple[list[bytes], dict[bytes, Outcome]]:
            entries = [body async for body in self.site.store]
            return entries, await self.site.store.outcomes([command_id for command_id, _ in sent])

        entries, outcomes = self.run(found())
        assert entries[: len(self.entries)] == self.entries  # what was there stays
        for (command_id, _), outcome in told:
            assert outcomes[command_id] == outcome  # and what somebody was told
        for body in entries[len(self.entries) :]:
            assert (body[:16], body[16:]) in sent  # and nothing comes from elsewhere
            index = outcomes[body[:16]].index
            assert index is not None and entries[index] == body
        if moment == "deciding" and batch == 1:
            assert entries == self.entries
        if moment == "durable" and batch == 1:
            assert sent[0][0] in outcomes
        self.entries = entries
        self.outcomes |= outcomes

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def prove(self, data: st.DataObject) -> None:
        tree, store = Tree(leaf_hash(body) for body in self.entries), self.site.store
        size = data.draw(st.integers(1, len(self.entries)))
        index = data.draw(st.integers(0, size - 1))
        old = data.draw(st.integers(1, size))
        path = self.run(store.inclusion_proof(index, size))
        verify_inclusion(leaf_hash(self.entries[index]), index, size, path, tree.root(size))
        verify_consistency(old, tree.root(old), size, tree.root(size), self.run(store.consistency_proof(old, size)))

    @rule(first=st.integers(0, 40), count=st.integers(0, 40))
    def read(self, first: int, count: int) -> None:
        assert self.run(self.site.store.read(first, count)) == self.entries[first : first + count]

    @invariant()
    def size_and_outcomes_are_those_that_were_told(self) -> None:
        if hasattr(self, "site"):
            assert self.site.store.size == len(self.entries)
            assert self.run(self.site.store.outcomes(list(self.outcomes))) == self.outcomes

    def teardown(self) -> None:
        if hasattr(self, "site"):
            self.stop()
        self.loop.close()
        shutil.rmtree(self.folder)


TestRecord = RecordMachine.TestCase
# Each step commits to a real file: fewer steps than hypothesis would take, for seconds instead of minutes.
TestRecord.settings = settings(stateful_step_count=12)
