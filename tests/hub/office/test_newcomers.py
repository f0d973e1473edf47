"""Somebody whom the contractor enrols works at a booth far away: their locked key goes from the office to its hubs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from hub.domain.queue.queue import IssueTicket
from hub.office.newcomers import Newcomers
from hub.site.people.peoplekeeping import PeopleKeeper
from sync.keys.party import LockedPerson, people_of_site
from tests.hub.client.sites import Site, done, soon
from tests.hub.office.test_way_to_the_office import OfficeProcess
from tests.hub.site.people.test_newcomers import PASSPHRASE, SECRET, locked
from tests.lists import revocations
from tests.records import MORNING_MS, World

WORLD = World()


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


async def test_a_person_enrolled_at_the_office_works_at_a_hub_that_runs_elsewhere(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.world.save_home(site.world.office, tmp_path / "office")
    ours = people_of_site(tmp_path / "office", site.world.deployment.site)
    locked("staff-early", site.world).save(ours)
    office = OfficeProcess(tmp_path / "office")
    await office.start()
    site.office = office.url
    try:
        await site.start()
        await site.open_day()
        assert site.terminal is not None
        people = site.terminal.people
        assert all(one.person != "staff-late" for one in people)
        locked("staff-late", site.world).save(ours)
        for person in ("staff-early", "staff-late"):
            await soon(site.terminal.until(lambda p=person: p in {one.person for one in site.terminal.people}))  # type: ignore[misc, union-attr]
        (late,) = (one for one in site.terminal.people if one.person == "staff-late")
        worker = await asyncio.to_thread(late.unlock, PASSPHRASE, SECRET)
        lane = site.world.profile.lanes[0].id
        assert done(await site.ask(IssueTicket(lane), worker)).events
        assert (tmp_path / "hub" / "people" / "staff-late.locked").is_file(), "it is there after a restart as well"
    finally:
        await site.stop()
        assert await office.stop() == 0


def test_a_hub_is_told_of_its_own_sites_people_and_of_nobody_whose_key_is_withdrawn(tmp_path: Path) -> None:
    hub = WORLD.machine("hub-1", "hub", "contractor").authority(MORNING_MS)
    here = msgspec.structs.replace(hub, sites=("here",))
    for person, site in (("staff-1", "here"), ("staff-2", "there"), ("staff-3", "here")):
        locked(person, WORLD).save(people_of_site(tmp_path, site))
    (people_of_site(tmp_path, "here") / "people" / "staff-9.locked").write_bytes(b"rubbish")
    newcomers, trust = Newcomers(tmp_path), WORLD.trust()
    assert newcomers.look() and not newcomers.look()
    assert [one.person for one in newcomers.of(here, trust)] == ["staff-1", "staff-3"]
    trust.add_list(revocations(WORLD, 1, "staff-3"))
    assert [one.person for one in newcomers.of(here, trust)] == ["staff-1"]
    locked("staff-5", WORLD).save(people_of_site(tmp_path, "here"))
    assert newcomers.look()


@pytest.mark.parametrize(
    "brought",
    [
        locked("staff-9", World(seed="strangers")),
        locked("terminal-9", kind="terminal"),
        msgspec.structs.replace(locked("staff-9"), person="staff-8"),
        msgspec.structs.replace(locked("staff-1"), locked=b"junk"),
        locked("../staff-9"),
        locked("..\\staff-9"),
        locked("C:staff-9"),
        locked(".staff-9"),
        locked(""),
        msgspec.structs.replace(locked("staff-9"), locked=b"junk"),
    ],
    ids=[
        "foreign roots",
        "a machine",
        "another's name",
        "somebody who is here",
        "out of the folder",
        "out of a folder of Windows",
        "a drive of Windows",
        "a hidden file",
        "no name",
        "no lock",
    ],  # fmt: skip
)
async def test_an_office_makes_nobody_up_and_takes_no_key_away(tmp_path: Path, brought: LockedPerson) -> None:
    locked("staff-1").save(tmp_path)
    keeper = PeopleKeeper(tmp_path, WORLD.machine("hub-1", "hub", "contractor"))
    before, files = list(keeper.people), files_in(tmp_path)
    await keeper.bring([brought], MORNING_MS)
    assert keeper.people == before and files_in(tmp_path) == files
    await keeper.bring([brought, locked("staff-2")], MORNING_MS)
    assert [one.person for one in keeper.people] == ["staff-1", "staff-2"]


async def test_only_whose_key_was_withdrawn_gets_another_one_this_way(tmp_path: Path) -> None:
    world = World()
    locked("staff-1", world).save(tmp_path)
    party = world.machine("hub-1", "hub", "contractor")
    keeper = PeopleKeeper(tmp_path, party)
    other = world.certify("staff-1", "staff", "contractor", ("worker",), subject=world.signer("staff-1 anew").public)
    anew = msgspec.structs.replace(locked("staff-1", world), certificate=other)
    await keeper.bring([anew], MORNING_MS)
    assert [one.certificate for one in keeper.people] != [other]
    party.take_lists([revocations(world, 1, "staff-1")])
    await keeper.bring([anew], MORNING_MS)
    assert [one.certificate for one in keeper.people] == [other]
