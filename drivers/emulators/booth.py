"""The five emulated devices of one booth, in one folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.display import EmulatedDisplay
from drivers.emulators.photo_printer import EmulatedPhotoPrinter
from drivers.emulators.ticket_printer import EmulatedTicketPrinter
from drivers.emulators.voice import EmulatedVoice


class EmulatedBooth(msgspec.Struct, frozen=True):
    """What a hub without hardware drives."""

    ticket_printer: EmulatedTicketPrinter
    display: EmulatedDisplay
    voice: EmulatedVoice
    camera: EmulatedCamera
    photo_printer: EmulatedPhotoPrinter


def emulated_booth(folder: Path) -> EmulatedBooth:
    """All five devices; their outputs and fault switches are files in `folder`, which is made when they open."""
    return EmulatedBooth(
        EmulatedTicketPrinter(folder),
        EmulatedDisplay(folder),
        EmulatedVoice(folder),
        EmulatedCamera(folder),
        EmulatedPhotoPrinter(folder),
    )
