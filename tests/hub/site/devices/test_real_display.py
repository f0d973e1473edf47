"""A hub with a queue display on a serial line: what the sign says is what the record says, whatever happens to either."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.emulators.serial_display import EpsonDmEmulator, SegmentEmulator, SerialDisplay, TextScreen
from tests.hub.site.hubs import PATIENCE_S, site_at

CALLED = "ﾖﾋﾞﾀﾞｼ"


@pytest.fixture
def sign() -> Iterator[TextScreen]:
    screen = EpsonDmEmulator()
    yield screen
    screen.unplug()


async def shows(sign: TextScreen, what: Callable[[TextScreen], bool]) -> bool:
    return await asyncio.to_thread(sign.wait_for, lambda: what(sign), PATIENCE_S)


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


@pytest.mark.parametrize(("model", "emulator"), [("epson-dm", EpsonDmEmulator), ("ad7sgpr", SegmentEmulator)])
async def test_plugged_in_again_the_sign_shows_the_number_that_is_called_now_not_the_one_before(
    tmp_path: Path, model: str, emulator: type[SerialDisplay]
) -> None:
    def number(sign: SerialDisplay) -> str:
        return sign.shown[:5] if isinstance(sign, SegmentEmulator) else sign.rows[0][-5:]  # type: ignore[attr-defined]

    socket = tmp_path / "by-id"  # as udev names a device, whatever port it is on
    before = emulator()
    socket.symlink_to(before.port)
    async with site_at(tmp_path) as site:
        await site.hub.start("--display", model, str(socket))
        terminal = await site.terminal()
        await site.open_day(terminal)
        for _ in range(2):
            await site.issue(terminal)
        first = await site.call(terminal, "窓口1")
        assert await asyncio.to_thread(before.wait_for, lambda: number(before) == first.number, PATIENCE_S)
        before.unplug()
        socket.unlink()
        second = await site.call(terminal, "窓口2")
        after = emulator()
        socket.symlink_to(after.port)
        assert await asyncio.to_thread(after.wait_for, lambda: number(after) == second.number, PATIENCE_S)
        assert await site.hub.stop() == 0
        after.unplug()
