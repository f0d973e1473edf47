"""The runner that turns durable entries into paper, light and sound.

An effect starts only after its entry is durable, and its outcome is an entry. After a start the effects of an earlier
life are reported unsure, never repeated: staff look and say.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from drivers.device import (
    Announcement,
    DeviceFault,
    DeviceState,
    Health,
    Ticket,
    Voice,
)
from hub.domain.booth import Booth, Event
from hub.domain.contracts.contract import Profile
from hub.domain.day import sound
from hub.domain.devices import effect
from hub.domain.devices.device import DeviceTryAsked, named
from hub.domain.devices.effect import EffectOutcome, EffectRepeated, EffectState, ReportEffects
from hub.domain.queue.queue import ActionUndone, TicketCalled, TicketIssued, TicketState
from hub.domain.queue.queue import Ticket as QueueTicket
from hub.domain.queue.waiting import ahead_of, wait_minutes
from hub.site.devices.devices import Devices
from hub.site.devices.sign import Sign
from hub.site.devices.trying import try_out
from hub.site.scribe import Commit, Scribe
from sync.errors import SyncError
from sync.record.writer import WriterStopped

log = logging.getLogger(__name__)

OFF_S = 0.05

VOICE_DEADLINE_S = 60.0
"""From when it begins to speak: chime and two languages take 12 s, read slowly; a minute means that nothing answers."""

STOP_WAIT_S = 3.0
"""A ticket prints in 2-3 s; what takes longer at a stop is called unsure at the next start."""

REPORT_AGAIN_S = 1.0
"""After an outcome could not be recorded (a clock before our certificate): soon enough, and no storm."""


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
        self._kinds = frozenset(devices.kinds())
        """Which devices there are: that does not change while the hub runs."""
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
        return stem not in self._kinds

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
                    self._devices, event.device, loud, self._profile, self._training, self._refresh_sign, event.at_ms
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
