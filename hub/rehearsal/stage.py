"""How actors act: a command at a time, signed, over the same links as people, and seen by every screen before the next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.client.link.connection_state import NotConnected
from hub.domain.booth import Booth, Command
from hub.domain.contracts.contract import Profile
from hub.domain.devices import effect
from hub.domain.refusal import Refusal
from hub.rehearsal.bad_day import BadDay
from hub.rehearsal.looking import Room
from hub.rehearsal.scheduler import Scheduler
from sync.keys.party import Person

log = logging.getLogger(__name__)

STALL_S = 60.0
"""A hub that was killed is back within seconds. What has not moved after a minute of real time will not."""

HELP_S, HELP_A_HANG_S = 2.0, 12.0
"""Real seconds until what is owed waits for a person's help; a call of a device that hangs is given up after ten."""

T = TypeVar("T")


class Stalled(Exception):
    """Nothing has moved for STALL_S seconds."""


async def soon(what: str, awaited: Awaitable[T]) -> T:
    """What is awaited; Stalled if it does not come, so that a rehearsal ends with a reason and never hangs."""
    try:
        async with asyncio.timeout(STALL_S):
            return await awaited
    except TimeoutError:
        raise Stalled(f"{what}: nothing for {STALL_S:.0f} s") from None


class PlayRefused(Exception):
    """A rule refused what the script takes for granted. Where actors are alone, the rehearsal or a rule is wrong;
    beside a person who practises, that person was quicker."""

    def __init__(self, command: Command, refusal: Refusal) -> None:
        super().__init__(f"{type(command).__name__}: {refusal.code} {refusal.ja} / {refusal.en}")
        self.command, self.refusal = command, refusal


class Stage:
    """What all actors share: the time, the screens, and the one command that is outstanding."""

    def __init__(
        self,
        scheduler: Scheduler,
        profile: Profile,
        eyes: HubClient,
        room: Room,
        bad_day: BadDay,
        *,
        shared: bool = False,
    ) -> None:
        self.scheduler = scheduler
        self.profile = profile
        self.shared = shared
        """Whether a person works beside the actors."""
        self.commands = 0
        self.bad_day = bad_day
        self.by_hand: set[str] = set()
        """Numbers that were written by hand because no ticket came out."""
        self._room = room
        self._eyes = eyes
        """The screen that actors look at; they act at any."""

    @property
    def now_ms(self) -> int:
        return self.scheduler.now_ms

    @property
    def booth(self) -> Booth:
        return self._eyes.booth

    @property
    def size(self) -> int:
        """Entries of the record, as the actors see it."""
        return self._eyes.size

    @contextmanager
    def overtaken(self) -> Iterator[None]:
        """Let go of what a person who works beside the actors has meanwhile done otherwise."""
        try:
            yield
        except PlayRefused as refused:
            if not self.shared:
                raise
            log.info("let go: %s", refused)

    async def ask(self, screen: HubClient, command: Command, person: Person, *, version: int = 0) -> Done | Refusal:
        """Have a person ask for something at a screen now, and wait until everybody sees what became of it.

        A hub that is away is waited for; the command then happens once, as the client promises.
        """
        self.commands += 1
        answer = await self._submit(screen, command, person, version)
        if isinstance(answer, Done):
            await self._shows(answer.index)
            await self._devices(screen, person)
        return answer

    async def do(self, screen: HubClient, command: Command, person: Person, *, version: int = 0) -> Done:
        """As ask, where nothing may stand in the way; PlayRefused otherwise."""
        answer = await self.ask(screen, command, person, version=version)
        if isinstance(answer, Refusal):
            raise PlayRefused(command, answer)
        return answer

    async def happened(self, index: int) -> None:
        """Somebody acted elsewhere (at the city's desk): wait until actors see that entry."""
        self.commands += 1
        await self._shows(index)

    async def until(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until the screen that actors look at shows this; Stalled if it does not come."""
        await soon(what, self._eyes.until(condition))

    async def _submit(self, screen: HubClient, command: Command, person: Person, version: int = 0) -> Done | Refusal:
        name = type(command).__name__
        while True:
            if not screen.connected:
                await soon(name, screen.until(lambda: screen.connected))
            try:
                return await soon(name, screen.submit(command, person, version=version, at_ms=self.now_ms))
            except NotConnected:
                continue

    async def _shows(self, index: int) -> None:
        if self._eyes.size <= index:
            await soon("entry", self._eyes.until(lambda: self._eyes.size > index))

    async def _devices(self, screen: HubClient, person: Person) -> None:
        """Wait for what devices owe; what is unsure or has failed is looked at and settled, as staff are asked to."""
        await self._owed()
        while self.booth.effects.open:
            await self._owed()
            for open_ in sorted(self.booth.effects.open.values(), key=lambda one: (one.entry, one.kind)):
                came_out = self._room.came_out(open_.kind, open_.number)
                if open_.kind == "ticket" and not came_out:
                    self.by_hand.add(open_.number)
                answer = await self._submit(screen, effect.SettleEffect(open_.entry, open_.kind, came_out), person)
                if isinstance(answer, Done):
                    await self._shows(answer.index)
                device = "ticket" if open_.kind == "reprint" else open_.kind
                if device in self.bad_day.broken:
                    self.scheduler.spawn(self.bad_day.met(device), f"remedy {device}")

    async def _owed(self) -> None:
        """Wait until no device owes anything. What a broken one holds up is helped at once: the next in line waits."""
        while self.bad_day.broken:
            with suppress(TimeoutError):
                hangs = any(code.endswith(".hang") for code in self.bad_day.broken.values())
                async with asyncio.timeout(HELP_A_HANG_S if hangs else HELP_S):
                    await self._eyes.settled()
                    return
            await self.bad_day.mend_all()
        if not self._eyes.is_settled:
            await soon("devices", self._eyes.settled())
