"""What an authenticated peer sends on a link: whole messages in their order, or a named end; never a part of one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from sync import messages
from sync.keys.trust import KeyRevoked
from sync.link import link as linking
from sync.link.link import ASKED_BYTES, MEDIA, BadMessage, Link, accept, connect
from tests import lists
from tests.records import MORNING_MS, World

WORLD = World()


class End:
    """One end of a socket in memory."""

    def __init__(self, out: asyncio.Queue[bytes | None], into: asyncio.Queue[bytes | None]) -> None:
        self._out, self._into = out, into

    async def send(self, data: bytes) -> None:
        self._out.put_nowait(data)

    async def receive(self) -> bytes | None:
        return await self._into.get()

    async def close(self) -> None:
        self._out.put_nowait(None)


def ends() -> tuple[End, End]:
    there: asyncio.Queue[bytes | None] = asyncio.Queue()
    back: asyncio.Queue[bytes | None] = asyncio.Queue()
    return End(there, back), End(back, there)


def clock() -> int:
    return MORNING_MS


async def linked() -> tuple[Link, Link]:
    """A terminal's link to its hub, and the hub's to the terminal."""
    theirs, ours = ends()
    terminal, hub = WORLD.machine("terminal-1", "terminal", "contractor"), WORLD.machine("hub-1", "hub", "contractor")
    connected, accepted = await asyncio.gather(
        connect(theirs, terminal, clock, expect=("hub",)), accept(ours, hub, clock, allow=("terminal",))
    )
    return connected, accepted


Wrap = Callable[..., bytes]


async def heard(wrap: Callable[[Wrap], list[bytes]]) -> messages.Message:
    """What the hub hears of envelopes that a genuine terminal's keys made, in whatever way."""
    terminal, hub = await linked()
    for envelope in wrap(terminal._out.wrap):
        await terminal._socket.send(envelope)
    return await hub.receive()


BODY = messages.encode(messages.Reported(b"r" * 100))


async def test_a_message_in_parts_is_one_message() -> None:
    said = await heard(
        lambda wrap: [
            wrap(MEDIA, BODY[:50], first=0, count=2, now_ms=MORNING_MS),
            wrap(MEDIA, BODY[50:], first=1, count=2, now_ms=MORNING_MS),
        ]
    )
    assert said == messages.Reported(b"r" * 100)


@pytest.mark.parametrize("first", [1, 2])
async def test_a_part_that_is_not_the_next_one_ends_the_link(first: int) -> None:
    with pytest.raises(BadMessage):
        await heard(lambda wrap: [wrap(MEDIA, BODY, first=first, count=first + 1, now_ms=MORNING_MS)])


async def test_the_same_part_twice_ends_the_link() -> None:
    with pytest.raises(BadMessage):
        await heard(
            lambda wrap: [
                wrap(MEDIA, BODY[:50], first=0, count=2, now_ms=MORNING_MS),
                wrap(MEDIA, BODY[50:], first=0, count=2, now_ms=MORNING_MS),
            ]
        )


async def test_what_is_said_to_be_something_else_than_a_message_is_not_read_as_one() -> None:
    with pytest.raises(BadMessage):
        await heard(lambda wrap: [wrap("application/x-other", BODY, first=0, count=1, now_ms=MORNING_MS)])


async def test_a_message_without_end_is_given_up_before_it_fills_the_memory() -> None:
    part = bytes(1 << 19)
    parts = ASKED_BYTES // len(part) + 1
    with pytest.raises(BadMessage):
        await heard(lambda wrap: [wrap(MEDIA, part, first=at, count=1000, now_ms=MORNING_MS) for at in range(parts)])


async def test_who_begins_with_anything_but_an_opening_is_not_heard() -> None:
    theirs, ours = ends()
    hub = WORLD.machine("hub-1", "hub", "contractor")

    async def impatient() -> None:
        """Answers the hub's hello with its own, and goes on at once with a message."""
        party = WORLD.machine("terminal-1", "terminal", "contractor")
        peer, offer = await linking._read_hello(theirs, party, clock, ("hub",))
        box, hello, inbox = linking._make_hello(party, clock)
        await theirs.send(hello)
        await linking._link(theirs, party, clock, peer, offer, box, inbox).send(messages.Reported(b"at once"))

    accepted, _ = await asyncio.gather(
        accept(ours, hub, clock, allow=("terminal",)), impatient(), return_exceptions=True
    )
    assert isinstance(accepted, BadMessage) and accepted.data["why"] == "no opening"


async def test_a_machine_whose_key_is_withdrawn_is_told_that_and_nobodys_name() -> None:
    theirs, ours = ends()
    terminal, hub = WORLD.machine("terminal-1", "terminal", "contractor"), WORLD.machine("hub-1", "hub", "contractor")
    revoked = lists.revocations(WORLD, 1, "terminal-1")
    hub.take_list(lists.roster(WORLD, 1, {"staff-1": ("manager",)}))
    hub.take_list(revoked)
    ended = await asyncio.gather(
        connect(theirs, terminal, clock, expect=("hub",)),
        accept(ours, hub, clock, allow=("terminal",)),
        return_exceptions=True,
    )
    assert [type(one) for one in ended] == [KeyRevoked, KeyRevoked]
    assert terminal.trust.lists() == [revoked]
