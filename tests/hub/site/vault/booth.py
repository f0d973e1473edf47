"""A site whose hub has a vault and whose terminal keeps a copy of it, in a home of its own."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from hub.client.link.connection import HubClient
from hub.client.views.booking import seal_list
from hub.client.views.vaultway import VaultWay
from hub.domain import codec
from hub.domain.day import day
from hub.domain.personal import disclosure, personal
from hub.domain.personal.disclosure import Reveal
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.reservations.reservation import Reservation
from hub.domain.visit import visit
from sync.keys.party import Person
from sync.record.entry import decode_entry
from tests.hub.client.sites import Site, soon
from tests.records import World

ROWS = [
    Reservation("R-1", 540, "delivery", 1, "サトウ ハナコ", None, "0900000001", "車いす"),
    Reservation("R-2", 550, "delivery", 1, "タナカ タロウ", None, "0900000002", ""),
]


DAY_MINUTES = 24 * 60


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what happens beside the record."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  # it happens in a thread or on a disk, which tells nobody here
            await asyncio.sleep(0.02)


class Booth(Site):
    """A site whose terminal keeps a replica and a copy of the vault, in a home of its own."""

    async def start(self) -> None:
        first = self.terminal is None
        if first:
            party = self.world.machine("terminal-1", "terminal", "contractor")
            (self.folder / "terminal").mkdir(exist_ok=True)
            await self._start_hub()
            self.terminal = await soon(
                HubClient.open(self.url, party, keep=self.folder / "terminal" / "replica.sqlite")
            )
        else:
            await self._start_hub()

    async def _start_hub(self) -> None:
        kept, self.terminal = (
            self.terminal,
            self.terminal or HubClient(self.url, self.world.terminal, lambda: 0, follow=False, keep=None),
        )
        await super().start()
        self.terminal = kept

    @property
    def way(self) -> VaultWay:
        assert self.terminal is not None
        return self.terminal.vault

    @property
    def files(self) -> bytes:
        """Every byte of the vault's files, the hub's and the terminal's."""
        found = b""
        for path in (*(self.folder / "hub").glob("vault*"), *(self.folder / "terminal").glob("vault*")):
            with contextlib.suppress(FileNotFoundError):  # a log that has just been closed
                found += path.read_bytes()
        return found

    async def back(self) -> None:
        """Wait until the terminal is linked again."""
        assert self.terminal is not None
        terminal = self.terminal
        await soon(terminal.until(lambda: terminal.connected))

    async def unlock(self, manager: Person | None = None) -> Refusal | None:
        await self.back()
        return await soon(self.way.unlock(manager or self.world.manager, at_ms=self.now_ms))

    async def take_in(self, rows: list[Reservation] = ROWS) -> dict[str, bytes]:
        """Unlock, deposit, list; the keys that were made."""
        assert await self.unlock() is None
        assert self.terminal is not None
        made = seal_list(rows, "delivery", self.terminal.booth.day.date)
        assert not isinstance(made, Refusal)
        assert await soon(self.way.deposit(made.keys)) is None
        for command in made.commands:
            await self.do(command, self.world.manager)
        return made.keys

    async def come(self, reservation: str = "R-1") -> int:
        """Whoever has this reservation comes to a window; their visit."""
        clerk = self.world.clerks[0]
        issued = (await self.do(queue.IssueTicket("delivery", reservation=reservation), clerk)).events[0]
        assert isinstance(issued, queue.TicketIssued)
        await self.do(queue.CallTicket(issued.ticket, "窓口1"), clerk)
        await self.do(queue.StartService(issued.ticket), clerk)
        return (await self.do(visit.OpenVisit(issued.ticket, "delivery_booth"), clerk)).index

    async def read(self, field: str, opened: int, *, reservation: str = "R-1") -> str | Refusal:
        asked = Reveal(reservation, field, "reservation_check", opened)
        return await soon(self.way.reveal(asked, self.world.clerks[0], at_ms=self.now_ms))

    async def phone(self, reservation: str) -> str | Refusal:
        asked = Reveal(reservation, "phone", "contact")
        return await soon(self.way.reveal(asked, self.world.manager, at_ms=self.now_ms))

    async def events(self) -> list[object]:
        bodies = await self.running.store.read(0, self.running.scribe.size)
        return [event for body in bodies for event in codec.decode_events(bytes(decode_entry(body).events))]

    async def readings(self) -> int:
        return sum(isinstance(event, disclosure.Revealed) for event in await self.events())

    async def close_day(self) -> None:
        await self.do(day.StopReception(), self.world.manager)
        await self.do(day.CloseDay(), self.world.manager)


def world_of(folder: Path, change: Callable[[str], str]) -> World:
    """Koganei's contract with something else in it."""
    text = change(World().profile_raw.decode())
    (folder / "other.toml").write_text(text, encoding="utf-8")
    return World(str(folder / "other.toml"))


def subjects(path: Path) -> set[str]:
    """The subjects whose keys a vault's file holds, read beside whoever has it open."""
    reader = sqlite3.connect(path)
    try:
        return {subject for (subject,) in reader.execute("SELECT subject FROM key WHERE destroyed = 0")}
    except sqlite3.OperationalError:
        return set()
    finally:
        reader.close()


async def consent_to_erase(site: Booth) -> int:
    """The manager asks for everything, and enters the city's paper; the request."""
    held = tuple(sorted(site.running.scribe.booth.personal.held))
    asked = await site.do(personal.AskErasure(held, "2025-08-06"), site.world.manager)
    await site.do(personal.ConsentErasure(asked.index, "小市発第12号", "2025-08-06"), site.world.manager)
    return asked.index
