"""Requests for the city whose time has ended are closed, in the order of their ends."""

from __future__ import annotations

import logging

from hub.domain import codec
from hub.domain.identity import identity
from hub.site.clock import SimulatedClock, SystemClock
from hub.site.scribe import Scribe

log = logging.getLogger(__name__)


class DueRequests:
    """Closes what is due by the hub's clock; a simulated one is stopped at each end on its way."""

    def __init__(self, scribe: Scribe, clock: SystemClock | SimulatedClock) -> None:
        self._scribe = scribe
        self._clock = clock

    async def close_oldest(self, until_ms: int) -> int | None:
        """Close the oldest request whose time ends by `until_ms`; when that was, or None if there is none."""
        due = identity.due(self._scribe.booth.identity, until_ms)
        if not due or self._scribe.refusing is not None:
            return None
        first = min(due, key=lambda request: request.expires_ms)
        if isinstance(self._clock, SimulatedClock):
            self._clock.set(first.expires_ms)
        outcome = await self._scribe.act(identity.ExpireRequest(first.id))
        if outcome.index is None:
            log.error("request %d could not be closed: %s", first.id, codec.decode_refusal(outcome.refusal).code)
            return None  # it is tried again with the next beat; whoever moves the clock must not wait for ever
        return first.expires_ms
