"""The one place of stills at a site: looked at and taken through a mask, held in memory, sealed to one officer, destroyed.

What a camera sees goes to the picture's own process first; only what comes back masked is looked at, kept or sent. The
record says that a still lives and that it is gone; the hub that starts again has none, and says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from drivers.device import Camera, DeviceFault
from drivers.picture.studio import Studio
from drivers.picture.values import Area, Masked
from drivers.supervision import Supervisor
from hub.domain.identity import still, still_rules
from hub.domain.identity.identity import RequestState
from hub.domain.identity.still import Still, StillTaken
from hub.domain.identity.still_mask import FACE
from hub.site.pictures.held_still import HeldStill
from hub.site.pictures.photo_viewers import Peer
from hub.site.pictures.serving import Serving
from hub.site.pictures.upkeep import Upkeep
from hub.site.scribe import Commit, Scribe
from sync import messages
from sync.envelopes.still import seal_still
from sync.messages import Message

log = logging.getLogger(__name__)

DROPPED_S = 3.0
"""A desk lets go in milliseconds; over a mobile line its word takes a second or two."""

RESTARTED = "hub.restarted"
"""Why a still that was asked for before the hub started again was not taken."""

Send = Callable[[int, Message], Awaitable[bool]]
"""Brings a message to the desk that took this request up, or to all where that is not known; whether there is one."""


class StillRoom:
    """Takes and destroys stills as the record says."""

    def __init__(
        self,
        scribe: Scribe,
        booth: Supervisor[Camera] | None,
        documents: Supervisor[Camera] | None,
        studio: Studio,
        send: Send,
        key_of: Callable[[object], bytes],
    ) -> None:
        """`documents`: the camera over the table; where there is none, papers are held before the booth's.

        `key_of`: the terminal behind a link, empty for others.
        """
        self._scribe = scribe
        self._serving = Serving(scribe, key_of)
        self._booth_camera = booth
        self._documents = documents or booth
        self._studio = studio
        self._send = send
        self._held: dict[int, HeldStill] = {}
        self._began: set[int] = set()
        """Stills whose shutter was asked of the camera in this life: once."""
        self._dropped: dict[int, asyncio.Event] = {}
        self._upkeep = Upkeep("stills", scribe, self._settle)
        self._looks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Destroy what an earlier life has left in the record, then do what the record asks."""
        for request, held in list(self._scribe.booth.stills.items()):
            for one in held:
                if one.waits:
                    await self._upkeep.report(still.ReportStill(one.id, fault=RESTARTED))
            await self._upkeep.report(still.ReportStillsGone(request, "restarted", "told"))
        self._scribe.listeners.append(self._on_commit)
        self._upkeep.start()

    async def stop(self) -> None:
        """Let go of everything; the next start says so."""
        if self._on_commit in self._scribe.listeners:
            self._scribe.listeners.remove(self._on_commit)
        await self._upkeep.stop()
        for task in self._looks:
            task.cancel()
        await asyncio.gather(*self._looks, return_exceptions=True)
        for held in self._held.values():
            held.erase()
        self._held.clear()

    @property
    def pictures(self) -> int:
        """Stills in memory now."""
        return len(self._held)

    # ------------------------------------------------------------------ what terminals and desks say

    def take(self, peer: Peer, message: Message) -> bool:
        """Answer a terminal that wants to look through the camera; False if the message is not about stills."""
        if not isinstance(message, messages.StillWanted):
            return False
        task = asyncio.create_task(self._show(peer, message), name="a look through the mask")
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)
        return True

    def dropped(self, request: int) -> None:
        """A desk has let go of a check's pictures."""
        event = self._dropped.get(request)
        if event is not None:
            event.set()

    async def desk_ready(self, request: int | None = None) -> None:
        """An officer has taken this request up under a new key, or (None) a desk has come back: send what lives again."""
        for held in list(self._held.values()):
            if request in (None, held.request):
                await self._send_one(held)

    async def _show(self, peer: Peer, wanted: messages.StillWanted) -> None:
        """A look is masked like a still, belongs to nobody, and is kept nowhere."""
        preview, why = b"", self._why_not(peer, wanted)
        if not why:
            try:
                seen = await self._camera(wanted.subject, _preview)
                preview = (await self._mask(seen, wanted.subject)).preview
            except DeviceFault as fault:
                why = fault.code
            else:
                why = self._why_not(peer, wanted)  # what was over in the meantime is shown to nobody
                preview = b"" if why else preview
        peer.post(messages.StillShown(wanted.id, wanted.request, wanted.subject, preview, why))

    def _why_not(self, peer: Peer, wanted: messages.StillWanted) -> str:
        """Why this link may not look now, as a refusal's code; empty where it may.

        A face has no mask, and a paper's mask is put right by the person who looks: so one terminal looks, the visit's.
        """
        scribe = self._scribe
        request = scribe.booth.identity.requests.get(wanted.request)
        if request is None or request.state is not RequestState.PENDING:
            return "still.over"
        none = still_rules.why_none(scribe.profile, scribe.booth.training, scribe.booth.day.date, request.method)
        if none is not None:
            return none.code
        if not request.key:
            return "still.not_accepted"
        if not self._serving.at(peer, request.visit):
            return "still.elsewhere"
        if wanted.subject == FACE:
            return ""
        if wanted.subject not in request.documents:
            return "still.not_shown"
        return "" if scribe.profile.city_check.mask(wanted.subject) is not None else "still.no_mask"

    # ------------------------------------------------------------------ the camera

    async def _camera(self, subject: str, action: Callable[[Camera], Awaitable[bytes]]) -> bytes:
        camera = self._booth_camera if subject == FACE else self._documents
        if camera is None:
            from drivers.faults import fault

            raise fault("camera.absent")

        async def act(device: Camera) -> bytes:
            return await action(device)

        return await camera.call(act)

    async def _mask(self, jpeg: bytes, subject: str) -> Masked:
        mask = None if subject == FACE else self._scribe.profile.city_check.mask(subject)
        areas = () if mask is None else tuple(Area(one.left, one.top, one.width, one.height) for one in mask.areas)
        return await self._studio.mask(jpeg, areas)

    # ------------------------------------------------------------------ what the record asks

    def _on_commit(self, commit: Commit) -> None:
        self._serving.on_commit(commit)
        if self._scribe.booth.stills or self._held:
            self._upkeep.look()

    async def _settle(self) -> None:
        booth = self._scribe.booth
        for request in booth.stills:
            asked = booth.identity.requests.get(request)
            if asked is None or asked.state is not RequestState.PENDING:
                await self._destroy(request)
        waits = still.waiting(self._scribe.booth.stills)
        if waits is not None and waits.id not in self._began:
            await self._shoot(waits)
        living = {one.id for request in self._scribe.booth.stills for one in still.current(booth.stills, request)}
        for number in [number for number in self._held if number not in living and number not in self._began]:
            self._held.pop(number).erase()

    async def _shoot(self, asked: Still) -> None:
        self._began.add(asked.id)
        try:
            masked = await self._mask(await self._camera(asked.subject, _capture), asked.subject)
        except DeviceFault as fault:
            log.warning("still %d: %s", asked.id, fault)
            await self._upkeep.report(still.ReportStill(asked.id, fault=fault.code))
            return
        held = await asyncio.to_thread(HeldStill, asked.id, asked.request, asked.subject, masked.still)
        self._held[held.still] = held
        events = await self._upkeep.report(still.ReportStill(asked.id, held.commitment))
        if not any(isinstance(event, StillTaken) for event in events):
            self._held.pop(held.still).erase()  # it came too late: nobody has seen it
            return
        for older in [one for one in self._held.values() if one is not held and _replaced(one, held)]:
            self._held.pop(older.still).erase()
        await self._send_one(held)

    async def _send_one(self, held: HeldStill) -> None:
        """Seal it to whoever has the request now; where nobody has, the next one to take it up gets it."""
        request = self._scribe.booth.identity.requests.get(held.request)
        if request is None or not request.key or request.state is not RequestState.PENDING:
            return
        party = self._scribe.party
        sealed = await asyncio.to_thread(
            lambda: seal_still(
                party.signer,
                request.key,
                party.deployment.id,
                party.deployment.record,
                held.request,
                held.still,
                *held.opened(),
            )
        )
        await self._send(held.request, messages.StillSealed(held.request, held.still, sealed))

    async def _destroy(self, request: int) -> None:
        """Erase our own, have the desk let go, and say so: once for a request."""
        for held in [one for one in self._held.values() if one.request == request]:
            self._held.pop(held.still).erase()
        for waits in self._scribe.booth.stills.get(request, ()):
            if waits.waits:
                await self._upkeep.report(still.ReportStill(waits.id, fault="still.over"))
        desk = await self._desk_lets_go(request)
        await self._upkeep.report(still.ReportStillsGone(request, "erased", desk))
        self._began -= {number for number in self._began if number not in self._held}

    async def _desk_lets_go(self, request: int) -> Literal["dropped", "told", "unsent"]:
        event = self._dropped[request] = asyncio.Event()
        try:
            if not await self._send(request, messages.StillsOver(request)):
                return "unsent"
            async with asyncio.timeout(DROPPED_S):
                await event.wait()
        except TimeoutError:
            return "told"
        finally:
            del self._dropped[request]
        return "dropped"


def _replaced(older: HeldStill, newer: HeldStill) -> bool:
    return older.request == newer.request and older.subject == newer.subject


async def _capture(camera: Camera) -> bytes:
    return await camera.capture()


async def _preview(camera: Camera) -> bytes:
    """What the camera sees; one that shows nothing beforehand takes a picture, which is let go of after the look."""
    try:
        return await camera.preview()
    except DeviceFault as fault:
        if fault.code != "camera.no_preview":
            raise
        return await camera.capture()
