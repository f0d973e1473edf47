"""A ticket printer that speaks ESC/POS (python-escpos), on the network, a serial line or a USB printer port.

Tickets go out as pictures: the library sends Japanese text in the wrong codes. The printer is asked before and after
each ticket (DLE EOT, real-time status), since running out of paper raises nothing by itself.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from drivers.device import DeviceFault, Ticket
from drivers.faults import fault
from drivers.own_thread import OwnThread
from drivers.serial_line import GONE
from drivers.ticket_image import Paper, draw_ticket

T = TypeVar("T")

ANSWER_S: Final = 2.0
"""A status comes within milliseconds, also in mid-print; a printer that wakes up needs a second."""

CONNECT_SHARE: Final = 0.5
"""A connection takes no longer than half of that: TCP asks a second time after 1 s, and a new attempt asks at once."""

NOTICE_SHARE: Final = 0.25
"""The watch takes a quarter, half a second: a network cable says nothing when it is pulled, and that is to be noticed
within a second. A printer that slept is awake when it is asked again."""

# ESC/POS, DLE EOT n: which status, and the bits of its answer.
ASK_PRINTER, ASK_OFFLINE, ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
OFFLINE, COVER_OPEN, PAPER_STOP = 0x08, 0x04, 0x20
NEAR_END, PAPER_END = 0x0C, 0x60

_ADDRESS = re.compile(r"(?P<way>tcp|serial|usb):(?P<where>[^:]+)(?::(?P<number>[0-9]{1,6}))?")


class BadAddress(ValueError):
    """An address that is none of tcp:HOST[:PORT], serial:PORT[:BAUD], usb:/dev/usb/lp0."""


class EscposPrinter:
    """A TicketPrinter behind an ESC/POS connection; one thread makes all calls, each with the library's own deadline."""

    kind = "ticket"

    def __init__(self, address: str, paper: Paper = Paper.MM80, *, patience_s: float = ANSWER_S) -> None:
        """BadAddress for an address of another form. patience_s: how long an answer may take."""
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise BadAddress(address)
        self._way, self._where = found["way"], found["where"]
        self._number = int(found["number"] or 0)
        self._paper = paper
        self._patience_s = patience_s
        self._thread = OwnThread(f"ticket {self._where}")
        self._printer: Any = None
        self._near_end = False

    @property
    def advice(self) -> str:
        """Fault code of what will soon be in the way though the printer works, or empty."""
        return "ticket.paper_low" if self._near_end else ""

    async def open(self) -> None:
        """Connect and make the printer ready; `ticket.absent` where there is none."""
        await self._do(self._connect)

    async def probe(self) -> None:
        """Ask for cover and paper."""
        await self._do(lambda: self._check(self._patience_s * NOTICE_SHARE))

    async def close(self) -> None:
        """Let go of the connection."""
        await self._thread.run(self._drop)
        self._thread.abandon()

    async def print_ticket(self, ticket: Ticket) -> None:
        """Return when the ticket is out as far as the printer can tell; unsure where it stopped in the middle."""
        await self._do(lambda: self._print(ticket))

    # ------------------------------------------------------------------ on the thread

    def _drop(self) -> None:
        """Let go of a connection, also of one that is gone already."""
        printer, self._printer = self._printer, None
        if printer is not None:
            device, printer._device = printer.device, False  # its own close() flushes first, and fails on what is gone
            with contextlib.suppress(*GONE):
                device.close()

    def _connect(self) -> None:
        from escpos import printer

        self._drop()
        if self._way == "tcp":
            made = printer.Network(self._where, self._number or 9100, timeout=self._patience_s * CONNECT_SHARE)
        elif self._way == "serial":
            made = printer.Serial(self._where, self._number or 19200, timeout=self._patience_s)
        else:
            made = printer.File(self._where)
        made.open()
        if self._way == "tcp":
            made.device.settimeout(self._patience_s)  # a ticket is sent with more patience than a connection is made
        made.hw("INIT")
        self._printer = made

    def _print(self, ticket: Ticket) -> None:
        self._check(self._patience_s)
        picture = draw_ticket(ticket, self._paper)
        try:
            self._printer.image(picture, impl="bitImageRaster")
            self._printer.cut()
            self._check(self._patience_s)
        except DeviceFault as told:
            told.unsure = True  # some of it is on paper: a person looks
            raise

    def _check(self, patience_s: float) -> None:
        """Raise what keeps the printer from printing; one that cannot answer (usb:) is believed to be well while it is there."""
        if self._printer is None:
            raise fault("ticket.absent")
        if self._way == "usb":
            self._look_for_the_file()
            return
        cause = self._ask(ASK_OFFLINE, patience_s) if self._ask(ASK_PRINTER, patience_s) & OFFLINE else 0
        if cause & COVER_OPEN:
            raise fault("ticket.cover_open")
        paper = self._ask(ASK_PAPER, patience_s)
        if paper & PAPER_END or cause & PAPER_STOP:
            raise fault("ticket.paper_out")
        if cause:
            raise fault("ticket.broken")
        self._near_end = bool(paper & NEAR_END)

    def _look_for_the_file(self) -> None:
        """The device's file goes with its cable, and another cable makes another file."""
        held, there = os.fstat(self._printer.device.fileno()), os.stat(self._where)
        if (held.st_dev, held.st_ino) != (there.st_dev, there.st_ino):
            raise fault("ticket.absent")

    def _ask(self, what: bytes, patience_s: float) -> int:
        """One status byte. Not query_status(): on a serial line that waits for sixteen bytes, which never come."""
        line = self._printer.device
        self._printer._raw(what)
        if self._way == "tcp":
            line.settimeout(patience_s)
            answer: bytes = line.recv(16)
            line.settimeout(self._patience_s)
        else:
            line.timeout = patience_s
            answer = line.read(1)
        if not answer:
            raise fault("ticket.no_answer" if self._way == "serial" else "ticket.absent")
        return answer[-1]

    async def _do(self, work: Callable[[], T]) -> T:
        from escpos.exceptions import DeviceNotFoundError

        try:
            return await self._thread.run(work)
        except TimeoutError as error:
            raise fault("ticket.no_answer", unsure=True) from error
        except (DeviceNotFoundError, *GONE) as error:
            await self._thread.run(self._drop)
            raise fault("ticket.absent", unsure=True) from error
