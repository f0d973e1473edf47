"""Root-signed lists on their way: whoever holds one refuses whom it revokes, keeps it, and hands it on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.audit.verify import verify
from hub.client.link.connection import ConnectionState, HubClient
from hub.domain.people.roster import ConfirmUnproven
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from sync.keys.certificate import Certificate, issue
from sync.keys.party import Party, Person, read_lists, write_list
from sync.keys.trust import KeyRevoked
from tests import lists
from tests.hub.client.sites import Site as DeskSite
from tests.hub.office.test_way_to_the_office import OfficeProcess
from tests.hub.site.hubs import Site, machine, site_at, soon, until
from tests.lists import tell_lists
from tests.records import MORNING_MS, YEAR_MS, World


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(tmp_path) as made:
        yield made


async def linked(site: Site, party: Party) -> HubClient:
    client = await soon(HubClient.open(site.hub.url, party, wait=False))
    site.clients.append(client)
    return client


async def test_a_terminal_whose_key_is_revoked_is_refused_and_both_sides_say_why(site: Site) -> None:
    # CHIB-2.9-03
    write_list(site.home, lists.revocations(site.world, 1, "terminal-2"))
    await site.hub.start()
    lost = await linked(site, machine(site.world, "terminal-2"))
    await soon(lost.until(lambda: isinstance(lost.problem, KeyRevoked)))
    assert lost.problem is not None and lost.problem.data["person"] == "terminal-2"
    assert lost.state is ConnectionState.SEEKING
    await until(lambda: "trust.key_revoked" in site.hub.complaint())
    assert "terminal-2" in site.hub.complaint()
    good = await linked(site, machine(site.world))
    await soon(good.until(lambda: good.connected))


async def test_a_list_that_arrives_reaches_every_terminal_and_hangs_up_on_whom_it_revokes(site: Site) -> None:
    await site.hub.start()
    lost = await linked(site, machine(site.world, "terminal-2"))
    good = await linked(site, machine(site.world))
    await soon(lost.until(lambda: lost.connected))
    await soon(good.until(lambda: good.connected))
    encoded = lists.revocations(site.world, 1, "terminal-2")
    good.party.take_list(encoded)
    await tell_lists(good)
    await soon(lost.until(lambda: isinstance(lost.problem, KeyRevoked)))
    assert good.connected
    third = await linked(site, machine(site.world, "terminal-3"))
    await soon(third.until(lambda: third.connected))
    assert third.party.trust.lists() == [encoded]


async def test_a_hub_keeps_a_list_with_its_record_and_after_a_crash(site: Site) -> None:
    await site.hub.start()
    good = await linked(site, machine(site.world))
    await soon(good.until(lambda: good.connected))
    good.party.take_list(lists.revocations(site.world, 1, "terminal-2"))
    await tell_lists(good)
    await until(lambda: len(read_lists(site.home)) == 1)
    await site.hub.stop()
    shutil.rmtree(site.home / "lists")
    await site.hub.start()
    lost = await linked(site, machine(site.world, "terminal-2"))
    await soon(lost.until(lambda: isinstance(lost.problem, KeyRevoked)))


async def test_a_list_put_into_the_hubs_folder_is_in_force_without_a_restart(site: Site) -> None:
    await site.hub.start()
    good = await linked(site, machine(site.world))
    await soon(good.until(lambda: good.connected))
    encoded = lists.revocations(site.world, 1, "terminal-2")
    write_list(site.home, encoded)
    await soon(good.until(lambda: good.party.trust.lists() == [encoded]))


def test_a_list_that_finds_no_room_on_the_disk_is_in_force_all_the_same(tmp_path: Path) -> None:
    hub = World().machine("hub-1", "hub", "contractor")
    hub.home = tmp_path / "full"
    hub.home.write_bytes(b"")  # no folder can be made in it, as on a disk without room
    heard: list[bytes] = []
    hub.on_list.append(heard.append)
    encoded = lists.revocations(World(), 1, "terminal-2")
    hub.take_list(encoded)
    assert heard == hub.trust.lists() == [encoded]


async def test_an_older_list_that_comes_later_changes_nothing(site: Site) -> None:
    write_list(site.home, lists.revocations(site.world, 2, "terminal-2"))
    await site.hub.start()
    party = machine(site.world)
    party.take_list(lists.revocations(site.world, 1))
    good = await linked(site, party)
    await soon(good.until(lambda: good.connected))
    lost = await linked(site, machine(site.world, "terminal-2"))
    await soon(lost.until(lambda: isinstance(lost.problem, KeyRevoked)))


async def test_a_hub_whose_own_key_is_revoked_is_refused_and_does_not_start_again(site: Site) -> None:
    await site.hub.start()
    party = machine(site.world)
    party.take_list(lists.revocations(site.world, 1, "hub-1"))
    terminal = await linked(site, party)
    await soon(terminal.until(lambda: isinstance(terminal.problem, KeyRevoked)))
    assert terminal.problem is not None and terminal.problem.data["person"] == "hub-1"
    await site.hub.stop()
    write_list(site.home, lists.revocations(site.world, 1, "hub-1"))
    await site.hub.launch("--no-announce")
    assert await site.hub.ended() != 0
    assert "trust.key_revoked" in site.hub.complaint()


async def takings(site: Site) -> list[str]:
    """What the hub's record says beside how its devices are."""
    kinds = [type(event).__name__ for _, events in await site.record() for event in events]
    return [kind for kind in kinds if kind != "DeviceChanged"]


async def test_a_running_hub_whose_key_is_revoked_stops_by_itself_and_says_why(site: Site) -> None:
    await site.hub.start()
    write_list(site.home, lists.revocations(site.world, 1, "hub-1"))
    assert await site.hub.ended() == 1
    assert "this hub may not go on" in site.hub.complaint()
    assert await takings(site) == []  # it took nothing over with a key that is revoked


async def test_lists_reach_the_office_with_the_record_and_the_hub_from_the_office(tmp_path: Path) -> None:
    async with site_at(tmp_path / "site") as site:
        office_home = tmp_path / "office"
        site.world.save_home(site.world.machine("office-1", "office", "contractor"), office_home)
        office = OfficeProcess(office_home)
        await office.start()
        try:
            await site.hub.start("--office", office.url)
            terminal = await linked(site, machine(site.world))
            await soon(terminal.until(lambda: terminal.connected))
            from_the_site = lists.revocations(site.world, 1, "terminal-2")
            terminal.party.take_list(from_the_site)
            await tell_lists(terminal)
            await site.open_day(terminal)
            await until(lambda: read_lists(office_home) == [from_the_site])
            from_the_office = lists.revocations(site.world, 2, "terminal-2", "terminal-3")
            write_list(office_home, from_the_office)
            await soon(terminal.until(lambda: from_the_office in terminal.party.trust.lists()))
        finally:
            await office.stop()


async def test_a_desk_gets_a_list_from_the_hub_and_a_revoked_desk_is_refused(tmp_path: Path) -> None:
    site = DeskSite(tmp_path)
    await site.start()
    try:
        desk = site.desk()
        await soon(desk.join_hub(site.url))
        encoded = lists.revocations(site.world, 1, "officer-2", side="city")
        site.running.party.take_list(encoded)
        await soon(desk.until(lambda: desk.party.trust.lists() == [encoded]))
        site.running.party.take_list(lists.revocations(site.world, 2, "officer-2", "desk-1", side="city"))
        await soon(desk.until(lambda: isinstance(desk.lan and desk.lan.problem, KeyRevoked)))
    finally:
        await site.stop()


# ------------------------------------------------------------------ in the record


async def test_a_revoked_clerk_signs_nothing_more_and_what_nobody_had_seen_waits_for_another_manager(
    tmp_path: Path,
) -> None:
    # KOGA-16-01
    async with site_at(tmp_path) as site:
        world = site.world
        other_manager = world.person("staff-9", "staff", "contractor", ("manager", "worker"))
        await site.hub.start()
        terminal = await site.terminal()
        await site.open_day(terminal)
        issued = await site.issue(terminal, world.clerks[0])
        await site.issue(terminal, world.clerks[1])
        terminal.party.take_list(lists.revocations(world, 1, "staff-2"))
        await tell_lists(terminal)
        await soon(terminal.until(lambda: bool(terminal.booth.keys.unproven)))
        assert list(terminal.booth.keys.unproven) == [issued.ticket]
        refused = await soon(terminal.submit(queue.IssueTicket(site.lane), world.clerks[0]))
        assert isinstance(refused, Refusal) and refused.code == "roster.revoked"
        await site.issue(terminal, world.clerks[1])
        await site.do(terminal, ConfirmUnproven((issued.ticket,)), other_manager)
        assert not terminal.booth.keys.unproven
        await site.hub.stop()
        report = await asyncio.to_thread(verify, site.home)
        assert report.holds, report.problems
        assert [(one.person, one.change) for one in report.role_history] == [("staff-2", "revoked")]
        assert report.unproven == ()


async def test_a_list_is_taken_over_once_also_after_a_restart_and_a_roster_too(site: Site) -> None:
    # NAGA-8.2-04, KOGA-8-01
    write_list(site.home, lists.roster(site.world, 1, {"staff-1": ("manager",), "staff-2": ("worker",)}))
    write_list(site.home, lists.revocations(site.world, 1, "staff-4"))
    for _ in range(2):
        await site.hub.start()
        terminal = await site.terminal()
        await soon(terminal.until(lambda one=terminal: len(one.booth.keys.taken) == 2))
        await site.hub.stop()
    assert sorted(await takings(site)) == ["RevocationsTaken", "RosterTaken"]
    assert list(read_lists(site.home)) != []


async def test_a_roster_in_the_middle_of_a_day_lets_in_whom_it_lists(site: Site) -> None:
    # NIIG-10-02
    """A renewed certificate rests on a roster that hub and terminals get in the same moment."""
    world = site.world
    renewal = world.certify(
        "renewal",
        "issuer",
        "contractor",
        person="staff-1",
        issuer=world.roots["contractor"].public,
        may_issue_kinds=("staff",),
        may_issue_roles=("worker",),
        renews=True,
    )
    await site.hub.start()
    terminal, watcher = await site.terminal(), await site.terminal()
    await site.open_day(terminal)
    terminal.party.take_list(lists.roster(world, 1, {"staff-1": ("manager", "worker"), "staff-8": ("worker",)}))
    await tell_lists(terminal)
    fields = Certificate(
        deployment=world.deployment.id,
        subject=world.signer("staff-8").public,
        person="staff-8",
        kind="staff",
        party="contractor",
        roles=("worker",),
        not_before_ms=0,
        not_after_ms=MORNING_MS + 30 * YEAR_MS,
        issuer=world.signer("renewal").public,
        roster=1,
    )
    encoded = issue(fields, world.signer("renewal"))
    chain = [encoded, renewal, world.issuers["contractor"]]
    person = Person(world.signer("staff-8"), encoded, "staff-8", chain)
    issued = await site.issue(terminal, person)
    await soon(watcher.until(lambda: issued.ticket in watcher.booth.queue.tickets))
