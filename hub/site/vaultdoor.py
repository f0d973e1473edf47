"""The hub's vault and its door: unlocked by a manager, given keys by importers, asked for one by who may read.

The vault's secret comes from a manager's terminal and stays in memory; the queue works without it. A key is handed out
only after the entry that says who reads what for what is durable. The record says which keys there ought to be: any
other key is destroyed, at a start as after an erasure, so that a crash between the two leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from hub.domain import codec
from hub.domain.booth import Event
from hub.domain.contracts import consent
from hub.domain.contracts.contract import Profile
from hub.domain.day.day import Day, DayClosed, ListReservations, Phase, ReservationsListed
from hub.domain.moment import iso_date
from hub.domain.personal import personal, vault_keys
from hub.domain.personal.disclosure import Revealed
from hub.domain.personal.personal import PersonalErased, VaultUnlocked
from hub.domain.refusal import refuse
from hub.domain.visit import form_id
from hub.signer import signer_of
from hub.site.clock import Clock, SimulatedClock
from hub.site.scribe import Commit, Scribe, rejected
from sync import messages
from sync.errors import SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.party import LockedPerson
from sync.messages import Message
from sync.record.command import Signed, read_command
from sync.record.entry import decode_entry
from sync.vault.sealing import new_key, seal_to_person
from sync.vault.vault import FILE, MEMORY, Vault
from sync.vault.vaultfaults import (
    GivenOnce,
    NoCopyForYou,
    NotErased,
    TooLarge,
    TooManyKeys,
    UnlockedElsewhere,
    VaultDamaged,
    VaultLocked,
    VaultUnusable,
)

log = logging.getLogger(__name__)

FRESH_S = 600.0
"""An importer lists what it deposited within seconds; a key that nothing refers to after ten minutes is destroyed."""

MOST_FRESH = 20_000
"""Keys of one terminal that wait for their list: as many rows as the importer takes. Nobody fills the disk with keys,
and no terminal takes another's place."""

SUBJECT_LENGTH = 200
"""Characters of a subject's name; an importer makes some 50 of a date, a number and eight digits."""

ERASE_AT_ONCE = 500
"""Subjects an entry of the hub's own erases: about 30 KiB of names."""


class Peer(Protocol):
    """A linked terminal."""

    @property
    def key(self) -> bytes:
        """Its long-term key: what it may leave here is counted by that, over new links too."""
        ...

    def post(self, message: Message) -> None: ...


class VaultDoor:
    """What terminals ask of the vault, and what the record makes of it."""

    def __init__(
        self, home: Path, scribe: Scribe, profile: Profile, people: Callable[[], list[LockedPerson]], clock: Clock
    ) -> None:
        self._scribe = scribe
        self._profile = profile
        self._people = people
        self._clock = clock
        self.fault: VaultDamaged | VaultUnusable | None = None
        """Why there is no vault until the next start; nothing is made in its place (terminals' copies would follow it)."""
        try:
            self._vault = Vault(home / FILE)
        except (VaultDamaged, VaultUnusable) as fault:
            log.error("%s", fault)
            self.fault = fault
            self._vault = Vault(MEMORY)  # never unlocked: it holds nothing, and tells nobody anything
        self._fresh: dict[str, _Deposit] = {}
        """What was deposited under a subject's name, until its list is in the record."""
        self._tagging = asyncio.Lock()
        """Two counters that read the day's first forms at once are answered under one key."""
        self._tags_shared = ""
        """The key of tags that terminals have a copy of already."""
        self._opened_by: set[bytes] = set()
        """Keys of terminals at which a manager has unlocked the vault: only they bring keys, over new links too."""
        self._doubtful: set[str] = set()
        """Destroyed, but perhaps still in the file's log: tried again each second."""
        self._known_people: list[LockedPerson] = []
        """Whose keys lay here when it was last looked who may open the vault."""
        self._copies: set[Peer] = set()
        """Terminals that keep a copy."""

    @property
    def state(self) -> str:
        """As Status.vault."""
        if self.fault is not None:
            return "damaged" if isinstance(self.fault, VaultDamaged) else "unusable"
        if not self._vault.made:
            return "none"
        return "locked" if self._vault.locked else "open"

    async def stop(self) -> None:
        await asyncio.to_thread(self._vault.close)

    # ------------------------------------------------------------------ what terminals ask

    async def take(self, peer: Peer, message: Message) -> None:
        """Answer a terminal; what is not about the vault is logged and dropped."""
        match message:
            case messages.VaultWanted():
                sealed = self._vault.holders().get(message.key, b"")
                peer.post(messages.VaultBox(message.id, self.state, sealed))
            case messages.OpenVault():
                peer.post(messages.VaultDone(message.id, await self._open(peer, message)))
            case messages.DepositKeys():
                peer.post(messages.VaultDone(message.id, await self._deposit(peer, message.keys)))
            case messages.Disclose():
                peer.post(await self._disclose(message))
            case messages.TagWanted():
                peer.post(await self._tag(message))
            case messages.CopyWanted():
                self._copies.add(peer)
                await self._send_copies([peer], None)
            case _:
                log.warning("a terminal sent %s, which is not for a hub", type(message).__name__)

    def left(self, peer: Peer) -> None:
        """A terminal's link has ended."""
        self._copies.discard(peer)

    async def _open(self, peer: Peer, asked: messages.OpenVault) -> bytes:
        """Unlock for a manager whose signed command became an entry; the refusal's bytes, or nothing."""
        try:
            if self.fault is not None:
                raise self.fault
            secret = asked.secret
            if not secret:
                if self._vault.made:
                    raise NoCopyForYou
                secret = new_key()
            self._vault.need(secret)
            outcome = await self._submit(asked.signed, asked.certificates, asked.at_ms)
            if outcome.index is None:
                return outcome.refusal
            # An entry that was there before proves nothing about who sends it now.
            if not any(isinstance(event, VaultUnlocked) for event in _made_now(outcome)):
                raise GivenOnce
            await asyncio.to_thread(self._unlock, secret, asked.signed)
            self._opened_by.add(peer.key)
        except SyncError as error:
            log.warning("the vault was not unlocked: %s", error)
            return rejected(asked.signed, error).refusal
        await self._send_copies(self._copies, None)
        return b""

    def _unlock(self, secret: bytes, signed: Signed) -> None:
        """Unlock, for those who are managers now; where one no longer is, under a secret that nobody has had yet."""
        before = self._vault.holders().keys()
        holders = self._holders(secret, signed)
        self._vault.unlock(secret, holders if before <= holders.keys() else None)
        if not before <= holders.keys():
            fresh = new_key()
            self._vault.rekey(fresh, self._holders(fresh, signed))

    def _holders(self, secret: bytes, signed: Signed) -> dict[bytes, bytes]:
        """The secret sealed to each manager who is one now: whoever unlocks, and those whose keys lie here."""
        keys = self._managers([read_command(signed.payload).certificate])
        return {key: seal_to_person(secret, key, self._scribe.party.deployment.origin) for key in keys}

    async def _admit(self) -> None:
        """While the vault is open: a manager's new key (a changed passphrase, a deputy) opens it from now on too."""
        people = self._people()
        if self._vault.locked or people == self._known_people:
            return
        missing = self._managers([]) - self._vault.holders().keys()
        if missing:
            await asyncio.to_thread(self._vault.admit, missing, self._scribe.party.deployment.origin)
            await self._send_copies(self._copies, [])
        self._known_people = list(people)

    def _managers(self, certificates: list[bytes]) -> set[bytes]:
        """The keys of who is a manager now, among these certificates' subjects and the people whose keys lie here."""
        trust, now_ms = self._scribe.party.trust, self._clock.now_ms()
        certificates = list(certificates)
        for person in self._people():
            for encoded in (person.certificate, *person.chain):
                trust.add(encoded)
            certificates.append(certificate_id(person.certificate))
        keys: set[bytes] = set()
        for certificate in certificates:
            try:
                by = trust.authority(certificate, now_ms)
                trust.need_unrevoked(by)
            except SyncError as error:
                log.info("a person's certificate does not hold now: %s", error)
                continue
            if signer_of(by, self._profile.managing).manages:
                keys.add(by.key)
        return keys

    async def _deposit(self, peer: Peer, keys: dict[str, bytes]) -> bytes:
        new: set[str] = set()
        try:
            self._need_room(peer, keys)
            new.update(keys.keys() - self._fresh.keys())
            # Before they are in the vault: it is tended meanwhile, and must not take them for keys that nobody wants.
            self._fresh.update(dict.fromkeys(keys, _Deposit(peer.key, time.monotonic())))
            await asyncio.to_thread(self._vault.adopt_all, keys)
        except SyncError as error:
            for subject in new:
                self._fresh.pop(subject, None)
            log.warning("keys were not deposited: %s", error)
            return rejected(Signed(b"", b""), error).refusal
        return b""

    def _need_open(self) -> None:
        """VaultLocked, or why there is no vault."""
        if self.fault is not None:
            raise self.fault
        if self._vault.locked:
            raise VaultLocked

    def _need_room(self, peer: Peer, keys: Collection[str]) -> None:
        """As _need_open; UnlockedElsewhere, TooManyKeys or TooLarge unless this terminal may leave these here now."""
        self._need_open()
        if peer.key not in self._opened_by:
            raise UnlockedElsewhere
        waiting = {subject for subject, deposit in self._fresh.items() if deposit.terminal == peer.key}
        if len(waiting.union(keys)) > MOST_FRESH:
            raise TooManyKeys(waiting=len(waiting))
        if any(len(subject) > SUBJECT_LENGTH for subject in keys):
            raise TooLarge(length=max(map(len, keys)))

    async def _disclose(self, asked: messages.Disclose) -> messages.Disclosed:
        nothing = messages.Disclosed(asked.id, b"", 0, b"", b"")
        try:
            self._need_open()  # before the entry: nobody has read anything
            outcome = await self._submit(asked.signed, asked.certificates, asked.at_ms)
            if outcome.index is None:
                return msgspec.structs.replace(nothing, refusal=outcome.refusal)
            # Without events it was known before: its key went out once, and every terminal has the signed command.
            read = [event for event in _made_now(outcome) if isinstance(event, Revealed)]
            if not read:
                raise GivenOnce
            key = await asyncio.to_thread(self._vault.field_key, read[0].subject, read[0].field)
            return messages.Disclosed(asked.id, b"", outcome.index, key, await self._sealed(read[0].subject))
        except SyncError as error:
            log.warning("nothing was disclosed: %s", error)
            return msgspec.structs.replace(nothing, refusal=rejected(asked.signed, error).refusal)

    async def _tag(self, asked: messages.TagWanted) -> messages.Tagged:
        """The tag of a form's digits under the key of the open day, which is made for the day's first form."""
        booth = self._scribe.booth
        refusal = None
        if not form_id.is_form_id(asked.digits):
            refusal = refuse("form_id.digits")
        elif not consent.may_keep(self._profile, booth.training, booth.day.date):
            refusal = refuse("form_id.no_consent")
        if refusal is not None:
            return messages.Tagged(asked.id, codec.encode_refusal(refusal), b"")
        subject = form_id.key_subject(booth.day)
        try:
            self._need_open()
            async with self._tagging:
                if subject not in self._vault.subjects():
                    await asyncio.to_thread(self._vault.adopt, subject, new_key())
            key = await asyncio.to_thread(self._vault.field_key, subject, form_id.FIELD)
        except SyncError as error:
            log.warning("no form was tagged: %s", error)
            return messages.Tagged(asked.id, rejected(Signed(b"", b""), error).refusal, b"")
        tag = hmac.digest(key, asked.digits.encode(), "sha256")[: form_id.TAG_BYTES]
        return messages.Tagged(asked.id, b"", tag)

    async def _sealed(self, subject: str) -> bytes:
        """A subject's sealed bytes, from the command that brought them into the record."""
        held = self._scribe.booth.personal.held[subject]
        (body,) = await self._scribe.store.read(held.entry, 1)
        signed = read_command(decode_entry(body).command.payload)
        listed = codec.decode_command(signed.kind, bytes(signed.args))
        assert isinstance(listed, ListReservations)  # nothing else seals anything
        return next(row.sealed for row in listed.rows if row.subject == subject)

    async def _submit(self, signed: Signed, certificates: list[bytes], at_ms: int | None) -> messages.OutcomeOf:
        if at_ms is not None and isinstance(self._clock, SimulatedClock):
            await self._clock.advance(at_ms)
        return await self._scribe.submit(signed, certificates)

    # ------------------------------------------------------------------ what the record makes of it

    async def on_commit(self, commit: Commit) -> None:
        """Destroy what this commit erases, share what it brings in, and lock the vault with the day."""
        for _, events in commit.events:
            for event in events:
                match event:
                    case ReservationsListed():
                        subjects = [slot.subject for slot in event.slots if slot.subject]
                        for subject in subjects:
                            self._fresh.pop(subject, None)
                        await self._send_copies(self._copies, subjects)
                    case form_id.FormRead():
                        subject = form_id.key_subject(self._scribe.booth.day)
                        if subject != self._tags_shared:
                            self._tags_shared = subject
                            await self._send_copies(self._copies, [subject])
                    case PersonalErased():
                        await self.settle()
                    case personal.VaultLocked():
                        self._lock()
                    case DayClosed():
                        self._lock()
                        await self.tend()

    def _lock(self) -> None:
        self._vault.lock()
        self._opened_by.clear()

    async def _let_go(self) -> None:
        """Forget keys that were deposited long ago and never listed: nothing was sealed under them, no trace is needed."""
        late, wanted = time.monotonic() - FRESH_S, vault_keys.wanted(self._scribe.booth)
        old = [subject for subject, deposit in self._fresh.items() if deposit.at_s < late]
        for subject in old:
            del self._fresh[subject]
        unlisted = [subject for subject in old if subject not in wanted]
        if not unlisted:
            return
        log.warning("%d keys were deposited and never listed; they are destroyed", len(unlisted))
        try:
            await asyncio.to_thread(self._vault.discard, *unlisted)
        except NotErased:
            self._doubtful.update(unlisted)

    async def settle(self) -> None:
        """Destroy every key that the record does not (any longer) ask for; what cannot be erased now is tried again.

        But for the key of an open day's tags: the record asks for it from the first form that is read, and again not
        when that visit was broken off; destroyed in between, it would leave the day without tags.
        """
        if not self._vault.made:
            return
        await self._let_go()
        today = self._scribe.booth.day
        wanted = vault_keys.wanted(self._scribe.booth)
        if today.phase is not Phase.CLOSED:
            wanted |= {form_id.key_subject(today)}
        self._doubtful.update(one for one in self._vault.subjects() if one not in wanted and one not in self._fresh)
        if not self._doubtful:
            return
        lost = tuple(self._doubtful)
        try:
            await asyncio.to_thread(self._vault.destroy, *lost)
        except NotErased as error:
            log.error("%s", error)
            return
        self._doubtful.difference_update(lost)

    async def tend(self) -> None:
        """When a day has closed: ask the city about what it left; erase what is due, as far as that is allowed."""
        await self.settle()
        await self._admit()
        booth, now_ms = self._scribe.booth, self._clock.now_ms()
        if not booth.personal.held:
            return
        wanted: personal.AskErasure | personal.ErasePersonal | None = None
        if consent.asks_before_erasing(self._profile, booth.training, iso_date(now_ms)):
            ends_ms = parse(self._scribe.party.certificate).not_after_ms
            wanted = _ask(self._profile, booth.personal, booth.day, ends_ms) or _erase_consented(
                self._profile, booth.personal, now_ms
            )
        elif ready := [held.subject for held in personal.due(self._profile, booth.personal, now_ms)]:
            wanted = personal.ErasePersonal(tuple(ready[:ERASE_AT_ONCE]), REASON)
        if wanted is None:
            return
        outcome = await self._scribe.act(wanted)
        if outcome.index is None:
            log.error("%s was refused: %s", type(wanted).__name__, codec.decode_refusal(outcome.refusal).code)

    async def _send_copies(self, peers: Iterable[Peer], subjects: list[str] | None) -> None:
        booth = self._scribe.booth
        if not consent.may_copy(self._profile, booth.training, iso_date(self._clock.now_ms())):
            return
        if subjects is None:
            subjects = sorted(vault_keys.wanted(booth))
        copy = await asyncio.to_thread(self._vault.copy, subjects)
        for peer in list(peers):
            peer.post(messages.VaultCopy(copy.proof, copy.holders, copy.wrapped))


class _Deposit(NamedTuple):
    """A key that waits for its list: whose terminal brought it, and when (monotonic seconds)."""

    terminal: bytes
    at_s: float


def _made_now(outcome: messages.OutcomeOf) -> tuple[Event, ...]:
    """The events of an entry that this very submission made; none where the command was known before."""
    return codec.decode_events(outcome.events) if outcome.events else ()


REASON = "保存の期限"
"""Why the hub erases by itself."""


def _ask(profile: Profile, register: personal.Personal, today: Day, ends_ms: int) -> personal.AskErasure | None:
    """The request for what earlier days, or the day that has closed, left and nobody asked about yet."""
    waiting = personal.asked(register)
    over = [
        held
        for held in register.held.values()
        if held.subject not in waiting and (held.date < today.date or today.phase is Phase.CLOSED)
    ]
    if not over:
        return None
    first = sorted(over, key=lambda held: (held.date, held.subject))[:ERASE_AT_ONCE]
    planned = max(personal.until_ms(profile, held, ends_ms) for held in first)
    return personal.AskErasure(tuple(held.subject for held in first), iso_date(planned - 1))


def _erase_consented(profile: Profile, register: personal.Personal, now_ms: int) -> personal.ErasePersonal | None:
    """What is due under a request that the city has consented to."""
    ready = personal.due(profile, register, now_ms)
    for request in register.requests.values():
        subjects = tuple(held.subject for held in ready if held.subject in request.subjects)
        if request.reference and subjects:
            return personal.ErasePersonal(subjects[:ERASE_AT_ONCE], REASON, request.id)
    return None
