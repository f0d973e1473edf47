"""A hub that lies: real sockets, the hub's own key, and a record that it writes and signs as it likes.

It answers honestly unless a test says otherwise: `on_submit` decides what becomes of a command, and a test may change
`maker` (the record it shows), `proofs_from` (the record its proofs are from) and `welcome` in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from hub.client.link.connection import ConnectionState, HubClient
from hub.domain import codec
from hub.domain.booth import decide
from hub.domain.identity import identity
from hub.domain.identity.identity import Outcome
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit
from sync import messages
from sync.errors import SyncError
from sync.keys.party import Party, Person
from sync.link.link import WEBSOCKET_BYTES, Link, accept, server_socket
from sync.messages import Committed, Message, OutcomeOf, Submit
from sync.record.checkpoint import Checkpoint, sign
from sync.record.command import read_command
from sync.record.entry import decode_entry
from sync.record.merkle import Tree, leaf_hash
from tests.records import RecordMaker, World

T = TypeVar("T")

PATIENCE_S = 60.0


class DishonestHub:
    """One at a port of its own; `maker` is its record."""

    def __init__(self, maker: RecordMaker) -> None:
        self.maker = maker
        self.world = maker.world
        self.party = maker.world.hub
        """The machine that answers here, and signs what it shows."""
        self.proofs_from: RecordMaker | None = None
        self.welcome: Callable[[messages.Welcome], messages.Welcome] = lambda honest: honest
        self.on_submit: Callable[[Submit], Committed | None] = self.honestly
        self.heard: list[Message] = []
        self.links: list[Link] = []
        self.met = asyncio.Event()
        """Somebody has said something to it."""
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/link", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/link"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def drop_links(self) -> None:
        """Break every connection, as a hub that restarts does."""
        links, self.links = self.links, []
        for link in links:
            await link.close()

    async def tell(self, message: Message) -> None:
        """Say something unasked to whoever linked last."""
        await self.links[-1].send(message)

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=WEBSOCKET_BYTES)
        await ws.prepare(request)
        try:
            link = await accept(server_socket(ws), self.party, lambda: self.maker.now_ms, allow={"terminal", "desk"})
            self.links.append(link)
            while True:
                message = await link.receive()
                self.heard.append(message)
                self.met.set()
                answer = self._answer(message)
                if answer is not None:
                    await link.send(answer)
        except SyncError:
            return ws

    def _answer(self, message: Message) -> Message | None:
        tree = tree_of((self.proofs_from or self.maker).entries)
        match message:
            case messages.Follow():
                return self.welcome(self._welcome(message))
            case messages.ProofWanted(old, new):
                return messages.Proof(old, new, tree.consistency_proof(old, new) if 0 < old <= new <= tree.size else [])
            case messages.PastWanted(first, count):
                return messages.Past(first, self.maker.entries[first : first + count])
            case Submit():
                return self.on_submit(message)
        return None

    def _welcome(self, follow: messages.Follow) -> messages.Welcome:
        maker = self.maker
        snapshot = follow.snapshot and follow.entries
        first = maker.size if snapshot else min(follow.size, maker.size)
        tree = tree_of(maker.entries)
        return messages.Welcome(
            profile=self.world.profile_raw,
            people=[],
            boot="boot-1",
            state=codec.encode_booth(maker.booth) if snapshot else b"",
            frontier=b"".join(maker.frontier.hashes) if snapshot else b"",
            state_size=first,
            entries=maker.entries[first:] if follow.entries else [],
            note=self.note() if maker.size else "",
            certificates=[*maker.certificates, self.party.certificate],
            size=maker.size,
            newest=self.note() if maker.size else "",
            consistency=tree.consistency_proof(first, maker.size) if 0 < first < maker.size else [],
        )

    def note(self) -> str:
        """The checkpoint over its record."""
        origin = self.world.deployment.origin
        return sign(Checkpoint(origin, self.maker.size, self.maker.frontier.root()), origin, self.party.signer)

    # ------------------------------------------------------------------ what becomes of a command

    def honestly(self, submit: Submit) -> Committed:
        """Decide it by the rules, write it, and say so."""
        maker = self.maker
        command = read_command(submit.signed.payload)
        if command.id in maker.ids:
            return self.committed(maker.size, [OutcomeOf(command.id, maker.ids.index(command.id), b"")])
        asked = codec.decode_command(command.kind, bytes(command.args))
        assert not isinstance(asked, Refusal)
        context = maker.context()
        decided = decide(self.world.profile, maker.booth, asked, context, maker.by(self.who(submit)), command.version)
        if isinstance(decided, Refusal):
            return self.committed(maker.size, [OutcomeOf(command.id, None, codec.encode_refusal(decided))])
        first = maker.size
        maker.append(submit.signed, context, decided)
        for encoded in submit.certificates:
            maker.certificates.setdefault(encoded)
        return self.committed(first, [OutcomeOf(command.id, first, b"", codec.encode_events(decided))])

    def committed(self, first: int, outcomes: Sequence[OutcomeOf]) -> Committed:
        """The message of a commit: entries from `first` on, the newest checkpoint, outcomes."""
        maker = self.maker
        return Committed(first, maker.entries[first:], self.note(), list(outcomes), list(maker.certificates))

    def who(self, submit: Submit) -> Person | Party:
        """The person of this world who signed."""
        certificate = read_command(submit.signed.payload).certificate
        people = (self.world.manager, *self.world.clerks, *self.world.officers, self.world.hub)
        return next(one for one in people if one.certificate_id == certificate)


def tree_of(entries: Sequence[bytes]) -> Tree:
    return Tree(leaf_hash(body) for body in entries)


def record(tickets: int = 2, *, later_ms: int = 0, world: World | None = None) -> RecordMaker:
    """An opened day with some numbers issued; `later_ms`: the same acts at another time, so another record."""
    maker = RecordMaker(world or World())
    maker.open()
    maker.now_ms += later_ms
    for _ in range(tickets):
        maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
    return maker


def until_request(maker: RecordMaker) -> identity.IdentityRequested:
    """Serve somebody up to the city's identity check; what is asked of the city."""
    world, who = maker.world, maker.world.clerks[0]
    method = next(m for m in world.profile.methods if m.id in world.profile.event_types[0].methods)
    (issued,) = maker.do(queue.IssueTicket(method.lane or world.profile.lanes[0].id), who)
    assert isinstance(issued, queue.TicketIssued)
    maker.do(queue.CallTicket(issued.ticket, "窓口1"), who)
    maker.do(queue.StartService(issued.ticket), who)
    opened = maker.size
    maker.do(visit.OpenVisit(issued.ticket, method.id), who)
    for step in visit_steps.booth_steps(method):
        if step.kind in visit_steps.CITY_KINDS:
            break
        maker._step(opened, step, who)
    (asked,) = maker.do(identity.RequestIdentity(opened, step.id, ("運転免許証",)), who)
    assert isinstance(asked, identity.IdentityRequested)
    return asked


def contractor_decides(maker: RecordMaker, asked: identity.IdentityRequested) -> None:
    """The hub writes a decision that the contractor's manager signed, as if the rules had let it pass."""
    who = maker.world.manager
    event = identity.IdentityDecided(
        asked.request, asked.visit, asked.number, asked.step, Outcome.CONFIRMED, "", who.person, maker.now_ms
    )
    maker.append(maker.sign(maker.decision(asked), who), maker.context(), (event,))


def restored(maker: RecordMaker, size: int) -> RecordMaker:
    """The record as it was at an earlier size: what a hub has whose old card was put back. It can be continued."""
    again = RecordMaker(maker.world)
    for body, id in zip(maker.entries[:size], maker.ids, strict=False):
        context = codec.decode_context(bytes(decode_entry(body).context))
        again.now_ms = context.at_ms
        again.append(decode_entry(body).command, context, codec.decode_events(bytes(decode_entry(body).events)))
        assert again.ids[-1] == id and again.entries[-1] == body
    again.certificates, again._made = dict(maker.certificates), maker._made
    return again


class Scene:
    """A dishonest hub and the terminals that work at it."""

    def __init__(self, hub: DishonestHub, folder: Path) -> None:
        self.hub = hub
        self.folder = folder
        self.clients: list[HubClient] = []

    async def terminal(self, name: str = "terminal-1", *, keep: bool = True) -> HubClient:
        """A terminal that has linked; the same name again is the same machine after a restart."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        party = self.hub.world.machine(name, "terminal", "contractor")
        path = home / "replica.sqlite" if keep else None
        client = await soon(HubClient.open(self.hub.url, party, lambda: self.hub.maker.now_ms, keep=path))
        self.clients.append(client)
        return client

    async def leave(self, client: HubClient) -> None:
        self.clients.remove(client)
        await client.close()


@asynccontextmanager
async def scene_at(folder: Path, maker: RecordMaker) -> AsyncIterator[Scene]:
    """A hub with this record at its port; everything is gone afterwards."""
    scene = Scene(DishonestHub(maker), folder)
    await scene.hub.start()
    try:
        yield scene
    finally:
        for client in scene.clients:
            await client.close()
        await scene.hub.stop()


async def soon(what: Awaitable[T]) -> T:
    """What is awaited, or TimeoutError: a failed test instead of one that hangs."""
    return await asyncio.wait_for(what, PATIENCE_S)


async def refused(client: HubClient) -> SyncError:
    """Why the hub is refused for good."""
    await soon(client.until(lambda: client.state is ConnectionState.REFUSED))
    assert client.problem is not None
    return client.problem


def state_of(client: HubClient) -> tuple[bytes, int]:
    """What a terminal shows, as bytes, and how far."""
    return codec.encode_booth(client.booth), client.size
