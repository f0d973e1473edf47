"""Papers that are compared and do not agree: 照合不一致."""

import pytest

from hub.domain.contracts.reading import ProfileError, decode_profile, profile_bytes
from hub.domain.reports.counts import count_day
from hub.domain.visit import visit
from hub.domain.visit.comparing import ReportDifference
from tests.hub.domain.booths import CLERK, OTHER, Site, replayed

STEP = "compare_pin_sheet"


def at_the_comparison() -> tuple[Site, int]:
    site = Site()
    opened = site.open_visit()
    site.steps(opened, until=STEP)
    return site, opened


def test_a_difference_stops_the_visit_until_another_person_has_compared_again() -> None:
    """KOGA-7.1-08: a birth date that differs stops the case, 照合不一致; no value is written down."""
    site, opened = at_the_comparison()
    site.do(ReportDifference(opened, STEP, ("birth_date",)))
    decided = site.decide(visit.DoStep(opened, STEP), CLERK)
    assert getattr(decided, "ja", "") == "照合不一致：生年月日"
    assert site.refused(visit.DoStep(opened, "identity_copy")) == "visit.differs"
    assert site.refused(visit.FinishVisit(opened)) == "visit.differs"
    assert count_day(site.booth).differed == {"birth_date": 1}
    site.do(visit.DoStep(opened, STEP), OTHER)
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    assert replayed(site) == site.booth


def test_what_cannot_be_put_right_is_given_up_and_stays_counted() -> None:
    site, opened = at_the_comparison()
    site.do(ReportDifference(opened, STEP, ("name", "address")))
    site.give_back(opened)
    site.do(visit.AbandonVisit(opened, "照合不一致"))
    assert count_day(site.booth).differed == {"address": 1, "name": 1}


def test_only_what_a_step_compares_can_differ_and_only_when_it_is_that_steps_turn() -> None:
    site = Site()
    opened = site.open_visit()
    assert site.refused(ReportDifference(opened, STEP, ("name",))) == "visit.gate_open"
    assert site.refused(ReportDifference(opened, "guidance", ("name",))) == "visit.wrong_kind"
    site.steps(opened, until=STEP)
    assert site.refused(ReportDifference(opened, STEP, ())) == "visit.differs_in_what"
    assert site.refused(ReportDifference(opened, STEP, ("name", "name"))) == "visit.differs_in_what"
    site.do(visit.DoStep(opened, STEP))
    assert site.refused(ReportDifference(opened, STEP, ("name",))) == "visit.step_done"


def test_a_comparison_that_can_be_skipped_is_no_profile() -> None:
    text = (
        profile_bytes("koganei")
        .decode()
        .replace('gate = true, sheet_facts = ["compared"]', 'sheet_facts = ["compared"]')
    )
    with pytest.raises(ProfileError) as caught:
        decode_profile(text.encode(), "x")
    assert caught.value.key == "method[delivery_booth].step[compare_pin_sheet].compares"
