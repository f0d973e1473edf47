"""A notice that the contract wants on paper: what stands on the paper, and that no case is done without it."""

import subprocess

import pytest

from hub.documents.handout import handout
from hub.documents.setting import Made
from hub.domain.visit import visit
from hub.domain.visit.shown_papers import asked
from tests.hub.domain.booths import Site

MADE = Made("緑センター", False, {}, 1_754_438_400_000)


@pytest.mark.needs("poppler-utils")
def test_the_notice_printed_for_a_case_tells_of_the_delivery_notice_and_when_to_expect_it_in_three_ways() -> None:
    """AOMO-5.7-07: notice printed for case -> contains 交付通知書 and 目安 text."""
    profile = Site("aomori", event_type="patrol_support").profile
    method = profile.method("outreach_support")
    document = handout(profile, asked(method.step_by_id["notices"], method), "A-019", MADE)
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    text = "".join(done.stdout.decode().split())
    for wanted in (
        "A-019",
        "交付通知書が、後日、市から送付",
        "交付時期の目安",
        "係員が書きます",
        "やさしい日本語",
        "deliverynotice",
    ):
        assert wanted in text


def test_a_case_whose_notice_was_not_handed_over_is_not_complete() -> None:
    """AOMO-5.7-07: unticked -> case incomplete."""
    site = Site("aomori", event_type="patrol_support")
    opened = site.open_visit("outreach_support")
    site.steps(opened, until="notices")
    assert site.refused(visit.DoStep(opened, "notices")) == "visit.handout_missing"
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"
    site.do(visit.DoStep(opened, "notices", ("delivery_guide",)))
    site.do(visit.FinishVisit(opened))


def test_who_was_told_of_the_mail_before_the_papers_were_found_deficient_is_handed_the_other_notice_too() -> None:
    """The lesser method's hand-out is another: that a notice was given before does not stand in for it."""
    site = Site("aomori", event_type="group_visit")
    opened = site.open_visit("outreach_intake")
    site.steps(opened, until="count")
    assert "notices" in site.booth.visits.visits[opened].done
    site.give_back(opened)
    site.do(visit.DowngradeVisit(opened, "outreach_support"))
    assert "notices" not in site.booth.visits.visits[opened].done
