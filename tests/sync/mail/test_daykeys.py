"""The office's encryption keys are for a day: destroyed with the receipt under the next one, and nothing is lost by it."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from sync.envelopes.envelope import DAY_MS
from sync.envelopes.saltpack import EnvelopeMisaddressed, open_sealed
from sync.keys.keys import BoxKey
from sync.mail.courier import Outbox, Sealed
from sync.mail.offer import OfferRefused, open_offer
from sync.messages import Receipt, Rejected
from sync.record.store import RecordStore
from tests.records import MORNING_MS, RecordMaker, World

WORLD = World()
HUB, OFFICE = WORLD.hub.signer, WORLD.office.signer


def _whole_record() -> RecordMaker:
    maker = RecordMaker(WORLD)
    maker.day(tickets=2)
    return maker


MAKER = _whole_record()


class Days:
    """A hub that ships when it has a line, and an office; all envelopes that were ever sealed are kept by a thief."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = MORNING_MS
        self.ahead = 0
        """How wrong the office's clock is (ms)."""
        self.linked = False
        self.copies: list[tuple[Sealed, bytes]] = []
        self.keys: dict[bytes, bytes] = {}

    async def open(self) -> None:
        self.record = await RecordStore.open(self.folder / "record.sqlite", origin=WORLD.deployment.origin)
        await self.record.put_object("profile", WORLD.profile_raw)
        self.outbox = await Outbox.open(
            self.folder / "outbox.sqlite",
            signer=HUB,
            deployment=WORLD.deployment.id,
            record=WORLD.deployment.record,
            origin=WORLD.deployment.origin,
        )
        await self.open_office()

    async def open_office(self) -> None:
        self.database = await OfficeStore.open(str(self.folder / "office.sqlite"))
        office = WORLD.machine("office-1", "office", "contractor")
        for known in (WORLD.issuers["contractor"], WORLD.hub.certificate):
            office.trust.add(known)
        self.office = await Receiver.open(office, self.database, lambda: self.now + self.ahead)
        self.linked = False

    async def restart(self) -> None:
        await self.database.close()
        await self.open_office()

    async def close(self) -> None:
        await self.outbox.close()
        await self.record.close()
        await self.database.close()

    async def ship(self, *, receipt_lost: bool = False) -> bool:
        """One envelope there and its receipt back, as the uplink does it; whether there was one."""
        sealed = await self.next()
        if sealed is None:
            return False
        answer = await self.office.deposit(sealed.message, HUB.public)
        if isinstance(answer, Rejected):  # the key went while we were away: a fresh stream, as the uplink begins it
            assert answer.code in ("envelope.key_destroyed", "envelope.expired", "envelope.misaddressed")
            return await self.begin()
        if receipt_lost:
            self.linked = False
        else:
            await self.outbox.acknowledge(answer, WORLD.deployment.key_name("office-1"), OFFICE.public)
        return True

    async def begin(self) -> bool:
        """A fresh stream; False while what the office offers is for days to come, by its clock."""
        resume = await self.office.resume("hub-1", HUB.public)
        try:
            offer = open_offer(await self.office.offer(), OFFICE.public, WORLD.deployment.id, self.now)
        except OfferRefused:
            assert self.ahead > 0
            self.linked = False
            return False
        await self.outbox.begin(offer, resume.size, self.record)
        self.inbox = offer.inbox
        return True

    async def next(self) -> Sealed | None:
        again: list[int] = []
        if not self.linked:
            resume = await self.office.resume("hub-1", HUB.public)
            if not await self.outbox.fits(resume, self.now) and not await self.begin():
                return None
            taken = resume.counter if resume.stream == self.outbox.stream else 0
            again = [one for one in await self.outbox.waiting() if one >= taken]
            self.linked = True
        for inbox in await self.database.inboxes():
            self.keys[inbox.id] = inbox.box.private
        sealed = await self.outbox.envelope(again[0]) if again else await self.outbox.seal(self.record, self.now)
        if sealed is not None and not again:
            self.copies.append((sealed, self.inbox))
        return sealed

    async def late_copy(self, which: int) -> None:
        """Somebody brings an envelope again, however old: the same receipt, or a refusal that changes nothing."""
        if not self.copies:
            return
        held = await self.database.record("hub-1")
        sealed, _ = self.copies[which % len(self.copies)]
        answer = await self.office.deposit(sealed.message, HUB.public)
        after = await self.database.record("hub-1")
        before, now = (0 if one is None else one.size for one in (held, after))
        assert now >= before
        assert isinstance(answer, Receipt) or now == before
        self.linked = False  # the hub's next connection asks where the office stands now

    async def check_what_is_left(self) -> None:
        """Destroyed keys are in no file; what the remaining ones open was sealed to them."""
        held = await self.database.inboxes()
        lying = b"".join(file.read_bytes() for file in self.folder.iterdir() if file.is_file())
        for id, private in self.keys.items():
            assert (private in lying) == (id in {inbox.id for inbox in held})
        for sealed, inbox in self.copies:
            for one in held:
                if one.id != inbox:
                    try:
                        open_sealed(sealed.message, BoxKey(one.box.private))
                    except EnvelopeMisaddressed:
                        continue
                    raise AssertionError("a key opens what was sealed under another day's")


WRONG = {"two days ahead": 2, "a season ahead": 100, "two days behind": -2, "right again": 0}
"""What the office's clock is set to, by days: no hub is told, and the office is started anew with it."""

STEPS = st.lists(
    st.sampled_from(
        ["grow", "ship", "seal", "lose a receipt", "a day", "a week", "three weeks", "late copy", "restart", *WRONG]
    ),
    min_size=4,
    max_size=16,
)


@settings(max_examples=30)
@example(["grow", "ship", "a day", "grow", "ship", "late copy"], 3)
@example(["grow", "seal", "a day", "ship", "late copy", "a day", "grow", "ship", "late copy"], 3)
@example(["grow", "lose a receipt", "three weeks", "ship", "restart", "late copy"], 4)
@example(["grow", "ship", "two days ahead", "right again", "a day", "grow", "ship"], 3)
@example(["grow", "seal", "a season ahead", "ship", "right again", "ship", "a day", "two days behind", "ship"], 3)
@given(STEPS, st.integers(1, 9))
def test_a_days_key_goes_with_the_next_days_receipt_and_nothing_is_lost(steps: list[str], more: int) -> None:
    async def run(folder: Path) -> None:
        days = Days(folder)
        await days.open()
        try:
            for number, step in enumerate(steps):
                match step:
                    case "grow":
                        await MAKER.add(days.record, min(MAKER.size, days.record.size + more))
                    case "ship" | "lose a receipt":
                        await days.ship(receipt_lost=step != "ship")
                    case "seal":
                        await days.next()  # the line breaks before it is sent
                        days.linked = False
                    case "a day" | "a week" | "three weeks":
                        days.now += {"a day": 1, "a week": 7, "three weeks": 21}[step] * DAY_MS
                        days.linked = False
                    case "late copy":
                        await days.late_copy(number)
                    case "restart":
                        await days.restart()
                    case _:
                        days.ahead = WRONG[step] * DAY_MS
                        await days.restart()
                await days.check_what_is_left()
            days.ahead = 0
            await days.restart()
            await MAKER.add(days.record, MAKER.size)
            while await days.ship():
                pass
            held = await days.database.record("hub-1")
            assert held is not None
            assert (held.size, held.frontier.root()) == (MAKER.size, MAKER.frontier.root())
            assert await days.database.entries(held.no, 0, held.size) == MAKER.entries
        finally:
            await days.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


async def test_an_envelope_to_a_destroyed_key_is_refused_by_its_own_name(tmp_path: Path) -> None:
    days = Days(tmp_path)
    await days.open()
    try:
        await MAKER.add(days.record, 4)
        await days.ship()
        await MAKER.add(days.record, 8)
        late = await days.next()  # sealed on the first day, and not sent
        assert late is not None
        days.now += DAY_MS
        days.linked = False
        await days.ship()
        assert len(await days.database.inboxes()) == 1
        answer = await days.office.deposit(late.message, HUB.public)
        assert isinstance(answer, Rejected) and answer.code == "envelope.key_destroyed"
        held = await days.database.record("hub-1")
        assert held is not None and held.size == 8
    finally:
        await days.close()
