"""Supervision and checks that come again: what is owed stands open for whom it belongs to, with its date."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.periodic import Periodic
from hub.domain.contracts.reading import ProfileError, decode_profile, profile_bytes
from hub.domain.moment import Signer
from hub.domain.personal import periodic
from hub.domain.personal.periodic import DoPeriodic, Periodics
from hub.domain.personal.periodic_words import owed_words
from tests.hub.domain.booths import CLERK, MANAGER, Site, replayed
from tests.hub.domain.day.test_agreed_day import morning

GENERAL = Signer("staff-9", "staff", "contractor", ("general_manager",))
SITE = Signer("staff-8", "staff", "contractor", ("site_manager",))
ROOT = b"r" * 32


def worked(date: str) -> Site:
    """Koganei's booth with its first day opened on that date."""
    site = Site("koganei", open_day=False)
    site.at_ms = morning(date)
    site.staff()
    site.do(site.opening(date), MANAGER)
    return site


def said(site: Site, today: str) -> list[str]:
    return [owed_words(one, today)[0] for one in periodic.owed(site.booth.periodics, site.profile, today)]


def duty(site: Site, name: str) -> Periodic:
    return next(one for one in site.profile.periodics if one.id == name)


def test_a_months_supervision_that_nobody_ticked_is_an_open_item_of_the_general_manager() -> None:
    """KOGA-T2-01: the review of 2025-09 not ticked by 2025-10-05 -> 監督記録 未実施, shown to the 統括責任者."""
    site = worked("2025-09-03")
    assert [one for one in said(site, "2025-09-30") if "監督" in one] == []
    assert "監督記録 2025-09 未実施（期限 2025-10-05）" in said(site, "2025-10-05")
    assert "監督記録 2025-09 未実施（期限 2025-10-05・超過）" in said(site, "2025-10-06")
    review = duty(site, "supervision")
    who = {one.person for one in (GENERAL, SITE, CLERK, MANAGER) if periodic.may_do(review, one.roles, one.manages)}
    assert who == {GENERAL.person, MANAGER.person}  # the latter is set-up's plain manager
    site.at_ms = morning("2025-10-03")
    for other in (CLERK, SITE):
        assert site.refused(DoPeriodic("supervision", "2025-09", True), other) == "periodic.role"
    site.do(DoPeriodic("supervision", "2025-09", True), GENERAL)
    assert not any("監督" in one for one in said(site, "2025-10-06"))
    assert any("監督記録 2025-10 未実施" in one for one in said(site, "2025-11-01"))
    assert replayed(site) == site.booth


def test_a_dated_check_says_when_the_next_is_due_and_one_that_found_something_stays_open() -> None:
    """KOGA-T6-03: a check of 2025-09-01 is ok and the next date is known; one that fails is reported until one holds."""
    site = worked("2025-08-06")
    check = duty(site, "record_check")
    assert periodic.next_due(site.booth.periodics, check, "2025-08-06") == "2025-09-06"
    site.at_ms = morning("2025-09-01")
    site.do(DoPeriodic("record_check", "", True, size=120, root=ROOT), MANAGER)
    assert periodic.next_due(site.booth.periodics, check, "2025-09-01") == "2025-10-02"
    assert not any("点検" in one for one in said(site, "2025-10-01"))
    assert "記録と控えの点検 未実施（期限 2025-10-02）" in said(site, "2025-10-02")
    site.at_ms = morning("2025-10-02")
    site.do(DoPeriodic("record_check", "", False, "項目 7 が違う", size=120, root=ROOT), MANAGER)
    assert "記録と控えの点検 2025-10-02 問題あり（再点検がまだ）" in said(site, "2025-10-03")
    site.at_ms = morning("2025-10-04")
    site.do(DoPeriodic("record_check", "", True, size=130, root=ROOT), MANAGER)
    assert not any("点検" in one for one in said(site, "2025-10-04"))
    assert periodic.next_due(site.booth.periodics, check, "2025-10-04") == "2025-11-04"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (DoPeriodic("parade", "2025-09", True), "periodic.unknown"),
        (DoPeriodic("supervision", "2025-10", True), "periodic.period"),
        (DoPeriodic("supervision", "2025-07", True), "periodic.period"),
        (DoPeriodic("supervision", "", True), "periodic.period"),
        (DoPeriodic("supervision", "2025-09", False), "periodic.note"),
        (DoPeriodic("supervision", "2025-09", True, "あ" * 81), "periodic.note"),
        (DoPeriodic("record_check", "", True), "periodic.not_checked"),
        (DoPeriodic("record_check", "", True, size=3, root=b"r"), "periodic.not_checked"),
    ],
)
def test_what_is_not_owed_or_not_looked_at_is_refused(command: DoPeriodic, code: str) -> None:
    site = worked("2025-09-03")
    site.at_ms = morning("2025-10-03")
    assert site.refused(command, MANAGER) == code


def test_nothing_is_owed_before_the_first_day() -> None:
    site = Site("koganei", open_day=False)
    assert (said(site, "2026-01-01"), periodic.next_due(Periodics(), duty(site, "record_check"), "2026-01-01")) == (
        [],
        "",
    )


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)), st.integers(0, 900))
def test_every_month_that_is_over_is_owed_once_and_never_one_that_is_not(first: dt.date, days: int) -> None:
    site = Site("koganei", open_day=False)
    today = (first + dt.timedelta(days=days)).isoformat()
    found = periodic.owed(periodic.began(Periodics(), first.isoformat()), site.profile, today)
    months = [one.period for one in found if one.duty.id == "supervision"]
    assert len(months) == len(set(months)) == (int(today[:4]) - first.year) * 12 + int(today[5:7]) - first.month
    assert all(first.isoformat()[:7] <= month < today[:7] for month in months)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("due_day = 5", "", "periodic[supervision]"),
        ("due_day = 5", "due_day = 31", "periodic[supervision].due_day"),
        ('role = "general_manager"\ndue_day', 'role = "king"\ndue_day', "periodic[supervision].role"),
    ],
)
def test_a_contract_that_does_not_say_how_often_is_refused(old: str, new: str, key: str) -> None:
    text = profile_bytes("koganei").decode()
    assert old in text
    with pytest.raises(ProfileError) as refused:
        decode_profile(text.replace(old, new).encode(), "koganei")
    assert refused.value.key == key
