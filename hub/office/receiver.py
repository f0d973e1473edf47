"""The receiver: checks everything of a batch, then keeps it in one transaction, and only then lets the receipt out.

    envelope -> batch -> tree against the hub's signed note -> every entry replayed -> one commit -> cosignature

A batch that does not hold is put aside with its reason, and nothing of it is stored. What the office has seen of a
record never shrinks and never changes: a hub that shows less, or another history, is refused and its signed note kept.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from hub.domain import codec
from hub.domain.contracts.contract import Profile
from hub.domain.day.day import RULES
from hub.office.batchcheck import AlreadyHeld, NotYours, Rollback, check_root, checkpoint_of, open_batch
from hub.office.contents import PROFILE, Contents
from hub.office.proving import check_claims, check_place, check_takings, check_unknown, replayed, witnessed
from hub.office.quarantine import AsideFull
from hub.office.standing import Standing, Standings
from hub.office.store import DatabaseFailed, Keep, OfficeStore, StoreConflict
from hub.office.writers import Writers
from hub.replay.replay import Replay
from hub.succession import certificates_of
from sync import canonical
from sync.envelopes.envelope import DAY_MS, envelope_hash
from sync.envelopes.saltpack import EnvelopeMisaddressed
from sync.errors import SyncError
from sync.keys import revocation, roster
from sync.keys.certificate import HUB_KINDS, certificate_id, parse
from sync.keys.introductions import take_proven
from sync.keys.keys import BoxKey
from sync.keys.owntime import own_authority
from sync.keys.party import Party, chain
from sync.keys.trust import Authority, TrustError
from sync.mail.inbox import OFFERED_MS, Inbox, KeyDestroyed, Position, open_stored
from sync.messages import Held, Receipt, Rejected, Resume
from sync.record.batch import RecordBatch
from sync.record.checkpoint import cosign, verify_cosignature
from sync.record.merkle import leaf_hash
from sync.record.unrecorded import Accused, open_report, replaced

log = logging.getLogger(__name__)

SNAPSHOT_EVERY = 2_000
"""Entries between kept states: refolding so many at a start takes some tens of milliseconds."""

HELD_AT_ONCE = 1_000
"""Entries sent back at once to a hub that lost them: less than a megabyte."""


def _surely_past(newest: Inbox | None, now: int) -> int:
    """Until when an inbox must have ended for its key to be destroyed, by more than the word of a clock alone.

    A clock that has run on from our newest inbox is believed. One that has leapt over more than the longest gap without a
    network may be wrong, or we were switched off: then only what had ended by that inbox's day goes, and the rest with the
    next one, a day later at the latest while we run.
    """
    if newest is None:
        return 0
    return now if now - newest.not_before_ms <= OFFERED_MS else newest.not_before_ms


class Receiver:
    """Takes stored envelopes of hubs; for any number of records of one deployment."""

    def __init__(self, party: Party, store: OfficeStore, clock: Callable[[], int]) -> None:
        """Use open()."""
        self.party = party
        self.store = store
        self.signatures = 0
        """Signatures of commands verified since the start."""
        self._clock = clock
        self._contents = Contents(party)
        self._inboxes: list[Inbox] = []
        self._standings = Standings(store, party.deployment, clock)
        self._writers = Writers(party, store, self._standings, self._contents, clock)
        self._kept: set[bytes] = set()
        self._hubs: dict[bytes, bytes] = {}

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
                receiver._contents.add_profile(body)
            elif kind in (roster.KIND, revocation.KIND):
                party.take_lists([body])
        if home is not None and (home / "profile.toml").exists():
            receiver._contents.add_profile((home / "profile.toml").read_bytes())
        receiver._inboxes = await store.inboxes()
        await receiver.offer()
        return receiver

    @property
    def profile(self) -> Profile | None:
        """The contract's profile, once it is here."""
        return self._contents.profile

    async def offer(self) -> bytes:
        """Our signed inbox offer; OutsideOwnTime."""
        return (await self.keep_day()).offer(self.party.signer, self.party.deployment.id)

    async def keep_day(self) -> Inbox:
        """The inbox of today: a new key each day, old ones until what was sealed to them can no longer come.

        OutsideOwnTime, and no key made or destroyed, where our clock says that we are no office (any more).
        """
        now = self._clock()
        own_authority(self.party, now)
        todays = self._todays(now)
        if todays is None or now - todays.not_before_ms >= DAY_MS:
            # One minute back: a hub whose clock is a little behind may use it at once.
            fresh = Inbox(os.urandom(16), BoxKey.generate(), max(0, now - 60_000), now + OFFERED_MS)
            await self.store.change_inboxes(fresh, _surely_past(todays, now))
            self._inboxes = await self.store.inboxes()
            return self._todays(now) or fresh
        return todays

    def _todays(self, now: int) -> Inbox | None:
        """The newest of our inboxes that has begun; one of a day to come was made while the clock was ahead.

        That one is kept (a hub may have sealed to it then), and is as good as any other once its day is there.
        """
        return next((one for one in self._inboxes if one.not_before_ms <= now), None)

    async def resume(self, record: str, sender: bytes) -> Resume:
        """Where the office stands with a record, and with this sender's newest stream."""
        held = await self.store.record(record)
        position = await self.store.position(sender, None)
        at = position or Position(bytes(16), sender, bytes(16))
        size = 0 if held is None else held.size
        resume = Resume(record, size, at.stream, at.counter, at.previous, "" if held is None else held.note)
        proof = await self._writers.proof(record, held)
        if proof is None or proof.hub.key == sender:
            return resume
        certificates = certificates_of(proof.entries, self.party.trust)
        return msgspec.structs.replace(resume, succession=list(proof.entries), certificates=certificates)

    async def streams(self) -> list[Position]:
        """Where the office stands with the newest stream of each hub it knows: a stick says what resume() does."""
        senders = {parse(one).subject for one in self.party.trust if parse(one).kind in HUB_KINDS}
        found = [await self.store.position(sender, None) for sender in sorted(senders)]
        return [one for one in found if one is not None]

    async def held(self, record: str, first: int) -> Held:
        """What is held of a record from an entry on, as much as one message takes: a hub that lost it asks."""
        held = await self.store.record(record)
        if held is None or not 0 <= first < held.size:
            return Held(first, [], 0 if held is None else held.size, "", [])
        entries = await self.store.entries(held.no, first, HELD_AT_ONCE)
        certificates = await self.store.certificates() if first == 0 else []
        witnessed = await self.store.cosigned(held.no, first, first + len(entries))
        return Held(first, entries, held.size, held.note, certificates, self._own_line(held.note, held.line), witnessed)

    async def succeed(self, record: str, entries: Sequence[bytes], certificates: Sequence[bytes]) -> None:
        """A machine proves that it took a record over; NotASuccession or another SyncError if it proves nothing."""
        await self._writers.succeed(record, entries, certificates)

    async def deposit(self, envelope: bytes, sender: bytes, *, on_stick: bool = False) -> Receipt | Rejected:
        """The receipt for a stored envelope of this sender, once all of it is durable; or why it was put aside.

        DatabaseFailed: it was not, and may come again.
        """
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
            await self._writers.need(batch.record, by)
            receipt = await self._take(batch, after, digest, by)
            todays = self._todays(now) or self._inboxes[0]
            if after.counter == 1 and await self.store.destroy_left(todays):
                # The sender has moved on to a newer key: with this receipt nothing under the older ones is on its way.
                self._inboxes = await self.store.inboxes()
            return receipt
        except StoreConflict as error:
            return Rejected(*place, error.code)  # nothing is wrong with the envelope: it may come again
        except DatabaseFailed:
            raise
        except SyncError as error:
            if on_stick and isinstance(error, Rollback):  # what is carried by hand shows an older moment by its nature
                error = AlreadyHeld(**error.data)
            if isinstance(error, EnvelopeMisaddressed) and await self.store.used_destroyed_key(sender):
                error = KeyDestroyed(**error.data)
            try:
                await self.store.quarantine.put(digest, sender, error.code, str(error), note, envelope, self._clock())
            except AsideFull as full:
                log.error("%s: %s", full, error)
            return Rejected(*place, error.code)

    async def _ours(self, receipt: Receipt) -> Receipt:
        """A kept receipt under the key that is ours now."""
        held = await self.store.record(receipt.record)
        note = None if held is None else await self.store.checkpoint(held.no, receipt.size)
        return receipt if note is None else msgspec.structs.replace(receipt, line=self._own_line(note, receipt.line))

    def _own_line(self, note: str, line: str) -> str:
        """A kept cosignature of ours; made anew where the key that made it has been replaced since."""
        name = self.party.deployment.key_name(self.party.name)
        try:
            verify_cosignature(note, line, name, self.party.signer.public)
        except SyncError:
            return cosign(note, name, self.party.signer, self._clock() // 1000)
        return line

    async def take_report(self, data: bytes) -> None:
        """Keep a terminal's report about its hub as evidence, whoever carried it; one that no terminal signed is logged."""
        try:
            report, by = open_report(data, self.party.trust)
            before = await self.store.quarantine.whole(by.key, Accused.code)
            gone = replaced(report, [open_report(one, self.party.trust)[0] for _, one in before])
            why = Accused(terminal=by.person, record=report.record, commands=len(report.commands))
            log.error("%s", why)
            digest = sha256(data).digest()
            await self.store.quarantine.put(digest, by.key, Accused.code, str(why), report.note, data, self._clock())
            await self.store.quarantine.drop([before[at][0] for at in gone if before[at][0] != digest])
        except DatabaseFailed:
            raise
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
        standing = await self._standings.of(batch.record)
        async with standing.lock:
            try:
                return await self._check_and_keep(standing, batch, position, digest, by)
            except StoreConflict:
                # Another receiver was faster, or a command stands in the record already: look again, once.
                await self._standings.reload(standing)
                known = await self.store.receipt(digest)
                if known is not None:
                    return await self._ours(canonical.decode(known, Receipt))
                return await self._check_and_keep(standing, batch, position, digest, by, again=True)

    async def _check_and_keep(
        self,
        standing: Standing,
        batch: RecordBatch,
        position: Position,
        digest: bytes,
        by: Authority,
        *,
        again: bool = False,
    ) -> Receipt:
        if batch.first > standing.frontier.size:  # a stick may have brought what is between, by another process
            await self._standings.reload(standing)
        await check_place(self.store, standing, batch, by)
        for one in batch.objects:  # lists first: certificates may rest on them
            self._contents.take(standing.deployment, one)
        take_proven(self.party.trust, batch.certificates)
        leaves = [leaf_hash(body) for body in batch.entries]
        await self._writers.check_taken_over(batch.record, batch.first, leaves)
        checkpoint = checkpoint_of(batch, standing.deployment.origin, by.key)
        after = check_root(batch, checkpoint, standing.frontier, leaves)
        replay = Replay(
            standing.deployment,
            self.party.trust,
            self._contents.profiles,
            booth=standing.booth,
            frontier=standing.frontier.copy(),
            sites=by.sites,  # an office has many: the record is of its hub's
        )
        counts = await replayed(standing, replay, batch, leaves)
        self.signatures += replay.signatures
        if again:  # the table's own constraint found one at the first try; now it gets its name
            await check_unknown(self.store, standing, replay)
        await check_claims(self._standings, standing, leaves, replay.claims)
        cosigned = await witnessed(self.party, self._standings, standing, batch, leaves, replay, by)
        seen = [size for size, _, _ in cosigned]
        await check_takings(self.store, self.party.trust, standing, replay, batch, seen)
        snapshot = None
        if replay.size - standing.snapshot_size >= SNAPSHOT_EVERY:
            snapshot = (replay.size, RULES, codec.encode_booth(replay.booth))
        now = self._clock()
        name = self.party.deployment.key_name(self.party.name)
        # Signed here, but nobody sees it before the commit that holds all it speaks of: one fsync instead of two.
        line = cosign(batch.note, name, self.party.signer, now // 1000)
        root = after.root()  # replay has taken these very leaves: it need not hash them into an edge of its own
        receipt = Receipt(batch.record, position.stream, position.counter, replay.size, root, line)
        used = [one for one in (*replay.used, by.certificate, *(id for _, _, id in cosigned)) if one not in self._kept]
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
                witnessed=[(size, one.note, one.name, one.line) for size, one, _ in cosigned],
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
            standing.tree.extend(leaves)
        return receipt
