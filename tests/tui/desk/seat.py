"""Somebody at the city's desk."""

from __future__ import annotations

import asyncio
import time

from tests.hub.client.sites import PATIENCE_S, Site, soon
from tui.cells import line_width, text_of
from tui.desk.screen import DeskTerminal
from tui.layered import SILENCE_S
from tui.station import REPEAT_S

PASSPHRASE = "abc"


SECRET = b"s" * 32


class Seat:
    """Somebody at the desk's keyboard."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.desk = site.desk()
        self.terminal = DeskTerminal(self.desk, site.folder / "desk-1", hub=site.url)

    def rows(self, width: int = 80, height: int = 24) -> list[str]:
        lines, _ = self.terminal.frame(width, height)
        assert [line_width(one) for one in lines] == [width] * height
        return [text_of(one) for one in lines]

    def screen(self) -> str:
        return "\n".join(self.rows())

    def type(self, *keys: str) -> None:
        """Keys as textual names them; one character each, or a name such as f8, enter."""
        for key in keys:
            self.terminal.press(key, key if len(key) == 1 else "")

    async def until_shown(self, text: str) -> str:
        """The screen once it shows this."""
        end = time.monotonic() + PATIENCE_S
        while text not in (shown := self.screen()):
            assert time.monotonic() < end, f"{text} is not on\n{shown}"
            await asyncio.sleep(0.02)
        return shown

    async def sign_again(self) -> None:
        """F8 once more: within 0.4 s it would be the same press."""
        await asyncio.sleep(REPEAT_S + 0.05)
        self.type("f8")

    async def alone(self, key: str) -> None:
        """Press a key with silence before it, as a person does who answers: a scanner types letters too."""
        while time.monotonic() - self.terminal.key_at < SILENCE_S:  # noqa: ASYNC110  (a clock tells nobody)
            await asyncio.sleep(0.02)
        self.type(key)

    async def until_officer(self, request: int, officer: str) -> None:
        """Wait until the desk has heard that it is this officer's turn."""
        await soon(
            self.desk.until(lambda: any((one.id, one.officer) == (request, officer) for one in self.desk.requests))
        )

    async def sit_down(self, number: str = "1") -> None:
        if self.desk.lan is None:
            self.terminal.ready()
            await soon(self.desk.until(lambda: self.desk.connected))
        self.type(number, "enter", *PASSPHRASE, "enter")
        await self.until_shown("担当につきました")
