"""The office's daemon: one WebSocket for hubs and desks, a health page, and a clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

from hub import garbage
from hub.office.mailroom import MailRefused, Mailroom
from hub.office.newcomers import Newcomers
from hub.office.receiver import Receiver
from hub.office.status_page import StatusPage
from hub.office.store import FILE, DatabaseFailed, OfficeStore
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.certificate import HUB_KINDS
from sync.keys.owntime import OutsideOwnTime, own_authority
from sync.keys.party import Party
from sync.keys.trust import TrustError
from sync.link import link
from sync.link.door import Door, Limits
from sync.link.http import web
from sync.link.link import Link, LinkClosed
from sync.link.loopback import need_loopback
from sync.messages import (
    Deposit,
    HeldWanted,
    Lists,
    Message,
    Offers,
    OffersWanted,
    People,
    Post,
    Posted,
    Publish,
    Rejected,
    Reported,
    ResumeWanted,
    Return,
    Succeeded,
    Taken,
    Waiting,
    WaitingWanted,
)

log = logging.getLogger(__name__)

ALLOWED = ("hub", "standby_hub", "desk", "terminal")
"""Who may connect: hubs bring records, desks of the city fetch requests and bring decisions, terminals report of a hub."""

OF_TERMINALS = (Reported, WaitingWanted, Lists)
"""All that a terminal says here: what it asks for otherwise, it asks its hub."""

STRANGERS = Limits(most=128, most_from_one=32, seconds=10.0)
"""Who has not said who they are within ten seconds is no machine of ours. 128 of them may hold a message of 2 MiB each in
memory; hubs that share an address (one mobile network) come in turns of 32, a handshake takes some tens of milliseconds.
"""

READERS = Limits(most=128, most_from_one=128, seconds=10.0)
"""Of the public page. Behind a proxy of the office's own all have its address; none of them shuts a hub or a desk out."""

LOUD_S = 300.0
"""A database that still fails is said again after five minutes, not for each peer that comes back."""

CLOSE_S = 1.0
"""A peer's answer to our closing is a courtesy; nothing depends on it."""

STOP_S = 3.0
"""A stop waits this long for open connections; what is not finished then was not acknowledged either."""


LISTS_S = 5.0
"""How often the home is searched for root-signed lists and people that somebody has put there: a revocation should not wait."""


class OfficeAddressUnusable(SyncError):
    """An address that the office is to listen at is none, not of this machine, or taken."""

    code = "office.address"
    ja = "事務局の待ち受けアドレスが使えません（形のちがい、ほかの機械のもの、または使用中）。"
    en = "The office cannot listen at this address: malformed, of another machine, or in use."
    todo_ja = "--listen と --status-listen を確かめ、ほかの事務局が動いていないか見てください。"
    todo_en = "Check --listen and --status-listen, and whether another office is running."


class Office:
    """One office: its store, its receiver, its mailroom, and the server in front of them."""

    def __init__(
        self, party: Party, store: OfficeStore, receiver: Receiver, mailroom: Mailroom, newcomers: Newcomers
    ) -> None:
        """Use open()."""
        self.party = party
        self.newcomers = newcomers
        self.store = store
        self.receiver = receiver
        self.mailroom = mailroom
        self.door = Door(STRANGERS)
        self._conversations: set[_Conversation] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed_at = -LOUD_S
        self._outside: OutsideOwnTime | None = None
        """That the clock stands outside our own certificate's time, once it is said."""
        party.on_list.append(self._list_came)

    @classmethod
    async def open(cls, home: Path, database: str | None = None) -> Office:
        """The office of this home folder; `database` is an SQLAlchemy URL (an SQLite file in the home by default).

        HomeIncomplete, WrongHome. OutsideOwnTime, before anything is touched: keys are destroyed by the clock.
        """
        party = Party.load_of(home, {"office"})
        own_authority(party, real_ms())
        store = await OfficeStore.open(database or str(home / FILE))
        try:
            receiver = await Receiver.open(party, store, real_ms, home)
        except BaseException:
            await store.close()
            raise
        newcomers = Newcomers(home)
        newcomers.look()
        return cls(party, store, receiver, Mailroom(party, store, real_ms), newcomers)

    def app(self) -> web.Application:
        """The web application: /link and /health."""
        app = web.Application(middlewares=[self._named])
        app.router.add_get("/link", self._serve)
        app.router.add_get("/health", self._health)
        app.on_startup.append(self._look_for_lists)
        app.on_shutdown.append(self._hang_up)
        return app

    def status_page(self) -> web.Application:
        """The public page that tickets' QR codes open; served on a door of its own."""
        page = StatusPage(
            self.store,
            self.party.deployment,
            lambda: self.receiver.profile,
            lambda name: name in self.mailroom.present(),
            real_ms,
            time.monotonic,
        ).app()
        page.middlewares.append(self._named)
        return page

    def database_failed(self, error: DatabaseFailed) -> None:
        """Say so, at times: a disk that is full is full for everybody who comes."""
        if time.monotonic() - self._failed_at >= LOUD_S:
            self._failed_at = time.monotonic()
            log.error("%s", error)

    @web.middleware
    async def _named(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except DatabaseFailed as error:
            self.database_failed(error)
            raise web.HTTPServiceUnavailable from error

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.store.close()

    async def _health(self, _: web.Request) -> web.Response:
        records = [held for name in await self.store.records() if (held := await self.store.record(name)) is not None]
        return web.json_response(
            {
                "office": self.party.name,
                "training": self.party.deployment.training,
                "records": {held.name: held.size for held in records},
                "put_aside": len(await self.store.quarantine.all()),
                "connected": self.mailroom.present(),
                "signatures": self.receiver.signatures,
            }
        )

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse(
            timeout=CLOSE_S, max_msg_size=link.WEBSOCKET_BYTES, heartbeat=link.HEARTBEAT_S, compress=False
        )
        transport = request.transport  # asked now: it is None for who has hung up
        await ws.prepare(request)
        try:
            async with asyncio.timeout(STRANGERS.seconds):
                peer = await link.accept(link.server_socket(ws), self.party, real_ms, allow=ALLOWED)
        except Exception as error:  # whatever a stranger sends must not reach further than this door
            self.door.refuse(transport, request.remote, error)
            await ws.close()
            return ws
        self.door.let_in(transport)
        conversation = _Conversation(self, peer, transport.abort if transport is not None else lambda: None)
        self._conversations.add(conversation)
        try:
            await conversation.run()
        except DatabaseFailed as error:  # whatever was said is said again: it was not answered
            self.database_failed(error)
        except SyncError as error:
            log.info("%s has gone: %s", peer.peer.person, error)
        finally:
            self._conversations.discard(conversation)
            await peer.close()
        return ws

    async def _hang_up(self, _: web.Application) -> None:
        for conversation in tuple(self._conversations):
            await conversation.link.close()

    async def _keep_day(self) -> None:
        """Have the keys of days that are over destroyed in time also while nobody comes and asks for one."""
        try:
            await self.receiver.keep_day()
        except DatabaseFailed as error:
            self.database_failed(error)
        except OutsideOwnTime as error:
            if self._outside is None:
                log.error("%s", error)
            self._outside = error
        else:
            self._outside = None

    async def _look_for_lists(self, _: web.Application) -> None:
        async def look() -> None:
            while True:
                self.party.look_for_lists()
                await self._keep_day()
                if await asyncio.to_thread(self.newcomers.look):
                    for conversation in tuple(self._conversations):
                        self._start(self._tell_people(conversation))
                await asyncio.sleep(LISTS_S)

        self._start(look())

    def _list_came(self, encoded: bytes) -> None:
        """Hand a new root-signed list on to everybody who is connected, and hang up on those whom it withdraws."""
        for conversation in tuple(self._conversations):
            self._start(self._tell_list(conversation, encoded))

    async def _tell_people(self, conversation: _Conversation) -> None:
        with contextlib.suppress(SyncError, OSError):  # gone: it hears of them when it is back
            await conversation.tell_people()

    async def _tell_list(self, conversation: _Conversation, encoded: bytes) -> None:
        peer = conversation.link.peer
        with contextlib.suppress(SyncError, OSError):  # gone: it hears of the list when it is back
            try:
                self.party.trust.need_unrevoked(peer)
            except TrustError as error:
                log.warning("%s is hung up on: %s", peer.person, error)
                await conversation.link.close()
                return
            await conversation.send(Lists([encoded]))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def tell(self, kind: str) -> None:
        """A machine of this kind has come with new offers: who writes to it learns of them at once, without asking.

        A hub that has lost its keys sends back what a desk sealed under each of them; the desk has no other to try.
        """
        writers = ("desk",) if kind in HUB_KINDS else HUB_KINDS
        offers = await self.mailroom.offers("hub" if kind in HUB_KINDS else kind)
        for conversation in tuple(self._conversations):
            if conversation.link.peer.kind in writers:
                self._start(_try(conversation, offers))  # each by itself: who does not read holds up nobody else


async def _try(conversation: _Conversation, message: Message) -> None:
    with contextlib.suppress(SyncError):  # gone: it asks when it is back
        await conversation.send(message)


SEND_S = 10.0
"""A peer that has not read for so long is hung up on, whatever else it says: others wait for what is said to it."""


class _Conversation:
    """One connection: each message is answered in turn; mail for the peer comes in between."""

    def __init__(self, office: Office, peer: Link, abort: Callable[[], None]) -> None:
        """`abort` ends the connection without a goodbye."""
        self._office = office
        self._abort = abort
        self.link = peer
        self._sending = asyncio.Lock()
        self._gone = False

    async def run(self) -> None:
        mailroom, key = self._office.mailroom, self.link.peer.key
        deliver = self.send  # one object, so that leave() can tell this connection from a newer one
        try:
            await mailroom.arrive(key, deliver)
            await self.tell_people()
            while True:
                answer = await self._answer(await self.link.receive())
                if answer is not None:
                    await self.send(answer)
        finally:
            mailroom.leave(key, deliver)

    async def tell_people(self) -> None:
        """Tell a hub whom the contractor has enrolled for it; it takes those whom it has not."""
        office, peer = self._office, self.link.peer
        if peer.kind in HUB_KINDS and (people := office.newcomers.of(peer, office.party.trust)):
            await self.send(People(people))

    async def send(self, message: Message) -> None:
        """Send; LinkClosed to a peer that has gone, or reads no more."""
        if self._gone:
            raise LinkClosed(peer=self.link.peer.person)
        try:
            # Mail and answers come from two tasks; an envelope's counter is its place on the wire.
            async with asyncio.timeout(SEND_S), self._sending:
                await self.link.send(message)
        except TimeoutError as error:
            if not self._gone:
                self._gone = True
                log.warning("%s reads no more: it is hung up on", self.link.peer.person)
                self._abort()
            raise LinkClosed(peer=self.link.peer.person) from error

    async def _answer(self, message: Message) -> Message | None:
        office, peer = self._office, self.link.peer
        if peer.kind == "terminal" and not isinstance(message, OF_TERMINALS):
            log.warning("terminal %s sent a %s, which only hubs and desks may", peer.person, type(message).__name__)
            return None
        match message:
            case Deposit(envelope):
                try:
                    answer = await office.receiver.deposit(envelope, peer.key)
                except DatabaseFailed as error:
                    office.database_failed(error)
                    return Rejected(bytes(16), 0, error.code)
                if isinstance(answer, Rejected):
                    log.error("an envelope of %s was put aside: %s", peer.person, answer.code)
                return answer
            case Succeeded(record, entries, certificates):
                await office.receiver.succeed(record, entries, certificates)
            case HeldWanted(record, first) if peer.kind in HUB_KINDS:
                return await office.receiver.held(record, first)
            case ResumeWanted(record):
                return await office.receiver.resume(record, peer.key)
            case OffersWanted("office"):
                return Offers("office", [await office.receiver.offer()], office.party.chain())
            case OffersWanted(kind):
                return await office.mailroom.offers(kind)
            case Publish(offers):
                await office.mailroom.publish(peer, offers)
                await office.tell(peer.kind)
            case Post(id, to, envelope):
                try:
                    await office.mailroom.post(peer.key, id, to, envelope)
                except MailRefused as error:  # the sender keeps it and says it again; its record goes on over this line
                    log.warning("mail of %s: %s", peer.person, error)
                    return None
                return Posted(id)
            case Taken(id):
                await office.mailroom.taken(peer.key, id)
            case Return(id):
                await office.mailroom.give_back(peer.key, id)
            case WaitingWanted():
                return Waiting(len(await office.mailroom.waiting(peer.key)))
            case Reported(report):
                await office.receiver.take_report(report)
            case Lists(lists):
                office.party.take_lists(lists)
            case _:
                log.warning("%s sent a %s, which is not for an office", peer.person, type(message).__name__)
        return None


def _opened(door: Door, host: str, port: int, server: web.Server) -> tuple[str, int]:
    try:
        return door.open(host, port, server)
    except (OSError, OverflowError) as error:  # a port beyond 65535
        raise OfficeAddressUnusable(listen=f"{host}:{port}", why=str(error)) from error


async def serve(
    home: Path, host: str, port: int, database: str | None = None, status: tuple[str, int] | None = None
) -> None:
    """Run the office until SIGTERM or SIGINT; prints one line of JSON when it serves.

    `status`: where the public page of tickets is served; None: nowhere.
    """
    if Party.load_of(home, {"office"}).deployment.training:
        for one in (host, *([] if status is None else [status[0]])):
            need_loopback(one)
    office = await Office.open(home, database)
    runner = web.AppRunner(office.app(), shutdown_timeout=STOP_S, access_log=None)
    public = web.AppRunner(office.status_page(), shutdown_timeout=STOP_S, access_log=None)
    readers = Door(READERS)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await runner.setup()
        assert runner.server is not None
        host, port = _opened(office.door, host, port, runner.server)
        said: dict[str, object] = {"listening": f"ws://{host}:{port}/link", "pid": os.getpid()}
        if status is not None:
            await public.setup()
            assert public.server is not None
            host, port = _opened(readers, *status, public.server)
            said["status"] = f"http://{host}:{port}"
        garbage.keep_what_is()
        print(json.dumps(said), flush=True)
        await stop.wait()
    finally:
        await readers.close()
        await public.cleanup()
        await office.door.close()
        await runner.cleanup()
        await office.close()
