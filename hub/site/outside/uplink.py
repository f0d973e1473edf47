"""The hub's line to the office: made again for ever, it carries the record there and the mail both ways.

The booth never waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from hub.site.outside.letters import Letters
from hub.site.outside.questions import Questions
from hub.site.outside.shipping import GATHER_S, Refused, Shipping
from sync.errors import SyncError
from sync.keys.party import LockedPerson, Party
from sync.link import link
from sync.link.link import Link, LinkClosed
from sync.mail.faults import RecordBehind
from sync.mail.mailbox import Mailbox
from sync.mail.offer import InboxOffer
from sync.messages import (
    Lists,
    Mail,
    Message,
    Offers,
    OffersWanted,
    People,
    Posted,
    Publish,
    Receipt,
    Rejected,
    Reported,
    Resume,
    Returned,
    Succeeded,
    Taken,
    Waiting,
    WaitingWanted,
)
from sync.record.faults import RecordFault
from sync.record.store import RecordStore
from sync.wholefile import EVIDENCE

log = logging.getLogger(__name__)

REFUSED_S = 600.0
"""Content that the office refuses will not change by itself; ten minutes let a newer office look at it again."""

TEND_S = 300.0
"""A new day's keys reach the office, and a finished day's are destroyed, within so long: five minutes of 14 days."""

LOUD_S = 300.0
"""A line that breaks again within five minutes is the same trouble, said once."""


class Pace(NamedTuple):
    """How soon the line is tried again and how long entries are gathered, in seconds."""

    first_retry_s: float = 0.5
    """A restarted office is back within a second or two; nobody at the booth waits for this line."""
    last_retry_s: float = 30.0
    """A mobile router without signal costs a try each half minute, and half a minute is soon enough when it returns."""
    gather_s: float = GATHER_S


PACE = Pace()


class Uplink:
    """One connection to the office that is made again for ever; start() it, wake() it at each commit, stop() it."""

    def __init__(
        self,
        party: Party,
        store: RecordStore,
        url: str,
        clock: Callable[[], int],
        *,
        home: Path,
        on_mail: Callable[[bytes, bytes], Awaitable[None]],
        on_desks: Callable[[set[bytes]], Awaitable[None]] | None = None,
        on_cosigned: Callable[[int, str], None] | None = None,
        on_resume: Callable[[Resume], Awaitable[None]] | None = None,
        on_returned: Callable[[bytes], Awaitable[None]] | None = None,
        on_people: Callable[[list[LockedPerson]], Awaitable[None]] | None = None,
        succession: Succeeded | None = None,
        pace: Pace = PACE,
    ) -> None:
        """`clock`: the machine's own time in ms. `on_mail(sender, envelope)` handles mail durably before it returns, and
        may get it twice; `on_desks` is told of the city's desks that can be written to; `on_cosigned(size, line)`.
        `on_resume`: told where the office stands before anything is shipped, and may raise to stop that. `on_returned`:
        told of a desk whose letter came back, when a restart has lost what it said. `on_people`: told whom the contractor has
        enrolled for our site. `succession`: what proves that this machine has become the record's hub, where it was not that from the first entry on."""
        self.mailbox = Mailbox(party, home, clock)
        self.connected = False
        self._party = party
        self._url = url
        self._clock = clock
        self._pace = pace
        self._on_people = on_people
        self._succession = succession
        self._sending = asyncio.Lock()
        self._link: Link | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._questions = Questions(self._send)
        self._letters = Letters(
            party,
            clock,
            self._send,
            aside=home / EVIDENCE,
            on_mail=on_mail,
            on_desks=on_desks,
            on_returned=on_returned,
        )
        self._shipping = Shipping(
            party,
            store,
            clock,
            self._questions,
            home=home,
            gather_s=pace.gather_s,
            on_cosigned=on_cosigned,
            on_resume=on_resume,
        )

    @property
    def acknowledged_size(self) -> int:
        """Of the record: what the office has acknowledged."""
        return self._shipping.acknowledged_size

    @property
    def refused(self) -> str:
        """The code with which the office put our last envelope aside, or empty."""
        return self._shipping.refused

    @property
    def letters_waiting(self) -> int:
        """Letters that the office does not hold durably yet."""
        return self._letters.waiting

    async def start(self) -> None:
        """Open the outbox and begin to connect; returns at once, whether the office answers or not."""
        await self._shipping.open()
        for work, name in ((self._run(), "uplink"), (self._letters.handle(), "mail from the office")):
            self._tasks.append(task := asyncio.create_task(work, name=name))
            task.add_done_callback(_ended)

    async def stop(self) -> None:
        """Stop; what was sealed waits in the outbox."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._shipping.close()
        except (RecordFault, sqlite3.Error) as error:  # the outbox has it too, and the next start keeps it
            log.error("the newest receipt is not in the record: %s", error)

    async def carry(self, message: Reported) -> None:
        """Pass a terminal's report on to the office, if it answers now; the terminal says it again at its next link."""
        try:
            await self._send(message)
        except SyncError as error:
            log.info("a terminal's report waits: %s", error)

    def wake(self, *, awaited: bool = False) -> None:
        """The record has grown (or has new cosignatures). `awaited`: somebody waits for the office to have it."""
        self._shipping.grown(awaited=awaited)

    def offer_of(self, desk: bytes) -> InboxOffer | None:
        """How to write to the desk with this key today, or None if the office does not know it."""
        return self._letters.offer_of(desk)

    async def write(self, to: bytes, message: Message) -> None:
        """Have the office forward a letter to the desk with this key (letters.py); returns at once."""
        self._letters.write(to, message)

    # ------------------------------------------------------------------ one connection after another

    async def _run(self) -> None:
        failures = refusals = 0
        said = -LOUD_S
        while True:
            wait = self._pace.first_retry_s
            self.mailbox.forget_old()
            began, receipts = time.monotonic(), self._shipping.receipts
            try:
                try:
                    await self._connection()
                finally:
                    if self._shipping.receipts > receipts:
                        failures = refusals = 0
                    elif self.connected and time.monotonic() - began >= LOUD_S:
                        failures = 0  # nothing grew, and the line held
            except* Refused as group:
                refusals += 1
                log.error("%s", group.exceptions[0])
                # The first time a fresh stream may be all that is missing (keys of the office that have run out).
                wait = self._pace.first_retry_s if refusals == 1 else REFUSED_S
            except* RecordBehind as group:
                refusals += 1
                self._shipping.refused = RecordBehind.code
                log.error("%s", group.exceptions[0])
                wait = REFUSED_S
            except* (SyncError, OSError, TimeoutError) as group:
                # That it was there for a moment is no success: an office whose disk is full hangs up after each hello.
                failures += 1
                # Once loud: an evening without a network is normal, and so is a line that comes and goes.
                loud = failures == 1 and time.monotonic() - said >= LOUD_S
                said = time.monotonic() if loud else said
                say = log.warning if loud else log.debug
                say("the office at %s does not answer: %s", self._url, group.exceptions[0])
                wait = min(self._pace.last_retry_s, self._pace.first_retry_s * 2 ** min(failures - 1, 10))
            except* sqlite3.Error as group:  # of the outbox; a record that cannot be written ends the hub
                failures += 1
                (log.error if failures == 1 else log.debug)("the outbox cannot be used: %s", group.exceptions[0])
                wait = self._pace.last_retry_s
            finally:
                self.connected = False
                self._questions.hung_up()
            # Up to a quarter more: hubs that lost the office together do not come back in one instant.
            await asyncio.sleep(wait * random.uniform(1, 1.25))

    async def _connection(self) -> None:
        socket = await link.dial(self._url)
        try:
            peer = await link.connect(socket, self._party, self._clock, expect={"office"})
        except BaseException:
            await socket.close()
            raise
        self._link = peer
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(peer))
                tasks.create_task(self._tend())
                log.info("connected to the office at %s", self._url)
                self.connected = True
                await self._send(OffersWanted("desk"))
                tasks.create_task(self._letters.post())
                if self._succession is not None:
                    await self._send(self._succession)
                tasks.create_task(self._shipping.ship(peer.peer))
        finally:
            self._link = None
            await peer.close()

    async def _listen(self, peer: Link) -> None:
        while True:
            message = await peer.receive()
            match message:
                case Mail() | Offers("desk") | Returned():
                    self._letters.arrived(message)
                case Posted(id):
                    await self._letters.posted(id)
                case Taken(id):
                    self._letters.taken(id)
                case Waiting(0):
                    self.mailbox.finish_days()
                case Waiting():
                    log.debug("mail waits at the office: no key is destroyed yet")
                case Lists(lists):
                    self._party.take_lists(lists)
                case People(people) if self._on_people is not None:
                    await self._on_people(people)
                case Receipt() | Rejected() | Resume() | Offers():
                    self._questions.answered(message)
                case _:
                    log.warning("the office sent a %s, which is not for a hub", type(message).__name__)

    async def _tend(self) -> None:
        """Hand out the keys of the days to come, and destroy those of days that are over once no mail waits."""
        published: list[bytes] = []
        while True:
            offers = self.mailbox.offers()
            if offers != published:
                await self._send(Publish(offers))
                published = offers
            await self._send(WaitingWanted())
            await asyncio.sleep(TEND_S)

    async def _send(self, message: Message) -> None:
        if self._link is None:
            raise LinkClosed(peer="office")
        async with self._sending:  # an envelope's counter is its place on the wire
            await self._link.send(message)


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("the uplink has ended: %r", task.exception(), exc_info=task.exception())
