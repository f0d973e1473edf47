"""The roots of a record's last sizes: what tells whether somebody who names one of them has seen this record."""

from collections.abc import Iterable
from itertools import chain, islice

from sync.record.merkle import Frontier


class RecentRoots:
    """Roots at every size from one on: the tree's edge there, and the leaves that have come since (32 bytes each).

    A checkpoint is signed over a batch of entries at a time, but what a person signs may name any size in between. So
    nothing is hashed before somebody asks: a root costs a hash for each leaf from the first size to that one.
    """

    __slots__ = ("_edge", "_leaves")

    def __init__(self, edge: Frontier, leaves: Iterable[bytes] = ()) -> None:
        self._edge = edge.copy()
        self._leaves = list(leaves)

    @property
    def first(self) -> int:
        """The smallest size whose root is known."""
        return self._edge.size

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add the leaf hashes of the entries that follow."""
        self._leaves.extend(leaves)

    def follow(self, older: "RecentRoots") -> None:
        """Take those of smaller sizes too: `older` ends where these begin."""
        if older.first < self.first:
            self._edge, self._leaves = older._edge.copy(), [*older._leaves, *self._leaves]

    def root(self, size: int, more: Iterable[bytes] = ()) -> bytes | None:
        """Return the root at this size, `more` leaves following those that were added; None where it is not known."""
        wanted = size - self.first
        if wanted < 0:
            return None
        edge = self._edge.copy()
        for leaf in islice(chain(self._leaves, more), wanted):
            edge.append(leaf)
        return edge.root() if edge.size == size else None

    def forget_before(self, first: int, newest: Frontier) -> None:
        """Let go of smaller sizes than `first`; `newest` is the tree's own edge, at the size of all leaves added."""
        if first >= newest.size:
            self._edge, self._leaves = newest.copy(), []
            return
        passed = max(0, first - self.first)
        if passed:
            for leaf in self._leaves[:passed]:
                self._edge.append(leaf)
            self._leaves = self._leaves[passed:]
