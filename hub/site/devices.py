"""The hub's devices, and the runner that turns durable entries into paper, light and sound.

An effect starts only after its entry is durable, and its outcome is an entry. After a start the effects of an earlier
life are reported unsure, never repeated: staff look and say.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.device import Announcement, DeviceFault, DeviceState, Health, QueueDisplay, Ticket, TicketPrinter, Voice
from drivers.emulators.booth import emulated_booth
from drivers.supervision import Supervisor
from hub.domain import effect
from hub.domain.booth import Booth, Event
from hub.domain.contract import Profile
from hub.domain.effect import EffectOutcome, EffectRepeated, EffectState, ReportEffects
from hub.domain.queue import TicketCalled, TicketIssued
from hub.site.board_view import wait_minutes
from hub.site.scribe import Commit, Scribe
from sync.messages import DeviceWord

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Devices:
    """The supervised devices of one booth; None where the booth has none of that kind."""

    ticket_printer: Supervisor[TicketPrinter] | None = None
    display: Supervisor[QueueDisplay] | None = None
    voice: Supervisor[Voice] | None = None

    @staticmethod
    def emulated(folder: Path) -> Devices:
        """Devices that write files into `folder`: rehearsal and development."""
        booth = emulated_booth(folder)
        return Devices(Supervisor(booth.ticket_printer), Supervisor(booth.display), Supervisor(booth.voice))

    def all(self) -> Sequence[Supervisor[TicketPrinter] | Supervisor[QueueDisplay] | Supervisor[Voice]]:
        return [device for device in (self.ticket_printer, self.display, self.voice) if device is not None]

    async def start(self) -> None:
        await asyncio.gather(*(device.start() for device in self.all()))

    async def stop(self) -> None:
        await asyncio.gather(*(device.stop() for device in self.all()))

    def words(self) -> list[DeviceWord]:
        """Each device's state, for the status line of every terminal."""
        return [_word(device.kind, device.health) for device in self.all()]


def _word(kind: str, health: Health) -> DeviceWord:
    return DeviceWord(kind, health.state.value, health.reason_code, health.ja)


class EffectRunner:
    """Carries out what durable entries ask for, and reports what became of it, several at a time."""

    def __init__(self, devices: Devices, scribe: Scribe, profile: Profile, training: bool) -> None:
        self._devices = devices
        self._scribe = scribe
        self._profile = profile
        self._training = training
        self._outcomes: list[EffectOutcome] = []
        self._finished = asyncio.Event()
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

    async def stop(self) -> None:
        """Wait for effects under way, report them, then stop."""
        if self._on_commit in self._scribe.listeners:
            self._scribe.listeners.remove(self._on_commit)
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_WAIT_S)
        if self._reporter is not None:
            self._reporter.cancel()
            await asyncio.gather(self._reporter, return_exceptions=True)
        if self._outcomes:
            await self._scribe.act(ReportEffects(tuple(self._outcomes)))

    def _on_commit(self, commit: Commit) -> None:
        for index, events in commit.events:
            for event in events:
                kinds = sorted(effect.DEVICE_KINDS & set(getattr(event, "effects", ())))
                if kinds:
                    task = asyncio.create_task(self._carry_out(index, event, kinds, self._scribe.booth))
                    self._running.add(task)
                    task.add_done_callback(self._running.discard)

    async def _carry_out(self, index: int, event: Event, kinds: Sequence[str], booth: Booth) -> None:
        outcomes = await asyncio.gather(*(self._one(index, event, kind, booth) for kind in kinds))
        self._outcomes.extend(outcomes)
        self._finished.set()

    async def _one(self, index: int, event: Event, kind: str, booth: Booth) -> EffectOutcome:
        try:
            did = await self._do(event, kind, booth)
        except DeviceFault as fault:
            log.warning("effect %s of entry %d: %s", kind, index, fault)
            state = EffectState.UNSURE if fault.unsure else EffectState.FAILED
            return EffectOutcome(index, kind, state, fault.code)
        return EffectOutcome(index, kind, EffectState.DONE if did else EffectState.OFF)

    async def _do(self, event: Event, kind: str, booth: Booth) -> bool:
        """Do one effect; False if this booth has no such device."""
        match event, kind:
            case (TicketIssued(), "ticket"):
                return await self._print(event.ticket, booth, event.ahead, large=event.large_print, reprint=False)
            case (EffectRepeated(), "reprint"):
                return await self._print(event.entry, booth, 0, large=False, reprint=True)
            case (TicketCalled(), "display"):
                if self._devices.display is None:
                    return False
                number, window = event.number, event.window
                await self._devices.display.call(lambda display: display.show(number, window))
                return True
            case (TicketCalled(), "voice"):
                if self._devices.voice is None:
                    return False
                said = Announcement(
                    number=event.number, window_ja=event.window, window_en=window_en(event.window), call=event.call
                )
                # Announcements queue: the fifth in a row waits for four to be said to the end.
                await self._devices.voice.call(lambda voice: voice.announce(said), deadline_s=VOICE_DEADLINE_S)
                return True
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
            wait_minutes=wait_minutes(lane, ahead),
            city=self._profile.source.city,
            training=self._training,
            reprint=reprint,
            large=large,
        )
        await self._devices.ticket_printer.call(lambda printer: printer.print_ticket(paper))
        return True

    async def _report(self) -> None:
        while True:
            await self._finished.wait()
            self._finished.clear()
            outcomes, self._outcomes = tuple(self._outcomes), []
            if outcomes:
                await self._scribe.act(ReportEffects(outcomes))


VOICE_DEADLINE_S = 60.0
STOP_WAIT_S = 5.0
"""A ticket prints in 2-3 s; what takes longer at a stop is called unsure at the next start."""


def window_en(window: str) -> str:
    """The English of a window's sign: 窓口2 is Window 2."""
    return window.replace("窓口", "Window ")


__all__ = ["DeviceState", "Devices", "EffectRunner", "window_en"]
