"""The mailroom: sealed envelopes between hubs and desks, stored and forwarded unread, and the offers to seal them to.

Each piece of mail is named by its sender: posted twice it is kept once, and it is forgotten only when its recipient
says that it is durably handled, or that no key of theirs opens it: then its sender is told, at once or when they come.
The office sees who writes to whom and when, never what.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.office import tables
from hub.office.store import OfficeStore
from sync.envelopes.envelope import LIFETIME_MS
from sync.envelopes.saltpack import MAX_MESSAGE
from sync.errors import SyncError
from sync.keys.certificate import HUB_KINDS, parse
from sync.keys.party import Party, chain
from sync.keys.trust import Authority
from sync.mail.offer import OfferRefused, read_offer
from sync.messages import Mail, Offers, Returned, Taken

Deliver = Callable[[Mail | Returned | Taken], Awaitable[None]]

MOST_WAITING = 1_000
"""Pieces of mail that wait for one recipient: a day of identity requests many times over. More is an attack on disk."""

MOST_BETWEEN = 750
"""Of these, of one sender: nobody fills another's box alone, so that what others write to it is refused."""

MOST_OF_SENDER = 5_000
"""Pieces of one machine's mail that wait, for whomever: five desks that are all away for a day of a thousand requests.
Recipients are only keys here, and anybody can name as many as they like."""

MOST_OFFERS = 32
"""Offers that one machine may hand out: a fortnight of days (sync.mail.mailbox), twice."""


class MailRefused(SyncError):
    """Mail that the office does not take."""

    code = "mail.refused"
    ja = "事務局がこの郵便を受け付けませんでした。"
    en = "The office does not take this mail."
    todo_ja = "宛先の端末が動いているか確かめてください。"
    todo_en = "Check that the recipient's machine is running."


class Mailroom:
    """Mail and offers of one deployment; durable before anything is acknowledged."""

    def __init__(self, party: Party, store: OfficeStore, clock: Callable[[], int]) -> None:
        self._party = party
        self._store = store
        self._clock = clock
        self._present: dict[bytes, Deliver] = {}

    async def post(self, sender: bytes, id: bytes, to: bytes, envelope: bytes) -> None:
        """Keep mail for its recipient and pass it on if they are here; the same mail again changes nothing."""
        if len(id) != 16 or len(to) != 32 or not 0 < len(envelope) <= MAX_MESSAGE:
            raise MailRefused(why="form", id=id)
        mail = tables.mail
        now = self._clock()
        waiting = select(func.count()).select_from(mail).where(mail.c.recipient == to, mail.c.envelope != b"")
        sent = select(func.count()).select_from(mail).where(mail.c.sender == sender, mail.c.envelope != b"")
        returned = tables.returned
        went_back = select(returned.c.id).where(returned.c.sender == sender, returned.c.id == id)
        values = {"id": id, "sender": sender, "recipient": to, "envelope": envelope, "at_ms": now}
        try:
            async with self._store.engine.begin() as db:
                await self._return_expired(db, now)
                if (await db.execute(went_back)).first() is not None:
                    return  # posted before, and its last day has passed since: its sender is told, and seals it anew
                if (await db.execute(waiting)).scalar_one() >= MOST_WAITING:
                    raise MailRefused(why="full", to=to)
                if (await db.execute(waiting.where(mail.c.sender == sender))).scalar_one() >= MOST_BETWEEN:
                    raise MailRefused(why="full of this sender's", to=to)
                if (await db.execute(sent)).scalar_one() >= MOST_OF_SENDER:
                    raise MailRefused(why="too much of this sender's waits", sender=sender)
                await db.execute(insert(mail), values)
        except IntegrityError:
            return  # posted before; its answer was lost
        await self._tell(to, Mail(id, sender, envelope))

    async def arrive(self, recipient: bytes, deliver: Deliver) -> None:
        """A recipient has connected: it gets what waits, and from now on everything at once."""
        self._present[recipient] = deliver
        returned = tables.returned
        async with self._store.engine.connect() as db:
            rows = list(await db.execute(select(returned).where(returned.c.sender == recipient)))
        for back in rows:
            await _try(deliver, Returned(back.id, back.recipient))
        for one in await self.waiting(recipient):
            await _try(deliver, one)

    def leave(self, recipient: bytes, deliver: Deliver) -> None:
        """The recipient's connection has ended (a newer one of the same machine stays)."""
        if self._present.get(recipient) is deliver:
            del self._present[recipient]

    async def waiting(self, recipient: bytes) -> list[Mail]:
        """The mail that this recipient has not said to have handled, oldest first."""
        mail = tables.mail
        query = select(mail).where(mail.c.recipient == recipient, mail.c.envelope != b"").order_by(mail.c.no)
        async with self._store.engine.connect() as db:
            return [Mail(row.id, row.sender, row.envelope) for row in await db.execute(query)]

    async def taken(self, recipient: bytes, id: bytes) -> None:
        """The recipient has handled its mail, or a sender what came back to it.

        The envelope is destroyed; its name stays, so that it comes only once.
        """
        returned = tables.returned
        async with self._store.engine.begin() as db:
            await db.execute(delete(returned).where(returned.c.sender == recipient, returned.c.id == id))
            sender = await _empty(db, recipient, id)
        if sender is not None:
            await self._tell(sender, Taken(id))  # an absent sender remembers it for longer than it needs to

    async def give_back(self, recipient: bytes, id: bytes) -> None:
        """The recipient cannot open its mail: its sender is told. Nothing if it is no mail that waits for them."""
        async with self._store.engine.begin() as db:
            sender = await _empty(db, recipient, id)
            if sender is not None:
                values = {"sender": sender, "id": id, "recipient": recipient, "at_ms": self._clock()}
                await db.execute(insert(tables.returned), values)
        if sender is not None:
            await self._tell(sender, Returned(id, recipient))

    async def _return_expired(self, db: AsyncConnection, now: int) -> None:
        """What an envelope's last day has passed nobody may open any more: it goes back."""
        mail, returned = tables.mail, tables.returned
        old = mail.c.at_ms < now - LIFETIME_MS
        await db.execute(delete(returned).where(returned.c.at_ms < now - LIFETIME_MS))
        back = select(mail.c.sender, mail.c.id, mail.c.recipient, literal(now)).where(old, mail.c.envelope != b"")
        await db.execute(insert(returned).from_select(["sender", "id", "recipient", "at_ms"], back))
        await db.execute(delete(mail).where(old))

    async def _tell(self, key: bytes, message: Mail | Returned | Taken) -> None:
        deliver = self._present.get(key)
        if deliver is not None:
            await _try(deliver, message)

    async def publish(self, owner: Authority, encoded: list[bytes]) -> None:
        """Keep a machine's inbox offers, in place of those before; OfferRefused if one does not hold or all are over."""
        if len(encoded) > MOST_OFFERS:
            raise OfferRefused(why="too many", owner=owner.key)
        now, deployment = self._clock(), self._party.deployment.id
        found = [(read_offer(one, owner.key, deployment).not_after_ms, one) for one in encoded]
        kept = sorted(one for one in found if one[0] >= now)
        if not kept:
            raise OfferRefused(why="time", now_ms=now)
        certificates = chain(self._party.trust.get(owner.certificate), self._party.trust)
        values = {
            "owner": owner.key,
            "kind": "hub" if owner.kind in HUB_KINDS else owner.kind,  # who writes to a record's hub asks for no more
            "offers": msgspec.msgpack.encode(kept),
            "certificates": msgspec.msgpack.encode(certificates),
            "not_after_ms": kept[-1][0],
        }
        async with self._store.engine.begin() as db:
            await db.execute(delete(tables.offer).where(tables.offer.c.owner == owner.key))
            await db.execute(insert(tables.offer), values)

    async def offers(self, kind: str) -> Offers:
        """The offers of machines of this kind for today and the days to come, with what proves their owners."""
        now = self._clock()
        query = select(tables.offer).where(tables.offer.c.kind == kind, tables.offer.c.not_after_ms >= now)
        async with self._store.engine.connect() as db:
            rows = list(await db.execute(query.order_by(tables.offer.c.owner)))
        certificates: dict[bytes, None] = {}
        offers: list[bytes] = []
        for row in rows:
            days = msgspec.msgpack.decode(row.offers, type=list[tuple[int, bytes]])
            offers += [encoded for not_after_ms, encoded in days if not_after_ms >= now]
            for one in msgspec.msgpack.decode(row.certificates, type=list[bytes]):
                certificates.setdefault(one)
        return Offers(kind, offers, list(certificates))

    def present(self) -> list[str]:
        """Names of the machines that are connected now, for the health page."""
        names = {parse(one).subject: parse(one).person for one in self._party.trust}
        return sorted(names.get(key, key.hex()) for key in self._present)


async def _empty(db: AsyncConnection, recipient: bytes, id: bytes) -> bytes | None:
    """Destroy the envelope of mail that waits for this recipient; its sender, or None if there is none such."""
    mail = tables.mail
    waits = (mail.c.recipient == recipient, mail.c.id == id, mail.c.envelope != b"")
    sender: bytes | None = (await db.execute(select(mail.c.sender).where(*waits))).scalars().first()
    if sender is not None:
        await db.execute(update(mail).where(*waits).values(envelope=b""))
    return sender


async def _try(deliver: Deliver, message: Mail | Returned | Taken) -> None:
    try:
        await deliver(message)
    except SyncError:
        return  # they have gone; mail waits for the next connection
