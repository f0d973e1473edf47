"""Looks at requests: what chance named for each at this desk, and since when the points are shown."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from hub.domain.identity.city_check import DRAWN_BYTES
from hub.domain.identity.identity import checklist_of

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.identity.identity import Request


class Look(msgspec.Struct, frozen=True):
    """What goes with the decision, so that whoever reads the record draws the same points."""

    drawn: bytes
    opened_ms: int
    restarts: int
    """How often the check had begun again by then."""

    def points(self, profile: Profile, request: Request) -> tuple[tuple[str, str, str], ...]:
        """What to tick: id, Japanese, English."""
        return checklist_of(profile, request, self.drawn)


class Looks:
    """What each request that was opened here asks for."""

    def __init__(self) -> None:
        self.draw: Callable[[], bytes] = lambda: os.urandom(DRAWN_BYTES)
        """Where chance comes from; a rehearsal, which can be played again, has its own."""
        self._looks: dict[int, Look] = {}

    def at(self, request: Request, now_ms: int) -> Look:
        """What this desk's draw asks for; drawn at the first call, and anew when the check began again."""
        look = self._looks.get(request.id)
        if look is None or look.restarts != request.video.restarts:
            look = self._looks[request.id] = Look(self.draw(), now_ms, request.video.restarts)
        return look

    def forget(self, request: int) -> None:
        """It is decided."""
        self._looks.pop(request, None)

    def forget_all(self) -> None:
        """Somebody else sits down: what was drawn for one officer is not the next one's."""
        self._looks.clear()
