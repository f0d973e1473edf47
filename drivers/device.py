"""What a device of the booth is: its states, its health, its faults, and one protocol per kind.

Knows no queue: a ticket or an announcement arrives here finished, as plain values.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import msgspec


class DeviceState(Enum):
    """Where a device stands; supervision alone moves it."""

    ABSENT = "absent"  # not found: never plugged in, or the cable is out
    READY = "ready"  # opened and answering; a call would be tried at once
    BUSY = "busy"  # in the middle of one call (a device does one thing at a time)
    FAULT = "fault"  # found, but it cannot do its work until someone or something helps
    OFF = "off"  # not supervised: not started yet, or switched off on purpose


class DeviceFault(Exception):
    """A device could not do what it was asked; the sentences are for staff, the code is stable.

    `unsure` is true where the effect may have happened all the same (a deadline passed in mid-print):
    then a person looks (未確認) and nothing is repeated by itself. `state` is where the fault leaves the device.
    """

    def __init__(
        self,
        code: str,
        ja: str,
        en: str,
        remedy_ja: str,
        *,
        state: DeviceState = DeviceState.FAULT,
        unsure: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.ja = ja
        self.en = en
        self.remedy_ja = remedy_ja
        self.state = state
        self.unsure = unsure

    def __str__(self) -> str:
        return f"{self.code}: {self.en}" + (" (outcome unknown)" if self.unsure else "")


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A device's state with its reason; `reason_code` and the sentences are empty when nothing is wrong."""

    state: DeviceState
    reason_code: str = ""
    ja: str = ""
    en: str = ""
    remedy_ja: str = ""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What a number ticket says. `issued_at_ms` is UTC since the epoch; `wait_minutes` None = not known, left out."""

    number: str
    lane_ja: str
    lane_en: str
    issued_at_ms: int
    ahead: int
    wait_minutes: int | None
    city: str
    training: bool = False
    reprint: bool = False
    large: bool = False
    status_url: str = ""
    """What the QR code opens; empty: there is none."""


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """One call to be heard: `number` as on the ticket (A-019), `window` as on its sign, `call` counted from 1."""

    number: str
    window_ja: str
    window_en: str
    call: int = 1
    chime: bool = True
    percent: int = 100
    """How loud: 0 says nothing at all, not even the chime."""


class Device(Protocol):
    """What supervision needs of every device. Each of the three raises DeviceFault and nothing else on purpose."""

    @property
    def kind(self) -> str:
        """The stem of the device's fault codes: ticket, display, voice, camera or photo."""

    async def open(self) -> None:
        """Find the device and make it usable; safe to call again after any fault."""

    async def probe(self) -> None:
        """Ask whether it could work now, without any effect that people see or hear."""

    async def close(self) -> None:
        """Let go of the device; never raises for a device that is already gone."""


class TicketPrinter(Device, Protocol):
    """Prints number tickets."""

    async def print_ticket(self, ticket: Ticket) -> None:
        """Return when the ticket is out as far as the printer can tell."""


class QueueDisplay(Device, Protocol):
    """The sign that shows one called number and its window."""

    async def show(self, number: str, window: str) -> None:
        """Show this call until the next show() or clear()."""

    async def clear(self) -> None:
        """Show nothing."""


class Voice(Device, Protocol):
    """Chime and speech; announcements queue and never cut each other off."""

    async def prepare(self, number: str, percent: int) -> None:
        """This number will be called, so loud: get ready. Returns at once and promises nothing."""

    async def announce(self, announcement: Announcement) -> None:
        """Return when it has been said to the end."""

    async def chime(self, percent: int) -> None:
        """Sound the chime alone, so loud, after what is being said."""


class Camera(Device, Protocol):
    """Takes the face photo."""

    async def capture(self) -> bytes:
        """Take one picture and return it as a complete JPEG; none stays in the camera."""

    async def preview(self) -> bytes:
        """What the camera sees now, as a small JPEG; `camera.no_preview` where it cannot show it."""

    async def emptied(self) -> None:
        """Ask the camera anew whether a picture of ours is left in it: `camera.not_deleted` if one is."""


class PrintJob(Protocol):
    """One page on its way through the photo printer."""

    id: str
    """A name that no other job ever gets."""
    trouble: str
    """Fault code of what it waits for now (paper), or empty."""

    async def end(self) -> None:
        """Return when all copies are out as far as anyone can tell; nothing of the page is left in a spool then.

        DeviceFault otherwise; `unsure` unless it is certain that nothing came out. Waits for minutes where paper or ink
        is to be put in, so it is no call under supervision.
        """


class PhotoPrinter(Device, Protocol):
    """Prints composed photo pages."""

    async def print_page(self, page: bytes, copies: int) -> PrintJob:
        """Submit one whole page (JPEG or PNG, 1050 x 1500), `copies` >= 1; it returns when the page is handed over."""

    async def empty_spool(self) -> int:
        """Remove what is left of pages that nobody follows; how many pages are left (0: no picture is in the spool)."""
