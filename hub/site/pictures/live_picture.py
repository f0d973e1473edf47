"""What the camera sees before the shutter: frame by frame, for one terminal, while its visit waits to be photographed.

A frame is a face like the picture's. It is asked for one at a time, lives for the length of its answer, and is no entry,
no file and no history. Before any shutter, and as soon as the visit has left its photo step, the terminal has let go of
the last one, or has lost it with its link.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from drivers.device import Camera, DeviceFault
from drivers.supervision import Supervisor
from hub.domain.photo.rules import look_refusal
from hub.site.pictures.photo_viewers import Peer, Screens
from hub.site.pictures.serving import Serving
from hub.site.scribe import Commit, Scribe
from sync import messages

log = logging.getLogger(__name__)

GAP_S = 0.25
"""Between two frames: four a second show whether a head is straight, and leave the camera and a Pi alone in between."""

FRAME_S = 2.0
"""A frame takes the camera a tenth of a second. It is the longest that a shutter waits for one."""

LAPSE_S = 3.0
"""A terminal that shows a live picture asks for the next frame three times a second; one that does not is asked to let go."""

MOST_WAITING = 2
"""Questions at a time: one that was stopped may still be under way when the key is pressed again."""

NOT_HERE = "photo.not_here"


class Lens(Protocol):
    """Who makes frames small (drivers/picture)."""

    async def small(self, frame: bytes) -> bytes: ...


class LivePicture:
    """Shows the camera's live picture to at most one terminal. `key_of`: the terminal behind a link, empty for others."""

    def __init__(
        self, scribe: Scribe, camera: Supervisor[Camera] | None, lens: Lens, key_of: Callable[[object], bytes]
    ) -> None:
        self._scribe = scribe
        self._camera = camera
        self._lens = lens
        self._serving = Serving(scribe, key_of)
        self._watching: tuple[Peer, int] | None = None
        """A link, and the visit whose live picture it shows."""
        self._screens = Screens()
        self._turn = asyncio.Lock()
        self._answering: set[asyncio.Task[None]] = set()
        self._next_s = 0.0
        self._lapse: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    def take(self, peer: Peer, message: messages.LookThrough | messages.LookedAway) -> None:
        """A terminal asks for the next frame, or has let go of the last."""
        if isinstance(message, messages.LookedAway):
            self._screens.let_go(peer, "confirmed")
            if self._watching == (peer, message.visit):
                self._watch(None)
        elif self._may(peer, message.visit) and len(self._answering) < MOST_WAITING:
            self._watch((peer, message.visit))
            task = asyncio.create_task(self._answer(peer, message), name="live picture")
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        else:
            peer.post(messages.LiveFrame(message.id, message.visit, b"", NOT_HERE))

    def left(self, peer: Peer) -> None:
        """A terminal's link has ended, and the frame on its screen with it."""
        self._screens.let_go(peer, "gone")
        if self._watching is not None and self._watching[0] is peer:
            self._watch(None)

    def on_commit(self, commit: Commit) -> None:
        """Learn who serves which visit, and end what may not be seen any more."""
        self._serving.on_commit(commit)
        if self._watching is not None and not self._may(*self._watching):
            task = asyncio.create_task(self.end(), name="the live picture ends")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def end(self) -> None:
        """Nobody looks through the camera any more, and no terminal has a frame."""
        watching = self._watching
        self._watch(None)
        await self._screens.emptied(messages.LookAway(-1 if watching is None else watching[1]))

    async def stop(self) -> None:
        """Let go of what is under way."""
        self._watch(None)
        tasks = [*self._answering, *self._ending]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _may(self, peer: Peer, visit: int) -> bool:
        """Whether this link is the terminal's that serves this visit, the shutter could be asked for, and nobody else looks."""
        if not self._serving.at(peer, visit) or self._watching not in (None, (peer, visit)):
            return False
        booth = self._scribe.booth
        return look_refusal(visit, booth.photos, booth.visits, booth.queue, self._scribe.profile) is None

    def _watch(self, watching: tuple[Peer, int] | None) -> None:
        self._watching = watching
        if self._lapse is not None:
            self._lapse.cancel()
        loop = asyncio.get_running_loop()
        self._lapse = None if watching is None else loop.call_later(LAPSE_S, self._lapsed)

    def _lapsed(self) -> None:
        if self._answering:
            self._watch(self._watching)  # it has asked, and waits for us: the first frame of a busy hub may take longer
            return
        task = asyncio.create_task(self.end(), name="nobody looks")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _answer(self, peer: Peer, wanted: messages.LookThrough) -> None:
        async with self._turn:
            jpeg, why = await self._next()
        if self._watching != (peer, wanted.visit) or not self._may(peer, wanted.visit):
            jpeg, why = b"", NOT_HERE  # over in the meantime: this frame goes to nobody
        if jpeg:
            self._screens.sees(peer)
        elif self._watching == (peer, wanted.visit):
            self._watch(None)
        peer.post(messages.LiveFrame(wanted.id, wanted.visit, jpeg, why))

    async def _next(self) -> tuple[bytes, str]:
        """The next frame when it is time for it, small; or the code of why there is none."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._next_s - loop.time()))
        self._next_s = loop.time() + GAP_S
        if self._watching is None:
            return b"", NOT_HERE  # a shutter was pressed meanwhile: it does not wait for a frame that nobody sees
        try:
            frame = await self._look()
            return (await self._lens.small(frame), "") if frame else (b"", "camera.no_preview")
        except DeviceFault as fault:
            log.info("the live picture: %s", fault)
            return b"", fault.code

    async def _look(self) -> bytes:
        """One frame; empty where the camera shows none, which is no fault of it."""

        async def look(camera: Camera) -> bytes:
            try:
                return await camera.preview()
            except DeviceFault as fault:
                if fault.code == "camera.no_preview":
                    return b""
                raise

        if self._camera is None:
            return b""
        return await self._camera.call(look, deadline_s=FRAME_S)
