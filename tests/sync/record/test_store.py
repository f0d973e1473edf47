"""The record on disk: what is stored together, what is refused, and who may open it."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from sync.keys.certificate import certificate_id
from sync.keys.keys import Signer
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, cosign, sign
from sync.record.faults import (
    RecordBatchRefused,
    RecordCommitFailed,
    RecordDamaged,
    RecordForeign,
    RecordInUse,
    RecordOtherOrigin,
    RecordUnusable,
)
from sync.record.merkle import Frontier, leaf_hash, verify_consistency, verify_inclusion
from sync.record.reader import Cosignature, Outcome, open_readonly, pack_frontier
from sync.record.store import FRONTIER_EVERY, RecordStore

ORIGIN = "demado/training/test/hub-1"
HUB = Signer(b"h" * 32)
OFFICE = Signer(b"o" * 32)


def note_after(store: RecordStore, entries: list[bytes]) -> str:
    frontier = store.frontier
    for body in entries:
        frontier.append(leaf_hash(body))
    return sign(Checkpoint(ORIGIN, frontier.size, frontier.root()), "hub-1", HUB)


async def add(store: RecordStore, *entries: bytes) -> str:
    note = note_after(store, list(entries))
    await store.append(
        entries, [(sha256(body).digest()[:16], store.size + at, None) for at, body in enumerate(entries)], note
    )
    return note


def alter(path: Path, *statements: str) -> None:
    """Changes the file as somebody with an editor would: behind the store's back."""
    db = sqlite3.connect(path)
    for trigger in ("entry_is_never_changed", "entry_is_never_removed"):
        db.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hub.db"


async def test_a_batch_is_there_again_after_reopening(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        note = note_after(store, [b"one", b"two"])
        await store.append(
            [b"one", b"two"], [(b"a" * 16, 1, None), (b"b" * 16, None, b"closed")], note, [b"certificate"]
        )
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        assert (store.size, store.origin) == (2, ORIGIN)
        assert [body async for body in store] == [b"one", b"two"]
        assert await store.read(1, 10) == [b"two"]
        assert await store.read(2, 10) == []
        assert await store.outcome(b"a" * 16) == Outcome(1, None)
        assert await store.outcome(b"b" * 16) == Outcome(None, b"closed")
        assert await store.outcome(b"c" * 16) is None
        assert await store.checkpoint() == note
        assert await store.certificates() == [b"certificate"]


async def test_every_commit_is_synced_and_removed_bytes_are_overwritten(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        pragmas = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "locking_mode")
        values = await store._file.run(lambda db: [db.execute(f"PRAGMA {one}").fetchone()[0] for one in pragmas])
    assert values == ["wal", 2, 1, 1, "exclusive"]  # 2 is FULL


async def test_a_known_command_id_keeps_its_first_outcome_and_its_batch_is_refused_whole(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await store.append([b"one"], [(b"a" * 16, 0, None)], None)
        with pytest.raises(RecordBatchRefused):
            await store.append([b"two"], [(b"b" * 16, 1, None), (b"a" * 16, 1, None)], None, [b"certificate"])
        assert store.size == 1
        assert [body async for body in store] == [b"one"]
        assert await store.outcomes([b"a" * 16, b"b" * 16]) == {b"a" * 16: Outcome(0, None)}
        assert await store.certificates() == []
        await add(store, b"three")  # a refused batch stops nobody
        assert store.size == 2


@pytest.mark.parametrize("outcome", [(b"a" * 16, 5, None), (b"a" * 16, None, None), (b"a" * 16, 0, b"refusal")])
async def test_an_outcome_is_an_entry_of_the_record_or_a_refusal(
    path: Path, outcome: tuple[bytes, int | None, bytes | None]
) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        with pytest.raises(RecordBatchRefused):
            await store.append([b"one"], [outcome], None)
        assert store.size == 0


async def test_a_checkpoint_about_another_tree_is_refused_with_its_batch(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        root = leaf_hash(b"one")
        for wrong in (
            Checkpoint("demado/training/test/hub-2", 1, root),
            Checkpoint(ORIGIN, 2, root),
            Checkpoint(ORIGIN, 1, leaf_hash(b"other")),
        ):
            with pytest.raises(RecordBatchRefused):
                await store.append([b"one"], [], sign(wrong, "hub-1", HUB))
        assert (store.size, await store.checkpoint()) == (0, None)


async def test_outcomes_that_were_to_go_with_an_earlier_state_put_no_record_back(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        early = store.growth([])
        await add(store, b"one")
        with pytest.raises(RecordBatchRefused):
            await store.append(early, [(b"r" * 16, None, b"refused")], None)
        assert (store.size, store.frontier.root()) == (1, leaf_hash(b"one"))


async def test_a_cosignature_is_kept_on_a_checkpoint_of_this_record_alone(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        first = await add(store, b"one")
        await add(store, b"two")
        line = cosign(first, "office", OFFICE, 1)
        for note in (
            None,  # it is no longer kept
            sign(Checkpoint(ORIGIN, 1, leaf_hash(b"other")), "hub-1", HUB),
            sign(Checkpoint(f"{ORIGIN}x", 1, leaf_hash(b"one")), "hub-1", HUB),
            await store.checkpoint(2),
        ):
            with pytest.raises(RecordBatchRefused):
                await store.add_cosignature(1, "office", line, note)
        with pytest.raises(RecordBatchRefused):
            await store.add_cosignature(3, "office", line, sign(Checkpoint(ORIGIN, 3, bytes(32)), "hub-1", HUB))
        assert await store.cosigned() == []
        await store.add_cosignature(1, "office", line, first)
        assert await store.cosigned() == [CosignedCheckpoint(first, (line,))]


async def test_what_was_hashed_before_the_record_grew_is_refused_and_what_is_hashed_now_is_stored(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        early = store.growth([b"late"])
        await add(store, b"one")
        with pytest.raises(RecordBatchRefused):
            await store.append(early, [(b"l" * 16, 0, None)], None)
        now = store.growth([b"two", b"three"])
        signed = sign(Checkpoint(ORIGIN, 3, now.root), "hub-1", HUB)
        assert signed == note_after(store, [b"two", b"three"])
        await store.append(now, [(b"t" * 16, 1, None), (b"u" * 16, 2, None)], signed)
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        assert [body async for body in store] == [b"one", b"two", b"three"]
        assert store.frontier.root() == now.root


async def test_the_newest_and_the_cosigned_checkpoints_are_kept_and_no_others(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        first, second, third = [await add(store, body) for body in (b"one", b"two", b"three")]
        assert await store.checkpoints() == [third]
        line = cosign(third, "office", OFFICE, 1_700_000_000)
        await store.add_cosignature(3, "office", line)
        await store.add_cosignature(3, "office", line)  # the same receipt again
        fourth = await add(store, b"four")
        assert await store.checkpoints() == [third, fourth]
        late = cosign(first, "office", OFFICE, 1_700_000_001)
        with pytest.raises(RecordBatchRefused):  # replaced meanwhile: the line alone says nothing
            await store.add_cosignature(1, "office", late)
        with pytest.raises(RecordBatchRefused):
            await store.add_cosignature(1, "office", late, second)
        forged = sign(Checkpoint(ORIGIN, 2, leaf_hash(b"other")), "hub-1", HUB)
        with pytest.raises(RecordBatchRefused):
            await store.add_cosignature(2, "office", cosign(forged, "office", OFFICE, 1), forged)
        await store.add_cosignature(1, "office", late, first)
        fifth = await add(store, b"five")
        assert await store.checkpoints() == [first, third, fifth]
        assert (await store.checkpoint(1), await store.checkpoint(4)) == (first, None)
        assert await store.cosignatures() == [Cosignature(1, "office", late), Cosignature(3, "office", line)]
        assert await store.cosignatures(3) == [Cosignature(3, "office", line)]


async def test_of_what_each_has_cosigned_somebody_gets_what_they_lack(path: Path) -> None:
    desk, told = Signer(b"d" * 32), list[CosignedCheckpoint]()
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        store.on_cosigned.append(told.append)
        kept = []
        for at, (name, who) in enumerate([("office", OFFICE), ("desk", desk), ("office", OFFICE)], 1):
            note = await add(store, str(at).encode())
            line = cosign(note, name, who, at)
            for _ in range(2):  # the same receipt again is nothing new
                await store.add_cosignature(at, name, line)
            kept.append(CosignedCheckpoint(note, (line,)))
        assert told == await store.cosigned() == kept
        assert await store.cosigned_up_to() == {"office": 3, "desk": 2}
        assert await store.cosigned({"office": 1, "desk": 1}) == kept[1:]
        assert await store.cosigned({"office": 3}) == [kept[1]]
        assert await store.cosigned({"office": 2, "desk": 2, "another": 1}) == [kept[2]]
        entries = [body async for body in store]
    async with await RecordStore.open(path.with_name("copy.sqlite"), origin=ORIGIN) as copy:
        await add(copy, *entries[:2])
        with pytest.raises(RecordBatchRefused):  # one of them is beyond its end
            await copy.put_cosigned(kept)
        assert await copy.cosigned() == []
        other = sign(Checkpoint(ORIGIN, 1, leaf_hash(b"other")), "hub-1", HUB)
        with pytest.raises(RecordBatchRefused):
            await copy.put_cosigned([CosignedCheckpoint(other, (cosign(other, "desk", desk, 1),))])
        for _ in range(2):
            await copy.put_cosigned(kept[:2])
        assert await copy.cosigned() == kept[:2]
        newest = await add(copy, b"more")
        assert await copy.checkpoints() == [kept[0].note, kept[1].note, newest]


async def test_a_checkpoint_that_goes_between_the_look_and_the_write_is_kept_again_with_its_cosignature(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        note = await add(store, b"one")
        line, look = cosign(note, "office", OFFICE, 1), store.checkpoint

        async def and_then_another_commit(size: int | None = None) -> str | None:
            monkeypatch.undo()
            found = await look(size)
            await add(store, b"two")  # whose checkpoint takes the place of the one that was just seen
            return found

        monkeypatch.setattr(store, "checkpoint", and_then_another_commit)
        await store.add_cosignature(1, "office", line, note)
        assert await store.cosignatures() == [Cosignature(1, "office", line)] and await store.checkpoint(1) == note


async def test_the_newest_checkpoint_is_still_replaced_after_reopening(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one")
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        second = await add(store, b"two")
        assert await store.checkpoints() == [second]


async def test_a_second_store_or_reader_is_refused_while_a_writer_has_the_record(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        with pytest.raises(RecordInUse):
            await RecordStore.open(path, origin=ORIGIN)
        with pytest.raises(RecordInUse):
            await open_readonly(path)
        await add(store, b"one")
    async with await open_readonly(path) as reader:
        assert [body async for body in reader] == [b"one"]


async def test_a_reader_sees_what_a_killed_writer_left_in_its_log(path: Path, tmp_path: Path) -> None:
    left = crashed_copy(path, tmp_path / "left")
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one")
        left()
    for _ in range(2):  # reading leaves everything as it was
        async with await open_readonly(tmp_path / "left" / "hub.db") as reader:
            assert (reader.size, reader.origin, await reader.read(0, 1)) == (1, ORIGIN, [b"one"])
    async with await RecordStore.open(tmp_path / "left" / "hub.db", origin=ORIGIN) as store:
        await add(store, b"two")
    async with await open_readonly(tmp_path / "left" / "hub.db") as reader:
        assert [body async for body in reader] == [b"one", b"two"]


def crashed_copy(path: Path, to: Path) -> Callable[[], None]:
    def copy() -> None:
        to.mkdir()
        for file in path.parent.glob(f"{path.name}*"):
            shutil.copy(file, to)

    return copy


async def test_where_no_lock_can_be_taken_a_clean_record_is_read_and_an_unfinished_one_refused(
    path: Path, tmp_path: Path
) -> None:
    left = crashed_copy(path, tmp_path / "left")
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one")
        left()
    # A link to nowhere in the place of the lock file: as on a read-only medium (but also for root) it cannot be made.
    for folder in (tmp_path, tmp_path / "left"):
        (folder / "hub.db-shm").symlink_to(tmp_path / "nowhere" / "file")
    async with await open_readonly(path) as reader:
        assert reader.size == 1
    with pytest.raises(RecordUnusable, match="-wal"):  # without its log it would quietly show less
        await open_readonly(tmp_path / "left" / "hub.db")


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    file = tmp_path / "minutes.txt"
    file.write_bytes(b"minutes of a meeting\n" * 100)
    return file


async def test_a_file_that_is_no_record_is_refused_and_left_as_it_was(minutes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE t(x)")
    db.close()
    newer = tmp_path / "newer.db"
    async with await RecordStore.open(newer, origin=ORIGIN):
        pass
    db = sqlite3.connect(newer)
    db.execute("PRAGMA user_version = 99")
    db.close()
    for file in (minutes, other, newer):
        before = file.read_bytes()
        with pytest.raises(RecordForeign):
            await RecordStore.open(file, origin=ORIGIN)
        with pytest.raises(RecordForeign):
            await open_readonly(file)
        assert file.read_bytes() == before


async def test_another_hubs_record_is_refused(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN):
        pass
    with pytest.raises(RecordOtherOrigin):
        await RecordStore.open(path, origin="demado/training/test/hub-2")
    async with await RecordStore.open(path, origin=ORIGIN):  # and nobody is locked out by the attempt
        pass


async def test_a_missing_record_is_not_made_by_reading_it(path: Path) -> None:
    with pytest.raises(RecordUnusable):
        await open_readonly(path)
    with pytest.raises(RecordUnusable):  # still missing
        await open_readonly(path)
    with pytest.raises(RecordUnusable):
        await RecordStore.open(path / "deeper" / "hub.db", origin=ORIGIN)


async def test_an_entry_cannot_be_changed_or_removed_through_the_database(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one")
    db = sqlite3.connect(path)
    for statement in ("UPDATE entry SET body = x'00'", "DELETE FROM entry"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(statement)
    db.close()


async def test_an_entry_altered_behind_the_stores_back_is_found_on_reading(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one", b"two", b"three")
    alter(path, "UPDATE entry SET body = x'00' WHERE idx = 1")
    async with await open_readonly(path) as reader:
        assert await reader.read(0, 1) == [b"one"]
        with pytest.raises(RecordDamaged, match="index=1"):
            await reader.read(0, 3)


async def test_an_entry_that_is_gone_is_found_at_its_place_where_no_checkpoint_tells_of_it(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await store.append([b"one", b"two", b"three"], [], None)
        edge = store.frontier
    alter(path, "DELETE FROM entry WHERE idx = 1")
    with pytest.raises(RecordDamaged, match="index=1"):
        await open_readonly(path)
    db = sqlite3.connect(path)
    db.execute("INSERT INTO meta VALUES ('frontier', ?)", (pack_frontier(edge),))  # as a long record has it
    db.commit()
    db.close()
    async with await open_readonly(path) as reader:
        assert await reader.read(0, 1) == [b"one"]
        with pytest.raises(RecordDamaged, match="index=1"):
            await reader.read(0, 3)
        with pytest.raises(RecordDamaged, match="index=1"):
            await reader.root(2)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry WHERE idx = 1",  # a gap
        "DELETE FROM entry WHERE idx = 2",  # the end: the checkpoint knows better
        "UPDATE entry SET leaf = zeroblob(32) WHERE idx = 0",
        "UPDATE meta SET value = x'00' WHERE key = 'frontier'",
        "DELETE FROM meta WHERE key = 'origin'",
        "UPDATE checkpoint SET size = 2",  # a note about three
        "UPDATE checkpoint SET note = replace(note, 'hub-1' || char(10), 'hub-2' || char(10))",
    ],
)
async def test_a_record_that_contradicts_its_checkpoint_is_not_opened(path: Path, statement: str) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one", b"two", b"three")
        await store._file.run(lambda db: db.execute("INSERT INTO meta VALUES ('frontier', x'9200c400')"))  # empty
    alter(path, "DELETE FROM outcome", statement)
    with pytest.raises(RecordDamaged):
        await open_readonly(path)
    with pytest.raises((RecordDamaged, RecordOtherOrigin)):
        await RecordStore.open(path, origin=ORIGIN)


async def test_opening_reads_only_the_leaves_after_the_stored_frontier(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        for start in range(0, 2 * FRONTIER_EVERY + 60, 100):
            await add(store, *(f"{start + at}".encode() for at in range(100)))
        size, root = store.size, store.frontier.root()
    alter(path, "UPDATE entry SET leaf = zeroblob(32) WHERE idx = 5")  # would change the root if it were read
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        assert (store.size, store.frontier.root()) == (size, root)
        with pytest.raises(RecordDamaged):  # and a proof cannot be built on it
            await store.inclusion_proof(0)


async def test_proofs_hold_for_every_entry_and_every_pair_of_sizes(path: Path) -> None:
    bodies = [f"entry {index}".encode() for index in range(21)]
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        roots = [store.frontier.root()]
        for at, body in enumerate(bodies):
            await add(store, body)
            roots.append(store.frontier.root())
            if at == 7:
                await store.inclusion_proof(0)  # the tree is loaded here, and has to keep up from now on
        for size in range(1, len(bodies) + 1):
            assert await store.root(size) == roots[size]
            for index in range(size):
                proof = await store.inclusion_proof(index, size)
                verify_inclusion(leaf_hash(bodies[index]), index, size, proof, roots[size])
            for old in range(1, size + 1):
                verify_consistency(old, roots[old], size, roots[size], await store.consistency_proof(old, size))
        with pytest.raises(IndexError):
            await store.inclusion_proof(0, len(bodies) + 1)


async def test_objects_are_kept_by_their_hash(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        digest = await store.put_object("profile", b"[contract]")
        assert await store.put_object("profile", b"[contract]") == digest == sha256(b"[contract]").digest()
        await store.put_object("deployment", b"roots")
        await store.put_certificates([b"x", b"y", b"x"])
        found = await store.objects()
        assert [one.hash for one in found] == sorted([digest, sha256(b"roots").digest()])
        assert {one.kind: one.body for one in found} == {"profile": b"[contract]", "deployment": b"roots"}
        assert await store.certificates() == sorted([b"x", b"y"], key=certificate_id)


async def test_a_snapshot_is_used_only_under_its_rules_and_on_its_own_record(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one")
        frontier = store.frontier
        await add(store, b"two")
        await store.save_snapshot(1, "rules-1", frontier, b"state")
        found = await store.load_snapshot("rules-1")
        assert found is not None
        assert (found.size, found.state, found.frontier.hashes) == (1, b"state", frontier.hashes)
        assert await store.load_snapshot("rules-2") is None
        await store.save_snapshot(1, "rules-1", Frontier(1, [leaf_hash(b"other")]), b"state of another record")
        assert await store.load_snapshot("rules-1") is None
        with pytest.raises(ValueError, match="reached"):
            await store.save_snapshot(3, "rules-1", Frontier(3, [bytes(32)] * 2), b"ahead")
        with pytest.raises(ValueError, match="the frontier there"):
            await store.save_snapshot(2, "rules-1", frontier, b"the edge of another size")


async def test_a_snapshot_with_one_bit_turned_is_not_used(path: Path) -> None:
    state = b"A-010 was issued last"
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one")
        await store.save_snapshot(1, "rules-1", store.frontier, state)
        (held,) = await store._run(lambda db: db.execute("SELECT state FROM snapshot").fetchone())
        for bit in range(8 * len(held)):
            turned = bytearray(held)
            turned[bit // 8] ^= 1 << bit % 8
            await store._write(lambda db, to=bytes(turned): db.execute("UPDATE snapshot SET state = ?", (to,)))
            assert await store.load_snapshot("rules-1") is None
        await store._write(lambda db: db.execute("UPDATE snapshot SET state = ?", (held,)))
        found = await store.load_snapshot("rules-1")
        assert found is not None and found.state == state


async def test_a_replaced_snapshot_is_in_no_file_after_closing(path: Path) -> None:
    secret = b"replaced state " * 1000
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await store.save_snapshot(0, "rules-1", Frontier(), secret)
        await store.save_snapshot(0, "rules-1", Frontier(), b"new")
    files = list(path.parent.iterdir())
    assert path in files
    assert not any(secret[:15] in file.read_bytes() for file in files)


async def test_a_cancelled_append_is_stored_all_the_same_and_the_next_continues_it(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        task = asyncio.create_task(store.append([b"one"], [], None))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await store.append([b"two"], [], None)
        assert [body async for body in store] == [b"one", b"two"]


async def test_appends_at_the_same_time_get_indices_one_after_the_other(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await asyncio.gather(*(store.append([bytes([at])], [], None) for at in range(20)))
        assert sorted([body async for body in store]) == [bytes([at]) for at in range(20)]
        assert store.frontier.size == 20


async def test_after_a_failed_commit_nothing_is_written_until_the_record_is_opened_again(path: Path) -> None:
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"one")
        await store._file.run(lambda db: db.execute("PRAGMA max_page_count = 1"))  # SQLite's own "disk is full"
        with pytest.raises(RecordCommitFailed, match="full"):
            await store.append([bytes(100_000)], [(b"a" * 16, 1, None)], None)
        await store._file.run(lambda db: db.execute("PRAGMA max_page_count = 1000000"))  # room again: still not
        for write in (
            store.append([b"two"], [], None),
            store.put_object("profile", b"x"),
            store.save_snapshot(0, "rules-1", Frontier(), b""),
        ):
            with pytest.raises(RecordCommitFailed):
                await write
        assert ([body async for body in store], await store.outcome(b"a" * 16)) == ([b"one"], None)
    async with await RecordStore.open(path, origin=ORIGIN) as store:
        await add(store, b"two")
        assert [body async for body in store] == [b"one", b"two"]


def test_a_program_that_fails_before_it_closes_the_record_ends_all_the_same(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from sync.record.store import RecordStore\n"
        "async def main(kept):\n"
        "    kept.append(await RecordStore.open(sys.argv[1], origin='o'))\n"
        "    raise SystemExit(3)\n"
        "asyncio.run(main([]))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path / "record.sqlite")], timeout=60, check=False)
    assert ended.returncode == 3
