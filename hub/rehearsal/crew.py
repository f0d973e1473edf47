"""Who works at the booth, where they type, and what they do in the morning and in the evening alike."""

from __future__ import annotations

from hub.client.link.connection import HubClient
from hub.domain.booth import Command
from hub.domain.custody import forms
from hub.domain.day import readiness
from hub.rehearsal.floor import Floor
from hub.rehearsal.session import Practice
from hub.rehearsal.stage import Stage
from sync.keys.party import Person


class Crew:
    """The people of a rehearsed day, the manager first, at one screen."""

    def __init__(
        self, stage: Stage, screen: HubClient, manager: Person, clerks: list[Person], practice: Practice, floor: Floor
    ) -> None:
        self.stage = stage
        self.screen = screen
        self.manager = manager
        self.clerks = clerks
        self.practice = practice
        self.floor = floor

    async def do(self, command: Command, who: Person | None = None, *, version: int = 0) -> int:
        """Have somebody, the manager unless said otherwise, do this at the screen; its entry. PlayRefused."""
        return (await self.stage.do(self.screen, command, who or self.manager, version=version)).index

    async def look(self, when: str) -> None:
        """Tick the contract's checks of that moment."""
        for check in self.stage.profile.checks:
            if check.when == when:
                await self.do(readiness.Tick(check.id))

    async def count_devices(self, *, closing: bool) -> None:
        """Count what the city has lent: all of it is there."""
        lent = {device.id: device.count or 0 for device in readiness.lent_devices(self.stage.profile)}
        if lent:
            await self.do(readiness.CountDevices(closing, lent))

    async def count_blanks(self, who: Person) -> None:
        """Count what lies there; beside a person who practises, who uses up forms too, what the ledger says."""
        if not self.floor.blanks:
            return
        held = self.stage.booth.forms.held
        there = {name: forms.remaining(form) for name, form in held.items()} if self.stage.shared else {}
        await self.do(forms.CountForms({**self.floor.blanks, **there}), who)
