"""The roots of a record's last sizes are those of its tree, however it grew and whatever was let go of."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.record.merkle import Frontier, Tree, leaf_hash
from sync.record.recent import RecentRoots
from sync.record.store import RecordStore

LEAVES = [leaf_hash(b"%d" % at) for at in range(70)]
TREE = Tree(LEAVES)


def edge(size: int) -> Frontier:
    """Grown leaf by leaf, not cut out of the tree."""
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)
    return frontier


def known(roots: RecentRoots, more: list[bytes]) -> dict[int, bytes]:
    found = {size: roots.root(size, more) for size in range(-1, len(LEAVES) + 2)}
    return {size: root for size, root in found.items() if root is not None}


def of_tree(first: int, last: int) -> dict[int, bytes]:
    return {size: TREE.root(size) for size in range(first, last + 1)}


@given(st.data())
def test_a_root_is_the_trees_from_the_first_size_kept_to_the_last_that_came_and_nothing_else_is_known(
    data: st.DataObject,
) -> None:
    first = size = data.draw(st.integers(0, 40), "size at the start")
    roots = RecentRoots(edge(first))
    for _ in range(data.draw(st.integers(0, 5), "batches")):
        grown = data.draw(st.integers(size, min(size + 6, 60)), "grows to")
        roots.extend(LEAVES[size:grown])
        size = grown
        kept = data.draw(st.integers(0, size), "no smaller size is asked about than")
        roots.forget_before(kept, edge(size))
        first = max(first, kept)
    more = data.draw(st.integers(size, len(LEAVES)), "with those that wait")
    assert known(roots, LEAVES[size:more]) == of_tree(first, more)
    assert known(roots, []) == of_tree(first, size)  # what waited was only looked at


@given(st.integers(0, 70), st.integers(0, 70))
def test_older_ones_can_be_put_before_them(one: int, other: int) -> None:
    first, middle = min(one, other), max(one, other)
    roots, older = RecentRoots(edge(middle), LEAVES[middle:]), RecentRoots(edge(first), LEAVES[first:middle])
    roots.follow(older)
    older.extend([b"x" * 32])  # and are no longer the same
    assert known(roots, []) == of_tree(first, len(LEAVES))


@given(st.integers(0, 70))
def test_the_edge_that_is_cut_out_of_a_tree_is_the_one_that_grew_there(size: int) -> None:
    assert (TREE.edge(size).size, TREE.edge(size).hashes) == (size, edge(size).hashes)


async def test_a_stored_record_gives_those_of_its_own_sizes(tmp_path: Path) -> None:
    bodies = [b"%d" % at for at in range(20)]
    async with await RecordStore.open(tmp_path / "record.sqlite", origin="o") as store:
        await store.append(bodies, [], None)
        for first in range(21):
            assert known(await store.recent_roots(first), []) == of_tree(first, 20)
        with pytest.raises(IndexError):
            await store.recent_roots(21)
