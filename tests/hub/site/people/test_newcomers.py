"""Somebody whom the office has just enrolled works at a hub that runs: their locked key is put into its home, no more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from hub.client.link.connection import HubClient
from hub.domain.queue.queue import TicketIssued
from hub.site.people.peoplekeeping import PeopleKeeper
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson
from tests.hub.site.hubs import machine, site_at, soon
from tests.records import MORNING_MS, World

WORLD = World()
SECRET = b"s" * 32
PASSPHRASE = "umi kaze tsukue"


def locked(person: str, world: World = WORLD, kind: str = "staff") -> LockedPerson:
    certificate = world.certify(person, kind, "contractor", ("worker",) if kind == "staff" else ())  # type: ignore[arg-type]
    box = lock(world.signer(person).seed, PASSPHRASE, SECRET, cost=Cost.TRAINING)
    return LockedPerson(person, person, ("worker",), certificate, [certificate, world.issuers["contractor"]], box)


async def test_a_newly_enrolled_person_works_without_a_restart_of_the_hub(tmp_path: Path) -> None:
    async with site_at(tmp_path) as site:
        await site.hub.start("--devices", "none", "--no-announce")
        client = await soon(HubClient.open(site.hub.url, machine(site.world)))
        await site.open_day(client)
        assert all(one.person != "staff-new" for one in client.people)
        await asyncio.to_thread(locked("staff-new", site.world).save, site.home)
        await soon(client.until(lambda: any(one.person == "staff-new" for one in client.people)))
        (served,) = (one for one in client.people if one.person == "staff-new")
        person = served.unlock(PASSPHRASE, SECRET)
        assert isinstance(await site.issue(client, person), TicketIssued)
        await client.close()


@pytest.mark.parametrize(
    "dropped",
    [
        b"rubbish",
        b"",
        locked("staff-9", World(seed="strangers")).encode(),
        locked("terminal-9", kind="terminal").encode(),
        msgspec.structs.replace(locked("staff-9"), person="staff-1").encode(),
    ],
    ids=["no person", "empty", "foreign roots", "a machine", "another's name"],
)
async def test_what_is_no_person_of_this_site_is_not_served_and_harms_nobody(tmp_path: Path, dropped: bytes) -> None:
    locked("staff-1").save(tmp_path)
    keeper = PeopleKeeper(tmp_path, WORLD.machine("hub-1", "hub", "contractor"))
    before = list(keeper.people)
    changed: list[bool] = []
    keeper.on_change = lambda: changed.append(True)
    (tmp_path / "people" / "staff-9.locked").write_bytes(dropped)
    for _ in range(2):
        await keeper.look(MORNING_MS)
    assert keeper.people == before and not changed
    locked("staff-2").save(tmp_path)
    await keeper.look(MORNING_MS)
    assert [one.person for one in keeper.people] == ["staff-1", "staff-2"] and changed == [True]
