"""What devices cost the hub: how long any fault holds its event loop, and what memory five hundred photos take.

Emulated devices fail through their supervision, which knows no difference; and where this machine has libgphoto2's
virtual camera, the real driver's process is stopped and killed in the middle of its work.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import signal
import subprocess
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import msgspec

from hub.client.bad_day import MISHAPS
from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.domain.booth import Command
from hub.domain.devices.device import TryDevice
from hub.domain.photo import photo
from hub.domain.queue import queue
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import new_plan, opening, running
from hub.rehearsal.deployment import Plan
from hub.rehearsal.processes import Daemon, environment, python
from sync.clock import real_ms

MOST_HELD_MS = 50.0
MOST_MIB = 300.0
MOST_GROWTH_KIB = 10.0

SHOTS, SETTLED = 500, 50
"""Shots in all, and after how many growth is counted: caches are full by then."""

SAMPLED = 25
"""Every so many shots the memory is read."""

WATCH_S = 1.2
"""Two looks of supervision at a device that fails while nobody calls it."""

GIVEN_UP_S = 25.0
"""A hung call is given up after ten seconds, and opening anew after five more."""


class Loop(msgspec.Struct, frozen=True):
    longest_ms: float
    long: int


class Health(msgspec.Struct, frozen=True):
    """What is read of a hub's health page."""

    loop: Loop


class Seat:
    """Somebody at a terminal, with the hub's health page beside it."""

    def __init__(self, plan: Plan, hub: Daemon, client: HubClient) -> None:
        self.plan = plan
        self.client = client
        self._health = str(hub.said["health"])
        self.clerk = plan.clerks[0]

    async def do(self, command: Command) -> Done:
        answer = await self.client.submit(command, self.clerk)
        if not isinstance(answer, Done):
            raise RuntimeError(f"{type(command).__name__}: {answer.code} {answer.data}")
        return answer

    async def held(self) -> Loop:
        """How long the loop was held since the last question."""
        body = await asyncio.to_thread(lambda: urllib.request.urlopen(self._health, timeout=30).read())
        return msgspec.json.decode(body, type=Health).loop

    async def ready(self, device: str) -> bool:
        """Whether the device comes back."""

        def back() -> bool:
            status = self.client.status
            states = [] if status is None else [word.state for word in status.devices if word.device == device]
            return states == ["ready"]

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GIVEN_UP_S):
                await self.client.until(back)
        return back()

    async def work(self, device: str) -> None:
        """Have the device do something while it may be broken; what it owes is waited for."""
        lane = self.plan.profile.lanes_of(self.plan.profile.event_types[0].id)[0].id
        await self.do(queue.IssueTicket(lane))
        await self.client.submit(TryDevice(device), self.clerk)  # refused while an earlier try hangs
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GIVEN_UP_S):
                await self.client.settled()


@contextlib.asynccontextmanager
async def seat(plan: Plan, hub: Daemon) -> AsyncIterator[Seat]:
    """The day opened, and a clerk at terminal 1."""
    client = await HubClient.open(hub.url, plan.party("terminal-1"))
    try:
        answer = await client.submit(opening(plan, real_ms()), plan.manager)
        if not isinstance(answer, Done):
            raise RuntimeError(f"the day was not opened: {answer.code}")
        yield Seat(plan, hub, client)
    finally:
        await client.close()


# ------------------------------------------------------------------ the loop


async def emulated(held: Seat, quick: bool) -> tuple[dict[str, float], float, bool]:
    """Longest time that the loop was held, by mishap; that of the same work without one; whether all came back."""
    suffered = MISHAPS[1:2] if quick else MISHAPS  # trying it out needs no minutes
    devices = list(dict.fromkeys(mishap.device for mishap in suffered))
    for device in devices:
        await held.work(device)  # what is loaded at a first use is no fault's doing
    await held.held()
    for device in devices:
        await held.work(device)
    calm, found, back = (await held.held()).longest_ms, dict[str, float](), True
    for mishap in suffered:
        await held.client.mishap(mishap.device, mishap.code)
        await held.work(mishap.device)
        await asyncio.sleep(0 if quick else WATCH_S)
        await held.client.mishap(mishap.device, "")
        back = await held.ready(mishap.device) and back
        found[mishap.code] = (await held.held()).longest_ms
    return found, calm, back


async def camera_process(held: Seat, hub: Daemon) -> tuple[dict[str, float], bool]:
    """The same for the real camera's driver, whose process is stopped (it hangs) and killed."""
    found, back = dict[str, float](), await held.ready("camera")
    await held.work("camera")
    await held.held()
    for name, number in (("gphoto.stopped", signal.SIGSTOP), ("gphoto.killed", signal.SIGKILL)):
        for child in _processes(hub.process.pid, "drivers.gphoto.worker"):
            os.kill(child, number)
        await held.work("camera")
        back = await held.ready("camera") and back
        found[name] = (await held.held()).longest_ms
    return found, back


# ------------------------------------------------------------------ memory


class Memory(msgspec.Struct, frozen=True):
    """PSS of the hub and all its processes after photos."""

    mib: float
    growth_kib: float
    """A shot, after the settling ones, of the processes that live all along: the camera's is a new one after each photo."""
    checked: bool
    """Whether the photo checks were loaded."""


async def photos(held: Seat, hub: Daemon, shots: int, settled: int) -> Memory:
    """So many shots of one visit, each looked at on the terminal and destroyed."""
    profile = held.plan.profile
    method = next(one for one in profile.methods if any(step.kind == "photo" for step in visit_steps.booth_steps(one)))
    lane = next(lane.id for lane in profile.lanes if method.id in {one.id for one in profile.methods_of_lane(lane.id)})
    issued = (await held.do(queue.IssueTicket(lane))).events[0]
    assert isinstance(issued, queue.TicketIssued)
    await held.do(queue.CallTicket(issued.ticket, "窓口1"))
    await held.do(queue.StartService(issued.ticket))
    opened = (await held.do(visit.OpenVisit(issued.ticket, method.id))).index
    step = next(step for step in visit_steps.booth_steps(method) if step.kind == "photo")
    while (
        now := visit_steps.next_step(held.client.booth.visits.visits[opened], method)
    ) is not None and now.id != step.id:
        await held.do(visit.DoStep(opened, now.id))
    first, last = dict[int, float](), dict[int, float]()
    most, checked = 0.0, False
    for number in range(1, shots + 1):
        await held.do(photo.Shoot(opened, step.id))
        await held.client.settled()
        living = photo.of_visit(held.client.booth.photos, opened)
        if living is None:
            raise RuntimeError(f"shot {number} brought no picture")
        checked = living.checked
        await held.client.photo.look(living.shot)
        if number % SAMPLED == 0 or number in (settled, shots):  # the camera's process is there, as in mid-work
            most = max(most, sum(_held_mib(hub.process.pid, "Pss:").values()))
            last = _held_mib(hub.process.pid, "Pss_Anon:")  # of libraries a process has the less the more share them
            first = last if number == settled else first
        await held.do(photo.Retake(living.shot))
        await held.client.settled()
    grown = sum(last[pid] - before for pid, before in first.items() if pid in last)
    return Memory(most, 1024 * grown / (shots - settled), checked)


def _processes(root: int, holding: str = "") -> list[int]:
    """This process and those below it whose command line holds the text."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    below, found = {root}, [root]
    while more := [pid for pid, parent in parents.items() if parent in below and pid not in found]:
        below |= set(more)
        found += more
    named = []
    for pid in found:
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if holding.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                named.append(pid)
    return named


def _held_mib(root: int, what: str) -> dict[int, float]:
    """Memory of a process and of all below it, as smaps_rollup calls it: Pss counts once what they share."""
    held = {}
    for pid in _processes(root):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            held[pid] = sum(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024
    return held


# ------------------------------------------------------------------ the benchmark


@contextlib.contextmanager
def _virtual_camera(folder: Path) -> Iterator[None]:
    """libgphoto2's own camera for hubs that are started in the block; it sees the emulated camera's sitter."""
    folder.mkdir()
    subprocess.run([*python(), "drivers.emulators.camera", str(folder / "sitter.jpg")], env=environment(), check=True)
    os.environ["VCAMERADIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["VCAMERADIR"]


async def _with_hub(plan: Plan, hub: Daemon, work: Callable[[Seat], Awaitable[None]]) -> None:
    async with seat(plan, hub) as held:
        await work(held)


def bench(folder: Path, quick: bool) -> Result:
    """Two hubs: one whose emulated devices fail, and one with libgphoto2's virtual camera, which takes the photos."""
    held: dict[str, float] = {}
    checks: dict[str, bool] = {}
    calm: list[float] = []
    memories: list[Memory] = []
    shots, settled = (4, 2) if quick else (SHOTS, SETTLED)
    emulators = ("--devices", "emulated", "--watch-loop")

    plan = new_plan(folder / "faults")
    with running(plan, *emulators) as hub:

        async def fail(one: Seat) -> None:
            found, without, checks["every_device_came_back"] = await emulated(one, quick)
            held.update(found)
            calm.append(without)

        asyncio.run(_with_hub(plan, hub, fail))

    plan = new_plan(folder / "photos")
    if quick or importlib.util.find_spec("gphoto2") is None:  # Linux and macOS have its wheel
        with running(plan, *emulators) as hub:

            async def shoot(one: Seat) -> None:
                memories.append(await photos(one, hub, shots, settled))

            asyncio.run(_with_hub(plan, hub, shoot))
    else:
        with _virtual_camera(folder / "sitter"), running(plan, *emulators, "--camera", "gphoto") as hub:

            async def camera(one: Seat) -> None:
                found, checks["the_real_camera_came_back"] = await camera_process(one, hub)
                held.update(found)
                memories.append(await photos(one, hub, shots, settled))

            asyncio.run(_with_hub(plan, hub, camera))

    off = "" if memories[0].checked else "検査なし：deploy/photo-models / checks off"
    worst = max(held, key=lambda code: held[code])
    lines = (
        Line("devices.calm", "故障なしで一番長い足どめ", "loop held without a fault, longest", calm[0], "ms"),
        Line("devices.held", "機器の故障で一番長い足どめ", "loop held by a device's fault, longest", held[worst], "ms",
             at_most=MOST_HELD_MS, note=f"{worst}；{len(held)}種 / of {len(held)} faults"),
        Line("devices.memory", "ハブとその全プロセスのメモリー（PSS）", "hub, camera, picture check: memory (PSS)",
             memories[0].mib, "MiB", at_most=MOST_MIB, note=off),
        Line("devices.growth", f"　写真{settled}枚目から{shots}枚までの増え方", f"  growth a shot, {settled} to {shots}",
             max(0.0, memories[0].growth_kib), "KiB", at_most=MOST_GROWTH_KIB),
    )  # fmt: skip
    return Result("devices", lines, checks)
