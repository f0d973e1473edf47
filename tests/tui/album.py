"""An album of pictures: what a seat shows, drawn as it stands, and the page that shows them all."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from textual.pilot import Pilot

from hub.client.desk.desk import DeskClient
from hub.rehearsal.deployment import build
from sync.keys.party import Party
from tests.tui.cell_picture import draw, save
from tests.tui.conftest import SITE, Booth, Seat
from tui.desk.screen import DeskTerminal
from tui.terminal.app import Sheet, TerminalApp
from tui.terminal.terminal import StaffTerminal
from tui.tokens import PIXELS

NARROW, WIDE = (80, 24), (120, 40)


class Shown(NamedTuple):
    name: str
    title: str
    line: str


HEAD = """# Screens

Every screen of the staff's terminal and of the city's desk, in Japanese, as a day of Koganei's booth in training shows them,
and at the end what other cities' contracts add (80x24; 120x40 where more stands there). English is one key away (F9-8).

Made by `python -m tests.tui.pictures docs/pictures` from the real terminal at a real hub; do not edit by hand.
"""


def face_drawn(seat: Seat) -> bool:
    """Whether the picture of a face, which a thread draws anew for each size, is on the screen; true where none is due."""
    sheet, terminal = seat.app.screen.query_one(Sheet), seat.terminal
    sheet.repaint()
    if terminal.client is None or terminal.client.photo.shown is None or terminal.page is not terminal.pages["photo"]:
        return True
    return any(span.style.startswith(PIXELS) for row in sheet.lines for span in row)


class Album:
    """The pictures of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown: list[tuple[Shown, bool]] = []

    async def take(
        self, seat: Seat, pilot: Pilot[None], name: str, title: str, words: str, *, wide: bool = False
    ) -> None:
        """Draw what the seat shows now; `wide`: also as a wide screen shows it."""
        for size in (NARROW, WIDE)[: 2 if wide else 1]:
            if seat.app.size != size:
                await pilot.resize_terminal(*size)
            await seat.until(lambda: face_drawn(seat))
            sheet = seat.app.screen.query_one(Sheet)
            save(draw(sheet.lines, size[0]), self.folder / f"{name}{'-wide' if size is WIDE else ''}.png")
        if wide:
            await pilot.resize_terminal(*NARROW)
        self.shown.append((Shown(name, title, words), wide))

    def page(self) -> str:
        parts = [HEAD]
        for one, wide in self.shown:
            parts.append(f"## {one.title}\n\n{one.line}\n\n![{one.title}]({self.folder.name}/{one.name}.png)\n")
            if wide:
                parts.append(f"![{one.title}, 120x40]({self.folder.name}/{one.name}-wide.png)\n")
        return "\n".join(parts)


@contextlib.asynccontextmanager
async def sitting(booth: Booth, number: str, machine: str = "terminal-1") -> AsyncIterator[tuple[Seat, Pilot[None]]]:
    """Staff member `number` at a terminal, signed in ("": the lock screen)."""
    terminal = StaffTerminal(booth.plan.home(machine), url=booth.url)
    app = TerminalApp(terminal)
    async with app.run_test(size=NARROW) as pilot:
        seat = Seat(app, pilot.press)
        await seat.until(lambda: terminal.station is not None)
        if number:
            await seat.keys(number, "enter")
            await seat.type(booth.plan.passphrases[f"staff-{number}"])
            await seat.keys("enter")
            await seat.until(lambda: terminal.page is not terminal.lock_page)
        yield seat, pilot


@contextlib.asynccontextmanager
async def at_desk(booth: Booth, officer: str, sees: str) -> AsyncIterator[tuple[Seat, Pilot[None]]]:
    """Officer 1 or 2 at the city's desk, signed in once it shows `sees`."""
    home = booth.plan.home("desk")
    terminal = DeskTerminal(DeskClient(Party.load(home), home), home, hub=booth.url)
    async with TerminalApp(terminal).run_test(size=NARROW) as pilot:
        seat = Seat(pilot.app, pilot.press)
        await seat.sees(sees)
        await seat.keys(officer, "enter")
        await seat.type(booth.plan.passphrases[f"officer-{officer}"])
        await seat.keys("enter")
        yield seat, pilot


@contextlib.asynccontextmanager
async def booth_of(contract: str, folder: Path, *, simulated: bool = False) -> AsyncIterator[Booth]:
    """A booth under a shipped contract or a profile's file, its hub running; `simulated`: its clock can be moved on."""
    now = time.time_ns() // 1_000_000
    booth = Booth(build(folder, contract, site=SITE, date_ms=now, now_ms=now))
    if simulated:
        booth.more = ("--simulated-start", str(now))
    booth.start()
    try:
        yield booth
    finally:
        await booth.close()


async def answer(seat: Seat) -> None:
    """y to what is asked, with the silence around it that a person leaves."""
    await seat.alone("y")
    await seat.until(lambda: not seat.terminal.over)
    await seat.until(lambda: not seat.terminal.station.pending)


async def counts(seat: Seat, digits: str) -> None:
    for digit in digits:
        await seat.keys(digit, "enter")
