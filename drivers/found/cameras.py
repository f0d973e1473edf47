"""Cameras on USB, as libgphoto2 finds them in a process of its own, and what may take them away first."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from drivers.device import DeviceFault
from drivers.found.ports import group_of
from drivers.found.thing import Found
from drivers.gphoto.camera import GphotoCamera

GVFS = "gvfs-gphoto2-vo"
"""As the kernel names the process of gvfs that grabs each camera: fifteen letters (proc(5), comm)."""

USB = Path("/sys/bus/usb/devices")

STILL_IMAGE = "06"
"""The USB class of cameras (PIMA 15740): among all that is on the bus, these are the files to look at."""

OPTION = "--camera gphoto"


async def cameras(environment: Mapping[str, str] | None = None, usb: Path = USB) -> list[Found]:
    """The first camera, opened once and let go: only that tells whether it can be had.

    environment: as for GphotoCamera. Takes one to two seconds.
    """
    camera = GphotoCamera(environment=environment)
    try:
        async with asyncio.timeout(OPEN_S):
            await camera.open()
        found = Found(kind="camera", name=camera.model, where="USB", option=OPTION)
        return [found if not gvfs_runs() else _with(found, "camera.gvfs")]
    except TimeoutError:
        return [
            Found(kind="camera", name="USB", option=OPTION, problem="camera.fault", data={"code": "camera.no_answer"})
        ]
    except DeviceFault as told:
        return _why(told, usb)
    finally:
        await camera.close()


OPEN_S = 8.0
"""A session takes 1-2 s, on a Pi that has just started some more."""


def _why(told: DeviceFault, usb: Path) -> list[Found]:
    if told.code == "camera.absent":
        return []
    if told.code == "camera.crashed":
        return [Found(kind="camera", name="USB", problem="camera.library")]
    if told.code == "camera.claimed":
        closed = [node for node in camera_nodes(usb) if os.path.exists(node) and not os.access(node, os.W_OK)]
        if closed:  # libusb says "could not claim" also where the file could not be opened
            data = {"group": group_of(closed[0])}
            return [Found(kind="camera", name="USB", option=OPTION, problem="permission", data=data)]
        return [Found(kind="camera", name="USB", option=OPTION, problem="camera.claimed")]
    return [Found(kind="camera", name="USB", option=OPTION, problem="camera.fault", data={"code": told.code})]


def camera_nodes(usb: Path = USB) -> list[str]:
    """The files by which the cameras on this bus are opened."""
    nodes = []
    for interface in sorted(usb.glob("*:*/bInterfaceClass")):
        try:
            if interface.read_text().strip() == STILL_IMAGE:
                device = usb / interface.parent.name.partition(":")[0]
                bus, number = (int((device / name).read_text()) for name in ("busnum", "devnum"))
                nodes.append(f"/dev/bus/usb/{bus:03}/{number:03}")
        except (OSError, ValueError):
            continue  # it was pulled while we looked
    return nodes


def _with(found: Found, problem: str) -> Found:
    return Found(kind=found.kind, name=found.name, where=found.where, option=found.option, problem=problem)


def gvfs_runs(proc: Path = Path("/proc")) -> bool:
    """Whether gvfs watches for cameras on this machine."""
    for comm in proc.glob("[0-9]*/comm"):
        try:
            if comm.read_text("utf-8", "replace").strip() == GVFS:
                return True
        except OSError:
            continue  # it has just ended
    return False
