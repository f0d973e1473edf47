"""A clerk behind the camera: waits until the one before is gone, takes the photo, shows it, and lets it be destroyed."""

from __future__ import annotations

import contextlib

from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.domain.contracts.procedure import Step
from hub.domain.photo import photo
from hub.domain.photo.photo import PhotoState
from hub.domain.visit import visit
from hub.rehearsal.paper_photos import PaperPhotos
from hub.rehearsal.stage import Stage, soon
from sync.errors import SyncError
from sync.keys.party import Person

POSE_S = 20
"""To sit down, look up, and look at the picture."""


DRAWN = "訓練の絵"
"""Why an emulated camera's sitter is excepted where the checks are on: nobody would call that a face."""


class Photographer:
    """Does photo steps as people do: nothing is taken for granted, for the hub may be killed at any moment."""

    def __init__(self, stage: Stage, screen: HubClient, person: Person) -> None:
        self._stage = stage
        self._screen = screen
        self._person = person
        self._paper = PaperPhotos(stage, screen, person)

    async def photograph(self, held: int, step: Step, *, again: bool) -> None:
        """Return once the step is done and its picture is destroyed. `again`: the applicant wants a second one."""
        while step.id not in self._stage.booth.visits.visits[held].done:
            await self._stage.scheduler.sleep(POSE_S)
            await self._paper.account_for(held)
            if photo.of_visit(self._stage.booth.photos, held) is None:
                # Refused while the photo of another window is not gone yet.
                await self._stage.ask(self._screen, photo.Shoot(held, step.id), self._person)
            living = photo.of_visit(self._stage.booth.photos, held)
            if living is None or living.state not in (PhotoState.TAKEN, PhotoState.CONFIRMED):
                if "camera" in self._stage.bad_day.broken:
                    await self._stage.bad_day.met("camera")
                continue  # the camera had a fault, or the hub was started again
            with contextlib.suppress(SyncError):  # a link that broke: the picture is looked at again, or is gone
                await soon("photo", self._screen.photo.look(living.shot))
            if again:
                again = False
                await self._stage.ask(self._screen, photo.Retake(living.shot), self._person)
                continue
            if living.blocked:
                await self._stage.ask(self._screen, photo.Override(living.shot, DRAWN), self._person)
            if living.state is PhotoState.CONFIRMED:
                await self._paper.print(living)
                await self._stage.ask(self._screen, visit.DoStep(held, step.id), self._person)
                continue
            confirm = photo.Confirm(living.shot, living.commitment, True, True)
            if isinstance(await self._stage.ask(self._screen, confirm, self._person), Done):
                await self._paper.print(living)
                await self._stage.ask(self._screen, visit.DoStep(held, step.id), self._person)
