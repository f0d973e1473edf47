"""The hub's letters to the city's desks and theirs to it, carried by the office, which cannot open them.

What is written waits in memory until the office holds it durably, over reconnections too, and is sealed anew when it
comes back unopened. A restart of the hub forgets it: what a letter asks for stands in the record, and is asked again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

from sync.errors import SyncError
from sync.keys.party import Party
from sync.mail.correspondence import Correspondence
from sync.mail.mailbox import BEYOND_US
from sync.mail.offer import InboxOffer
from sync.messages import Mail, Message, Offers, Post, Return, Returned, Taken
from sync.record.faults import RecordFault
from sync.record.writer import WriterStopped
from sync.wholefile import write_whole

log = logging.getLogger(__name__)

AGAIN_S = 60.0
"""Until a letter that the office did not take is posted again: it knows one that it has by its number."""

MOST_ASIDE = 100
"""Refused letters that are kept, of 1 MiB at most: enough to look into, and nobody fills a card with them."""

MOST_POSTING = 1_000
"""Letters that wait for the office; more than a day of identity requests, and each is asked again from the record."""


class Letters:
    """Both ways of the mail; `handle` runs for the hub's life, `post` for one connection's."""

    def __init__(
        self,
        party: Party,
        clock: Callable[[], int],
        send: Callable[[Message], Awaitable[None]],
        *,
        aside: Path,
        on_mail: Callable[[bytes, bytes], Awaitable[None]],
        on_desks: Callable[[set[bytes]], Awaitable[None]] | None,
        on_returned: Callable[[bytes], Awaitable[None]] | None,
    ) -> None:
        """`send` raises while there is no line; `aside`: folder for letters that open and are no good; the others are the
        uplink's own."""
        self._send = send
        self._aside = aside
        self._on_mail = on_mail
        self._on_desks = on_desks
        self._on_returned = on_returned
        self._correspondence = Correspondence(party, clock)
        self._posting: dict[bytes, Post] = {}
        self._to_post = asyncio.Event()
        self._arrived: asyncio.Queue[Mail | Offers | Returned] = asyncio.Queue()
        self._handling: set[bytes] = set()

    @property
    def waiting(self) -> int:
        """Letters that the office does not hold durably yet."""
        return len(self._posting)

    def offer_of(self, desk: bytes) -> InboxOffer | None:
        """How to write to the desk with this key today, or None if the office does not know it."""
        return self._correspondence.offer_of(desk)

    def write(self, to: bytes, message: Message) -> None:
        """Have the office forward this to the desk with this key; nothing if the office does not know it."""
        post = self._correspondence.write(to, message)
        if post is not None:
            self._post_soon(post)

    def arrived(self, message: Mail | Offers | Returned) -> None:
        """The office sent this: it is handled in its turn, a letter that is being handled not again."""
        if isinstance(message, Mail):
            if message.id in self._handling:  # it comes again with each connection until it is handled
                return
            self._handling.add(message.id)
        self._arrived.put_nowait(message)

    async def posted(self, id: bytes) -> None:
        """The office holds our letter durably; the one that it replaces is done with."""
        self._posting.pop(id, None)
        replaced = self._correspondence.posted(id)
        if replaced is not None:
            await self._send(Taken(replaced))

    def taken(self, id: bytes) -> None:
        """Its recipient has handled our letter."""
        self._correspondence.taken(id)

    async def post(self) -> None:
        """Send what waits, and what comes to wait; what the office has not taken is said again, as its box may be full."""
        sent: set[bytes] = set()
        while True:
            self._to_post.clear()
            for post in tuple(self._posting.values()):
                if post.id not in sent:
                    sent.add(post.id)
                    await self._send(post)
            try:
                async with asyncio.timeout(AGAIN_S):
                    await self._to_post.wait()
            except TimeoutError:
                sent.clear()

    async def handle(self) -> None:
        """Handle what arrives, in turn; it goes on over reconnections, for handling may post an answer."""
        held: list[Mail] | None = []  # until the office has told which desks there are: a new hub knows none of them
        while True:
            arrived = await self._arrived.get()
            if isinstance(arrived, Offers):
                desks = self._correspondence.take(arrived)
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
        self._posting.pop(letter.id, None)  # the office has had it, though its answer was lost
        if self._correspondence.returned(letter.id):
            self._post_again()
            return
        if self._on_returned is not None:
            await self._on_returned(letter.recipient)
        await self._say_if_linked(Taken(letter.id))

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
            kept = await asyncio.to_thread(self._set_aside, mail)
            log.error("mail from %s was put aside (%s): %s", mail.sender.hex()[:16], kept or "not kept", error)
        self._handling.discard(mail.id)
        await self._say_if_linked(handled)

    def _set_aside(self, mail: Mail) -> str:
        """Keep what was refused, as it came; the file's name, or nothing where there are too many or the disk says no."""
        name = f"letter-{sha256(mail.envelope).hexdigest()[:16]}.envelope"
        try:
            self._aside.mkdir(exist_ok=True)
            if sum(1 for _ in self._aside.glob("letter-*")) >= MOST_ASIDE:
                return ""
            write_whole(self._aside / name, mail.envelope)
        except OSError as error:
            log.warning("a letter could not be put aside: %s", error)
            return ""
        return name

    async def _say_if_linked(self, message: Message) -> None:
        try:
            await self._send(message)
        except SyncError:
            pass  # what it answers comes again, and is handled again

    def _post_again(self) -> None:
        for post in self._correspondence.again():
            self._post_soon(post)

    def _post_soon(self, post: Post) -> None:
        if len(self._posting) >= MOST_POSTING:
            self._posting.pop(next(iter(self._posting)))
        self._posting[post.id] = post
        self._to_post.set()
