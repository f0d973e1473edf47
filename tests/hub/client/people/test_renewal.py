"""A manager certifies the people of the roster for the day, and gives a new key to whoever forgot the passphrase."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.client.people.renewal import day_of, due, renewed, reset
from sync.keys.certificate import Certificate, certificate_id, issue, parse
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost, WrongPassphrase
from sync.keys.party import LockedPerson
from sync.keys.passphrase import BadPassphrase
from sync.keys.renewalkey import NoRenewalKey, OtherPassphrase, RenewalKey, load_renewals, open_renewal, save_renewals
from sync.keys.rootlist import ListRefused
from sync.keys.trust import Authority, IssuerRevoked, ListMissing, NotOnRoster, TrustStore
from tests.sync.rosters import (
    CONTRACTOR,
    DEPLOYMENT,
    DEPUTY_RENEWAL,
    KEYS,
    RENEWAL,
    member,
    renewing,
    revocations,
    revoked,
    roster,
    store,
)

HOUR = 3_600_000
DAY = 24 * HOUR
MORNING = 1_754_438_400_000  # 2025-08-06 09:00 in Japan
MIDNIGHT = MORNING + 15 * HOUR - 1  # the last millisecond of that day
END = MORNING + 200 * DAY
SECRET = b"s" * 32
WORDS = "umi kaze tsukue"

MANAGER_CERT = renewing(not_before_ms=MORNING - 30 * DAY, not_after_ms=END)
KEY = RenewalKey("manager", RENEWAL, (MANAGER_CERT,))
LISTED = roster(
    1,
    member("manager", "manager", "worker", until=END),
    member("clerk", "worker", until=END),
    member("deputy", "worker", until=MORNING + HOUR),
)


def trust(*lists: bytes) -> TrustStore:
    return store(lists=lists or (LISTED,))


def person(name: str, until: int) -> LockedPerson:
    """Somebody whom the contractor's root has certified until then."""
    made = Certificate(
        deployment=DEPLOYMENT,
        subject=KEYS[name].public,
        person=name,
        kind="staff",
        party="contractor",
        roles=("worker",),
        not_before_ms=MORNING - 30 * DAY,
        not_after_ms=until,
        issuer=CONTRACTOR.public,
    )
    encoded = issue(made, CONTRACTOR)
    return LockedPerson(name, name, ("worker",), encoded, [encoded], b"locked")


def authority(held: TrustStore, who: LockedPerson, at_ms: int) -> Authority:
    for encoded in who.chain:
        held.add(encoded)
    return held.authority(certificate_id(who.certificate), at_ms)


def test_a_person_whose_certificate_ends_today_is_due_and_one_who_can_sign_till_midnight_is_not() -> None:
    people = [person("clerk", MIDNIGHT - 1), person("manager", MIDNIGHT)]
    assert [(one.who.person, one.error) for one in due(people, trust(), MORNING)] == [("clerk", None)]


def test_who_is_not_on_the_roster_or_whose_time_there_is_over_is_named_with_the_reason() -> None:
    found = due([person("new", MORNING), person("deputy", MORNING)], trust(), MORNING + 2 * HOUR)
    assert {one.who.person: one.error.code for one in found if one.error is not None} == {
        "deputy": "trust.outside_validity",
        "new": "trust.not_on_roster",
    }
    alone = due([person("clerk", MORNING)], store(), MORNING)
    assert [type(one.error) for one in alone] == [ListMissing]


def test_a_renewed_person_signs_the_whole_day_under_the_same_key_and_no_longer() -> None:
    held = trust()
    old = person("clerk", MORNING - 1)
    new = renewed(KEY, held, old, MORNING)
    assert new.locked == old.locked and new.roles == ("worker",)
    for at_ms in (MIDNIGHT - DAY + 1, MORNING, MIDNIGHT):
        who = authority(held, new, at_ms)
        assert (who.person, who.key, who.reset_by) == ("clerk", KEYS["clerk"].public, "")
    with pytest.raises(Exception, match="outside_validity"):
        authority(held, new, MIDNIGHT + 1)
    assert due([new], held, MORNING) == []


def test_nobody_is_renewed_past_the_roster_or_the_contracts_end() -> None:
    held = trust()
    assert parse(renewed(KEY, held, person("deputy", MORNING), MORNING).certificate).not_after_ms == MORNING + HOUR
    short = RenewalKey("manager", RENEWAL, (renewing(not_before_ms=0, not_after_ms=MORNING + 5),))
    assert parse(renewed(short, held, person("clerk", MORNING), MORNING).certificate).not_after_ms == MORNING + 5


def test_who_is_not_on_the_roster_is_not_renewed() -> None:
    with pytest.raises(ListRefused):
        renewed(KEY, trust(), person("new", MORNING), MORNING)
    with pytest.raises(NotOnRoster):
        reset(KEY, trust(), "new", WORDS, SECRET, MORNING, cost=Cost.TRAINING)


def test_a_renewal_key_that_is_revoked_renews_nobody() -> None:
    held = trust(LISTED, revocations(1, revoked(RENEWAL, "manager")))
    before = len(held)
    with pytest.raises(IssuerRevoked):
        renewed(KEY, held, person("clerk", MORNING), MORNING)
    assert len(held) == before


def test_whom_a_revoked_manager_certified_is_due_though_the_certificate_lasts_and_another_manager_renews_them() -> None:
    """The deputy's key goes on; whoever was enrolled by the office, too; whoever is revoked themselves is not due."""
    both = roster(
        1,
        member("manager", "manager", "worker", until=END),
        member("deputy", "manager", "worker", until=END),
        member("clerk", "worker", until=END),
    )
    held = trust(both)
    mine = renewed(KEY, held, person("clerk", MORNING), MORNING)
    people = [mine, person("deputy", END), person("manager", END)]
    assert due(people, held, MORNING) == []
    held.add_list(revocations(1, revoked(RENEWAL, "manager"), revoked(KEYS["manager"], "manager")))
    held.add_list(roster(2, member("deputy", "manager", "worker", until=END), member("clerk", "worker", until=END)))
    (one,) = due(people, held, MORNING)
    assert (one.who, one.error, one.withdrawn) == (mine, None, True)
    deputy = RenewalKey(
        "deputy", DEPUTY_RENEWAL, (renewing("deputy", DEPUTY_RENEWAL, not_before_ms=0, not_after_ms=END),)
    )
    again = renewed(deputy, held, mine, MORNING)
    held.need_unrevoked(authority(held, again, MORNING))
    assert again.locked == mine.locked and due([again], held, MORNING) == []


def test_a_reset_makes_a_new_key_that_says_who_made_it_and_opens_with_the_new_passphrase_alone() -> None:
    held = trust()
    made = reset(KEY, held, "clerk", WORDS, SECRET, MORNING, cost=Cost.TRAINING)
    who = authority(held, made, MORNING)
    assert who.person == "clerk" and who.key != KEYS["clerk"].public and who.reset_by == "manager"
    assert made.unlock(WORDS, SECRET).signer.public == who.key
    with pytest.raises(WrongPassphrase):
        made.unlock("another word", SECRET)
    with pytest.raises(WrongPassphrase):
        made.unlock(WORDS, b"t" * 32)


def test_a_reset_to_a_weak_passphrase_is_refused() -> None:
    with pytest.raises(BadPassphrase):
        reset(KEY, trust(), "clerk", "clerk-1234", SECRET, MORNING, cost=Cost.TRAINING)


@given(st.integers(0, 3_000_000_000_000))
def test_a_day_is_japans_and_holds_its_moment(at_ms: int) -> None:
    first, last = day_of(at_ms)
    assert first <= at_ms <= last and last - first == DAY - 1 and (first + 9 * HOUR) % DAY == 0


def test_a_terminal_keeps_one_renewal_key_of_each_manager(tmp_path: Path) -> None:
    assert load_renewals(tmp_path) == {}
    save_renewals(tmp_path, [KEY.lock(WORDS, SECRET, cost=Cost.TRAINING)])
    deputy = RenewalKey("deputy", Signer(b"M" * 32), (renewing("deputy", Signer(b"M" * 32)),))
    save_renewals(tmp_path, [deputy.lock("hana yama kawa", SECRET, cost=Cost.TRAINING)])
    assert open_renewal(tmp_path, "manager", WORDS, SECRET).signer.public == RENEWAL.public
    with pytest.raises(OtherPassphrase):
        open_renewal(tmp_path, "deputy", WORDS, SECRET)
    with pytest.raises(NoRenewalKey):
        open_renewal(tmp_path, "clerk", WORDS, SECRET)
    save_renewals(tmp_path, [KEY.lock("ame yuki kumo", SECRET, cost=Cost.TRAINING)])  # the manager's new passphrase
    assert open_renewal(tmp_path, "manager", "ame yuki kumo", SECRET).certificate == MANAGER_CERT
    assert set(load_renewals(tmp_path)) == {"manager", "deputy"}
    file = tmp_path / "renewal.locked"
    assert RENEWAL.seed not in file.read_bytes()
