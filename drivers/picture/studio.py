"""The studio as the hub sees it: pictures in, cut and measured pictures out; a process that hangs is replaced.

Every call answers or raises a DeviceFault by its deadline, and the next one works: nothing is kept between two.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from drivers.faults import fault
from drivers.picture.values import MOST_COPIES, Area, Box, Examined, Masked, SheetLabel
from drivers.picture.wire import Reply, Request
from drivers.worker_process import WorkerProcess

log = logging.getLogger("drivers")

START_S: Final = 10.0
"""Importing OpenCV and loading the models takes half a second here, three on a Pi with a cold card."""

EXAMINE_S: Final = 10.0
"""24 megapixels take half a second here, two on a Pi; a picture that takes longer was made to."""

FRAME_S: Final = 1.5
"""A frame of a live picture has a megapixel at most: some milliseconds. The shutter does not wait longer for one."""

LARGEST: Final = 32 << 20
"""Bytes of a reply: an upload has 7 MB at most, a page of noise 5."""

LARGEST_PICTURE: Final = 64 << 20
"""Bytes of a JPEG from a camera: the largest of 60 megapixels have half of that."""


class Studio:
    """Looks at photos in a process of its own; one at a time."""

    def __init__(self, *, environment: Mapping[str, str] | None = None, examine_s: float = EXAMINE_S) -> None:
        """`environment`: more variables for the process (DEMADO_MODELS). `examine_s`: how long a picture may take."""
        self._worker = WorkerProcess("drivers.picture.worker", LARGEST, environment)
        self._turn = asyncio.Lock()
        self._examine_s = examine_s
        self.checks = False
        """Whether the model files are there; known after start()."""
        self.why_no_checks = ""

    @property
    def pid(self) -> int:
        """The worker's process id, 0 while there is none."""
        return self._worker.pid

    async def start(self) -> None:
        """Start the process, so that the first picture does not wait for it; not needed before examine()."""
        async with self._turn:
            await self._need_worker()

    async def stop(self) -> None:
        """End the process, whatever it is doing."""
        await self._worker.kill()

    async def examine(self, jpeg: bytes) -> Examined:
        """The picture cut to 35 x 45 mm around its face and measured; unmeasured where the checks are off."""
        return await self._examined(Request("examine", jpeg))

    async def crop_by_hand(self, jpeg: bytes, box: Box) -> Examined:
        """The same picture cut at the box nearest to `box` that is 35:45; measured where the checks are on."""
        return await self._examined(Request("examine", jpeg, box))

    async def small(self, frame: bytes) -> bytes:
        """A frame of a camera's live picture as a small JPEG, upright, its longest side at most 480 px."""
        return (await self._ask(Request("small", frame), FRAME_S)).small

    async def sheet(self, upload: bytes, label: SheetLabel) -> bytes:
        """A page for the photo printer: PNG, 1050 x 1500 px, L size at 300 dpi. ValueError: not 1-4 copies."""
        if not 1 <= label.copies <= MOST_COPIES:
            raise ValueError(f"{label.copies} pictures on a page of {MOST_COPIES}")
        return (await self._ask(Request("sheet", upload, None, label))).sheet

    async def mask(self, jpeg: bytes, areas: Sequence[Area]) -> Masked:
        """The picture with these areas black; what was under them has left that process nowhere."""
        if len(jpeg) > LARGEST_PICTURE:
            raise fault("picture.too_large")
        reply = await self._ask(Request("mask", jpeg, areas=tuple(areas)))
        assert reply.masked is not None
        return reply.masked

    async def _examined(self, request: Request) -> Examined:
        if len(request.jpeg) > LARGEST_PICTURE:
            raise fault("picture.too_large")
        reply = await self._ask(request)
        assert reply.examined is not None
        return reply.examined

    async def _ask(self, request: Request, deadline_s: float | None = None) -> Reply:
        async with self._turn:
            await self._need_worker()
            return await self._exchange(request, deadline_s or self._examine_s)

    async def _need_worker(self) -> None:
        if not self._worker.alive:
            await self._worker.start()
            reply = await self._exchange(Request("ready"), START_S)
            self.checks, self.why_no_checks = reply.checks, reply.why
            if not reply.checks:
                log.warning("photo checks are off: %s", reply.why)

    async def _exchange(self, request: Request, deadline_s: float) -> Reply:
        try:
            reply = msgspec.msgpack.decode(await self._worker.exchange(request, deadline_s), type=Reply)
        except TimeoutError:
            raise fault("picture.no_answer") from None
        except (EOFError, OSError, msgspec.DecodeError) as error:
            raise fault("picture.crashed") from error
        if reply.fault:
            log.info("picture: %s: %s", reply.fault, reply.why)
            raise fault(reply.fault)
        return reply
