"""One state machine around one device: open it, watch it, bound every call, report what changed.

            start()            open ok             call()
    off ------------> absent ----------> ready <---------> busy
     ^                  ^   open failed    |  probe or call failed   |
     | stop()           +------------------+----> absent or fault <--+
     +-- from anywhere          retried with backoff, and at once when a person asks

The first failure is logged loudly, the same failure again quietly, recovery once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

import msgspec

from drivers.device import Device, DeviceFault, DeviceState, Health
from drivers.faults import fault

log = logging.getLogger("drivers")

D = TypeVar("D", bound=Device)
T = TypeVar("T")


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how long supervision waits, in seconds."""

    watch_every_s: float = 0.4  # with the half second that a probe may take, an unplugged cable is noticed within 1 s
    first_retry_s: float = 0.25  # a loose plug is often back at once
    longest_retry_s: float = 1.5  # plugging in is noticed within 3 s: this wait, and an open that takes a camera 1 s
    open_deadline_s: float = 5.0  # a camera's session takes 1-2 s to open; twice that and some
    probe_deadline_s: float = 2.0  # a status question is milliseconds; a printer that wakes up needs a second
    call_deadline_s: float = 10.0  # a ticket prints in 2-3 s; no applicant waits longer without a word
    just_tried_s: float = 0.5  # calls that queued behind a failed attempt share its answer instead of trying again


def backoff_s(failures: int, pace: Pace) -> float:
    """Seconds to wait after this many failures in a row (>= 1): doubling, never over the longest."""
    return min(pace.first_retry_s * float(1 << min(failures - 1, 16)), pace.longest_retry_s)


OnChange = Callable[[str, Health], None]


class Supervisor(Generic[D]):
    """Keeps one device usable and is the only way to call it; reports every change of state but busy."""

    def __init__(self, device: D, on_change: OnChange | None = None, pace: Pace | None = None) -> None:
        self._device = device
        self._on_change = on_change
        self._pace = pace or Pace()
        self._health = Health(state=DeviceState.OFF)
        self._busy = False
        self._one_at_a_time = asyncio.Lock()
        self._failures = 0
        self._tried_at = float("-inf")
        self._watch: asyncio.Task[None] | None = None

    @property
    def kind(self) -> str:
        """The device's kind, as in its fault codes."""
        return self._device.kind

    @property
    def health(self) -> Health:
        """The state now, with its reason."""
        if self._busy and self._health.state is DeviceState.READY:
            return msgspec.structs.replace(self._health, state=DeviceState.BUSY)
        return self._health

    async def start(self) -> None:
        """Try to open the device once and keep watching it; never raises for what the device does."""
        if self._watch is not None:
            return
        async with self._one_at_a_time:
            await self._open()
        self._watch = asyncio.create_task(self._keep_watching(), name=f"watch-{self.kind}")

    async def stop(self) -> None:
        """Stop watching, close the device and be off; waits no longer than the open deadline."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None
        async with self._one_at_a_time:
            await self._close()
        self._become(Health(state=DeviceState.OFF))

    async def call(self, action: Callable[[D], Coroutine[Any, Any, T]], deadline_s: float | None = None) -> T:
        """Do one thing with the device, after those asked before; raises DeviceFault and nothing else.

        A call that overruns its deadline (seconds, from when it begins) is left behind as `<kind>.no_answer`, unsure.
        Without one the device's own `call_deadline_s` holds, where it has one (a person takes the picture), or the pace's.
        """
        if self._health.state is DeviceState.OFF:
            raise fault(f"{self.kind}.absent")
        async with self._one_at_a_time:
            if self._health.state is not DeviceState.READY:
                await self._open_because_asked()
            self._busy = True
            try:
                return await self._bounded(action(self._device), deadline_s or self._own_deadline_s())
            except DeviceFault as failed:
                self._fail(failed)
                raise
            finally:
                self._busy = False

    def _own_deadline_s(self) -> float:
        return float(getattr(self._device, "call_deadline_s", self._pace.call_deadline_s))

    async def _open_because_asked(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._tried_at >= self._pace.just_tried_s:
            await self._open()
        health = self._health
        if health.state is not DeviceState.READY:
            raise DeviceFault(health.reason_code, health.ja, health.en, health.remedy_ja, state=health.state)

    async def _open(self) -> None:
        try:
            await self._bounded(self._device.open(), self._pace.open_deadline_s)
            await self._bounded(self._device.probe(), self._pace.probe_deadline_s)
        except DeviceFault as failed:
            self._fail(failed)
        else:
            self._failures = 0
            self._become(self._ready())
        finally:
            self._tried_at = asyncio.get_running_loop().time()

    async def _close(self) -> None:
        try:
            await self._bounded(self._device.close(), self._pace.open_deadline_s)
        except DeviceFault as failed:
            log.debug("%s: closing: %s", self.kind, failed)

    async def _keep_watching(self) -> None:
        while True:
            ready = self._health.state is DeviceState.READY
            await asyncio.sleep(self._pace.watch_every_s if ready else backoff_s(max(self._failures, 1), self._pace))
            if self._one_at_a_time.locked():
                continue  # whoever holds the device will learn how it is
            async with self._one_at_a_time:
                if self._health.state is not DeviceState.READY:
                    await self._open()
                    continue
                try:
                    await self._bounded(self._device.probe(), self._pace.probe_deadline_s)
                except DeviceFault as failed:
                    self._fail(failed)
                else:
                    self._become(self._ready())

    def _ready(self) -> Health:
        """Ready, with what the device advises beforehand (a battery that will soon be empty)."""
        advice = getattr(self._device, "advice", "")
        if not advice:
            return Health(state=DeviceState.READY)
        soon = fault(advice)
        return Health(state=DeviceState.READY, reason_code=advice, ja=soon.ja, en=soon.en, remedy_ja=soon.remedy_ja)

    async def _bounded(self, work: Awaitable[T], deadline_s: float) -> T:
        """The work's result within the deadline; everything else it could do becomes a DeviceFault.

        Not asyncio.timeout(): it waits for the cancelled work to end, and a driver may swallow the cancellation.
        """
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=deadline_s)
        except asyncio.CancelledError:
            task.cancel()
            task.add_done_callback(_look_at)
            raise
        if not task.done():
            task.cancel()
            task.add_done_callback(_look_at)
            raise fault(f"{self.kind}.no_answer", unsure=True)
        if task.cancelled():
            raise fault(f"{self.kind}.broken", unsure=True)
        error = task.exception()
        if error is None:
            return task.result()
        if isinstance(error, DeviceFault):
            raise error
        if not isinstance(error, Exception):
            raise error  # KeyboardInterrupt and the like are not the device's
        raise fault(f"{self.kind}.broken", unsure=True) from error

    def _fail(self, failed: DeviceFault) -> None:
        again = failed.code == self._health.reason_code
        self._failures += 1
        log.log(
            logging.DEBUG if again else logging.WARNING,
            "%s %s",
            self.kind,
            failed,
            exc_info=failed.__cause__ if not again else None,
        )
        self._become(
            Health(
                state=failed.state,
                reason_code=failed.code,
                ja=failed.ja,
                en=failed.en,
                remedy_ja=failed.remedy_ja,
            )
        )

    def _become(self, health: Health) -> None:
        """Move to this health and report it once; the first ready after off is a start, not a recovery."""
        before = self._health
        if health == before:
            return
        self._health = health
        if health.state is DeviceState.READY and before.state not in (DeviceState.OFF, DeviceState.READY):
            log.info("%s works again (was %s)", self.kind, before.reason_code)
        if self._on_change is not None:
            try:
                self._on_change(self.kind, health)
            except Exception:  # a listener's bug must not stop the watch over a device
                log.exception("%s: the listener for state changes failed", self.kind)


def _look_at(task: asyncio.Future[Any]) -> None:
    """Take notice of an abandoned task's error, which otherwise asyncio would print when it is collected."""
    if not task.cancelled():
        task.exception()
