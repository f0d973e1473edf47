"""Trying a device out, because staff asked: what each kind does so that a person sees or hears that it works.

A test shot is looked at by nobody and kept nowhere: its bytes are gone when the camera has answered.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from drivers.device import Camera, PhotoPrinter, Ticket
from hub.domain.devices.device import DOCUMENTS
from hub.domain.moment import when
from hub.site.pictures.photo_printing import SUBMIT_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.supervision import Supervisor
    from hub.domain.contracts.contract import Profile
    from hub.site.devices.devices import Devices

LINE = "TEST"
"""Latin letters: the one text that displays of seven segments and of katakana both have."""

LINE_S = 3.0
"""Long enough to walk the eyes to the sign, short enough that no applicant waits for a TEST to come to the window."""


async def try_out(
    devices: Devices,
    kind: str,
    percent: int,
    profile: Profile,
    training: bool,
    refresh_sign: Callable[[], None],
    at_ms: int,
) -> bool:
    """Do the try-out of this kind of device; DeviceFault as the device has it, False where there is nothing to do.

    A photo printer's sheet is waited for to its end: minutes, where paper is to be put in.

    at_ms: when staff asked, by the record: a Pi is in UTC, and a rehearsal has a clock of its own.
    percent: how loud the chime may be, 0 in a quiet venue.
    """
    if kind == "camera" and devices.camera is not None:
        await devices.camera.call(_shot)
    elif kind == DOCUMENTS and devices.document_camera is not None:
        await devices.document_camera.call(_shot)
    elif kind == "ticket" and devices.ticket_printer is not None:
        paper = _ticket(profile, training, at_ms)
        await devices.ticket_printer.call(lambda printer: printer.print_ticket(paper))
    elif kind == "display" and devices.display is not None:
        await devices.display.call(lambda display: display.show(LINE, ""))
        asyncio.get_running_loop().call_later(LINE_S, refresh_sign)
    elif kind == "photo" and devices.photo_printer is not None:
        await _sheet(devices.photo_printer, profile, training, at_ms)
    elif kind == "voice" and devices.voice is not None and percent:
        await devices.voice.call(lambda voice: voice.chime(percent))
    else:
        return False
    return True


async def _shot(camera: Camera) -> None:
    """Take a picture and let go of it; the driver has looked that none is left in the camera."""
    await camera.capture()


async def _sheet(printer: Supervisor[PhotoPrinter], profile: Profile, training: bool, at_ms: int) -> None:
    """Print the sheet with the frame, and follow it to its end as any other page."""
    from drivers.photo_printer.try_sheet import page  # draws: a hub whose printer is never tried does not load it

    made = await asyncio.to_thread(page, profile.source.city, when(at_ms), training)
    job = await printer.call(lambda one: one.print_page(made, 1), deadline_s=SUBMIT_S)
    await job.end()


def _ticket(profile: Profile, training: bool, at_ms: int) -> Ticket:
    """A ticket that nobody can take for a number."""
    return Ticket(
        number=LINE,
        lane_ja="印刷の試し",
        lane_en="Test print",
        issued_at_ms=at_ms,
        ahead=0,
        wait_minutes=None,
        city=profile.source.city,
        training=training,
    )
