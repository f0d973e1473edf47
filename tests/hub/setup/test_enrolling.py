"""Enrolment: whole or not at all, never past the contract, never a name twice, never what is the other side's."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from hub.client.joining.granting import certify_terminal
from hub.client.people.renewal import reset
from hub.setup.enrolling import enrol_machine, enrol_person, enrol_standby
from hub.setup.expiry import of_registry
from hub.setup.handing import bring_up_to_date
from hub.setup.homes import OtherDeployment
from hub.setup.issuing import Issuing, OutsideContract, roles_of
from hub.setup.names import IdReserved
from hub.setup.people import Enrolled
from hub.setup.people import enrol as enrolled
from hub.setup.registry import NameTaken, NotAgreed, Registry, WrongSide, new_contractor
from hub.setup.root import NotThisRoot
from hub.setup.rostering import (
    NobodyOfThatName,
    NothingToSign,
    changes,
    draft,
    need_issued,
    revoke,
    sign_next_roster,
    stopped_with,
    take_reset,
)
from sync.keys.certificate import parse
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost
from sync.keys.party import Party, load_people, people_of_site
from sync.keys.renewalkey import load_renewals, open_renewal
from sync.keys.silentsign import FILE
from sync.keys.trust import ListMissing, NotOnRoster, TrustError
from sync.wholefile import PART
from tests.hub.setup.quick import CITY, CONTRACTOR, NOW_MS, PROFILE, RAW, WORDS, registries, terms
from tests.sync.crashing import killed_everywhere

DAY_MS = 86_400_000
posix = pytest.mark.skipif(os.name != "posix", reason="forks")


class Office:
    """The contractor's registry with its key open, and the city's beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.registry, self.city = registries(folder)
        self.issuing = self.registry.unlock(WORDS)

    def person(self, person: str, rank: str = "worker", words: str = "asa hiru yoru 77") -> Enrolled:
        return enrol(self.registry, self.issuing, person, rank, words)

    def machine(self, kind: str, home: str, site: int = 0) -> str:
        place = self.registry.terms.sites[site]
        return enrol_machine(self.registry, self.issuing, kind, self.folder / home, place, now_ms=NOW_MS)  # type: ignore[arg-type]


def enrol(registry: Registry, issuing: Issuing, person: str, rank: str, words: str = "asa hiru yoru 77") -> Enrolled:
    roles = roles_of(PROFILE, rank)
    return enrol_person(registry, issuing, person, "従事 者", roles, words, now_ms=NOW_MS, cost=Cost.TRAINING)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agreed")
    registries(folder)
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Office:
    """A fresh copy of an agreed deployment."""
    shutil.copytree(made, tmp_path / "all")
    office = Office.__new__(Office)
    office.folder = tmp_path / "all"
    office.registry, office.city = Registry.open(office.folder / "contractor"), Registry.open(office.folder / "city")
    office.issuing = office.registry.unlock(WORDS)
    return office


@posix
def test_enrolling_a_machine_that_is_killed_anywhere_leaves_a_whole_home_that_is_written_down_or_none(
    office: Office,
) -> None:
    home, registry = office.folder / "terminal", office.folder / "contractor"
    shutil.copytree(registry, office.folder / "before")
    deaths = 0
    for _ in killed_everywhere(lambda: office.machine("terminal", "terminal") and None):
        deaths += 1
        known = {held.subject for _, held in office.registry.certificates()}
        if home.exists():
            party = Party.load(home)
            assert party.signer.public in known and party.authority(NOW_MS).kind == "terminal"
            assert (home / "secret").read_bytes() == office.issuing.secret("駅前") and (home / "profile.toml").exists()
            shutil.rmtree(home)
        shutil.rmtree(registry)
        shutil.copytree(office.folder / "before", registry)
    assert deaths > 15
    assert not list(office.folder.glob(f".terminal.*{PART}"))


@posix
def test_enrolling_a_person_that_is_killed_anywhere_can_be_done_again_and_leaves_one_key_that_counts(
    office: Office,
) -> None:
    site, registry = office.registry.terms.sites[0], office.folder / "contractor"
    shutil.copytree(registry, office.folder / "before")
    deaths = 0
    for _ in killed_everywhere(lambda: enrol(office.registry, office.issuing, "staff-1", "manager") and None):
        deaths += 1
        assert len(office.registry.people(site)) == len(draft(office.registry))
        if not office.registry.people(site):  # else it died after the person counted
            office.person("staff-1", "manager")
        (who,), (member,) = office.registry.people(site), draft(office.registry)
        assert parse(who.certificate).subject == member.key
        assert [one.person for one in office.registry.renewals(site)] == ["staff-1"]
        with pytest.raises(NameTaken):
            office.person("staff-1")
        shutil.rmtree(registry)
        shutil.copytree(office.folder / "before", registry)
    assert deaths > 15


def test_nobody_is_enrolled_past_the_contracts_end_or_after_it(office: Office) -> None:
    ends_ms = office.registry.terms.ends_ms
    long = enrol_person(
        office.registry,
        office.issuing,
        "staff-1",
        "長 居",
        ("worker",),
        "asa hiru yoru 77",
        days=10_000,
        now_ms=NOW_MS,
        cost=Cost.TRAINING,
    )
    assert parse(long.person.certificate).not_after_ms == ends_ms
    with pytest.raises(OutsideContract):
        enrol_machine(
            office.registry,
            office.issuing,
            "terminal",
            office.folder / "late",
            office.registry.terms.sites[0],
            now_ms=ends_ms + 1,
        )
    assert not (office.folder / "late").exists()


def test_a_clerks_first_certificate_lasts_two_weeks_and_a_managers_to_the_end(office: Office) -> None:
    office.person("staff-1", "manager")
    office.person("staff-2", "deputy")
    clerk = office.person("staff-3")
    ends = {held.person: held.not_after_ms for _, held in office.registry.certificates() if held.kind == "staff"}
    assert ends["staff-1"] == ends["staff-2"] == office.registry.terms.ends_ms
    assert parse(clerk.person.certificate).not_after_ms == NOW_MS + 14 * DAY_MS
    assert set(roles_of(PROFILE, "deputy")) >= {"manager", "deputy_manager", "worker"}


@pytest.mark.parametrize("person", ["hub-1", "hub-9", "terminal-1", "desk", "standby-2", "office-1", "officer-1"])
def test_no_person_gets_the_id_of_a_machine_or_of_the_other_sides_people(office: Office, person: str) -> None:
    before = office.registry.certificates()
    with pytest.raises(IdReserved, match=person):
        office.person(person)
    assert office.registry.certificates() == before
    with pytest.raises(IdReserved):
        enrol(office.city, office.city.unlock(WORDS), "staff-1", "officer")
    office.person("deputy-1", "deputy")
    assert office.machine("hub", "hub") == office.registry.terms.sites[0].hub


def test_a_person_of_both_sites_opens_at_either_with_its_own_secret(office: Office) -> None:
    made = office.person("staff-1")
    for site in office.registry.terms.sites:
        (who,) = office.registry.people(site)
        unlocked = who.unlock("asa hiru yoru 77", office.issuing.secret(site.name))
        assert unlocked.signer.public == made.person.signer.public
    assert office.issuing.secret("駅前") != office.issuing.secret("出張車")


def test_each_side_enrols_only_its_own_and_only_after_both_have_signed(office: Office, tmp_path: Path) -> None:
    with pytest.raises(WrongSide):
        office.machine("desk", "desk")
    city = office.city.unlock(WORDS)
    for kind in ("hub", "terminal", "office"):
        with pytest.raises(WrongSide):
            enrol_machine(
                office.city,
                city,
                kind,
                office.folder / "x",
                office.city.terms.sites[0],
                now_ms=NOW_MS,  # type: ignore[arg-type]
            )
    alone = new_contractor(tmp_path / "alone", CONTRACTOR, terms(), RAW, PROFILE, WORDS, cost=Cost.TRAINING)
    with pytest.raises(NotAgreed):
        enrol_machine(alone, alone.unlock(WORDS), "terminal", office.folder / "x", alone.terms.sites[0], now_ms=NOW_MS)
    assert not (office.folder / "x").exists()


def test_a_standby_hub_lies_in_its_terminals_home_with_a_key_of_its_own_and_the_sites_people(office: Office) -> None:
    office.person("staff-1", "manager")
    sign_next_roster(office.registry, CONTRACTOR, NOW_MS)
    office.machine("terminal", "terminal")
    assert enrol_standby(office.registry, office.issuing, office.folder / "terminal", now_ms=NOW_MS) == "standby-1"
    standby, terminal = Party.load(office.folder / "terminal" / "standby"), Party.load(office.folder / "terminal")
    authority = standby.authority(NOW_MS)
    assert (authority.kind, authority.sites) == ("standby_hub", ("駅前",))
    assert standby.signer.public != terminal.signer.public and standby.deployment == terminal.deployment
    assert [who.person for who in load_people(office.folder / "terminal" / "standby")] == ["staff-1"]
    office.person("staff-2")
    assert bring_up_to_date(office.registry, office.folder / "terminal").people == 1
    with pytest.raises(OtherDeployment):
        enrol_standby(office.registry, office.issuing, office.folder / "terminal" / "standby", now_ms=NOW_MS)


def test_a_reset_at_the_booth_comes_onto_the_next_roster_and_then_counts_as_the_person_themselves(
    office: Office,
) -> None:
    office.person("staff-1", "manager")
    clerk = office.person("staff-2")
    sign_next_roster(office.registry, CONTRACTOR, NOW_MS)
    office.machine("terminal", "terminal")
    terminal, secret = Party.load(office.folder / "terminal"), (office.folder / "terminal" / "secret").read_bytes()
    key = open_renewal(office.folder / "terminal", "staff-1", "asa hiru yoru 77", secret)
    made = reset(key, terminal.trust, "staff-2", "haru natsu aki 88", secret, NOW_MS, cost=Cost.TRAINING)
    assert take_reset(office.registry, office.registry.terms.sites[0], made, NOW_MS).key != clerk.person.signer.public
    assert [member.person for member in changes(office.registry).changed] == ["staff-2"]
    terminal.take_list(sign_next_roster(office.registry, CONTRACTOR, NOW_MS))
    roster = terminal.trust.roster("contractor")
    assert roster is not None and roster.number == 2
    member = roster.member("staff-2")
    assert member is not None and member.key == parse(made.certificate).subject
    assert "staff-2" in {row.name for row in of_registry(office.registry, NOW_MS)}
    revoke(office.registry, CONTRACTOR, "staff-2", "退職", since_ms=NOW_MS, now_ms=NOW_MS)
    with pytest.raises((NotOnRoster, TrustError)):
        take_reset(office.registry, office.registry.terms.sites[0], made, NOW_MS)


def test_a_terminal_that_was_paired_at_the_booth_is_revoked_by_its_key(office: Office) -> None:
    office.person("staff-1", "manager")
    office.machine("terminal", "terminal")
    terminal, secret = Party.load(office.folder / "terminal"), (office.folder / "terminal" / "secret").read_bytes()
    key = open_renewal(office.folder / "terminal", "staff-1", "asa hiru yoru 77", secret)
    lost = Signer.generate()
    encoded = certify_terminal(key, terminal.trust, terminal.deployment, lost.public, "terminal-21", NOW_MS)
    for above in key.chain:
        terminal.trust.add(above)
    authority = terminal.trust.authority(terminal.trust.add(encoded), NOW_MS)
    terminal.trust.need_unrevoked(authority)
    with pytest.raises(NobodyOfThatName):
        revoke(office.registry, CONTRACTOR, "terminal-21", "紛失", since_ms=NOW_MS, now_ms=NOW_MS)
    (listed,) = revoke(
        office.registry, CONTRACTOR, "terminal-21", "紛失", since_ms=NOW_MS, now_ms=NOW_MS, key=lost.public
    )
    terminal.take_list(listed)
    with pytest.raises(TrustError):
        terminal.trust.need_unrevoked(authority)


def test_a_revocation_tells_before_it_is_done_whom_else_it_stops(office: Office) -> None:
    for manager in ("staff-1", "staff-5"):
        office.person(manager, "manager")
    office.person("staff-2")
    sign_next_roster(office.registry, CONTRACTOR, NOW_MS)
    office.machine("terminal", "terminal")
    terminal, secret = Party.load(office.folder / "terminal"), (office.folder / "terminal" / "secret").read_bytes()
    key = open_renewal(office.folder / "terminal", "staff-1", "asa hiru yoru 77", secret)
    made = reset(key, terminal.trust, "staff-2", "haru natsu aki 88", secret, NOW_MS, cost=Cost.TRAINING)
    take_reset(office.registry, office.registry.terms.sites[0], made, NOW_MS)
    joined = Signer.generate().public
    office.registry.keep(certify_terminal(key, terminal.trust, terminal.deployment, joined, "terminal-21", NOW_MS))
    told = stopped_with(office.registry, need_issued(office.registry, "staff-1"))
    assert told == (("staff-2", "terminal-21"), True)
    assert stopped_with(office.registry, need_issued(office.registry, "staff-5")) == ((), True)
    assert stopped_with(office.registry, need_issued(office.registry, "staff-2")) == ((), False)
    revoke(office.registry, CONTRACTOR, "terminal-21", "紛失", since_ms=NOW_MS, now_ms=NOW_MS)
    assert stopped_with(office.registry, need_issued(office.registry, "staff-1")).known == ("staff-2",)


def test_who_is_enrolled_after_a_revocation_is_believed_only_by_who_holds_that_list(office: Office) -> None:
    enrol(office.registry, office.issuing, "staff-2", "worker")
    before = office.registry.trust()
    (listed, *_) = revoke(office.registry, CONTRACTOR, "staff-2", "退職", since_ms=NOW_MS, now_ms=NOW_MS)
    made = enrol(office.registry, office.registry.unlock(WORDS), "staff-3", "worker").person
    assert parse(made.certificate).revocation == 1
    found = before.authority(before.add(made.certificate), NOW_MS)
    with pytest.raises(ListMissing):
        before.need_unrevoked(found)
    before.add_list(listed)
    before.need_unrevoked(before.authority(found.certificate, NOW_MS))


def test_a_key_that_no_manager_of_ours_made_is_not_put_on_the_roster(office: Office) -> None:
    clerk = office.person("staff-1")
    forged = clerk.locked["駅前"]
    other = office.city.unlock(WORDS)
    # A city's own program would not give it the contractor's id.
    officer = enrolled(other, "staff-1", "偽 者", ("city_staff",), "asa hiru yoru 77", cost=Cost.TRAINING)
    before = draft(office.registry)
    with pytest.raises(TrustError):
        take_reset(office.registry, office.registry.terms.sites[0], officer.locked[""], NOW_MS + 10**12)
    assert draft(office.registry) == before and forged.person == "staff-1"


def test_the_roster_is_signed_by_our_root_only_and_only_when_it_changes(office: Office) -> None:
    # NIIG-8.2-01
    with pytest.raises(NothingToSign):
        sign_next_roster(office.registry, CONTRACTOR, NOW_MS)
    office.person("staff-1")
    with pytest.raises(NotThisRoot):
        sign_next_roster(office.registry, CITY, NOW_MS)
    sign_next_roster(office.registry, CONTRACTOR, NOW_MS)
    with pytest.raises(NothingToSign):
        sign_next_roster(office.registry, CONTRACTOR, NOW_MS)


def test_an_office_is_given_the_locked_keys_of_each_of_its_sites_for_their_hubs(office: Office) -> None:
    office.machine("office", "office")
    office.person("staff-1")
    home, sites = office.folder / "office", office.registry.terms.sites
    assert bring_up_to_date(office.registry, home).people == sum(len(office.registry.people(one)) for one in sites) > 0
    for one in sites:
        assert load_people(people_of_site(home, one.name)) == office.registry.people(one)
    assert bring_up_to_date(office.registry, home).people == 0


def test_what_the_booth_has_made_anew_is_not_taken_back_by_what_the_office_brings(office: Office) -> None:
    office.person("staff-1", "manager")
    office.machine("terminal", "terminal")
    office.machine("hub", "hub")
    secret = (office.folder / "terminal" / "secret").read_bytes()
    held = load_renewals(office.folder / "terminal")["staff-1"].unlock("asa hiru yoru 77", secret)
    from sync.keys.renewalkey import save_renewals

    save_renewals(office.folder / "terminal", [held.lock("fuyu yuki kori 9", secret, cost=Cost.TRAINING)])
    assert bring_up_to_date(office.registry, office.folder / "terminal") == (0, 0, 0)
    assert open_renewal(office.folder / "terminal", "staff-1", "fuyu yuki kori 9", secret).person == "staff-1"
    assert bring_up_to_date(office.registry, office.folder / "hub") == (0, 0, 0)
    stranger = Office(office.folder / "stranger")
    with pytest.raises(OtherDeployment):
        bring_up_to_date(stranger.registry, office.folder / "hub")


def test_who_is_enrolled_anew_after_a_revocation_takes_the_place_of_the_key_that_the_booth_made(office: Office) -> None:
    office.person("staff-1", "manager")
    office.person("staff-2")
    sign_next_roster(office.registry, CONTRACTOR, NOW_MS)
    office.machine("terminal", "terminal")
    office.machine("hub", "hub")
    terminal, secret = Party.load(office.folder / "terminal"), (office.folder / "terminal" / "secret").read_bytes()
    key = open_renewal(office.folder / "terminal", "staff-1", "asa hiru yoru 77", secret)
    made = reset(key, terminal.trust, "staff-2", "haru natsu aki 88", secret, NOW_MS, cost=Cost.TRAINING)
    hub = office.folder / "hub"
    made.save(hub)  # as the hub keeps what the booth has made
    assert bring_up_to_date(office.registry, hub).people == 0
    revoke(office.registry, CONTRACTOR, "staff-2", "紛失", since_ms=NOW_MS, now_ms=NOW_MS)
    again = enrol(office.registry, office.registry.unlock(WORDS), "staff-2", "worker", "yama kawa umi 99")
    assert bring_up_to_date(office.registry, hub).people == 1
    held = {one.person: one for one in load_people(hub)}
    assert held["staff-2"].certificate == again.person.certificate
    with pytest.raises(TrustError):  # nor does the office take it up again
        take_reset(office.registry, office.registry.terms.sites[0], made, NOW_MS)


def test_an_officer_who_has_forgotten_the_passphrase_is_revoked_and_enrolled_again_under_another_key(
    office: Office,
) -> None:
    """Only the city's issuing key makes an officer's key: nobody at the booth can."""
    city, issuing = office.city, office.city.unlock(WORDS)
    first = enrol(city, issuing, "officer-1", "officer", "forgotten words 1")
    sign_next_roster(city, CITY, NOW_MS)
    with pytest.raises(NameTaken):
        enrol(city, issuing, "officer-1", "officer", "remembered words 2")
    revoke(city, CITY, "officer-1", "合言葉を忘れた", since_ms=NOW_MS, now_ms=NOW_MS)
    again = enrol(city, issuing, "officer-1", "officer", "remembered words 2")
    sign_next_roster(city, CITY, NOW_MS + 1)
    trust = city.trust()
    for one in (first, again):
        for encoded in one.person.chain:
            trust.add(encoded)
    trust.need_unrevoked(trust.authority(again.person.certificate_id, NOW_MS + 1))
    with pytest.raises(TrustError):
        trust.need_unrevoked(trust.authority(first.person.certificate_id, NOW_MS + 1))
    (held,) = load_people(city.place(None))
    assert held.certificate == again.person.certificate


def test_every_desk_of_a_city_gets_one_key_for_silent_signs_which_its_registry_alone_reads(tmp_path: Path) -> None:
    contractor, city = registries(tmp_path)
    opened = city.unlock(WORDS)
    for home in ("desk-a", "desk-b"):
        enrol_machine(city, opened, "desk", tmp_path / home, city.terms.sites[0], now_ms=NOW_MS)
        assert (tmp_path / home / FILE).read_bytes() == city.unlock(WORDS).reader.public
    assert os.name != "posix" or (tmp_path / "desk-a" / FILE).stat().st_mode & 0o077 == 0
    private = opened.reader.private
    assert not any(private in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert contractor.unlock(WORDS).reader.public != opened.reader.public
    enrol_machine(
        contractor, contractor.unlock(WORDS), "office", tmp_path / "office", city.terms.sites[0], now_ms=NOW_MS
    )
    assert not (tmp_path / "office" / FILE).exists()
