"""A terminal goes over to a machine that took its record over, and puts its copy back for nothing less."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.client.link.succession import go_over, offer, taken_over
from hub.client.proof.keeper import Keeper
from hub.client.proof.replica import Replica
from hub.succession import LENGTH, Succession
from sync import messages
from sync.keys.trust import Authority
from sync.link.link import Socket, accept, connect, dial
from sync.record.merkle import EMPTY_ROOT, Tree, leaf_hash
from sync.record.store import RecordStore
from tests.hub.client.link.test_following_disbelief import Liar, welcome
from tests.hub.client.sites import soon
from tests.hub.office.test_succession import CHAIN, WORLD, forged_succession
from tests.hub.site.continuity.test_takeover import Booth
from tests.records import RecordMaker


async def following(maker: RecordMaker, entries: list[bytes]) -> Replica:
    """A terminal's replica that holds these entries."""
    trust = WORLD.trust()
    for encoded in (*maker.certificates, *CHAIN):
        trust.add(encoded)
    replica = Replica(WORLD.deployment, trust, WORLD.profile, WORLD.hub.signer.public)
    await replica.recall(entries)
    return replica


def standby(number: int, now_ms: int) -> Authority:
    return WORLD.machine(f"standby-{number}", "standby_hub", "contractor").authority(now_ms)


def shown(maker: RecordMaker, succession: list[bytes]) -> messages.Welcome:
    return welcome(maker, succession=succession, certificates=CHAIN)


def ours() -> RecordMaker:
    maker = RecordMaker(WORLD)
    maker.open()
    maker.no_show()
    return maker


async def test_a_terminal_goes_over_to_the_machine_that_the_proof_names_and_for_what_it_holds_itself() -> None:
    maker = ours()
    replica = await following(maker, maker.entries)
    proof = shown(maker, forged_succession(maker, maker.size - 2))
    made = taken_over(standby(1, maker.now_ms), WORLD.terminal, replica, proof)
    assert made is not None and (made.size, made.hub) == (maker.size - 2, "standby-1")
    assert taken_over(standby(2, maker.now_ms), WORLD.terminal, replica, proof) is None
    short = await following(maker, maker.entries[: maker.size - 3])
    assert taken_over(standby(1, maker.now_ms), WORLD.terminal, short, proof) is None


async def test_the_hub_that_is_followed_makes_no_terminal_forget_by_its_own_take_over(tmp_path: Path) -> None:
    booth = Booth(tmp_path)
    entries = await booth.taken()
    replica = await following(booth.maker, entries)
    assert replica.booth.continuity.epoch == 2
    proof = shown(booth.maker, entries[booth.maker.size : booth.maker.size + LENGTH])
    assert taken_over(standby(1, booth.now_ms), WORLD.terminal, replica, proof) is None


@asynccontextmanager
async def keeping(folder: Path, maker: RecordMaker) -> AsyncIterator[Keeper]:
    async with await RecordStore.open(folder / "replica.sqlite", origin=WORLD.deployment.origin) as store:
        await maker.add(store)
    keeper = Keeper(folder / "replica.sqlite", WORLD.deployment.origin)
    await keeper.open()
    try:
        yield keeper
    finally:
        await keeper.close()


async def test_a_copy_is_put_back_to_the_very_past_that_two_people_signed_and_to_no_other(tmp_path: Path) -> None:
    maker = ours()
    size = maker.size - 2
    root = Tree(map(leaf_hash, maker.entries)).root(size)
    made = Succession(2, "standby-1", WORLD.signer("standby-1").public, size, root, ("staff-1", "staff-2"), 0)
    async with keeping(tmp_path, maker) as keeper:
        for other in (
            Succession(2, made.hub, made.hub_key, size, EMPTY_ROOT, made.confirmed_by, 0),
            Succession(2, made.hub, made.hub_key, maker.size + 1, maker.frontier.root(), made.confirmed_by, 0),
        ):
            assert await go_over(keeper, other) is None
            assert await keeper.read(0, maker.size + 1) == maker.entries
        assert await go_over(keeper, made) == maker.entries[size:]
        assert await keeper.read(0, maker.size) == maker.entries[:size]


@pytest.mark.parametrize("bad", [(-1, 5), (-(1 << 40), 1), (0, 0), (0, -1), "beyond"])
async def test_a_hub_gets_the_pieces_of_a_copy_that_there_are_and_no_answer_to_other_questions(
    tmp_path: Path, bad: tuple[int, int] | str
) -> None:
    maker = ours()
    wanted = (maker.size, 1) if isinstance(bad, str) else bad
    got: list[messages.Message] = []

    async def serve(socket: Socket) -> None:
        link = await accept(socket, WORLD.hub, lambda: maker.now_ms, allow={"terminal"})
        got.append(await link.receive())
        await link.send(messages.PastWanted(*wanted))
        await link.send(messages.PastWanted(maker.size - 1, 5))
        got.append(await link.receive())
        await link.send(messages.Kept(maker.size))

    liar = Liar(serve)
    await liar.start()
    try:
        async with keeping(tmp_path, maker) as keeper:
            link = await soon(connect(await dial(liar.url), WORLD.terminal, lambda: maker.now_ms, expect={"hub"}))
            await soon(offer(link, keeper))
            await link.close()
            certificates = await keeper.certificates()
    finally:
        await asyncio.shield(liar.runner.cleanup())
    holding = messages.Holding(maker.note(), maker.size, certificates)
    assert got == [holding, messages.Past(maker.size - 1, maker.entries[-1:])]
