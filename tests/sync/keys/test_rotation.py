"""Keys and certificates that are replaced in the middle: the right chain is sent, and a sync loses and doubles nothing."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from sync.keys.certificate import Certificate, certificate_id, issue
from sync.keys.keys import Signer
from sync.keys.party import Party, chain
from sync.mail.courier import Outbox, Sealed
from sync.mail.offer import open_offer
from sync.messages import Receipt
from sync.record.store import RecordStore
from tests.records import MORNING_MS, RecordMaker, World
from tests.sync.rosters import CONTRACTOR, DEPLOYMENT, END, KEYS, START, store

NOW = MORNING_MS
WORLD = World(seed="rotation")


# ------------------------------------------------------------------ chains


def issuer(not_before: int, not_after: int, key: Signer, by: Signer, person: str = "issuer") -> bytes:
    made = Certificate(
        deployment=DEPLOYMENT,
        subject=key.public,
        person=person,
        kind="issuer",
        party="contractor",
        not_before_ms=not_before,
        not_after_ms=not_after,
        issuer=by.public,
        may_issue_kinds=("issuer", "staff"),
        may_issue_roles=("worker",),
    )
    return issue(made, by)


def clerk(by: Signer, not_after: int = END * 10) -> bytes:
    made = Certificate(
        deployment=DEPLOYMENT,
        subject=KEYS["clerk"].public,
        person="clerk",
        kind="staff",
        party="contractor",
        roles=("worker",),
        not_before_ms=START,
        not_after_ms=not_after,
        issuer=by.public,
    )
    return issue(made, by)


DAILY, DEPUTY = Signer(b"1" * 32), Signer(b"2" * 32)


@given(st.permutations(range(4)), st.booleans())
def test_a_renewed_issuer_is_sent_along_in_whatever_order_it_came(order: list[int], with_deputy: bool) -> None:
    old, new = issuer(START, END, DAILY, CONTRACTOR), issuer(END, END * 10, DAILY, CONTRACTOR)
    expired = issuer(0, START - 1, DAILY, CONTRACTOR)
    deputy = issuer(START, END * 10, DEPUTY, DAILY, "deputy")
    leaf = clerk(DEPUTY if with_deputy else DAILY)
    held = [old, new, expired, deputy]
    trust = store(*(held[at] for at in order), leaf)
    sent = chain(leaf, trust)
    assert sent[0] == leaf
    reader = store(*sent)
    for at_ms in (START, END, END + 1, END * 10):
        assert reader.authority(certificate_id(leaf), at_ms).person == "clerk"


def test_a_certificate_whose_chain_does_not_hold_here_is_sent_with_what_is_known_above_it() -> None:
    deputy = issuer(START, END, DEPUTY, DAILY, "deputy")
    leaf = clerk(DEPUTY)
    trust = store(leaf, deputy)
    assert chain(leaf, trust) == [leaf, deputy]
    ring = [issuer(START, END, DAILY, DEPUTY), issuer(START, END, DEPUTY, DAILY)]
    assert set(chain(leaf, store(leaf, *ring))) == {leaf, *ring}


# ------------------------------------------------------------------ a sync under rotation


def _whole_record() -> RecordMaker:
    maker = RecordMaker(WORLD)
    maker.day(tickets=2)
    return maker


MAKER = _whole_record()


class Rotating:
    """A hub and an office whose keys may change between any two steps; the line forgets what it carried at each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = {"hub-1": WORLD.hub.signer, "office-1": WORLD.office.signer}
        self.made = 0

    async def open(self) -> None:
        self.record = await RecordStore.open(self.folder / "record.sqlite", origin=WORLD.deployment.origin)
        await self.record.put_object("profile", WORLD.profile_raw)
        self.database = await OfficeStore.open(str(self.folder / "office.sqlite"))
        await self.restart()

    async def restart(self) -> None:
        """Both ends start again with the keys that they have now; each learns the other's certificate from the link."""
        await self.close_ends()
        parties = {name: self.party(name) for name in self.keys}
        deployment = WORLD.deployment
        self.outbox = await Outbox.open(
            self.folder / "outbox.sqlite",
            signer=self.keys["hub-1"],
            deployment=deployment.id,
            record=deployment.record,
            origin=deployment.origin,
        )
        parties["office-1"].trust.add(WORLD.hub.certificate)
        parties["office-1"].trust.add(parties["hub-1"].certificate)
        self.office = await Receiver.open(parties["office-1"], self.database, lambda: NOW)
        self.linked = False

    async def close_ends(self) -> None:
        if hasattr(self, "outbox"):
            await self.outbox.close()

    async def close(self) -> None:
        await self.close_ends()
        await self.record.close()
        await self.database.close()

    def party(self, name: str) -> Party:
        key = self.keys[name]
        more = {} if key == WORLD.signer(name) else {"subject": key.public}
        kind = "hub" if name == "hub-1" else "office"
        return Party(WORLD.deployment, key, WORLD.certify(name, kind, "contractor", **more), WORLD.trust())

    async def rotate(self, name: str) -> None:
        self.made += 1
        self.keys[name] = WORLD.signer(f"{name}/{self.made}")
        await self.restart()

    async def ship(self, *, receipt_lost: bool = False) -> bool:
        """One envelope there and its receipt back, as the uplink does it; whether there was one."""
        sealed = await self.next()
        if sealed is None:
            return False
        hub, office = self.keys["hub-1"].public, self.keys["office-1"].public
        answer = await self.office.deposit(sealed.message, hub)
        assert isinstance(answer, Receipt), answer
        if receipt_lost:
            self.linked = False
            return True
        done = await self.outbox.acknowledge(answer, WORLD.deployment.key_name("office-1"), office)
        assert done.size == sealed.size
        return True

    async def next(self) -> Sealed | None:
        again: list[int] = []
        if not self.linked:
            resume = await self.office.resume("hub-1", self.keys["hub-1"].public)
            if not await self.outbox.fits(resume, NOW):
                offer = await self.office.offer()
                opened = open_offer(offer, self.keys["office-1"].public, WORLD.deployment.id, NOW)
                await self.outbox.begin(opened, resume.size, self.record)
            taken = resume.counter if resume.stream == self.outbox.stream else 0
            again = [one for one in await self.outbox.waiting() if one >= taken]
            self.linked = True
        for counter in again:
            return await self.outbox.envelope(counter)
        return await self.outbox.seal(self.record, NOW)


STEPS = st.lists(
    st.sampled_from(["grow", "ship", "seal", "lose a receipt", "hub key", "office key", "restart"]),
    min_size=3,
    max_size=14,
)


@settings(max_examples=25)
@example(["lose a receipt", "office key", "ship"], 5)
@example(["seal", "hub key", "grow", "office key", "ship"], 5)
@given(STEPS, st.integers(1, 9))
def test_keys_change_between_any_two_envelopes_and_nothing_is_lost_or_doubled(steps: list[str], more: int) -> None:
    async def run(folder: Path) -> None:
        way = Rotating(folder)
        await way.open()
        try:
            await MAKER.add(way.record, more)
            for step in steps:
                match step:
                    case "grow":
                        await MAKER.add(way.record, min(MAKER.size, way.record.size + more))
                    case "ship" | "lose a receipt":
                        await way.ship(receipt_lost=step != "ship")
                    case "seal":
                        await way.next()  # the line breaks before it is sent
                        way.linked = False
                    case "hub key" | "office key":
                        await way.rotate("hub-1" if step == "hub key" else "office-1")
                    case "restart":
                        await way.restart()
            await MAKER.add(way.record, MAKER.size)
            while await way.ship():
                pass
            held = await way.database.record("hub-1")
            assert held is not None
            assert (held.size, held.frontier.root()) == (MAKER.size, MAKER.frontier.root())
            assert await way.database.entries(held.no, 0, held.size) == MAKER.entries
            assert await way.database.quarantine.all() == []
        finally:
            await way.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


async def test_a_receipt_that_was_lost_is_given_again_under_the_offices_new_key(tmp_path: Path) -> None:
    way = Rotating(tmp_path)
    await way.open()
    await MAKER.add(way.record, 5)
    await way.ship(receipt_lost=True)
    await way.rotate("office-1")
    await way.ship()
    assert way.outbox.acknowledged == 5
    await way.close()


async def test_what_an_old_hub_key_sealed_is_sealed_anew_and_nothing_is_put_aside(tmp_path: Path) -> None:
    way = Rotating(tmp_path)
    await way.open()
    await MAKER.add(way.record, 5)
    assert await way.next() is not None  # sealed, and never sent
    await way.rotate("hub-1")
    await way.ship()
    assert way.outbox.acknowledged == 5
    assert await way.database.quarantine.all() == []
    await way.close()
