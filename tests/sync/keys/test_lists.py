"""Root-signed lists: only the root's own words, never an older list in place of a newer, never a changed byte."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Malformed
from sync.keys import revocation
from sync.keys import roster as roster_list
from sync.keys.keys import Signer
from sync.keys.lists import Lists
from sync.keys.revocation import Revocations, open_revocations, sign_revocations
from sync.keys.rootlist import ListForked, ListRefused, sign_list
from sync.keys.roster import Member, Roster, open_roster, sign_roster
from tests.sync.rosters import (
    CITY,
    CONTRACTOR,
    DEPLOYMENT,
    KEYS,
    ROOTS,
    STAFF,
    START,
    member,
    revocations,
    revoked,
    roster,
)

OTHER = Signer(b"o" * 32)


def test_a_signed_roster_and_a_signed_list_of_revoked_keys_read_back() -> None:
    opened = open_roster(roster(3), DEPLOYMENT, ROOTS)
    assert (opened.number, opened.members) == (3, STAFF)
    assert opened.member("clerk") == STAFF[2]
    assert opened.member("nobody") is None
    lost = revoked(KEYS["clerk"])
    listed = open_revocations(revocations(2, lost), DEPLOYMENT, ROOTS)
    assert listed.of(KEYS["clerk"].public) == lost
    assert listed.of(KEYS["manager"].public) is None


@pytest.mark.parametrize("root", [CITY, OTHER], ids=["the city's root", "a stranger"])
def test_a_list_that_another_key_than_its_partys_root_signed_is_refused(root: Signer) -> None:
    with pytest.raises(ListRefused, match="signature"):
        open_roster(roster(1, root=root), DEPLOYMENT, ROOTS)


def test_a_list_of_the_city_that_the_contractor_signed_is_refused() -> None:
    forged = sign_revocations(Revocations(DEPLOYMENT, "city", 1, START, ()), CONTRACTOR)
    with pytest.raises(ListRefused, match="signature"):
        Lists(DEPLOYMENT, ROOTS).add(forged)
    with pytest.raises(ListRefused, match="signature"):
        Lists(DEPLOYMENT, ROOTS).add(roster(1, party="city", root=CONTRACTOR))


def test_a_list_of_another_deployment_is_refused() -> None:
    foreign = Roster(b"D" * 16, "contractor", 1, START, STAFF)
    with pytest.raises(ListRefused, match="deployment"):
        Lists(DEPLOYMENT, ROOTS).add(sign_roster(foreign, CONTRACTOR))


def test_a_list_of_one_kind_is_not_read_as_the_other() -> None:
    with pytest.raises(Malformed):
        open_revocations(roster(), DEPLOYMENT, ROOTS)
    with pytest.raises(Malformed):
        open_roster(revocations(1), DEPLOYMENT, ROOTS)


@pytest.mark.parametrize("encoded", [roster(), revocations(1, revoked(KEYS["clerk"]))], ids=["roster", "revocations"])
def test_every_changed_byte_and_every_truncation_is_refused(encoded: bytes) -> None:
    for at in range(len(encoded)):
        for bit in (0x01, 0x80):
            changed = encoded[:at] + bytes((encoded[at] ^ bit,)) + encoded[at + 1 :]
            with pytest.raises((ListRefused, Malformed)):
                Lists(DEPLOYMENT, ROOTS).add(changed)
        with pytest.raises(Malformed):
            Lists(DEPLOYMENT, ROOTS).add(encoded[:at])
    with pytest.raises(Malformed):
        Lists(DEPLOYMENT, ROOTS).add(encoded + b"\0")


def test_a_person_or_a_key_listed_twice_is_refused() -> None:
    twice = [(member("clerk"), member("clerk", key=KEYS["new"])), (member("clerk"), member("new", key=KEYS["clerk"]))]
    for members in twice:
        with pytest.raises(ListRefused, match="twice"):
            roster(1, *members)
    with pytest.raises(ListRefused, match="twice"):
        revocations(1, revoked(KEYS["clerk"]), revoked(KEYS["clerk"], "somebody"))


def test_what_a_root_has_signed_twice_in_one_list_is_refused_by_who_reads_it_too() -> None:
    """Whoever holds a root's key need not have signed with this program."""
    twice = (revoked(KEYS["clerk"]), revoked(KEYS["clerk"], "somebody"))
    person, key = (
        (member("clerk"), member("clerk", key=KEYS["new"])),
        (member("clerk"), member("new", key=KEYS["clerk"])),
    )
    for wrong in (
        sign_list(Revocations(DEPLOYMENT, "contractor", 1, START, twice), revocation.KIND, CONTRACTOR),
        sign_list(Roster(DEPLOYMENT, "contractor", 1, START, person), roster_list.KIND, CONTRACTOR),
        sign_list(Roster(DEPLOYMENT, "contractor", 1, START, key), roster_list.KIND, CONTRACTOR),
    ):
        lists = Lists(DEPLOYMENT, ROOTS)
        with pytest.raises(ListRefused, match="twice"):
            lists.add(wrong)
        assert lists.encoded() == []


def test_a_number_begins_at_one_since_zero_means_no_list() -> None:
    with pytest.raises(Malformed):
        roster(0)
    with pytest.raises(Malformed):
        revocations(0)


@given(st.lists(st.tuples(st.sampled_from(["contractor", "city"]), st.integers(1, 6), st.booleans()), max_size=20))
def test_an_older_list_never_replaces_a_newer_one(came: list[tuple[str, int, bool]]) -> None:
    lists = Lists(DEPLOYMENT, ROOTS)
    newest: dict[tuple[str, bool], int] = {}
    for party, number, is_roster in came:
        encoded = roster(number, party=party) if is_roster else revocations(number, party=party)  # type: ignore[arg-type]
        known = encoded in lists.encoded()
        assert lists.add(encoded) is not known
        newest[party, is_roster] = max(number, newest.get((party, is_roster), 0))
    for (party, is_roster), number in newest.items():
        held = lists.roster(party) if is_roster else lists.revocations(party)  # type: ignore[arg-type]
        assert held is not None and held.number == number
    again = Lists(DEPLOYMENT, ROOTS)
    for encoded in lists.encoded():
        again.add(encoded)
    assert again.encoded() == lists.encoded()


def test_two_lists_under_one_number_are_named_and_the_first_stays() -> None:
    lists = Lists(DEPLOYMENT, ROOTS)
    lists.add(roster(2))
    with pytest.raises(ListForked):
        lists.add(roster(2, *STAFF[:1]))
    held = lists.roster("contractor")
    assert held is not None and held.members == STAFF


def test_a_value_that_could_not_be_read_back_is_not_signed() -> None:
    short = msgspec.structs.replace(STAFF[0], key=b"short")
    with pytest.raises(Malformed):
        sign_roster(Roster(DEPLOYMENT, "contractor", 1, START, (short,)), CONTRACTOR)


@given(st.binary(max_size=200))
def test_no_bytes_that_a_stranger_makes_are_taken(data: bytes) -> None:
    lists = Lists(DEPLOYMENT, ROOTS)
    with pytest.raises((ListRefused, Malformed)):
        lists.add(data)
    assert lists.encoded() == []


def test_members_of_a_roster_keep_their_order() -> None:
    members: tuple[Member, ...] = tuple(reversed(STAFF))
    assert open_roster(roster(1, *members), DEPLOYMENT, ROOTS).members == members
