"""When the booth worked and nobody was there who has to be: of the contractor, who answers for it, or of the city.

Chiba 第2 2(1)(2): the booth is staffed at all times while it runs (常時体制). A gap is what the record says: a manager who leaves
signs so, and so does a deputy who takes over (hub.domain.day.manager_presence); officers come on duty and go.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from hub.domain.day.day import Phase
from hub.domain.day.readiness import minimums

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.state import Booth

CITY_ROLE = "city_staff"


class Side(enum.StrEnum):
    CONTRACTOR = "contractor"
    CITY = "city"


class Absence(msgspec.Struct, frozen=True):
    """Nobody of that side was there from then until then, while the day was open."""

    side: Side
    from_ms: int
    until_ms: int


class Watch:
    """Follows a record from state to state; `over` are the absences that have ended, in the order of their ends."""

    def __init__(self, profile: Profile | None) -> None:
        self._profile = profile
        self._since: dict[Side, int] = {}
        self.over: list[Absence] = []

    def look(self, booth: Booth, at_ms: int) -> None:
        """The state from `at_ms` on."""
        for side in Side:
            if self._lacks(side, booth):
                self._since.setdefault(side, at_ms)
            elif (since := self._since.pop(side, at_ms)) < at_ms:
                self.over.append(Absence(side, since, at_ms))

    def _lacks(self, side: Side, booth: Booth) -> bool:
        """The city's people have to be there only where the contract counts them among the staff of such an event."""
        if booth.day.phase is Phase.CLOSED:
            return False
        if side is Side.CONTRACTOR:
            return not booth.leading
        wanted = self._profile is not None and CITY_ROLE in minimums(self._profile, booth.day.event_type)
        return wanted and not booth.identity.officers
