"""Serial adapters by their lasting names, and USB printer ports: files of /dev that a display or a ticket printer is on."""

from __future__ import annotations

import grp
import os
from pathlib import Path

from drivers.found.thing import Found

BY_ID = Path("/dev/serial/by-id")
"""udev's names: they say maker and serial number, and stay when ttyUSB0 becomes ttyUSB1."""

USB_PRINTERS = Path("/dev/usb")


def serial_ports(by_id: Path = BY_ID) -> list[Found]:
    """Each adapter, with how a display (the commoner use) on it is named; a ticket printer is serial:PORT."""
    return [
        _file(path, "serial", f"--display epson-dm|cd5220|ad7sgpr {path}   / --ticket-printer serial:{path}")
        for path in _sorted(by_id)
    ]


def printer_ports(folder: Path = USB_PRINTERS) -> list[Found]:
    """Each USB printer port (usblp)."""
    return [_file(path, "ticket", f"--ticket-printer usb:{path}") for path in _sorted(folder) if "lp" in path.name]


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []  # udev makes the folder with the first device


def _file(path: Path, kind: str, option: str) -> Found:
    where = os.path.realpath(path)
    problem, data = "", {}
    if not os.path.exists(where):
        problem = "gone"
    elif not os.access(where, os.R_OK | os.W_OK):
        problem, data = "permission", {"group": group_of(where)}
    return Found(kind=kind, name=path.name, where=where, option=option, problem=problem, data=data)


def group_of(path: str) -> str:
    """The group that may open this file: dialout, lp, plugdev, ..."""
    gid = os.stat(path).st_gid
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
