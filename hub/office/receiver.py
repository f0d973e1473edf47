"""The receiver: checks everything of a batch, then keeps it in one transaction, and only then lets the receipt out.

    envelope -> batch -> tree against the hub's signed note -> every entry replayed -> one commit -> cosignature

A batch that does not hold is put aside with its reason, and nothing of it is stored. What the office has seen of a
record never shrinks and never changes: a hub that shows less, or another history, is refused and its signed note kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from hub.domain import codec
from hub.domain.booth import Booth, fold
from hub.domain.contract import Profile, decode_profile
from hub.domain.counts import count_day
from hub.domain.day import RULES, DayOpened
from hub.domain.moment import MANAGER_ROLES
from hub.listentries import suspects
from hub.office.batchcheck import (
    AlreadyHeld,
    Fork,
    MissingEntries,
    NoHubAnyMore,
    NotYours,
    Overlap,
    Rollback,
    UnknownContent,
    check_root,
    checkpoint_of,
    open_batch,
    root_at,
    signed_by,
    size_named,
)
from hub.office.store import AsideFull, DayCount, Keep, OfficeStore, StoreConflict, StoredRecord, json_of
from hub.replay import OtherCheckpoint, OtherList, RepeatedCommand, Replay, hub_keys
from hub.succession import LENGTH, RivalTakeOver, Succession, certificates_of, place_of, read_succession
from sync import canonical, revocation, roster
from sync.batch import BatchObject, RecordBatch, Witnessed
from sync.bundle import DEPLOYMENT
from sync.certificate import HUB_KINDS, certificate_id, parse
from sync.checkpoint import Checkpoint, cosign, verify_cosignature
from sync.entry import decode_entry
from sync.envelope import DAY_MS, envelope_hash
from sync.errors import SyncError
from sync.inbox import OFFERED_MS, Inbox, KeyDestroyed, Position, open_stored
from sync.introductions import take_proven
from sync.keys import BoxKey
from sync.merkle import Frontier, Tree, leaf_hash
from sync.messages import Held, Receipt, Rejected, Resume
from sync.party import Deployment, Party, chain
from sync.saltpack import EnvelopeMisaddressed
from sync.trust import Authority, TrustError
from sync.unrecorded import Accused, open_report, replaced

log = logging.getLogger(__name__)

CHUNK = 256
"""Entries checked before the event loop gets its turn: about 25 ms here, so that other hubs never wait long.

Of 64 each costs a twentieth more: signatures and rules each find the caches as the other left them.
"""

SNAPSHOT_EVERY = 2_000
"""Entries between kept states: refolding so many at a start takes some tens of milliseconds."""

HELD_AT_ONCE = 1_000
"""Entries sent back at once to a hub that lost them: less than a megabyte."""

COUNT_EVERY = 500
"""Entries after which an open day's counts are derived again; every day's beginning and end does it too."""


@dataclass(slots=True)
class _Standing:
    """The state of one record, as durable as the database: replaced only after a commit."""

    stored: StoredRecord
    deployment: Deployment
    booth: Booth
    frontier: Frontier
    snapshot_size: int
    counted_size: int
    tree: Tree | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class _Proof:
    """The entries of a succession, and what they prove."""

    entries: Sequence[bytes]
    made: Succession


def _is_hub(encoded: bytes, record: str) -> bool:
    held = parse(encoded)
    return held.kind == "hub" and held.person == record


class Receiver:
    """Takes stored envelopes of hubs; for any number of records of one deployment."""

    def __init__(self, party: Party, store: OfficeStore, clock: Callable[[], int]) -> None:
        """Use open()."""
        self.party = party
        self.store = store
        self.signatures = 0
        """Signatures of commands verified since the start."""
        self._clock = clock
        self._profiles: dict[bytes, Profile] = {}
        self._inboxes: list[Inbox] = []
        self._standings: dict[str, _Standing] = {}
        self._kept: set[bytes] = set()
        self._hubs: dict[bytes, bytes] = {}
        self._told: dict[str, _Proof] = {}
        """Successions that we were shown and whose entries may not have come yet."""

    @classmethod
    async def open(
        cls, party: Party, store: OfficeStore, clock: Callable[[], int], home: Path | None = None
    ) -> Receiver:
        """A receiver that goes on where the store stands; `home` may hold the contract's profile."""
        receiver = cls(party, store, clock)
        for encoded in await store.certificates():
            receiver._kept.add(party.trust.add(encoded))
        for _, kind, body in await store.objects():
            if kind == PROFILE:
                receiver._add_profile(body)
            elif kind in (roster.KIND, revocation.KIND):
                party.take_lists([body])
        if home is not None and (home / "profile.toml").exists():
            receiver._add_profile((home / "profile.toml").read_bytes())
        receiver._inboxes = await store.inboxes()
        await receiver.offer()
        return receiver

    @property
    def profile(self) -> Profile | None:
        """The contract's profile, once it is here."""
        return self._profiles.get(self.party.deployment.profile)

    async def offer(self) -> bytes:
        """Our signed inbox offer; a new key each day, old ones until what was sealed to them can no longer come."""
        now = self._clock()
        if not self._inboxes or now - self._inboxes[0].not_before_ms >= DAY_MS:
            # One minute back: a hub whose clock is a little behind may use it at once.
            inbox = Inbox(os.urandom(16), BoxKey.generate(), max(0, now - 60_000), now + OFFERED_MS)
            await self.store.change_inboxes(inbox, now)
            self._inboxes = await self.store.inboxes()
        return self._inboxes[0].offer(self.party.signer, self.party.deployment.id)

    async def resume(self, record: str, sender: bytes) -> Resume:
        """Where the office stands with a record, and with this sender's newest stream."""
        held = await self.store.record(record)
        position = await self.store.position(sender, None)
        at = position or Position(bytes(16), sender, bytes(16))
        size = 0 if held is None else held.size
        resume = Resume(record, size, at.stream, at.counter, at.previous, "" if held is None else held.note)
        proof = await self._succession(record, held)
        if proof is None or proof.made.hub_key == sender:
            return resume
        certificates = certificates_of(proof.entries, self.party.trust)
        return msgspec.structs.replace(resume, succession=list(proof.entries), certificates=certificates)

    async def held(self, record: str, first: int) -> Held:
        """What is held of a record from an entry on, as much as one message takes: a hub that lost it asks."""
        held = await self.store.record(record)
        if held is None or not 0 <= first < held.size:
            return Held(first, [], 0 if held is None else held.size, "", [])
        entries = await self.store.entries(held.no, first, HELD_AT_ONCE)
        certificates = await self.store.certificates() if first == 0 else []
        return Held(first, entries, held.size, held.note, certificates)

    async def _succession(self, record: str, held: StoredRecord | None) -> _Proof | None:
        """What proves who writes this record now, if not the hub it is named after: as told, or as the record has it."""
        told = self._told.get(record)
        if held is None or not held.size:
            return told
        continuity = (await self._standing(record)).booth.continuity
        place = place_of(continuity)
        if place is None or (told is not None and told.made.epoch > continuity.epoch):
            return told
        entries = await self.store.entries(held.no, place, LENGTH)
        return _Proof(entries, self._read_succession(record, entries))

    async def succeed(self, record: str, entries: Sequence[bytes], certificates: Sequence[bytes]) -> None:
        """A machine proves that it took a record over. What is held beyond that point is set apart, whole.

        The record then comes anew from its first entry. Where it simply goes on from what is held, nothing changes.
        NotASuccession or another SyncError if it proves nothing.
        """
        held = await self.store.record(record)
        booth = (await self._standing(record)).booth if held is not None and held.size else None
        made = self._read_succession(record, entries, certificates, booth)
        take_proven(self.party.trust, certificates)
        known = await self._succession(record, held)
        if known is not None and known.made.epoch == made.epoch and known.made.hub_key != made.hub_key:
            rival = RivalTakeOver(record=record, followed=known.made.hub, answered=made.hub, epoch=made.epoch)
            log.error("%s", rival)  # who came first is followed; the other one hears of it when it asks where we stand
            shown = canonical.encode(list(entries))
            digest = sha256(shown).digest()
            await self.store.put_aside(digest, made.hub_key, rival.code, str(rival), "", shown, self._clock())
        if known is not None and known.made.epoch >= made.epoch:
            return
        self._told[record] = _Proof(list(entries), made)
        if held is None or held.size < made.size:
            return
        standing = await self._standing(record)
        async with standing.lock:
            size, epoch = standing.frontier.size, standing.booth.continuity.epoch
            if size < made.size or (size == made.size and standing.frontier.root() == made.root):
                return
            apart = f"{record}~{epoch}-{size}"
            log.error("%s was taken over at %d; what was held up to %d is kept as %s", record, made.size, size, apart)
            await self.store.set_apart(standing.stored.no, apart)
            self._standings.pop(record, None)

    def _read_succession(
        self, record: str, entries: Sequence[bytes], certificates: Sequence[bytes] = (), booth: Booth | None = None
    ) -> Succession:
        profile = self._profiles.get(self.party.deployment.profile)
        managing = (
            MANAGER_ROLES if profile is None else profile.managing
        )  # a record that never came brought no contract
        return read_succession(
            entries, self._at_site(record), self.party.trust, certificates, managing=managing, booth=booth
        )

    def _at_site(self, record: str) -> Deployment:
        """The record's deployment, at the site that its own hub's certificate names: one office gathers many."""
        sites = (site for one in self.party.trust if _is_hub(one, record) for site in parse(one).sites)
        return msgspec.structs.replace(
            self.party.deployment, record=record, site=next(sites, self.party.deployment.site)
        )

    async def deposit(self, envelope: bytes, sender: bytes, *, on_stick: bool = False) -> Receipt | Rejected:
        """The receipt for a stored envelope of this sender, once all of it is durable; or why it was put aside."""
        digest = envelope_hash(envelope)
        known = await self.store.receipt(digest)
        if known is not None:
            return await self._ours(canonical.decode(known, Receipt))
        place = (bytes(16), 0)
        note = ""
        try:
            by = self._hub(sender)
            now = self._clock()

            async def position(stream: bytes | None) -> Position | None:
                return await self.store.position(sender, stream)

            deployment = self.party.deployment.id
            frame, after = await open_stored(envelope, self._inboxes, deployment, sender, position, now)
            place = (frame.stream, frame.counter)
            batch = open_batch(frame)
            note = batch.note
            await self._need_writer(batch.record, by)
            receipt = await self._take(batch, after, digest, by)
            if after.counter == 1 and await self.store.destroy_left(self._inboxes[0]):
                # The sender has moved on to a newer key: with this receipt nothing under the older ones is on its way.
                self._inboxes = await self.store.inboxes()
            return receipt
        except StoreConflict as error:
            return Rejected(*place, error.code)  # nothing is wrong with the envelope: it may come again
        except SyncError as error:
            if on_stick and isinstance(error, Rollback):  # what is carried by hand shows an older moment by its nature
                error = AlreadyHeld(**error.data)
            if isinstance(error, EnvelopeMisaddressed) and await self.store.used_destroyed_key(sender):
                error = KeyDestroyed(**error.data)
            try:
                await self.store.put_aside(digest, sender, error.code, str(error), note, envelope, self._clock())
            except AsideFull as full:
                log.error("%s: %s", full, error)
            return Rejected(*place, error.code)

    async def _ours(self, receipt: Receipt) -> Receipt:
        """A kept receipt under the key that is ours now: the one that cosigned it may have been replaced since."""
        held = await self.store.record(receipt.record)
        name = self.party.deployment.key_name(self.party.name)
        note = None if held is None else await self.store.checkpoint(held.no, receipt.size)
        if note is None:
            return receipt
        try:
            verify_cosignature(note, receipt.line, name, self.party.signer.public)
        except SyncError:
            line = cosign(note, name, self.party.signer, self._clock() // 1000)
            return msgspec.structs.replace(receipt, line=line)
        return receipt

    async def take_report(self, data: bytes) -> None:
        """Keep a terminal's report about its hub as evidence, whoever carried it; one that no terminal signed is logged."""
        try:
            report, by = open_report(data, self.party.trust)
            before = await self.store.reports_of(by.key, Accused.code)
            gone = replaced(report, [open_report(one, self.party.trust)[0] for _, one in before])
            why = Accused(terminal=by.person, record=report.record, commands=len(report.commands))
            log.error("%s", why)
            digest = sha256(data).digest()
            await self.store.put_aside(digest, by.key, Accused.code, str(why), report.note, data, self._clock())
            await self.store.drop_aside([before[at][0] for at in gone if before[at][0] != digest])
        except SyncError as error:
            log.warning("a report of unrecorded commands: %s", error)

    async def deposit_file(self, envelope: bytes) -> Receipt | Rejected:
        """As deposit, for an envelope that came on a stick: the sender is whichever known hub signed it."""
        senders = {parse(one).subject for one in self.party.trust if parse(one).kind in HUB_KINDS}
        answer: Receipt | Rejected = Rejected(bytes(16), 0, NotYours.code)
        for sender in sorted(senders):
            answer = await self.deposit(envelope, sender, on_stick=True)
            if isinstance(answer, Receipt):
                answer = msgspec.structs.replace(answer, lists=self.party.trust.lists())
            if isinstance(answer, Receipt) or answer.code != "envelope.wrong_sender":
                break
        return answer

    async def _need_writer(self, record: str, by: Authority) -> None:
        """Raise unless the sender is the record's hub: the one it is named after, or the one that took it over since."""
        standing = self._standings.get(record)
        first = standing is not None and not standing.booth.continuity.hubs and record not in self._told
        proof = None if first else await self._succession(record, await self.store.record(record))
        if proof is None:
            if by.kind != "hub" or by.person != record:
                raise NotYours(record=record, sender=by.person)
        elif by.key != proof.made.hub_key:
            refused = NoHubAnyMore if by.person == record else NotYours
            raise refused(record=record, sender=by.person, hub=proof.made.hub)

    def _hub(self, sender: bytes) -> Authority:
        """Who this sender is, as the hub of its record; NotYours or the TrustError of its certificate."""
        now = self._clock()
        if sender in self._hubs:
            found = self.party.trust.authority(self._hubs[sender], now)
            self.party.trust.need_unrevoked(found)
            return found
        failure: SyncError = NotYours(sender=sender)
        for encoded in self.party.trust:
            held = parse(encoded)
            if held.subject != sender or held.kind not in HUB_KINDS:
                continue
            try:
                found = self.party.trust.authority(certificate_id(encoded), now)
                self.party.trust.need_unrevoked(found)
            except TrustError as error:
                failure = error
                continue
            self._hubs[sender] = found.certificate
            return found
        raise failure

    # ------------------------------------------------------------------ one batch

    async def _take(self, batch: RecordBatch, position: Position, digest: bytes, by: Authority) -> Receipt:
        standing = await self._standing(batch.record)
        async with standing.lock:
            try:
                return await self._check_and_keep(standing, batch, position, digest, by)
            except StoreConflict:
                # Another receiver was faster, or a command stands in the record already: look again, once.
                await self._reload(standing)
                known = await self.store.receipt(digest)
                if known is not None:
                    return await self._ours(canonical.decode(known, Receipt))
                return await self._check_and_keep(standing, batch, position, digest, by, again=True)

    async def _check_and_keep(
        self,
        standing: _Standing,
        batch: RecordBatch,
        position: Position,
        digest: bytes,
        by: Authority,
        *,
        again: bool = False,
    ) -> Receipt:
        await self._check_place(standing, batch, by)
        for one in batch.objects:  # lists first: certificates may rest on them
            self._check_object(standing, one)
        take_proven(self.party.trust, batch.certificates)
        leaves = [leaf_hash(body) for body in batch.entries]
        checkpoint = checkpoint_of(batch, standing.deployment.origin, by.key)
        after = check_root(batch, checkpoint, standing.frontier, leaves)
        replay = Replay(
            standing.deployment,
            self.party.trust,
            self._profiles,
            booth=standing.booth,
            frontier=standing.frontier.copy(),
        )
        counts = await self._replay(standing, replay, batch, leaves)
        if again:  # the table's own constraint found one at the first try; now it gets its name
            await self._check_unknown(standing, replay)
        await self._check_takings(standing, replay, batch)
        witnessed = await self._witnessed(standing, batch, leaves, replay)
        snapshot = None
        if replay.size - standing.snapshot_size >= SNAPSHOT_EVERY:
            snapshot = (replay.size, RULES, codec.encode_booth(replay.booth))
        now = self._clock()
        name = self.party.deployment.key_name(self.party.name)
        # Signed here, but nobody sees it before the commit that holds all it speaks of: one fsync instead of two.
        line = cosign(batch.note, name, self.party.signer, now // 1000)
        root = after.root()  # replay has taken these very leaves: it need not hash them into an edge of its own
        receipt = Receipt(batch.record, position.stream, position.counter, replay.size, root, line)
        used = [one for one in (*replay.used, by.certificate, *(id for _, _, id in witnessed)) if one not in self._kept]
        # All that came and is proved, used yet or not: the hub sends each once. And whoever signed, if the link's hello
        # brought them.
        certificates = {one: None for one in batch.certificates if certificate_id(one) in self.party.trust}
        certificates |= {one: None for id in used for one in chain(self.party.trust.get(id), self.party.trust)}
        await self.store.keep(
            Keep(
                no=standing.stored.no,
                name=batch.record,
                before=batch.first,
                entries=batch.entries,
                leaves=leaves,
                commands=replay.ids,
                frontier=after,
                note=batch.note,
                name_of_cosigner=name,
                line=line,
                certificates=list(certificates),
                objects=[(sha256(one.body).digest(), one.kind, one.body) for one in batch.objects],
                witnessed=[(size, one.note, one.name, one.line) for size, one, _ in witnessed],
                snapshot=snapshot,
                counts=counts,
                position=position,
                digest=digest,
                receipt=canonical.encode(receipt),
                now_ms=now,
            )
        )
        self._kept.update(certificate_id(one) for one in certificates)
        standing.booth, standing.frontier = replay.booth, after
        standing.snapshot_size = standing.snapshot_size if snapshot is None else snapshot[0]
        standing.counted_size = replay.size if counts else standing.counted_size
        if standing.tree is not None:
            for leaf in leaves:
                standing.tree.append(leaf)
        return receipt

    async def _check_place(self, standing: _Standing, batch: RecordBatch, by: Authority) -> None:
        """Raise unless the batch begins where the office stands; a hub that shows less is named for what it does."""
        size = standing.frontier.size
        if batch.first == size:
            return
        if batch.first > size:
            raise MissingEntries(first=batch.first, size=size)
        # It goes over what the office has: the same again is an old disk, anything else another history.
        checkpoint_of(batch, standing.deployment.origin, by.key)
        held = await self.store.leaves(standing.stored.no, batch.first, min(size, batch.size))
        shown = [leaf_hash(body) for body in batch.entries[: len(held)]]
        if held != shown:
            raise Fork(first=batch.first, shown=batch.size, size=size)
        fault = Rollback if batch.size < size else AlreadyHeld if batch.size == size else Overlap
        raise fault(first=batch.first, shown=batch.size, size=size)

    async def _replay(
        self, standing: _Standing, replay: Replay, batch: RecordBatch, leaves: Sequence[bytes]
    ) -> list[DayCount]:
        counts: list[DayCount] = []
        turned = False
        before = replay.booth
        for start in range(0, len(leaves), CHUNK):
            for events in replay.take_all(batch.entries[start : start + CHUNK], leaves[start : start + CHUNK]):
                if events and type(events[0]) is DayOpened and before.day.date:
                    counts.append(_count(before, replay.size - 1))
                turned = turned or before.day is not replay.booth.day or before.custody is not replay.booth.custody
                before = replay.booth
            await asyncio.sleep(0)
        self.signatures += replay.signatures
        if replay.booth.day.date and (turned or replay.size - standing.counted_size >= COUNT_EVERY):
            counts.append(_count(replay.booth, replay.size))
        return counts

    async def _check_takings(self, standing: _Standing, replay: Replay, batch: RecordBatch) -> None:
        """Raise OtherList unless entries that took lists of revoked keys over name all that this left unproven."""
        for one in replay.takings:
            cosigned = one.command.cosigned
            before = max(0, batch.first - cosigned)
            bodies = await self.store.entries(standing.stored.no, cosigned, before) if before else []
            bodies = [*bodies, *batch.entries[max(0, cosigned - batch.first) : one.entry - batch.first]]
            if suspects(bodies, one.fresh, self.party.trust) != one.command.suspects:
                raise OtherList(index=one.entry, why="suspects", number=one.command.number)

    async def _check_unknown(self, standing: _Standing, replay: Replay) -> None:
        """Raise RepeatedCommand if one of these commands stands in an entry that is kept already."""
        known = await self.store.known_commands(standing.stored.no, list(replay.ids))
        for id in known:
            raise RepeatedCommand(index=replay.ids[id], id=id)

    async def _witnessed(
        self, standing: _Standing, batch: RecordBatch, leaves: Sequence[bytes], replay: Replay
    ) -> list[tuple[int, Witnessed, bytes]]:
        """The city's cosignatures in this batch that hold: size, cosignature, the desk's certificate id."""
        found: list[tuple[int, Witnessed, bytes]] = []
        if not batch.witnessed:
            return found
        tree = await self._tree(standing)
        desks = [one for one in self.party.trust if parse(one).kind == "desk"]
        for one in batch.witnessed:
            checkpoint = self._signed_then(one.note, replay)
            if checkpoint.size > batch.size:
                raise UnknownContent(why="a cosignature of what is not here", size=checkpoint.size)
            if root_at(tree, standing.frontier, leaves, checkpoint.size) != checkpoint.root:
                raise Fork(size=checkpoint.size, shown=checkpoint.root)
            for encoded in desks:
                desk = parse(encoded)
                if self.party.deployment.key_name(desk.person) != one.name:
                    continue
                try:
                    time_s = verify_cosignature(one.note, one.line, one.name, desk.subject)
                    self.party.trust.authority(certificate_id(encoded), time_s * 1000)
                except SyncError as error:
                    # It proves nothing and harms nothing: the entries do not wait for it.
                    log.warning("a cosignature by %s does not hold: %s", one.name, error)
                    continue
                found.append((checkpoint.size, one, certificate_id(encoded)))
        return found

    def _signed_then(self, note: str, replay: Replay) -> Checkpoint:
        """The checkpoint, signed by whoever was the record's hub at its size; OtherCheckpoint."""
        booth, deployment = replay.booth, replay.deployment
        keys = hub_keys(deployment, self.party.trust, booth.latest_ms, booth.continuity, size_named(note))
        for key in keys[:-1]:  # a hub whose key was renewed has two
            with contextlib.suppress(OtherCheckpoint):
                return signed_by(note, deployment.origin, key)
        return signed_by(note, deployment.origin, keys[-1] if keys else bytes(32))

    # ------------------------------------------------------------------ what is held

    async def _standing(self, record: str) -> _Standing:
        standing = self._standings.get(record)
        if standing is None:
            loaded = await self._load(record)
            # Two deposits may have loaded it at the same time: one object is the record's, with its lock.
            standing = self._standings.setdefault(record, loaded)
        return standing

    async def _reload(self, standing: _Standing) -> None:
        fresh = await self._load(standing.deployment.record)
        standing.stored, standing.booth, standing.frontier = fresh.stored, fresh.booth, fresh.frontier
        standing.snapshot_size, standing.counted_size, standing.tree = fresh.snapshot_size, fresh.counted_size, None

    async def _load(self, record: str) -> _Standing:
        deployment = msgspec.structs.replace(self.party.deployment, record=record)
        stored = await self.store.record(record)
        if stored is None:
            state = codec.encode_booth(Booth(hub=record, profile=deployment.profile, training=deployment.training))
            stored = await self.store.create(record, RULES, state, self._clock())
        booth = await folded(self.store, stored, deployment)
        return _Standing(stored, deployment, booth, stored.frontier, stored.snapshot_size, stored.snapshot_size)

    async def _tree(self, standing: _Standing) -> Tree:
        if standing.tree is None:
            tree = Tree()
            while tree.size < standing.frontier.size:
                end = min(standing.frontier.size, tree.size + 4096)  # 128 KiB of hashes at a time
                for leaf in await self.store.leaves(standing.stored.no, tree.size, end):
                    tree.append(leaf)
            standing.tree = tree
        return standing.tree

    def _check_object(self, standing: _Standing, one: BatchObject) -> None:
        """Take a profile that is the pinned one; raise UnknownContent for another one, or for another deployment."""
        if one.kind == PROFILE and sha256(one.body).digest() == standing.deployment.profile:
            self._add_profile(one.body)
            return
        if one.kind in (roster.KIND, revocation.KIND):
            self.party.take_list(one.body)  # certificates of this batch may rest on it; no root's: the batch is refused
            return
        try:
            if one.kind != DEPLOYMENT:
                raise UnknownContent(why="object", kind=one.kind)
            shown = Deployment.decode(one.body)
        except msgspec.MsgspecError as error:
            raise UnknownContent(why=str(error), kind=one.kind) from error
        # The site is the hub's own: one office gathers many. All else is the contract's.
        if msgspec.structs.replace(shown, site=standing.deployment.site) != standing.deployment:
            raise UnknownContent(why="another deployment", kind=one.kind)

    def _add_profile(self, raw: bytes) -> None:
        digest = sha256(raw).digest()
        if digest == self.party.deployment.profile and digest not in self._profiles:
            self._profiles[digest] = decode_profile(raw, self.party.deployment.contract)


PROFILE = "profile"
"""The kind under which a record keeps its contract's profile."""


async def folded(store: OfficeStore, stored: StoredRecord, deployment: Deployment) -> Booth:
    """The state of a record as it is kept: its snapshot, and the entries after it."""
    first, booth = stored.snapshot_size, codec.decode_booth(stored.snapshot)
    if stored.snapshot_rules != RULES:  # a state under other rules is no cache of these
        first, booth = 0, Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
    while first < stored.size:
        for body in await store.entries(stored.no, first, min(CHUNK, stored.size - first)):
            booth = fold(booth, codec.decode_events(bytes(decode_entry(body).events)), first)
            first += 1
        await asyncio.sleep(0)
    return booth


def _count(booth: Booth, size: int) -> DayCount:
    return DayCount(booth.day.opened_at, booth.day.date, size, json_of(count_day(booth)))
