"""Changes of devices become entries: the first at once, a flapping plug's now and then, and never a heartbeat.

The rule and its numbers: after an entry about a device the next one about it waits 5 s, then 10, 20, ... at most 640 s;
what stands when the wait is over is recorded, if it is not what the record says, with the number of changes since. A
device that has not changed for 640 s begins anew. So the first failure and an ordinary recovery are there at once or
some seconds later, and the worst plug there is makes under 800 entries a day: five of them a twelfth of the 50,000
that a site may have. Screens do not wait for this: they show what the hub says live.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

from drivers.device import DeviceState, Health
from hub.domain.devices import device
from hub.domain.devices.device import DeviceChange, ReportDevices
from hub.site.devices.devices import Devices
from hub.site.devices.effects import REPORT_AGAIN_S
from hub.site.scribe import Scribe
from sync.errors import SyncError
from sync.record.writer import WriterStopped

log = logging.getLogger(__name__)

FIRST_WAIT_S = 5.0
"""Somebody who pushes a plug back in needs so long: in and out again is one entry more, not three."""

LONGEST_WAIT_S = 640.0
"""Seven doublings of the first; what flaps for hours is said every ten minutes."""

NEVER = float("-inf")

RECORDED = {
    DeviceState.ABSENT: device.DeviceState.ABSENT,
    DeviceState.READY: device.DeviceState.READY,
    DeviceState.BUSY: device.DeviceState.READY,  # at work is no news
    DeviceState.FAULT: device.DeviceState.FAULT,
    DeviceState.OFF: device.DeviceState.OFF,
}


class Restraint:
    """When one device may have its next entry; times in seconds of any clock that only goes on."""

    def __init__(self) -> None:
        self.changes = 0
        """Since the last entry."""
        self._wait_s = 0.0
        self._said_at = NEVER
        self._changed_at = NEVER

    def change(self, now: float) -> None:
        """The device has changed."""
        if now - self._changed_at >= LONGEST_WAIT_S:
            self._wait_s = 0.0
        self._changed_at = now
        self.changes += 1

    def due_at(self) -> float:
        """From when on an entry may be made."""
        return self._said_at + self._wait_s

    def said(self, now: float) -> None:
        """An entry was made."""
        self.changes = 0
        self._said_at = now
        self._wait_s = min(max(FIRST_WAIT_S, self._wait_s * 2), LONGEST_WAIT_S)


class DeviceReporter:
    """Writes into the record how the devices stand, whenever that is not what the record says."""

    def __init__(self, devices: Devices, scribe: Scribe) -> None:
        self._devices = devices
        self._scribe = scribe
        self._restraints: defaultdict[str, Restraint] = defaultdict(Restraint)
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Record how the devices stand now, all that differ in one entry, and go on with every change."""
        for change in self._differing():
            self._restraints[change.device].change(self._now())
        try:
            await self._report()
        except SyncError as error:
            log.error("how the devices stand is not recorded yet: %s", error)
        self._devices.listeners.append(self._on_change)
        self._task = asyncio.create_task(self._keep(), name="device reports")

    async def stop(self) -> None:
        """Say nothing more: a hub that stops closes its devices, which is no news of theirs."""
        if self._on_change in self._devices.listeners:
            self._devices.listeners.remove(self._on_change)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _on_change(self, kind: str, health: Health) -> None:
        self._restraints[kind].change(self._now())
        self._news.set()

    async def _keep(self) -> None:
        while True:
            try:
                due_at = await self._report()
            except WriterStopped:
                return  # nothing more is written in this life; the next one begins with how they stand then
            except SyncError as error:
                log.error("how the devices stand is not recorded yet: %s", error)
                due_at = self._now() + REPORT_AGAIN_S
            try:
                async with asyncio.timeout_at(due_at):
                    await self._news.wait()
                self._news.clear()
            except TimeoutError:
                pass  # a wait is over

    async def _report(self) -> float | None:
        """Record what differs and may be said now; when there is more to say, or None."""
        now = self._now()
        differing = self._differing()
        due = [change for change in differing if self._restraints[change.device].due_at() <= now]
        if due:
            await self._scribe.act(ReportDevices(tuple(due)))
            for change in due:
                self._restraints[change.device].said(now)
        later = [self._restraints[change.device].due_at() for change in differing if change not in due]
        return min(later, default=None)

    def _differing(self) -> list[DeviceChange]:
        """The devices that do not stand as the record says; one that this hub was started without is off."""
        recorded = self._scribe.booth.devices.standing
        now = {
            kind: (RECORDED[held.health.state], device.named(kind, held.health.reason_code))
            for kind, held in self._devices.kinds().items()
        }
        now |= {kind: (device.DeviceState.OFF, "") for kind in recorded if kind not in now}
        return [
            DeviceChange(kind, state, code, max(1, self._restraints[kind].changes))
            for kind, (state, code) in now.items()
            if kind not in recorded or (recorded[kind].state, recorded[kind].code) != (state, code)
        ]

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
