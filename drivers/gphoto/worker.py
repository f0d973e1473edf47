"""The camera's own process: `python -m drivers.gphoto.worker FD`, requests on standard input, replies on descriptor FD.

One long session with the camera. Every picture is taken into the camera's memory, read, deleted there and looked for:
what is left in a camera is another person's face. Within one session the library answers from memory, so that when a
photo step ends a new one proves it (GphotoCamera.emptied); not after each shot, for a compact camera draws its lens in
with every session.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import msgspec

from drivers.camera_wire import Found, Refused, Reply, Request
from drivers.jpeg import whole_jpeg
from drivers.worker_process import serve

SETTLE_MS: Final = 50
"""After a picture the camera says what else it stored (a RAW file beside it); more waiting finds nothing more."""

BUSY_TRIES: Final = 3
"""A camera that still writes the last picture says "busy" for a moment (EOS: the second shot in a row)."""

LOOKED_AWAY_S: Final = 2.0
"""Frames are asked for three times a second while somebody looks; after so long without one nobody does."""

NETWORK_MODEL: Final = "PTP/IP Camera"

# gphoto2-port-result.h and gphoto2-result.h
_FAULTS: Final = {
    -3: "camera.card_full",  # no memory: the virtual camera's full card
    -7: "camera.absent",  # the cable was pulled in mid-transfer
    -10: "camera.no_answer",
    -52: "camera.absent",
    -53: "camera.claimed",
    -105: "camera.absent",
    -110: "camera.busy",
    -114: "camera.focus_failed",
}


class Session:
    """The one camera of this process, through the real library."""

    def __init__(self) -> None:
        import gphoto2

        self._gp: Any = gphoto2
        # Another set of port drivers than the wheel's: a site's own build, or a test's that pulls the cable.
        if os.environ.get("DEMADO_IOLIBS"):
            os.environ["IOLIBS"] = os.environ["DEMADO_IOLIBS"]
        self._camera: Any = None
        self._model = ""
        self._looked_s = 0.0
        """When the last frame of the live picture was asked for (monotonic); 0: the camera shows none."""

    def open(self, port: str, before: Found | None) -> Reply:
        """Find a camera, begin a session, and delete what an earlier session of ours had to leave behind."""
        self._begin(port)
        serial = self._text("serialnumber")
        if before is None or before.serial != serial:
            before = Found(serial, tuple(sorted(self._everything())))  # another camera: nothing in it is ours yet
        left = self._everything() - set(before.files)
        self._empty(left)
        reply = self.probe()
        reply.found, reply.held, reply.left = before, len(before.files), len(left)
        return reply

    def _begin(self, port: str) -> None:
        camera = self._gp.Camera()
        if port:
            ports, abilities = self._gp.PortInfoList(), self._gp.CameraAbilitiesList()
            ports.load()
            abilities.load()
            camera.set_port_info(ports[ports.lookup_path(port)])
            camera.set_abilities(abilities[abilities.lookup_model(NETWORK_MODEL)])
        elif not list(self._gp.Camera.autodetect().items()):
            raise Refused("camera.absent")
        camera.init()
        self._camera, self._looked_s = camera, 0.0
        self._model = str(camera.get_abilities().model)
        self._set("capturetarget", "Internal RAM")

    def probe(self) -> Reply:
        """Whether the camera still answers, and what its battery has."""
        if self._looked_s and time.monotonic() - self._looked_s > LOOKED_AWAY_S:
            self._end_live()
        self._need().wait_for_event(1)  # settings are remembered by the library: only this goes over the cable
        battery = self._percent("batterylevel")
        if battery == 0:
            raise Refused("camera.battery_dead")
        return Reply(battery=battery, model=self._model)

    def capture(self) -> Reply:
        """Take one picture; it is nowhere but in the reply afterwards."""
        camera = self._need()
        self._end_live()
        path = self._shoot(camera)
        # A fault here leaves the picture in the camera: the next open deletes it, before anybody else's is taken.
        picture = self._download(camera, path.folder, path.name)
        self._empty({(path.folder, path.name), *self._also_stored(camera)})
        if not path.name.lower().endswith((".jpg", ".jpeg")):
            raise Refused("camera.wrong_mode")
        whole = whole_jpeg(picture)
        if whole is None:
            raise Refused("camera.bad_picture")
        return Reply(jpeg=whole, battery=self._percent("batterylevel"), model=self._model)

    def preview(self) -> Reply:
        """One picture of the viewfinder; `camera.no_preview` where the camera has none."""
        camera, self._looked_s = self._need(), time.monotonic()
        try:
            held = camera.capture_preview()
        except self._gp.GPhoto2Error as error:
            raise Refused("camera.no_preview" if error.code == -6 else _code(error.code, "camera.broken")) from error
        return Reply(jpeg=bytes(memoryview(held.get_data_and_size())), model=self._model)

    def _end_live(self) -> None:
        """Let the mirror down and the sensor rest: a live picture eats the battery, and some cameras focus badly in it."""
        if self._looked_s:
            self._looked_s = 0.0
            self._set("viewfinder", 0)

    def _shoot(self, camera: Any) -> Any:
        for attempt in range(BUSY_TRIES):
            try:
                return camera.capture(self._gp.GP_CAPTURE_IMAGE)
            except self._gp.GPhoto2Error as error:
                if error.code == -110 and attempt < BUSY_TRIES - 1:
                    self._also_stored(camera)  # its events say when it is done
                    continue
                raise Refused(self._why_not(camera, error.code)) from error
        raise AssertionError("unreachable")

    def _why_not(self, camera: Any, code: int) -> str:
        """The library says -1 for many reasons: a full card can be asked for, and what is left is mostly focus."""
        if code in _FAULTS:
            return _FAULTS[code]
        try:
            if any(store.freeimages == 0 for store in camera.get_storageinfo()):
                return "camera.card_full"
        except self._gp.GPhoto2Error as error:
            return _code(error.code, "camera.broken")
        return "camera.focus_failed" if code == -1 else "camera.broken"

    def _download(self, camera: Any, folder: str, name: str) -> bytes:
        held = camera.file_get(folder, name, self._gp.GP_FILE_TYPE_NORMAL)
        return bytes(memoryview(held.get_data_and_size()))  # `held` keeps the memory until it is copied

    def _also_stored(self, camera: Any) -> set[tuple[str, str]]:
        """What the camera has stored besides, as its events say."""
        more: set[tuple[str, str]] = set()
        while True:
            kind, data = camera.wait_for_event(SETTLE_MS)
            if kind == self._gp.GP_EVENT_TIMEOUT:
                return more
            if kind == self._gp.GP_EVENT_FILE_ADDED:
                more.add((data.folder, data.name))

    def _empty(self, files: set[tuple[str, str]]) -> None:
        """Delete these, and look whether the camera refused to; `camera.not_deleted` if so."""
        for folder, name in files:
            try:
                self._camera.file_delete(folder, name)
            except self._gp.GPhoto2Error:
                pass  # whether it is gone is asked below
        if files and files & self._everything():
            raise Refused("camera.not_deleted")

    def _everything(self) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        folders = ["/"]
        while folders:
            folder = folders.pop()
            found |= {(folder, name) for name in self._camera.folder_list_files(folder).keys()}
            folders += [f"{folder.rstrip('/')}/{name}" for name in self._camera.folder_list_folders(folder).keys()]
        return found

    def _need(self) -> Any:
        if self._camera is None:
            raise Refused("camera.absent")
        return self._camera

    def _percent(self, name: str) -> int:
        """A setting in percent ("50%"), -1 where the camera has none."""
        digits = self._text(name).rstrip("%").strip()
        return int(digits) if digits.isdecimal() else -1

    def _text(self, name: str) -> str:
        """A setting as text, empty where the camera has none."""
        try:
            return str(self._camera.get_single_config(name).get_value())
        except self._gp.GPhoto2Error as error:
            if error.code in _FAULTS:
                raise
            return ""

    def _set(self, name: str, value: str | int) -> None:
        """A setting, where the camera has it."""
        try:
            widget = self._camera.get_single_config(name)
            widget.set_value(value)
            self._camera.set_single_config(name, widget)
        except self._gp.GPhoto2Error:
            pass  # not every camera lets it be chosen; what it stores is deleted all the same


def _code(code: int, other: str) -> str:
    return _FAULTS.get(code, other)


def _answer(session: Session, request: Request) -> Reply:
    act: Callable[[], Reply] = {
        "open": lambda: session.open(request.port, request.before),
        "probe": session.probe,
        "capture": session.capture,
        "preview": session.preview,
    }[request.do]
    try:
        return act()
    except Refused as refused:
        return Reply(fault=str(refused), why=repr(refused.__cause__))
    except session._gp.GPhoto2Error as error:
        return Reply(fault=_code(error.code, "camera.broken"), why=f"{request.do}: {error}")


def main(descriptor: int) -> None:
    """Answer requests until the pipe ends. Not on standard output: the library and its helpers print there when they please."""
    with suppress(OSError):  # without it a network camera asks who we are each time; pictures are taken all the same
        os.makedirs(os.environ["XDG_CONFIG_HOME"], exist_ok=True)
    session = Session()
    serve(descriptor, lambda body: _answer(session, msgspec.msgpack.decode(body, type=Request)))
    os._exit(0)  # the library's own goodbye can hang or crash, and nobody needs it


if __name__ == "__main__":
    main(int(sys.argv[1]))
