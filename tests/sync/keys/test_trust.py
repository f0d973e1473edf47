"""Who may speak: two roots that never meet, and nothing that an issuer was not given."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync.keys.certificate import Certificate, Kind, Party, certificate_id, issue
from sync.keys.introductions import take_proven
from sync.keys.keys import Signer
from sync.keys.trust import (
    CITY_ONLY_KINDS,
    BadCertificateSignature,
    CityOnly,
    ForeignCertificate,
    NotAllowed,
    OutsideValidity,
    Roots,
    TrustError,
    TrustStore,
    UnknownCertificate,
    UnknownIssuer,
)

DEPLOYMENT = b"d" * 16
CONTRACTOR, CITY = Signer(b"c" * 32), Signer(b"C" * 32)
ISSUER, CITY_ISSUER, DEPUTY = Signer(b"i" * 32), Signer(b"I" * 32), Signer(b"e" * 32)
STAFF, OFFICER, STRANGER = Signer(b"s" * 32), Signer(b"o" * 32), Signer(b"x" * 32)
START, NOW, END = 1_000, 1_500, 2_000
STAFF_KINDS: tuple[Kind, ...] = ("issuer", "hub", "terminal", "office", "staff", "director")


def cert(subject: Signer, issuer: Signer, kind: Kind, party: Party, **more: Any) -> bytes:
    fields: dict[str, Any] = {"deployment": DEPLOYMENT, "not_before_ms": START, "not_after_ms": END} | more
    whole = Certificate(subject=subject.public, person=kind, kind=kind, party=party, issuer=issuer.public, **fields)
    return issue(whole, issuer)


def contractor_issuer(**more: Any) -> bytes:
    rights: dict[str, Any] = {"may_issue_kinds": STAFF_KINDS, "may_issue_roles": ("*",)} | more
    return cert(ISSUER, CONTRACTOR, "issuer", "contractor", **rights)


def city_issuer(**more: Any) -> bytes:
    rights: dict[str, Any] = {"may_issue_kinds": ("desk", "officer"), "may_issue_roles": ("city_staff",)} | more
    return cert(CITY_ISSUER, CITY, "issuer", "city", **rights)


def store(*encoded: bytes) -> TrustStore:
    trust = TrustStore(DEPLOYMENT, Roots(CONTRACTOR.public, CITY.public))
    for one in encoded:
        trust.add(one)
    return trust


NAMES = {
    "what clears the screen": "x\x1b[2J\x1b[H",
    "a line of its own": "x\nRESULT: everything holds",
    "letters in another order": "x\u202e",
}


def refused(error: type[TrustError], wanted: bytes, *others: bytes, at_ms: int = NOW) -> TrustError:
    """The one expected refusal, the same whether it is computed or remembered."""
    trust = store(wanted, *others)
    for _ in range(2):
        with pytest.raises(TrustError) as caught:
            trust.authority(certificate_id(wanted), at_ms)
        assert type(caught.value) is error
    return caught.value


def test_staff_under_the_contractors_issuer_speaks_with_its_roles() -> None:
    staff = cert(STAFF, ISSUER, "staff", "contractor", roles=("worker", "site_manager"), sites=("hub-1",))
    authority = store(contractor_issuer(), staff).authority(certificate_id(staff), NOW)
    assert (authority.kind, authority.party) == ("staff", "contractor")
    assert authority.roles == ("worker", "site_manager")
    assert authority.sites == ("hub-1",)
    assert (authority.key, authority.certificate) == (STAFF.public, certificate_id(staff))


def test_an_officer_under_the_citys_issuer_speaks_for_the_city() -> None:
    officer = cert(OFFICER, CITY_ISSUER, "officer", "city", roles=("city_staff",))
    authority = store(city_issuer(), officer).authority(certificate_id(officer), NOW)
    assert (authority.party, authority.roles) == ("city", ("city_staff",))


def test_a_root_may_certify_directly() -> None:
    hub = cert(STAFF, CONTRACTOR, "hub", "contractor")
    desk = cert(OFFICER, CITY, "desk", "city", roles=("city_staff",))
    trust = store(hub, desk)
    assert trust.authority(certificate_id(hub), NOW).party == "contractor"
    assert trust.authority(certificate_id(desk), NOW).party == "city"


def test_a_certificate_that_is_not_held_is_refused() -> None:
    with pytest.raises(UnknownCertificate):
        store().authority(b"?" * 32, NOW)
    with pytest.raises(UnknownCertificate):
        store().get(b"?" * 32)


def test_a_certificate_without_a_chain_to_a_root_is_refused_until_its_issuer_is_known() -> None:
    staff = cert(STAFF, ISSUER, "staff", "contractor")
    trust = store(staff)
    with pytest.raises(UnknownIssuer):
        trust.authority(certificate_id(staff), NOW)
    trust.add(contractor_issuer())
    assert trust.authority(certificate_id(staff), NOW).key == STAFF.public


def test_a_self_signed_certificate_is_refused() -> None:
    refused(UnknownIssuer, cert(STRANGER, STRANGER, "staff", "contractor"))
    itself = cert(STRANGER, STRANGER, "issuer", "contractor", may_issue_kinds=("issuer",))
    refused(NotAllowed, itself)


def test_a_ring_of_a_strangers_issuers_is_refused_before_anybody_waits_for_it() -> None:
    # Every path through it, tried one by one, would be 400^3 signatures: half an hour in which a hub does nothing else.
    ring = [
        cert(STRANGER, STRANGER, "issuer", "contractor", may_issue_kinds=("issuer", "staff"), not_after_ms=END + one)
        for one in range(400)
    ]
    refused(NotAllowed, cert(STAFF, STRANGER, "staff", "contractor"), *ring)


def test_a_certificate_signed_by_another_key_than_the_issuer_it_names_is_refused() -> None:
    good = cert(STAFF, CONTRACTOR, "staff", "contractor")
    signature_of_another = cert(STAFF, STRANGER, "staff", "contractor")[-64:]
    refused(BadCertificateSignature, good[:-64] + signature_of_another)


def test_a_certificate_under_an_issuer_whose_own_signature_is_broken_is_refused() -> None:
    issuer = contractor_issuer()
    forged = issuer[:-1] + bytes((issuer[-1] ^ 1,))
    refused(BadCertificateSignature, cert(STAFF, ISSUER, "staff", "contractor"), forged)


def test_a_certificate_of_another_deployment_is_refused() -> None:
    refused(ForeignCertificate, cert(STAFF, CONTRACTOR, "staff", "contractor", deployment=b"D" * 16))
    refused(ForeignCertificate, cert(STAFF, ISSUER, "staff", "contractor"), contractor_issuer(deployment=b"D" * 16))


@pytest.mark.parametrize(("at_ms", "valid"), [(START - 1, False), (START, True), (END, True), (END + 1, False)])
def test_validity_includes_both_its_ends_and_nothing_beyond(at_ms: int, valid: bool) -> None:
    staff = cert(STAFF, CONTRACTOR, "staff", "contractor")
    if valid:
        assert store(staff).authority(certificate_id(staff), at_ms).key == STAFF.public
    else:
        refused(OutsideValidity, staff, at_ms=at_ms)


def test_time_is_asked_at_each_call_though_the_chain_is_remembered() -> None:
    staff = cert(STAFF, CONTRACTOR, "staff", "contractor")
    trust = store(staff)
    assert trust.authority(certificate_id(staff), NOW)
    with pytest.raises(OutsideValidity):
        trust.authority(certificate_id(staff), END + 1)
    assert trust.authority(certificate_id(staff), NOW)


def test_nobody_outlives_the_issuer() -> None:
    staff = cert(STAFF, ISSUER, "staff", "contractor", not_after_ms=END * 10)
    refused(OutsideValidity, staff, contractor_issuer(), at_ms=END + 1)


def test_nobody_speaks_before_the_issuer_does() -> None:
    staff = cert(STAFF, ISSUER, "staff", "contractor", not_before_ms=0)
    refused(OutsideValidity, staff, contractor_issuer(), at_ms=START - 1)


def test_what_begins_when_its_issuer_has_ended_is_proved_by_nothing_at_any_time() -> None:
    late = cert(STAFF, ISSUER, "staff", "contractor", not_before_ms=END + 1, not_after_ms=END * 2)
    trust = store(contractor_issuer(), late)
    with pytest.raises(OutsideValidity):
        trust.need_proven(certificate_id(late))
    assert take_proven(store(contractor_issuer()), [late]) == []
    trust.add(contractor_issuer(not_after_ms=END + 1))
    trust.need_proven(certificate_id(late))


def test_a_renewed_issuer_lengthens_what_it_issued() -> None:
    staff = cert(STAFF, ISSUER, "staff", "contractor", not_after_ms=END * 10)
    trust = store(staff, contractor_issuer())
    with pytest.raises(OutsideValidity):
        trust.authority(certificate_id(staff), END + 1)
    trust.add(contractor_issuer(not_after_ms=END * 10))
    assert trust.authority(certificate_id(staff), END + 1).key == STAFF.public


MANY = [
    cert(STAFF, ISSUER, "staff", "contractor", not_before_ms=0, not_after_ms=END * 10),  # its issuer has gaps
    cert(DEPUTY, ISSUER, "terminal", "contractor"),
    cert(OFFICER, CITY_ISSUER, "officer", "city", not_after_ms=END * 10),
    cert(STRANGER, CITY_ISSUER, "desk", "city"),
    cert(STRANGER, STRANGER, "staff", "contractor"),  # nobody's
]


TIMES = st.sampled_from([START - 1, START, NOW, END, END + 1, 2 * END, 3 * END, 5 * END])


@settings(max_examples=200)  # for chains that reach over each other's ends
@given(
    st.lists(st.tuples(st.sampled_from([*MANY[:1] * 3, *MANY]), TIMES), max_size=4),
    st.lists(st.tuples(TIMES, st.sampled_from([1, NOW, 2 * END])), max_size=3),
    st.booleans(),
)
@example(
    [(MANY[0], NOW), (MANY[0], 2 * END)], [(NOW, 2 * END)], True
)  # the second chain holds at both times, the first goes first
@example([(MANY[0], NOW), (MANY[0], END + 1), (MANY[0], NOW)], [], True)  # a clock that was wrong in between
def test_many_at_once_are_who_each_is_alone(
    asked: list[tuple[bytes, int]], spans: list[tuple[int, int]], before: bool
) -> None:
    issuers = [contractor_issuer(not_before_ms=start, not_after_ms=start + lasts) for start, lasts in spans]
    trust = store(
        *MANY, contractor_issuer(), city_issuer(), *issuers
    )  # later ones reach over earlier ones, or lie apart
    alone, why = [], None
    if before:  # chains are remembered from here on
        for one in MANY[:-1]:
            trust.need_proven(certificate_id(one))
    together, error = trust.authorities([certificate_id(one) for one, _ in asked], [at for _, at in asked])
    for one, at in asked:
        try:
            alone.append(trust.authority(certificate_id(one), at))
        except TrustError as fault:
            why = fault
            break
    # The very same, not only equal: of two chains that hold at a time, which one counts can make another person of them.
    assert [id(one) for one in together] == [id(one) for one in alone]
    assert (type(error), error and error.data) == (type(why), why and why.data)


def test_a_validity_that_ends_before_it_begins_is_refused() -> None:
    refused(OutsideValidity, cert(STAFF, CONTRACTOR, "staff", "contractor", not_after_ms=START - 1))


def test_a_contractor_issuer_that_grants_a_city_role_is_refused() -> None:
    refused(CityOnly, cert(STAFF, ISSUER, "staff", "contractor", roles=("city_staff",)), contractor_issuer())


def test_a_contractor_issuer_that_lists_the_city_role_is_itself_refused() -> None:
    listing = contractor_issuer(may_issue_roles=("city_staff", "worker"))
    refused(CityOnly, listing)
    refused(CityOnly, cert(STAFF, ISSUER, "staff", "contractor", roles=("worker",)), listing)


@pytest.mark.parametrize("kind", sorted(CITY_ONLY_KINDS))
def test_a_contractor_chain_to_a_city_kind_is_refused(kind: Kind) -> None:
    refused(CityOnly, cert(STAFF, ISSUER, kind, "contractor"), contractor_issuer())
    refused(CityOnly, cert(STAFF, CONTRACTOR, kind, "contractor"))
    refused(CityOnly, contractor_issuer(may_issue_kinds=(kind,)))


def test_the_contractors_root_and_issuer_cannot_name_anybody_the_city() -> None:
    refused(CityOnly, cert(STAFF, CONTRACTOR, "officer", "city", roles=("city_staff",)))
    refused(CityOnly, cert(STAFF, ISSUER, "officer", "city", roles=("city_staff",)), contractor_issuer())
    city_by_contractor = cert(ISSUER, CONTRACTOR, "issuer", "city", may_issue_kinds=("officer",))
    refused(CityOnly, cert(STAFF, ISSUER, "officer", "city"), city_by_contractor)


@pytest.mark.parametrize("kind", ["hub", "terminal", "office", "staff", "director"])
def test_the_city_certifies_no_contractor_kind(kind: Kind) -> None:
    refused(NotAllowed, cert(STAFF, CITY, kind, "city"))
    refused(NotAllowed, cert(STAFF, CITY, kind, "contractor"))


def test_an_issuer_grants_only_kinds_and_roles_that_it_was_given() -> None:
    narrow = contractor_issuer(may_issue_kinds=("staff",), may_issue_roles=("worker",))
    good = cert(STAFF, ISSUER, "staff", "contractor", roles=("worker",))
    assert store(narrow, good).authority(certificate_id(good), NOW).roles == ("worker",)
    refused(NotAllowed, cert(STAFF, ISSUER, "hub", "contractor"), narrow)
    refused(NotAllowed, cert(STAFF, ISSUER, "staff", "contractor", roles=("site_manager",)), narrow)
    refused(NotAllowed, cert(STAFF, ISSUER, "staff", "contractor", roles=("worker", "site_manager")), narrow)


def test_nobody_but_an_issuer_issues() -> None:
    clerk = cert(STAFF, CONTRACTOR, "staff", "contractor")
    refused(UnknownIssuer, cert(STRANGER, STAFF, "staff", "contractor"), clerk)
    refused(NotAllowed, cert(STAFF, CONTRACTOR, "staff", "contractor", may_issue_kinds=("staff",)))
    refused(NotAllowed, cert(STAFF, CONTRACTOR, "hub", "contractor", may_issue_roles=("worker",)))


def test_nobody_holds_every_role() -> None:
    refused(NotAllowed, cert(STAFF, ISSUER, "staff", "contractor", roles=("*",)), contractor_issuer())


def test_only_an_issuer_that_a_root_signed_grants_every_role() -> None:
    deputy = cert(DEPUTY, ISSUER, "issuer", "contractor", may_issue_kinds=("staff",), may_issue_roles=("*",))
    refused(NotAllowed, deputy, contractor_issuer())
    refused(NotAllowed, cert(STAFF, DEPUTY, "staff", "contractor", roles=("worker",)), deputy, contractor_issuer())


def test_a_deputy_grants_no_more_than_the_issuer_gave_it() -> None:
    issuer = contractor_issuer(may_issue_kinds=("issuer", "staff"), may_issue_roles=("worker",))
    deputy = cert(DEPUTY, ISSUER, "issuer", "contractor", may_issue_kinds=("staff",), may_issue_roles=("worker",))
    good = cert(STAFF, DEPUTY, "staff", "contractor", roles=("worker",))
    assert store(good, deputy, issuer).authority(certificate_id(good), NOW).roles == ("worker",)
    for greedy in (
        {"may_issue_kinds": ("staff", "hub"), "may_issue_roles": ("worker",)},
        {"may_issue_kinds": ("staff",), "may_issue_roles": ("worker", "site_manager")},
    ):
        refused(NotAllowed, good, cert(DEPUTY, ISSUER, "issuer", "contractor", **greedy), issuer)


def test_an_issuer_of_some_sites_grants_no_others_and_not_all() -> None:
    issuer = contractor_issuer(sites=("hub-1", "hub-2"))
    inside = cert(STAFF, ISSUER, "staff", "contractor", sites=("hub-2",))
    assert store(inside, issuer).authority(certificate_id(inside), NOW).sites == ("hub-2",)
    refused(NotAllowed, cert(STAFF, ISSUER, "staff", "contractor", sites=("hub-2", "hub-3")), issuer)
    refused(NotAllowed, cert(STAFF, ISSUER, "staff", "contractor"), issuer)


def test_a_ring_of_issuers_and_an_endless_chain_are_refused() -> None:
    rights: dict[str, Any] = {"may_issue_kinds": ("issuer", "staff")}
    ring = [
        cert(ISSUER, DEPUTY, "issuer", "contractor", **rights),
        cert(DEPUTY, ISSUER, "issuer", "contractor", **rights),
    ]
    refused(NotAllowed, cert(STAFF, ISSUER, "staff", "contractor"), *ring)
    keys = [CONTRACTOR, *(Signer(bytes((index,)) * 32) for index in range(5))]
    chain = [cert(keys[at + 1], keys[at], "issuer", "contractor", **rights) for at in range(5)]
    refused(NotAllowed, cert(STAFF, keys[-1], "staff", "contractor"), *chain)


def test_a_store_keeps_each_certificate_once_and_gives_it_back() -> None:
    staff = cert(STAFF, CONTRACTOR, "staff", "contractor")
    trust = store(staff, staff, contractor_issuer())
    assert list(trust) == [staff, contractor_issuer()]
    assert len(trust) == 2
    assert trust.get(certificate_id(staff)) == staff
    assert certificate_id(staff) in trust


def test_one_key_is_never_both_roots() -> None:
    with pytest.raises(ValueError, match="both roots"):
        Roots(CITY.public, CITY.public)


PEOPLE = [CONTRACTOR, ISSUER, DEPUTY, STAFF]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(PEOPLE),
            st.sampled_from(PEOPLE),
            st.sampled_from(["issuer", "staff", "officer", "desk"]),
            st.sampled_from(["contractor", "city"]),
            st.sets(st.sampled_from(["worker", "city_staff", "*"])),
            st.sets(st.sampled_from(["issuer", "staff", "officer", "desk"])),
            st.sets(st.sampled_from(["worker", "city_staff", "*"])),
        ),
        max_size=12,
    )
)
def test_nothing_that_the_contractors_keys_can_sign_ever_speaks_for_the_city(made: list[tuple[Any, ...]]) -> None:
    everything = [
        cert(
            subject,
            issuer,
            kind,
            party,
            roles=tuple(sorted(roles)),
            may_issue_kinds=tuple(sorted(kinds)),
            may_issue_roles=tuple(sorted(grants)),
        )
        for subject, issuer, kind, party, roles, kinds, grants in made
    ]
    trust = store(*everything, contractor_issuer(), city_issuer())
    for encoded in everything:
        try:
            authority = trust.authority(certificate_id(encoded), NOW)
        except TrustError:
            continue
        assert authority.party == "contractor"
        assert authority.kind not in CITY_ONLY_KINDS
        assert "city_staff" not in authority.roles


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("field", ["person", "roles", "sites"])
def test_a_name_that_is_more_than_what_it_looks_like_is_granted_to_nobody(field: str, name: str) -> None:
    fields = {
        "deployment": DEPLOYMENT, "not_before_ms": START, "not_after_ms": END, "person": "staff-1",
        "roles": (), "sites": (), field: name if field == "person" else (name,),
    }  # fmt: skip
    whole = Certificate(subject=STAFF.public, kind="staff", party="contractor", issuer=ISSUER.public, **fields)
    failure = refused(NotAllowed, issue(whole, ISSUER), contractor_issuer())
    assert not set("\x1b\n\u202e") & set(str(failure))
