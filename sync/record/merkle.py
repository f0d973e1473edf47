"""The record's Merkle tree (RFC 6962, 2.1): append, roots, proofs, and their verification."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from sync.errors import SyncError

HASH_BYTES = 32
_PAIR = 2 * HASH_BYTES
EMPTY_ROOT = sha256(b"").digest()  # RFC 6962, 2.1: the hash of an empty list


class BadProof(SyncError):
    """An inclusion or consistency proof that does not lead to the stated root."""

    code = "merkle.bad_proof"
    ja = "記録の証明が合いません。"
    en = "A proof about the record does not hold."
    todo_ja = "この記録を信用せず、責任者に知らせてください。"
    todo_en = "Do not rely on this record; tell the manager."


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf's bytes: SHA-256(0x00 || data) (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two smaller than count (count > 1)."""
    return 1 << (count - 1).bit_length() - 1


class Tree:
    """The whole tree in memory: 64 bytes a leaf, every proof in O(log n) steps or O(log² n) for odd sizes.

    Inner nodes are hashed when somebody asks: a level at a time costs half of what one leaf after the other does.
    """

    __slots__ = ("_levels",)

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        # _levels[k] holds, side by side, the hashes of all complete subtrees of 2**k leaves.
        self._levels = [bytearray()]
        for one in leaf_hashes:
            self.append(one)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf by its 32-byte hash; ValueError for another length."""
        if len(leaf_hash) != HASH_BYTES:  # as _need_hash, at every entry of a record: a call would be a third of this
            raise ValueError("a hash has 32 bytes")
        self._levels[0] += leaf_hash

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves in their order; ValueError, and none is added, if one has another length."""
        hashes = list(leaf_hashes)
        if not {HASH_BYTES}.issuperset(map(len, hashes)):
            raise ValueError("a hash has 32 bytes")
        self._levels[0] += b"".join(hashes)

    def _grow(self) -> None:
        """Hash the inner nodes whose subtrees have become complete since the last question."""
        level, lower = 0, self._levels[0]
        while len(lower) >= _PAIR:
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[level]
            pairs = range(2 * len(above), len(lower) - HASH_BYTES, _PAIR)
            above += b"".join([sha256(b"\x01" + lower[at : at + _PAIR]).digest() for at in pairs])
            lower = above

    def leaf(self, index: int) -> bytes:
        """Return the leaf hash at an index; IndexError outside the tree."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        return self._complete(0, index)

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first `size` leaves (all by default); IndexError if the tree is smaller."""
        size = self._bounded(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def edge(self, size: int | None = None) -> "Frontier":
        """Return the right edge of the tree over the first `size` leaves; IndexError if there are fewer."""
        size, start, hashes = self._bounded(size), 0, []
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                hashes.append(self._complete(level, start >> level))
                start += 1 << level
        return Frontier(size, hashes)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the audit path of one leaf in the first `size` leaves (RFC 6962, 2.1.1)."""
        size = self._bounded(size)
        if not 0 <= index < size:
            raise IndexError(index)
        start, end, proof = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        return proof[::-1]

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """Return the proof that the first `old` leaves (at least 1) begin the first `new` (RFC 6962, 2.1.2)."""
        new = self._bounded(new)
        if not 1 <= old <= new:
            raise IndexError(old)
        start, end, proof, whole = 0, new, [], True
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._range(start, end))
        return proof[::-1]

    def _bounded(self, size: int | None) -> int:
        """The size that a question is about; the inner nodes that it needs stand from here on."""
        self._grow()
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise IndexError(size)
        return size

    def _complete(self, level: int, position: int) -> bytes:
        return bytes(self._levels[level][position * HASH_BYTES : (position + 1) * HASH_BYTES])

    def _range(self, start: int, end: int) -> bytes:
        """The root over leaves start..end, where start is a multiple of the power of two that covers the range."""
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._complete(level, start >> level)
        middle = start + _split(count)
        return node_hash(self._range(start, middle), self._range(middle, end))


class Frontier:
    """The tree's right edge: enough to append and to know the root, O(log n) hashes (largest subtree first).

    Leaves wait until somebody asks for hashes or root, and are then hashed a level at a time: half of the cost.
    """

    __slots__ = ("_hashes", "_settled", "_waiting")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(hashes) != size.bit_count():
            raise ValueError("a frontier holds one hash for each complete subtree")
        for one in hashes:
            _need_hash(one)
        self._settled = size
        self._hashes = list(hashes)
        self._waiting: list[bytes] = []

    def copy(self) -> "Frontier":
        """The same edge, to go on by itself: what is appended to one is not in the other."""
        copied = Frontier()
        copied._settled, copied._hashes, copied._waiting = self._settled, list(self._hashes), list(self._waiting)
        return copied

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._settled + len(self._waiting)

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The complete subtrees' hashes, largest first: give them with `size` to continue later."""
        self._settle()
        return tuple(self._hashes)

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf by its 32-byte hash; ValueError for another length."""
        if len(leaf_hash) != HASH_BYTES:
            raise ValueError("a hash has 32 bytes")
        self._waiting.append(leaf_hash)

    def _settle(self) -> None:
        """Hash what waits into the edge, from the leaves upward."""
        level, before = self._waiting, self._settled
        self._waiting, self._settled = [], self.size
        odd: list[bytes] = []  # the subtrees that stay without a neighbour, smallest first
        while level:
            if before & 1:  # the edge has a subtree of this height already: it is the first one's neighbour
                level.insert(0, self._hashes.pop())
            if len(level) & 1:
                odd.append(level.pop())
            level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
            before >>= 1
        self._hashes += reversed(odd)

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        self._settle()
        if not self._hashes:
            return EMPTY_ROOT
        here = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            here = node_hash(left, here)
        return here


def _need_hash(value: bytes) -> None:
    if len(value) != HASH_BYTES:
        raise ValueError("a hash has 32 bytes")


def _need(holds: bool, reason: str) -> None:
    if not holds:
        raise BadProof(reason=reason)


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise BadProof unless the proof shows the leaf at this index of this tree (RFC 9162, 2.1.3.2)."""
    _need(0 <= index < size, "index outside the tree")
    _need(all(len(one) == HASH_BYTES for one in (leaf_hash, root, *proof)), "a hash has 32 bytes")
    node, last, here = index, size - 1, leaf_hash
    for sibling in proof:
        _need(last > 0, "too long")
        if node & 1 or node == last:
            here = node_hash(sibling, here)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            here = node_hash(here, sibling)
        node, last = node >> 1, last >> 1
    _need(last == 0, "too short")
    _need(here == root, "another root")


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise BadProof unless the old tree (at least one leaf) begins the new one (RFC 9162, 2.1.4.2)."""
    _need(1 <= old_size <= new_size, "sizes out of order")
    _need(all(len(one) == HASH_BYTES for one in (old_root, new_root, *proof)), "a hash has 32 bytes")
    if old_size == new_size:
        _need(not proof, "too long")
        _need(old_root == new_root, "another root")
        return
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)  # a complete old tree is itself the first node of the path
    _need(bool(steps), "too short")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_here = new_here = steps[0]
    for sibling in steps[1:]:
        _need(last > 0, "too long")
        if node & 1 or node == last:
            old_here, new_here = node_hash(sibling, old_here), node_hash(sibling, new_here)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_here = node_hash(new_here, sibling)
        node, last = node >> 1, last >> 1
    _need(last == 0, "too short")
    _need(old_here == old_root, "another old root")
    _need(new_here == new_root, "another new root")
