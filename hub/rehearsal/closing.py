"""The close: papers counted and sealed by two, what was lent or brought given back, every sheet and print accounted for."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hub.domain.custody import copies, custody, disposal, forms, left_behind, lent, packing, storage
from hub.domain.custody.custody import ContainerState
from hub.domain.day import day
from hub.domain.moment import iso_date
from hub.domain.reports import event_picture
from hub.rehearsal.crew import Crew
from hub.rehearsal.paper_photos import PaperPhotos

COUNT_S, SEAL_S = 180, 30
"""A day's papers are counted in some minutes, and a seal is put on in less than one."""

PRINTS = 2
"""Sheets of a list of the day's numbers."""

BOX, SEAL = "箱1", "封-0001"

HALL = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565"
    "645f555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffc0000b080010001001011100ffc400150001"
    "0100000000000000000000000000000005ffc40014100100000000000000000000000000000000ffda0008010100003f00aa03ffd9"
)
"""A grey JPEG of 16 x 16: nobody is on it."""


class Closing:
    """A crew after the last visit; `close` last."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._stage = crew.stage
        self._paper = PaperPhotos(crew.stage, crew.screen, crew.manager)
        self._request: int | None = None

    async def seal(self) -> int | None:
        """Two count, each for themselves, and seal; the offer's entry, or None where no paper was collected."""
        loose = dict(custody.loose_by_class(self._stage.booth.custody))
        if loose:
            sheets = {paper.id: loose.get(paper.id, 0) for paper in self._stage.profile.handed_over()}
            for person in self._crew.clerks[:2]:
                await self._stage.scheduler.sleep(COUNT_S)
                await self._crew.do(custody.CountPapers(BOX, sheets), person)
            for person in self._crew.clerks[:2]:
                await self._stage.scheduler.sleep(SEAL_S)
                held = self._stage.booth.custody
                box = custody.open_container(held, BOX)
                shown = custody.manifest_hash((custody.under_seal(held, box, SEAL),))
                await self._crew.do(custody.SealContainer(BOX, SEAL, shown), person, version=box.version)
        await self._put_away()
        boxes = self._stage.booth.custody.containers.values()
        sealed = sorted((box for box in boxes if box.state is ContainerState.SEALED), key=lambda box: box.id)
        if not sealed:
            return None
        offer = custody.OfferTransfer(tuple(box.id for box in sealed), custody.manifest_hash(tuple(sealed)))
        return await self._crew.do(offer, version=sealed[0].version)

    async def _put_away(self) -> None:
        """Two lock what was sealed into the contract's place, until it leaves."""
        place = next((place for place in self._stage.profile.custody.places if place.locked), None)
        for box in storage.boxes(self._stage.booth.custody) if place is not None else ():
            for person in self._crew.clerks[:2]:
                assert place is not None
                await self._crew.do(storage.PutAway(box, place.id), person)

    async def blanks(self) -> None:
        """After reception: two shred what was spoiled, and the rest is counted."""
        for person in self._crew.clerks[:2]:
            spoils = tuple(number for number, _ in forms.to_shred(self._stage.booth.forms))
            if spoils:
                await self._crew.do(forms.ShredForms(spoils), person)
        await self._crew.count_blanks(self._crew.clerks[0])

    async def picture(self, folder: Path) -> None:
        """One of the empty hall, where the contract's report wants some; another has looked that nobody is on it."""
        if not event_picture.wanted(self._stage.profile):
            return
        digest = _keep(folder, HALL)
        attach = event_picture.AttachPicture(self._stage.booth.day.date, digest, "会場の全景（訓練の写真）")
        entry = await self._crew.do(attach)
        await self._crew.do(event_picture.ConfirmPicture(entry, digest), self._crew.clerks[0])

    async def close(self) -> None:
        """Prints, things left behind, the city's lists, devices and what was brought: then the day may close."""
        await self._end_copies()
        await self._nothing_left()
        await self._return_lists()
        await self._crew.look("close")
        await self._crew.count_devices(closing=True)
        await self._unpack()
        await self._paper.shred([self._crew.manager, *self._crew.clerks])
        await self._crew.do(day.CloseDay())

    async def _end_copies(self) -> None:
        """What was printed goes into the shredder before two, or into the request that the city is sent tonight."""
        numbers = tuple(one.number for one in copies.here(self._stage.booth.copies, self._stage.booth.disposals))
        if self._stage.profile.disposal.clause is not None:
            self._request = await self._ask_disposal()
        if not numbers:
            return
        if self._request is not None:
            end = copies.EndCopies(numbers, copies.End.REQUESTED, self._request)
            await self._crew.do(end)
            return
        for person in self._crew.clerks[:2]:
            await self._crew.do(copies.EndCopies(numbers, copies.End.SHREDDED), person)

    async def _ask_disposal(self) -> int:
        """Ask the city to let the day's printed papers go; the request's entry."""
        rule = self._stage.profile.disposal
        item = next(one for one in rule.items if one.medium == "paper")
        asked = disposal.AskDisposal(
            (disposal.Line(item.id, PRINTS, disposal.Method.SHRED),), iso_date(self._stage.now_ms)
        )
        return await self._crew.do(asked)

    @property
    def request(self) -> int | None:
        """The disposal that the city was asked for at the close, where the contract has a clause for it."""
        return self._request

    async def _nothing_left(self) -> None:
        """What still lies here: papers go to the city, all else to the venue's own shelf."""
        for item in left_behind.here(self._stage.booth.left):
            end = left_behind.End.CITY if item.thing is left_behind.Thing.PAPER else left_behind.End.VENUE
            await self._crew.do(left_behind.EndThing(item.id, end))

    async def _return_lists(self) -> None:
        """The city's list of the day goes back with a name."""
        for loan in lent.with_us(self._stage.booth.lent):
            await self._crew.do(lent.ReturnLoan(loan.id, loan.left, "市民課 森"))

    async def _unpack(self) -> None:
        """Another clerk counts what goes back."""
        if not self._crew.floor.brought:
            return
        await self._crew.do(packing.CountIn(self._crew.floor.brought), self._crew.clerks[0])


def _keep(folder: Path, picture: bytes) -> bytes:
    """Lay a picture into the folder under its hash, which is returned."""
    digest = hashlib.sha256(picture).digest()
    folder.mkdir(exist_ok=True)
    (folder / f"{digest.hex()}.jpg").write_bytes(picture)
    return digest
