"""A manager's renewals reach the hub: kept on its disk, told to every terminal, and nothing taken that does not fit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from hub.client.link.connection import Done, HubClient, NotConnected
from hub.client.people.renewal import due, renewed, reset
from hub.domain.queue import queue
from hub.site.people.renewals import adopt
from sync.keys.certificate import parse
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson, Party, load_people
from sync.keys.renewalkey import RenewalKey
from sync.keys.roster import Member, Roster, sign_roster
from tests.hub.client.sites import Site, soon
from tests.lists import revocations
from tests.records import MORNING_MS, YEAR_MS, World

HOUR_MS = 3_600_000
SECRET = b"s" * 32
WORLD = World()
WORDS = "umi kaze tsukue"


def locked(name: str, roles: tuple[str, ...], until_ms: int) -> LockedPerson:
    """Somebody of the site, certified until then."""
    certificate = WORLD.certify(name, "staff", "contractor", roles, not_after_ms=until_ms)
    box = lock(WORLD.signer(name).seed, WORDS, SECRET, cost=Cost.TRAINING)
    return LockedPerson(name, name, roles, certificate, [certificate, WORLD.issuers["contractor"]], box)


PEOPLE = [
    locked("staff-1", ("manager", "site_manager", "worker"), MORNING_MS + YEAR_MS),
    locked("staff-2", ("worker",), MORNING_MS + HOUR_MS),
]

ROSTER = sign_roster(
    Roster(
        WORLD.deployment.id,
        "contractor",
        1,
        MORNING_MS,
        tuple(
            Member(one.person, one.name, one.roles, WORLD.signer(one.person).public, MORNING_MS + YEAR_MS)
            for one in PEOPLE
        ),
    ),
    WORLD.roots["contractor"],
)


def renewal_key(name: str) -> bytes:
    """The certificate of a manager's renewal key of that name."""
    return WORLD.certify(
        name,
        "issuer",
        "contractor",
        person="staff-1",
        issuer=WORLD.roots["contractor"].public,
        may_issue_kinds=("staff", "terminal"),
        may_issue_roles=("manager", "site_manager", "worker"),
        renews=True,
    )


KEY = RenewalKey("staff-1", WORLD.signer("renewal-1"), (renewal_key("renewal-1"),))


def party(folder: Path, name: str = "terminal-1") -> Party:
    made = WORLD.machine(name, "terminal", "contractor")
    made.take_list(ROSTER)
    return made


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path, WORLD)
    for one in PEOPLE:
        one.save(tmp_path / "hub")
    site.terminal = await _started(site)
    yield site
    await site.stop()


async def _started(site: Site) -> HubClient:
    await site.start()
    assert site.terminal is not None
    await site.terminal.close()
    return await soon(HubClient.open(site.url, party(site.folder)))


async def test_whoever_ran_out_today_signs_again_after_one_key_of_the_manager(site: Site) -> None:
    client = site.terminal
    assert client is not None
    found = due(client.people, client.party.trust, MORNING_MS)
    assert [(one.who.person, one.error) for one in found] == [("staff-2", None)]
    other = await soon(HubClient.open(site.url, WORLD.machine("terminal-2", "terminal", "contractor")))
    try:
        answer = await soon(client.renew([renewed(KEY, client.party.trust, one.who, MORNING_MS) for one in found]))
        assert (answer.taken, answer.refused) == (["staff-2"], {})
        for screen in (client, other):
            await soon(screen.until(lambda screen=screen: not due(screen.people, client.party.trust, MORNING_MS)))
        clerk = next(one for one in other.people if one.person == "staff-2").unlock(WORDS, SECRET)
        # Two hours later the first certificate would be over.
        done = await soon(other.submit(queue.IssueTicket("x"), clerk, at_ms=MORNING_MS + 2 * HOUR_MS))
        assert not isinstance(done, Done) and done.code == "day.not_open"  # a rule answered, not the certificate
    finally:
        await other.close()


async def test_renewed_certificates_are_there_after_the_hub_was_stopped(site: Site, tmp_path: Path) -> None:
    client = site.terminal
    assert client is not None
    new = renewed(KEY, client.party.trust, PEOPLE[1], MORNING_MS)
    await soon(client.renew([new]))
    kept = {one.person: one for one in load_people(tmp_path / "hub")}
    assert kept["staff-2"].certificate == new.certificate and kept["staff-2"].locked == PEOPLE[1].locked
    assert kept["staff-1"] == PEOPLE[0]
    await site.stop_hub()
    await soon(client.until(lambda: not client.connected))
    with pytest.raises(NotConnected):
        await soon(client.renew([new]))


async def test_a_terminal_that_may_become_the_hub_keeps_this_mornings_certificates_at_once(
    site: Site, tmp_path: Path
) -> None:
    home = tmp_path / "terminal-2"
    (home / "standby").mkdir(parents=True)
    standby = WORLD.machine("terminal-2", "terminal", "contractor")
    other = await soon(HubClient.open(site.url, standby, keep=home / "replica.sqlite"))
    try:
        client = site.terminal
        assert client is not None
        new = renewed(KEY, client.party.trust, PEOPLE[1], MORNING_MS)
        await soon(client.renew([new]))
        await soon(other.until(lambda: any(one.certificate == new.certificate for one in other.people)))
    finally:
        await other.close()
    kept = {one.person: one for one in load_people(home / "standby")}
    assert kept["staff-2"].certificate == new.certificate


async def adopted(one: LockedPerson, folder: Path, *, at_ms: int = MORNING_MS) -> tuple[str, list[LockedPerson]]:
    """The refusal's code (or nothing), and the people afterwards."""
    people = list(PEOPLE)
    hub = WORLD.machine("hub-1", "hub", "contractor")
    hub.take_list(ROSTER)
    before = len(hub.trust)
    answer = await adopt([one], people, hub, folder, at_ms)
    if answer.refused:
        assert people == PEOPLE and not (folder / "people").exists() and len(hub.trust) == before
    return next(iter(answer.refused.values()), ""), people


async def test_the_locked_key_stays_the_hubs_whatever_came_along(tmp_path: Path) -> None:
    trust = party(tmp_path).trust
    new = renewed(KEY, trust, msgspec.structs.replace(PEOPLE[1], locked=b"junk", name="誰か"), MORNING_MS)
    code, people = await adopted(new, tmp_path)
    assert code == "" and people[1].certificate == new.certificate
    assert (people[1].locked, people[1].name) == (PEOPLE[1].locked, PEOPLE[1].name)
    assert load_people(tmp_path) == [people[1]]


async def test_certificates_that_only_came_along_are_neither_kept_nor_served(tmp_path: Path) -> None:
    new = renewed(KEY, party(tmp_path).trust, PEOPLE[1], MORNING_MS)
    rubbish = [WORLD.certify(f"terminal-{n}", "terminal", "contractor") for n in range(50, 60)]
    code, people = await adopted(msgspec.structs.replace(new, chain=[*new.chain, *rubbish]), tmp_path)
    assert code == "" and set(people[1].chain).isdisjoint(rubbish)
    assert len(people[1].chain) == 2  # the renewal key's, and nothing else


async def test_a_certificate_from_yesterday_does_not_take_todays_away(tmp_path: Path) -> None:
    trust = party(tmp_path).trust
    today = renewed(KEY, trust, PEOPLE[1], MORNING_MS)
    hub = WORLD.machine("hub-1", "hub", "contractor")
    hub.take_list(ROSTER)
    people = list(PEOPLE)
    yesterday = renewed(KEY, trust, PEOPLE[1], MORNING_MS - 24 * HOUR_MS)
    assert (await adopt([today], people, hub, tmp_path, MORNING_MS)).taken == ["staff-2"]
    assert (await adopt([yesterday], people, hub, tmp_path, MORNING_MS)).refused == {"staff-2": "renewal.unfit"}
    assert people[1].certificate == today.certificate


async def test_a_manager_whose_key_was_revoked_renews_nobody_at_a_hub_that_has_the_list(tmp_path: Path) -> None:
    hub = WORLD.machine("hub-1", "hub", "contractor")
    hub.take_list(ROSTER)
    hub.take_list(revocations(WORLD, 1, "renewal-1"))
    people = list(PEOPLE)
    late = renewed(KEY, party(tmp_path).trust, PEOPLE[1], MORNING_MS)  # at a terminal that has not heard of it
    answer = await adopt([late], people, hub, tmp_path, MORNING_MS)
    assert answer.refused == {"staff-2": "trust.issuer_revoked"} and people == PEOPLE


async def test_what_another_manager_certifies_anew_is_taken_though_it_begins_before_what_holds_no_more(
    tmp_path: Path,
) -> None:
    """A key that was made at noon holds from noon on; the renewal for the day begins at midnight."""
    hub, trust = WORLD.machine("hub-1", "hub", "contractor"), party(tmp_path).trust
    hub.take_list(ROSTER)
    noon = reset(KEY, trust, "staff-2", "mado hashi 4 yuki", SECRET, MORNING_MS + 3 * HOUR_MS, cost=Cost.TRAINING)
    people = [PEOPLE[0], noon]
    other = RenewalKey("staff-1", WORLD.signer("renewal-2"), (renewal_key("renewal-2"),))
    again = renewed(other, trust, noon, MORNING_MS + 3 * HOUR_MS)
    now_ms = MORNING_MS + 4 * HOUR_MS
    assert (await adopt([again], people, hub, tmp_path, now_ms)).refused == {"staff-2": "renewal.unfit"}
    hub.take_list(revocations(WORLD, 1, "renewal-1"))
    assert (await adopt([again], people, hub, tmp_path, now_ms)).taken == ["staff-2"]
    assert people[1].certificate == again.certificate and people[1].locked == noon.locked


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"person": "staff-9"}, "renewal.unfit"),
        ({"subject": WORLD.signer("staff-3").public}, "renewal.unfit"),
        ({"kind": "officer", "party": "city"}, "renewal.unfit"),
        ({"issuer": WORLD.signer("staff-2").public}, "trust.unknown_issuer"),
        ({"roles": ("manager",)}, "trust.not_allowed"),
        ({"not_after_ms": MORNING_MS - 1}, "trust.outside_validity"),
        ({"sites": ("site-9",)}, "trust.wrong_site"),
    ],
)
async def test_what_is_not_a_renewal_of_that_person_is_refused_and_changes_nothing(
    tmp_path: Path, change: dict[str, object], code: str
) -> None:
    from sync.keys.certificate import issue

    new = renewed(KEY, party(tmp_path).trust, PEOPLE[1], MORNING_MS)
    forged = msgspec.structs.replace(parse(new.certificate), **change)
    signer = WORLD.signer("staff-2") if "issuer" in change else KEY.signer
    encoded = issue(forged, signer)
    one = msgspec.structs.replace(new, person=forged.person, certificate=encoded, chain=[encoded, *KEY.chain])
    assert (await adopted(one, tmp_path))[0] == code
