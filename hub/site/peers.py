"""Who is linked to this hub, and the room that each of their messages goes to."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import msgspec

from hub.site.clock import SimulatedClock, SystemClock
from hub.site.continuity.challenge import Challenges
from hub.site.devices.bad_day import BadDay
from hub.site.follower import Follower
from hub.site.outside.desks import Desks
from hub.site.people.pairing import PairingDoor
from hub.site.people.peoplekeeping import PeopleKeeper
from hub.site.pictures.photo_room import PhotoRoom
from hub.site.pictures.still_room import StillRoom
from hub.site.scribe import Scribe
from hub.site.vaultdoor import VaultDoor
from sync import messages
from sync.keys.party import chain
from sync.link.link import Link
from sync.messages import Message

log = logging.getLogger(__name__)

KINDS = frozenset({"terminal", "desk", "director"})
"""Kinds of certificate that may link to a hub. A director moves a rehearsal's clock and nothing else."""


class Rooms(msgspec.Struct):
    """What a message of a peer may be for."""

    scribe: Scribe
    people: PeopleKeeper
    challenges: Challenges
    pairing: PairingDoor
    bad_day: BadDay
    desks: Desks
    vault: VaultDoor
    photos: PhotoRoom
    stills: StillRoom
    to_office: Callable[[messages.Reported], Awaitable[None]]


class Peers(msgspec.Struct):
    """The links that are open; serve() one for as long as it lasts."""

    rooms: Rooms
    clock: SystemClock | SimulatedClock
    profile_raw: bytes
    status: Callable[[], messages.Status]
    followers: set[Follower] = msgspec.field(default_factory=set)
    kept_by_gone: int = 0
    """Largest size of the record that a terminal which has left has said it keeps: its disk keeps it still."""
    desk_links: dict[bytes, Follower] = msgspec.field(default_factory=dict)
    """The one link of each desk, by the desk's key."""

    @property
    def kept(self) -> int:
        """Largest size of the record that a terminal has said it keeps."""
        return max((self.kept_by_gone, *(follower.kept for follower in self.followers)))

    def post(self, message: Message, *, only: str = "") -> None:
        """Say this to everybody who is linked, or to one kind of peer."""
        for follower in tuple(self.followers):
            if not only or follower.link.peer.kind == only:
                follower.post(message)

    async def serve(self, link: Link) -> None:
        """Follow this link until it ends."""
        rooms = self.rooms
        follower = Follower(link, rooms.scribe, self.clock, self.profile_raw, rooms.people, self.status, self._take)
        self.followers.add(follower)
        log.info("%s %s has linked", link.peer.kind, link.peer.person)
        try:
            if link.peer.kind == "desk":
                # One link a desk: handoffs go to the newest, and an old one that is not yet known to be dead goes now.
                older = self.desk_links.get(link.peer.key)
                self.desk_links[link.peer.key] = follower
                if older is not None:
                    older.drop("the same desk has linked again")
                await rooms.desks.joined(link.peer, follower)
            elif link.peer.person in rooms.scribe.booth.pairing.names:
                # Whoever enrols machines learns from the record which terminals joined here, and can revoke them.
                trust = rooms.scribe.party.trust
                await rooms.scribe.store.put_certificates(chain(trust.get(link.peer.certificate), trust))
            await follower.serve()
        except Exception:  # of ours: this link ends, and the peer comes again
            log.exception("serving %s %s", link.peer.kind, link.peer.person)
        finally:
            self.followers.discard(follower)
            rooms.vault.left(follower)
            rooms.photos.left(follower)
            self.kept_by_gone = max(self.kept_by_gone, follower.kept)
            if self.desk_links.get(link.peer.key) is follower:
                del self.desk_links[link.peer.key]
                rooms.desks.left(link.peer)

    async def _take(self, follower: Follower, message: Message) -> None:
        rooms, peer = self.rooms, follower.link.peer
        if await rooms.challenges.take(follower, message):
            return
        match peer.kind, message:
            case _, messages.PairingGrant():
                rooms.pairing.take(follower, message)
            case "terminal" | "director", messages.Mishap():
                rooms.bad_day.take(message)
            case "terminal", messages.Renew(people):
                follower.post(await rooms.people.renew(people, self.clock.now_ms()))
            case "terminal", messages.Reported():
                await rooms.desks.carry(message)
                await rooms.to_office(message)
            case "terminal", _:
                if not rooms.stills.take(follower, message) and not await rooms.photos.take(follower, message):
                    await rooms.vault.take(follower, message)
            case "desk", _:

                async def reply(answer: Message) -> None:
                    follower.post(answer)

                await rooms.desks.take(peer, message, reply)
            case _:
                log.warning("%s sent %s, which only a desk may", peer.person, type(message).__name__)
