"""The entries: replayed one after the other up to the first that does not hold, and checked singly after that.

What follows a wrong entry has no state to be replayed on. But its signatures, its place and who signed it can still be
judged, so that one wrong entry hides no second one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from hub.audit import city, roles, rootlists
from hub.audit.problem import Problem, fault, finding
from hub.audit.times import Times
from hub.domain import codec
from hub.domain.booth import Booth, Event
from hub.domain.city_only import COMMANDS
from hub.domain.continuity.continuity import BEGINS_EPOCH, Continuity, TakeOver
from hub.domain.contracts.contract import Profile
from hub.domain.day.day import DayOpened
from hub.domain.moment import MANAGER_ROLES, Context, iso_date
from hub.domain.people.roster import Keys, of_party
from hub.listentries import Taking
from hub.replay.faults import (
    BadEntry,
    BadSignature,
    MeantElsewhere,
    NotTrusted,
    OtherEvents,
    RepeatedCommand,
    ReplayError,
    RuleRefuses,
    UnknownRules,
    WrongEpoch,
    WrongIndex,
)
from hub.replay.opened import Opened
from hub.replay.replay import Replay, Step
from sync.errors import Malformed
from sync.keys.party import Deployment
from sync.keys.trust import Authority, TrustError, TrustStore
from sync.record.command import Command, CommandElsewhere, CommandForged, open_command
from sync.record.entry import decode_entry
from sync.record.merkle import Tree, leaf_hash

Progress = Callable[[int, int], None]
"""Told how many of how many entries are done."""

AT_ONCE = 1024
"""Entries whose signatures are checked before their rules, and between two words of progress: a tenth of a second.

One by one, signatures and rules each find the caches as the other left them, which costs a fifth more.
"""


class Brief(msgspec.Struct, frozen=True):
    """Of a command whose bytes have been checked: what is looked at once more. The other fields are skipped."""

    certificate: bytes
    kind: str
    made_ms: int
    args: msgspec.Raw


class _Signed(msgspec.Struct, frozen=True, array_like=True):
    payload: bytes


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    version: int
    index: int
    epoch: int
    context: msgspec.Raw
    command: _Signed
    events: msgspec.Raw


# Without the bounds that a strict reader checks: these bytes have passed one, and it would cost a tenth of a signature.
_entry = msgspec.msgpack.Decoder(_Entry)
_command = msgspec.msgpack.Decoder(Brief)


class Entries:
    """Examines the entries of a record in order, and keeps what they add up to."""

    def __init__(self, deployment: Deployment, trust: TrustStore, profiles: Mapping[bytes, Profile]) -> None:
        self.deployment = deployment
        self.trust = trust
        self.profile = profiles.get(deployment.profile)
        self._managing = MANAGER_ROLES if self.profile is None else self.profile.managing
        self._city_steps = city.steps_of(self.profile)
        self.tree = Tree()
        self.signatures = 0
        self._signed: Counter[tuple[str, str]] = Counter()
        """Kind of command and party to how many of them it signed."""
        # Where signers may sign is looked at beside it: an entry of another site hides nothing that follows it.
        self._replay = Replay(deployment, trust, profiles, sites=())
        self._replaying = True
        self._shift = 0
        """How far the entries' own indices are from their places, once one was missing or doubled."""
        self._raised = 0
        """Take-overs met since nothing is replayed any more."""
        self.history = rootlists.History()
        self._ids: dict[bytes, int] = self._replay.ids
        self._times = Times()
        self._at_ms: list[int] = []
        self._other_days: list[tuple[int, str, str]] = []
        """Entries that opened a day, with its date and the hub's, where those differ."""

    @property
    def ids(self) -> dict[bytes, int]:
        """Ids of the commands whose signature holds, and their entries."""
        return self._ids

    def take(
        self, entries: Sequence[bytes], progress: Progress | None = None, hashed: Sequence[bytes] = ()
    ) -> Iterator[Problem]:
        """What is wrong with these entries, from the record's first one on; `hashed`: their leaf hashes, if at hand."""
        for first in range(0, len(entries), AT_ONCE):
            bodies = entries[first : first + AT_ONCE]
            leaves = hashed[first : first + AT_ONCE] or [leaf_hash(body) for body in bodies]
            self.tree.extend(leaves)
            said, found = list[Opened](), list[Problem]()
            for step in self._replayed(bodies, leaves):  # each looked at before the next: a state kept is one not freed
                said.append(step.said)
                if step.said.command.kind in COMMANDS or not EXAMINED.isdisjoint(map(type, step.events)):
                    found += self._examine(step)
            found += self._count(said)
            yield from sorted(found, key=lambda one: one.entry or 0)
            for at in range(len(said), len(bodies)):
                yield from self._take(first + at, bodies[at])
            if progress is not None:
                progress(first, len(entries))
        self.signatures += self._replay.signatures

    @property
    def replayed(self) -> int:
        """Number of entries, from the first on, that replay led to as they stand."""
        return self._replay.size

    @property
    def commands(self) -> dict[str, dict[str, int]]:
        """How many commands of each kind each party signed, among those whose signature holds."""
        found: dict[str, dict[str, int]] = {}
        for (kind, party), count in self._signed.items():
            found.setdefault(kind, {})[party] = count
        return found

    def remarks(self) -> Iterator[Problem]:
        """What is no fault but worth knowing."""
        if not self._replaying:
            yield finding("remark.not_replayed", entry=self.replayed, entries=self.tree.size - self.replayed)
        yield from self._times.remarks()
        for index, opened, clock in self._other_days:
            yield finding("remark.other_day", entry=index, opened=opened, clock=clock)

    def at_ms(self, size: int) -> int:
        """The hub's time when the record had that size: that of its last entry."""
        return self._at_ms[max(0, min(size, len(self._at_ms)) - 1)] if self._at_ms else 0

    @property
    def used(self) -> Iterable[bytes]:
        """Ids of the certificates that signed what replay took."""
        return self._replay.used

    @property
    def takings(self) -> list[Taking]:
        """Lists of revoked keys that were taken over, as far as replay came."""
        return self._replay.takings

    @property
    def revoked(self) -> dict[bytes, int]:
        """Every key that the record took for revoked, as roster.of_party has it, and the first entry that did."""
        found: dict[bytes, int] = {}
        for one in self._replay.takings:
            for key in one.fresh:
                found.setdefault(of_party(one.command.party, key), one.entry)
        return found

    @property
    def keys(self) -> Keys:
        """What the lists say that the record has taken over, as far as replay came."""
        return self._replay.booth.keys

    @property
    def continuity(self) -> Continuity:
        """Who wrote which part, as far as replay came."""
        return self._replay.booth.continuity

    def _replayed(self, bodies: Sequence[bytes], leaves: Sequence[bytes]) -> Iterator[Step]:
        """These entries up to the first that does not hold: that one is then taken singly, and named."""
        if not self._replaying:
            return
        try:
            yield from self._replay.take_all(bodies, leaves)
        except (ReplayError, *HOSTILE):
            self._replay.signatures = self._replay.size  # those ahead of that entry are checked, and counted, again

    def _take(self, index: int, body: bytes) -> Iterator[Problem]:
        """What is wrong with an entry that is taken singly: replay came to its end, or is about to."""
        step: Step | None = None
        error: ReplayError | None = None
        if self._replaying:
            try:
                step = self._replay.take(body)
            except ReplayError as found:
                self._replaying = False
                error = found
                yield fault(error, entry=index)
            except HOSTILE as crash:
                self._replaying = False
                error = BadEntry(why=f"{type(crash).__name__}: {crash}")
                yield fault(error, entry=index)
        if step is not None:
            yield from self._examine(step)
            yield from self._count([step.said])
            return
        try:
            if isinstance(error, SIGNED_ALL_THE_SAME):
                context, command, by = self._again(body)
            elif error is None or isinstance(error, UnknownRules):
                context, command, by = self._alone(index, body)
            else:
                self._shift = _shift(error, index)
                self._at_ms.append(self.at_ms(index))
                return
        except ReplayError as alone:
            self._at_ms.append(self.at_ms(index))
            yield fault(alone, entry=index)
            return
        yield from roles.check(index, command.kind, bytes(command.args), by, self._managing)
        self._at_ms.append(context.at_ms)
        self._signed[command.kind, by.party] += 1
        yield from self._times.take(context, command.made_ms)
        yield from self._elsewhere(index, by)
        yield from self._look(index, command, by, _stated(body), self._replay.booth)

    def _examine(self, step: Step) -> list[Problem]:
        """What is wrong with an entry that replay has taken, beside what replay itself and _count look at."""
        said, events = step.said, step.events
        index = said.context.index
        if not rootlists.CHANGING.isdisjoint(map(type, events)):
            self.history.take(index, events)
        for event in events:
            if isinstance(event, DayOpened) and event.date != (clock := iso_date(said.context.at_ms)):
                self._other_days.append((index, event.date, clock))
        return self._look(index, said.command, said.by, events, step.booth)

    def _count(self, said: Sequence[Opened]) -> list[Problem]:
        """What these entries add up to; with what is wrong with their times, and where their signers may sign."""
        contexts, commands, by = [one.context for one in said], [one.command for one in said], [one.by for one in said]
        self._at_ms += [context.at_ms for context in contexts]
        self._signed.update(zip([one.kind for one in commands], [one.party for one in by], strict=True))
        found = self._times.take_all(contexts, [command.made_ms for command in commands])
        if any([one.sites for one in by]):
            found += [wrong for one in said for wrong in self._elsewhere(one.context.index, one.by)]
        return found

    def _look(
        self, index: int, command: Brief | Command, by: Authority, stated: tuple[Event, ...], booth: Booth
    ) -> list[Problem]:
        """What every entry is looked at for whose signature holds; `stated`: its events, replayed or only stated."""
        found = city.check(index, command.kind, by, stated, booth, self._city_steps)
        if command.kind == "identity.decide":
            found += city.check_decision(index, command.args, self.deployment, self.tree)
        return found

    def _elsewhere(self, index: int, by: Authority) -> Iterator[Problem]:
        """An entry by somebody who may sign at other sites only."""
        if by.sites and self.deployment.site not in by.sites:
            yield finding("entry.other_site", entry=index, person=by.person, sites=",".join(by.sites))

    def _again(self, body: bytes) -> tuple[Context, Brief, Authority]:
        """What replay has read, checked and then refused: nothing is verified a second time."""
        entry = _entry.decode(body)
        context = codec.decode_context(bytes(entry.context))
        command = _command.decode(entry.command.payload)
        return context, command, self.trust.authority(command.certificate, context.at_ms)

    def _alone(self, index: int, body: bytes) -> tuple[Context, Brief, Authority]:
        """An entry's context, command and signer, checked without any state; a ReplayError leaf otherwise."""
        try:
            entry = decode_entry(body)
            context = codec.decode_context(bytes(entry.context))
            if codec.encode_context(context) != bytes(entry.context):
                raise BadEntry(why="context not canonical")
            if entry.index != index + self._shift or context.index != entry.index:
                self._shift = entry.index - index  # a gap is told once, not at every entry after it
                raise WrongIndex(found=entry.index, context=context.index)
            self.signatures += 1
            command, by = open_command(entry.command, self.trust, context.at_ms)
        except (Malformed, *HOSTILE) as error:
            raise BadEntry(why=str(error)) from error
        except CommandForged as error:
            raise BadSignature(**error.data) from error
        except CommandElsewhere as error:
            raise MeantElsewhere(**error.data) from error
        except TrustError as error:
            raise NotTrusted(trust=error.code, **error.data) from error
        epoch = self.continuity.epoch + self._raised
        if entry.epoch != epoch + (command.kind in EPOCH_KINDS):
            raise WrongEpoch(found=entry.epoch, expected=epoch)
        self._raised += command.kind == TAKE_OVER
        if command.record != self.deployment.record or command.epoch != entry.epoch:
            raise MeantElsewhere(record=command.record, epoch=command.epoch)
        if self._ids.setdefault(command.id, index) != index:
            raise RepeatedCommand(id=command.id, first=self._ids[command.id])
        return context, Brief(command.certificate, command.kind, command.made_ms, command.args), by


EXAMINED = city.WATCHED | rootlists.CHANGING | {DayOpened}
"""What an entry must have made to be examined singly, unless its command alone is of interest."""

EPOCH_KINDS = frozenset(kind.__struct_config__.tag for kind in BEGINS_EPOCH)
TAKE_OVER = TakeOver.__struct_config__.tag
"""Commands that are signed for the epoch after the record's, and the one that raises it."""

SIGNED_ALL_THE_SAME = (RuleRefuses, OtherEvents, RepeatedCommand)
"""What replay finds after the signature has proved good: who signed it is known."""


HOSTILE = (msgspec.MsgspecError, ValueError, LookupError, ArithmeticError, TypeError)
"""What bytes that no honest hub wrote may lead to (a text that is no UTF-8, a number beyond all bounds): a finding."""


def _shift(error: ReplayError, index: int) -> int:
    found = error.data.get("found")
    return found - index if isinstance(error, WrongIndex) and isinstance(found, int) else 0


def _stated(body: bytes) -> tuple[Event, ...]:
    """The events that an entry states, whether or not its command leads to them; none if they are no events."""
    try:
        return codec.decode_events(bytes(_entry.decode(body).events))
    except HOSTILE:
        return ()
