"""A desk far away: every request is decided once, in order, and how long the booth waits for it is printed."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.domain.identity.identity import IdentityDecided, IdentityRequested
from tests.hub.site.hubs import read_record, soon
from tests.hub.site.networks import Place, network
from tests.hub.site.slow_line import slow_line

NEAR_CHECKS, FAR_CHECKS = 20, 30
"""So many that over the far line some packet of every step is lost in one of them."""


class End:
    """One of the two programs, on its machine."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def word(self) -> str:
        """The next thing it says."""
        assert self._process.stdout is not None
        said = await soon(self._process.stdout.readline())
        assert said, "the program has ended"
        return said.decode()

    async def moments(self) -> list[float]:
        """A request, and the moments that are told of it."""
        made = json.loads(await self.word())
        assert isinstance(made, list)
        return made

    async def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()

    async def ended(self) -> int:
        return await soon(self._process.wait())


@asynccontextmanager
async def end_at(place: Place, *arguments: str) -> AsyncIterator[End]:
    process = await asyncio.create_subprocess_exec(
        *place.inside, sys.executable, "-m", "tests.hub.client.desk.two_ends", *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield End(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def waits(folder: Path, booth_at: Place, address: str, desk_at: Place, count: int) -> list[float]:
    """Have so many requests decided; seconds from each until its decision stood at the booth's terminal."""
    async with end_at(booth_at, "booth", str(folder / "booth"), address, str(count)) as booth:
        url = json.loads(await booth.word())
        async with end_at(desk_at, "officer", str(folder / "desk"), url) as desk:
            await desk.word()  # on duty
            await booth.go_on()
            answered = [await booth.moments() for _ in range(count)]
            shown = [await desk.moments() for _ in range(count)]
        await booth.go_on()
        assert await booth.ended() == 0
    events = [event for _, made in await read_record(folder / "booth" / "hub") for event in made]
    asked = [event.request for event in events if isinstance(event, IdentityRequested)]
    decided = [event.request for event in events if isinstance(event, IdentityDecided)]
    assert len(asked) == count
    assert decided == asked == [int(one[0]) for one in answered] == [int(one[0]) for one in shown]
    return [until - since for _, since, until in answered]


def figures(seconds: list[float]) -> str:
    return (
        f"{len(seconds)} checks, median {1000 * statistics.median(seconds):.0f} ms, worst {1000 * max(seconds):.0f} ms"
    )


@pytest.mark.drill
@pytest.mark.needs("root", "iproute2")
async def test_decisions_come_once_and_in_order_on_a_lan_and_over_300_ms_with_two_packets_of_100_lost(
    tmp_path: Path,
) -> None:
    async with network(2) as (booth, desk):
        near = await waits(tmp_path / "near", booth, booth.address, desk, NEAR_CHECKS)
        async with slow_line(booth, desk, delay_ms=150, loss_percent=2) as line:
            far = await waits(tmp_path / "far", booth, line.here, desk, FAR_CHECKS)
            carried, lost = await line.cut()
    assert 0 < lost < carried
    print(f"\nrequest to decision on a LAN: {figures(near)}")
    print(f"over 150 ms each way, {lost} of {carried} packets lost: {figures(far)}")
