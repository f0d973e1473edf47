"""The hub's devices, and the runner that turns durable entries into paper, light and sound.

An effect starts only after its entry is durable, and its outcome is an entry. After a start the effects of an earlier
life are reported unsure, never repeated: staff look and say.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drivers.device import (
    Announcement,
    Camera,
    DeviceFault,
    DeviceState,
    Health,
    PhotoPrinter,
    QueueDisplay,
    Ticket,
    TicketPrinter,
    Voice,
)
from drivers.emulators.booth import emulated_booth
from drivers.supervision import Pace, Supervisor
from hub.domain.booth import Booth, Event
from hub.domain.contracts.contract import Profile
from hub.domain.day import sound
from hub.domain.devices import effect
from hub.domain.devices.device import DOCUMENTS, DeviceTryAsked, named
from hub.domain.devices.effect import EffectOutcome, EffectRepeated, EffectState, ReportEffects
from hub.domain.queue.queue import ActionUndone, TicketCalled, TicketIssued, TicketState
from hub.domain.queue.queue import Ticket as QueueTicket
from hub.domain.queue.waiting import ahead_of, wait_minutes
from hub.site.devices.fault_words import of_papers
from hub.site.devices.sign import Sign
from hub.site.devices.trying import try_out
from hub.site.scribe import Commit, Scribe
from sync.errors import SyncError
from sync.messages import DeviceWord
from sync.record.writer import WriterStopped

log = logging.getLogger(__name__)


OFF_S = 0.05

VOICE_DEADLINE_S = 60.0
"""From when it begins to speak: chime and two languages take 12 s, read slowly; a minute means that nothing answers."""

STOP_WAIT_S = 3.0
"""A ticket prints in 2-3 s; what takes longer at a stop is called unsure at the next start."""

CLOSE_WAIT_S = 1.0
"""A device that does not even close is left to the end of the process: a stop stays under five seconds in all."""

REPORT_AGAIN_S = 1.0
"""After an outcome could not be recorded (a clock before our certificate): soon enough, and no storm."""

OnChange = Callable[[str, Health], None]


AnySupervisor = (
    Supervisor[TicketPrinter]
    | Supervisor[QueueDisplay]
    | Supervisor[Voice]
    | Supervisor[Camera]
    | Supervisor[PhotoPrinter]
)


@dataclass(frozen=True)
class Devices:
    """The supervised devices of one booth; None where the booth has none of that kind."""

    ticket_printer: Supervisor[TicketPrinter] | None = None
    display: Supervisor[QueueDisplay] | None = None
    voice: Supervisor[Voice] | None = None
    camera: Supervisor[Camera] | None = None
    photo_printer: Supervisor[PhotoPrinter] | None = None
    document_camera: Supervisor[Camera] | None = None
    """書画カメラ, for stills of papers: where there is one it has a word and a row of its own."""
    listeners: list[OnChange] = field(default_factory=list)
    """Told of every change of a device's state."""

    @staticmethod
    def of(
        pace: Pace | None = None,
        *,
        ticket_printer: TicketPrinter | None = None,
        display: QueueDisplay | None = None,
        voice: Voice | None = None,
        camera: Camera | None = None,
        photo_printer: PhotoPrinter | None = None,
        document_camera: Camera | None = None,
    ) -> Devices:
        """A supervisor around each device that there is; none is started."""
        listeners: list[OnChange] = []

        def changed(kind: str, health: Health) -> None:
            for listener in tuple(listeners):
                listener(kind, health)

        return Devices(
            None if ticket_printer is None else Supervisor(ticket_printer, changed, pace),
            None if display is None else Supervisor(display, changed, pace),
            None if voice is None else Supervisor(voice, changed, pace),
            None if camera is None else Supervisor(camera, changed, pace),
            None if photo_printer is None else Supervisor(photo_printer, changed, pace),
            None
            if document_camera is None
            else Supervisor(document_camera, lambda _, health: changed(DOCUMENTS, health), pace),
            listeners,
        )

    @staticmethod
    def emulated(folder: Path, pace: Pace | None = None) -> Devices:
        """All five as emulators that write files into `folder`: rehearsal and development."""
        booth = emulated_booth(folder)
        return Devices.of(
            pace,
            ticket_printer=booth.ticket_printer,
            display=booth.display,
            voice=booth.voice,
            camera=booth.camera,
            photo_printer=booth.photo_printer,
        )

    def kinds(self) -> dict[str, AnySupervisor]:
        """The devices there are, by what staff and the record call them."""
        held: dict[str, AnySupervisor | None] = {
            "camera": self.camera,
            DOCUMENTS: self.document_camera,
            "photo": self.photo_printer,
            "ticket": self.ticket_printer,
            "display": self.display,
            "voice": self.voice,
        }
        return {kind: device for kind, device in held.items() if device is not None}

    async def start(self) -> None:
        await asyncio.gather(*(device.start() for device in self.kinds().values()))

    async def stop(self) -> None:
        """Close them; one that hangs is left behind."""
        stopping = [asyncio.create_task(device.stop()) for device in self.kinds().values()]
        if stopping:
            await asyncio.wait(stopping, timeout=CLOSE_WAIT_S)
            for task in stopping:
                task.cancel()
            await asyncio.gather(*stopping, return_exceptions=True)

    def words(self) -> list[DeviceWord]:
        """Each device's state, for the status line of every terminal."""
        return [_word(kind, device.health) for kind, device in self.kinds().items()]


def _word(kind: str, health: Health) -> DeviceWord:
    ja = of_papers(health.ja) if kind == DOCUMENTS else health.ja
    return DeviceWord(kind, health.state.value, named(kind, health.reason_code), ja)


class EffectRunner:
    """Carries out what durable entries ask for, and reports what became of it, several at a time."""

    def __init__(
        self,
        devices: Devices,
        scribe: Scribe,
        profile: Profile,
        training: bool,
        status_url: Callable[[QueueTicket], str] = lambda _: "",
    ) -> None:
        """status_url: where a ticket's holder reads of it from anywhere; empty where nothing would be found there."""
        self._status_url = status_url
        self._devices = devices
        self._scribe = scribe
        self._profile = profile
        self._training = training
        self._sign = Sign(devices.display, lambda: scribe.booth) if devices.display is not None else None
        self._outcomes: list[EffectOutcome] = []
        self._finished = asyncio.Event()
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()
        self._reporter: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Report the effects of an earlier life as unsure, then listen for new ones."""
        left = effect.unfinished(self._scribe.booth.effects)
        if left:
            await self._scribe.act(
                ReportEffects(tuple(EffectOutcome(e.entry, e.kind, EffectState.UNSURE, "hub.restarted") for e in left))
            )
        self._reporter = asyncio.create_task(self._report(), name="effect reports")
        self._scribe.listeners.append(self._on_commit)
        self._devices.listeners.append(self._on_device)
        if self._sign is not None:
            self._sign.start()
            self._sign.refresh()  # it may still show a number of before the power went

    async def stop(self) -> None:
        """Wait for effects under way, report them, then stop; what is not done by then is unsure at the next start."""
        if self._on_commit in self._scribe.listeners:
            self._scribe.listeners.remove(self._on_commit)
        if self._on_device in self._devices.listeners:
            self._devices.listeners.remove(self._on_device)
        if self._sign is not None:
            await self._sign.stop()
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_WAIT_S)
            left = list(self._running)
            for task in left:
                task.cancel()  # or it would hold its device, and report to a scribe that is closed
            await asyncio.gather(*left, return_exceptions=True)
        if self._reporter is not None:
            # Not cancelled: a report on its way into the record would be lost, and the effect called unsure.
            self._stopping = True
            self._finished.set()
            await asyncio.gather(self._reporter, return_exceptions=True)

    def _on_commit(self, commit: Commit) -> None:
        for index, events in commit.events:
            for event in events:
                wanted = getattr(event, "effects", ())
                kinds = sorted(effect.DEVICE_KINDS.intersection(wanted)) if wanted else []
                absent = [kind for kind in kinds if self._lacks(kind)]
                if absent:
                    self._off(index, absent)
                    kinds = [kind for kind in kinds if kind not in absent]
                if isinstance(event, TicketIssued):
                    self._prepare(event)
                if kinds:
                    task = asyncio.create_task(self._carry_out(index, event, kinds, self._scribe.booth))
                    self._running.add(task)
                    task.add_done_callback(self._running.discard)
                if isinstance(event, ActionUndone) and TicketState.CALLED in (event.was, event.state):
                    self._refresh_sign()  # an undone call is not called any more; an undone "came" is called again

    def _prepare(self, event: TicketIssued) -> None:
        """The voice gets the number ready, so that its call is heard at once; nobody waits, and nothing is owed."""
        voice = self._devices.voice
        if voice is None or self._scribe.booth.sound.quiet:
            return
        loud = sound.percent(self._profile, event.at_ms)

        async def prepare() -> None:
            with contextlib.suppress(DeviceFault):  # whoever calls the number hears of it
                await voice.call(lambda one: one.prepare(event.number, loud))

        task = asyncio.create_task(prepare(), name=f"prepare {event.number}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _lacks(self, kind: str) -> bool:
        stem = {"reprint": "ticket"}.get(kind, kind.removeprefix("try-"))
        return stem not in self._devices.kinds()

    def _off(self, index: int, kinds: Sequence[str]) -> None:
        """Nothing is owed; said soon, together with others: nobody waits to hear it."""
        if not self._outcomes:
            asyncio.get_running_loop().call_later(OFF_S, self._finished.set)
        self._outcomes.extend(EffectOutcome(index, kind, EffectState.OFF) for kind in kinds)

    def _on_device(self, kind: str, health: Health) -> None:
        if kind == "display" and health.state is DeviceState.READY:
            self._refresh_sign()

    def _refresh_sign(self) -> None:
        if self._sign is not None:
            self._sign.refresh()

    async def _carry_out(self, index: int, event: Event, kinds: Sequence[str], booth: Booth) -> None:
        attempts = [asyncio.create_task(self._one(index, event, kind, booth)) for kind in kinds]
        try:
            await asyncio.wait(attempts)
        finally:  # also where the hub stops: what has come out by then is not called unsure because of the rest
            for attempt in attempts:
                attempt.cancel()
            self._outcomes.extend(attempt.result() for attempt in attempts if attempt.done())
            self._finished.set()

    async def _one(self, index: int, event: Event, kind: str, booth: Booth) -> EffectOutcome:
        try:
            did = await self._do(event, kind, booth)
        except DeviceFault as fault:
            log.warning("effect %s of entry %d: %s", kind, index, fault)
            state = EffectState.UNSURE if fault.unsure else EffectState.FAILED
            return EffectOutcome(index, kind, state, named(kind.removeprefix("try-"), fault.code))
        except Exception:  # a fault of ours: staff are asked, as for every effect nobody can vouch for
            log.exception("effect %s of entry %d", kind, index)
            return EffectOutcome(index, kind, EffectState.UNSURE, "hub.broke")
        if did and kind in effect.LOOKED_AT:
            return EffectOutcome(index, kind, EffectState.UNSURE)
        return EffectOutcome(index, kind, EffectState.DONE if did else EffectState.OFF)

    async def _do(self, event: Event, kind: str, booth: Booth) -> bool:
        """Do one effect; False if this booth has no such device."""
        match event, kind:
            case (TicketIssued(), "ticket"):
                return await self._print(event.ticket, booth, event.ahead, large=event.large_print, reprint=False)
            case (EffectRepeated(), "reprint"):
                ahead = ahead_of(booth.queue, event.entry)
                return await self._print(event.entry, booth, ahead, large=event.large, reprint=True)
            case (TicketCalled(), "display"):
                if self._devices.display is None:
                    return False
                number, window = event.number, event.window
                await self._devices.display.call(lambda display: display.show(number, window))
                return True
            case (DeviceTryAsked(), _):
                loud = 0 if booth.sound.quiet else sound.percent(self._profile, event.at_ms)
                return await try_out(
                    self._devices, event.device, loud, self._profile, self._training, self._refresh_sign
                )
            case (TicketCalled(), "voice"):
                if self._devices.voice is None:
                    return False
                said = Announcement(
                    number=event.number,
                    window_ja=event.window,
                    window_en=window_en(event.window),
                    call=event.call,
                    percent=sound.percent(self._profile, event.at_ms),
                )

                async def say(voice: Voice) -> bool:
                    # Announcements queue: by its turn a call may have been taken back, or the day become quiet.
                    if not said.percent or not _to_be_heard(self._scribe.booth, event):
                        return False
                    await voice.announce(said)
                    return True

                return await self._devices.voice.call(say, deadline_s=VOICE_DEADLINE_S)
        return False

    async def _print(self, ticket: int, booth: Booth, ahead: int, *, large: bool, reprint: bool) -> bool:
        held = booth.queue.tickets.get(ticket)
        if self._devices.ticket_printer is None or held is None:
            return False
        lane = self._profile.lane(held.lane)
        paper = Ticket(
            number=held.number,
            lane_ja=lane.ja,
            lane_en=lane.en,
            issued_at_ms=held.issued_ms,
            ahead=ahead,
            wait_minutes=wait_minutes(lane, ahead) if held.state is TicketState.WAITING else None,
            city=self._profile.source.city,
            training=self._training,
            reprint=reprint,
            large=large,
            status_url=self._status_url(held),
        )
        await self._devices.ticket_printer.call(lambda printer: printer.print_ticket(paper))
        return True

    async def _report(self) -> None:
        while not (self._stopping and not self._outcomes):
            await self._finished.wait()
            if not self._stopping:
                self._finished.clear()
            outcomes, self._outcomes = tuple(self._outcomes), []
            if not outcomes:
                continue
            try:
                await self._scribe.act(ReportEffects(outcomes))
            except WriterStopped:
                return  # nothing more is written in this life; the next one calls them unsure
            except SyncError as error:
                log.error("outcomes of %d effects are not recorded yet: %s", len(outcomes), error)
                if self._stopping:
                    return
                self._outcomes = [*outcomes, *self._outcomes]
                self._finished.set()
                await asyncio.sleep(REPORT_AGAIN_S)


def _to_be_heard(booth: Booth, event: TicketCalled) -> bool:
    """Whether this call still stands; whoever has come already needs to hear nothing, and the others wait for it."""
    held = booth.queue.tickets.get(event.ticket)
    return held is not None and held.state is TicketState.CALLED and not held.fetch and not booth.sound.quiet


def window_en(window: str) -> str:
    """The English of a window's sign: 窓口2 is Window 2."""
    return window.replace("窓口", "Window ")


__all__ = ["DeviceState", "Devices", "EffectRunner", "window_en"]
