"""A whole site on loopback: a real hub, its terminal, and the people at it, for tests of what talks to a hub."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from hub.client.desk.desk import DeskClient
from hub.client.link.connection import Done, HubClient
from hub.domain.booth import Command
from hub.domain.custody import custody, transit
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.identity.city_check import DRAWN_BYTES, CityCheck
from hub.domain.identity.identity import SEALED_BYTES
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import originals, visit
from hub.domain.visit import steps as visit_steps
from hub.domain.visit.shown_papers import enough
from hub.site.daemon import Hub
from hub.site.devices.choice import DeviceChoice
from hub.site.options import Options
from sync.keys.party import Party, Person
from tests.ports import own_port
from tests.records import MORNING_MS, World

T = TypeVar("T")

ALL_TICKED = CityCheck().every_point()

UNSEEN = {"drawn": bytes(DRAWN_BYTES), "sealed": bytes(SEALED_BYTES)}
"""What a desk adds to every decision."""

PATIENCE_S = 60.0
"""Nothing here takes a second on a quiet machine; a test that waits for what never comes ends with its name, not with the whole run."""


async def soon(what: Awaitable[T]) -> T:
    """What is awaited, or TimeoutError: a failed test instead of one that hangs."""
    return await asyncio.wait_for(what, PATIENCE_S)


def done(result: Done | Refusal) -> Done:
    """The result of a command that no rule refuses."""
    assert isinstance(result, Done), result
    return result


class Site:
    """One hub that can be stopped and started again on its port, with a terminal at it."""

    def __init__(self, folder: Path, world: World | None = None, chosen: DeviceChoice | None = None) -> None:
        self.folder = folder
        self.chosen = chosen
        self.world = world or World()
        self.now_ms = MORNING_MS
        self.port = own_port()
        self.office: str | None = None
        self.hub: Hub | None = None
        self.terminal: HubClient | None = None
        self.desks: list[DeskClient] = []
        self.world.save_home(self.world.machine("hub-1", "hub", "contractor"), folder / "hub")

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/link"

    @property
    def running(self) -> Hub:
        assert self.hub is not None
        return self.hub

    async def start(self) -> None:
        """Start the hub (again), and its terminal the first time."""
        home = self.folder / "hub"
        options = Options(
            home,
            "127.0.0.1",
            self.port,
            office=self.office,
            devices="none",
            announce=False,
            simulated_start_ms=self.now_ms,
            chosen=self.chosen,
        )
        self.hub = Hub(options, Party.load(home), self.world.profile_raw)
        started = await self.hub.start()
        self.port = int(str(started["listening"]).split(":")[2].split("/")[0])
        if self.terminal is None:
            party = self.world.machine("terminal-1", "terminal", "contractor")
            self.terminal = await soon(HubClient.open(self.url, party))

    async def stop_hub(self) -> None:
        await self.running.stop()
        self.hub = None

    async def stop(self) -> None:
        for desk in self.desks:
            await desk.close()
        if self.terminal is not None:
            await self.terminal.close()
        if self.hub is not None:
            await self.hub.stop()

    def desk(self, name: str = "desk-1") -> DeskClient:
        """A desk of the city, in its own home; the same name again is the same desk after a restart."""
        self.desks.append(DeskClient(self.world.machine(name, "desk", "city"), self.folder / name))
        return self.desks[-1]

    async def close_desk(self, desk: DeskClient) -> None:
        self.desks.remove(desk)
        await desk.close()

    # ------------------------------------------------------------------ what people do

    async def ask(self, command: Command, by: Person) -> Done | Refusal:
        """Submit a command at the terminal."""
        assert self.terminal is not None
        self.now_ms += 1_000
        await soon(self.terminal.until(lambda: self.terminal is not None and self.terminal.connected))
        return await soon(self.terminal.submit(command, by, at_ms=self.now_ms))

    async def caught_up(self) -> HubClient:
        """The terminal, once it holds every entry that the hub has now: also those that a desk made a moment ago."""
        assert self.terminal is not None
        terminal, size = self.terminal, self.running.scribe.size
        await soon(terminal.until(lambda: terminal.size >= size))
        return terminal

    async def do(self, command: Command, by: Person) -> Done:
        return done(await self.ask(command, by))

    async def advance(self, minutes: int) -> None:
        """Let the site's time pass: a director moves it, and what falls due happens."""
        self.now_ms += minutes * 60_000
        director = await soon(
            HubClient.open(self.url, self.world.machine("director-1", "director", "contractor"), follow=False)
        )
        await soon(director.advance(self.now_ms))
        await director.close()

    async def open_day(self, *, officers: bool = True) -> None:
        world = self.world
        event_type = world.profile.event_types[0].id
        opened = day.OpenDay(day.iso_date(self.now_ms), event_type, "会場", world.deployment.profile, True)
        await self.do(opened, world.manager)
        for officer in world.officers if officers else ():
            await self.do(identity.Attend(True), officer)

    async def visit(self, window: str = "窓口1", clerk: int = 0) -> int:
        """Open a visit and do every step before the city's identity check; the visit's id."""
        world = self.world
        who = world.clerks[clerk]
        method = next(m for m in world.profile.methods if m.id in world.profile.event_types[0].methods)
        issued = (await self.do(queue.IssueTicket(method.lane or world.profile.lanes[0].id), who)).events[0]
        assert isinstance(issued, queue.TicketIssued)
        await self.do(queue.CallTicket(issued.ticket, window), who)
        await self.do(queue.StartService(issued.ticket), who)
        opened = (await self.do(visit.OpenVisit(issued.ticket, method.id), who)).index
        await self._steps(opened, who)
        return opened

    async def _steps(self, opened: int, who: Person) -> None:
        """Do the steps that come next, up to a step of the city's or to the end."""
        world, terminal = self.world, await self.caught_up()
        while True:
            held = terminal.booth.visits.visits[opened]
            method = world.profile.method(held.method)
            step = visit_steps.next_step(held, method)
            if step is None or step.kind in visit_steps.CITY_KINDS:
                return
            if step.kind == "count":
                papers = [paper for paper in method.documents if paper.keep == "hand_over"]
                sheets = {paper.id: 1 if paper.required == "yes" else 0 for paper in papers}
                await self.do(visit.CountSheets(opened, step.id, sheets), who)
            else:
                shown = enough(step, method)
                second = next(one for one in world.clerks if one.person != who.person) if step.checks else who
                signer = world.officers[0] if step.roles == ("city_staff",) else second
                await self.do(visit.DoStep(opened, step.id, shown), signer)

    async def request(self, window: str = "窓口1", clerk: int = 0) -> int:
        """An applicant is before the camera: ask the city; the request's id."""
        return await self.ask_city(await self.visit(window, clerk), clerk)

    async def ask_city(self, opened: int, clerk: int = 0) -> int:
        held = (await self.caught_up()).booth.visits.visits[opened]
        step = visit_steps.next_step(held, self.world.profile.method(held.method))
        assert step is not None
        asked = identity.RequestIdentity(opened, step.id, ("運転免許証",))
        return (await self.do(asked, self.world.clerks[clerk])).index

    async def finish(self, opened: int, clerk: int = 0) -> None:
        """Do what is left of a visit after the city has confirmed, and finish visit and ticket."""
        who = self.world.clerks[clerk]
        await self._steps(opened, who)
        terminal = await self.caught_up()
        if opened in terminal.booth.originals:
            await self.do(originals.ReturnOriginals(opened), who)
        await self.do(visit.FinishVisit(opened), who)
        await self.do(queue.FinishTicket(terminal.booth.visits.visits[opened].ticket), who)

    async def offer(self, box: str = "箱1", seal: str = "S-0001") -> int:
        """Two people count and seal the booth's papers, the manager offers them; the transfer's id."""
        world = self.world
        loose = dict(custody.loose_by_class((await self.caught_up()).booth.custody))
        sheets = {paper.id: loose.get(paper.id, 0) for paper in world.profile.handed_over()}
        for clerk in world.clerks[:2]:
            await self.do(custody.CountPapers(box, sheets), clerk)
        for clerk in world.clerks[:2]:
            await self.do(custody.SealContainer(box, seal), clerk)
        offered = (await self.do(custody.OfferTransfer((box,)), world.manager)).index
        now_ms = self.running.scribe.booth.latest_ms
        away = transit.Depart(offered, (box,), ("高橋",), "多摩 500 あ 1", now_ms + 900_000, now_ms)
        await self.do(away, world.manager)
        await self.do(transit.Arrive(offered, (box,), True, now_ms), world.manager)
        return offered


async def card_fails(site: Site) -> asyncio.Task[Done | Refusal]:
    """From now on the hub's disk refuses every write, as a worn-out card does; the command that met it first."""
    await site.running.store._run(lambda db: db.execute("PRAGMA query_only = ON"))
    command = queue.IssueTicket(site.world.profile.lanes[0].id)
    asking = asyncio.create_task(site.ask(command, site.world.clerks[2]))
    await soon(site.running.scribe.stopped())
    return asking
