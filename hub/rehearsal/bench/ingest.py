"""The office takes in a record with every check: signatures a processor second, against bare verification."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec

from hub.rehearsal.bench.limits import Beside, one_processor
from hub.rehearsal.bench.made import Maker
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import new_plan
from hub.rehearsal.bench.watched import cpu_s
from hub.rehearsal.deployment import Plan
from hub.rehearsal.processes import Daemon, Processes
from sync.clock import real_ms
from sync.link.link import Link, connect, dial
from sync.mail.courier import FILE as OUTBOX
from sync.mail.courier import Outbox
from sync.mail.mailbox import read_offers
from sync.messages import Deposit, Message, Offers, OffersWanted, Receipt
from sync.record.file import RECORD
from sync.record.store import RecordStore

ENTRIES = 20_000
LEAST_OF_BARE = 0.5

BATCHES_ASIDE = 1
"""The first batch brings profile and certificates, and the office its first use of everything: it is not counted."""


class Taken(msgspec.Struct, frozen=True):
    entries: int
    office_s: float
    wall_s: float
    whole: bool


async def _answer(link: Link, question: Message, kind: type) -> Message:
    await link.send(question)
    while not isinstance(answer := await link.receive(), kind):
        if type(answer).__name__ == "Rejected":
            raise RuntimeError(f"the office put the batch aside: {answer}")
    return answer


async def _deposit(plan: Plan, office: Daemon, beside: Beside, stretch_s: float) -> Taken:
    """Seal the whole record as a hub does, then hand it in envelope by envelope, each after the last one's receipt.

    After each receipt, while the office has nothing to do, a stretch of bare verification.
    """
    hub = plan.party("hub")
    deployment = plan.deployment
    store = await RecordStore.open(plan.home("hub") / RECORD, origin=deployment.origin)
    outbox = await Outbox.open(
        plan.home("hub") / OUTBOX,
        signer=hub.signer,
        deployment=deployment.id,
        record=deployment.record,
        origin=deployment.origin,
    )
    link = await connect(await dial(office.url), hub, real_ms, expect={"office"})
    try:
        offers = await _answer(link, OffersWanted("office"), Offers)
        assert isinstance(offers, Offers)
        (_, offer), *_ = read_offers(offers, hub, real_ms())
        await outbox.begin(offer, 0, store)
        envelopes: list[tuple[int, bytes]] = []
        while (sealed := await outbox.seal(store, real_ms())) is not None:
            envelopes.append((sealed.size, sealed.message))
        wall_s, before, first, size = 0.0, cpu_s(office.process.pid), 0, 0
        for number, (_, message) in enumerate(envelopes):
            if number == BATCHES_ASIDE and len(envelopes) > BATCHES_ASIDE:
                wall_s, before, first = 0.0, cpu_s(office.process.pid), size
            begun = time.perf_counter()
            receipt = await _answer(link, Deposit(message), Receipt)
            assert isinstance(receipt, Receipt)
            wall_s += time.perf_counter() - begun
            size = receipt.size
            beside.stretch(stretch_s)
        return Taken(size - first, cpu_s(office.process.pid) - before, wall_s, size == store.size)
    finally:
        await link.close()
        await outbox.close()
        await store.close()


def bench(folder: Path, quick: bool) -> Result:
    """A record of finished visits, from a hub's outbox into a real office process."""
    plan = new_plan(folder)
    maker = Maker(plan, real_ms() - 2 * ENTRIES)
    maker.open()
    maker.up_to(1_000 if quick else ENTRIES)
    asyncio.run(maker.write())
    del maker
    beside = Beside()
    arguments = ["office", "--home", str(plan.home("office")), "--listen", "127.0.0.1:0"]
    with one_processor(), Processes() as processes:
        office = processes.daemon("office", arguments, folder / "office.log")
        office.wait_ready()
        taken = asyncio.run(_deposit(plan, office, beside, 0.02 if quick else 0.2))
    rate = taken.entries / max(taken.office_s, 0.01)
    return Result(
        "ingest",
        (
            Line("ingest.bare", "署名の検証だけ", "bare verification", 1 / beside.verify_s, "/s/core"),
            Line("ingest.rate", "事務局の受入れ（全検査）", "office ingest, every check", rate, "/s/core"),
            Line("ingest.wall", "　経過時間あたり", "  by the clock", taken.entries / taken.wall_s, "/s"),
            Line("ingest.of_bare", "　比", "  ratio", rate * beside.verify_s, "x", at_least=LEAST_OF_BARE),
        ),
        {"the_office_holds_every_entry": taken.whole},
    )
