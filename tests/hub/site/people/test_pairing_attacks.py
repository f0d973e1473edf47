"""Strangers at the door, and false hubs: each ends in a named refusal, and nobody has gained or lost a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from hub.client.joining.invitation import Invitation, invite
from hub.client.joining.pairing import join
from hub.client.link.connection import HubClient
from hub.domain.people.pairing import OpenPairing
from hub.site.daemon import Hub
from hub.site.options import Options
from hub.site.people import pairing as door
from sync import canonical
from sync.clock import real_ms
from sync.keys.keys import BoxKey, Signer
from sync.keys.party import Party
from sync.link.link import Socket, dial, server_socket
from sync.link.pairing import Granted, HubSide, Proof, Refused, TerminalSide
from sync.link.pairingfaults import HubNotTrusted, PairingBroken, PairingClosed, PairingError, PairingLost, WrongCode
from sync.messages import Message, PairingCode
from tests.hub.site.hubs import Site, machine, soon
from tests.hub.site.people.test_pairing import Booth
from tests.records import World


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    made = Booth(tmp_path)
    try:
        await made.start()
        yield made
    finally:
        await made.site.close()


class Caller:
    """Somebody at the hub's door who does what a test wants, up to the step at which they hang up."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.side = TerminalSide(Signer.generate(), BoxKey.generate())

    @classmethod
    async def at(cls, booth: Booth) -> Caller:
        return cls(await dial(booth.invitation.pair_url))

    async def greet(self) -> None:
        said = await soon(self.socket.receive())
        assert said is not None
        self.side.greet(said, real_ms())

    async def answer(self, code: str) -> bytes:
        await self.socket.send(self.side.knock(code))
        said = await soon(self.socket.receive())
        assert said is not None
        return self.side.prove(said)


@pytest.mark.parametrize("step", ["dialled", "greeted", "knocked", "answered", "before the proof is heard"])
async def test_who_hangs_up_costs_no_try_and_the_next_one_is_heard(booth: Booth, step: str) -> None:
    code = (await booth.open()).code
    caller = await Caller.at(booth)
    if step != "dialled":
        await caller.greet()
    if step == "knocked":
        await caller.socket.send(caller.side.knock(code))
    if step == "answered":
        await caller.answer(code)
    if step == "before the proof is heard":
        proof = await caller.answer("00000000" if code != "00000000" else "11111111")
        await caller.socket.send(proof[:-1])
    await caller.socket.close()
    await asyncio.sleep(0.6)  # the hub hears a caller twice a second at most
    call = booth.call(code)
    window = await booth.proved()
    assert window.tries == 0
    await booth.accept(window)
    assert (await soon(call)).name == "terminal-21"


async def test_proof_of_an_earlier_caller_is_worth_nothing_to_the_next(booth: Booth) -> None:
    """Somebody on the Wi-Fi recorded the whole of another pairing with this very code."""
    code = (await booth.open()).code
    first = await Caller.at(booth)
    await first.greet()
    recorded = await first.answer(code)
    await first.socket.close()
    await asyncio.sleep(0.6)
    thief = await Caller.at(booth)
    await thief.greet()
    await thief.answer("00000000" if code != "00000000" else "11111111")
    await thief.socket.send(recorded)
    said = await soon(thief.socket.receive())
    assert said is not None and canonical.decode(said, Refused).code == WrongCode.code
    await thief.socket.close()
    events = await booth.events()
    assert [type(event).__name__ for event in events] == ["PairingOpened", "PairingFailed"]


async def test_nobody_else_can_go_on_where_a_terminal_proved_the_code(booth: Booth) -> None:
    code = (await booth.open()).code
    call = booth.call(code)
    window = await booth.proved()
    thief = await Caller.at(booth)
    said = await soon(thief.socket.receive())
    assert said is not None and canonical.decode(said, Refused).code == "pairing.busy"
    await thief.socket.close()
    await booth.accept(window)
    assert (await soon(call)).name == "terminal-21"


async def test_terminal_that_goes_away_with_its_grant_is_told_apart_from_one_that_joined(booth: Booth) -> None:
    code = (await booth.open()).code
    caller = await Caller.at(booth)
    await caller.greet()
    await caller.socket.send(await caller.answer(code))
    proof = await soon(caller.socket.receive())
    assert proof is not None
    channel = caller.side.trust(proof)
    await booth.accept(await booth.proved())
    sealed = await soon(caller.socket.receive())
    assert sealed is not None and isinstance(channel.open(sealed), Granted)
    await caller.socket.close()
    await soon(booth.manager.until(lambda: booth.manager.booth.pairing.window is None))
    kinds = [type(event).__name__ for event in await booth.events()]
    assert kinds == ["PairingOpened", "PairingProved", "PairingAccepted", "PairingEnded"]


# ------------------------------------------------------------------ false hubs


@contextlib.asynccontextmanager
async def false_hub(talk: Callable[[Socket], Awaitable[None]]) -> AsyncIterator[Invitation]:
    """A server that talks to a new terminal as it likes; where it answers."""

    async def serve(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        with contextlib.suppress(PairingError):
            await talk(server_socket(ws))
        await ws.close()
        return ws

    app = web.Application()
    app.router.add_get("/pair", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield Invitation("127.0.0.1", runner.addresses[0][1])
    finally:
        await runner.cleanup()


def hub_side(world: World, code: str) -> HubSide:
    return HubSide(world.deployment, world.hub.signer, world.hub.chain(), code)


async def test_false_hub_of_a_deployment_of_its_own_learns_nothing_without_the_code(tmp_path: Path) -> None:
    evil, faults = World(seed="evil"), []

    async def talk(socket: Socket) -> None:
        side = hub_side(evil, "87654321")
        await socket.send(side.greeting)
        knock = await socket.receive()
        assert knock is not None
        await socket.send(side.answer(knock))
        proof = await socket.receive()
        assert proof is not None
        try:
            side.check(proof)
        except WrongCode as error:
            faults.append(error)
        await socket.send(canonical.encode(Proof(bytes(32), evil.hub.signer.sign(b""))))

    async with false_hub(talk) as invitation:
        with pytest.raises(WrongCode):
            await soon(join(invitation, "12345678", tmp_path / "new", lambda *_: None))
    assert len(faults) == 1 and not (tmp_path / "new").exists()


async def test_false_hub_that_shows_the_real_ones_certificates_is_found_out(tmp_path: Path) -> None:
    """It lets the real greeting through, and answers with a key of its own."""
    world, evil = World(), World(seed="evil")

    async def talk(socket: Socket) -> None:
        real = hub_side(world, "12345678")
        await socket.send(real.greeting)
        side = hub_side(evil, "12345678")  # even one that knows the code has not the hub's key
        knock = await socket.receive()
        assert knock is not None
        await socket.send(side.answer(knock))
        await socket.receive()
        await socket.send(canonical.encode(Proof(bytes(32), bytes(64))))

    async with false_hub(talk) as invitation:
        with pytest.raises(WrongCode):
            await soon(join(invitation, "12345678", tmp_path / "new", lambda *_: None))
    assert not (tmp_path / "new").exists()


async def test_machine_without_a_hubs_certificate_is_refused_before_the_code_is_used(tmp_path: Path) -> None:
    world, knocked = World(), []

    async def talk(socket: Socket) -> None:
        side = HubSide(world.deployment, world.terminal.signer, world.terminal.chain(), "12345678")
        await socket.send(side.greeting)
        knocked.append(await socket.receive())

    async with false_hub(talk) as invitation:
        with pytest.raises(HubNotTrusted):
            await soon(join(invitation, "12345678", tmp_path / "new", lambda *_: None))
    assert knocked == [None]


@pytest.mark.parametrize("said", [b"", b"rubbish", b"\x92\xa7refused\xa3abc"])
async def test_rubbish_of_a_false_hub_is_refused_by_name(tmp_path: Path, said: bytes) -> None:
    async with false_hub(lambda socket: socket.send(said)) as invitation:
        with pytest.raises(PairingBroken):
            await soon(join(invitation, "12345678", tmp_path / "new", lambda *_: None))


@pytest.mark.parametrize("step", [0, 1, 2, 3])
async def test_hub_that_goes_away_at_any_step_leaves_the_terminal_with_nothing(tmp_path: Path, step: int) -> None:
    world = World()

    async def talk(socket: Socket) -> None:
        side = hub_side(world, "12345678")
        if step == 0:
            return
        await socket.send(side.greeting)
        knock = await socket.receive()
        if step == 1 or knock is None:
            return
        await socket.send(side.answer(knock))
        proof = await socket.receive()
        if step == 2 or proof is None:
            return
        side.check(proof)
        mine, _ = side.prove()
        await socket.send(mine)

    async with false_hub(talk) as invitation:
        with pytest.raises(PairingLost):
            await soon(join(invitation, "12345678", tmp_path / "new", lambda *_: None))
    assert os.listdir(tmp_path) == []


# ------------------------------------------------------------------ time


async def test_window_ends_by_itself_and_the_record_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WINDOW_MS", 200)
    site = Site(tmp_path)
    hub = Hub(
        Options(site.home, "127.0.0.1", 0, announce=False, devices="none"),
        Party.load(site.home),
        site.world.profile_raw,
    )
    site.hub.said = await soon(hub.start())
    heard: asyncio.Queue[Message] = asyncio.Queue()
    client = await soon(HubClient.open(site.hub.url, machine(site.world), on_other=heard.put_nowait))
    try:
        await soon(client.submit(OpenPairing(), site.world.manager))
        said = await soon(heard.get())
        assert isinstance(said, PairingCode)
        await soon(client.until(lambda: client.size > 1 and client.booth.pairing.window is None))
        found = invite(site.hub.url, site.world.hub.signer.public)
        assert found is not None
        with pytest.raises(PairingClosed):
            await soon(join(found, said.code, tmp_path / "new", lambda *_: None))
    finally:
        await client.close()
        await hub.stop()
