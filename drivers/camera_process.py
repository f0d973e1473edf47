"""A camera as the hub sees it: every call has a deadline, and a process that does not keep it is killed and started again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

import msgspec

from drivers.camera_wire import Do, Found, Reply, Request
from drivers.faults import fault
from drivers.worker_process import WorkerProcess

log = logging.getLogger("drivers")

DEADLINES_S: Final[dict[Do, float]] = {
    "open": 4.5,  # a session takes 1-2 s; supervision gives an open five
    "probe": 1.5,  # milliseconds; a camera that wakes up needs a second
    "capture": 8.0,  # autofocus 2 s, 24 megapixels over USB 2 half a second, a slow card 3 s
    "preview": 1.5,
}

LARGEST: Final = 64 << 20
"""Bytes of a reply: the largest JPEG of a 60-megapixel camera has half of that."""

LOW_BATTERY: Final = 20
"""Percent: about an hour of a booth's pictures is left."""


class CameraProcess:
    """A Camera behind a worker process; a picture that was being taken when it died is lost, and none is left behind."""

    kind = "camera"

    def __init__(
        self,
        module: str,
        port: str = "",
        *,
        environment: Mapping[str, str] | None = None,
        capture_s: float = DEADLINES_S["capture"],
    ) -> None:
        """`module`: the worker. `port`: as its library names it, empty for the first camera. `environment`: more
        variables for the worker. `capture_s`: how long a shot may take."""
        self._deadlines_s = {**DEADLINES_S, "capture": capture_s}
        self._port = port
        self._worker = WorkerProcess(module, LARGEST, environment)
        self._before: Found | None = None
        self._empty_handed = False
        self.model = ""
        self.battery = -1
        self.held = 0

    @property
    def advice(self) -> str:
        """Fault code of what will soon be in the way though the camera works, or empty."""
        if 0 <= self.battery <= LOW_BATTERY:
            return "camera.battery_low"
        return "camera.not_empty" if self.held else ""

    @property
    def pid(self) -> int:
        """The worker's process id, 0 while there is none."""
        return self._worker.pid

    async def open(self) -> None:
        """Find a camera, in a new worker, and delete what an earlier worker had to leave in it.

        A worker that found nothing on USB has begun nothing with the library and looks again itself: starting one costs
        half a second of a Pi's core, and an empty socket is looked at every one and a half.
        """
        if self._empty_handed and self._worker.pid:
            self._took(await self._ask("open"))
        else:
            await self._open()

    async def probe(self) -> None:
        """Ask whether the camera answers."""
        await self._ask("probe")

    async def capture(self) -> bytes:
        """Take one picture and return it as a complete JPEG; none stays in the camera."""
        return (await self._ask("capture")).jpeg

    async def preview(self) -> bytes:
        """What the camera sees now, as a small JPEG; `camera.no_preview` where it cannot show it."""
        return (await self._ask("preview")).jpeg

    async def emptied(self) -> None:
        """Ask the camera in a new session whether a picture of ours is left, delete it, and ask again.

        In a new worker's: the library remembers what it deleted, and would not notice a camera that only said so; and
        it does not survive a second session with a network camera.
        """
        if await self._open() and await self._open():
            raise fault("camera.not_deleted")

    async def close(self) -> None:
        """End the worker, whatever it is doing."""
        await self._worker.kill()

    async def _open(self) -> int:
        """How many pictures of ours were left in the camera."""
        await self._worker.start()
        return self._took(await self._ask("open"))

    def _took(self, reply: Reply) -> int:
        """Keep what an open found; how many pictures of ours were left."""
        self._before, self.held = reply.found, reply.held
        return reply.left

    async def _ask(self, do: Do) -> Reply:
        if not self._worker.pid:
            raise fault("camera.absent")
        self._empty_handed = False
        request = Request(do, self._port, self._before) if do == "open" else Request(do)
        try:
            body = await self._worker.exchange(request, self._deadlines_s[do])
            reply = msgspec.msgpack.decode(body, type=Reply)
        except TimeoutError:
            raise fault("camera.no_answer") from None
        except (EOFError, OSError, msgspec.DecodeError) as error:
            await self.close()
            raise fault("camera.crashed") from error
        if reply.fault:
            self._empty_handed = do == "open" and not self._port and reply.fault == "camera.absent"
            log.info("camera: %s: %s", reply.fault, reply.why)
            raise fault(reply.fault)
        self.model, self.battery = reply.model or self.model, reply.battery
        return reply
