"""A hub with a queue display on a serial line: what the sign says is what the record says, whatever happens to either."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.emulators.serial_display import EpsonDmEmulator, TextScreen
from tests.hub.site.hubs import site_at

CALLED = "ﾖﾋﾞﾀﾞｼ"


@pytest.fixture
def sign() -> Iterator[TextScreen]:
    screen = EpsonDmEmulator()
    yield screen
    screen.unplug()


async def shows(sign: TextScreen, what: Callable[[TextScreen], bool]) -> bool:
    return await asyncio.to_thread(sign.wait_for, lambda: what(sign), 20.0)


async def test_a_call_stands_on_the_sign_and_again_after_the_hub_was_killed(tmp_path: Path, sign: TextScreen) -> None:
    async with site_at(tmp_path) as site:
        await site.hub.start("--display", "epson-dm", sign.port)
        terminal = await site.terminal()
        await site.open_day(terminal)
        await site.issue(terminal)
        called = await site.call(terminal, "窓口2")
        assert await shows(sign, lambda it: it.rows[0].endswith(called.number) and it.rows[1] == "ﾏﾄﾞｸﾞﾁ 2")
        assert sign.rows[0].startswith(CALLED) and sign.unknown == []
        await site.hub.kill()
        assert sign.rows[0].endswith(called.number), "the sign keeps its number while the hub is away"
        await site.hub.start("--display", "epson-dm", sign.port)
        assert await shows(sign, lambda it: it.rows[0].endswith(called.number) and it.katakana)
        assert await site.hub.stop() == 0


async def test_without_a_sign_on_its_port_the_queue_works_and_staff_are_told(tmp_path: Path) -> None:
    async with site_at(tmp_path) as site:
        await site.hub.start("--display", "cd5220", str(tmp_path / "no-such-port"))
        terminal = await site.terminal()
        await site.open_day(terminal)
        await site.issue(terminal)
        await site.call(terminal, "窓口2")
        await terminal.until(
            lambda: (
                terminal.status is not None
                and any((word.device, word.code) == ("display", "display.absent") for word in terminal.status.devices)
            )
        )
        assert await site.hub.stop() == 0
