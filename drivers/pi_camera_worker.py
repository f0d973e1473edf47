"""The Pi camera's own process: `python -m drivers.pi_camera_worker FD`; see drivers.pi_camera for what was not tried."""

from __future__ import annotations

import io
import sys
from typing import Any, Final

import msgspec

from drivers.camera_wire import Refused, Reply, Request
from drivers.jpeg import whole_jpeg
from drivers.worker_process import serve

QUALITY: Final = 93
"""Of the JPEG: a 12-megapixel face stays within the 7 MB that the upload rule allows."""


class Session:
    """The first camera of this Pi. It stores nothing: a picture is in this process's memory and in the reply alone."""

    def __init__(self) -> None:
        self._camera: Any = None

    def open(self) -> Reply:
        """Find the camera and let it run: exposure and white balance settle while nobody waits."""
        try:
            from picamera2 import Picamera2
        except ImportError as error:
            raise Refused("camera.no_library") from error
        if not Picamera2.global_camera_info():
            raise Refused("camera.absent")
        self._camera = Picamera2()
        self._camera.options["quality"] = QUALITY
        self._camera.configure(self._camera.create_still_configuration())
        self._camera.start()
        return self.probe()

    def probe(self) -> Reply:
        """Whether frames still come."""
        self._need().capture_metadata()
        return Reply(model=str(self._need().camera_properties.get("Model", "")))

    def capture(self) -> Reply:
        """Focus, where the camera can, and take one picture."""
        camera = self._need()
        if "AfMode" in camera.camera_controls and not camera.autofocus_cycle():
            raise Refused("camera.focus_failed")
        held = io.BytesIO()
        camera.capture_file(held, format="jpeg")
        picture = whole_jpeg(held.getvalue())
        if picture is None:
            raise Refused("camera.bad_picture")
        return Reply(jpeg=picture)

    def _need(self) -> Any:
        if self._camera is None:
            raise Refused("camera.absent")
        return self._camera


def answer(session: Session, request: Request) -> Reply:
    """The reply to one request; whatever libcamera raises is a fault with its words for the log."""
    try:
        match request.do:
            case "open":
                return session.open()
            case "probe":
                return session.probe()
            case "capture":
                return session.capture()
            case "preview":
                raise Refused("camera.no_preview")
    except Refused as refused:
        return Reply(fault=str(refused), why=repr(refused.__cause__))
    except Exception as error:  # libcamera raises RuntimeError for most things; another program holding it says "busy"
        busy = "busy" in str(error).lower()
        return Reply(fault="camera.claimed" if busy else "camera.broken", why=f"{request.do}: {error!r}")


def main(descriptor: int) -> None:
    """Answer requests until the pipe ends."""
    session = Session()
    serve(descriptor, lambda body: answer(session, msgspec.msgpack.decode(body, type=Request)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
