"""A clerk with printed photos: prints the confirmed picture where there is a printer, and says where each sheet went."""

from __future__ import annotations

from hub.client.link.connection import HubClient
from hub.domain.devices.device import DeviceState
from hub.domain.photo import print as photo_print
from hub.domain.photo.photo import Living
from hub.domain.photo.print import AskPrint, PrintState, SeePrint, SettleSheet, SheetState, ShredSheets, SpoiledSheet
from hub.rehearsal.stage import Stage
from sync.keys.party import Person

TRIES = 3
"""A printer that fails so often is left alone: the picture goes online, and paper can follow."""

EVERY = 3
"""About every third applies on paper; the others' pictures go online alone."""

PASTE_S = 40
"""To cut a picture out and paste it."""


class PaperPhotos:
    """Acts as people do: what came out is looked at, and no sheet is left lying."""

    def __init__(self, stage: Stage, screen: HubClient, person: Person) -> None:
        self._stage = stage
        self._screen = screen
        self._person = person

    async def print(self, living: Living) -> None:
        """One sheet of this picture, pasted, for who applies on paper; nothing where no printer works."""
        if living.visit % EVERY:
            return
        for _ in range(TRIES):
            standing = self._stage.booth.devices.standing.get("photo")
            done = any(one.sheets for one in photo_print.of_shot(self._stage.booth.prints, living.shot))
            if done or standing is None or standing.state is DeviceState.OFF:
                return
            again = any(
                one.state is not PrintState.FAILED for one in photo_print.of_shot(self._stage.booth.prints, living.shot)
            )
            await self._stage.ask(self._screen, AskPrint(living.shot, 1, again), self._person)
            await self.account_for(living.visit)
            if "photo" in self._stage.bad_day.broken:
                await self._stage.bad_day.met("photo")

    async def account_for(self, visit: int) -> None:
        """Wait for what is being printed for this visit, look at what is unsure, and say where each sheet went."""
        for asked in [one.id for one in photo_print.of_visit(self._stage.booth.prints, visit)]:
            await self._ended(asked)
            one = self._stage.booth.prints.prints[asked]
            if one.state is PrintState.UNSURE:  # whoever is not sure of a sheet does not use it
                await self._stage.ask(self._screen, SeePrint(asked, 0, one.copies), self._person)
            one = self._stage.booth.prints.prints[asked]
            for at, sheet in enumerate(one.sheets):
                if sheet.state is SheetState.OUT:
                    await self._stage.scheduler.sleep(PASTE_S)
                    fate = SheetState.SPOILED if one.retaken else SheetState.PASTED
                    await self._stage.ask(self._screen, SettleSheet(asked, at, fate, one.number), self._person)

    async def shred(self, people: list[Person]) -> None:
        """At closing: two people see the spoiled sheets go through the shredder."""
        spoiled = tuple(SpoiledSheet(one.id, at) for one, at in photo_print.to_shred(self._stage.booth.prints))
        for person in people[:2] if spoiled else ():
            await self._stage.do(self._screen, ShredSheets(spoiled), person)

    async def _ended(self, asked: int) -> None:
        """Until everybody sees what became of a print."""

        def known() -> bool:
            one = self._stage.booth.prints.prints.get(asked)
            return one is not None and one.state not in photo_print.UNDER_WAY

        await self._stage.until("print", known)
