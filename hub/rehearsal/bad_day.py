"""The bad day of a rehearsal: which devices fail when, and how staff help them up again.

A plan comes from a seed or from a person's script. Breaking goes the trainer's way (hub.client.bad_day), so that the
hub, its entries and every terminal live through what a real fault brings. A device is mended by whoever meets its
fault, after the minutes that the remedy takes, or by itself when nobody has met it for long.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from hub.client.bad_day import DEVICES, MISHAPS
from hub.client.link.connection_state import NotConnected
from hub.domain.moment import minute_of
from hub.rehearsal.scheduler import Scheduler
from hub.rehearsal.session import Practice, at
from sync.errors import SyncError

if TYPE_CHECKING:  # who only plans a bad day loads no client
    from hub.client.link.connection import HubClient

log = logging.getLogger(__name__)

EVERY_S = (10 * 60, 30 * 60)
"""From one mishap to the next: a bad day has some in an hour, and between them booths work."""

REMEDY_S = 90
"""A roll of paper, a cable, a switched-off device that is waited for."""

UNMET_S = 10 * 60
"""What nobody has met for so long is mended as well: a display that fell dark is seen by somebody."""

READY_S = 20.0
"""Real seconds in which a mended device is found again: supervision tries every 1.5 s, after a hang of at most ten."""

QUIET_S = 1.0
"""Real seconds in which a hub that has nothing more to say of its devices writes nothing."""

ASK_AGAIN_S = 1.0
"""Real seconds: a hub that was just killed is back in that order of time."""


class Planned(msgspec.Struct, frozen=True):
    """One mishap of the plan, at a simulated time (ms)."""

    at_ms: int
    code: str


class BadScript(ValueError):
    """A line of a script that cannot be meant; `line` counts from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"{line}: {text}")
        self.line, self.text = line, text


def drawn(practice: Practice, seed: int, every_s: tuple[int, int] = EVERY_S) -> tuple[Planned, ...]:
    """A bad day by its seed: the same seed, the same mishaps at the same times, so many seconds apart."""
    dice = random.Random(f"bad day {seed}")  # a string, because a number would be the arrivals' dice again
    plan, at_ms = [], practice.open_ms
    while (at_ms := at_ms + dice.randint(*every_s) * 1000) < practice.close_ms:
        plan.append(Planned(at_ms, dice.choice(MISHAPS).code))
    return tuple(plan)


def scripted(practice: Practice, text: str) -> tuple[Planned, ...]:
    """A bad day as written: a line `10:20 ticket.paper_out` each, `#` begins a remark; BadScript for another line."""
    known = {mishap.code for mishap in MISHAPS}
    plan = []
    for number, whole in enumerate(text.splitlines(), 1):
        line = whole.partition("#")[0].strip()
        if not line:
            continue
        clock, _, code = line.partition(" ")
        clock = clock.zfill(5)  # 9:50 is what people write
        if minute_of(clock) is None or code.strip() not in known:
            raise BadScript(number, line)
        plan.append(Planned(at(practice.date, clock), code.strip()))
    return tuple(sorted(plan, key=lambda one: one.at_ms))


class BadDay:
    """Carries a plan out; `broken` is what fails now."""

    def __init__(self, scheduler: Scheduler, director: HubClient, eyes: HubClient, plan: tuple[Planned, ...]) -> None:
        self._scheduler = scheduler
        self._director = director
        self._eyes = eyes
        """The screen that is looked at: the devices' words stand in its second row."""
        self._plan = plan
        self.broken: dict[str, str] = {}
        """Device to the code that it fails with."""
        self.suffered: Counter[str] = Counter()

    async def suffer(self) -> None:
        """An actor of its own: break what the plan says when it says so."""
        for planned in self._plan:
            await self._scheduler.sleep_until(planned.at_ms)
            device = planned.code.partition(".")[0]
            self.broken[device] = planned.code
            self.suffered[planned.code] += 1
            await self._tell(device, planned.code)
            self._scheduler.spawn(self._unmet(device, planned.code), f"unmet {planned.code}")

    async def _unmet(self, device: str, code: str) -> None:
        await self._scheduler.sleep(UNMET_S)
        if self.broken.get(device) == code:
            await self.mend(device)

    async def met(self, device: str) -> None:
        """Somebody has met a fault: they do what the remedy says, and go on when the device is ready."""
        await self._scheduler.sleep(REMEDY_S)
        await self.mend(device)

    async def mend(self, device: str) -> None:
        """Have it work again, if it was broken, and see that the hub has it back."""
        if self.broken.pop(device, None) is not None:
            await self._tell(device, "")
        await self.back(device)

    async def mend_all(self) -> None:
        """Nothing fails any more, and what the hub had to say of its devices stands in the record."""
        for device in DEVICES:
            await self.mend(device)
        size = -1
        while self._plan and size != self._eyes.size:
            size = self._eyes.size
            await asyncio.sleep(QUIET_S)

    async def back(self, device: str) -> bool:
        """Whether the hub has the device ready, or has none of the kind; waits for it some seconds of real time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                await self._eyes.until(lambda: self._ready(device))
        return self._ready(device)

    def _ready(self, device: str) -> bool:
        status = self._eyes.status
        held = () if status is None else [word.state for word in status.devices if word.device == device]
        return status is not None and all(state in ("ready", "busy") for state in held)

    async def _tell(self, device: str, code: str) -> None:
        """The hub has turned the switch when it has ticked: it takes what one link says in order."""
        while True:
            await self._director.until(lambda: self._director.connected)
            try:
                async with asyncio.timeout(ASK_AGAIN_S):
                    await self._director.mishap(device, code)
                    await self._director.advance(self._scheduler.now_ms)
                    return
            except (NotConnected, SyncError, TimeoutError) as error:
                log.info("the hub was not there to be told of %s: %r", code or device, error)
