"""The root-signed lists that one place holds: every one that came, the newest of each party in force."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from sync.errors import Malformed
from sync.keys import revocation, roster
from sync.keys.certificate import Party
from sync.keys.revocation import Revocations, open_revocations
from sync.keys.rootlist import ListForked, RootList, list_hash, list_kind
from sync.keys.roots import Roots
from sync.keys.roster import Roster, open_roster

L = TypeVar("L", bound=RootList)


class _Series(Generic[L]):
    """One kind of list: all that are held by party and number. Old ones stay: old certificates name them."""

    def __init__(self) -> None:
        self._held: dict[tuple[Party, int], tuple[bytes, L]] = {}
        self._newest: dict[Party, L] = {}

    def copy(self) -> "_Series[L]":
        copied: _Series[L] = _Series()
        copied._held, copied._newest = dict(self._held), dict(self._newest)
        return copied

    def add(self, encoded: bytes, value: L) -> None:
        """Keep the list; ListForked if another holds its number."""
        name = (value.party, value.number)
        if name in self._held:
            raise ListForked(party=value.party, number=value.number)
        self._held[name] = (encoded, value)
        newest = self._newest.get(value.party)
        if newest is None or newest.number < value.number:
            self._newest[value.party] = value

    def get(self, party: Party, number: int | None) -> L | None:
        """Return the list with this number (None: the newest), or None."""
        if number is None:
            return self._newest.get(party)
        held = self._held.get((party, number))
        return None if held is None else held[1]

    def bytes_of(self, party: Party, number: int) -> bytes | None:
        """The list with this number as it came, or None."""
        held = self._held.get((party, number))
        return None if held is None else held[0]

    def encoded(self) -> Iterator[bytes]:
        """The lists as they came, by party and number."""
        return (self._held[name][0] for name in sorted(self._held))


class Lists:
    """The rosters and lists of revoked keys of one deployment."""

    def __init__(self, deployment: bytes, roots: Roots) -> None:
        self._deployment = deployment
        self._roots = roots
        self._known: set[bytes] = set()  # lists arrive with every link and receipt: the same bytes are checked once
        self._rosters: _Series[Roster] = _Series()
        self._revocations: _Series[Revocations] = _Series()

    def add(self, encoded: bytes) -> bool:
        """Keep a list of either kind and say whether it was new here; raises RootListError leaves, Malformed.

        An older list is kept too (old certificates name it), and never replaces a newer one.
        """
        if encoded in self._known:
            return False
        kind = list_kind(encoded)
        if kind == roster.KIND:
            self._rosters.add(encoded, open_roster(encoded, self._deployment, self._roots))
        elif kind == revocation.KIND:
            self._revocations.add(encoded, open_revocations(encoded, self._deployment, self._roots))
        else:
            raise Malformed(kind="list", reason="unknown kind")
        self._known.add(encoded)
        return True

    def copy(self) -> "Lists":
        """A collection of its own with the same lists."""
        copied = Lists(self._deployment, self._roots)
        copied._known = set(self._known)
        copied._rosters = self._rosters.copy()
        copied._revocations = self._revocations.copy()
        return copied

    def roster(self, party: Party, number: int | None = None) -> Roster | None:
        """The party's roster of that number (None: the newest), or None."""
        return self._rosters.get(party, number)

    def revocations(self, party: Party, number: int | None = None) -> Revocations | None:
        """The party's list of revoked keys of that number (None: the newest), or None."""
        return self._revocations.get(party, number)

    def hash(self, kind: str, party: Party, number: int) -> bytes | None:
        """The hash by which a record names the list of this kind, party and number; None if it is not held."""
        series = self._rosters if kind == roster.KIND else self._revocations
        encoded = series.bytes_of(party, number)
        return None if encoded is None else list_hash(encoded)

    def encoded(self) -> list[bytes]:
        """Every list as it came: what travels to others."""
        return [*self._rosters.encoded(), *self._revocations.encoded()]
