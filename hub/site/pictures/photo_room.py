"""The one place of the hub where a picture lives: from the shutter to the proof that it is gone from everywhere.

What is to be done stands in the record: the room looks at the living picture after each commit, takes it where it was
asked for, destroys it where it is doomed, and reports either. Nothing of it is ever a file. Only the terminal that asked
for the shutter is shown it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from drivers.device import Camera, DeviceFault
from drivers.picture.values import Box, Examined
from drivers.supervision import Supervisor
from hub.domain.booth import Event
from hub.domain.photo import photo
from hub.domain.photo.photo import Level, Living, PhotoAsked, PhotoCropped, PhotoState, PhotoTaken, Point
from hub.domain.photo.points import Measures, judge
from hub.domain.visit.steps import PHOTO_KIND
from hub.domain.visit.visit import VisitOpened
from hub.site.pictures.held_picture import HeldPicture
from hub.site.pictures.live_picture import LivePicture
from hub.site.pictures.photo_viewers import Peer, Viewers
from hub.site.pictures.upkeep import Upkeep
from hub.site.scribe import Commit, Scribe
from sync import messages
from sync.errors import SyncError
from sync.messages import Message
from sync.record.writer import WriterStopped
from sync.vault.vaultfaults import CannotOpen

log = logging.getLogger(__name__)

EMPTIED_S = 10.0
"""The camera is opened anew to look into it, twice if something was left: 1-2 s each."""

RESTARTED, NOT_RECORDED = "hub.restarted", "hub.not_recorded"
"""Why there is no picture though no device failed: the hub was started again, or could not write its report."""


class Studio(Protocol):
    """Who looks at pictures and cuts them (drivers/picture)."""

    async def start(self) -> None: ...
    async def examine(self, jpeg: bytes) -> Examined: ...
    async def crop_by_hand(self, jpeg: bytes, box: Box) -> Examined: ...
    async def small(self, frame: bytes) -> bytes: ...


Spool = Callable[[Living], Awaitable[str]]
"""Empties the print spool of a picture; "empty", or "unused" where none of it was ever printed."""


async def _no_spool(living: Living) -> str:
    return "unused"


class PhotoRoom:
    """Holds at most one picture. `key_of`: the terminal behind a link, which stays itself over a broken one."""

    def __init__(
        self,
        scribe: Scribe,
        camera: Supervisor[Camera] | None,
        studio: Studio,
        key_of: Callable[[object], bytes],
    ) -> None:
        self._scribe = scribe
        self._camera = camera
        self._studio = studio
        self._viewers = Viewers(key_of)
        self._live = LivePicture(scribe, camera, studio, key_of)
        self.empty_spool: Spool = _no_spool
        self._held: HeldPicture | None = None
        self._examined: Examined | None = None
        """Boxes and measures of the held picture; its bytes are taken out."""
        self._in_camera = "verified"
        """What is known of the camera, as photo.EMPTIED says it; empty while it must be asked."""
        self._lost = ""
        """"restarted" while what lives in the record was an earlier life's."""
        self._began = -1
        """The shot whose shutter was asked of the camera: once, whatever became of the report."""
        self._upkeep = Upkeep("photos", scribe, self._settle)
        self._cutting: set[asyncio.Task[None]] = set()
        self._warming: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Say of what an earlier life has left that it is gone, then take pictures as the record asks for them."""
        left = self._scribe.booth.photos.living
        if left is not None:
            # One that was taken had left the camera by then; of one that was not, nobody knows.
            self._lost, self._in_camera = "restarted", "verified" if left.commitment else ""
            if left.state is not PhotoState.DOOMED:
                await self._upkeep.report(photo.ReportFailed(left.shot, RESTARTED))
        self._scribe.listeners.append(self._on_commit)
        self._upkeep.start()

    async def stop(self) -> None:
        """Let go of everything; what the record calls alive is destroyed, and said so, at the next start."""
        if self._on_commit in self._scribe.listeners:
            self._scribe.listeners.remove(self._on_commit)
        await self._upkeep.stop()
        for task in (self._warming, *self._cutting):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self._live.stop()
        self._erase()

    @property
    def pictures(self) -> int:
        """Pictures in memory now: none or one."""
        return int(self._held is not None)

    def upload(self, visit: int) -> bytes:
        """The confirmed picture of a visit, for its print; CannotOpen where there is none."""
        living = photo.of_visit(self._scribe.booth.photos, visit)
        held = self._held
        if living is None or living.state is not PhotoState.CONFIRMED or held is None or held.shot != living.shot:
            raise CannotOpen(subject=str(visit))
        return held.upload

    # ------------------------------------------------------------------ what terminals ask

    async def take(self, peer: Peer, message: Message) -> bool:
        """Answer a terminal; False if the message is not about photos."""
        match message:
            case messages.PhotoWanted():
                peer.post(self._shown(peer, message.id, message.shot))
            case messages.PhotoCrop():
                task = asyncio.create_task(self._crop(peer, message), name="cut by hand")  # its link is read meanwhile
                self._cutting.add(task)
                task.add_done_callback(self._cutting.discard)
            case messages.PhotoDropped():
                self._viewers.let_go(peer, "confirmed")
            case messages.LookThrough() | messages.LookedAway():
                self._live.take(peer, message)
            case _:
                return False
        return True

    def left(self, peer: Peer) -> None:
        """A terminal's link has ended, and what it was shown with it."""
        self._viewers.let_go(peer, "gone")
        self._live.left(peer)

    def _may_see(self, peer: Peer, shot: int) -> Living | None:
        """The picture of that shot, for the terminal that asked for it, while people look at it."""
        living = self._scribe.booth.photos.living
        if living is None or living.shot != shot or not self._viewers.may_see(peer, shot):
            return None
        if living.state not in (PhotoState.TAKEN, PhotoState.CONFIRMED):
            return None
        return living

    def _shown(self, peer: Peer, id: bytes, shot: int) -> messages.PhotoShown:
        held, examined = self._held, self._examined
        if self._may_see(peer, shot) is None or held is None or held.shot != shot or examined is None:
            return messages.PhotoShown(id, shot, b"")
        self._viewers.sees(peer)
        box = examined.box
        return messages.PhotoShown(
            id,
            shot,
            held.preview,
            whole=held.whole if held.by_hand else b"",
            frame=(examined.width, examined.height),
            box=(box.left, box.top, box.width, box.height),
        )

    async def _crop(self, peer: Peer, wanted: messages.PhotoCrop) -> None:
        """Cut anew by hand and show it; what cannot be cut so stays as it was."""
        try:
            await self._cut(peer, wanted)
        except (SyncError, WriterStopped) as error:
            log.warning("cutting by hand: %s", error)
        peer.post(self._shown(peer, wanted.id, wanted.shot))

    async def _cut(self, peer: Peer, wanted: messages.PhotoCrop) -> None:
        living, held = self._may_see(peer, wanted.shot), self._held
        if living is None or living.state is not PhotoState.TAKEN or held is None or not held.by_hand:
            return
        box = Box(left=wanted.left, top=wanted.top, width=wanted.width, height=wanted.height)
        try:
            examined = await self._studio.crop_by_hand(await asyncio.to_thread(lambda: held.frame), box)
        except DeviceFault as fault:
            log.warning("cutting by hand: %s", fault)
            return
        cut = await asyncio.to_thread(held.seal_cut, examined.upload, examined.preview)
        # The entry first: an applicant's word for the cut of before must not find another one in its place.
        events = await self._upkeep.report(photo.ReportCropped(living.shot, cut.commitment))
        if self._held is held and any(isinstance(event, PhotoCropped) for event in events):
            held.cut, self._examined = cut, _without_bytes(examined)

    # ------------------------------------------------------------------ what the record asks

    def _on_commit(self, commit: Commit) -> None:
        for index, events in commit.events:
            for event in events:
                if isinstance(event, PhotoAsked):
                    asker = next((origin for origin, outcome in commit.outcomes if outcome.index == index), None)
                    self._viewers.asked(index, asker)
                elif self._warming is None and self._will_need_studio(event):
                    self._warming = asyncio.create_task(self._warm(), name="studio")
        self._live.on_commit(commit)
        if self._scribe.booth.photos.living is not None or self._held is not None:
            self._upkeep.look()

    def _will_need_studio(self, event: Event) -> bool:
        if not isinstance(event, VisitOpened) or self._camera is None:
            return False
        return any(step.kind in PHOTO_KIND for step in self._scribe.profile.method(event.method).steps)

    async def _warm(self) -> None:
        """Start the studio while the first applicant still fills in forms: it takes a Pi three seconds."""
        try:
            await self._studio.start()
        except DeviceFault as fault:
            log.warning("the studio does not start, and is started again for the first picture: %s", fault)

    async def _settle(self) -> None:
        """Do what the living picture is in need of; its own reports wake this again."""
        living = self._scribe.booth.photos.living
        if living is None:
            self._erase()
        elif living.state is not PhotoState.DOOMED and self._lost:
            await self._upkeep.report(photo.ReportFailed(living.shot, RESTARTED))
        elif living.state in (PhotoState.TAKEN, PhotoState.CONFIRMED) and not self._holds(living):
            await self._upkeep.report(photo.ReportFailed(living.shot, NOT_RECORDED))
        elif living.state is PhotoState.ASKED and living.shot == self._began:
            await self._upkeep.report(photo.ReportFailed(living.shot, NOT_RECORDED))
        elif living.state is PhotoState.ASKED:
            await self._shoot(living)
        elif living.state is PhotoState.DOOMED:
            await self._destroy(living)
        elif living.state is PhotoState.CONFIRMED and self._held is not None:
            self._held.drop_frame()

    def _holds(self, living: Living) -> bool:
        return self._held is not None and self._held.shot == living.shot

    async def _shoot(self, living: Living) -> None:
        self._erase()
        self._began, self._in_camera = living.shot, "none"
        await self._live.end()  # of whomever it was: no two pictures live at a time
        try:
            examined = await self._examine(living.shot, await self._capture())
        except DeviceFault as fault:
            log.warning("shot %d: %s", living.shot, fault)
            await self._upkeep.report(photo.ReportFailed(living.shot, fault.code))
            return
        held = self._held
        assert held is not None
        taken = photo.ReportTaken(living.shot, held.cut.commitment, examined.checked, _points(examined))
        events = await self._upkeep.report(taken)
        if not any(isinstance(event, PhotoTaken) for event in events):
            self._erase()  # it came too late: nobody has seen it

    async def _capture(self) -> bytes:
        if self._camera is None:
            from drivers.faults import fault

            raise fault("camera.absent")

        async def shutter(camera: Camera) -> bytes:
            self._in_camera = ""  # from here on something may be in it
            return await camera.capture()

        jpeg = await self._camera.call(shutter)  # the device's own deadline: with a tablet a person takes the picture
        self._in_camera = "verified"  # capture() promises that none stays in the camera
        return jpeg

    async def _examine(self, shot: int, jpeg: bytes) -> Examined:
        """Cut it; of the whole frame only what a cut by hand needs is kept."""
        examined = await self._studio.examine(jpeg)
        frame = b"" if examined.checked else jpeg
        self._held = await asyncio.to_thread(
            HeldPicture, shot, examined.upload, examined.preview, examined.whole, frame
        )
        self._examined = _without_bytes(examined)
        return examined

    async def _destroy(self, living: Living) -> None:
        """Empty every place, then say so; what cannot be emptied yet is tried again, and nobody is photographed."""
        self._erase()
        # With a hub's earlier life its links have ended too.
        terminal = "gone" if self._lost else await self._viewers.emptied(living.shot)
        camera = await self._camera_empty(living)
        if not camera:
            await self._upkeep.again()
            return
        places = {
            photo.CAMERA: camera,
            photo.HUB: self._lost or "erased",
            photo.SPOOL: await self.empty_spool(living),
            photo.TERMINAL: terminal,
        }
        if await self._upkeep.report(photo.ReportDestroyed(living.shot, places)):
            self._lost = ""

    async def _camera_empty(self, living: Living) -> str:
        """How it is known that nothing is in the camera; empty while it is not."""
        if self._in_camera == "none":
            return "none"
        by_hand = "by_hand" if living.vouched else ""
        if self._camera is None:
            return by_hand
        try:
            await self._camera.call(lambda camera: camera.emptied(), deadline_s=EMPTIED_S)
        except DeviceFault as fault:
            log.info("the camera does not say that it is empty: %s", fault)
            return by_hand
        # What a camera held before this hub's life began is not known to be ours, and not known not to be.
        if not self._lost or self._in_camera or self._camera.health.reason_code != "camera.not_empty":
            return "verified"
        return by_hand

    def _erase(self) -> None:
        held, self._held, self._examined = self._held, None, None
        if held is not None:
            held.erase()


def _points(examined: Examined) -> tuple[Point, ...]:
    """What the rules say of what was measured. The numbers go with the picture: a record is for ever."""
    measures = examined.measures
    judged = judge(None if measures is None else msgspec.convert(msgspec.to_builtins(measures), Measures))
    return tuple(Point(point.code, Level(point.level)) for point in judged)


def _without_bytes(examined: Examined) -> Examined:
    return msgspec.structs.replace(examined, upload=b"", preview=b"", whole=b"")
