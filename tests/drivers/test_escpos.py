"""The ticket printer against an ESC/POS emulator of another make (PyPI emupos), which prints each ticket as a picture."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from drivers.device import DeviceFault, DeviceState, Ticket
from drivers.escpos_printer import BadAddress, EscposPrinter
from drivers.supervision import Pace, Supervisor
from drivers.ticket_image import Paper, draw_ticket
from tests.conftest import emupos
from tests.ports import own_port

TICKET = Ticket(
    number="A-025",
    lane_ja="出張交付",
    lane_en="Card delivery",
    issued_at_ms=1_754_443_440_000,
    ahead=6,
    wait_minutes=26,
    city="小金井市",
    training=True,
)


PATIENCE_S = 60.0
"""Another program on a busy machine takes longer than a printer's own board does."""


class Printer:
    """The emulator in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.api = folder, own_port(), own_port()
        self.config = folder / "emupos.yaml"
        self.config.write_text(
            f"schema: 1\napi: {{ host: 127.0.0.1, port: {self.api} }}\ndevices:\n"
            "  - id: front\n    type: printer\n    profile: epson-tm-t20iii\n    receipts_dir: ./receipts\n"
            f"    job_idle_timeout_ms: 2000\n    connections:\n      - tcp: {{ port: {self.port} }}\n"
        )
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [emupos(), "run", "--config", str(self.config)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError("the emulator ended")
            try:
                for port in (self.port, self.api):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                self.wait()
        raise AssertionError("the emulator does not listen")

    def wait(self) -> None:
        try:
            self.process.wait(0.05)
        except subprocess.TimeoutExpired:
            pass

    def do(self, *words: str) -> str:
        done = subprocess.run(
            [emupos(), "--api", f"http://127.0.0.1:{self.api}", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_S)

    def pictures(self) -> list[Path]:
        return sorted(self.folder.glob("receipts/**/*.png"))


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory, needs: Callable[..., None]) -> Iterator[Printer]:
    needs("emupos")
    made = Printer(tmp_path_factory.mktemp("printer"))
    yield made
    made.stop()


@pytest.fixture
def printer(emulator: Printer) -> EscposPrinter:
    return EscposPrinter(f"tcp:127.0.0.1:{emulator.port}", patience_s=PATIENCE_S)


async def printed(emulator: Printer, before: int) -> Image.Image:
    async with asyncio.timeout(PATIENCE_S):
        while True:  # another process writes them, and a file has its name before it is whole
            if len(pictures := emulator.pictures()) > before:
                try:
                    return Image.open(pictures[-1]).convert("L")
                except (OSError, SyntaxError):  # Pillow's words for half a PNG
                    pass
            await asyncio.sleep(0.05)


async def fault_of(what: object) -> DeviceFault:
    with pytest.raises(DeviceFault) as told:
        await what  # type: ignore[misc]
    return told.value


async def test_a_ticket_comes_out_as_it_was_drawn(emulator: Printer, printer: EscposPrinter) -> None:
    before = len(emulator.pictures())
    await printer.open()
    await printer.probe()
    await printer.print_ticket(TICKET)
    await printer.close()
    paper = await printed(emulator, before)
    drawn = draw_ticket(TICKET, Paper.MM80).convert("L")
    ink = ImageChops.invert(paper).getbbox()
    wanted = ImageChops.invert(drawn).getbbox()
    assert ink is not None and wanted is not None
    assert (ink[2] - ink[0], ink[3] - ink[1]) == (wanted[2] - wanted[0], wanted[3] - wanted[1])
    assert ImageChops.difference(paper.crop(ink), drawn.crop(wanted)).point(lambda dot: dot > 127).getbbox() is None


@pytest.mark.parametrize(
    ("what", "code"),
    [("paper-out", "ticket.paper_out"), ("cover-open", "ticket.cover_open")],
)
async def test_a_printer_that_cannot_print_says_why_and_prints_nothing(
    emulator: Printer, printer: EscposPrinter, what: str, code: str
) -> None:
    await printer.open()
    before = len(emulator.pictures())
    await asyncio.to_thread(emulator.do, "fault", "set", "front", what)
    try:
        told = await fault_of(printer.print_ticket(TICKET))
        assert told.code == code and not told.unsure, "nothing was sent: no paper can be out there"
    finally:
        await asyncio.to_thread(emulator.do, "fault", "clear", "front", what)
    await printer.print_ticket(TICKET)
    await printer.close()
    await printed(emulator, before)
    assert len(emulator.pictures()) == before + 1


async def test_paper_that_is_nearly_out_is_said_beforehand(emulator: Printer, printer: EscposPrinter) -> None:
    supervisor = Supervisor(printer, pace=Pace(watch_every_s=0.05))
    await asyncio.to_thread(emulator.do, "fault", "set", "front", "paper-near-end")
    try:
        await supervisor.start()
        async with asyncio.timeout(PATIENCE_S):
            while supervisor.health.reason_code != "ticket.paper_low":  # noqa: ASYNC110  # asked of another process
                await asyncio.sleep(0.05)
        assert supervisor.health.state is DeviceState.READY
    finally:
        await asyncio.to_thread(emulator.do, "fault", "clear", "front", "paper-near-end")
        await supervisor.stop()


async def test_a_printer_that_is_switched_off_is_absent_and_comes_back(
    tmp_path: Path, needs: Callable[..., None]
) -> None:
    needs("emupos")
    emulator = Printer(tmp_path)
    try:
        printer = EscposPrinter(f"tcp:127.0.0.1:{emulator.port}", patience_s=PATIENCE_S)
        await printer.open()
        emulator.stop()
        assert (await fault_of(printer.print_ticket(TICKET))).code in ("ticket.absent", "ticket.no_answer")
        assert (await fault_of(printer.open())).code == "ticket.absent"
        emulator.start()
        await printer.open()
        await printer.print_ticket(TICKET)
        await printer.close()
    finally:
        emulator.stop()


async def test_a_printer_that_accepts_and_never_answers_is_named() -> None:
    door = socket.create_server(("127.0.0.1", 0))
    printer = EscposPrinter(f"tcp:127.0.0.1:{door.getsockname()[1]}")
    await printer.open()
    assert (await fault_of(printer.probe())).code == "ticket.no_answer"
    await printer.close()
    door.close()


class RunsOut(threading.Thread):
    """A printer at a socket whose paper ends in the middle of a ticket: well until the cut, empty after it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.printed = b""

    def run(self) -> None:
        line, _ = self.door.accept()
        with line:
            while data := line.recv(65_536):
                self.printed += data
                if data[-3:-1] == b"\x10\x04":  # DLE EOT n
                    out = b"\x1dV" in self.printed and data[-1] == 4
                    line.sendall(b"\x72" if out else b"\x12")


async def test_paper_that_runs_out_in_the_middle_of_a_ticket_is_noticed_after_it_and_a_person_is_asked() -> None:
    empty = RunsOut()
    empty.start()
    printer = EscposPrinter(f"tcp:127.0.0.1:{empty.door.getsockname()[1]}", patience_s=PATIENCE_S)
    await printer.open()
    told = await fault_of(printer.print_ticket(TICKET))
    assert told.code == "ticket.paper_out" and told.unsure, "some of it is on paper"
    assert len(empty.printed) > 10_000
    await printer.close()
    empty.door.close()


@pytest.mark.parametrize("address", ["", "tcp:", "http://printer", "tcp:printer:port", "lpt1"])
def test_an_address_of_another_form_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        EscposPrinter(address)
