"""Root-signed lists with a record: which people and keys were in force when, and what is unproven since a revocation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from hub.audit.evidence import Evidence
from hub.audit.problem import Problem, fault, finding
from hub.domain import codec
from hub.domain.booth import Event
from hub.domain.people.roster import Keys, ResetNoted, RevocationsTaken, RosterTaken, TakeRevocations, TakeRoster
from hub.listentries import SIDES, Taking, names_suspects, suspects
from hub.replay.cosigners import Witness
from sync.errors import Malformed, SyncError
from sync.keys import revocation, roster
from sync.keys.certificate import parse
from sync.keys.party import Deployment
from sync.keys.rootlist import list_kind
from sync.keys.roster import open_roster
from sync.keys.trust import TrustStore
from sync.record.bundle import BundledObject
from sync.record.command import read_command
from sync.record.entry import decode_entry

TAKES = frozenset(kind.__struct_config__.tag for kind in (TakeRoster, TakeRevocations))
"""Commands that take lists over."""

KINDS = frozenset({roster.KIND, revocation.KIND})


class RoleChange(msgspec.Struct, frozen=True):
    """From this entry on somebody had these roles (none: was no longer listed), or a key was revoked or made anew."""

    entry: int
    at_ms: int
    party: str
    number: int
    person: str
    change: str
    """listed, dropped, revoked, reset (by whom: in `roles`) or restored."""
    roles: tuple[str, ...] = ()


def take(trust: TrustStore, objects: Iterable[BundledObject], beside: Iterable[bytes]) -> Iterator[Problem]:
    """Put the lists of a record into `trust`; what is wrong with them. Those beside it are taken or left."""
    for one in objects:
        if one.kind in KINDS:
            try:
                trust.add_list(one.body)
            except SyncError as error:
                yield fault(error, object=f"object {one.hash.hex()[:16]} ({one.kind})")
    for encoded in beside:
        try:
            trust.add_list(encoded)
        except SyncError:
            continue


def check(
    takings: Iterable[Taking],
    entries: Sequence[bytes],
    trust: TrustStore,
    witnesses: Iterable[Witness],
    succeeded_at: int = 0,
    *,
    copy: bool = False,
) -> Iterator[Problem]:
    """Whether every entry that took a list of revoked keys over names just the entries that this left unproven.

    `succeeded_at`: from which size on another machine wrote. What had been cosigned before lies with the hub before it, and
    at the office; a stand-by takes over without. `copy`: a terminal's, which keeps those that it was told of: it may
    have been cut off between an entry and the cosignature that the entry rests on.
    """
    sizes = [witness.size for witness in witnesses]
    for one in takings:
        cosigned = one.command.cosigned
        # Who has vouched since vouches for the revocation too, and for nothing that it leaves unproven.
        seen = max((size for size in sizes if size <= one.entry), default=0)
        if not 0 <= cosigned <= seen:  # one below 0 would count from the end, and leave every suspect out
            elsewhere = 0 <= cosigned <= one.entry and (one.entry < succeeded_at or copy)
            code = "remark.cosigned_elsewhere" if elsewhere else "list.not_cosigned"
            yield finding(code, entry=one.entry, stated=cosigned, found=seen)
        span = entries[max(cosigned, 0) : one.entry]
        if not names_suspects(one, span, trust):
            yield finding("list.other_suspects", entry=one.entry, number=one.command.number)
            continue
        for left in suspects(span, one.command.party, one.fresh, trust):
            if left not in one.command.suspects:  # an older hub's entry, which nobody can confirm there
                yield finding("remark.unproven", entry=left.entry, person=left.person, number=one.command.number)


def remarks(keys: Keys, trust: TrustStore) -> Iterator[Problem]:
    """What nobody has confirmed since a revocation, and lists that lie here which the record has not taken over."""
    for entry, one in sorted(keys.unproven.items()):
        yield finding("remark.unproven", entry=entry, person=one.person, number=one.number)
    for side in SIDES:
        for kind, held in ((roster.KIND, trust.roster(side)), (revocation.KIND, trust.revocations(side))):
            if held is not None and held.number > keys.taken.get(f"{kind}/{side}", 0):
                yield finding("remark.list_not_taken", object=f"{kind} {held.number} ({side})")


def named(evidence: Evidence, deployment: Deployment, certificates: Iterable[bytes]) -> Iterator[BundledObject]:
    """The lists that entries have taken over, and the rosters on which certificates rest: what a bundle needs."""
    hashes: set[bytes] = set()
    for body in evidence.entries:
        command = read_command(decode_entry(body).command.payload)
        if command.kind in TAKES:
            taken = codec.decode_command(command.kind, bytes(command.args))
            if isinstance(taken, TakeRoster | TakeRevocations):
                hashes.add(taken.list)
    rosters = {(cert.party, cert.roster) for cert in map(parse, certificates) if cert.roster}
    held = {one.hash: one for one in evidence.objects if one.kind in KINDS}
    for encoded in evidence.lists:
        try:
            one = BundledObject(list_kind(encoded), encoded)
        except Malformed:
            continue
        held.setdefault(one.hash, one)
    for hash_, one in held.items():
        if hash_ in hashes or (one.kind == roster.KIND and _place(one.body, deployment) in rosters):
            yield one


def _place(encoded: bytes, deployment: Deployment) -> tuple[str, int] | None:
    try:
        opened = open_roster(encoded, deployment.id, deployment.roots)
    except SyncError:
        return None
    return opened.party, opened.number


CHANGING = frozenset({RosterTaken, RevocationsTaken, ResetNoted})
"""Events that change who has which roles."""


class History:
    """Collects who had which roles from when on."""

    def __init__(self) -> None:
        self.changes: list[RoleChange] = []
        self.listed: dict[tuple[str, str], set[str]] = {}
        """Party and person to every role that any roster gave them."""
        self._roles: dict[tuple[str, str], tuple[str, ...]] = {}
        self._revoked: set[tuple[str, bytes]] = set()

    def take(self, index: int, events: Iterable[Event]) -> None:
        """Note what these events of an entry change."""
        for event in events:
            match event:
                case RosterTaken():
                    self._roster(index, event)
                case RevocationsTaken():
                    for key in event.keys:
                        if (event.party, key.key) not in self._revoked:
                            self._revoked.add((event.party, key.key))
                            where = (index, event.at_ms, event.party, event.number)
                            self.changes.append(RoleChange(*where, key.person, "revoked"))
                case ResetNoted():
                    where = (index, event.at_ms, "", 0)
                    roles = (event.by,) if event.by else ()
                    change = "reset" if event.by else "restored"
                    self.changes.append(RoleChange(*where, event.person, change, roles))

    def _roster(self, index: int, event: RosterTaken) -> None:
        where = (index, event.at_ms, event.party, event.number)
        listed = {(event.party, one.person): one.roles for one in event.members}
        for name in sorted(name for name in self._roles if name[0] == event.party and name not in listed):
            self.changes.append(RoleChange(*where, name[1], "dropped"))
            del self._roles[name]
        for name, roles in listed.items():
            self.listed.setdefault(name, set()).update(roles)
            if self._roles.get(name) != roles:
                self.changes.append(RoleChange(*where, name[1], "listed", roles))
                self._roles[name] = roles
