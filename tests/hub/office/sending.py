"""A hub that sends what a test says, and what becomes of it at the office."""

import os
from collections.abc import Sequence

import msgspec
from sqlalchemy import func, select

from hub.domain.booth import Command, Event, decide
from hub.domain.moment import Signer as By
from hub.domain.refusal import Refusal
from hub.office import tables
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from sync.envelopes.envelope import OutStream
from sync.envelopes.frame import Codec
from sync.keys.keys import Signer
from sync.keys.party import Person
from sync.mail.offer import open_offer
from sync.messages import Receipt, Rejected
from sync.record.batch import MEDIA_TYPE, BatchObject, RecordBatch, encode_batch
from sync.record.checkpoint import Checkpoint, sign
from sync.record.merkle import Frontier, leaf_hash
from tests.records import MORNING_MS, RecordMaker, World

NOW = MORNING_MS


class Sender:
    """A hub with its own idea of what to send: envelopes are right, their content is whatever the test says."""

    def __init__(self, receiver: Receiver, world: World, signer: Signer) -> None:
        self.receiver, self.world, self.signer = receiver, world, signer
        self.out: OutStream | None = None

    async def stream(self) -> OutStream:
        if self.out is None:
            offer = open_offer(
                await self.receiver.offer(), self.world.office.signer.public, self.world.deployment.id, NOW
            )
            self.out = OutStream(
                self.signer, self.world.deployment.id, [offer.box], offer.inbox, os.urandom(16), stored=True
            )
        return self.out

    async def wrap(self, batch: RecordBatch, *, media: str = MEDIA_TYPE, first: int | None = None) -> bytes:
        out = await self.stream()
        first = batch.first if first is None else first
        return out.wrap(media, encode_batch(batch), first=first, count=len(batch.entries), now_ms=NOW, codec=Codec.ZLIB)

    async def send(self, batch: RecordBatch) -> Receipt | Rejected:
        answer = await self.receiver.deposit(await self.wrap(batch), self.signer.public)
        if isinstance(answer, Rejected):
            self.out = None  # what a hub does: it asks where it stands and begins a new stream
        return answer


def batch_of(maker: RecordMaker, first: int, end: int | None = None, **fields: object) -> RecordBatch:
    """The honest batch [first, end) of a record."""
    end = maker.size if end is None else end
    profile = [BatchObject("profile", maker.world.profile_raw)] if first == 0 else []
    batch = RecordBatch(
        "hub-1", first, maker.entries[first:end], maker.note(end), list(maker.certificates), profile, []
    )
    return msgspec.structs.replace(batch, **fields)


async def rows(store: OfficeStore) -> dict[str, int]:
    """How much is stored, apart from what is put aside."""
    async with store.engine.connect() as db:
        return {
            table.name: (await db.execute(select(func.count()).select_from(table))).scalar_one()
            for table in tables.metadata.sorted_tables
            if table.name not in ("quarantine", "record")
        }


async def refused(hub: Sender, store: OfficeStore, batch: RecordBatch, code: str) -> str:
    """The batch is refused with this code, nothing of it is stored, and it is kept aside; what was said of it."""
    before = await rows(store)
    answer = await hub.send(batch)
    assert isinstance(answer, Rejected), answer
    assert answer.code == code, (await store.quarantine.all())[-1]
    assert await rows(store) == before
    (_, kept, why, note) = (await store.quarantine.all())[-1]
    assert (kept, note) == (code, batch.note)
    return why


async def accepted(hub: Sender, batch: RecordBatch) -> Receipt:
    answer = await hub.send(batch)
    assert isinstance(answer, Receipt), (answer, await hub.receiver.store.quarantine.all())
    assert answer.size == batch.size
    return answer


def copy(maker: RecordMaker) -> RecordMaker:
    """The same record, to go on differently."""
    other = RecordMaker(maker.world)
    other.booth, other.frontier = maker.booth, Frontier(maker.frontier.size, maker.frontier.hashes)
    other.entries, other.ids, other.certificates = list(maker.entries), list(maker.ids), dict(maker.certificates)
    other.now_ms, other._made, other._seal = maker.now_ms, maker._made, maker._seal
    return other


def events_of(maker: RecordMaker, command: Command, by: Person, person: str = "") -> tuple[Event, ...]:
    """What the rules would give for this command by somebody who may."""
    who = maker.by(by)
    who = By(person or who.person, who.kind, who.party, who.roles)
    decided = decide(maker.world.profile, maker.booth, command, maker.context(), who)
    assert not isinstance(decided, Refusal), decided.en
    return decided


def note_over(maker: RecordMaker, entries: Sequence[bytes]) -> str:
    frontier = Frontier()
    for body in entries:
        frontier.append(leaf_hash(body))
    origin = maker.world.deployment.origin
    return sign(Checkpoint(origin, frontier.size, frontier.root()), origin, maker.world.hub.signer)
