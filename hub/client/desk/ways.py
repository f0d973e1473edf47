"""The two ways from a desk to a hub: the site's own network, and sealed letters that the office carries unread."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from hub.client.desk.hub import DeskHub
from sync.envelopes.envelope import WrongSender
from sync.errors import SyncError
from sync.keys.certificate import HUB_KINDS
from sync.keys.introductions import take_proven
from sync.keys.party import Party, need_unrevoked
from sync.link.link import Clock, Link, LinkClosed, PeerRefused, connect, dial
from sync.mail.correspondence import Correspondence
from sync.mail.mailbox import BEYOND_US, Mailbox
from sync.messages import (
    Follow,
    Handoff,
    Lists,
    Mail,
    Message,
    Offers,
    OffersWanted,
    Posted,
    Publish,
    Reported,
    Return,
    Returned,
    Taken,
    Waiting,
    WaitingWanted,
    Welcome,
)
from sync.record.merkle import Frontier

log = logging.getLogger(__name__)

FIRST_RETRY_S = 0.2
"""A hub that restarts is back within two seconds; the first try comes before anyone looks up."""

LONGEST_RETRY_S = 5.0
"""A desk whose network is gone notices its return while the officer still looks at the screen."""

OFFERS_S = 3.0
"""While the office knows no hub to write to it is asked again so often: an officer waits for the first request."""

OFFERS_KEPT_S = 300.0
"""A hub hands out its keys a fortnight ahead; asked this often, today's are used and those of a day that is over end."""

Acknowledge = Callable[[], Awaitable[None]]


class Reception(Protocol):
    """Who takes what comes in; the desk."""

    hub: DeskHub

    def seen_size(self) -> int: ...

    async def take(self, way: Way, hub_key: bytes, message: Message, acknowledge: Acknowledge) -> None:
        """Handle a message of the hub's; call `acknowledge` once it is durably handled."""

    def hear(self, succession: Sequence[bytes], certificates: Iterable[bytes], by: bytes) -> bool:
        """Somebody shows that they are the record's hub now; whether that is proved, and news."""
        ...

    async def ready(self, way: Way) -> None:
        """The hub can be written to this way now."""

    async def letter_lost(self, way: Way) -> None:
        """A letter came back unopened, and a restart has lost what it said."""

    def kept_reports(self) -> list[bytes]:
        """What terminals reported of their hub: the office is to have it too."""
        ...

    def changed(self) -> None: ...

    def refused(self) -> bool:
        """Whether this hub is not listened to any more."""


class Way:
    """A connection that is made again for ever."""

    def __init__(self, url: str, party: Party, clock: Clock, desk: Reception) -> None:
        self.url = url
        self.linked = False
        """Whether the other end (hub or office) answers."""
        self.ready = False
        """Whether the hub can be written to."""
        self.problem: SyncError | None = None
        self._party = party
        self._clock = clock
        self._desk = desk
        self._link: Link | None = None
        self._sending = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"desk to {self.url}")
        self._task.add_done_callback(_ended)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def send(self, message: Message) -> None:
        """Send to the hub; LinkClosed if this way is closed now."""
        raise NotImplementedError

    async def _send(self, message: Message) -> None:
        link = self._link
        if link is None:
            raise LinkClosed(peer=self.url)
        async with self._sending:  # two tasks write; a message may be several envelopes and each has its place
            await link.send(message)

    async def _connect(self, expect: Collection[str]) -> Link:
        self._party.look_for_lists()
        socket = await dial(self.url)
        try:
            return await connect(socket, self._party, self._clock, expect=expect)
        except BaseException:
            await socket.close()  # whoever answered is not who we look for
            raise

    async def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        while not self._desk.refused():
            was_linked = False
            try:
                await self._serve_one_link()
            except SyncError as error:
                was_linked, self.problem = self.linked, error
                (log.warning if was_linked else log.debug)("the way over %s is closed: %s", self.url, error)
            finally:
                self._link, self.linked, self.ready = None, False, False
            self._desk.changed()
            retry_s = FIRST_RETRY_S if was_linked else min(retry_s * 2, LONGEST_RETRY_S)
            await asyncio.sleep(retry_s * random.uniform(0.7, 1.3))

    async def _serve_one_link(self) -> None:
        raise NotImplementedError


class LanWay(Way):
    """Directly to the hub; everything on this link is the hub's own word of now."""

    async def send(self, message: Message) -> None:
        await self._send(message)

    async def _serve_one_link(self) -> None:
        self._link = link = await self._connect(HUB_KINDS)
        try:
            await self._need_hub(link)
            if link.peer.kind == "hub" and link.peer.person != self._party.deployment.record:
                raise PeerRefused(why="another hub", person=link.peer.person)
            self.linked = True
            await self._send(Follow(self._desk.seen_size(), Frontier().root(), entries=False, snapshot=False))
            while not self._desk.refused():
                message = await link.receive()
                if isinstance(message, Welcome):
                    self._desk.hear(message.succession, message.certificates, link.peer.key)
                # Of every message, not of the first: who says no Welcome proves nothing, and another may have succeeded.
                if not self._desk.hub.is_hub(link.peer):
                    raise PeerRefused(why="not the hub that the record names", person=link.peer.person)
                await self._desk.take(self, link.peer.key, message, _nothing)
                if isinstance(message, Welcome) and not self._desk.refused():
                    self.ready, self.problem = True, None
                    await self._desk.ready(self)
                self._desk.changed()
        finally:
            await link.close()

    async def _need_hub(self, link: Link) -> None:
        """Show a hub of before that it was succeeded, and refuse it; a machine that has yet to prove itself may speak."""
        proof = self._desk.hub.proof()
        if link.peer.kind == "hub" and proof is not None:
            await self._send(Follow(0, Frontier().root(), entries=False, snapshot=False))
            await self._send(proof)
            raise PeerRefused(why="it was succeeded", person=link.peer.person)


class OfficeWay(Way):
    """Letters through the office's mailroom, sealed to the hub and from it to this desk."""

    def __init__(self, url: str, party: Party, clock: Clock, desk: Reception, home: Path) -> None:
        super().__init__(url, party, clock, desk)
        self._mailbox = Mailbox(party, home, clock)
        self._letters = Correspondence(party, clock)
        self._hub: bytes | None = None
        """The hub's key, while it can be written to."""
        self._published: list[bytes] = []
        self._lost: list[Returned] = []
        """Letters that came back, and of which a restart has lost what they said."""
        self._held: list[Mail] | None = []
        """Mail that came before the office told who the hub is; None once it has."""

    async def send(self, message: Message) -> None:
        post = None if self._hub is None else self._letters.write(self._hub, message)
        if post is None:
            raise LinkClosed(peer=self._party.deployment.record)
        await self._send(post)

    async def _serve_one_link(self) -> None:
        self._mailbox.forget_old()  # at every try: a desk may be without a line for weeks
        self._link = link = await self._connect({"office"})
        asking: asyncio.Task[None] | None = None
        self._held, self._lost = [], []
        try:
            self.linked = True
            for report in self._desk.kept_reports():  # it may have come while the office was away, or on a stick
                await self._send(Reported(report))
            asking = asyncio.create_task(self._ask_for_offers(), name="offers")
            while not self._desk.refused():
                match await link.receive():
                    case Offers() as offers:
                        await self._take_offers(offers)
                    case Lists(lists):
                        self._party.take_lists(lists)
                    case Mail() as mail if self._held is not None:
                        self._held.append(mail)
                    case Mail() as mail:
                        await self._take_mail(mail)
                    case Returned() as letter:
                        await self._take_back(letter)
                    case Posted(id):
                        replaced = self._letters.posted(id)
                        if replaced is not None:
                            await self._send(Taken(replaced))
                    case Taken(id):
                        self._letters.taken(id)
                    case Waiting(0):
                        self._mailbox.finish_days()
                self._desk.changed()
        finally:
            self._hub = None
            if asking is not None:
                asking.cancel()
                await asyncio.wait([asking])
            await link.close()

    async def _ask_for_offers(self) -> None:
        try:
            while True:
                offers = self._mailbox.offers()
                if offers != self._published or self._hub is None:
                    await self._send(Publish(offers))
                    self._published = offers
                await self._send(OffersWanted("hub"))
                await self._send(WaitingWanted())
                await asyncio.sleep(OFFERS_S if self._hub is None else OFFERS_KEPT_S)
        except SyncError as error:
            log.debug("the office has gone: %s", error)  # the receiving side sees it too, and connects again

    async def pass_on(self, message: Message) -> None:
        """Hand the office something that is for itself; nothing if it is gone now."""
        try:
            await self._send(message)
        except SyncError as error:
            log.info("the office was gone: %s", error)

    async def _take_offers(self, offers: Offers) -> None:
        known, self._hub = self._hub, None
        for owner in self._letters.take(offers):
            if self._desk.hub.is_hub(owner):
                self._hub = owner.key
        await self._post_again()
        self.ready = self._hub is not None
        if self.ready and self._hub != known:  # what another hub had no answer to is said to this one
            self.problem = None
            await self._desk.ready(self)
        held, self._held = self._held, None
        for mail in held or ():
            await self._take_mail(mail)

    async def _take_back(self, letter: Returned) -> None:
        """The hub has destroyed the key before our letter came: it is sealed anew, or said again from what is kept."""
        if not self._letters.returned(letter.id):
            self._lost.append(letter)
        await self._post_again()

    async def _post_again(self) -> None:
        for post in self._letters.again():
            await self._send(post)
        if self._lost and self._hub is not None:
            lost, self._lost = self._lost, []
            await self._desk.letter_lost(self)
            for letter in lost:
                await self._send(Taken(letter.id))

    async def _take_mail(self, mail: Mail) -> None:
        async def acknowledge() -> None:
            try:
                await self._send(Taken(mail.id))
            except SyncError:
                log.debug("the office was gone before it heard that its mail is handled; it will bring it again")

        try:
            message = self._mailbox.open(mail.sender, mail.envelope)
            if isinstance(message, Handoff):
                self._party.take_lists(message.lists)  # they say whose word counts no more, the sender's too
                take_proven(self._party.trust, message.certificates)
            sender = need_unrevoked(self._party, mail.sender, HUB_KINDS, self._clock())
            if isinstance(message, Handoff):
                if self._desk.hear(message.succession, message.certificates, mail.sender):
                    self._hub, self.ready = None, False  # what is said meanwhile waits for the new hub's offers
                    await self._send(OffersWanted("hub"))
            if not self._desk.hub.is_hub(sender):
                raise WrongSender(sender=mail.sender)
        except BEYOND_US as error:
            log.info("mail from %s goes back: %s", mail.sender.hex()[:16], error)
            await self._send(Return(mail.id))
            return
        except SyncError as error:
            log.error("mail from %s was thrown away: %s", mail.sender.hex()[:16], error)
            await acknowledge()  # it will not open better tomorrow
            return
        await self._desk.take(self, mail.sender, message, acknowledge)


async def say(way: Way, message: Message) -> None:
    """Send, or note that the way has closed: whatever is still open is said again when one opens."""
    try:
        await way.send(message)
    except SyncError as error:
        log.info("not sent, the way is closed: %s", error)


async def _nothing() -> None:
    """On a live link nothing is acknowledged: what was not answered is sent again at the next one."""


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("a way of the desk has ended: %r", task.exception(), exc_info=task.exception())
