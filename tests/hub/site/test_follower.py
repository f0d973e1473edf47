"""Peers that are slow, rude or strangers: each costs a bounded amount, is named, and harms nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import socket
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest

from hub.client.link.connection import HubClient
from hub.client.link.signing import sign_as
from hub.domain import codec
from hub.domain.queue import queue
from hub.site import follower as follower_module
from hub.site import server
from hub.site.daemon import Hub
from hub.site.follower import Follower
from hub.site.options import Options
from sync import messages
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.certificate import certificate_id
from sync.keys.party import Party
from sync.link.link import Link, LinkClosed, connect, dial
from sync.messages import Committed, Follow, Message, Status, Submit, Welcome
from sync.record.checkpoint import line_name
from tests.hub.audit.bundles import line
from tests.hub.site.hubs import Site, machine, soon
from tests.records import World


class Running:
    """A hub in this process, so that a test can look at what a peer costs it."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder)
        self.world = self.site.world
        self.hub: Hub
        self.client: HubClient
        self._links: list[Link] = []

    async def start(self) -> None:
        options = Options(self.site.home, "127.0.0.1", 0, announce=False, devices="none")
        self.hub = Hub(options, Party.load(self.site.home), self.world.profile_raw)
        self.site.hub.said = await soon(self.hub.start())
        self.client = await self.site.terminal()
        await self.site.open_day(self.client)

    async def stop(self) -> None:
        for link in self._links:
            await link.close()
        await self.site.close()
        await soon(self.hub.stop())

    async def link(self, party: Party | None = None) -> Link:
        """A bare link of a terminal, which then behaves as a test wants."""
        made = await soon(connect(await dial(self.site.hub.url), party or machine(self.world), real_ms, expect={"hub"}))
        self._links.append(made)
        return made

    def submit(self, lane: str = "") -> Submit:
        clerk = self.world.clerks[0]
        command = queue.IssueTicket(lane or self.site.lane)
        _, signed = sign_as(clerk, self.world.deployment, command, real_ms())
        return Submit(signed, clerk.chain)

    @property
    def followers(self) -> set[Follower]:
        return self.hub.peers.followers

    async def gone(self, count: int = 1) -> None:
        """Until only so many peers are linked."""
        async with asyncio.timeout(60):
            while len(self.followers) > count:  # noqa: ASYNC110  # nobody is told when a peer goes
                await asyncio.sleep(0.02)

    async def come(self, count: int) -> None:
        """Until so many peers are linked: who dialled knows it a moment before the hub does."""
        async with asyncio.timeout(60):
            while len(self.followers) < count:  # noqa: ASYNC110  # nobody is told when a peer comes
                await asyncio.sleep(0.02)

    async def is_well(self) -> None:
        """The booth works, for those who behave."""
        await self.site.issue(self.client)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    made = Running(tmp_path)
    await made.start()
    yield made
    await made.stop()


async def wanted(link: Link, kind: type[Message]) -> Message:
    """The next message of this kind."""
    while True:
        message = await soon(link.receive())
        if isinstance(message, kind):
            return message


# ---------------------------------------------------------------- slow


class Stuck:
    """A socket whose peer stopped reading: what is sent to it never gets out."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.closed = False

    async def send(self, data: bytes) -> None:
        self.sent.append(data)
        await asyncio.Event().wait()

    async def receive(self) -> bytes | None:
        return await self.heard.get()

    async def close(self) -> None:
        self.closed = True
        await asyncio.Event().wait()  # nor does it answer a goodbye


class Linked:
    """A link whose envelopes are left out: the hub's side of a peer that a test plays."""

    def __init__(self, running: Running, socket: Stuck) -> None:
        terminal = machine(running.world)
        self.peer = terminal.authority(real_ms())
        self.socket = socket
        self.asks: deque[Message] = deque()
        self.asked = asyncio.Event()

    async def receive(self) -> Message:
        while not self.asks:
            self.asked.clear()
            await self.asked.wait()
        return self.asks.popleft()

    def say(self, message: Message) -> None:
        self.asks.append(message)
        self.asked.set()

    async def send(self, message: Message) -> None:
        await self.socket.send(messages.encode(message))

    async def close(self) -> None:
        await self.socket.close()


async def test_a_follower_that_never_reads_is_dropped_by_name_and_holds_nothing(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(follower_module, "MOST_ENTRIES_WAITING", 10)
    monkeypatch.setattr(follower_module, "CLOSE_S", 0.1)
    hub, peer = running.hub, Linked(running, Stuck())
    slow = Follower(peer, hub.scribe, hub.clock, hub.profile_raw, hub.people, hub._status, _nobody)  # type: ignore[arg-type]
    serving = asyncio.create_task(slow.serve())
    peer.say(Follow(0, b"", True, True))
    async with asyncio.timeout(60):
        while not peer.socket.sent:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    for _ in range(11):
        await running.is_well()
    await soon(serving)
    # At the eleventh, or a few later: what devices say is committed together with the next ticket where they meet.
    waiting = re.search(r"terminal terminal-1 is dropped: (\d+) entries wait", caplog.text)
    assert waiting is not None and 10 < int(waiting[1]) < 20
    assert slow._entries == [] and slow._outcomes == [] and slow._letters == []
    assert slow._on_commit not in hub.scribe.listeners
    await running.is_well()


async def test_status_words_replace_each_other_and_letters_are_bounded(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(follower_module, "MOST_WORDS_WAITING", 5)
    hub = running.hub
    slow = Follower(Linked(running, Stuck()), hub.scribe, hub.clock, b"", hub.people, hub._status, _nobody)  # type: ignore[arg-type]
    for at_ms in range(100):
        slow.post(msgspec.structs.replace(hub._status(), at_ms=at_ms))
    assert slow._news is not None and slow._news.at_ms == 99 and slow._letters == []
    assert not slow._dropped.is_set()
    for _ in range(6):
        slow.post(messages.Ticked(0))
    assert slow._dropped.is_set() and slow._letters == []
    assert "answers and letters" in caplog.text


async def _nobody(_: Follower, message: Message) -> None:
    raise AssertionError(message)


async def test_a_real_peer_that_stops_reading_is_dropped_while_others_are_served(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "MOST_ENTRIES_WAITING", 40)
    (first,) = running.followers
    link = await running.link()
    await link.send(Follow(0, b"", True, True))
    await wanted(link, Welcome)
    transport = link._socket._ws._response.connection.transport  # type: ignore[attr-defined]
    transport.pause_reading()
    (slow,) = running.followers - {first}
    # The system's buffers hold megabytes otherwise, which nobody wants to fill here.
    sending = slow.link._socket._ws._req.transport.get_extra_info("socket")  # type: ignore[attr-defined]
    sending.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    for _ in range(70):
        if slow not in running.followers:
            break
        # Fewer at once than may wait: all may come into one commit, which nobody has had the time to read yet.
        await asyncio.gather(*(running.is_well() for _ in range(30)))
    await running.gone(1)
    transport.abort()
    assert running.client.connected
    await running.is_well()


# ---------------------------------------------------------------- catching up


async def test_a_late_follower_gets_every_entry_once_in_order_in_messages_of_bounded_size(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "ENTRIES_A_MESSAGE", 4)
    for _ in range(11):
        await running.is_well()
    await soon(running.client.settled())
    link = await running.link()
    await link.send(Follow(0, b"", True, False))
    welcome = await wanted(link, Welcome)
    assert isinstance(welcome, Welcome) and welcome.note == "" and len(welcome.entries) == 4
    entries, note = list(welcome.entries), ""
    while len(entries) < welcome.size:
        more = await wanted(link, Committed)
        assert isinstance(more, Committed) and more.first == len(entries) and len(more.entries) <= 4 and not note
        entries += more.entries
        note = more.note
    assert note == running.hub.scribe.note
    assert entries == await running.hub.store.read(0, running.hub.scribe.size)
    await running.is_well()
    new = await wanted(link, Committed)
    assert isinstance(new, Committed) and new.first == len(entries) and len(new.entries) == 1


async def test_entries_committed_while_a_follower_catches_up_are_neither_lost_nor_doubled(running: Running) -> None:
    stopping = asyncio.Event()

    async def busy() -> None:
        while not stopping.is_set():
            await running.is_well()

    work = asyncio.create_task(busy())
    clients = [await running.site.terminal() for _ in range(4)]
    stopping.set()
    await work
    # What became of the devices' effects is still being written: both come to rest at the same state.
    scribe = running.hub.scribe
    for client in clients:
        await soon(client.until(lambda client=client: client.size == scribe.size))  # type: ignore[misc]
        await soon(client.until(lambda client=client: client.booth == scribe.booth))  # type: ignore[misc]


async def test_a_command_sent_again_is_answered_with_what_it_did(running: Running) -> None:
    link = await running.link()
    await link.send(Follow(0, b"", False, False))
    await wanted(link, Welcome)
    submit = running.submit()
    answers = []
    for _ in range(3):
        await link.send(submit)
        said = await wanted(link, Committed)
        assert isinstance(said, Committed)
        answers += said.outcomes
    assert len({(answer.index, answer.events) for answer in answers}) == 1 and answers[0].events


async def test_many_commands_sent_again_at_once_are_each_answered(running: Running) -> None:
    """As after a hub was killed: every answer is read from the disk while others go out."""
    link = await running.link()
    await link.send(Follow(0, b"", False, False))
    await wanted(link, Welcome)
    many = [running.submit() for _ in range(60)]
    for _ in range(3):
        sending = asyncio.gather(*(link.send(submit) for submit in many))
        answered: list[bytes] = []
        while len(answered) < len(many):
            said = await wanted(link, Committed)
            assert isinstance(said, Committed)
            answered += [outcome.id for outcome in said.outcomes]
        await sending
        assert len(set(answered)) == len(many)


# ---------------------------------------------------------------- rude


@pytest.mark.parametrize(
    "rude",
    [
        [Follow(0, b"", True, True), Follow(0, b"", True, True)],
        [Follow(-5, b"", True, False)],
        [messages.ProofWanted(5, 2)],
        [messages.ProofWanted(-1, 1)],
        [messages.ProofWanted(0, 10**9)],
    ],
)
async def test_a_peer_that_breaks_the_rules_loses_its_link_and_nothing_else_happens(
    running: Running, rude: list[Message], caplog: pytest.LogCaptureFixture
) -> None:
    link = await running.link()
    for message in rude:
        await link.send(message)
    with pytest.raises(LinkClosed):
        while True:
            await soon(link.receive())
    await running.gone()
    assert "link of terminal-1" in caplog.text and "Traceback" not in caplog.text
    await running.is_well()


async def test_a_director_moves_the_clock_and_a_terminal_does_not(tmp_path: Path) -> None:
    made = Running(tmp_path)
    options = Options(
        made.site.home, "127.0.0.1", 0, announce=False, devices="none", simulated_start_ms=1_754_438_400_000
    )
    made.hub = Hub(options, Party.load(made.site.home), made.world.profile_raw)
    made.site.hub.said = await soon(made.hub.start())
    try:
        director = made.world.machine("director-1", "director", "contractor")
        for party, later in ((machine(made.world), 0), (director, 5_000)):
            link = await made.link(party)
            await link.send(Follow(0, b"", False, False))
            await link.send(messages.Tick(1_754_438_405_000))
            ticked = await wanted(link, messages.Ticked)
            assert isinstance(ticked, messages.Ticked) and ticked.at_ms == 1_754_438_400_000 + later
    finally:
        await made.stop()


async def test_what_only_a_desk_may_say_changes_nothing_when_a_terminal_says_it(running: Running) -> None:
    link = await running.link()
    await link.send(Follow(0, b"", True, True))
    await link.send(messages.Cosigned(1, "— x y"))
    await link.send(messages.Handoff(0, b"", 0, "", [], 0, [], [], b""))
    await link.send(running.submit())
    answer = await wanted(link, Committed)
    assert isinstance(answer, Committed)
    assert running.hub.desks.city_size == 0 and await running.hub.store.cosignatures() == []


async def test_a_flood_of_commands_of_one_peer_is_held_back_and_every_one_is_answered(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "MOST_UNDER_WAY", 4)
    link = await running.link()
    await link.send(Follow(0, b"", False, False))
    await wanted(link, Welcome)
    most = 0

    def look(_: object) -> None:
        nonlocal most
        most = max(most, *(len(follower._tasks) for follower in running.followers))

    running.hub.scribe.listeners.append(look)
    flood = [running.submit() for _ in range(80)]
    sending = asyncio.gather(*(link.send(submit) for submit in flood))
    answered: set[bytes] = set()
    while len(answered) < len(flood):
        said = await wanted(link, Committed)
        assert isinstance(said, Committed)
        answered |= {outcome.id for outcome in said.outcomes}
    await sending
    assert 0 < most <= 4 + 2  # those under way, the one just read, and the sender
    await running.is_well()


async def test_a_fault_of_the_hubs_own_in_handling_a_message_ends_that_link_with_its_name(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*_: object) -> None:
        raise LookupError("a fault of ours")

    monkeypatch.setattr(running.hub.desks, "take", breaks)
    desk = running.world.machine("desk-1", "desk", "city")
    link = await running.link(desk)
    await link.send(messages.Cosigned(1, "— x y"))
    with pytest.raises(LinkClosed):
        while True:
            await soon(link.receive())
    assert "link of desk-1" in caplog.text and "a fault of ours" in caplog.text
    await running.is_well()


async def test_a_fault_in_telling_the_desks_of_one_commit_does_not_stop_the_next(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[int] = []

    async def sometimes(commit: object) -> None:
        told.append(commit.first)  # type: ignore[attr-defined]
        if len(told) == 1:
            raise LookupError("a fault of ours")

    monkeypatch.setattr(running.hub.desks, "on_commit", sometimes)
    await running.is_well()
    await running.is_well()
    async with asyncio.timeout(60):
        while len(told) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert "the desks were not told" in caplog.text


async def test_a_desk_that_links_again_gets_the_handoffs_although_its_old_link_was_not_known_to_be_dead(
    running: Running,
) -> None:
    desk = running.world.machine("desk-1", "desk", "city")
    old = await running.link(desk)
    await running.come(2)
    new = await running.link(desk)
    with pytest.raises(LinkClosed):
        while True:
            await soon(old.receive())
    await running.gone(2)
    (linked,) = running.hub.peers.desk_links.values()
    assert running.hub.desks._lan == {desk.signer.public: linked}
    await new.close()
    await running.gone(1)
    assert not running.hub.peers.desk_links and not running.hub.desks._lan


async def test_what_a_terminal_keeps_still_counts_when_it_has_gone(running: Running) -> None:
    link = await running.link()
    await link.send(messages.Kept(10**9))  # nobody keeps more than there is
    await link.send(Follow(0, b"", False, False))
    await wanted(link, Status)
    await link.close()
    await running.gone()
    assert running.hub._status().kept == 1
    director = await running.link(running.world.machine("director-1", "director", "contractor"))
    await running.is_well()
    await director.send(messages.Kept(2))  # a director's process is on this machine: no second device
    await director.send(Follow(0, b"", False, False))
    await wanted(director, Status)
    assert running.hub._status().kept == 1


# ---------------------------------------------------------------- strangers


async def test_a_stranger_is_not_let_in_and_leaves_no_certificate_behind(running: Running) -> None:
    # AOMO-7.2-02, KOGA-T6-04, CHIB-2.9-03
    rival = World(seed="rival")
    rival.deployment = running.world.deployment
    before = set(running.hub.party.trust)
    for party in (
        Party(running.world.deployment, rival.signer("terminal-1"), rival.certify("terminal-1", "terminal", "contractor"),
              rival.trust()),
        running.world.machine("office-1", "office", "contractor"),
        machine(World(seed="elsewhere")),
        of_another_site(running.world),
    ):  # fmt: skip
        with pytest.raises(SyncError):
            link = await running.link(party)
            await soon(link.receive())
    assert set(running.hub.party.trust) == before
    assert len(running.followers) == 1
    await running.is_well()


def of_another_site(world: World) -> Party:
    """A terminal of the same contract, enrolled for another booth, with a copy of this one's deployment file."""
    certificate = world.certify("terminal-9", "terminal", "contractor", sites=("another-site",))
    return Party(world.deployment, world.signer("terminal-9"), certificate, world.trust())


async def test_a_peer_that_is_let_in_is_known_by_its_chain_afterwards(running: Running) -> None:
    other = running.world.machine("terminal-7", "terminal", "contractor")
    await running.link(other)
    await running.come(2)
    assert certificate_id(other.certificate) in running.hub.party.trust


async def test_a_hello_that_never_comes_and_rubbish_at_the_door_are_shut_out_by_name(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "HELLO_S", 0.2)
    async with aiohttp.ClientSession() as session:
        for rubbish in (None, b"", b"\xc1", b"\x82\xa1a\x01", os.urandom(2000), "text", b"x" * (3 * 1024 * 1024)):
            async with session.ws_connect(running.site.hub.url, max_msg_size=0) as ws:
                await soon(ws.receive())  # the hub's hello
                if isinstance(rubbish, str):
                    await ws.send_str(rubbish)
                elif rubbish is not None:
                    await ws.send_bytes(rubbish)
                ended = await soon(ws.receive())
                assert ended.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    assert "said nothing" in caplog.text and "was not let in" in caplog.text
    assert "Traceback" not in caplog.text
    assert len(running.followers) == 1
    await running.is_well()


async def test_one_machine_of_strangers_cannot_hold_every_door_open(running: Running) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        held = [await session.ws_connect(running.site.hub.url) for _ in range(server.STRANGERS.most_from_one)]
        with pytest.raises(aiohttp.ClientError):
            await session.ws_connect(running.site.hub.url)
        await running.is_well()  # who is in stays in
        # Another machine (another address of this one) is heard meanwhile.
        other = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
        async with aiohttp.ClientSession(connector=other) as elsewhere:
            ws = await elsewhere.ws_connect(running.site.hub.url)
            await ws.close()
        for ws in held:
            await ws.close()
    second = await running.site.terminal()
    assert second.connected


async def test_who_asks_at_the_pairing_door_without_a_socket_stays_a_stranger(running: Running) -> None:
    host, _, port = running.site.hub.url.removeprefix("ws://").partition("/")[0].partition(":")
    held = []

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection(host, int(port))
        held.append(writer)
        writer.write(b"GET /pair HTTP/1.1\r\nHost: x\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            return await soon(reader.readline())
        return b""

    answers = [await ask() for _ in range(server.STRANGERS.most_from_one + 8)]
    assert answers[0].startswith(b"HTTP/1.1 400")
    assert answers[-8:] == [b""] * 8  # their places are taken: the door has not forgotten them
    await running.is_well()
    for writer in held:
        writer.close()


async def test_an_authenticated_peer_that_sends_rubbish_loses_its_link(running: Running) -> None:
    for rubbish in (b"", os.urandom(300), b"\x00" * 1000):
        link = await running.link()
        await link._socket.send(rubbish)
        with pytest.raises(LinkClosed):
            while True:
                await soon(link.receive())
    await running.gone()
    await running.is_well()


async def test_a_command_that_is_no_command_is_refused_in_words_and_the_link_stays(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    link = await running.link()
    await link.send(Follow(0, b"", False, False))
    good = running.submit()
    await link.send(Submit(msgspec.structs.replace(good.signed, payload=b"\xc1\xc1"), []))
    said = await wanted(link, Committed)
    assert isinstance(said, Committed)
    (outcome,) = said.outcomes
    assert outcome.index is None and codec.decode_refusal(outcome.refusal).code == "command.rejected"
    await link.send(good)
    said = await wanted(link, Committed)
    assert isinstance(said, Committed) and said.outcomes[0].index is not None


async def cosigned(running: Running) -> int:
    """The office cosigns the record as it is now; its size."""
    store, note = running.hub.store, running.hub.scribe.note
    made = line(running.world, note, running.world.office)
    await store.add_cosignature(store.size, line_name(made), made, note)
    return store.size


async def told_in_order(link: Link, held: int, size: int) -> None:
    """Until the peer is told of a cosignature of this size; it had the entries under each one by then."""
    while True:
        message = await soon(link.receive())
        if isinstance(message, Committed):
            held = message.first + len(message.entries)
        elif isinstance(message, messages.Witnessed):
            sizes = [one.size for one in message.checkpoints]
            assert max(sizes) <= held, (sizes, held)
            if size in sizes:
                return


async def test_what_is_cosigned_while_a_slow_peer_is_told_comes_after_its_entries(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await running.link()
    await link.send(Follow(0, b"", True, False, {}))
    welcome = await wanted(link, Welcome)
    assert isinstance(welcome, Welcome)
    (follower,) = (one for one in running.followers if one._keeps_cosigned)
    await wanted(link, Status)
    free, stuck, send = asyncio.Event(), asyncio.Event(), follower.link.send

    async def slowly(message: Message) -> None:
        await send(message)
        if isinstance(message, Committed) and not stuck.is_set():
            stuck.set()
            await free.wait()

    monkeypatch.setattr(follower.link, "send", slowly)
    await running.is_well()
    await soon(stuck.wait())
    await running.is_well()
    size = await cosigned(running)
    free.set()
    await told_in_order(link, welcome.size, size)


async def test_what_is_cosigned_while_a_peer_catches_up_comes_after_its_entries(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, sizes = Follower._stored, list[int]()

    async def meanwhile(self: Follower, first: int, size: int) -> list[bytes]:
        entries = await stored(self, first, size)
        if not sizes:
            sizes.append(0)
            await running.is_well()
            sizes[0] = await cosigned(running)
        return entries

    monkeypatch.setattr(Follower, "_stored", meanwhile)
    link = await running.link()
    await link.send(Follow(0, b"", True, False, {}))
    welcome = await wanted(link, Welcome)
    assert isinstance(welcome, Welcome) and welcome.size < sizes[0]
    await told_in_order(link, welcome.size, sizes[0])
