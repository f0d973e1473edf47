"""A site to measure: a training deployment in a folder, its hub as a process, and traffic from other processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

from hub.client.link.connection import HubClient
from hub.domain.day.day import OpenDay, iso_date
from hub.domain.refusal import Refusal
from hub.rehearsal.bench.traffic import Job, Slice, Traffic
from hub.rehearsal.deployment import Plan, build
from hub.rehearsal.processes import ROOT, Daemon, end, environment, python, uninterrupted
from sync.clock import real_ms

CONTRACT = "koganei"
"""Any would do: one lane is enough to have clerks fight for the next ticket."""


def new_plan(folder: Path) -> Plan:
    """A training deployment in `folder`, valid now."""
    folder.mkdir(parents=True, exist_ok=True)
    return build(folder, CONTRACT, site="bench", date_ms=real_ms(), now_ms=real_ms())


def installed(folder: Path) -> dict[str, str]:
    """The environment of a program that is installed: its modules are compiled once and not at every start, where they
    lie or, if nothing may be written there, in `folder` (with the whole library: some seconds).
    """
    ours = environment()
    return ours if os.access(ROOT, os.W_OK) else ours | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def lane_of(plan: Plan) -> str:
    """A lane that the contract's first kind of event offers."""
    return plan.profile.lanes_of(plan.profile.event_types[0].id)[0].id


def opening(plan: Plan, at_ms: int) -> OpenDay:
    """The command that opens a day of the contract's first kind of event."""
    event = plan.profile.event_types[0].id
    return OpenDay(iso_date(at_ms), event, "計測会場", plan.deployment.profile, True)


def start_hub(plan: Plan, *more: str) -> Daemon:
    """A hub without an office, serving on loopback; without devices but for those that `more` names."""
    arguments = [
        "hub",
        "--home",
        str(plan.home("hub")),
        "--devices",
        "none",
        *more,
        "--no-announce",
        "--listen",
        "127.0.0.1:0",
    ]
    hub: Daemon | None = None
    try:
        with uninterrupted():
            hub = Daemon("hub", arguments, plan.folder / "hub.log")
        hub.wait_ready()
    except BaseException:
        if hub is not None:
            hub.stop()
        raise
    return hub


@contextlib.contextmanager
def running(plan: Plan, *more: str) -> Iterator[Daemon]:
    """A hub that runs while the block does, and is stopped cleanly after it."""
    hub = start_hub(plan, *more)
    try:
        yield hub
    finally:
        hub.stop()


async def open_day(plan: Plan, url: str) -> None:
    """Open today over the wire, as the manager."""
    client = await HubClient.open(url, plan.party("terminal-1"), follow=False)
    try:
        answer = await client.submit(opening(plan, real_ms()), plan.manager)
        if isinstance(answer, Refusal):
            raise RuntimeError(f"the day was not opened: {answer.code} {answer.data}")
    finally:
        await client.close()


class Crowd(msgspec.Struct):
    """Load processes against one hub."""

    processes: list[subprocess.Popen[bytes]]

    def ask(self, asked: Slice) -> list[Traffic]:
        """Have every process run this slice at once (a rate is shared among them); what came of it."""
        share = msgspec.structs.replace(asked, rate=asked.rate / len(self.processes))
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(msgspec.json.encode(share) + b"\n")
            process.stdin.flush()
        return [msgspec.json.decode(_line(process), type=Traffic) for process in self.processes]


@contextlib.contextmanager
def crowd(plan: Plan, url: str, *, processes: int, clients: int, following: int) -> Iterator[Crowd]:
    """`clients` clients in all, in so many processes, while the block runs; `following` of each process's follow."""
    started: list[subprocess.Popen[bytes]] = []
    staff = [person.person for person in plan.clerks]
    try:
        for number in range(processes):
            person = staff[number % len(staff)]
            job = Job(
                url=url,
                home=str(plan.home(f"terminal-{number % 2 + 1}")),
                name=f"{chr(ord('a') + number)}",
                clients=clients // processes,
                following=following,
                person=person,
                passphrase=plan.passphrases[person],
                lane=lane_of(plan),
            )
            with uninterrupted():
                process = subprocess.Popen(
                    [*python(), "hub.rehearsal.bench.traffic"],
                    env=environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    start_new_session=True,
                )
                started.append(process)
            assert process.stdin is not None
            process.stdin.write(msgspec.json.encode(job) + b"\n")
            process.stdin.flush()
        for process in started:
            _line(process)
        yield Crowd(started)
    finally:
        for process in started:
            end(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"a load process ended with {process.wait()}")
    return line


def opened(plan: Plan, hub: Daemon) -> None:
    """Open today at this hub, from a thread without a loop."""
    asyncio.run(open_day(plan, hub.url))
