"""Root-signed lists of people and withdrawn keys: taken up when they come, kept, passed on, and obeyed."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from hub.site.clock import SimulatedClock, SystemClock
from hub.site.follower import Follower
from hub.site.people import listkeeping
from hub.site.people.peoplekeeping import PeopleKeeper
from hub.site.scribe import Scribe
from sync.keys.owntime import OutsideOwnTime, own_authority
from sync.keys.party import Party
from sync.keys.trust import TrustError, Withdrawn
from sync.record.store import RecordStore

log = logging.getLogger(__name__)

LISTS_S = 5.0
"""How often the home is searched for root-signed lists that somebody has put there: a revocation should not wait."""


class ListWatch:
    """Has whom a list withdraws leave, this hub itself too, and tells the others of it."""

    def __init__(
        self,
        party: Party,
        store: RecordStore,
        scribe: Scribe,
        people: PeopleKeeper,
        followers: set[Follower],
        clock: SystemClock | SimulatedClock,
    ) -> None:
        self._party = party
        self._store = store
        self._scribe = scribe
        self._people = people
        self._followers = followers
        self._clock = clock
        self._came = asyncio.Event()
        self._outside: OutsideOwnTime | None = None
        """That our own certificate does not hold now, once it is said and while it is so."""
        self.withdrawn = asyncio.Event()
        """Set when a list has withdrawn this hub's own key."""
        party.on_list.append(self._on_list)

    async def look(self) -> None:
        """Keep what has come durably, take up what somebody has put into the home; a hub that is revoked itself stops."""
        try:
            self._party.trust.need_unrevoked(own_authority(self._party, self._clock.now_ms()))
        except OutsideOwnTime as error:
            self._stand_still(error)
            await asyncio.sleep(LISTS_S)
            return
        except Withdrawn as error:
            log.error("this hub may not go on: %s", error)
            self.withdrawn.set()
            await asyncio.sleep(LISTS_S)
            return
        self._go_on()
        await listkeeping.keep(self._party, self._store)
        await listkeeping.record(self._scribe)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LISTS_S):
                await self._came.wait()
        self._came.clear()
        self._party.look_for_lists()
        await self._people.look(self._clock.now_ms())

    def _stand_still(self, error: OutsideOwnTime) -> None:
        """The contract has ended, or the clock has leapt: nobody would believe an entry, and every screen is to say so.

        The peers are hung up on: their next link tells them by their own certificates. The hub runs on, for the clock may
        be set right.
        """
        if self._outside is not None:
            return
        log.error("this hub may not go on: %s", error)
        self._outside = error
        if self._scribe.refusing is None:
            self._scribe.refusing = error
        for follower in tuple(self._followers):
            follower.drop(str(error))

    def _go_on(self) -> None:
        """Our certificate holds, again if it did not: what stood still by that goes on."""
        if self._outside is not None:
            log.warning("this hub's certificate holds again by its clock: it goes on")
            if self._scribe.refusing is self._outside:
                self._scribe.refusing = None
            self._outside = None

    async def stop(self) -> None:
        """Hear of no more lists."""
        self._party.on_list.remove(self._on_list)

    def _on_list(self, encoded: bytes) -> None:
        """A root-signed list is new here: it goes on before anything that rests on it, and whom it withdraws goes."""
        for follower in tuple(self._followers):
            try:
                self._party.trust.need_unrevoked(follower.link.peer)
            except TrustError as error:
                follower.drop(str(error))
            else:
                follower.tell_list(encoded)
        self._came.set()
