"""A hub with a ticket printer on the network: an issued number comes out on paper, and what keeps it from that is said."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.client.link.connection import HubClient
from hub.domain.devices.effect import EffectState
from hub.domain.queue.queue import TicketIssued
from tests.drivers.test_escpos import Printer, printed
from tests.hub.site.hubs import Site, site_at


def owed(terminal: HubClient, issued: TicketIssued) -> EffectState | None:
    """What the printer still owes of this ticket."""
    of_it = (held for held in terminal.booth.effects.open.values() if held.entry == issued.ticket)
    return next((held.state for held in of_it), None)


async def came_out(site: Site, terminal: HubClient) -> TicketIssued:
    """A ticket that was printed. One for which the emulator answered later than a printer may is left to staff: another
    program needs seconds for that where six others want its processor."""

    async def tried() -> tuple[TicketIssued, EffectState | None]:
        issued = await site.issue(terminal)
        await terminal.until(lambda: terminal.size > issued.ticket and owed(terminal, issued) is not EffectState.DUE)
        return issued, owed(terminal, issued)

    for _ in range(5):
        issued, missing = await tried()
        if missing is None:
            return issued
    raise AssertionError("none of five tickets came out")


@pytest.mark.needs("emupos")
async def test_an_issued_ticket_is_printed_and_paper_out_leaves_it_to_staff(tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    paper.mkdir()
    emulator = await asyncio.to_thread(Printer, paper)
    try:
        async with site_at(tmp_path) as site:
            await site.hub.start("--ticket-printer", f"tcp:127.0.0.1:{emulator.port}")
            terminal = await site.terminal()
            await site.open_day(terminal)
            first = await came_out(site, terminal)
            picture = await printed(emulator, 0)
            assert picture.width > 500 and picture.height > 300
            before = len(emulator.pictures())
            await asyncio.to_thread(emulator.do, "fault", "set", "front", "paper-out")
            second = await site.issue(terminal)
            await terminal.until(lambda: owed(terminal, second) is EffectState.FAILED)
            assert owed(terminal, first) is None
            assert len(emulator.pictures()) == before
            assert await site.hub.stop() == 0
    finally:
        emulator.stop()


async def test_an_address_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    async with site_at(tmp_path) as site:
        await site.hub.launch("--ticket-printer", "lpt1")
        assert await site.hub.ended() == 2
        assert "hub.device_address" in site.hub.complaint()
