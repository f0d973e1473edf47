"""Who works here today, as the hub serves them: each with a locked key and this morning's certificate."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hub.client.people.standby import keep_people
from hub.domain.people.newkey import Successions
from sync.errors import SyncError
from sync.keys.introductions import take_proven
from sync.keys.party import LockedPerson
from sync.keys.trust import TrustStore


class StaffToday:
    """What the screens show; kept at once where this terminal may become the hub."""

    def __init__(self, home: Path | None, trust: TrustStore) -> None:
        self.people: list[LockedPerson] = []
        self.junk: SyncError | None = None
        """The hub serves a locked key that this terminal, which may become the hub, did not take."""
        self._home = home
        self._trust = trust

    async def take(self, people: list[LockedPerson], keys: Successions) -> None:
        """Take whom the hub serves; `keys`: the record's word on changed keys, so what came with them is folded first."""
        if self._home is not None:  # first: what the screens show of today's people, a take-over has
            self.junk = await asyncio.to_thread(keep_people, self._home, people, self._trust, keys)
        # Screens ask at every change whether lists have withdrawn somebody: of known certificates that costs nothing.
        take_proven(self._trust, [encoded for one in people for encoded in (one.certificate, *one.chain)])
        self.people = people
