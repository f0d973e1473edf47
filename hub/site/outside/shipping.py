"""Ships the record to the office as it grows, in sealed envelopes, and keeps the cosignatures that come back.

One envelope is under way at a time; what grows meanwhile goes into the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from hub.site.outside.questions import Questions
from sync.errors import SyncError
from sync.keys.party import Party, chain
from sync.keys.trust import Authority
from sync.mail.courier import FILE, Acknowledged, Outbox, Sealed
from sync.mail.faults import RecordBehind
from sync.mail.mailbox import read_offers
from sync.mail.offer import OfferRefused
from sync.messages import Deposit, Offers, OffersWanted, Receipt, Rejected, Resume, ResumeWanted
from sync.record.checkpoint import line_name
from sync.record.store import RecordStore
from sync.soundness import damage
from sync.wholefile import EVIDENCE, set_aside

log = logging.getLogger(__name__)

GATHER_S = 0.5
"""Envelopes start at most this often: a seal, a commit here and one there for each would be waste; nobody waits, but for
who has closed the day and wants to switch off."""

QUIET_S = 0.2
"""Without a new entry for so long, the newest receipt goes into the record: at the end of a day that is at once."""

KEEP_S = 60.0
"""While entries come without a pause, one receipt a minute goes into the record, not one for each envelope."""

WITNESS_S = 5.0
"""How often the record is searched for new cosignatures of the city, which go along with the entries."""


class Refused(SyncError):
    """The office put an envelope of ours aside."""

    code = "uplink.refused"
    ja = "事務局が記録を受け付けませんでした。"
    en = "The office did not accept the record."
    todo_ja = "責任者に知らせてください。記録はハブに残っています。"
    todo_en = "Tell the manager; the record is safe on the hub."


class Shipping:
    """The outbox and what it has been acknowledged; open() it, ship() in each connection, close() it."""

    def __init__(
        self,
        party: Party,
        store: RecordStore,
        clock: Callable[[], int],
        questions: Questions,
        *,
        home: Path,
        gather_s: float,
        on_cosigned: Callable[[int, str], None] | None,
        on_resume: Callable[[Resume], Awaitable[None]] | None,
    ) -> None:
        """`on_resume`: told where the office stands before anything is shipped, and may raise to stop that."""
        self.acknowledged_size = 0
        self.refused = ""
        """The code with which the office put our last envelope aside, or empty."""
        self.receipts = 0
        """How many envelopes were answered with a receipt in this life."""
        self._party = party
        self._store = store
        self._clock = clock
        self._questions = questions
        self._path = home / FILE
        self._gather_s = gather_s
        self._on_cosigned = on_cosigned
        self._on_resume = on_resume
        self._grown = asyncio.Event()
        self._awaited = asyncio.Event()
        """Somebody waits for the office to have what is not sealed yet."""
        self._outbox: Outbox | None = None
        self._fresh = False
        self._unkept: Acknowledged | None = None
        self._kept: Acknowledged | None = None
        self._kept_at = 0.0
        self._witnessed_at = 0.0

    async def open(self) -> None:
        """Open the outbox; a receipt that came with the last life goes into the record. Closed again if that fails.

        One that is damaged is set aside and begun anew: all that was in it is sealed again from the record.
        """
        deployment = self._party.deployment
        if why := await asyncio.to_thread(damage, self._path):
            aside = await asyncio.to_thread(set_aside, self._path, self._path.with_name(EVIDENCE))
            log.error("the outbox is damaged (%s): it is in %s now, and a new one begins", why, aside)
        self._outbox = await Outbox.open(
            self._path,
            signer=self._party.signer,
            deployment=deployment.id,
            record=deployment.record,
            origin=deployment.origin,
        )
        try:
            self._unkept = await self._outbox.last_acknowledged()
            if self._unkept is not None and self._unkept.size <= self._store.size:
                self.acknowledged_size = self._unkept.size
                await self._keep()
        except BaseException:
            outbox, self._outbox = self._outbox, None
            await outbox.close()
            raise

    async def close(self) -> None:
        """Keep the newest receipt; what was sealed waits in the outbox. RecordFault: the next start keeps the receipt.

        Asked of the outbox, which has it whatever was going on when the line's work was broken off.
        """
        if self._outbox is None:
            return
        try:
            newest = await self._outbox.last_acknowledged()
            if newest is not None and newest.size <= self._store.size:
                self._unkept = newest
                await self._keep()
        finally:
            await self._outbox.close()

    def grown(self, *, awaited: bool = False) -> None:
        """The record has grown (or has new cosignatures). `awaited`: what is new is not to be gathered with what follows."""
        self._grown.set()
        if awaited:
            self._awaited.set()

    async def ship(self, office: Authority) -> None:
        """Bring this office up to the record and keep it there, for ever. Refused, RecordBehind, OfferRefused."""
        outbox = self._outbox
        assert outbox is not None
        # Its cosignatures go into the record: who reads that from the files alone must find who cosigned.
        await self._store.put_certificates(chain(self._party.trust.get(office.certificate), self._party.trust))
        resume = await self._questions.ask(ResumeWanted(self._party.deployment.record), Resume)
        if self._on_resume is not None:
            await self._on_resume(resume)
        if resume.size > self._store.size:
            raise RecordBehind(record=resume.record, here=self._store.size, there=resume.size)
        if self._fresh or not await outbox.fits(resume, self._clock()):
            await self._begin(outbox, resume, office)
        taken = resume.counter if resume.stream == outbox.stream else 0
        for counter in await outbox.waiting():
            # What it has taken already gave receipts that were lost: the last one of them is asked for again.
            sealed = await outbox.envelope(counter) if counter >= taken else None
            if sealed is not None:
                await self._deposit(outbox, sealed, office)
        while True:
            self._grown.clear()
            self._awaited.clear()
            started = time.monotonic()
            witnesses = None
            if started - self._witnessed_at >= WITNESS_S:
                witnesses, self._witnessed_at = self._party.deployment.key_name(office.person), started
            sealed = await outbox.seal(self._store, self._clock(), witnesses=witnesses)
            if sealed is None:
                await self._rest()
                continue
            whole = sealed.size == self._store.size  # asked now: it grows while the envelope is under way
            await self._deposit(outbox, sealed, office)
            if whole:  # behind by more than one envelope: no pause
                await self._gather(started + self._gather_s - time.monotonic())

    async def _begin(self, outbox: Outbox, resume: Resume, office: Authority) -> None:
        """A fresh stream, under a key that the office offers today."""
        offers = await self._questions.ask(OffersWanted("office"), Offers)
        usable = [offer for owner, offer in read_offers(offers, self._party, self._clock()) if owner.key == office.key]
        if not usable:
            raise OfferRefused(why="none", office=office.person)
        await outbox.begin(usable[0], resume.size, self._store)
        self._fresh = False

    async def _gather(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                await self._awaited.wait()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(QUIET_S if self._unkept is not None else WITNESS_S):
                await self._grown.wait()
        except TimeoutError:
            await self._keep()

    async def _deposit(self, outbox: Outbox, sealed: Sealed, office: Authority) -> None:
        answer = await self._questions.ask(Deposit(sealed.message), Receipt, Rejected)
        if isinstance(answer, Rejected):
            self.refused = answer.code
            self._fresh = answer.code.startswith("envelope.")
            raise Refused(reason=answer.code, size=sealed.size)
        assert isinstance(answer, Receipt)
        self.refused = ""
        name = self._party.deployment.key_name(office.person)
        acknowledged = await outbox.acknowledge(answer, name, office.key)
        self.acknowledged_size = acknowledged.size
        self.receipts += 1
        self._unkept = acknowledged
        if time.monotonic() - self._kept_at >= KEEP_S:
            await self._keep()
        if self._on_cosigned is not None:
            self._on_cosigned(acknowledged.size, acknowledged.line)

    async def _keep(self) -> None:
        """Put the newest receipt's cosignature into the record."""
        newest = self._unkept
        if newest is None:
            return
        if newest != self._kept:
            self._kept_at = time.monotonic()
            name = line_name(newest.line)  # the line was verified
            await self._store.add_cosignature(newest.size, name, newest.line, newest.note)
            self._kept = newest
        if self._unkept is newest:  # no later one has come meanwhile
            self._unkept = None
