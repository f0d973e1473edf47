"""Clients that issue and call as fast as they may, in a process of their own: `python -m hub.rehearsal.bench.traffic`.

It reads a Job, opens its clients, says "ready", and then answers each line that names a slice with that slice's Done.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import msgspec

from hub import garbage
from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.domain.queue.queue import CallNext, IssueTicket, TicketCalled, TicketIssued
from sync.keys.party import Party, Person


class Job(msgspec.Struct, frozen=True):
    """Whom to be, and where."""

    url: str
    home: str
    """Home of the terminal whose key all these connections use; each is a stream of its own."""
    name: str
    """Begins the windows' names: no two jobs call to the same window."""
    clients: int
    following: int
    """How many of them follow the record, check and fold it; the others hear of their own commands only."""
    person: str
    passphrase: str
    lane: str


class Slice(msgspec.Struct, frozen=True):
    """One stretch of traffic."""

    seconds: float
    rate: float = 0.0
    """Commands a second offered by all clients together; 0: each asks as soon as it is answered."""


class Traffic(msgspec.Struct):
    """What came of a slice."""

    seconds: float = 0.0
    latencies_s: list[float] = []
    """From the moment a command was due to be sent until its outcome was known."""
    done: list[tuple[int, str, str]] = []
    """Entry, "issued" or "called", and the number, of everything that was acknowledged."""
    refused: list[str] = []
    received: int = 0
    """Messages that came from the hub."""
    sizes: list[int] = []
    """Sizes of the checkpoints that followers saw: one for each commit."""


class Client:
    """One terminal with somebody at it."""

    def __init__(self, hub: HubClient, person: Person, name: str, lane: str) -> None:
        self.hub, self.person, self.name, self.lane = hub, person, name, lane
        self.made = 0

    async def ask(self, traffic: Traffic, due: float) -> None:
        """Issue, or call the next one, in turns; to a new window each time, since nobody finishes here."""
        number, self.made = self.made, self.made + 1
        command = CallNext((self.lane,), f"{self.name}-{number}") if number % 2 else IssueTicket(self.lane)
        answer = await self.hub.submit(command, self.person)
        traffic.latencies_s.append(time.perf_counter() - due)
        if not isinstance(answer, Done):
            traffic.refused.append(answer.code)
            return
        (event,) = answer.events
        assert isinstance(event, TicketIssued | TicketCalled)
        kind = "issued" if isinstance(event, TicketIssued) else "called"
        traffic.done.append((answer.index, kind, event.number))


async def saturate(clients: list[Client], traffic: Traffic, seconds: float) -> None:
    """Every client asks again as soon as it is answered."""
    end = time.perf_counter() + seconds

    async def busy(client: Client) -> None:
        while (now := time.perf_counter()) < end or client.made % 2:  # an issue is always followed by its call
            await client.ask(traffic, now)

    await asyncio.gather(*map(busy, clients))


async def offer(clients: list[Client], traffic: Traffic, seconds: float, rate: float) -> None:
    """Commands fall due at a steady pace, whether earlier ones are answered or not."""
    begun, tasks = time.perf_counter(), []
    count = max(2 * len(clients), round(seconds * rate)) // (2 * len(clients)) * 2 * len(clients)
    for number in range(count):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(clients[number % len(clients)].ask(traffic, due)))
    await asyncio.gather(*tasks)


async def main() -> None:
    """Serve the job that stands in the first line of standard input, until it ends."""
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    job = msgspec.json.decode(await lines.readline(), type=Job)
    home = Path(job.home)
    secret = (home / "secret").read_bytes()
    clients: list[Client] = []
    traffic = Traffic()
    for number in range(job.clients):
        hub = await HubClient.open(job.url, Party.load(home), follow=number < job.following)
        locked = next(one for one in hub.people if one.person == job.person)
        clients.append(Client(hub, locked.unlock(job.passphrase, secret), f"{job.name}{number}", job.lane))

    def heard(hub: HubClient) -> None:
        traffic.received += 1
        if hub.replica is not None and hub.replica.size:
            seen.add(hub.replica.size)

    seen: set[int] = set()
    for client in clients:
        client.hub.subscribe(lambda hub=client.hub: heard(hub))  # type: ignore[misc]
    garbage.keep_what_is()
    print("ready", flush=True)
    while line := await lines.readline():
        asked = msgspec.json.decode(line, type=Slice)
        traffic = Traffic()
        seen.clear()
        begun = time.perf_counter()
        if asked.rate:
            await offer(clients, traffic, asked.seconds, asked.rate)
        else:
            await saturate(clients, traffic, asked.seconds)
        traffic.seconds = time.perf_counter() - begun
        traffic.sizes = sorted(seen)
        print(msgspec.json.encode(traffic).decode(), flush=True)
    for client in clients:
        await client.hub.close()


if __name__ == "__main__":
    asyncio.run(main())
