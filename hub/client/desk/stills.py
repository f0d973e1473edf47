"""Stills on a desk: in memory, opened with a key made for one check, and let go of with it.

The key is made when the officer takes a request up and is on no disk. A picture is shown only once the record's proved
entry commits to it. When the check ends, the officer leaves or the desk stops, keys and pictures are gone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from hub.domain.identity.still import StillTaken
from sync.envelopes.still import StillRefused, open_still
from sync.errors import SyncError
from sync.keys.keys import BoxKey
from sync.keys.party import Party
from sync.messages import StillSealed

log = logging.getLogger(__name__)


class Shown(msgspec.Struct, frozen=True):
    """One picture that an officer may look at."""

    still: int
    subject: str
    commitment: bytes
    picture: bytes
    """JPEG, masked, longest side at most 1600 px."""


class DeskStills:
    """Keys and pictures of the checks that were taken up here."""

    def __init__(self, party: Party, hubs: Callable[[], list[bytes]]) -> None:
        """`hubs`: keys that the record's hub may sign with."""
        self._party = party
        self._hubs = hubs
        self._keys: dict[int, BoxKey] = {}
        self._began: dict[int, int] = {}
        """Request to the entry of its acceptance here."""
        self._taken: dict[int, StillTaken] = {}
        """What the record says was taken, by still."""
        self._sealed: dict[int, StillSealed] = {}
        self._shown: dict[int, dict[str, Shown]] = {}
        self._seen: dict[int, set[bytes]] = {}
        self.problem: SyncError | None = None
        """Why a picture was not opened, of the last one that was not."""

    def accept(self, request: int) -> bytes:
        """A new key for this check; its public half. What was sealed to one before opens no more."""
        self.forget(request)
        self._keys[request] = BoxKey.generate()
        return self._keys[request].public

    def began(self, request: int, index: int) -> None:
        """The record has the acceptance, in this entry: what gives the request to somebody else comes after it."""
        if request in self._keys:
            self._began[request] = index

    def given_away(self, request: int, index: int) -> None:
        """Entry `index` gives the request to another officer; one that is older than the acceptance changes nothing."""
        if index > self._began.get(request, index):
            self.forget(request)

    def accepted(self, request: int) -> bool:
        """Whether the key of that check is here."""
        return request in self._keys

    def note(self, event: StillTaken) -> None:
        """An entry that is proved to stand in the record."""
        self._taken[event.still] = event
        self._match(event.still)

    def take(self, message: StillSealed) -> None:
        """A sealed picture; kept only for a check that was taken up here, and until its entry is proved."""
        if message.request in self._keys:
            self._sealed[message.still] = message
            self._match(message.still)

    def pictures(self, request: int) -> tuple[Shown, ...]:
        """The newest picture of each subject, in the order in which they were taken."""
        return tuple(sorted(self._shown.get(request, {}).values(), key=lambda one: one.still))

    def look(self, request: int, still: int) -> None:
        """The officer has this one before their eyes."""
        for one in self.pictures(request):
            if one.still == still:
                self._seen.setdefault(request, set()).add(one.commitment)

    def seen(self, request: int) -> tuple[bytes, ...]:
        """Commitments of the pictures that were looked at and not replaced since: what a decision signs."""
        looked = self._seen.get(request, set())
        return tuple(one.commitment for one in self.pictures(request) if one.commitment in looked)

    def forget(self, request: int) -> None:
        """The check is over, or was given away: key and pictures go."""
        self._keys.pop(request, None)
        self._began.pop(request, None)
        self._forget_pictures(request)

    def forget_all(self) -> None:
        """The officer leaves the seat."""
        for request in list(self._keys):
            self.forget(request)

    @property
    def held(self) -> int:
        """Pictures and keys in memory now."""
        return len(self._keys) + len(self._sealed) + sum(map(len, self._shown.values()))

    def _forget_pictures(self, request: int) -> None:
        self._shown.pop(request, None)
        self._seen.pop(request, None)
        for still in [still for still, one in self._sealed.items() if one.request == request]:
            del self._sealed[still]

    def _match(self, still: int) -> None:
        """Open a picture of which both the entry and the envelope are here."""
        taken, sealed = self._taken.get(still), self._sealed.get(still)
        if taken is None or sealed is None:
            return
        del self._sealed[still]
        key, deployment = self._keys[sealed.request], self._party.deployment
        try:
            if sealed.request != taken.request:
                raise StillRefused(why="about another", request=sealed.request, still=still)
            picture = open_still(
                key,
                self._hubs(),
                deployment.id,
                deployment.record,
                taken.request,
                still,
                taken.commitment,
                sealed.envelope,
            )
        except SyncError as error:
            log.error("a still was not opened: %s", error)
            self.problem = error
            return
        of_request = self._shown.setdefault(taken.request, {})
        older = of_request.get(taken.subject)
        if older is None or older.still < still:
            of_request[taken.subject] = Shown(still, taken.subject, taken.commitment, picture)
