"""The scribe: the one writer of this hub's record. Commands come in, decided entries become durable, then visible.

Durable before visible: nobody sees or hears an effect of an entry before its batch, with a checkpoint over it, is on
disk. A failed commit stops the scribe for good; the daemon ends and a new one starts from what the disk holds.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from copy import copy

import msgspec

from hub import VERSION
from hub.domain import codec
from hub.domain.booth import Booth, Command, Event, decide, fold
from hub.domain.commands import SUCCESSION_COMMANDS
from hub.domain.continuity.continuity import BEGINS_EPOCH
from hub.domain.contracts.contract import Profile
from hub.domain.day.day import RULES
from hub.domain.guard import check_text
from hub.domain.identity.identity import DecideIdentity, first_decidable
from hub.domain.moment import Context
from hub.domain.queue.queue import IssueTicket
from hub.domain.refusal import Refusal, refuse
from hub.signer import signer_of
from hub.site.clock import Clock
from hub.site.startfaults import OtherRules
from sync.errors import SyncError
from sync.keys.introductions import adopt, on_trial, unknown
from sync.keys.party import Party
from sync.keys.trust import Authority, TrustError
from sync.messages import OutcomeOf
from sync.record import command as signed_commands
from sync.record.checkpoint import Checkpoint, sign
from sync.record.command import Signed, open_command, sign_command
from sync.record.entry import Entry, decode_entry, encode_entry
from sync.record.merkle import Frontier
from sync.record.recent import RecentRoots
from sync.record.store import RecordStore
from sync.record.writer import Batch, GroupCommit, Submission

log = logging.getLogger(__name__)

SNAPSHOT_EVERY = 10_000
"""Entries between snapshots: refolding so many at a start costs well under a second, and a day has fewer."""


class CommandBroke(SyncError):
    """The rules failed on a command (a fault of the program): it did nothing, and the hub goes on without it."""

    code = "command.broke"
    ja = "この操作はプログラムの不具合で処理できませんでした。何も変わっていません。"
    en = "The program failed on this command; nothing has changed."
    todo_ja = "別のやり方で進め、管理者に知らせてください。"
    todo_en = "Go on another way and tell the manager."


class Asked(msgspec.Struct, frozen=True):
    """A command whose signature holds, and who waits for its outcome."""

    command: signed_commands.Command
    signed: Signed
    by: Authority
    chain: Sequence[bytes]
    origin: object | None


class Commit(msgspec.Struct, frozen=True):
    """What one durable batch made visible."""

    first: int
    entries: Sequence[bytes]
    events: Sequence[tuple[int, tuple[Event, ...]]]
    note: str
    outcomes: Sequence[tuple[object | None, OutcomeOf]]
    certificates: Sequence[bytes]


class _Next(msgspec.Struct, frozen=True):
    """The state after a batch, adopted when the batch is durable."""

    booth: Booth
    frontier: Frontier
    leaves: list[bytes]
    commit: Commit


class Scribe:
    """Decides commands in order and appends them; `booth` is always the state of the durable record."""

    def __init__(
        self, party: Party, store: RecordStore, profile: Profile, booth: Booth, clock: Clock, boot: str
    ) -> None:
        self.party = party
        self.store = store
        self.profile = profile
        self._managing = profile.managing
        self.booth = booth
        self.boot = boot
        self.note = ""
        self.refusing: SyncError | None = None
        """Why nothing is written any more, though the disk is well: the record is an old state, or another's by now."""
        self.listeners: list[Callable[[Commit], None]] = []
        self.status_of: Callable[[int], bytes] = lambda _: b""
        """Fingerprint of the secret token of the ticket that the entry of this index issues; empty: tickets have none."""
        self.files: set[bytes] = set()
        """Hashes of locked people on our disk: no key is replaced by one that nobody could unlock."""
        self._clock = clock
        self._frontier = store.frontier
        self._known: set[bytes] = set()
        """Certificates that the record has, whole: to hash a signer's chain at each command would find no others."""
        self._own_chain = party.chain()
        self._roots = RecentRoots(store.frontier)
        """Of every size about which the city may still decide."""
        self._snapshot_size = store.size
        self._writer: GroupCommit[Asked, OutcomeOf, _Next | None] = GroupCommit(store, self._make, self._published)

    @classmethod
    async def start(
        cls, party: Party, store: RecordStore, profile_raw: bytes, profile: Profile, clock: Clock
    ) -> Scribe:
        """Take up the record where the disk left it: the newest snapshot, then every entry after it."""
        await store.put_object("profile", profile_raw)
        await store.put_object("deployment", party.deployment.encode())
        deployment = party.deployment
        booth = Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
        first = 0
        snapshot = await store.load_snapshot(RULES)
        if snapshot is not None:
            try:
                booth, first = codec.decode_booth(snapshot.state), snapshot.size
            except (msgspec.DecodeError, ValueError, TypeError) as error:
                snapshot = None  # a cache only: what cannot be read is refolded from the entries
                log.warning("the snapshot cannot be read and is not used: %s", error)
        async for body in store.entries(first):
            booth = fold(booth, codec.decode_events(bytes(decode_entry(body).events)), first)
            first += 1
        if store.size and booth.day.rules != RULES:
            newest = decode_entry((await store.read(store.size - 1, 1))[0])
            program = codec.decode_context(bytes(newest.context)).software
            raise OtherRules(rules=booth.day.rules, program=program, here=VERSION)
        scribe = cls(party, store, profile, booth, clock, os.urandom(8).hex())
        for encoded in await store.certificates():
            party.trust.add(encoded)
            scribe._known.add(encoded)
        scribe._snapshot_size = 0 if snapshot is None else snapshot.size
        if store.size:
            # Signed anew: the same bytes, unless this hub's key has been replaced since.
            checkpoint = Checkpoint(deployment.origin, store.size, store.frontier.root())
            scribe.note = sign(checkpoint, deployment.origin, party.signer)
        # Desks and terminals remember what they were shown before this start.
        scribe._roots = await store.recent_roots(first_decidable(booth.identity, store.size))
        return scribe

    @property
    def size(self) -> int:
        return self._frontier.size

    @property
    def epoch(self) -> int:
        """Raised by a take-over alone, which no running scribe writes."""
        return self.booth.continuity.epoch

    @property
    def frontier(self) -> Frontier:
        return self._frontier

    async def submit(self, signed: Signed, certificates: Sequence[bytes], origin: object | None = None) -> OutcomeOf:
        """The outcome of a signed command, once it is durable. What the record knows already is answered again.

        Raises SyncError for one that is not properly signed or is meant for another record: it leaves no trace.
        """
        return await self.queue(signed, certificates, origin)

    def queue(
        self, signed: Signed, certificates: Sequence[bytes], origin: object | None = None
    ) -> asyncio.Future[OutcomeOf]:
        """As submit(): what is wrong with the command itself is raised here, the outcome comes into the future."""
        if self.refusing is not None:
            raise copy(self.refusing)  # raised again, one object's traceback would grow with each command
        now_ms, trust = self._clock.now_ms(), self.party.trust
        try:
            command, by = open_command(signed, trust, now_ms)
        except TrustError:
            if not unknown(trust, certificates):
                raise
            trial = on_trial(trust, certificates)
            command, by = open_command(signed, trial, now_ms)
            adopt(trust, trial, now_ms)
        if command.record != self.party.deployment.record or command.epoch != self.epoch:
            raise signed_commands.CommandElsewhere(record=command.record, epoch=command.epoch)
        by.need_site(self.party.deployment.site)
        # Only the signer's own chain goes into the record: whatever else came along is nobody's evidence.
        used = self.party.trust.chain(command.certificate)
        return self._writer.queue(Asked(command, signed, by, used, origin), command.id)

    async def events_of(self, outcome: OutcomeOf) -> OutcomeOf:
        """The outcome with its events: a command that is known already is answered as the first time, from the disk."""
        if outcome.index is None or outcome.events:
            return outcome
        (body,) = await self.store.read(outcome.index, 1)
        return OutcomeOf(outcome.id, outcome.index, outcome.refusal, bytes(decode_entry(body).events))

    async def act(self, command: Command) -> OutcomeOf:
        """Sign and submit a command of the hub's own (timeouts, devices)."""
        kind, arguments = codec.encode_command(command)
        signed = sign_command(
            signed_commands.Command(
                deployment=self.party.deployment.id,
                record=self.party.deployment.record,
                epoch=self.epoch,
                id=os.urandom(16),
                certificate=self.party.certificate_id,
                made_ms=self._clock.now_ms(),
                kind=kind,
                args=msgspec.Raw(arguments),
            ),
            self.party.signer,
        )
        return await self.submit(signed, self._own_chain)

    async def settled(self) -> None:
        """Wait until the batch under way, if there is one, has been published."""
        await self._writer.settled()

    async def stopped(self) -> BaseException | None:
        """Wait until nothing more is written; the fault, or None after close()."""
        return await self._writer.stopped()

    async def close(self) -> None:
        """Finish what was submitted, keep a snapshot, and stop writing."""
        await self._writer.close()
        if self._writer.fault is None and self._frontier.size > self._snapshot_size:
            await self._keep_snapshot()

    async def _keep_snapshot(self) -> None:
        booth, frontier = self.booth, self._frontier.copy()
        # In a thread: a large day's state takes long to encode, and it never changes under the encoder.
        state = await asyncio.to_thread(codec.encode_booth, booth)
        await self.store.save_snapshot(frontier.size, RULES, frontier, state)
        self._snapshot_size = frontier.size

    async def snapshot_if_due(self) -> None:
        """Keep a snapshot when the last one is SNAPSHOT_EVERY entries old; called between commits, off their path."""
        if self._frontier.size - self._snapshot_size >= SNAPSHOT_EVERY:
            await self._keep_snapshot()

    # ------------------------------------------------------------------ inside a batch

    def _make(self, submissions: Sequence[Submission[Asked]]) -> Batch[OutcomeOf, _Next | None]:
        booth, first = self.booth, self._frontier.size
        entries: list[bytes] = []
        made: list[tuple[int, tuple[Event, ...]]] = []
        results: list[OutcomeOf | SyncError] = []
        shown: list[tuple[object | None, OutcomeOf]] = []
        stored: list[tuple[bytes, int | None, bytes | None]] = []
        certificates: dict[bytes, None] = {}
        for submission in submissions:
            asked = submission.item
            command_id = asked.command.id
            if self.refusing is not None:  # it came while this one waited: nothing is written on top of what is wrong
                results.append(copy(self.refusing))
                continue
            if submission.known is not None:
                outcome = OutcomeOf(command_id, submission.known.index, submission.known.refusal or b"")
            else:
                try:
                    index = first + len(entries)
                    done = self._do(booth, asked, index)
                except TrustError as error:
                    results.append(error)
                    continue
                except Exception as error:
                    # State is immutable and decide is pure: nothing is half done. One command that always breaks the
                    # rules must not stop a booth, which its sender would send again to every hub that is restarted.
                    log.exception("the rules failed on %s of %s", asked.command.kind, asked.by.person)
                    broke = CommandBroke(kind=asked.command.kind, error=type(error).__name__)
                    results.append(broke)
                    continue
                if isinstance(done, Refusal):
                    outcome = OutcomeOf(command_id, None, codec.encode_refusal(done))
                    stored.append((command_id, None, outcome.refusal))
                else:
                    booth, decided, events, body = done
                    outcome = OutcomeOf(command_id, index, b"", events)
                    stored.append((command_id, index, None))
                    made.append((index, decided))
                    entries.append(body)
                    certificates.update((encoded, None) for encoded in asked.chain if encoded not in self._known)
            results.append(outcome)
            shown.append((asked.origin, outcome))
        note, grown, leaves = None, None, list[bytes]()
        if entries:
            origin, grown = self.party.deployment.origin, self.store.growth(entries)
            note = sign(Checkpoint(origin, grown.frontier.size, grown.root), origin, self.party.signer)
            leaves = [leaf for _, _, leaf in grown.rows]
        commit = Commit(first, entries, made, note or self.note, shown, list(certificates))
        return Batch(
            results=results,
            carried=_Next(booth, self._frontier if grown is None else grown.frontier, leaves, commit),
            entries=grown or (),
            outcomes=stored,
            checkpoint_note=note,
            certificates=commit.certificates,
        )

    def _other_root(self, decision: DecideIdentity) -> bool:
        """Whether the officer has seen another record than ours; one that this hub has not yet shown is another."""
        return self._roots.root(decision.checkpoint_size) != decision.checkpoint_root

    def _do(self, booth: Booth, asked: Asked, index: int) -> tuple[Booth, tuple[Event, ...], bytes, bytes] | Refusal:
        """Decide one command: the booth after it, its events, their bytes and the entry's; or why it is refused."""
        command = codec.decode_command(asked.command.kind, bytes(asked.command.args))
        if isinstance(command, Refusal):
            return command
        if type(command) in BEGINS_EPOCH:  # a hub that is alive enough to be asked is not switched off
            return refuse("continuity.wrong_place", size=index)
        if asked.command.acts_on:  # it is signed beside the arguments, would be kept like them, and no rule reads it
            if check_text(asked.command.acts_on):
                return refuse("guard.personal_number")
            return refuse("command.malformed", kind=asked.command.kind)
        if codec.signs_more(asked.command.manifest, command):
            return refuse("custody.manifest_differs")
        if SUCCESSION_COMMANDS.has(command) and command.file not in self.files:
            return refuse("keys.no_file")
        context = Context(index, self._clock.now_ms(), self.boot, self._clock.monotonic_ms(), VERSION)
        if type(command) is IssueTicket:
            context = msgspec.structs.replace(context, status=self.status_of(index))
        # Whoever replays looks at the entry's own time: a certificate may have ended while the command waited here.
        self.party.trust.authority(asked.command.certificate, context.at_ms)
        by = signer_of(asked.by, self._managing)
        decided = decide(self.profile, booth, command, context, by, asked.command.version)
        if isinstance(decided, Refusal):
            return decided
        if type(command) is DecideIdentity and self._other_root(command):
            return refuse("identity.mismatch", what="記録の根")
        # A list may be here whose entry is not: whom it withdraws signs nothing from now on.
        self.party.trust.need_unrevoked(asked.by)
        events = codec.encode_events(decided)
        entry = Entry(
            1, index, self.epoch, msgspec.Raw(codec.encode_context(context)), asked.signed, msgspec.Raw(events)
        )
        return fold(booth, decided, index), decided, events, encode_entry(entry)

    def _published(self, batch: Batch[OutcomeOf, _Next | None]) -> None:
        after = batch.carried
        assert after is not None
        self.booth, self._frontier = after.booth, after.frontier
        self.note = after.commit.note
        self._roots.extend(after.leaves)
        self._roots.forget_before(first_decidable(self.booth.identity, self._frontier.size), self._frontier)
        self._known.update(batch.certificates)
        for listener in tuple(self.listeners):
            try:
                listener(after.commit)
            except Exception:  # the entries are durable: whoever fails to hear of them must not stop the record
                log.exception("a listener failed on the commit at %d", after.commit.first)


def rejected(signed: Signed, error: SyncError) -> OutcomeOf:
    """A fault of the command itself (forged, malformed, another record) as the outcome that its sender is shown."""
    try:
        identifier = signed_commands.read_command(signed.payload).id
    except SyncError:
        identifier = b""
    refusal = refuse(
        "command.rejected",
        fault=error.code,
        ja=error.ja,
        en=error.en,
        todo_ja=error.todo_ja,
        todo_en=error.todo_en,
    )
    return OutcomeOf(identifier, None, codec.encode_refusal(refusal))
