"""Printing the confirmed photo with a real hub: once, recorded to its end, and after a kill asked about and not repeated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from hub.client.link.connection import HubClient
from hub.domain.booth import Command
from hub.domain.photo import photo
from hub.domain.photo import print as photo_print
from hub.domain.photo.photo import PhotoDestroyed, PhotoState
from hub.domain.photo.print import AskPrint, PrintEnded, PrintState, SeePrint, SettleSheet, SheetState
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import visit
from tests.drivers.printshop import PACKAGES, PrintShop
from tests.drivers.raster import read_raster
from tests.hub.site.hubs import Site, site_at, soon

STEP, METHOD, LANE = "photo", "collect_in_person", "application_support"


class Counter:
    """A clerk at a terminal, with one applicant whose picture is confirmed."""

    def __init__(self, site: Site, terminal: HubClient) -> None:
        self.site = site
        self.terminal = terminal
        self.visit = self.shot = 0

    async def do(self, command: Command) -> int:
        done = await soon(self.terminal.submit(command, self.site.world.clerks[0]))
        assert not isinstance(done, Refusal), done.code
        return done.index

    async def refused(self, command: Command) -> str:
        answer = await soon(self.terminal.submit(command, self.site.world.clerks[0]))
        assert isinstance(answer, Refusal)
        return answer.code

    async def seat(self) -> None:
        """Somebody with a ticket sits down, is photographed, and says that this picture is good."""
        ticket = await self.do(queue.IssueTicket(LANE))
        await self.do(queue.CallTicket(ticket, "窓口1"))
        await self.do(queue.StartService(ticket))
        self.visit = await self.do(visit.OpenVisit(ticket, METHOD))
        self.shot = await self.do(photo.Shoot(self.visit, STEP))
        await soon(self.terminal.until(lambda: self.living.state is PhotoState.TAKEN))
        if self.living.blocked:
            await self.do(photo.Override(self.shot, "試験の写真"))
        await self.do(photo.Confirm(self.shot, self.living.commitment, True, True))

    @property
    def living(self) -> photo.Living:
        held = self.terminal.booth.photos.living
        assert held is not None
        return held

    @property
    def number(self) -> str:
        return self.terminal.booth.visits.visits[self.visit].number

    async def ended(self, asked: int) -> photo_print.Print:
        """The print once its end is known, or known to be unknown."""
        await soon(
            self.terminal.until(lambda: self.terminal.booth.prints.prints[asked].state not in photo_print.UNDER_WAY)
        )
        return self.terminal.booth.prints.prints[asked]

    @property
    def pages(self) -> list[Path]:
        return sorted((self.site.devices / "photos").glob("*.[pj][np]g"))

    def fail(self, code: str) -> None:
        (self.site.devices / "photo.fault").write_text(code)

    def heal(self) -> None:
        (self.site.devices / "photo.fault").unlink()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(tmp_path) as made:
        yield made


async def counter_at(site: Site, *options: str) -> Counter:
    await site.hub.start(*options)
    terminal = await site.terminal()
    await site.open_day(terminal)
    counter = Counter(site, terminal)
    await counter.seat()
    return counter


@pytest.fixture
async def counter(site: Site) -> Counter:
    return await counter_at(site)


async def test_a_print_comes_out_once_is_accounted_for_and_leaves_no_page_in_the_spool(
    site: Site, counter: Counter
) -> None:
    asked = await counter.do(AskPrint(counter.shot, 1))
    assert (await counter.ended(asked)).state is PrintState.PRINTED
    (page,) = counter.pages
    with Image.open(page) as sheet:
        assert sheet.size == (1050, 1500)
    assert await counter.refused(AskPrint(counter.shot, 1)) == "print.again"
    assert await counter.refused(visit.AbandonVisit(counter.visit, "帰られた")) == "print.unaccounted"
    await counter.do(SettleSheet(asked, 0, SheetState.PASTED, counter.number))
    await counter.do(visit.DoStep(counter.visit, STEP))
    await soon(counter.terminal.until(lambda: counter.terminal.booth.photos.living is None))
    assert await site.hub.stop() == 0
    (end,) = [event for _, events in await site.record() for event in events if isinstance(event, PhotoDestroyed)]
    assert ("spool", "empty") in end.places


async def test_a_print_that_fails_for_certain_can_be_asked_for_again_and_is_no_second(counter: Counter) -> None:
    counter.fail("photo.paper_out")
    asked = await counter.ended(await counter.do(AskPrint(counter.shot, 1)))
    assert (asked.state, asked.code) == (PrintState.FAILED, "photo.paper_out")
    counter.heal()
    again = await counter.ended(await counter.do(AskPrint(counter.shot, 1)))
    while again.state is PrintState.FAILED:  # the hub has not looked at its printer again yet
        again = await counter.ended(await counter.do(AskPrint(counter.shot, 1)))
    assert again.state is PrintState.PRINTED
    assert len(counter.pages) == 1


async def test_an_end_that_nobody_knows_asks_before_anything_else_is_printed(counter: Counter) -> None:
    counter.fail("photo.cut_off")
    asked = await counter.do(AskPrint(counter.shot, 1))
    assert ((await counter.ended(asked)).state, (await counter.ended(asked)).code) == (
        PrintState.UNSURE,
        "photo.cut_off",
    )
    assert await counter.refused(AskPrint(counter.shot, 1, True)) == "print.look_first"
    await counter.do(SeePrint(asked, 0, 1))
    counter.heal()
    again = await counter.ended(await counter.do(AskPrint(counter.shot, 1, True)))
    assert again.state is PrintState.PRINTED and len(counter.pages) == 2


async def test_a_hub_that_is_killed_in_mid_print_asks_and_never_prints_it_again(site: Site, counter: Counter) -> None:
    counter.fail("photo.hang")
    asked = await counter.do(AskPrint(counter.shot, 1))
    await site.hub.kill()
    counter.heal()
    await site.hub.start()
    told = await counter.ended(asked)
    assert (told.state, told.code) == (PrintState.UNSURE, "hub.restarted")
    await counter.do(SeePrint(asked, 0, 0))
    await soon(counter.terminal.until(lambda: counter.terminal.booth.photos.living is None))
    assert counter.pages == []
    assert await site.hub.stop() == 0
    ends = [event for _, events in await site.record() for event in events if isinstance(event, PrintEnded)]
    assert [end.print for end in ends] == [asked]


@pytest.mark.drill
@pytest.mark.needs(*PACKAGES)
async def test_a_hub_prints_a_sheet_of_pictures_of_35_by_45_mm_on_a_real_printer(
    site: Site, print_shop: PrintShop
) -> None:
    print_shop.reset()
    site.hub.environment["CUPS_SERVER"] = print_shop.server
    # The emulated camera's drawn sitter, on a real printer.
    counter = await counter_at(site, "--photo-printer", print_shop.printer_uri)
    asked = await counter.do(AskPrint(counter.shot, 1))
    assert (await counter.ended(asked)).state is PrintState.PRINTED
    (sheet,) = [page for path in print_shop.printed() for page in read_raster(path)]
    assert sheet.size_mm() == pytest.approx((88.9, 127.0), abs=0.1)
    assert print_shop.spooled() == []
    await counter.do(SettleSheet(asked, 0, SheetState.HANDED_BACK))
    await counter.do(visit.DoStep(counter.visit, STEP))
    await soon(counter.terminal.until(lambda: counter.terminal.booth.photos.living is None))
