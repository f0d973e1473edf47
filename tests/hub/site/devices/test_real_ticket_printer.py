"""A hub with a ticket printer on the network: an issued number comes out on paper, and what keeps it from that is said."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.domain.devices.effect import EffectState
from tests.drivers.test_escpos import Printer, printed
from tests.hub.site.hubs import site_at


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
            first = await site.issue(terminal)
            picture = await printed(emulator, 0)
            assert picture.width > 500 and picture.height > 300
            await asyncio.to_thread(emulator.do, "fault", "set", "front", "paper-out")
            second = await site.issue(terminal)
            await terminal.until(
                lambda: any(
                    held.entry == second.ticket and held.state is EffectState.FAILED
                    for held in terminal.booth.effects.open.values()
                )
            )
            assert not any(held.entry == first.ticket for held in terminal.booth.effects.open.values())
            assert len(emulator.pictures()) == 1
            assert await site.hub.stop() == 0
    finally:
        emulator.stop()


async def test_an_address_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    async with site_at(tmp_path) as site:
        await site.hub.launch("--ticket-printer", "lpt1")
        assert await site.hub.ended() == 2
        assert "hub.device_address" in site.hub.complaint()
