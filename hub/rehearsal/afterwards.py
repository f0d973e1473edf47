"""After the close: boxes on their way to the city, its signature on paper, and what it lets go before two people."""

from __future__ import annotations

from hub.domain.custody import disposal, paper_receipt, storage, transit
from hub.rehearsal.crew import Crew

WAY_MS = 20 * 60_000
"""From the booth to the city hall: both stand in the same city."""

VEHICLE = "多摩 500 あ 10-01"

READ_S = 60
"""Three lines of a paper are read and typed in a minute."""

SHRED_S = 120
"""A small shredder takes some sheets in no time; walking to it takes the rest."""


class Afterwards:
    """A crew whose day is closed."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._stage = crew.stage

    async def carry(self, transfer: int, due_ms: int) -> None:
        """Two of us drive the boxes to the city hall and are there when it signs, as the contract asks."""
        if not self._stage.profile.custody.named_carriers:
            await self._take_out()
            return
        boxes = self._stage.booth.custody.transfers[transfer].containers
        names = (self._crew.manager.name, self._crew.clerks[0].name)
        await self._stage.scheduler.sleep_until(max(self._stage.now_ms, due_ms - WAY_MS))
        await self._take_out()
        left_ms = self._stage.now_ms
        await self._crew.do(transit.Depart(transfer, boxes, names, VEHICLE, left_ms + WAY_MS, left_ms))
        await self._stage.scheduler.sleep_until(due_ms)
        await self._crew.do(transit.Arrive(transfer, boxes, True, self._stage.now_ms))

    async def _take_out(self) -> None:
        """Before they leave, or the city signs where they are."""
        for box in sorted(self._stage.booth.stores):
            await self._crew.do(storage.TakeOut(box))

    async def on_paper(self, transfer: int, signed_ms: int) -> None:
        """Back from a counter without a device: two read the paper that it signed."""
        code = self._stage.booth.custody.transfers[transfer].manifest.hex()[:16]
        counter = self._stage.profile.custody.counters[0].id
        read = paper_receipt.EnterPaper(transfer, paper_receipt.Taker.CITY, code, counter, signed_ms, others=True)
        for person in self._crew.clerks[:2]:
            await self._stage.scheduler.sleep(READ_S)
            await self._crew.do(read, person)

    async def dispose(self, request: int) -> None:
        """One feeds the shredder and another looks on, once the city has consented."""
        hash_ = disposal.hash_of(self._stage.booth.disposals.made[request])
        await self._stage.scheduler.sleep(SHRED_S)
        done = disposal.CarryOutDisposal(request, hash_, self._stage.now_ms)
        await self._crew.do(done, self._crew.clerks[0])
        await self._crew.do(disposal.WitnessDisposal(request, hash_), self._crew.clerks[1])
