"""Which devices a hub drives: what its starter named, and emulators where that is harmless.

A device that is not named is emulated as files in a folder. Not so where people's faces could become such files:
outside training there is no emulated camera or photo printer, and pages of a real camera's pictures never fall into a
folder either.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from drivers.device import Camera, PhotoPrinter, QueueDisplay, TicketPrinter, Voice
from drivers.emulators.booth import emulated_booth
from drivers.supervision import Pace
from hub.site.devices.devices import Devices
from hub.site.startfaults import DeviceAddressWrong


class DeviceChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The devices as a person names them on the command line; None = not named."""

    ticket_printer: str | None = None
    """tcp:HOST[:PORT], serial:PORT[:BAUD] or usb:/dev/usb/lp0"""
    display: tuple[str, str] | None = None
    """Model and port: epson-dm /dev/serial/by-id/..."""
    display_brightness: int = 4
    """1 to 4"""
    camera: str | None = None
    """gphoto, or gphoto:PORT with a port as libgphoto2 names it (gphoto:ptpip:192.168.1.20);
    folder:PATH of a folder on a RAM disk that a tablet saves into; picamera, on a Raspberry Pi"""
    document_camera: str | None = None
    """A second camera over the table, for stills of papers; as `camera`, or "emulated" in training"""
    speaker: str | None = None
    """A sound output as ALSA names it: default, plughw:CARD=Headphones"""
    photo_printer: str | None = None
    """A queue of CUPS by its name, or a printer's own address ipp://..., for which a queue is made."""


def make_devices(
    choice: DeviceChoice, folder: Path, *, emulate: bool, training: bool, pace: Pace | None = None
) -> Devices:
    """The supervised devices of this choice, not started. `emulate`: what is not named is emulated in `folder`.

    DeviceAddressWrong for what cannot be meant. No device is touched and no library loaded for one that is not named.
    """
    ticket_printer = None if choice.ticket_printer is None else _ticket_printer(choice.ticket_printer)
    display = None if choice.display is None else _display(*choice.display, choice.display_brightness)
    camera = None if choice.camera is None else _camera(choice.camera, folder)
    voice = None if choice.speaker is None else _voice(choice.speaker, folder)
    photo_printer = None if choice.photo_printer is None else _photo_printer(choice.photo_printer)
    documents = None if choice.document_camera is None else _document_camera(choice.document_camera, folder, training)
    if not emulate:
        return Devices.of(
            pace,
            document_camera=documents,
            ticket_printer=ticket_printer,
            display=display,
            camera=camera,
            voice=voice,
            photo_printer=photo_printer,
        )
    stand_ins = emulated_booth(folder)
    if training and camera is None:  # only drawn sitters may fall into a folder as pages
        camera, photo_printer = stand_ins.camera, photo_printer or stand_ins.photo_printer
    return Devices.of(
        pace,
        document_camera=documents,
        ticket_printer=ticket_printer or stand_ins.ticket_printer,
        display=display or stand_ins.display,
        voice=voice or stand_ins.voice,
        camera=camera,
        photo_printer=photo_printer,
    )


def _ticket_printer(address: str) -> TicketPrinter:
    from drivers.escpos_printer import BadAddress, EscposPrinter

    try:
        return EscposPrinter(address)
    except BadAddress as error:
        raise DeviceAddressWrong(address=address) from error


def _display(model: str, port: str, brightness: int) -> QueueDisplay:
    from drivers.display_models import display

    return display(model, port, brightness)


def _voice(output: str, folder: Path) -> Voice:
    from drivers.voice.player import Player
    from drivers.voice.speaker import Speaker

    return Speaker(Player(output), folder / "spoken")


def _camera(name: str, folder: Path) -> Camera:
    how, _, where = name.partition(":")
    if how == "gphoto":
        from drivers.gphoto.camera import NOWHERE, GphotoCamera

        return GphotoCamera(where, settings=folder / "settings" if where else NOWHERE)
    if name == "picamera":
        from drivers.pi_camera import PiCamera

        return PiCamera()
    if how == "folder" and where:
        from drivers.folder_camera import FolderCamera

        return FolderCamera(Path(where))
    raise DeviceAddressWrong(address=name)


def _document_camera(name: str, folder: Path, training: bool) -> Camera:
    if name == "emulated" and training:
        from drivers.emulators.document_camera import EmulatedDocumentCamera

        return EmulatedDocumentCamera(folder / "documents")
    return _camera(name, folder)


def _photo_printer(address: str) -> PhotoPrinter:
    from drivers.photo_printer.printer import BadAddress, CupsPhotoPrinter

    try:
        return CupsPhotoPrinter(address)
    except BadAddress as error:
        raise DeviceAddressWrong(address=address) from error
