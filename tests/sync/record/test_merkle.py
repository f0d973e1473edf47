"""The Merkle tree: every right proof verifies and every altered one does not, for all sizes up to 64."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.record.merkle import (
    EMPTY_ROOT,
    BadProof,
    Frontier,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

SIZE = 64
LEAVES = [leaf_hash(bytes((index,))) for index in range(SIZE)]
TREE = Tree(LEAVES)
ROOTS = [TREE.root(size) for size in range(SIZE + 1)]


def defined_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written: the slow recursive definition that the fast tree must agree with."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


def altered(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8 % 32] ^= 1 << bit % 8
    return bytes(changed)


def alterations(proof: list[bytes], bit: int) -> list[list[bytes]]:
    """The proof with each hash changed, one left out, one added at either end, and its neighbours swapped."""
    changed = [[*proof[:at], altered(one, bit), *proof[at + 1 :]] for at, one in enumerate(proof)]
    shorter = [proof[:at] + proof[at + 1 :] for at in range(len(proof))]
    swapped = [[*proof[:at], proof[at + 1], proof[at], *proof[at + 2 :]] for at in range(len(proof) - 1)]
    longer = [[LEAVES[0], *proof], [*proof, LEAVES[0]], [*proof, bytes(32)]]
    ragged = [[*proof[:at], one[:31], *proof[at + 1 :]] for at, one in enumerate(proof)]
    return changed + shorter + swapped + longer + ragged


def test_roots_are_those_of_the_definition() -> None:
    assert [defined_root(LEAVES[:size]) for size in range(SIZE + 1)] == ROOTS


def test_every_inclusion_proof_verifies_and_every_altered_one_is_refused() -> None:
    for size in range(1, SIZE + 1):
        for index in range(size):
            proof = TREE.inclusion_proof(index, size)
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            for wrong in alterations(proof, bit=index * 7 + size):
                with pytest.raises(BadProof):
                    verify_inclusion(LEAVES[index], index, size, wrong, ROOTS[size])
            for leaf, at, root in (
                (altered(LEAVES[index], size), index, ROOTS[size]),
                (LEAVES[index], index, altered(ROOTS[size], index)),
                (LEAVES[index], (index + 1) % size if size > 1 else 1, ROOTS[size]),
                (LEAVES[index], index, ROOTS[size - 1]),
            ):
                with pytest.raises(BadProof):
                    verify_inclusion(leaf, at, size, proof, root)


def test_every_consistency_proof_verifies_and_every_altered_one_is_refused() -> None:
    for new in range(1, SIZE + 1):
        for old in range(1, new + 1):
            proof = TREE.consistency_proof(old, new)
            verify_consistency(old, ROOTS[old], new, ROOTS[new], proof)
            for wrong in alterations(proof, bit=old * 5 + new):
                with pytest.raises(BadProof):
                    verify_consistency(old, ROOTS[old], new, ROOTS[new], wrong)
            for old_root, new_root in (
                (altered(ROOTS[old], new), ROOTS[new]),
                (ROOTS[old], altered(ROOTS[new], old)),
                (ROOTS[old - 1], ROOTS[new]),
            ):
                with pytest.raises(BadProof):
                    verify_consistency(old, old_root, new, new_root, proof)


def test_history_that_was_rewritten_has_no_consistency_proof() -> None:
    rewritten = Tree([leaf_hash(b"another first entry"), *LEAVES[1:]])
    for old in range(1, SIZE):
        with pytest.raises(BadProof):
            verify_consistency(old, ROOTS[old], SIZE, rewritten.root(), rewritten.consistency_proof(old))
        with pytest.raises(BadProof):
            verify_consistency(old, ROOTS[old], SIZE, rewritten.root(), TREE.consistency_proof(old))


@given(st.lists(st.binary(max_size=8), max_size=150), st.data())
def test_a_frontier_continued_from_anywhere_agrees_with_the_whole_tree(
    bodies: list[bytes], data: st.DataObject
) -> None:
    leaves = [leaf_hash(body) for body in bodies]
    pause = data.draw(st.integers(0, len(leaves)))
    early = Frontier()
    for leaf in leaves[:pause]:
        early.append(leaf)
    late = Frontier(early.size, early.hashes)
    for leaf in leaves[pause:]:
        late.append(leaf)
    whole = Tree(leaves)
    assert (late.size, late.root()) == (whole.size, whole.root())
    assert early.root() == whole.root(pause)


@given(st.integers(65, 3000), st.data())
def test_proofs_in_larger_trees_verify(size: int, data: st.DataObject) -> None:
    tree = Tree(leaf_hash(index.to_bytes(4, "big")) for index in range(size))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    verify_inclusion(tree.leaf(index), index, size, tree.inclusion_proof(index), tree.root())
    verify_consistency(old, tree.root(old), size, tree.root(), tree.consistency_proof(old))


def test_an_empty_tree_has_the_prescribed_root_and_no_proofs() -> None:
    assert Tree().root() == Frontier().root() == EMPTY_ROOT == sha256(b"").digest()
    with pytest.raises(IndexError):
        Tree().inclusion_proof(0)
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[0], 0, 0, [], EMPTY_ROOT)


def test_an_old_tree_without_leaves_is_refused() -> None:
    with pytest.raises(BadProof):
        verify_consistency(0, EMPTY_ROOT, 5, ROOTS[5], [])
    with pytest.raises(IndexError):
        TREE.consistency_proof(0)


def test_negative_and_reversed_positions_are_refused() -> None:
    for index, size in ((-1, 5), (5, 5), (9, 5), (0, -1)):
        with pytest.raises(BadProof):
            verify_inclusion(LEAVES[0], index, size, [], ROOTS[1])
    with pytest.raises(BadProof):
        verify_consistency(6, ROOTS[6], 5, ROOTS[5], TREE.consistency_proof(5, 6))
    for outside in (SIZE + 1, -1):
        with pytest.raises(IndexError):
            TREE.root(outside)


def test_hashes_of_another_length_are_refused_when_appended() -> None:
    for wrong in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="32 bytes"):
            Tree([wrong])
        with pytest.raises(ValueError, match="32 bytes"):
            Frontier().append(wrong)
        with pytest.raises(ValueError, match="32 bytes"):
            Frontier(1, (wrong,))
    with pytest.raises(ValueError, match="one hash for each"):
        Frontier(3, (LEAVES[0],))


def test_many_leaves_at_once_are_the_same_tree_and_one_bad_one_adds_none() -> None:
    tree = Tree(LEAVES[:5])
    tree.extend(LEAVES[5:40])
    assert (tree.size, tree.root()) == (40, ROOTS[40])
    with pytest.raises(ValueError):
        tree.extend([LEAVES[40], LEAVES[41][:-1]])
    assert (tree.size, tree.root()) == (40, ROOTS[40])


def test_a_leaf_and_an_inner_node_never_share_a_hash() -> None:
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])
