"""The hub's line to the office: ships the record as it grows, brings back cosignatures, and carries mail both ways.

The booth never waits for it. One envelope is under way at a time; what grows meanwhile goes into the next one.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from sync.errors import SyncError
from sync.keys.party import LockedPerson, Party, chain
from sync.keys.trust import Authority
from sync.link import link
from sync.link.link import Link, LinkClosed
from sync.mail.correspondence import Correspondence
from sync.mail.courier import Acknowledged, Outbox, RecordBehind, Sealed
from sync.mail.mailbox import BEYOND_US, Mailbox, read_offers
from sync.mail.offer import InboxOffer, OfferRefused
from sync.messages import (
    Deposit,
    Lists,
    Mail,
    Message,
    Offers,
    OffersWanted,
    People,
    Post,
    Posted,
    Publish,
    Receipt,
    Rejected,
    Reported,
    Resume,
    ResumeWanted,
    Return,
    Returned,
    Succeeded,
    Taken,
    Waiting,
    WaitingWanted,
)
from sync.record.faults import RecordFault
from sync.record.store import RecordStore
from sync.record.writer import WriterStopped

log = logging.getLogger(__name__)

FILE = "outbox.sqlite"

FIRST_RETRY_S = 0.5
"""A restarted office is back within a second or two; nobody at the booth waits for this line."""

LAST_RETRY_S = 30.0
"""A mobile router without signal costs a try each half minute, and half a minute is soon enough when it returns."""

REFUSED_S = 600.0
"""Content that the office refuses will not change by itself; ten minutes let a newer office look at it again."""

GATHER_S = 0.5
"""Envelopes start at most this often: a seal, a commit here and one there for each would be waste; nobody waits."""

QUIET_S = 0.2
"""Without a new entry for so long, the newest receipt goes into the record: at the end of a day that is at once."""

KEEP_S = 60.0
"""While entries come without a pause, one receipt a minute goes into the record, not one for each envelope."""

WITNESS_S = 5.0
"""How often the record is searched for new cosignatures of the city, which go along with the entries."""

ANSWER_S = 30.0
"""An office that has not answered for so long is taken for gone (a batch takes it a fifth of a second)."""

TEND_S = 300.0
"""A new day's keys reach the office, and a finished day's are destroyed, within so long: five minutes of 14 days."""

LOUD_S = 300.0
"""A line that breaks again within five minutes is the same trouble, said once."""

MOST_POSTING = 1_000
"""Letters that wait for the office; more than a day of identity requests, and each is asked again from the record."""

Answer = TypeVar("Answer", bound=Message)


class Refused(SyncError):
    """The office put an envelope of ours aside."""

    code = "uplink.refused"
    ja = "事務局が記録を受け付けませんでした。"
    en = "The office did not accept the record."
    todo_ja = "責任者に知らせてください。記録はハブに残っています。"
    todo_en = "Tell the manager; the record is safe on the hub."


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
    ) -> None:
        """`clock`: the machine's own time in ms. `on_mail(sender, envelope)` handles mail durably before it returns, and
        may get it twice; `on_desks` is told of the city's desks that can be written to; `on_cosigned(size, line)`.
        `on_resume`: told where the office stands before anything is shipped, and may raise to stop that. `on_returned`:
        told of a desk whose letter came back, when a restart has lost what it said. `on_people`: told whom the contractor has
        enrolled for our site. `succession`: what proves that this machine has become the record's hub, where it was not that from the first entry on."""
        self.mailbox = Mailbox(party, home, clock)
        self.connected = False
        self.acknowledged_size = 0
        self.refused = ""
        """The code with which the office put our last envelope aside, or empty."""
        self._party = party
        self._store = store
        self._url = url
        self._clock = clock
        self._path = home / FILE
        self._on_cosigned = on_cosigned
        self._on_mail = on_mail
        self._on_resume = on_resume
        self._on_returned = on_returned
        self._on_people = on_people
        self._succession = succession
        self._on_desks = on_desks
        self._grown = asyncio.Event()
        self._letters = Correspondence(party, clock)
        self._posting: dict[bytes, Post] = {}
        self._to_post = asyncio.Event()
        self._arrived: asyncio.Queue[Mail | Offers | Returned] = asyncio.Queue()
        self._handling: set[bytes] = set()
        self._asked: dict[str, asyncio.Future[Message]] = {}
        self._asking = asyncio.Lock()
        self._sending = asyncio.Lock()
        self._link: Link | None = None
        self._outbox: Outbox | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._fresh = False
        self._unkept: Acknowledged | None = None
        self._kept_at = 0.0
        self._witnessed_at = 0.0

    async def start(self) -> None:
        """Open the outbox and begin to connect; returns at once, whether the office answers or not."""
        deployment = self._party.deployment
        self._outbox = await Outbox.open(
            self._path,
            signer=self._party.signer,
            deployment=deployment.id,
            record=deployment.record,
            origin=deployment.origin,
        )
        self._unkept = await self._outbox.last_acknowledged()
        if self._unkept is not None and self._unkept.size <= self._store.size:
            self.acknowledged_size = self._unkept.size
            await self._keep()
        for work, name in ((self._run(), "uplink"), (self._handle(), "mail from the office")):
            self._tasks.append(task := asyncio.create_task(work, name=name))
            task.add_done_callback(_ended)

    async def stop(self) -> None:
        """Stop; what was sealed waits in the outbox."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._outbox is not None:
            try:
                await self._keep()
            except RecordFault as error:  # the outbox has it too, and the next start keeps it
                log.error("the newest receipt is not in the record: %s", error)
            finally:
                await self._outbox.close()

    async def carry(self, message: Reported) -> None:
        """Pass a terminal's report on to the office, if it answers now; the terminal says it again at its next link."""
        try:
            await self._send(message)
        except SyncError as error:
            log.info("a terminal's report waits: %s", error)

    def wake(self) -> None:
        """The record has grown (or has new cosignatures)."""
        self._grown.set()

    def offer_of(self, desk: bytes) -> InboxOffer | None:
        """How to write to the desk with this key today, or None if the office does not know it."""
        return self._letters.offer_of(desk)

    async def write(self, to: bytes, message: Message) -> None:
        """Have the office forward a letter to the desk with this key; nothing if the office does not know it.

        Returns at once: the booth waits for no network. It is sent until the office holds it durably, over
        reconnections too, and anew when it comes back unopened, but not over a restart of the hub: what the letter asks
        for stands in the record, and is asked again from there.
        """
        post = self._letters.write(to, message)
        if post is not None:
            self._post_soon(post)

    def _post_soon(self, post: Post) -> None:
        if len(self._posting) >= MOST_POSTING:
            self._posting.pop(next(iter(self._posting)))
        self._posting[post.id] = post
        self._to_post.set()

    # ------------------------------------------------------------------ one connection after another

    async def _run(self) -> None:
        failures = refusals = 0
        said = -LOUD_S
        while True:
            wait = FIRST_RETRY_S
            try:
                await self._connection()
            except* Refused as group:
                refusals += 1
                log.error("%s", group.exceptions[0])
                # The first time a fresh stream may be all that is missing (keys of the office that have run out).
                wait = FIRST_RETRY_S if refusals == 1 else REFUSED_S
            except* RecordBehind as group:
                refusals += 1
                self.refused = RecordBehind.code
                log.error("%s", group.exceptions[0])
                wait = REFUSED_S
            except* (SyncError, OSError, TimeoutError) as group:
                failures = 1 if self.connected else failures + 1
                # Once loud: an evening without a network is normal, and so is a line that comes and goes.
                loud = failures == 1 and time.monotonic() - said >= LOUD_S
                said = time.monotonic() if loud else said
                say = log.warning if loud else log.debug
                say("the office at %s does not answer: %s", self._url, group.exceptions[0])
                wait = min(LAST_RETRY_S, FIRST_RETRY_S * 2 ** min(failures - 1, 10))
            finally:
                self._hung_up()
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
                tasks.create_task(self._post())
                tasks.create_task(self._ship(peer.peer))
        finally:
            self._link = None
            await peer.close()

    def _hung_up(self) -> None:
        self.connected = False
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(LinkClosed(peer="office"))
                waiting.exception()  # whoever asked may be gone: nobody is warned of an answer nobody wanted
        self._asked.clear()

    async def _listen(self, peer: Link) -> None:
        while True:
            message = await peer.receive()
            match message:
                case Mail(id):
                    if id not in self._handling:  # it comes again with each connection until it is handled
                        self._handling.add(id)
                        self._arrived.put_nowait(message)
                case Offers("desk") | Returned():
                    self._arrived.put_nowait(message)
                case Posted(id):
                    self._posting.pop(id, None)
                    replaced = self._letters.posted(id)
                    if replaced is not None:
                        await self._send(Taken(replaced))
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
                case Receipt() | Rejected():
                    self._answered("deposit", message)
                case Resume():
                    self._answered("resume", message)
                case Offers(kind):
                    self._answered(f"offers {kind}", message)
                case _:
                    log.warning("the office sent a %s, which is not for a hub", type(message).__name__)

    async def _handle(self) -> None:
        """Handle what arrives, in turn; it goes on over reconnections, for handling may post an answer."""
        held: list[Mail] | None = []  # until the office has told which desks there are: a new hub knows none of them
        while True:
            arrived = await self._arrived.get()
            if isinstance(arrived, Offers):
                desks = self._letters.take(arrived)
                if self._on_desks is not None:
                    await self._on_desks({desk.key for desk in desks})
                self._post_again()
                before, held = held or [], None
                for mail in before:
                    await self._open(mail)
            elif isinstance(arrived, Returned):
                await self._take_back(arrived)
            elif held is not None:
                held.append(arrived)
            else:
                await self._open(arrived)

    async def _take_back(self, letter: Returned) -> None:
        """A desk has destroyed the key before our letter came: it is sealed anew, or asked again from the record."""
        log.info("a letter to %s came back", letter.recipient.hex()[:16])
        if self._letters.returned(letter.id):
            self._post_again()
            return
        if self._on_returned is not None:
            await self._on_returned(letter.recipient)
        await self._say_if_linked(Taken(letter.id))

    def _post_again(self) -> None:
        for post in self._letters.again():
            self._post_soon(post)

    async def _open(self, mail: Mail) -> None:
        handled: Message = Taken(mail.id)
        try:
            await self._on_mail(mail.sender, mail.envelope)
        except (WriterStopped, RecordFault) as error:
            # The fault is ours and nothing was done: the office keeps the letter for the hub that starts anew.
            log.error("mail from %s waits at the office: %s", mail.sender.hex()[:16], error)
            self._handling.discard(mail.id)
            return
        except BEYOND_US as error:
            log.info("mail from %s goes back: %s", mail.sender.hex()[:16], error)
            handled = Return(mail.id)
        except SyncError as error:
            # It will not open better tomorrow: it is named here and not fetched for ever.
            log.error("mail from %s was thrown away: %s", mail.sender.hex()[:16], error)
        self._handling.discard(mail.id)
        await self._say_if_linked(handled)

    async def _say_if_linked(self, message: Message) -> None:
        try:
            await self._send(message)
        except SyncError:
            pass  # what it answers comes again, and is handled again

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

    async def _post(self) -> None:
        sent: set[bytes] = set()  # in this connection
        while True:
            self._to_post.clear()
            for post in tuple(self._posting.values()):
                if post.id not in sent:
                    sent.add(post.id)
                    await self._send(post)
            await self._to_post.wait()

    # ------------------------------------------------------------------ shipping the record

    async def _ship(self, office: Authority) -> None:
        outbox = self._outbox
        assert outbox is not None
        # Its cosignatures go into the record: who reads that from the files alone must find who cosigned.
        await self._store.put_certificates(chain(self._party.trust.get(office.certificate), self._party.trust))
        if self._succession is not None:
            await self._send(self._succession)
        resume = await self._ask(ResumeWanted(self._party.deployment.record), Resume)
        if self._on_resume is not None:
            await self._on_resume(resume)
        if resume.size > self._store.size:
            raise RecordBehind(record=resume.record, here=self._store.size, there=resume.size)
        if self._fresh or not await outbox.fits(resume, self._clock()):
            offers = await self._ask(OffersWanted("office"), Offers)
            usable = [
                offer for owner, offer in read_offers(offers, self._party, self._clock()) if owner.key == office.key
            ]
            if not usable:
                raise OfferRefused(why="none", office=office.person)
            await outbox.begin(usable[0], resume.size, self._store)
            self._fresh = False
        taken = resume.counter if resume.stream == outbox.stream else 0
        for counter in await outbox.waiting():
            # What it has taken already gave receipts that were lost: the last one of them is asked for again.
            sealed = await outbox.envelope(counter) if counter >= taken else None
            if sealed is not None:
                await self._deposit(outbox, sealed, office)
        while True:
            self._grown.clear()
            started = time.monotonic()
            witnesses = None
            if started - self._witnessed_at >= WITNESS_S:
                witnesses, self._witnessed_at = self._party.deployment.key_name(office.person), started
            sealed = await outbox.seal(self._store, self._clock(), witnesses=witnesses)
            if sealed is None:
                await self._rest()
                continue
            whole = sealed.size == self._store.size  # asked now: it grows while the envelope is under way
            await self._deposit(outbox, sealed, office)
            if whole:  # behind by more than one envelope: no pause
                await asyncio.sleep(max(0.0, started + GATHER_S - time.monotonic()))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(QUIET_S if self._unkept is not None else WITNESS_S):
                await self._grown.wait()
        except TimeoutError:
            await self._keep()

    async def _deposit(self, outbox: Outbox, sealed: Sealed, office: Authority) -> None:
        answer = await self._ask(Deposit(sealed.message), Receipt, Rejected)
        if isinstance(answer, Rejected):
            self.refused = answer.code
            self._fresh = answer.code.startswith("envelope.")
            raise Refused(reason=answer.code, size=sealed.size)
        assert isinstance(answer, Receipt)
        self.refused = ""
        name = self._party.deployment.key_name(office.person)
        acknowledged = await outbox.acknowledge(answer, name, office.key)
        self.acknowledged_size = acknowledged.size
        self._unkept = acknowledged
        if time.monotonic() - self._kept_at >= KEEP_S:
            await self._keep()
        if self._on_cosigned is not None:
            self._on_cosigned(acknowledged.size, acknowledged.line)

    async def _keep(self) -> None:
        """Put the newest receipt's cosignature into the record."""
        newest, self._unkept = self._unkept, None
        if newest is not None:
            self._kept_at = time.monotonic()
            name = newest.line.split(" ")[1]  # "— NAME BASE64" (C2SP signed-note); the line was verified
            await self._store.add_cosignature(newest.size, name, newest.line, newest.note)

    # ------------------------------------------------------------------ asking and answering

    async def _send(self, message: Message) -> None:
        if self._link is None:
            raise LinkClosed(peer="office")
        async with self._sending:  # an envelope's counter is its place on the wire
            await self._link.send(message)

    async def _ask(self, question: Message, *kinds: type[Answer]) -> Answer:
        async with self._asking:  # one question at a time: answers come in the order of the questions
            about = _about(question)
            answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
            self._asked[about] = answer
            try:
                await self._send(question)
                async with asyncio.timeout(ANSWER_S):
                    found = await answer
            finally:
                self._asked.pop(about, None)
        assert isinstance(found, kinds)  # _listen gives each question only its own kinds of answer
        return found

    def _answered(self, about: str, message: Message) -> None:
        waiting = self._asked.get(about)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)


def _about(question: Message) -> str:
    match question:
        case Deposit():
            return "deposit"
        case ResumeWanted():
            return "resume"
        case OffersWanted(kind):
            return f"offers {kind}"
    raise TypeError(type(question).__name__)


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("the uplink has ended: %r", task.exception(), exc_info=task.exception())
