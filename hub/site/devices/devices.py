"""The supervised devices of one booth: which there are, how they begin and stop, the word that each has in the status."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from drivers.device import (
    Camera,
    Health,
    PhotoPrinter,
    QueueDisplay,
    TicketPrinter,
    Voice,
)
from drivers.emulators.booth import emulated_booth
from drivers.supervision import Pace, Supervisor
from hub.domain.devices.device import DOCUMENTS, named
from hub.site.devices.fault_words import of_papers
from sync.messages import DeviceWord

CLOSE_WAIT_S = 1.0
"""A device that does not even close is left to the end of the process: a stop stays under five seconds in all."""

OnChange = Callable[[str, Health], None]


AnySupervisor = (
    Supervisor[TicketPrinter]
    | Supervisor[QueueDisplay]
    | Supervisor[Voice]
    | Supervisor[Camera]
    | Supervisor[PhotoPrinter]
)


class Devices(msgspec.Struct, frozen=True):
    """The supervised devices of one booth; None where the booth has none of that kind."""

    ticket_printer: Supervisor[TicketPrinter] | None = None
    display: Supervisor[QueueDisplay] | None = None
    voice: Supervisor[Voice] | None = None
    camera: Supervisor[Camera] | None = None
    photo_printer: Supervisor[PhotoPrinter] | None = None
    document_camera: Supervisor[Camera] | None = None
    """書画カメラ, for stills of papers: where there is one it has a word and a row of its own."""
    listeners: list[OnChange] = msgspec.field(default_factory=list)
    """Told of every change of a device's state."""

    @staticmethod
    def of(
        pace: Pace | None = None,
        *,
        ticket_printer: TicketPrinter | None = None,
        display: QueueDisplay | None = None,
        voice: Voice | None = None,
        camera: Camera | None = None,
        photo_printer: PhotoPrinter | None = None,
        document_camera: Camera | None = None,
    ) -> Devices:
        """A supervisor around each device that there is; none is started."""
        listeners: list[OnChange] = []

        def changed(kind: str, health: Health) -> None:
            for listener in tuple(listeners):
                listener(kind, health)

        return Devices(
            None if ticket_printer is None else Supervisor(ticket_printer, changed, pace),
            None if display is None else Supervisor(display, changed, pace),
            None if voice is None else Supervisor(voice, changed, pace),
            None if camera is None else Supervisor(camera, changed, pace),
            None if photo_printer is None else Supervisor(photo_printer, changed, pace),
            None
            if document_camera is None
            else Supervisor(document_camera, lambda _, health: changed(DOCUMENTS, health), pace),
            listeners,
        )

    @staticmethod
    def emulated(folder: Path, pace: Pace | None = None) -> Devices:
        """All five as emulators that write files into `folder`: rehearsal and development."""
        booth = emulated_booth(folder)
        return Devices.of(
            pace,
            ticket_printer=booth.ticket_printer,
            display=booth.display,
            voice=booth.voice,
            camera=booth.camera,
            photo_printer=booth.photo_printer,
        )

    def kinds(self) -> dict[str, AnySupervisor]:
        """The devices there are, by what staff and the record call them."""
        held: dict[str, AnySupervisor | None] = {
            "camera": self.camera,
            DOCUMENTS: self.document_camera,
            "photo": self.photo_printer,
            "ticket": self.ticket_printer,
            "display": self.display,
            "voice": self.voice,
        }
        return {kind: device for kind, device in held.items() if device is not None}

    async def start(self) -> None:
        await asyncio.gather(*(device.start() for device in self.kinds().values()))

    async def stop(self) -> None:
        """Close them; one that hangs is left behind."""
        stopping = [asyncio.create_task(device.stop()) for device in self.kinds().values()]
        if stopping:
            await asyncio.wait(stopping, timeout=CLOSE_WAIT_S)
            for task in stopping:
                task.cancel()
            await asyncio.gather(*stopping, return_exceptions=True)

    def words(self) -> list[DeviceWord]:
        """Each device's state, for the status line of every terminal."""
        return [_word(kind, device.health) for kind, device in self.kinds().items()]


def _word(kind: str, health: Health) -> DeviceWord:
    ja = of_papers(health.ja) if kind == DOCUMENTS else health.ja
    return DeviceWord(kind, health.state.value, named(kind, health.reason_code), ja)
