"""Replay: whether an entry is what its command leads to, checked by whoever did not write it.

Office, verifier and terminals read the same bytes and come to the same state, or name the entry that does not hold:

    replay = Replay(deployment, trust, {deployment.profile: profile})
    replay.take(body)            # in order, from the record's first entry or from a kept state
    replay.checkpoint(note, keys)

ReplayError (its data names the entry's index)
├── BadEntry         bytes, context or arguments that are not in their one form
├── WrongIndex       another place in the record than the next one
├── WrongEpoch       written under another epoch than the record's
├── BadSignature     the command is not signed by the certificate it names
├── NotTrusted       that certificate does not hold at the entry's time
├── MeantElsewhere   signed for another deployment, record or epoch
├── RepeatedCommand  a command id that the record knows already
├── RuleRefuses      the rules refuse this command to this signer here (data "rule": the refusal's code)
├── OtherEvents      the rules lead to other events than the entry states
├── OtherList        a root-signed list that is not at hand, or says something else than the entry
├── UnknownRules     the day runs under a version of the rules that this program does not have
└── OtherCheckpoint  the signed checkpoint is not about these entries
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from hub.domain import codec
from hub.domain.booth import Booth, Event, decide, fold
from hub.domain.booth import Command as Asked
from hub.domain.continuity.continuity import BEGINS_EPOCH, START, ConfirmSwitchedOff, Continuity, Extra, KeepDiscrepancy
from hub.domain.contracts.contract import Profile
from hub.domain.day.day import RULES
from hub.domain.identity.identity import DecideIdentity
from hub.domain.kinds import Kinds
from hub.domain.moment import MANAGER_ROLES, Context, Signer
from hub.domain.people.roster import TakeRevocations, TakeRoster
from hub.domain.refusal import Refusal
from hub.listentries import Taking, fresh_keys, states_the_list
from hub.signer import signer_of
from sync import canonical
from sync.canonical import Count
from sync.errors import Malformed, SyncError
from sync.keys.certificate import parse
from sync.keys.party import Deployment
from sync.keys.trust import Authority, TrustError, TrustStore
from sync.record.checkpoint import Checkpoint, open_note
from sync.record.command import (
    Command,
    CommandElsewhere,
    CommandForged,
    Signed,
    check_arguments,
    check_signature,
    read_command,
    read_signed,
)
from sync.record.entry import ENTRY_VERSION, decode_entry
from sync.record.merkle import Frontier, leaf_hash


class ReplayError(SyncError):
    """An entry that does not hold; nothing of it has been taken."""

    code = "replay"
    ja = "記録の項目が正しくありません。"
    en = "An entry of the record does not hold."
    todo_ja = "この記録を使わずに保管し、責任者に知らせてください。"
    todo_en = "Keep this record as it is, do not rely on it, and tell the manager."


class BadEntry(ReplayError):
    """Bytes, context or arguments that are not in their one form."""

    code = "replay.bad_entry"
    ja = "記録の項目を読めません。"
    en = "An entry cannot be read."


class WrongIndex(ReplayError):
    """Another place in the record than the next one: an entry is missing, doubled or moved."""

    code = "replay.wrong_index"
    ja = "記録の項目の順番が違います（欠け、重複、入れ替え）。"
    en = "An entry is not the next one: one is missing, doubled or moved."


class WrongEpoch(ReplayError):
    """Written under another epoch than the record's."""

    code = "replay.wrong_epoch"
    ja = "別のハブの世代（エポック）で書かれた項目です。"
    en = "An entry was written under another epoch."


class BadSignature(ReplayError):
    """The command is not signed by the certificate it names."""

    code = "replay.bad_signature"
    ja = "操作の署名が正しくありません。"
    en = "A command's signature does not hold."


class NotTrusted(ReplayError):
    """The certificate behind a command does not hold at the entry's time; `trust` names why."""

    code = "replay.not_trusted"
    ja = "操作した人の証明書を信用できません。"
    en = "The certificate behind a command cannot be relied on."


class MeantElsewhere(ReplayError):
    """The command was signed for another deployment, record or epoch."""

    code = "replay.meant_elsewhere"
    ja = "別の記録のための操作が入っています。"
    en = "A command was signed for another record."


class RepeatedCommand(ReplayError):
    """A command id that the record knows already: one signature was used twice."""

    code = "replay.repeated_command"
    ja = "同じ操作が2回記録されています。"
    en = "One command stands in the record twice."


class RuleRefuses(ReplayError):
    """The rules refuse this command to this signer in this state; `rule` is the refusal's code."""

    code = "replay.rule_refuses"
    ja = "規則が認めない操作が記録されています。"
    en = "The rules refuse a command that the record holds."


class OtherEvents(ReplayError):
    """The rules lead to other events than the entry states."""

    code = "replay.other_events"
    ja = "記録の結果が、操作から導かれるものと違います。"
    en = "An entry states other events than its command leads to."


class OtherList(ReplayError):
    """A root-signed list that is not at hand, or says something else than the entry that took it over."""

    code = "replay.other_list"
    ja = "記録が引き継いだ名簿または失効リストが手元にないか、記録と合いません。"
    en = "The root-signed list that an entry took over is missing, or says something else."


class UnknownRules(ReplayError):
    """The day runs under a version of the rules, or a profile, that is not at hand here."""

    code = "replay.unknown_rules"
    ja = "この版では確かめられない規則または契約の設定です。"
    en = "The rules' version or the contract profile is not at hand here."
    todo_ja = "新しい版のプログラムで確かめてください。"
    todo_en = "Check with a newer version of this program."


class OtherCheckpoint(ReplayError):
    """The signed checkpoint is not about these entries, or not signed by the record's hub."""

    code = "replay.other_checkpoint"
    ja = "署名済みの写し（チェックポイント）が、記録の項目と合いません。"
    en = "The signed checkpoint is not about these entries."


class Claim(msgspec.Struct, frozen=True):
    """What a city officer's decision says of the record: its root at a size. Only someone with the tree can check it."""

    index: int
    size: int
    root: bytes


class _Written(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An entry (sync.record.entry) with its context read: that both are in their one form is seen at once."""

    version: int
    index: Count
    epoch: Count
    context: Context
    command: Signed
    events: msgspec.Raw


class Opened(NamedTuple):
    """What an entry says, read and checked as far as that needs no state."""

    entry: _Written
    context: Context
    command: Command
    by: Authority
    asked: Asked | Refusal


class Replay:
    """The state of a record, led from entry to entry; an entry that does not hold changes nothing.

    `profiles` maps the SHA-256 of a profile's file to its content. `booth` and `frontier` go on from a kept state.
    `known`: command ids of entries before that (a set, or anything with `in`).
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
    ) -> None:
        self.deployment = deployment
        self.trust = trust
        self.booth = booth or Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
        self.frontier = frontier or Frontier()
        self.ids: dict[bytes, int] = {}
        """Command ids taken by this replay, and their entries."""
        self.used: set[bytes] = set()
        """Ids of the certificates that signed what this replay has taken."""
        self.claims: list[Claim] = []
        self.takings: list[Taking] = []
        """Lists of revoked keys that were taken over: whether their suspects are all, older entries show."""
        self.last: Opened | None = None
        """The newest entry that was taken, for whoever looks further at it: reading it again would cost 2 µs."""
        self.signatures = 0
        """How many signatures of commands were verified here."""
        self._known = known
        self._profiles = profiles
        self._profile = profiles.get(deployment.profile)
        self._managing = MANAGER_ROLES if self._profile is None else self._profile.managing
        self._signers: dict[bytes, tuple[Authority, Signer]] = {}
        """Certificate to its authority and whom the rules see in it: few people sign much."""

    @property
    def size(self) -> int:
        """Number of entries up to here: the next entry's index."""
        return self.frontier.size

    def take(self, body: bytes) -> tuple[Event, ...]:
        """Check the next entry, adopt the state after it, and return its events; a ReplayError leaf otherwise."""
        index = self.size
        self._check_rules(index)
        one = self._read(body, index)
        self._check_signer(one)
        return self._adopt(one, leaf_hash(body))

    def take_all(self, bodies: Sequence[bytes], leaves: Sequence[bytes]) -> Iterator[tuple[Event, ...]]:
        """As take, for some dozens of entries with their leaf hashes; yields after each, whose state is then adopted.

        All are read, then all signatures checked, then all decided: each of the three finds the processor's caches as
        it left them. Signatures between the rules cost a seventh more, reading between signatures 2 µs an entry.
        """
        opened: list[Opened] = []
        signed = 0
        failure: ReplayError | None = None  # of the first entry that fails: what stands before it is judged first
        try:
            for at, body in enumerate(bodies):
                opened.append(self._read(body, self.size + at))
        except ReplayError as error:
            failure = error
        try:
            for one in opened:
                self._check_signer(one)
                signed += 1
        except ReplayError as error:
            failure = error
        for one, leaf in zip(opened[:signed], leaves, strict=False):
            self._check_rules(one.context.index)
            yield self._adopt(one, leaf)
        if failure is not None:
            raise failure

    def _check_rules(self, index: int) -> None:
        if self._profile is None or self.booth.day.rules != RULES:
            raise UnknownRules(index=index, rules=self.booth.day.rules, profile=self.deployment.profile)

    def _adopt(self, one: Opened, leaf: bytes) -> tuple[Event, ...]:
        """Decide the command again, compare, and only then step on."""
        entry, context, command, by, asked = one
        index = context.index
        if command.id in self.ids or command.id in self._known:
            raise RepeatedCommand(index=index, id=command.id)
        kind = type(asked)
        if type(asked) is Refusal:
            raise BadEntry(index=index, why=asked.code, kind=command.kind)
        expected = self.booth.continuity.epoch + (kind in BEGINS_EPOCH)
        if entry.epoch != expected:
            raise WrongEpoch(index=index, found=entry.epoch, expected=expected)
        if command.epoch != expected:
            raise MeantElsewhere(index=index, epoch=command.epoch)
        if kind in STATES_MORE:
            self._check_stated(index, asked)
        assert self._profile is not None
        held = self._signers.get(by.certificate)
        if held is None or held[0] is not by:
            held = self._signers[by.certificate] = (by, signer_of(by, self._managing))
        try:
            decided = decide(self._profile, self.booth, asked, context, held[1], command.version)
        except Exception as fault:  # whoever wrote it: a command on which the rules themselves fail decided nothing
            raise BadEntry(index=index, why=repr(fault), kind=command.kind) from fault
        if type(decided) is Refusal:
            raise RuleRefuses(index=index, rule=decided.code, person=by.person, kind=command.kind)
        if codec.encode_events(decided) != bytes(entry.events):
            raise OtherEvents(index=index, kind=command.kind)
        self.booth = fold(self.booth, decided, index)
        self.frontier.append(leaf)
        self.last = one
        self.ids[command.id] = index
        self.used.add(by.certificate)
        if kind is DecideIdentity:
            assert isinstance(asked, DecideIdentity)
            self.claims.append(Claim(index, asked.checkpoint_size, asked.checkpoint_root))
        return decided

    def _check_stated(self, index: int, asked: Asked) -> None:
        """What a command states of lists, kept entries or this record's root, and the rules cannot look at."""
        self._check_list(index, asked)
        if isinstance(asked, KeepDiscrepancy) and any(extra_of(one.body) != one for one in asked.extras):
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

    def _read(self, body: bytes, index: int) -> Opened:
        """What can be read of an entry without the state: its form, its place, and who is said to have signed it."""
        try:
            entry = canonical.decode(body, _Written)
        except Malformed as error:
            raise BadEntry(index=index, why=str(error)) from error
        if entry.version != ENTRY_VERSION:
            raise BadEntry(index=index, why="unknown version", version=entry.version)
        context = entry.context
        if entry.index != index or context.index != index:
            raise WrongIndex(index=index, found=entry.index, context=context.index)
        try:
            command, by = read_signed(entry.command, self.trust, context.at_ms)
            raw = bytes(command.args)
            asked = codec.decode_command(command.kind, raw)
            # What is written just as a command of today would be is a map in its one form: reading it without its
            # fields, to see that, would cost 1 µs more. Commands of older programs may lack fields, or be refused.
            if type(asked) is Refusal or codec.encode_command(asked)[1] != raw:
                check_arguments(command)
        except CommandElsewhere as error:
            raise MeantElsewhere(index=index, **error.data) from error
        except TrustError as error:
            raise NotTrusted(index=index, trust=error.code, **error.data) from error
        except Malformed as error:
            raise BadEntry(index=index, why=str(error)) from error
        return Opened(entry, context, command, by, asked)

    def _check_signer(self, one: Opened) -> None:
        """Raise unless the command was signed by whom it names, for this record."""
        try:
            check_signature(one.entry.command, one.command, one.by)
        except CommandForged as error:
            raise BadSignature(index=one.context.index, **error.data) from error
        self.signatures += 1
        if one.command.record != self.deployment.record:
            raise MeantElsewhere(index=one.context.index, record=one.command.record)


TAKES: Kinds[TakeRoster | TakeRevocations] = Kinds(TakeRoster | TakeRevocations)
"""Commands that take a list over."""

STATES_MORE = frozenset({TakeRoster, TakeRevocations, KeepDiscrepancy, ConfirmSwitchedOff})
"""Commands that state what only somebody with the lists or the tree can check."""


def extra_of(body: bytes) -> Extra:
    """What is said of an entry that is kept as a discrepancy; Malformed or msgspec.MsgspecError if it is no entry.

    Whether its signature holds, a reader of the evidence checks: what is kept may be wrong in any way.
    """
    entry = decode_entry(body)
    command = read_command(entry.command.payload)
    at_ms = codec.decode_context(bytes(entry.context)).at_ms
    return Extra(entry.index, at_ms, command.made_ms, command.kind, command.certificate, body)


def hub_keys(
    deployment: Deployment,
    trust: TrustStore,
    at_ms: int,
    continuity: Continuity = START,
    size: int | None = None,
) -> list[bytes]:
    """The keys that may sign this record's checkpoint of `size` (the next one by default) at a time.

    Those of certificates for the hub it is named after; once the record was taken over, the one that it then names.
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
            keys.append(trust.authority(trust.add(encoded), at_ms).key)
        except TrustError:
            continue
    return keys
