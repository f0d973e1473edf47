"""A terminal that starts anew after a take-over is at the new hub without a key pressed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.hub.site.continuity.test_two_hubs import Terminal, do_issue, parted
from tests.hub.site.hubs import Site, soon
from tui import joining
from tui.terminal.terminal import StaffTerminal

__all__ = ["parted"]


@pytest.mark.parametrize("further", [False, True])
async def test_a_terminal_that_is_started_after_a_take_over_goes_over_by_itself(
    parted: Site, tmp_path: Path, further: bool
) -> None:
    """`further`: it holds what the old hub wrote after the point of the take-over."""
    site = parted
    first, second = Terminal(tmp_path, site.world, "terminal-1"), Terminal(tmp_path, site.world, "terminal-2")
    one, two = await first.join(site.hub.url), await second.join(site.hub.url)
    await site.open_day(one)
    await do_issue(site, one)
    await soon(two.until(lambda: two.size == one.size))
    await soon(two.close())
    for _ in range(2 * further):
        await do_issue(site, one)
    await soon(one.close())
    await site.hub.kill()
    new = await second.take_over()
    terminal = StaffTerminal(first.home, url=new.url)
    try:
        await asyncio.wait_for(joining.seek(terminal), 60)
        assert terminal.station is not None, terminal.lock_page.code
        assert terminal.station.booth.continuity.epoch == 2
    finally:
        await terminal.stop()
        await new.stop()
