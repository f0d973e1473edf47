"""Replay: whether an entry is what its command leads to, checked by whoever did not write it.

Office, verifier and terminals read the same bytes and come to the same state, or name the entry that does not hold:

    replay = Replay(deployment, trust, {deployment.profile: profile})
    replay.take(body)            # in order, from the record's first entry or from a kept state
    replay.checkpoint(note, keys)

What an entry says is read in hub.replay.opened; why one does not hold, hub.replay.faults lists.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from hub import VERSION
from hub.domain import codec
from hub.domain.booth import Booth, Event, decide, fold
from hub.domain.booth import Command as Asked
from hub.domain.codec import encode_events
from hub.domain.continuity.continuity import BEGINS_EPOCH, START, ConfirmSwitchedOff, Continuity, Extra, KeepDiscrepancy
from hub.domain.contracts.contract import Profile
from hub.domain.day.day import RULES
from hub.domain.identity.identity import DecideIdentity
from hub.domain.kinds import Kinds
from hub.domain.moment import MANAGER_ROLES, Context, Signer
from hub.domain.people import roster
from hub.domain.people.roster import TakeRevocations, TakeRoster
from hub.domain.refusal import Refusal
from hub.listentries import Taking, fresh_keys, states_the_list
from hub.replay.faults import (
    BadEntry,
    BadSignature,
    MeantElsewhere,
    NoProfile,
    NotTrusted,
    OtherCheckpoint,
    OtherEvents,
    OtherList,
    RepeatedCommand,
    ReplayError,
    RuleRefuses,
    UnknownRules,
    WrongEpoch,
)
from hub.replay.opened import Opened, open_all
from hub.signer import signer_of
from sync.errors import Malformed, SyncError
from sync.keys.certificate import parse
from sync.keys.party import Deployment
from sync.keys.trust import Authority, TrustError, TrustStore
from sync.record.checkpoint import Checkpoint, open_note
from sync.record.command import read_command, signatures_hold
from sync.record.entry import decode_entry
from sync.record.merkle import Frontier, leaf_hash


class Claim(msgspec.Struct, frozen=True):
    """What a city officer's decision says of the record: its root at a size. Only someone with the tree can check it."""

    index: int
    size: int
    root: bytes


class Step(msgspec.Struct, frozen=True, gc=False):
    """An entry that holds: what it says, the events that its command leads to, and the state after it."""

    said: Opened
    events: tuple[Event, ...]
    booth: Booth


class Replay:
    """The state of a record, led from entry to entry; an entry that does not hold changes nothing.

    `profiles` maps the SHA-256 of a profile's file to its content. `booth` and `frontier` go on from a kept state.
    `known`: command ids of entries before that (a set, or anything with `in`). `sites`: where each signer must be one of
    ours, the deployment's own site by default.
    """

    def __init__(
        self,
        deployment: Deployment,
        trust: TrustStore,
        profiles: Mapping[bytes, Profile],
        *,
        booth: Booth | None = None,
        frontier: Frontier | None = None,
        known: Container[bytes] = (),
        sites: Sequence[str] | None = None,
    ) -> None:
        self.deployment = deployment
        self._sites = (deployment.site,) if sites is None else sites
        self.trust = trust
        self.booth = booth or Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
        self.frontier = frontier or Frontier()
        self.ids: dict[bytes, int] = {}
        """Command ids taken by this replay, and their entries."""
        self.claims: list[Claim] = []
        self.takings: list[Taking] = []
        """Lists of revoked keys that were taken over: whether their suspects are all, older entries show."""
        self.signatures = 0
        """How many signatures of commands were verified here."""
        self._known = known
        self._profiles = profiles
        self._profile = profiles.get(deployment.profile)
        self._managing = MANAGER_ROLES if self._profile is None else self._profile.managing
        self._signers: dict[bytes, tuple[Authority, Signer]] = {}
        """Certificate to its authority and whom the rules see in it: few people sign much."""

    @property
    def used(self) -> Iterable[bytes]:
        """Ids of the certificates that signed what this replay has taken."""
        return self._signers

    @property
    def size(self) -> int:
        """Number of entries up to here: the next entry's index."""
        return self.frontier.size

    def take(self, body: bytes) -> Step:
        """Check the next entry and adopt the state after it; a ReplayError leaf otherwise."""
        self._need_rules(self.size)
        (step,) = self.take_all([body], [leaf_hash(body)])
        return step

    def take_all(self, bodies: Sequence[bytes], leaves: Sequence[bytes]) -> Iterator[Step]:
        """As take, for some hundreds of entries with their leaf hashes; yields after each, whose state is then adopted.

        All are read, then all signatures checked, then all decided: each of the three finds the processor's caches as
        it left them. Signatures between the rules cost a seventh more, reading between signatures 2 µs an entry.
        """
        opened, failure = open_all(bodies, self.size, self.trust)
        signed, unsigned = self._signed(opened)
        yield from map(self._adopt, signed, leaves)
        if unsigned is not None:
            raise unsigned  # of an earlier entry than the one that could not be read
        if failure is not None:
            raise failure

    def _signed(self, opened: Sequence[Opened]) -> tuple[Sequence[Opened], ReplayError | None]:
        """These up to the first that is not signed by whom it names, for this record; with that one's fault."""
        held = signatures_hold([one.entry.command for one in opened], [one.by for one in opened])
        self.signatures += held
        record = self.deployment.record
        for at, one in enumerate(opened[:held]):
            if one.command.record != record:
                return opened[:at], MeantElsewhere(index=one.context.index, record=one.command.record)
        if held == len(opened):
            return opened, None
        first = opened[held]
        return opened[:held], BadSignature(index=first.context.index, id=first.command.id, person=first.by.person)

    def _need_rules(self, index: int) -> Profile:
        """The contract's profile, if it and the rules of the day are at hand; UnknownRules, NoProfile."""
        if self._profile is None:
            raise NoProfile(index=index, profile=self.deployment.profile)
        if self.booth.day.rules != RULES:
            raise UnknownRules(index=index, rules=self.booth.day.rules, here=VERSION)
        return self._profile

    def _adopt(self, one: Opened, leaf: bytes) -> Step:
        """Decide the command again, compare, and only then step on."""
        booth, context, command, by, asked = self.booth, one.context, one.command, one.by, one.asked
        index, kind = context.index, type(asked)
        profile = self._profile
        if profile is None or booth.day.rules != RULES:
            profile = self._need_rules(index)
        if command.id in self.ids or command.id in self._known:
            raise RepeatedCommand(index=index, id=command.id)
        if type(asked) is Refusal:
            raise _by_whom(BadEntry(index=index, why=asked.code, kind=command.kind), context)
        expected = booth.continuity.epoch + (kind in BEGINS_EPOCH)
        if one.entry.epoch != expected:
            raise WrongEpoch(index=index, found=one.entry.epoch, expected=expected)
        if command.epoch != expected:
            raise MeantElsewhere(index=index, epoch=command.epoch)
        if command.acts_on or (command.manifest and codec.signs_more(command.manifest, asked)):
            raise _by_whom(BadEntry(index=index, why="words beside its arguments, which no rule reads"), context)
        if kind in STATES_MORE:
            self._check_stated(index, asked)
        held = self._signers.get(by.certificate)
        if held is None or held[0] is not by:
            self._need_site(index, by)
            held = self._signers[by.certificate] = (by, signer_of(by, self._managing))
        try:
            decided = decide(profile, booth, asked, context, held[1], command.version)
        except Exception as fault:  # whoever wrote it: a command on which the rules themselves fail decided nothing
            raise BadEntry(index=index, why=repr(fault), kind=command.kind) from fault
        if type(decided) is Refusal:
            refused = RuleRefuses(index=index, rule=decided.code, person=by.person, kind=command.kind)
            raise _by_whom(refused, context)
        if encode_events(decided) != bytes(one.entry.events):
            raise _by_whom(OtherEvents(index=index, kind=command.kind), context)
        self.booth = booth = fold(booth, decided, index)
        self.frontier.append(leaf)
        self.ids[command.id] = index
        if kind is DecideIdentity:
            assert isinstance(asked, DecideIdentity)
            self.claims.append(Claim(index, asked.checkpoint_size, asked.checkpoint_root))
        return Step(one, decided, booth)

    def _need_site(self, index: int, by: Authority) -> None:
        try:
            for site in self._sites:
                by.need_site(site)
        except TrustError as error:
            raise NotTrusted(index=index, trust=error.code, **error.data) from error

    def _check_stated(self, index: int, asked: Asked) -> None:
        """What a command states of lists, kept entries or this record's root, and the rules cannot look at."""
        self._check_list(index, asked)
        if isinstance(asked, KeepDiscrepancy) and not all(map(_is_described, asked.extras)):
            raise BadEntry(index=index, why="a kept entry is not described as it is")
        if isinstance(asked, ConfirmSwitchedOff) and not self.booth.continuity.confirmed:
            if asked.root != self.frontier.root():
                raise MeantElsewhere(index=index, root=asked.root)

    def _check_list(self, index: int, asked: object) -> None:
        """What an entry says of a root-signed list must be what the list says; OtherList."""
        if not TAKES.has(asked):
            return
        if not states_the_list(asked, self.trust):
            raise OtherList(index=index, list=type(asked).__name__, party=asked.party, number=asked.number)
        if isinstance(asked, TakeRevocations):
            self.takings.append(Taking(index, asked, fresh_keys(asked, self.booth.keys)))

    def checkpoint(self, note: str, keys: Iterable[bytes]) -> Checkpoint:
        """The checkpoint, if one of the hub's keys signed it over exactly what has been taken; OtherCheckpoint."""
        origin = self.deployment.origin
        failure: SyncError | None = None
        for key in keys:
            try:
                checkpoint = open_note(note, {origin: key})
            except SyncError as error:
                failure = error
                continue
            if checkpoint != Checkpoint(origin, self.size, self.frontier.root()):
                raise OtherCheckpoint(index=self.size, why="content", size=checkpoint.size, origin=checkpoint.origin)
            return checkpoint
        raise OtherCheckpoint(index=self.size, why="no key of the hub" if failure is None else failure.code)


TAKES: Kinds[TakeRoster | TakeRevocations] = Kinds(TakeRoster | TakeRevocations)
"""Commands that take a list over."""

STATES_MORE = frozenset({TakeRoster, TakeRevocations, KeepDiscrepancy, ConfirmSwitchedOff})
"""Commands that state what only somebody with the lists or the tree can check."""


def _by_whom(error: ReplayError, context: Context) -> ReplayError:
    """The error; or UnknownRules where the entry says that another version of the program decided it, and may be right."""
    if context.software in ("", VERSION):
        return error
    return UnknownRules(**error.data, program=context.software, here=VERSION, finds=error.code)


def extra_of(body: bytes) -> Extra:
    """What is said of an entry that is kept as a discrepancy; Malformed or msgspec.MsgspecError if it is no entry.

    Whether its signature holds, a reader of the evidence checks: what is kept may be wrong in any way.
    """
    entry = decode_entry(body)
    command = read_command(entry.command.payload)
    at_ms = codec.decode_context(bytes(entry.context)).at_ms
    return Extra(entry.index, at_ms, command.made_ms, command.kind, command.certificate, body)


NONE_REVOKED: Final[Mapping[bytes, int]] = MappingProxyType({})


def _is_described(extra: Extra) -> bool:
    """Whether what is said of a kept entry is what its bytes say; of bytes that are no entry nothing can be said."""
    try:
        return extra_of(extra.body) == extra
    except (Malformed, msgspec.MsgspecError, ValueError):
        return False


def hub_keys(
    deployment: Deployment,
    trust: TrustStore,
    at_ms: int,
    continuity: Continuity = START,
    size: int | None = None,
    revoked: Mapping[bytes, int] = NONE_REVOKED,
) -> list[bytes]:
    """The keys that may sign this record's checkpoint of `size` (the next one by default) at a time.

    Those of certificates for the hub it is named after; once the record was taken over, the one that it then names.
    None that is `revoked` (roster.Keys) by an entry which that checkpoint covers.
    """
    writer = continuity.writer(size)
    keys: list[bytes] = []
    for encoded in trust:
        held = parse(encoded)
        if writer is not None:
            if held.kind != "standby_hub" or held.subject != writer.key:
                continue
        elif held.kind != "hub" or held.person != deployment.record:
            continue
        if held.subject in keys:
            continue
        try:
            by = trust.authority(trust.add(encoded), at_ms)
        except TrustError:
            continue
        entry = roster.revoked_at(revoked, by.party, by.stands_on)
        if entry is None or (size is not None and size <= entry):
            keys.append(by.key)
    return keys
