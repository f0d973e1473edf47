"""How actors act: a command at a time, signed, over the same links as people, and seen by every screen before the next."""

from __future__ import annotations

from collections.abc import Sequence

from hub.client.connection import Done, HubClient, NotConnected
from hub.domain import effect
from hub.domain.booth import Booth, Command
from hub.domain.contract import Profile
from hub.domain.effect import EffectState
from hub.domain.refusal import Refusal
from hub.rehearsal.scheduler import Scheduler
from sync.party import Person


class PlayRefused(Exception):
    """A rule refused what the script takes for granted: the rehearsal or a rule is wrong."""

    def __init__(self, command: Command, refusal: Refusal) -> None:
        super().__init__(f"{type(command).__name__}: {refusal.code} {refusal.ja} / {refusal.en}")
        self.command, self.refusal = command, refusal


class Stage:
    """What all actors share: the time, the screens, and the one command that is outstanding."""

    def __init__(self, scheduler: Scheduler, profile: Profile, screens: Sequence[HubClient]) -> None:
        self.scheduler = scheduler
        self.profile = profile
        self.screens = screens
        """Every client that follows the record; the first is where actors look."""
        self.commands = 0

    @property
    def now_ms(self) -> int:
        return self.scheduler.now_ms

    @property
    def booth(self) -> Booth:
        return self.screens[0].booth

    async def ask(self, screen: HubClient, command: Command, person: Person) -> Done | Refusal:
        """Have a person ask for something at a screen now, and wait until every screen shows what became of it.

        A hub that is away is waited for; the command then happens once, as the client promises.
        """
        self.commands += 1
        while True:
            await screen.until(lambda: screen.connected)
            try:
                answer = await screen.submit(command, person, at_ms=self.now_ms)
                break
            except NotConnected:
                continue
        if isinstance(answer, Done):
            await self.seen(answer.index + 1)
            await self._devices(screen, person)
        return answer

    async def do(self, screen: HubClient, command: Command, person: Person) -> Done:
        """As ask, where nothing may stand in the way; PlayRefused otherwise."""
        answer = await self.ask(screen, command, person)
        if isinstance(answer, Refusal):
            raise PlayRefused(command, answer)
        return answer

    async def seen(self, size: int) -> None:
        """Wait until every screen shows the record up to `size`."""
        for screen in self.screens:
            await screen.until(lambda screen=screen: screen.connected and screen.size >= size)  # type: ignore[misc]

    async def _devices(self, screen: HubClient, person: Person) -> None:
        """Wait for what devices owe; what is unsure or has failed is looked at and settled, as staff are asked to."""
        while self.booth.effects.open:
            await self.screens[0].settled()
            await self.seen(self.screens[0].size)
            for open_ in sorted(self.booth.effects.open.values(), key=lambda one: (one.entry, one.kind)):
                if open_.state is EffectState.DUE:
                    continue
                # The paper, light or sound of an unsure one is there: only the word of it was lost.
                settled = effect.SettleEffect(open_.entry, open_.kind, open_.state is EffectState.UNSURE)
                answer = await screen.submit(settled, person, at_ms=self.now_ms)
                if isinstance(answer, Done):
                    await self.seen(answer.index + 1)
