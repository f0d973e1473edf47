"""One look at a request: what chance named for it at this desk, and since when the points are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.identity import checklist_of

if TYPE_CHECKING:
    from hub.domain.contract import Profile
    from hub.domain.identity import Request


class Look(msgspec.Struct, frozen=True):
    """What goes with the decision, so that whoever reads the record draws the same points."""

    drawn: bytes
    opened_ms: int
    restarts: int
    """How often the check had begun again by then."""

    def points(self, profile: Profile, request: Request) -> tuple[tuple[str, str, str], ...]:
        """What to tick: id, Japanese, English."""
        return checklist_of(profile, request, self.drawn)
