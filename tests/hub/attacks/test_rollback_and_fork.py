"""A hub that has forgotten, or that tells another story, is refused and named as what it is; what was seen stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.client.link import linking
from hub.client.link.connection_state import ConnectionState
from hub.client.proof.divergence import Divergence, RecordDiverges, RecordForked, RecordRolledBack, last_common
from sync.link.link import Socket, dial
from sync.record.checkpoint import Checkpoint
from sync.record.merkle import Tree
from tests.hub.attacks.dishonest import record, refused, restored, scene_at, soon, state_of, tree_of
from tests.records import World

WORLD = World()


async def test_an_old_card_is_named_with_its_time_what_is_missing_and_who_holds_it(tmp_path: Path) -> None:
    maker = record(6)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        before = state_of(client)
        scene.hub.maker = restored(maker, 5)
        await scene.hub.drop_links()
        problem = await refused(client)
        assert isinstance(problem, RecordRolledBack) and problem.divergence is not None
        found = problem.divergence
        assert (found.held, found.shown, found.common, found.missing, found.kept) == (9, 5, 5, 4, 9)
        assert found.since == "09:00" and "09:00" in problem.ja and "4件が足りません" in problem.ja
        assert "端末に控えがあります" in problem.ja and "4 entries missing" in problem.en
        assert state_of(client) == before
        assert list((tmp_path / "terminal-1" / "evidence").glob("record.rolled_back-*"))


async def test_a_restored_hub_that_has_worked_on_is_named_with_what_it_wrote_instead(tmp_path: Path) -> None:
    maker = record(6)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        before, other = state_of(client), restored(maker, 5)
        other.now_ms += 60_000
        for _ in range(7):
            other.no_show()
        scene.hub.maker = other
        await scene.hub.drop_links()
        problem = await refused(client)
        assert isinstance(problem, RecordForked) and problem.divergence is not None
        found = problem.divergence
        assert (found.common, found.missing, found.instead) == (5, 4, other.size - 5)
        assert state_of(client) == before


async def test_what_was_seen_is_remembered_over_a_restart_of_the_terminal(tmp_path: Path) -> None:
    maker = record(6)
    async with scene_at(tmp_path, maker) as scene:
        await scene.leave(await scene.terminal())
        scene.hub.maker = restored(maker, 5)
        again = await scene.terminal()
        problem = await refused(again)
        assert isinstance(problem, RecordRolledBack) and problem.divergence is not None
        assert problem.divergence.missing == 4 and again.size == maker.size


async def test_what_is_missing_stays_said_while_people_have_stopped_that_hub_to_recover_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "RECOVERED_S", 0.02)
    maker = record(6)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        scene.hub.maker = restored(maker, 5)
        await scene.hub.drop_links()
        await refused(client)
        await scene.hub.stop()
        tries = asyncio.Queue[str]()

        async def look(url: str) -> Socket:
            await tries.put(url)
            return await dial(url)

        monkeypatch.setattr(linking, "dial", look)
        for _ in range(3):  # the second try is made after the first one has failed
            await soon(tries.get())
        assert client.state is ConnectionState.REFUSED
        assert isinstance(client.problem, RecordRolledBack) and client.problem.divergence is not None


async def test_a_record_that_continues_ours_again_is_followed_again(tmp_path: Path) -> None:
    maker = record(4)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        scene.hub.maker = restored(maker, 5)
        await scene.hub.drop_links()
        await refused(client)
        maker.no_show()
        scene.hub.maker = maker  # what people have mended
        await scene.hub.drop_links()
        await soon(client.until(lambda: client.connected))
        assert client.size == maker.size


async def test_a_hub_that_shows_nothing_at_all_is_refused(tmp_path: Path) -> None:
    maker = record(2)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        scene.hub.maker = restored(maker, 0)
        await scene.hub.drop_links()
        problem = await refused(client)
        assert isinstance(problem, RecordRolledBack) and problem.divergence is not None
        assert problem.divergence.common == 0 and problem.divergence.missing == maker.size


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.integers(4, 12), back=st.integers(1, 12), on=st.integers(0, 6))
async def test_whatever_a_hub_has_forgotten_and_written_instead_changes_nothing_that_a_terminal_shows(
    tmp_path_factory: pytest.TempPathFactory, held: int, back: int, on: int
) -> None:
    maker = record(held)
    size = max(0, maker.size - back)
    other = restored(maker, size)
    if size:
        other.now_ms += 60_000
        for _ in range(on):
            other.no_show()
    async with scene_at(tmp_path_factory.mktemp("site"), maker) as scene:
        client = await scene.terminal()
        before = state_of(client)
        scene.hub.maker = other
        await scene.hub.drop_links()
        problem = await refused(client)
        assert isinstance(problem, RecordDiverges) and problem.divergence is not None
        assert (problem.divergence.common, problem.divergence.missing) == (size, maker.size - size)
        assert isinstance(problem, RecordRolledBack) == (other.size < maker.size)
        assert state_of(client) == before


def leaf(number: int) -> bytes:
    return number.to_bytes(32, "big")


@settings(max_examples=60, deadline=None)
@given(common=st.integers(0, 40), ours=st.integers(1, 30), theirs=st.integers(0, 30))
async def test_where_two_records_part_is_found_whatever_their_lengths(common: int, ours: int, theirs: int) -> None:
    here = Tree([*map(leaf, range(common)), *(leaf(1_000 + at) for at in range(ours))])
    there = Tree([*map(leaf, range(common)), *(leaf(2_000 + at) for at in range(theirs))])

    async def root(size: int) -> bytes:
        return here.root(size)

    async def proof(old: int, new: int) -> list[bytes]:
        return there.consistency_proof(old, new)

    shown = Checkpoint("origin", there.size, there.root())
    assert await last_common(here.size, shown, root, proof) == common


async def test_a_hub_that_proves_nothing_has_nothing_in_common() -> None:
    here = tree_of(record(3).entries)

    async def root(size: int) -> bytes:
        return here.root(size)

    async def nothing(old: int, new: int) -> list[bytes]:
        return []

    assert await last_common(here.size, Checkpoint("origin", 9, bytes(32)), root, nothing) == 0


def test_a_card_of_another_day_is_named_with_its_date() -> None:
    day = 86_400_000
    found = Divergence(9, 5, 5, common_ms=1_754_438_400_000, lost_ms=1_754_438_400_000 + day)
    assert found.since == "8/6 09:00"
