"""What two organisations sign: whole, by both roots, and nothing else is believed."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import profile_bytes
from hub.setup.agreement import (
    Agreement,
    AgreementUnusable,
    NotConcluded,
    Site,
    Terms,
    UnknownSite,
    agree,
    encode,
    need_concluded,
    propose,
    read,
)
from hub.setup.issuing import OutsideContract
from sync.keys.certificate import parse
from tests.hub.setup.quick import CITY, CONTRACTOR, NOW_MS, RAW, SITES, issuing, proposal, terms

PROPOSAL = proposal()
TERMS = read(encode(PROPOSAL))[1]
AGREED = agree(PROPOSAL, CITY.signer, issuing("city", TERMS).certificate)
BYTES = encode(AGREED)


def test_what_both_have_signed_says_what_was_proposed_and_who_may_grant_what() -> None:
    agreement, read_terms, profile = read(BYTES)
    assert agreement.agreed and read_terms == TERMS and profile.id == "nagaoka"
    assert [site.name for site in read_terms.sites] == list(SITES)
    assert [site.hub for site in read_terms.sites] == ["hub-1", "hub-2"]
    contractor, city = map(parse, agreement.issuers)
    assert contractor.sites == city.sites == SITES
    assert set(city.may_issue_kinds) == {"desk", "officer"} and "city_staff" in city.may_issue_roles
    assert not {"desk", "officer"} & set(contractor.may_issue_kinds)
    assert "city_staff" not in contractor.may_issue_roles and "*" not in contractor.may_issue_roles
    need_concluded(agreement, PROPOSAL)


# The profile's 20 kB are one hash away from the terms: changing them anywhere is one case.
PLACES = st.integers(0, len(BYTES) - 1)


@given(PLACES, st.integers(1, 255))
def test_no_byte_can_be_changed_on_the_way(place: int, change: int) -> None:
    changed = BYTES[:place] + bytes([BYTES[place] ^ change]) + BYTES[place + 1 :]
    try:
        agreement, _, _ = read(changed)
        need_concluded(agreement, PROPOSAL)
    except AgreementUnusable:
        return
    raise AssertionError("a changed agreement was believed")


@given(PLACES)
def test_a_file_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(AgreementUnusable):
        read(BYTES[:length])


def test_a_stranger_cannot_agree_in_the_citys_name() -> None:
    with pytest.raises(AgreementUnusable):
        agree(PROPOSAL, CONTRACTOR.signer, issuing("city", TERMS).certificate)
    with pytest.raises(AgreementUnusable):
        agree(PROPOSAL, CITY.signer, issuing("city", TERMS, by=CONTRACTOR).certificate)
    with pytest.raises(AgreementUnusable):
        agree(PROPOSAL, CITY.signer, issuing("contractor", TERMS).certificate)


def test_a_contractor_cannot_propose_with_an_issuer_that_another_root_has_certified() -> None:
    with pytest.raises(AgreementUnusable):
        propose(TERMS, RAW, CONTRACTOR.signer, issuing("contractor", TERMS, by=CITY).certificate)
    with pytest.raises(AgreementUnusable):
        propose(TERMS, profile_bytes("koganei"), CONTRACTOR.signer, issuing("contractor", TERMS).certificate)


def test_another_agreement_of_the_same_city_does_not_conclude_this_proposal() -> None:
    other = proposal()
    agreed = agree(other, CITY.signer, issuing("city", read(encode(other))[1]).certificate)
    with pytest.raises(AgreementUnusable):
        need_concluded(agreed, PROPOSAL)
    with pytest.raises(NotConcluded):
        need_concluded(PROPOSAL, PROPOSAL)  # the city has not signed


def changed(**more: object) -> Agreement:
    of = msgspec.structs.replace(TERMS, **more)
    return propose(of, RAW, CONTRACTOR.signer, issuing("contractor", of).certificate)


@pytest.mark.parametrize(
    "more",
    [
        {"sites": ()},
        {"sites": (Site("駅前", "hub-1"), Site("駅前", "hub-2"))},
        {"sites": (Site("駅前", "hub-1"), Site("車", "hub-1"))},
        {"sites": (Site("\x1b[2J", "hub-1"),)},
        {"contractor": "株式\n会社"},
        {"city": ""},
        {"ends_ms": TERMS.starts_ms},
        {"city_root": TERMS.contractor_root},
    ],
)
def test_terms_that_no_machine_could_live_by_are_refused(more: dict[str, object]) -> None:
    with pytest.raises(AgreementUnusable):
        changed(**more)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (None, dt.date(2027, 2, 1)),  # a day longer than the contract
        (dt.date(2026, 3, 1), dt.date(2026, 2, 1)),
        (dt.date(2025, 1, 1), dt.date(2025, 12, 31)),  # over already
    ],
)
def test_dates_outside_the_contract_are_refused(starts: dt.date | None, ends: dt.date) -> None:
    with pytest.raises(OutsideContract):
        terms(starts=starts, ends=ends)


def test_the_last_day_counts_to_its_last_millisecond_in_japan() -> None:
    made = terms(ends=dt.date(2026, 3, 31))
    assert (made.ends_ms + 1) % 86_400_000 == 15 * 3_600_000  # midnight in Japan
    assert made.starts_ms <= NOW_MS < made.starts_ms + 86_400_000


def test_a_site_is_named_unless_there_is_one() -> None:
    assert TERMS.site("出張車").hub == "hub-2"
    for name in ("", "ほか"):
        with pytest.raises(UnknownSite):
            TERMS.site(name)
    one: Terms = msgspec.structs.replace(TERMS, sites=TERMS.sites[:1])
    assert one.site("").name == "駅前"
