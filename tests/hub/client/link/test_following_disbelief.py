"""What a terminal refuses to believe: a hub with the real key that lies, and strangers who say hello."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest
from aiohttp import web

from hub.client.desk.handoff import OtherProfile
from hub.client.link.connection import ConnectionState, HubClient
from hub.client.proof.divergence import RecordForked
from hub.client.proof.replica import Replica
from hub.domain import codec
from hub.domain.identity import identity
from hub.domain.identity.identity import OfficerAttended
from hub.domain.queue import queue
from hub.replay.faults import RuleRefuses
from sync import messages
from sync.errors import SyncError
from sync.keys.certificate import Certificate, issue, parse
from sync.keys.keys import BoxKey, Signer
from sync.link.link import WEBSOCKET_BYTES, Socket, accept, server_socket
from sync.mail.offer import InboxOffer, sign_offer
from tests.hub.client.sites import soon
from tests.records import RecordMaker, World


class Liar:
    """Answers at a real port; each connection is given to `serve`."""

    def __init__(self, serve: Callable[[Socket], object]) -> None:
        self._serve_one = serve
        self.dialled = 0

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/link", self._serve)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self.runner.addresses[0][1]}/link"

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=WEBSOCKET_BYTES)
        await ws.prepare(request)
        self.dialled += 1
        try:
            await self._serve_one(server_socket(ws))  # type: ignore[misc]
        except SyncError:
            pass
        return ws


@pytest.fixture
async def served() -> AsyncIterator[list[Liar]]:
    started: list[Liar] = []
    yield started
    for liar in started:
        await liar.runner.cleanup()


def welcome(maker: RecordMaker, **lie: object) -> messages.Welcome:
    honest = messages.Welcome(
        profile=maker.world.profile_raw,
        people=[],
        boot="boot-1",
        state=b"",
        frontier=b"",
        state_size=0,
        entries=list(maker.entries),
        note=maker.note(),
        certificates=list(maker.certificates),
        size=maker.size,
        newest=maker.note(),
    )
    return msgspec.structs.replace(honest, **lie)


def record(tickets: int, later_ms: int = 0) -> RecordMaker:
    maker = RecordMaker(World())
    maker.open()
    maker.now_ms += later_ms
    for _ in range(tickets):
        maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
    return maker


def snapshot(maker: RecordMaker, **lie: object) -> messages.Welcome:
    edge = b"".join(maker.frontier.hashes)
    state = codec.encode_booth(maker.booth)
    return welcome(maker, state=state, frontier=edge, state_size=maker.size, entries=[], **lie)


def hub(maker: RecordMaker, says: list[messages.Welcome]) -> Liar:
    """A hub that answers each connection with the next of these, and then breaks the line."""

    async def serve(socket: Socket) -> None:
        link = await accept(socket, maker.world.hub, lambda: maker.now_ms, allow={"terminal"})
        await link.receive()
        await link.send(says.pop(0) if len(says) > 1 else says[0])
        await asyncio.sleep(0.05)

    return Liar(serve)


async def test_a_snapshot_that_nobody_asked_for_does_not_make_a_terminal_forget(served: list[Liar]) -> None:
    ours, other = record(2), record(3, later_ms=60_000)
    liar = hub(ours, [snapshot(ours), snapshot(other)])
    served.append(liar)
    await liar.start()
    client = await HubClient.open(liar.url, ours.world.terminal, lambda: ours.now_ms)
    held = codec.encode_booth(client.booth)
    await soon(client.until(lambda: client.state is ConnectionState.REFUSED))
    assert isinstance(client.problem, RecordForked)
    assert codec.encode_booth(client.booth) == held
    await client.close()


async def test_a_hub_that_works_under_another_profile_than_the_deployments_is_not_followed(
    served: list[Liar],
) -> None:
    maker = record(2)
    liar = hub(maker, [welcome(maker, profile=maker.world.profile_raw + b"# and one line more\n")])
    served.append(liar)
    await liar.start()
    client = await HubClient.open(liar.url, maker.world.terminal, lambda: maker.now_ms, wait=False)
    await soon(client.until(lambda: client.problem is not None))
    assert isinstance(client.problem, OtherProfile) and client.size == 0
    await client.close()


async def test_a_snapshot_without_a_signed_checkpoint_is_not_shown(served: list[Liar]) -> None:
    maker = record(2)
    liar = hub(maker, [snapshot(maker, note="")])
    served.append(liar)
    await liar.start()
    client = await HubClient.open(liar.url, maker.world.terminal, lambda: maker.now_ms, wait=False)
    await soon(client.until(lambda: client.state is ConnectionState.REFUSED))
    assert client.size == 0
    await client.close()


async def test_a_snapshot_that_cannot_be_read_is_a_problem_with_a_name_and_the_terminal_goes_on_trying(
    served: list[Liar],
) -> None:
    maker = record(2)
    liar = hub(maker, [msgspec.structs.replace(snapshot(maker), state=b"\xc1"), welcome(maker)])
    served.append(liar)
    await liar.start()
    client = await HubClient.open(liar.url, maker.world.terminal, lambda: maker.now_ms, wait=False)
    await soon(client.until(lambda: client.size == maker.size))
    await client.close()


async def test_what_the_city_alone_may_do_is_never_folded_from_a_contractors_signature() -> None:
    maker = record(1)
    world = maker.world
    forged = OfficerAttended("officer-1", True, (), "officer-1", maker.now_ms)
    maker.append(maker.sign(identity.Attend(True), world.hub), maker.context(), (forged,))
    trust = world.trust()
    for encoded in (*maker.certificates, world.hub.certificate):
        trust.add(encoded)
    replica = Replica(world.deployment, trust, world.profile, world.hub.signer.public)
    with pytest.raises(RuleRefuses) as refused:
        await replica.take(maker.entries, maker.note())
    assert refused.value.data["rule"] == "role.city_only"
    assert replica.size == 0


async def test_a_stranger_who_says_hello_leaves_nothing_in_a_terminals_memory(served: list[Liar]) -> None:
    world = World()
    stranger = Signer.generate()
    mine = parse(world.terminal.certificate)
    fake = msgspec.structs.replace(
        parse(world.issuers["contractor"]), issuer=stranger.public, subject=mine.issuer, person="stranger"
    )
    own = Certificate(
        **{
            **msgspec.structs.asdict(parse(world.hub.certificate)),
            "subject": stranger.public,
            "issuer": stranger.public,
        }
    )
    box = BoxKey.generate()
    offer = InboxOffer(world.deployment.id, stranger.public, b"i" * 16, box.public, 0, 2**45)
    hello = {"certificates": [issue(own, stranger), issue(fake, stranger)], "offer": sign_offer(offer, stranger)}

    async def serve(socket: Socket) -> None:
        await socket.send(msgspec.msgpack.encode(hello))
        await socket.receive()

    liar = Liar(serve)
    served.append(liar)
    await liar.start()
    held, chain = set(world.terminal.trust), world.terminal.chain()
    client = await HubClient.open(liar.url, world.terminal, wait=False)
    await soon(client.until(lambda: liar.dialled > 1 and client.problem is not None))
    assert client.problem is not None and client.problem.code.startswith("trust.")
    assert set(world.terminal.trust) == held and world.terminal.chain() == chain
    await client.close()
