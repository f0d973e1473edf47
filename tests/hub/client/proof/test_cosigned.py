"""What office and city have cosigned reaches every terminal: its copy then proves what the hub's record proves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from hub.client.link.connection import HubClient
from hub.client.proof.cosigned import proven
from hub.client.proof.keeper import Keeper
from hub.domain.identity.identity import Outcome
from hub.domain.queue import queue
from hub.listentries import revocations_entry, suspects
from hub.site.follower import Follower
from sync.keys.certificate import Party as Side
from sync.keys.party import Party
from sync.messages import Witnessed
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, sign
from sync.record.merkle import leaf_hash
from sync.record.reader import open_readonly
from sync.record.store import RecordStore
from tests import lists
from tests.hub.audit.bundles import line, small
from tests.hub.client.sites import ALL_TICKED, Site, done, soon
from tests.records import RecordMaker, World

WORLD = World()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    await site.start()
    yield site
    await site.stop()


async def keeping(site: Site) -> HubClient:
    """A second terminal, which keeps a copy on its disk."""
    home = site.folder / "terminal-2"
    await asyncio.to_thread(home.mkdir, exist_ok=True)
    party = site.world.machine("terminal-2", "terminal", "contractor")
    return await soon(HubClient.open(site.url, party, keep=home / "replica.sqlite"))


async def decided(site: Site) -> int:
    """The city decides once more at its desk; the size that it cosigned with that."""
    desk = site.desks[0]
    opened = await site.visit()
    request = await site.ask_city(opened)
    await soon(desk.until(lambda: any(one.id == request for one in desk.requests)))
    (asked,) = (one for one in desk.requests if one.id == request)
    officer = next(one for one in site.world.officers if one.person == asked.officer)
    size = desk.seen[0]
    done(await soon(desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED)))
    await site.finish(opened)
    return size


async def kept(site: Site, client: HubClient, size: int) -> list[CosignedCheckpoint]:
    """What the terminal keeps, once that is of this size."""
    keeper = client._following.keeper
    assert keeper is not None
    while (await keeper.cosigned_up_to()).get(site.world.deployment.key_name("desk-1")) != size:
        client._moved.clear()
        await client._moved.wait()
    assert keeper._store is not None
    return await keeper._store.cosigned()


async def test_a_terminal_keeps_what_the_city_cosigns_and_gets_what_it_missed(site: Site) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    await site.open_day()
    client = await keeping(site)
    first = await decided(site)
    assert await soon(kept(site, client, first)) == await site.running.store.cosigned()
    await client.close()
    await decided(site)
    last = await decided(site)
    client = await keeping(site)
    held = await soon(kept(site, client, last))
    await client.close()
    assert held == await site.running.store.cosigned() and len(held) == 3
    async with await open_readonly(site.folder / "terminal-2" / "replica.sqlite") as reader:
        assert site.world.desk.certificate in await reader.certificates()


async def test_a_terminal_without_a_copy_is_told_of_no_cosignatures(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, making = set[str](), Follower._witnessed

    def witnessed(follower: Follower, checkpoints: list[CosignedCheckpoint]) -> Witnessed:
        told.add(follower.link.peer.person)
        return making(follower, checkpoints)

    monkeypatch.setattr(Follower, "_witnessed", witnessed)
    party = site.world.machine("terminal-3", "terminal", "contractor")
    without, client = await soon(HubClient.open(site.url, party)), await keeping(site)
    await soon(site.desk().join_hub(site.url))
    await site.open_day()
    await soon(kept(site, client, await decided(site)))
    await client.close()
    await without.close()
    assert told == {"terminal-2"}


# ---------------------------------------------------------------------- what a lying hub says


def machine(name: str, world: World = WORLD) -> Party:
    return world.machine(name, "desk", "city")


def of(maker: RecordMaker, size: int, *lines: Callable[[str], str]) -> CosignedCheckpoint:
    note = maker.note(size)
    return CosignedCheckpoint(note, tuple(make(note) for make in lines))


def by_desk(note: str) -> str:
    return line(WORLD, note, WORLD.desk)


def other_root(maker: RecordMaker) -> CosignedCheckpoint:
    origin = WORLD.deployment.origin
    note = sign(Checkpoint(origin, 2, leaf_hash(b"another")), origin, WORLD.hub.signer)
    return CosignedCheckpoint(note, (by_desk(note),))


def not_by_the_hub(maker: RecordMaker) -> CosignedCheckpoint:
    origin = WORLD.deployment.origin
    stated = CosignedCheckpoint(maker.note(2)).stated
    note = sign(stated, origin, WORLD.desk.signer)
    return CosignedCheckpoint(note, (by_desk(note),))


def of_another_record(maker: RecordMaker) -> CosignedCheckpoint:
    stated = CosignedCheckpoint(maker.note(2)).stated
    note = sign(Checkpoint(f"{stated.origin}x", 2, stated.root), WORLD.deployment.origin, WORLD.hub.signer)
    return CosignedCheckpoint(note, (by_desk(note),))


LIES: dict[str, Callable[[RecordMaker], CosignedCheckpoint]] = {
    "no checkpoint": lambda maker: CosignedCheckpoint("nothing", ()),
    "before the first entry": lambda maker: of(maker, 0, by_desk),
    "beyond our end": lambda maker: of(maker, maker.size, by_desk),
    "another root": other_root,
    "another record": of_another_record,
    "a note that its hub did not sign": not_by_the_hub,
    "a note with a second signature in it": lambda maker: CosignedCheckpoint(
        maker.note(2) + by_desk(maker.note(2)) + "\n", (by_desk(maker.note(2)),)
    ),
    "nobody's line": lambda maker: of(maker, 2),
    "a line about another size": lambda maker: of(maker, 2, lambda note: by_desk(maker.note(1))),
    "a stranger's line": lambda maker: of(
        maker, 2, lambda note: line(WORLD, note, machine("desk-9", World(seed="else")))
    ),
    "the desk's name over another key": lambda maker: of(
        maker, 2, lambda note: line(WORLD, note, machine("desk-1", World(seed="else")))
    ),
    "a terminal's line": lambda maker: of(
        maker, 2, lambda note: line(WORLD, note, WORLD.machine("terminal-1", "terminal", "contractor"))
    ),
    "a line from before the desk's certificate": lambda maker: of(
        maker, 2, lambda note: line(WORLD, note, WORLD.desk, 1)
    ),
}


async def judged(folder: Path, maker: RecordMaker, size: int, told: CosignedCheckpoint) -> list[CosignedCheckpoint]:
    """What a terminal that holds so many entries makes of this."""
    await asyncio.to_thread(folder.mkdir)
    async with await RecordStore.open(folder / "replica.sqlite", origin=WORLD.deployment.origin) as store:
        await maker.add(store, size)
    keeper = Keeper(folder / "replica.sqlite", WORLD.deployment.origin)
    await keeper.open()
    try:
        party = WORLD.machine("terminal-1", "terminal", "contractor")
        for encoded in (WORLD.desk.certificate, WORLD.hub.certificate, party.certificate):
            party.trust.add(encoded)
        return await proven([told], party, maker.booth, keeper)
    finally:
        await keeper.close()


@pytest.mark.parametrize("lie", LIES)
async def test_of_what_does_not_hold_a_terminal_keeps_nothing(lie: str, tmp_path: Path) -> None:
    maker = small(WORLD)
    assert await judged(tmp_path / "true", maker, 3, of(maker, 2, by_desk)) == [of(maker, 2, by_desk)]
    assert await judged(tmp_path / "lie", maker, 3, LIES[lie](maker)) == []


def revoking(side: Side) -> tuple[RecordMaker, int, bytes]:
    """A record that takes over that its desk's or its hub's key is revoked, its size before that, and the list."""
    maker = small(WORLD)
    before, trust = maker.size, WORLD.trust()
    for encoded in maker.certificates:
        trust.add(encoded)
    name = {"city": "desk-1", "contractor": "hub-1"}[side]
    listed = lists.revocations(WORLD, 1, name, side=side)
    trust.add_list(listed)
    made = revocations_entry(trust, side, 1, 0, suspects(maker.entries, side, {WORLD.signer(name).public}, trust))
    assert made is not None
    renewed = WORLD.certify("hub-1", "hub", "contractor", subject=WORLD.signer("hub-1 renewed").public)
    maker.do(made, Party(WORLD.deployment, WORLD.signer("hub-1 renewed"), renewed, WORLD.trust()))
    maker.do(queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[1])
    return maker, before, listed


@pytest.mark.parametrize("side", ["city", "contractor"])
async def test_nothing_counts_that_a_key_signed_after_the_record_had_revoked_it(tmp_path: Path, side: Side) -> None:
    """The desk's line and, after a hub's key was renewed, the checkpoint that was signed with the old one."""
    maker, before, _ = revoking(side)
    assert await judged(tmp_path / "before", maker, maker.size, of(maker, before, by_desk))
    assert not await judged(tmp_path / "after", maker, maker.size, of(maker, maker.size, by_desk))
