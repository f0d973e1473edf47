"""A hub's snapshot is proved by its past, piece by piece as it was asked for, or it is a lie with a name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from hub.client.proof.divergence import RecordForked
from hub.client.proof.refold import Refold
from hub.client.proof.replica import Replica
from hub.domain import codec
from hub.domain.booth import decide
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from sync.errors import SyncError
from sync.link.link import BadMessage
from sync.messages import Past, PastWanted
from tests.hub.client.proof.test_replica import WORLD, replica_of
from tests.hub.client.sites import soon
from tests.records import RecordMaker


def begun(maker: RecordMaker) -> Replica:
    """A terminal that began with this hub's snapshot."""
    replica = replica_of(maker)
    replica.restore(codec.encode_booth(maker.booth), maker.size, b"".join(maker.frontier.hashes))
    return replica


async def told(replica: Replica, answer: Callable[[PastWanted], Past]) -> SyncError | None:
    """What becomes of the snapshot when its past is asked for and this is answered; None where it is proved."""
    end: asyncio.Future[SyncError | None] = asyncio.get_running_loop().create_future()

    async def send(wanted: PastWanted) -> None:
        refold.take(answer(wanted))

    refold = Refold(replica, lambda: end.set_result(None), end.set_result)
    refold.start(send)
    return await soon(end)


@pytest.fixture
def maker() -> RecordMaker:
    maker = RecordMaker(WORLD)
    maker.open()
    maker.no_show()
    return maker


def whole(maker: RecordMaker) -> Callable[[PastWanted], Past]:
    entries = list(maker.entries)
    return lambda wanted: Past(wanted.first, entries[wanted.first : wanted.first + wanted.count])


async def test_a_snapshot_is_proved_by_its_own_past(maker: RecordMaker) -> None:
    replica = begun(maker)
    assert await told(replica, whole(maker)) is None
    assert replica.provisional is None and set(maker.ids) <= set(replica.known)


LIES: dict[str, Callable[[list[bytes], bytes], Past]] = {
    "from another place": lambda entries, more: Past(1, entries),
    "nothing": lambda entries, more: Past(0, []),
    "more than was asked for": lambda entries, more: Past(0, [*entries, more]),
}


@pytest.mark.parametrize("lie", LIES)
async def test_another_piece_than_was_asked_for_ends_it_by_name(maker: RecordMaker, lie: str) -> None:
    replica, entries = begun(maker), list(maker.entries)
    maker.no_show()
    fault = await told(replica, lambda wanted: LIES[lie](entries, maker.entries[len(entries)]))
    assert isinstance(fault, BadMessage) and replica.provisional is not None


async def test_a_command_from_before_a_snapshot_that_comes_once_more_behind_it_is_a_lie(maker: RecordMaker) -> None:
    replica, past = begun(maker), whole(maker)
    size, command, who = maker.size, queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[0]
    events = decide(WORLD.profile, maker.booth, command, maker.context(), maker.by(who))
    assert not isinstance(events, Refusal)
    maker.append(maker.sign(command, who, id=maker.ids[2]), maker.context(), events)
    await replica.take(maker.entries[size:], maker.note())
    fault = await told(replica, past)
    assert isinstance(fault, RecordForked) and fault.data["id"] == maker.ids[2]
    assert replica.provisional is not None
