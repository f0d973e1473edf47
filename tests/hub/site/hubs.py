"""Real hubs in processes of their own, and people at terminals that talk to them over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from hub.client.link.connection import Done, HubClient
from hub.domain import codec
from hub.domain.booth import Booth, Command, Event, fold
from hub.domain.day import day
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from sync.keys.party import Party, Person
from sync.record.entry import decode_entry
from sync.record.reader import open_readonly
from tests import nursery
from tests.nursery import Awaited
from tests.ports import own_address
from tests.records import World

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[3]

PATIENCE_S = 60.0
"""Nothing here takes more than some seconds; what never comes ends a test with its name, not the whole run."""


async def soon(what: Awaitable[T]) -> T:
    """What is awaited, or TimeoutError: a failed test instead of one that hangs."""
    return await asyncio.wait_for(what, PATIENCE_S)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  # it happens in another process, which tells nobody here
            await asyncio.sleep(0.02)


class HubProcess:
    """`demado hub` on one home folder: started, killed, and started again on the same port."""

    def __init__(self, home: Path, *, environment: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.environment = dict(environment or {})
        self.prefix: list[str] = []
        """What the command is run by: `ip netns exec NAME`."""
        self.said: dict[str, object] = {}
        self.errors = home.parent / f"errors-of-{home.name}"
        self.process: asyncio.subprocess.Process | Awaited | None = None

    @property
    def url(self) -> str:
        return str(self.said["listening"])

    @property
    def address(self) -> str:
        return self.url.removeprefix("ws://").removesuffix("/link")

    @property
    def running(self) -> asyncio.subprocess.Process | Awaited:
        assert self.process is not None
        return self.process

    async def launch(self, *options: str, listen: str | None = None) -> None:
        """Start the process without waiting for it to serve."""
        listen = listen or (self.address if self.said else own_address())
        command = ["hub", "--home", str(self.home), "--listen", listen, *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **self.environment}
        if not self.prefix and nursery.takes(environment):
            self.process = await Awaited.start(*command, environment=environment, errors=self.errors)
            return
        with self.errors.open("ab") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *(*self.prefix, sys.executable, "-m", "tui", *command),
                env=environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )

    async def start(self, *options: str, listen: str | None = None) -> None:
        """Start it (again) and wait until it serves."""
        await self.launch("--no-announce", *options, listen=listen)
        await self.ready()

    async def ready(self) -> None:
        assert self.running.stdout is not None
        line = await soon(self.running.stdout.readline())
        assert line, f"the hub ended with {await self.running.wait()}: {self.complaint()}"
        self.said = json.loads(line)

    def complaint(self) -> str:
        """What it has written to its log so far."""
        return self.errors.read_text("utf-8", "replace")

    async def kill(self) -> None:
        """kill -9."""
        self.running.kill()
        await soon(self.running.wait())

    async def stop(self) -> int:
        """SIGTERM; the exit status."""
        with contextlib.suppress(ProcessLookupError):
            if self.running.returncode is None:
                self.running.send_signal(signal.SIGTERM)
        return await soon(self.running.wait())

    async def ended(self) -> int:
        """Its exit status, once it has ended by itself."""
        return await soon(self.running.wait())


class Site:
    """A world on disk with a hub process, and terminals for its people."""

    def __init__(self, folder: Path, *, seed: str = "world", training: bool = True) -> None:
        self.folder = folder
        self.world = World(seed=seed, training=training)
        self.home = folder / "record"
        self.world.save_home(self.world.machine("hub-1", "hub", "contractor"), self.home)
        self.hub = HubProcess(self.home)
        self.clients: list[HubClient] = []

    @property
    def devices(self) -> Path:
        return self.home / "devices"

    @property
    def lane(self) -> str:
        event = self.world.profile.event_types[0].id
        methods = [method for method in self.world.profile.methods if self.world.profile.offers(event, method.id)]
        return methods[0].lane or self.world.profile.lanes[0].id

    async def terminal(self, *, follow: bool = True, keep: Path | None = None) -> HubClient:
        """A terminal of its own that follows the hub."""
        party = self.world.machine("terminal-1", "terminal", "contractor")
        client = await soon(HubClient.open(self.hub.url, party, follow=follow, keep=keep))
        self.clients.append(client)
        return client

    async def open_day(self, client: HubClient) -> None:
        """The manager opens today."""
        now_ms = time.time_ns() // 1_000_000
        profile = self.world.deployment.profile
        event = self.world.profile.event_types[0].id
        command = day.OpenDay(day.iso_date(now_ms), event, "会場", profile, True)
        await self.do(client, command, self.world.manager)

    async def do(self, client: HubClient, command: Command, person: Person | None = None) -> tuple[Event, ...]:
        """What a command made; AssertionError if a rule refuses it."""
        result = await soon(client.submit(command, person or self.world.clerks[0]))
        assert isinstance(result, Done), result
        return result.events

    async def issue(self, client: HubClient, person: Person | None = None) -> queue.TicketIssued:
        (event,) = await self.do(client, queue.IssueTicket(self.lane), person)
        assert isinstance(event, queue.TicketIssued)
        return event

    async def call(self, client: HubClient, window: str, person: Person | None = None) -> queue.TicketCalled:
        (event,) = await self.do(client, queue.CallNext((self.lane,), window), person)
        assert isinstance(event, queue.TicketCalled)
        return event

    async def close(self) -> None:
        for client in self.clients:
            await client.close()
        if self.hub.process is not None and self.hub.running.returncode is None:
            await self.hub.kill()

    async def record(self) -> list[tuple[int, tuple[Event, ...]]]:
        """Every entry's events, read from the disk while no hub runs."""
        return await read_record(self.home)

    async def booth(self) -> Booth:
        """The state that the record on disk makes, folded from its first entry."""
        booth = Booth(
            hub=self.world.deployment.record,
            profile=self.world.deployment.profile,
            training=self.world.deployment.training,
        )
        for index, events in await self.record():
            booth = fold(booth, events, index)
        return booth


async def read_record(home: Path) -> list[tuple[int, tuple[Event, ...]]]:
    reader = await open_readonly(home / "record.sqlite")
    try:
        bodies = [body async for body in reader]
    finally:
        await reader.close()
    return [(index, codec.decode_events(bytes(decode_entry(body).events))) for index, body in enumerate(bodies)]


def machine(world: World, name: str = "terminal-1") -> Party:
    """A terminal of this world that knows nobody else's certificate."""
    return world.machine(name, "terminal", "contractor")


@contextlib.asynccontextmanager
async def site_at(folder: Path, **more: object) -> AsyncIterator[Site]:
    """A site whose processes and connections are gone afterwards, whatever happens."""
    made = Site(folder, **more)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        await made.close()


__all__ = ["HubProcess", "Refusal", "Site", "machine", "read_record", "site_at", "soon", "until"]
