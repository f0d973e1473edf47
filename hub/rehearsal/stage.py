"""How actors act: a command at a time, signed, over the same links as people, and seen by every screen before the next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from hub.client.connection import Done, HubClient, NotConnected
from hub.domain import effect
from hub.domain.booth import Booth, Command
from hub.domain.contract import Profile
from hub.domain.effect import EffectState
from hub.domain.refusal import Refusal
from hub.rehearsal.scheduler import Scheduler
from sync.party import Person

log = logging.getLogger(__name__)

STALL_S = 60.0
"""A hub that was killed is back within seconds. What has not moved after a minute of real time will not."""

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
        self, scheduler: Scheduler, profile: Profile, screens: Sequence[HubClient], *, shared: bool = False
    ) -> None:
        self.scheduler = scheduler
        self.shared = shared
        """Whether a person works beside the actors."""
        self.profile = profile
        self.screens = screens
        """Every client that follows the record."""
        self.commands = 0
        self._eyes = screens[0]
        """Where actors look: the screen at which something happened last, since it shows that first."""
        self._known = 0

    @property
    def now_ms(self) -> int:
        return self.scheduler.now_ms

    @property
    def booth(self) -> Booth:
        return self._eyes.booth

    @contextmanager
    def overtaken(self) -> Iterator[None]:
        """Let go of what a person who works beside the actors has meanwhile done otherwise."""
        try:
            yield
        except PlayRefused as refused:
            if not self.shared:
                raise
            log.info("let go: %s", refused)

    async def ask(self, screen: HubClient, command: Command, person: Person) -> Done | Refusal:
        """Have a person ask for something at a screen now, and wait until it shows what became of it.

        Nobody acts at a screen that does not show yet what has happened elsewhere.

        A hub that is away is waited for; the command then happens once, as the client promises.
        """
        self.commands += 1
        answer = await self._submit(screen, command, person)
        if isinstance(answer, Done):
            await self._shows(screen, answer.index + 1)
            await self._devices(person)
        return answer

    async def _submit(self, screen: HubClient, command: Command, person: Person) -> Done | Refusal:
        while True:
            name = type(command).__name__
            await soon(name, screen.until(partial(self._up_to_date, screen)))
            try:
                return await soon(name, screen.submit(command, person, at_ms=self.now_ms))
            except NotConnected:
                continue

    async def do(self, screen: HubClient, command: Command, person: Person) -> Done:
        """As ask, where nothing may stand in the way; PlayRefused otherwise."""
        answer = await self.ask(screen, command, person)
        if isinstance(answer, Refusal):
            raise PlayRefused(command, answer)
        return answer

    async def happened(self, index: int) -> None:
        """Somebody acted elsewhere (at the city's desk): wait until actors see that entry."""
        self.commands += 1
        await soon("desk", self._eyes.until(lambda: self._eyes.connected and self._eyes.size > index))
        self._known = max(self._known, self._eyes.size)

    async def seen(self) -> None:
        """Wait until every screen shows all that has happened."""
        for screen in self.screens:
            await soon("screens", screen.until(partial(self._up_to_date, screen)))

    def _up_to_date(self, screen: HubClient) -> bool:
        return screen.connected and screen.size >= self._known

    async def _shows(self, screen: HubClient, size: int) -> None:
        await soon("entry", screen.until(lambda: screen.size >= size))
        self._eyes, self._known = screen, screen.size

    async def _devices(self, person: Person) -> None:
        """Wait for what devices owe; what is unsure or has failed is looked at and settled, as staff are asked to."""
        screen = self._eyes
        while screen.booth.effects.open:
            await soon("devices", screen.settled())
            for open_ in sorted(screen.booth.effects.open.values(), key=lambda one: (one.entry, one.kind)):
                # The paper, light or sound of an unsure one is there: only the word of it was lost.
                settled = effect.SettleEffect(open_.entry, open_.kind, open_.state is EffectState.UNSURE)
                answer = await self._submit(screen, settled, person)
                if isinstance(answer, Done):
                    await self._shows(screen, answer.index + 1)
            self._known = screen.size
