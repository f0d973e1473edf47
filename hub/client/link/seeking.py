"""Where to knock when the hub has been away for a while: its own address, and in turn those that answer to our deployment.

An address is a hint. Whether the machine there is the record's hub, its certificate and the record itself say.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence

AWAY_S = 5.0
"""A hub that restarts is back sooner; only after that is another one looked for."""


class Seeking:
    """The addresses that are tried, one after the other."""

    def __init__(self, home: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.browse: Callable[[], Awaitable[Sequence[str]]] | None = None
        """Asks the network for hubs of ours; without it only the one address is tried."""
        self._home = home
        """The address that has worked last."""
        self._clock = clock
        self._since: float | None = None

    def found(self) -> None:
        """A hub answers and is believed."""
        self._since = None

    async def next_url(self, tried: str) -> str:
        """The address to try next, after this one has failed."""
        self._since = self._clock() if self._since is None else self._since
        if self.browse is None or self._clock() - self._since < AWAY_S:
            return tried
        known = list(dict.fromkeys((self._home, *await self.browse())))
        return known[(known.index(tried) + 1) % len(known)] if tried in known else known[0]
