"""The hub's own console: a code for whoever can read the hub's home, and for nobody else."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from hub.client.joining.pairing import join
from hub.domain.people import pairing
from hub.domain.people.pairing import Why
from hub.site.console import FILE, Console, HowItIs
from hub.site.people.pairing import PairingDoor
from sync.link.pairingfaults import PairingClosed, WrongCode
from tests.hub.site.hubs import ROOT, soon
from tests.hub.site.people.test_pairing import Booth

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the console is a socket in the file system")


class AtTheConsole:
    """`demado hub pair` in a shell on the hub."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said = ""
        self.process: asyncio.subprocess.Process

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tui", "hub", "pair", "--home", str(self.home)),
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def sees(self, text: str) -> None:
        assert self.process.stdout is not None
        while text not in self.said:
            line = await soon(self.process.stdout.readline())
            assert line, self.said
            self.said += line.decode()

    async def code(self) -> str:
        await self.sees("three tries")
        found = re.search(r"code +(\d{4}) (\d{4})", self.said)
        assert found is not None, self.said
        return found[1] + found[2]


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    made = Booth(tmp_path / ("long" * 30))  # longer than a socket's path may be
    try:
        await made.start()
        yield made
    finally:
        await made.site.close()


@pytest.fixture
async def console(booth: Booth) -> AsyncIterator[AtTheConsole]:
    made = AtTheConsole(booth.site.home)
    await made.start()
    yield made
    if made.process.returncode is None:
        made.process.kill()
        await made.process.wait()


async def test_code_of_the_console_lets_a_terminal_in_that_the_manager_accepts(
    booth: Booth, console: AtTheConsole
) -> None:
    call = booth.call(await console.code())
    window = await booth.proved()
    await console.sees("a terminal knew the code")
    await booth.accept(window)
    assert (await soon(call)).name == "terminal-21"
    await console.sees("terminal-21 has joined")
    assert await soon(console.process.wait()) == 0
    assert (await booth.events())[0].by == "hub-1"


async def test_wrong_codes_are_told_at_the_console_until_the_code_is_burnt(booth: Booth, console: AtTheConsole) -> None:
    wrong = f"{(int(await console.code()) + 1) % 10**8:08}"
    for count in (1, 2):
        with pytest.raises(WrongCode):
            await soon(booth.call(wrong))
        await console.sees(f"try {count}")
        await asyncio.sleep(0.6)  # the hub hears a caller twice a second at most
    with pytest.raises(Exception, match="burnt"):
        await soon(booth.call(wrong))
    await console.sees("the code is burnt")
    assert await soon(console.process.wait()) != 0


async def test_window_closes_with_the_console(booth: Booth, console: AtTheConsole) -> None:
    code = await console.code()
    await soon(booth.manager.until(lambda: booth.manager.booth.pairing.window is not None))
    console.process.kill()
    await soon(booth.manager.until(lambda: booth.manager.booth.pairing.window is None))
    with pytest.raises(PairingClosed):
        await soon(join(booth.invitation, code, booth.folder / "new", lambda *_: None))
    ended = (await booth.events())[-1]
    assert isinstance(ended, pairing.PairingEnded) and ended.why is Why.CLOSED


async def test_second_window_is_refused_in_words(booth: Booth, console: AtTheConsole) -> None:
    await console.code()
    other = AtTheConsole(booth.site.home)
    await other.start()
    await other.sees("pairing.already_open")
    assert await soon(other.process.wait()) != 0


async def test_only_who_owns_the_home_reaches_the_console(booth: Booth) -> None:
    assert stat.S_IMODE((booth.site.home / FILE).stat().st_mode) == 0o600


async def test_without_a_running_hub_the_console_says_so(tmp_path: Path) -> None:
    alone = AtTheConsole(tmp_path)
    await alone.start()
    await alone.sees("The hub is not running")
    assert await soon(alone.process.wait()) != 0


async def test_a_disk_that_gives_the_consoles_name_not_up_ends_the_hub_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = _alone(tmp_path)

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise OSError(30, "Read-only file system")

    await made.start()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        await made.stop()
    assert "Read-only file system" in caplog.text


async def test_something_else_of_the_consoles_name_costs_the_console_and_not_the_hub(tmp_path: Path) -> None:
    await asyncio.to_thread((tmp_path / FILE).mkdir)
    made = _alone(tmp_path)
    await made.start()
    await made.stop()
    assert await asyncio.to_thread((tmp_path / FILE).is_dir)


def _alone(home: Path) -> Console:
    """A console that nobody asks anything."""
    return Console(home, cast(PairingDoor, None), b"k" * 32, 0, lambda: HowItIs([], {}, 0))
