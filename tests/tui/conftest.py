"""A real booth for the terminals' tests: a rehearsal's deployment, its hub as a process, and people at the keys."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from hub.client.link.connection import Done, HubClient
from hub.domain.booth import Command
from hub.domain.day import readiness
from hub.domain.day.day import OpenDay
from hub.domain.identity import identity
from hub.domain.identity.city_check import DRAWN_BYTES, CityCheck
from hub.domain.moment import iso_date
from hub.domain.visit.pre_check import PreCheck, wanted
from hub.rehearsal.deployment import Plan, build
from sync.keys.party import Person
from tests import nursery
from tests.nursery import Forked
from tests.ports import own_port
from tui.cells import text_of
from tui.layered import SILENCE_S
from tui.terminal.app import Sheet, TerminalApp
from tui.terminal.terminal import StaffTerminal

ROOT = Path(__file__).resolve().parents[2]
SITE = "緑センター"

PATIENCE_S = 60
"""How long a test waits for what must come; on a busy machine everything comes late, and nothing is judged by time."""


@pytest.fixture(scope="session")
def deployments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], Plan]:
    """A contract's deployment in a folder of a test's own: made once, with eighty files synced to the disk, then copied."""

    @functools.cache
    def made(contract: str) -> Plan:
        now = time.time_ns() // 1_000_000
        return build(tmp_path_factory.mktemp(contract), contract, site=SITE, date_ms=now, now_ms=now)

    def copied(contract: str, folder: Path) -> Plan:
        shutil.copytree(made(contract).folder, folder, dirs_exist_ok=True)
        return msgspec.structs.replace(made(contract), folder=folder)

    return copied


class Booth:
    """A deployment's folder and its hub, a process of its own."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self.environment = dict(os.environ)
        self.port = own_port()
        self.url = ""
        self.more: tuple[str, ...] = ()
        """What else the hub is told when it starts."""
        self._clients: list[HubClient] = []
        self.seats: list[Seat] = []
        """Who sits at a terminal: what somebody does elsewhere is there a moment later."""

    def start(self) -> None:
        """Start the hub; the second time on the port it had."""
        home, listen = str(self.plan.home("hub")), f"127.0.0.1:{self.port}"
        command = ["hub", "--home", home, "--no-announce", "--listen", listen, *self.more]
        if nursery.takes(self.environment):
            self.process = Forked(*command, environment=self.environment)
        else:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tui", *command], stdout=subprocess.PIPE, cwd=ROOT, env=self.environment
            )
        assert self.process.stdout is not None
        self.url = json.loads(self.process.stdout.readline())["listening"]
        self.port = int(self.url.split(":")[2].split("/")[0])

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def fault(self, kind: str, code: str) -> None:
        """Make an emulated device fail from now on; an empty code heals it."""
        file = self.plan.home("hub") / "devices" / f"{kind}.fault"
        file.write_text(code, encoding="utf-8") if code else file.unlink(missing_ok=True)

    def kill(self) -> None:
        """kill -9: as if the power had gone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    async def client(self, machine: str) -> HubClient:
        client = await HubClient.open(self.url, self.plan.party(machine))
        self._clients.append(client)
        return client

    async def do(self, command: Command, person: Person | None = None) -> Done:
        """Somebody (the manager) does something on the other terminal; whoever sits at one has heard of it then."""
        client = self._clients[0] if self._clients else await self.client("terminal-2")
        done = await client.submit(command, person or self.plan.manager)
        assert isinstance(done, Done), done
        for seat in self.seats:
            await seat.follows(done.index)
        return done

    async def open_day(self, event: str = "") -> None:
        today = iso_date(time.time_ns() // 1_000_000)
        event = event or self.plan.profile.event_types[0].id
        if "city_staff" in readiness.minimums(self.plan.profile, event):
            await self.attended()
        await self.do(OpenDay(today, event, "緑センター", self.plan.deployment.profile, clock_confirmed=True))

    async def pre_check(self, seat: Seat) -> None:
        """A colleague at the reception sees the papers of everybody who has a number, as this seat shows them."""
        assert seat.terminal.station is not None
        booth = seat.terminal.station.booth
        for ticket in booth.queue.tickets.values():
            if (
                wanted(self.plan.profile, booth.day.event_type, ticket.lane)
                and ticket.id not in booth.visits.pre_checks
            ):
                await self.do(PreCheck(ticket.id), self.plan.clerks[-1])

    async def attended(self) -> HubClient:
        """The desk at which an officer has come on duty."""
        desk = await self.client("desk")
        assert isinstance(await desk.submit(identity.Attend(True), self.plan.officers["officer-1"]), Done)
        return desk

    async def attend(self, outcome: identity.Outcome = identity.Outcome.CONFIRMED) -> asyncio.Task[None]:
        """An officer on duty at the city's desk, who decides whatever comes."""
        desk, officer = await self.attended(), self.plan.officers["officer-1"]

        async def decide() -> None:
            while True:
                await desk.until(lambda: bool(desk.booth.identity.pending))
                request = desk.booth.identity.requests[desk.booth.identity.pending[0]]
                assert desk.replica is not None
                decision = identity.DecideIdentity(
                    request=request.id,
                    visit=request.visit,
                    hub=self.plan.deployment.record,
                    profile=self.plan.deployment.profile,
                    checkpoint_size=desk.size,
                    checkpoint_root=desk.replica.frontier.root(),
                    outcome=outcome,
                    checklist=CityCheck().every_point(),
                    drawn=bytes(DRAWN_BYTES),
                    sealed=bytes(identity.SEALED_BYTES),
                    reason="" if outcome is identity.Outcome.CONFIRMED else "顔が書類と合わない",
                )
                await desk.submit(decision, officer)

        return asyncio.create_task(decide())

    async def close(self) -> None:
        for client in self._clients:
            await client.close()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT) if os.name == "posix" else None
            self.process.terminate()
            self.process.wait(PATIENCE_S)


class Seat:
    """Somebody at the keys of a terminal; what they see are its rows."""

    def __init__(self, app: TerminalApp, press: Callable[..., object]) -> None:
        self.app = app
        self.terminal = app.terminal
        self._press = press
        self._looked = True
        self.pressed = 0

    @property
    def sheet(self) -> Sheet:
        """What they look at, painted anew where something was done or waited for since they looked last."""
        sheet = self.app.screen.query_one(Sheet)
        if not self._looked:
            self._looked = True
            sheet.repaint()
        return sheet

    @property
    def rows(self) -> list[str]:
        return [text_of(spans) for spans in self.sheet.lines]

    @property
    def picture(self) -> str:
        return "\n".join(self.rows)

    async def keys(self, *keys: str) -> None:
        """Press keys, one after the other; every answer is waited for, and no key follows itself too fast to count."""
        for key in keys:
            await asyncio.sleep(0.035)  # slower than a code reader
            if self.terminal.station is not None:
                self.terminal.station._pressed_at.clear()  # as after the 0.4 s that a person lets pass
            await self.quick(key)
            await self.until(lambda: self.terminal.station is None or not self.terminal.station.pending)
        self.pressed += len(keys)

    async def quick(self, *keys: str) -> None:
        """Press keys without waiting for anything."""
        await self._press(*keys)  # type: ignore[misc]

    async def type(self, text: str) -> None:
        await self.keys(*text)

    async def alone(self, key: str) -> None:
        """Press a key as a person does who answers: with silence on both sides; what it does has begun then."""
        await self.until(lambda: time.monotonic() - self.terminal.key_at >= SILENCE_S)
        await self.keys(key)
        await asyncio.sleep(SILENCE_S)  # the terminal's own timer was set before this one, and is due before it
        await self.until(lambda: self.terminal.station is None or not self.terminal.station.pending)

    async def photo(self) -> None:
        """From the visit's photo step to the next one: taken, shown, accepted, destroyed."""
        assert self.terminal.station is not None and self.terminal.client is not None
        station, way = self.terminal.station, self.terminal.client.photo
        await self.keys("enter", "enter")
        await self.until(lambda: way.shown is not None)
        await self.keys("1", "2", "enter", "enter")
        await self.until(lambda: station.booth.photos.living is None)

    async def until(self, condition: Callable[[], bool], every_s: float = 0.01) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end, "\n" + self.picture
            await asyncio.sleep(every_s)
        self._looked = False

    async def follows(self, index: int) -> None:
        """Wait until this terminal holds the entry, where it is linked."""
        client = self.terminal.client
        if isinstance(client, HubClient):
            await self.until(lambda: not client.connected or client.size > index)

    async def sees(self, text: str) -> None:
        """Wait until the screen shows this text."""

        def shown() -> bool:
            self._looked = False
            return text in self.picture

        await self.until(shown, every_s=0.04)  # to paint a screen takes some milliseconds


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "contract(id): the shipped profile that the booth of this test runs under")
    config.addinivalue_line("markers", "unchecked: the hub of this test has no models, so photos are not checked")


@pytest.fixture
async def booth(
    tmp_path: Path, deployments: Callable[[str, Path], Plan], request: pytest.FixtureRequest
) -> AsyncIterator[Booth]:
    """Koganei's booth (or that of `@pytest.mark.contract(id)`) with its hub running; the day is not open yet."""
    mark = request.node.get_closest_marker("contract")
    made = Booth(deployments(mark.args[0] if mark is not None else "koganei", tmp_path))
    if request.node.get_closest_marker("unchecked"):
        made.environment["DEMADO_MODELS"] = str(tmp_path / "no-models")
    made.start()
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def sit(booth: Booth) -> AsyncIterator[Callable[..., object]]:
    """`seat = await sit("2")`: staff member 2 at terminal-1, signed in; `sit()`: the lock screen, hub found.

    `wait=False`: whatever comes first; `hub=False`: nobody has said where the hub is.
    """
    running: list[tuple[asyncio.Task[None], asyncio.Event]] = []

    async def begin(
        number: str = "",
        size: tuple[int, int] = (80, 24),
        machine: str = "terminal-1",
        language: str = "ja",
        wait: bool = True,
        hub: bool = True,
    ) -> Seat:
        terminal = StaffTerminal(booth.plan.home(machine), url=booth.url if hub else None, language=language)
        app = TerminalApp(terminal)
        begun: asyncio.Future[Pilot[None]] = asyncio.get_running_loop().create_future()
        done = asyncio.Event()

        async def run() -> None:
            # In one task from start to end: textual keeps its app in a context variable.
            async with app.run_test(size=size) as pilot:
                begun.set_result(pilot)
                await done.wait()

        running.append((asyncio.create_task(run()), done))
        seat = Seat(app, (await begun).press)
        booth.seats.append(seat)
        if wait:
            await seat.until(lambda: terminal.station is not None)
        if number:
            await seat.keys(number, "enter")
            await seat.type(booth.plan.passphrases[f"staff-{number}"])
            await seat.keys("enter")
            await seat.until(lambda: terminal.page is not terminal.lock_page)
            seat.pressed = 0
        return seat

    yield begin
    for task, done in running:
        done.set()
        await task
