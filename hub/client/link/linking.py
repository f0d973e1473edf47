"""Staying linked: the record's hub is found, has to prove who it is, and is found again whenever the link ends."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from hub.client.desk.handoff import OtherProfile
from hub.client.link.connection_state import ConnectionState, NotConnected
from hub.client.link.knownhub import KnownHub
from hub.client.link.seeking import Seeking
from hub.client.proof.divergence import RecordDiverges
from hub.replay.faults import ReplayError
from sync.errors import SyncError
from sync.keys.certificate import HUB_KINDS
from sync.keys.party import Party
from sync.keys.trust import Authority
from sync.link.link import BadMessage, Clock, Link, PeerRefused, connect, dial
from sync.messages import Message

log = logging.getLogger(__name__)

FIRST_RETRY_S = 0.2
"""A hub that restarts is back within two seconds; the first try comes before anyone looks up."""

LONGEST_RETRY_S = 3.0
"""At this pace twenty terminals ask a dead hub seven times a second in all, and it is noticed when it is back."""

RECOVERED_S = 5.0
"""A hub whose record was refused is looked at again so often: it may have been recovered."""

NEVER_AGAIN = (RecordDiverges, ReplayError, OtherProfile)
"""What makes a hub refused for good: no later word of it can mend this one, only people can."""


class Linking:
    """One link at a time, how it stands, and why it stands so. `tell` is called whenever a screen may have to change."""

    def __init__(self, url: str, party: Party, clock: Clock, home: Path | None, tell: Callable[[], None]) -> None:
        """`home`: the terminal's folder, which remembers the hub's key; None: any hub of the record will do."""
        self.url = url
        self.state = ConnectionState.SEEKING
        self.problem: SyncError | None = None
        """Why we are not live, when that is more than a hub that is away."""
        self.link: Link | None = None
        self.heard_at = 0.0
        """time.monotonic() of the last message from the hub."""
        self.seeking = Seeking(url)
        self._party = party
        self._clock = clock
        self._known_hub = KnownHub(home) if home is not None else None
        self._tell = tell

    def can_send(self) -> bool:
        """Whether what a person asks for now would reach a hub that we believe."""
        return self.link is not None and self.state is ConnectionState.LIVE

    def linked(self) -> Link:
        """The link; NotConnected if there is none."""
        if self.link is None:
            raise NotConnected(url=self.url)
        return self.link

    async def send(self, message: Message) -> None:
        """Send a message; NotConnected if there is no link, LinkClosed if it breaks."""
        await self.linked().send(message)

    def heard(self) -> None:
        """The hub has said something."""
        self.heard_at = time.monotonic()

    def live(self) -> None:
        """What we hold is the hub's durable state now."""
        self.state, self.problem = ConnectionState.LIVE, None
        self.seeking.found()
        peer = self.linked().peer
        if self._known_hub is not None and peer.kind == "hub":
            self._known_hub.met(peer.key)

    def refuse(self, error: SyncError) -> None:
        """Nothing that this hub says is believed any more."""
        log.error("the hub is refused: %s", error)
        self.problem, self.state = error, ConnectionState.REFUSED

    async def run(self, hold: Callable[[Link], Awaitable[None]], refused: Callable[[SyncError], None]) -> None:
        """Make one link after the other and `hold` it until it ends; `refused` is told whenever a record is not believed.

        Returns when a hub is refused for good.
        """
        retry_s = FIRST_RETRY_S
        for_good = False
        while not for_good:
            try:
                await self._hold_one(hold)
                retry_s = FIRST_RETRY_S
            except RecordDiverges as error:
                # Nothing of it is believed; but where people have recovered it, it proves that it continues ours.
                self.refuse(error)
                refused(error)
                retry_s = RECOVERED_S
            except NEVER_AGAIN as error:
                for_good = True
                self.refuse(error)
            except SyncError as error:
                self._say(error)
                if self.state is ConnectionState.LIVE:
                    log.warning("the hub has gone: %s", error)
                    retry_s = FIRST_RETRY_S
            except Exception as error:  # whatever a hub sends, the terminal goes on trying and says why it cannot
                log.exception("what the hub sent cannot be used")
                self._say(BadMessage(peer=self.url, why=type(error).__name__))
            self.link = None
            if self.state is not ConnectionState.REFUSED:
                self.state = ConnectionState.SEEKING
            self._tell()
            if self.state is ConnectionState.SEEKING:
                self.url = await self.seeking.next_url(self.url)
            if not for_good:
                await asyncio.sleep(retry_s * random.uniform(0.7, 1.3))  # twenty terminals must not come in step
            if self.state is not ConnectionState.REFUSED:
                retry_s = min(retry_s * 2, LONGEST_RETRY_S)
        refused(self.problem or NotConnected(url=self.url))

    def _say(self, error: SyncError) -> None:
        """Why there is no link. What a refused hub's record lacks stays said: people stop that hub to recover it."""
        if self.state is not ConnectionState.REFUSED:
            self.problem = error

    async def _hold_one(self, hold: Callable[[Link], Awaitable[None]]) -> None:
        self._party.look_for_lists()
        socket = await dial(self.url)
        try:
            known = self._known_hub.key() if self._known_hub is not None else None
            link = await connect(socket, self._party, self._clock, expect=HUB_KINDS, hub_key=known)
        except BaseException:
            await socket.close()  # whoever answered is not who we look for
            raise
        try:
            self._need_our_site(link.peer)
            self.link = link
            if self.state is not ConnectionState.REFUSED:  # a hub that was refused shows first that it is well again
                self.state = ConnectionState.CATCHING_UP
            await hold(link)
        finally:
            await link.close()

    def _need_our_site(self, peer: Authority) -> None:
        if peer.kind == "hub" and peer.person != self._party.deployment.record:
            raise PeerRefused(why="another hub", person=peer.person)
        if peer.kind == "standby_hub":
            peer.need_site(self._party.deployment.site)
