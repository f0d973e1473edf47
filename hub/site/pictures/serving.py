"""Which terminal serves a visit: who may look through a camera at one person sits there, and at no other terminal.

The last terminal at which somebody signed something of an open visit serves it, so whoever wants to look from elsewhere
signs there first, and stands in the record. It lives in memory: after the hub's restart something is signed anew.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.visit.visit import VisitState
from hub.site.scribe import Commit, Scribe


class Serving:
    """`key_of`: the terminal behind a link, empty for what is no terminal's (the hub's own, a desk's)."""

    def __init__(self, scribe: Scribe, key_of: Callable[[object], bytes]) -> None:
        self._scribe = scribe
        self._key_of = key_of
        self._keys: dict[int, bytes] = {}
        """Open visit to the key of its terminal."""

    def on_commit(self, commit: Commit) -> None:
        """Learn who serves which visit."""
        visits = self._scribe.booth.visits.visits
        for index, events in commit.events:
            for event in events:
                visit = getattr(event, "visit", None)
                if not isinstance(visit, int):
                    continue
                if visit not in visits or visits[visit].state is not VisitState.OPEN:
                    self._keys.pop(visit, None)
                    continue
                origin = next((asker for asker, outcome in commit.outcomes if outcome.index == index), None)
                if key := self._key_of(origin):
                    self._keys[visit] = key

    def at(self, peer: object, visit: int) -> bool:
        """Whether this link is that terminal's; never for a link that is no terminal's."""
        key = self._key_of(peer)
        return bool(key) and self._keys.get(visit) == key
