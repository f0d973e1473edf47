"""What is nobody's to write down is refused wherever a reason about an applicant is given."""

import pytest

from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.identity.identity import RequestIdentity
from hub.domain.visit import visit
from hub.domain.visit.discreet import tells
from tests.hub.domain.booths import Site


@pytest.mark.parametrize(
    "reason",
    ["身体障害のため", "障 害 者手帳の更新", "宗教上の理由", "ｹｶﾞ ではなく けが", "成年被後見人", "外国人で在留が短い"],
)
def test_a_reason_that_tells_of_illness_disability_faith_or_nationality_is_refused(reason: str) -> None:
    site = Site()
    opened = site.open_visit()
    assert site.refused(visit.AbandonVisit(opened, reason)) == "visit.reason_tells"
    site.do(visit.AbandonVisit(opened, "ご本人の事情"))


@pytest.mark.parametrize(
    "reason", ["通信障害のため", "写しだけが足りない", "そういうわけがあり別の日に", "機器の障害で中止"]
)
def test_a_fault_of_a_machine_and_plain_words_are_no_secret(reason: str) -> None:
    assert not tells(reason)


@pytest.mark.parametrize("contract", shipped())
def test_the_city_is_never_told_in_the_record_that_a_disability_certificate_was_shown(contract: str) -> None:
    telling = [paper for paper in load_profile(contract).identity_papers if "障害" in paper.ja]
    assert all(paper.discreet and paper.told == "写真つきの書類" for paper in telling)


def test_a_request_to_the_city_names_ranks_of_what_is_discreet_and_nothing_of_ones_own() -> None:
    site = Site()
    opened = site.open_visit()
    step = site.city_step()
    site.steps(opened, until=step)
    for told in ("障害者手帳等", "患者の診断書"):
        assert site.refused(RequestIdentity(opened, step, (told,))) == "identity.paper_unknown"
    site.do(RequestIdentity(opened, step, ("写真つきの書類",)))
