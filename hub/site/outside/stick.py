"""The way to the office by hand: a hub that is switched off writes its record to a stick, and takes receipts from one.

demado office take STICK      the office leaves its keys on an empty stick (the first time)
demado courier write STICK    what the office has not got, in sealed envelopes
demado office take STICK      taken in; receipts
demado courier read STICK     the office's cosignature and its lists are in the hub's record
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from hub.domain.contracts.reading import decode_profile, profile_hash
from hub.site.continuity.behind import need_finished, need_record
from hub.site.people import listkeeping
from hub.site.people.peoplekeeping import PeopleKeeper
from sync.envelopes.envelope import DAY_MS
from sync.errors import SyncError
from sync.keys.certificate import HUB_KINDS, certificate_id, parse
from sync.keys.owntime import own_authority
from sync.keys.party import HomeDamaged, Party, chain
from sync.keys.trust import Authority
from sync.mail import stickdisk
from sync.mail.courier import FILE as OUTBOX
from sync.mail.courier import Outbox
from sync.mail.faults import DiskFault, MediaForbidden, NoStream, RecordBehind
from sync.mail.stickfiles import SUFFIX, take_receipts, write_envelopes
from sync.mail.stickpeople import read_people
from sync.mail.stickword import Word, read_word, write_introduction
from sync.record.file import RECORD
from sync.record.store import RecordStore


class Written(NamedTuple):
    """What went onto the stick."""

    envelopes: int
    size: int
    """Of the record, up to where it is on this stick or at the office."""


class Taken(NamedTuple):
    """What came back."""

    receipts: int
    size: int
    """Of the record that the office has cosigned; 0 for nothing yet."""
    lists: int
    people: int
    """Whom the office had enrolled for this site and who was not here."""
    waiting: int
    """Envelopes that have no receipt yet."""
    refused: list[SyncError]
    """Why files of receipts on the stick are none."""


async def write(home: Path, stick: Path, now_ms: int) -> Written:
    """Seal what the office has not got, and write every envelope that has no receipt to the stick.

    The hub must not run: RecordInUse. NoStream where no office has ever left its keys here; WordRefused, RecordBehind;
    StickUnreadable, StickUnwritable, DiskFault. What is sealed stays in the outbox, whatever becomes of the stick.
    """
    party = _hub(home, now_ms)
    async with _opened(home, party) as (store, outbox):
        await _media_allowed(store, party)
        await listkeeping.take_up(party, store)  # an office believes what a batch rests on: newer lists go along
        word = read_word(stick, party, now_ms)
        await _begin_if_due(outbox, store, word, party, now_ms)
        office = word.office if word is not None else _office(party, now_ms)
        witnesses = "" if office is None else party.deployment.key_name(office.person)
        while await outbox.seal(store, now_ms, witnesses=witnesses) is not None:
            pass
        write_introduction(stick, party)
        written = await write_envelopes(outbox, stick)
        await asyncio.to_thread(_sweep, stick, party.deployment.record, written)
        return Written(len(written), outbox.sealed)


async def read(home: Path, stick: Path, now_ms: int) -> Taken:
    """Take the office's receipts from the stick: its cosignature and its lists are in the record, durably. As write.

    Whom it has enrolled for this site is here as well: only in the place of nobody, as over a wire (PeopleKeeper.bring).
    """
    party = _hub(home, now_ms)
    async with _opened(home, party) as (store, outbox):
        await _media_allowed(store, party)
        word = read_word(stick, party, now_ms)
        if word is not None:
            await outbox.hear(
                word.made_ms, now_ms
            )  # a stick that the office wrote before says nothing against this one
        office = word.office if word is not None else _office(party, now_ms)
        if office is None:
            raise NoStream(record=party.deployment.record)
        name = party.deployment.key_name(office.person)
        receipts = await take_receipts(outbox, stick, name, office.key)
        lists = {encoded for one in receipts.taken for encoded in one.lists}
        party.take_lists(lists)
        await store.put_certificates(chain(party.trust.get(office.certificate), party.trust))
        newest = await outbox.last_acknowledged()
        if newest is not None and newest.size <= store.size:
            await store.add_cosignature(newest.size, name, newest.line, newest.note)
        await listkeeping.keep(party, store)
        people = PeopleKeeper(home, party)
        before = list(people.people)
        await people.bring(read_people(stick, party.name), now_ms)
        newcomers = [one for one in people.people if one not in before]
        waiting = len(await outbox.waiting())
        return Taken(len(receipts.taken), outbox.acknowledged, len(lists), len(newcomers), waiting, receipts.refused)


def _hub(home: Path, now_ms: int) -> Party:
    """The hub of this folder; HomeIncomplete, WrongHome, HomeDamaged, OutsideOwnTime."""
    try:
        party = Party.load_of(home, HUB_KINDS)
    except (OSError, ValueError) as error:  # msgspec's faults are ValueErrors
        raise HomeDamaged(path=str(home), why=str(error)) from error
    own_authority(party, now_ms)  # with a wrong clock every word of the office would seem to be too old
    return party


async def _media_allowed(store: RecordStore, party: Party) -> None:
    """MediaForbidden where the contract that this record is bound to says so; nothing has touched the stick then."""
    for held in await store.objects():
        if held.kind == PROFILE and profile_hash(held.body) == party.deployment.profile:
            if not decode_profile(held.body, party.deployment.contract).operation.removable_media:
                raise MediaForbidden(record=party.deployment.record)


PROFILE = "profile"
"""The kind under which a record keeps its contract's profile."""


async def _begin_if_due(outbox: Outbox, store: RecordStore, word: Word | None, party: Party, now_ms: int) -> None:
    """Open a stream where there is none that an office could still open, from where the office says that it stands."""
    if word is not None and not await outbox.hear(word.made_ms, now_ms):
        word = None  # of several sticks an older one, or a copy: the office has said or taken more since
    if outbox.open_for(party.signer.public, now_ms) and (word is None or await _goes_on(outbox, word, party, now_ms)):
        return
    if word is None:
        raise NoStream(record=party.deployment.record)
    held = word.held.get(party.deployment.record, 0)
    if held > store.size:
        raise RecordBehind(record=party.deployment.record, here=store.size, there=held)
    await outbox.begin(word.offer, held, store)


async def _goes_on(outbox: Outbox, word: Word, party: Party, now_ms: int) -> bool:
    """Whether the stream that is open fits where the office stands; one where nothing waits is for a day, as its key is."""
    if now_ms - outbox.opened_ms >= DAY_MS and not await outbox.waiting():
        return False
    record = party.deployment.record
    resume = word.resume(record, party.signer.public)
    if resume is None:
        return word.held.get(record, 0) in await outbox.edges()
    return await outbox.follows(resume)


def _sweep(stick: Path, record: str, written: Sequence[Path]) -> None:
    """Remove our own envelopes of before: acknowledged since, or sealed anew for an office that could not open them."""
    for path in stickdisk.found(stick, SUFFIX):
        if path.name.startswith(f"{record}-") and path not in written and not path.is_dir():
            with stickdisk.writing(path):
                path.unlink()


def _office(party: Party, now_ms: int) -> Authority | None:
    """The office of this deployment, by a certificate that is here; None where none has ever come."""
    for encoded in party.trust:
        if parse(encoded).kind == "office":
            try:
                found = party.trust.authority(certificate_id(encoded), now_ms)
                party.trust.need_unrevoked(found)
            except SyncError:
                continue
            return found
    return None


@asynccontextmanager
async def _opened(home: Path, party: Party) -> AsyncIterator[tuple[RecordStore, Outbox]]:
    deployment = party.deployment
    need_finished(home)
    need_record(home)
    try:
        async with await RecordStore.open(home / RECORD, origin=deployment.origin) as store:
            for encoded in await store.certificates():
                party.trust.add(encoded)
            outbox = await Outbox.open(
                home / OUTBOX,
                signer=party.signer,
                deployment=deployment.id,
                record=deployment.record,
                origin=deployment.origin,
            )
            try:
                yield store, outbox
            finally:
                await outbox.close()
    except (OSError, sqlite3.Error) as error:  # the stick's are named where they happen
        raise DiskFault(why=str(error)) from error
