"""A manager's renewal key: it renews whom the roster lists, and can make nobody else and nothing more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.keys.certificate import Certificate, certificate_id, issue, parse
from sync.keys.keys import Signer
from sync.keys.roster import renewal
from sync.keys.trust import (
    Authority,
    CityOnly,
    IssuerRevoked,
    KeyRevoked,
    ListMissing,
    NotAllowed,
    NotOnRoster,
    OutsideValidity,
    TrustError,
    TrustStore,
)
from tests.sync.rosters import (
    CITY,
    DEPUTY_RENEWAL,
    END,
    KEYS,
    LATER,
    NOW,
    RENEWAL,
    STAFF,
    member,
    renewed,
    renewing,
    revocations,
    revoked,
    roster,
    store,
)


def authority(wanted: bytes, *others: bytes, lists: tuple[bytes, ...] = (), at_ms: int = NOW) -> Authority:
    return store(wanted, *others, lists=lists).authority(certificate_id(wanted), at_ms)


def refused(error: type[TrustError], wanted: bytes, *others: bytes, lists: tuple[bytes, ...] = ()) -> TrustError:
    with pytest.raises(TrustError) as caught:
        authority(wanted, *others, lists=lists)
    assert type(caught.value) is error
    return caught.value


# ------------------------------------------------------------------ what a renewal may grant


def test_a_person_on_the_roster_is_renewed_with_their_roles() -> None:
    trust = store(renewing(), lists=(roster(),))
    held = trust.roster("contractor")
    assert held is not None
    issuer = parse(renewing())
    made = renewal(held, "clerk", KEYS["clerk"].public, issuer, not_before_ms=NOW, not_after_ms=LATER)
    encoded = issue(made, RENEWAL)
    trust.add(encoded)
    who = trust.authority(certificate_id(encoded), NOW)
    assert (who.person, who.kind, who.roles, who.reset_by) == ("clerk", "staff", ("worker",), "")
    assert parse(encoded).not_after_ms == END  # the issuer's own end
    trust.need_unrevoked(who)


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (renewed("new", "worker"), "person not on roster"),
        (renewed("clerk", "manager"), "role not on roster"),
        (renewed("clerk", "worker", "manager"), "role not on roster"),
        (renewed("terminal", "worker", kind="terminal"), "a terminal has no roles"),
        (renewed("new", kind="hub"), "kind"),
        (renewed("new", kind="issuer", may_issue_kinds=("staff",)), "kind"),
        (renewed("new", kind="office"), "kind"),
    ],
)
def test_whom_the_roster_does_not_list_so_a_renewal_key_cannot_make(certificate: bytes, why: str) -> None:
    failure = refused(NotAllowed, certificate, renewing(), lists=(roster(),))
    assert failure.data["why"] == why


def test_a_renewal_rests_on_the_roster_it_names_and_waits_for_it() -> None:
    certificate = renewed("clerk", "worker")
    trust = store(certificate, renewing())
    with pytest.raises(ListMissing):
        trust.authority(certificate_id(certificate), NOW)
    trust.add_list(roster())
    assert trust.authority(certificate_id(certificate), NOW).person == "clerk"
    refused(ListMissing, renewed("clerk", "worker", roster=0), renewing(), lists=(roster(),))


def test_a_renewal_ends_with_the_issuer_and_with_the_members_own_end() -> None:
    certificate = renewed("clerk", "worker")
    with pytest.raises(OutsideValidity):
        authority(certificate, renewing(), lists=(roster(),), at_ms=END + 1)
    short = roster(1, STAFF[0], member("clerk", "worker", until=NOW))
    assert authority(certificate, renewing(), lists=(short,), at_ms=NOW)
    with pytest.raises(OutsideValidity):
        authority(certificate, renewing(), lists=(short,), at_ms=NOW + 1)


def test_a_terminal_is_certified_by_a_renewal_key_that_may() -> None:
    certificate = renewed("terminal", kind="terminal", roster=0)
    assert authority(certificate, renewing()).kind == "terminal"
    refused(NotAllowed, certificate, renewing(may_issue_kinds=("staff",)))


def test_only_an_issuer_renews_and_only_people_and_terminals() -> None:
    refused(NotAllowed, renewing(kind="staff", may_issue_kinds=(), may_issue_roles=()))
    for kind in ("hub", "office", "issuer", "director"):
        refused(NotAllowed, renewing(may_issue_kinds=("staff", kind)))


def test_a_renewal_key_whose_holder_is_not_on_the_roster_renews_nobody() -> None:
    failure = refused(NotAllowed, renewed("clerk", "worker"), renewing("somebody"), lists=(roster(),))
    assert failure.data["why"] == "issuer not on roster"


def test_the_contractors_roster_cannot_make_a_city_role() -> None:
    listed = roster(1, STAFF[0], member("clerk", "worker", "city_staff"))
    refused(CityOnly, renewed("clerk", "city_staff"), renewing(), lists=(listed,))


# ------------------------------------------------------------------ a reset key


def test_another_key_than_the_rosters_names_who_made_it() -> None:
    certificate = renewed("clerk", "worker", key=KEYS["new"])
    assert authority(certificate, renewing(), lists=(roster(),)).reset_by == "manager"


def test_a_roster_that_lists_the_new_key_ends_the_reset() -> None:
    newer = roster(2, *STAFF[:2], member("clerk", "worker", key=KEYS["new"]))
    certificate = renewed("clerk", "worker", key=KEYS["new"], roster=2)
    assert authority(certificate, renewing(), lists=(roster(), newer)).reset_by == ""
    before = renewed("clerk", "worker", key=KEYS["new"])
    assert authority(before, renewing(), lists=(roster(), newer)).reset_by == "manager"  # what was recorded stays so


# ------------------------------------------------------------------ the newest lists


def test_a_revoked_key_may_not_act_and_what_it_recorded_stays_verifiable() -> None:
    certificate = renewed("clerk", "worker")
    trust = store(certificate, renewing(), lists=(roster(), revocations(1)))
    who = trust.authority(certificate_id(certificate), NOW)
    trust.need_unrevoked(who)
    trust.add_list(revocations(2, revoked(KEYS["clerk"])))
    with pytest.raises(KeyRevoked) as caught:
        trust.need_unrevoked(who)
    assert caught.value.data["number"] == 2
    assert trust.authority(certificate_id(certificate), NOW) == who


def test_a_revoked_issuer_takes_everybody_below_it_along() -> None:
    certificate = renewed("clerk", "worker")
    trust = store(certificate, renewing(), lists=(roster(), revocations(1, revoked(RENEWAL, "manager"))))
    with pytest.raises(IssuerRevoked):  # their own key is not: another manager certifies it anew
        trust.need_unrevoked(trust.authority(certificate_id(certificate), NOW))


def test_a_key_that_was_made_in_a_revoked_ones_place_goes_with_it_and_one_made_later_does_not() -> None:
    """The office revokes what it has issued: that its list says nothing of the made key must not save it."""
    made = renewed("clerk", "worker", key=KEYS["new"])
    newer = roster(2, *STAFF[:2], member("clerk", "worker", key=KEYS["terminal"]))
    listed = (roster(), newer, revocations(1, revoked(KEYS["clerk"])))
    trust = store(made, renewing(), lists=listed)
    who = trust.authority(certificate_id(made), NOW)
    assert who.in_place_of == KEYS["clerk"].public
    with pytest.raises(KeyRevoked):
        trust.need_unrevoked(who)
    assert isinstance(trust.withdrawal(certificate_id(made)), KeyRevoked)
    later = renewed("clerk", "worker", key=Signer(b"L" * 32), roster=2)  # in the place of the one that is listed now
    trust = store(later, renewing(), lists=listed)
    trust.need_unrevoked(trust.authority(certificate_id(later), NOW))
    assert trust.withdrawal(certificate_id(later)) is None


def test_whom_a_newer_roster_drops_may_not_act_under_a_renewal_of_the_old_one() -> None:
    certificate = renewed("clerk", "worker")
    trust = store(certificate, renewing(), lists=(roster(),))
    who = trust.authority(certificate_id(certificate), NOW)
    trust.need_unrevoked(who)
    trust.add_list(roster(2, *STAFF[:2]))
    with pytest.raises(NotOnRoster):
        trust.need_unrevoked(who)
    assert trust.authority(certificate_id(certificate), NOW) == who


def test_whom_a_newer_roster_gives_fewer_roles_may_not_act_with_those_of_the_old_one() -> None:
    certificate = renewed("deputy", "manager", "worker")
    trust = store(certificate, renewing(), lists=(roster(),))
    who = trust.authority(certificate_id(certificate), NOW)
    trust.need_unrevoked(who)
    trust.add_list(roster(2, STAFF[0], member("deputy", "worker"), STAFF[2]))
    with pytest.raises(NotOnRoster):
        trust.need_unrevoked(who)
    less = renewed("deputy", "worker")
    trust.add(less)
    trust.need_unrevoked(trust.authority(certificate_id(less), NOW))


def test_a_certificate_that_wants_a_newer_list_of_revoked_keys_waits_for_it() -> None:
    certificate = renewed("clerk", "worker", revocation=2)
    trust = store(certificate, renewing(), lists=(roster(), revocations(1)))
    who = trust.authority(certificate_id(certificate), NOW)
    with pytest.raises(ListMissing):
        trust.need_unrevoked(who)
    trust.add_list(revocations(2))
    trust.need_unrevoked(who)


def test_the_contractors_list_revokes_none_of_the_citys_keys() -> None:
    officer = Signer(b"O" * 32)
    plain = Certificate(
        deployment=b"d" * 16,
        subject=officer.public,
        person="officer",
        kind="officer",
        party="city",
        roles=("city_staff",),
        not_before_ms=0,
        not_after_ms=LATER,
        issuer=CITY.public,
    )
    encoded = issue(plain, CITY)
    trust = store(encoded, lists=(revocations(1, revoked(officer, "officer")),))
    who = trust.authority(certificate_id(encoded), NOW)
    trust.need_unrevoked(who)
    trust.add_list(revocations(1, revoked(officer, "officer"), party="city"))
    with pytest.raises(KeyRevoked):
        trust.need_unrevoked(who)


# ------------------------------------------------------------------ never

NAMES = ["manager", "deputy", "clerk", "new", "terminal"]
ROLES = ["worker", "manager", "city_staff", "*"]
KINDS = ["staff", "terminal", "issuer", "hub", "office", "officer", "desk", "director"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.sampled_from(NAMES),
            st.sampled_from(KINDS),
            st.sampled_from(["contractor", "city"]),
            st.sets(st.sampled_from(ROLES)),
            st.sampled_from([RENEWAL, DEPUTY_RENEWAL, *KEYS.values()]),
            st.integers(0, 3),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_a_renewal_key_never_makes_a_second_person_nor_grants_more_than_the_roster(made: list[tuple[Any, ...]]) -> None:
    """Whatever the two managers' renewal keys and the people's own keys sign."""
    trust = store(renewing(), renewing("deputy", DEPUTY_RENEWAL), lists=(roster(1), roster(2, *STAFF[:2])))
    listed = {1: {one.person: one for one in STAFF}, 2: {one.person: one for one in STAFF[:2]}}
    for person, key, kind, party, roles, issuer, number, renews in made:
        rights: dict[str, Any] = {"may_issue_kinds": ("staff",), "may_issue_roles": ("worker",)} if renews else {}
        more = rights | {"party": party, "roster": number, "renews": renews}
        encoded = renewed(person, *sorted(roles), key=KEYS[key], issuer=issuer, kind=kind, **more)
        who = _stands(trust, encoded)
        if who is None or who.kind == "terminal":
            assert who is None or who.roles == ()
            continue
        assert (who.kind, who.party) == ("staff", "contractor")
        member_of = listed[number][who.person]
        assert set(who.roles) <= set(member_of.roles)
        maker = {RENEWAL.public: "manager", DEPUTY_RENEWAL.public: "deputy"}[parse(encoded).issuer]
        assert who.reset_by == ("" if who.key == member_of.key else maker)


def _stands(trust: TrustStore, encoded: bytes) -> Authority | None:
    trust.add(encoded)
    try:
        return trust.authority(certificate_id(encoded), NOW)
    except TrustError:
        return None
