"""The mailroom: sealed envelopes between hubs and desks, stored and forwarded unread, and the offers to seal them to.

Each piece of mail is named by its sender: posted twice it is kept once, and it is forgotten only when its recipient
says that it is durably handled. The office sees who writes to whom and when, never what.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.office import tables
from hub.office.store import OfficeStore
from sync.certificate import HUB_KINDS, parse
from sync.envelope import LIFETIME_MS
from sync.errors import SyncError
from sync.messages import Mail, Offers
from sync.offer import open_offer
from sync.party import Party, chain
from sync.saltpack import MAX_MESSAGE
from sync.trust import Authority

Deliver = Callable[[Mail], Awaitable[None]]

MOST_WAITING = 1_000
"""Pieces of mail that wait for one recipient: a day of identity requests many times over. More is an attack on disk."""


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
        values = {"id": id, "sender": sender, "recipient": to, "envelope": envelope, "at_ms": now}
        try:
            async with self._store.engine.begin() as db:
                # What an envelope's last day has passed nobody may open any more.
                await db.execute(delete(mail).where(mail.c.at_ms < now - LIFETIME_MS))
                if (await db.execute(waiting)).scalar_one() >= MOST_WAITING:
                    raise MailRefused(why="full", to=to)
                await db.execute(insert(mail), values)
        except IntegrityError:
            return  # posted before; its answer was lost
        deliver = self._present.get(to)
        if deliver is not None:
            await _try(deliver, Mail(id, sender, envelope))

    async def arrive(self, recipient: bytes, deliver: Deliver) -> None:
        """A recipient has connected: it gets what waits, and from now on everything at once."""
        self._present[recipient] = deliver
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
        """The recipient has handled its mail: the envelope is destroyed, its name stays so that it comes only once."""
        mail = tables.mail
        where = (mail.c.recipient == recipient, mail.c.id == id)
        async with self._store.engine.begin() as db:
            await db.execute(update(mail).where(*where).values(envelope=b""))

    async def publish(self, owner: Authority, encoded: bytes) -> None:
        """Keep a machine's inbox offer for those who want to write to it; OfferRefused if it does not hold."""
        offer = open_offer(encoded, owner.key, self._party.deployment.id, self._clock())
        certificates = chain(self._party.trust.get(owner.certificate), self._party.trust)
        values = {
            "owner": owner.key,
            "kind": "hub" if owner.kind in HUB_KINDS else owner.kind,  # who writes to a record's hub asks for no more
            "offer": encoded,
            "certificates": msgspec.msgpack.encode(certificates),
            "not_after_ms": offer.not_after_ms,
        }
        async with self._store.engine.begin() as db:
            await db.execute(delete(tables.offer).where(tables.offer.c.owner == owner.key))
            await db.execute(insert(tables.offer), values)

    async def offers(self, kind: str) -> Offers:
        """The offers of machines of this kind that are valid now, with the certificates that prove their owners."""
        query = select(tables.offer).where(tables.offer.c.kind == kind, tables.offer.c.not_after_ms >= self._clock())
        async with self._store.engine.connect() as db:
            rows = list(await db.execute(query.order_by(tables.offer.c.owner)))
        certificates: dict[bytes, None] = {}
        for row in rows:
            for one in msgspec.msgpack.decode(row.certificates, type=list[bytes]):
                certificates.setdefault(one)
        return Offers(kind, [row.offer for row in rows], list(certificates))

    def present(self) -> list[str]:
        """Names of the machines that are connected now, for the health page."""
        names = {parse(one).subject: parse(one).person for one in self._party.trust}
        return sorted(names.get(key, key.hex()) for key in self._present)


async def _try(deliver: Deliver, mail: Mail) -> None:
    try:
        await deliver(mail)
    except SyncError:
        return  # the recipient has gone; the mail waits for its next connection
