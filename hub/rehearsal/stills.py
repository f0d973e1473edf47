"""A clerk at the document camera: looks through the mask, has the still taken, and the face where the officer asks for it."""

from __future__ import annotations

import contextlib

from hub.client.link.connection import HubClient
from hub.domain.identity import still_rules
from hub.domain.identity.identity import RequestState
from hub.domain.identity.still import TakeStill
from hub.domain.identity.still_mask import FACE
from hub.rehearsal.stage import Stage, soon
from sync.errors import SyncError
from sync.keys.party import Person

LAY_S = 15
"""To lay a paper into the frame and look whether the band covers its number."""

FACES = 3
"""The officer asks every so-many-th applicant for a still of the face as well."""


class StillTaker:
    """Takes what one check needs; what the contract does not allow is not tried."""

    def __init__(self, stage: Stage, screen: HubClient, person: Person) -> None:
        self._stage = stage
        self._screen = screen
        self._person = person

    async def take(self, request: int, applicant: int, *, again: bool) -> None:
        """Return once the hub has what is taken, or a fault says that it has not. `again`: the first one is blurred."""
        held = self._stage.booth.identity.requests[request]
        allowed = still_rules.why_none(self._stage.profile, True, self._stage.booth.day.date, held.method) is None
        if not allowed or held.state is not RequestState.PENDING or not held.key:
            return
        for subject in (*held.documents, *([FACE] if applicant % FACES == 0 else [])):
            for _ in range(1 + again):
                await self._stage.scheduler.sleep(LAY_S)
                with contextlib.suppress(SyncError):  # a link that broke: the still is refused or taken all the same
                    await soon("look", self._screen.stills.look(request, subject))
                await self._stage.ask(self._screen, TakeStill(request, subject, True), self._person)
            again = False
