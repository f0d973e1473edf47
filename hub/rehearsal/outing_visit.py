"""A visit that a body applied for: noted, prepared, and closed by its checklist."""

from __future__ import annotations

from hub.domain.moment import iso_date
from hub.domain.reservations import outing
from hub.rehearsal.crew import Crew

VISITED = 9
"""Residents of a small home who want to apply: below the ten that a day is meant for (Niigata 8.1(1))."""


class OutingVisit:
    """A crew that goes where somebody asked for it, where the contract has such visits."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._stage = crew.stage

    async def apply(self) -> int | None:
        """The body's application has come by FAX: noted, where the contract has visits; its entry."""
        profile = self._stage.profile
        if not outing.governs(profile, self._crew.practice.event_type):
            return None
        date, way = iso_date(self._crew.practice.open_ms), profile.reservation.channels[-1]
        command = outing.RequestOuting(self._crew.practice.venue[: outing.LONGEST_BODY], date, way, VISITED)
        return await self._crew.do(command)

    async def tick(self, when: str) -> None:
        """Whatever of the visit's checklist belongs there; at its end it is closed."""
        terms = self._stage.profile.outing
        for one in outing.open_(self._stage.booth.outings) if terms is not None else ():
            assert terms is not None
            for task in terms.tasks:
                if task.when == when:
                    await self._crew.do(outing.TickOuting(one.id, task.id), self._crew.clerks[0])
            if when == "after":
                await self._crew.do(outing.CloseOuting(one.id))
