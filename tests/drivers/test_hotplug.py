"""Cables pulled and pushed in again, at the pace that a booth runs at: supervision sees absent, then ready, of each.

The order is tested; how long it took is printed (pytest -s), since a busy machine proves nothing about a second.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from drivers.device import Device, DeviceState, Health
from drivers.display_models import display
from drivers.emulators.serial_display import Cd5220Emulator, EpsonDmEmulator, SegmentEmulator
from drivers.escpos_printer import EscposPrinter
from drivers.gphoto.camera import GphotoCamera
from drivers.supervision import Supervisor
from tests.drivers.status_printer import LinePrinter, NetworkPrinter
from tests.drivers.test_gphoto import Cable, library, portrait  # noqa: F401  # fixtures are found by name

READY, ABSENT, FAULT = DeviceState.READY, DeviceState.ABSENT, DeviceState.FAULT
PATIENCE_S = 60.0

D = TypeVar("D", bound=Device)


class Plugged(Protocol):
    @property
    def port(self) -> str: ...
    def unplug(self) -> None: ...


class Watched:
    """A supervised device and the states it has been in."""

    def __init__(self, device: Device) -> None:
        self.seen: list[DeviceState] = []
        self._news = asyncio.Event()
        self.supervisor = Supervisor(device, self._changed)

    def _changed(self, kind: str, health: Health) -> None:
        self.seen.append(health.state)
        self._news.set()

    async def until(self, state: DeviceState, what: str) -> None:
        """Wait for the state, and print how long it took."""
        begun = time.monotonic()
        async with asyncio.timeout(PATIENCE_S):
            while self.supervisor.health.state is not state:
                self._news.clear()
                await self._news.wait()
        print(f"  {what}: {state.value} after {time.monotonic() - begun:.2f} s")


@asynccontextmanager
async def watched(device: Device) -> AsyncIterator[Watched]:
    made = Watched(device)
    await made.supervisor.start()
    try:
        yield made
    finally:
        await made.supervisor.stop()


async def pulled_and_pushed_in(device: Device, what: str, pull: Callable[[], None], push: Callable[[], None]) -> None:
    """Twice, since what comes back once must also be watched again."""
    async with watched(device) as it:
        assert it.seen == [READY]
        for _ in range(2):
            pull()
            await it.until(ABSENT, f"{what} unplugged")
            push()
            await it.until(READY, f"{what} plugged in")
        assert it.seen == [READY, ABSENT, READY, ABSENT, READY]


class Adapter:
    """A serial adapter: its name by id stays, what it names is another port each time it is plugged in."""

    def __init__(self, folder: Path, make: Callable[[], Plugged]) -> None:
        self.name = folder / "by-id" / "usb-Prolific_USB-Serial-if00-port0"
        self.name.parent.mkdir()
        self._make = make
        self.push()

    def push(self) -> None:
        self.device = self._make()
        self.name.symlink_to(self.device.port)

    def pull(self) -> None:
        self.name.unlink()
        self.device.unplug()


@pytest.mark.parametrize(
    ("model", "make"), [("epson-dm", EpsonDmEmulator), ("cd5220", Cd5220Emulator), ("ad7sgpr", SegmentEmulator)]
)
async def test_a_serial_display(tmp_path: Path, model: str, make: Callable[[], Plugged]) -> None:
    adapter = Adapter(tmp_path, make)
    await pulled_and_pushed_in(display(model, str(adapter.name)), model, adapter.pull, adapter.push)
    adapter.pull()


async def test_a_serial_ticket_printer(tmp_path: Path) -> None:
    adapter = Adapter(tmp_path, LinePrinter)
    printer = EscposPrinter(f"serial:{adapter.name}")
    await pulled_and_pushed_in(printer, "serial ticket printer", adapter.pull, adapter.push)
    adapter.pull()


async def test_a_ticket_printer_on_a_usb_printer_port(tmp_path: Path) -> None:
    adapter = Adapter(tmp_path, LinePrinter)
    printer = EscposPrinter(f"usb:{adapter.name}")
    await pulled_and_pushed_in(printer, "USB ticket printer", adapter.pull, adapter.push)
    adapter.pull()


async def test_a_network_ticket_printer_that_is_switched_off(tmp_path: Path) -> None:
    made = NetworkPrinter()
    printer = EscposPrinter(f"tcp:127.0.0.1:{made.port}")
    await pulled_and_pushed_in(printer, "network ticket printer", made.unplug, made.plug)
    made.unplug()


async def test_a_network_ticket_printer_whose_cable_is_cut_somewhere(tmp_path: Path) -> None:
    """Nothing tells: the connection stands, and only silence shows."""
    made = NetworkPrinter()
    async with watched(EscposPrinter(f"tcp:127.0.0.1:{made.port}")) as it:
        made.silent = True
        await it.until(FAULT, "network cable cut")
        assert it.supervisor.health.reason_code == "ticket.no_answer"
        made.silent = False
        await it.until(READY, "network cable mended")
        assert it.seen == [READY, FAULT, READY]
    made.unplug()


@pytest.mark.needs("gcc")
@pytest.mark.skipif(sys.platform != "linux", reason="gphoto2 has wheels for Linux and macOS alone")
async def test_a_camera(tmp_path: Path, portrait: Path, library: Path) -> None:  # noqa: F811  # the fixtures above
    cable = Cable(tmp_path, portrait, library)
    camera = GphotoCamera(environment=cable.environment)
    await pulled_and_pushed_in(camera, "camera", lambda: cable.suffer("unplugged"), cable.mend)


@pytest.mark.skipif(sys.platform != "linux", reason="gphoto2 has wheels for Linux and macOS alone")
async def test_where_no_camera_is_the_same_worker_looks_again() -> None:
    camera = GphotoCamera()
    async with watched(camera) as it:
        assert it.seen == [ABSENT]
        pid = camera.pid
        with pytest.raises(Exception, match=r"camera\.absent"):
            await it.supervisor.call(lambda one: one.probe())
        assert camera.pid == pid != 0, "an empty socket costs no process each time it is looked at"
