"""A documents step is signed with what the contract wants, in any of the forms it allows, and with nothing less."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.papers import COMMON
from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes, shipped
from hub.domain.refusal import Refusal
from hub.domain.visit import visit
from hub.domain.visit.shown_papers import enough, known, missing, suffices, ways_en, ways_ja
from tests.hub.domain.booths import OTHER, Site


def at_the_check() -> tuple[Site, int]:
    """Niigata's 8.4(2), before the step that looks at originals."""
    site = Site("niigata", event_type="facility_visit")
    opened = site.open_visit("outreach_intake")
    site.steps(opened, until="final_check")
    return site, opened


def refused(site: Site, opened: int, *shown: str) -> Refusal:
    decided = site.decide(visit.DoStep(opened, "final_check", shown))
    assert isinstance(decided, Refusal)
    return decided


def test_without_notification_card_and_report_of_its_loss_the_case_stays_incomplete() -> None:
    """NIIG-8.4-08: 通知カード absent and no 紛失届 -> the case stays incomplete."""
    site, opened = at_the_check()
    refusal = refused(site, opened, "application_form", "A")
    assert refusal.code == "visit.documents_missing"
    assert "通知カード原本か紛失届" in refusal.ja
    site.do(visit.DoStep(opened, "final_check", ("application_form", "notification_card_loss", "A")))
    assert "final_check" in site.booth.visits.visits[opened].done


def test_one_identity_paper_with_a_photo_is_enough_or_two_without() -> None:
    site, opened = at_the_check()
    papers = ("application_form", "notification_card")
    for shown in ((), ("B",)):
        assert "本人確認書類A1点かB2点" in refused(site, opened, *papers, *shown).ja
    for shown in (("A",), ("B", "B"), ("A", "B")):
        assert not isinstance(site.decide(visit.DoStep(opened, "final_check", (*papers, *shown))), Refusal)


def test_the_record_takes_an_identity_papers_rank_and_no_class_of_any_citys_list() -> None:
    """A class can tell what nobody may keep (障害者手帳): what is signed says A or B, and the rules refuse more."""
    site, opened = at_the_check()
    for paper in site.profile.identity_papers:
        told = refused(site, opened, "application_form", "notification_card", paper.id)
        assert told.code == "visit.paper_unknown"


def test_a_final_check_wants_identity_papers_again_although_the_pre_check_saw_them() -> None:
    """KOGA-7.1-03: the contractor's pre-check does not stand in for a later check."""
    site = Site()
    opened = site.open_visit()
    site.steps(opened, until="final_check")
    assert "pre_check" in site.booth.visits.visits[opened].done
    method = site.profile.method(site.method)
    papers = tuple(paper.id for paper in method.documents)  # everything but an identity paper
    assert site.refused(visit.DoStep(opened, "final_check", papers), OTHER) == "visit.documents_missing"


@pytest.mark.parametrize("contract", shipped())
@given(picks=st.sets(st.integers(0, 30)))
def test_a_documents_step_is_satisfied_exactly_when_each_required_paper_is_there_in_some_form(
    contract: str, picks: set[int]
) -> None:
    profile = load_profile(contract)
    for method in profile.methods:
        names = sorted(known(method))
        ticked = {names[pick] for pick in picks if pick < len(names)}
        for step in method.steps:
            if step.kind == "documents":
                lacks = missing(step, method, ticked)
                assert missing(step, method, ticked | set(enough(step, method))) == ()
                for lack in lacks:
                    paper = next(one for one in method.documents if one.id == lack.paper)
                    assert not ticked & {other.id for other in paper.alternatives}
                    assert paper.identity or paper.id not in ticked


def test_more_papers_never_make_a_sufficient_set_insufficient() -> None:
    ranks = {paper.id: paper.rank for paper in COMMON}
    for size in range(len(COMMON)):
        for papers in combinations(ranks, size):
            have = "".join(ranks[paper] for paper in papers)
            if suffices(("A", "BB"), have):
                assert all(suffices(("A", "BB"), have + rank) for rank in "AB")
            else:
                assert have in ("", "B")


def test_the_ways_are_said_in_words() -> None:
    assert (ways_ja(("AA", "AB")), ways_en(("AA", "AB"))) == ("A2点かA1点とB1点", "two A or one A and one B")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('identity = ["A", "BB"]', 'identity = ["AAAAAA"]', "method[delivery_booth].document[identity_document].identity[0]"),
        ('keep = "shown", identity', 'keep = "applicant", identity', "method[delivery_booth].document[identity_document].keep"),
        ('id = "other", ja', 'id = "passport", ja', "method[delivery_booth].document"),
    ],
)  # fmt: skip
def test_a_profile_that_could_not_be_satisfied_is_refused(old: str, new: str, key: str) -> None:
    text = profile_bytes("koganei").decode()
    assert old in text
    with pytest.raises(ProfileError) as caught:
        decode_profile(text.replace(old, new).encode(), "x")
    assert caught.value.key.startswith(key.removesuffix("[0]"))


def test_a_way_that_the_citys_list_cannot_fill_is_refused() -> None:
    only_one = '[[identity_paper]]\nid = "passport"\nja = "旅券"\nen = "passport"\nrank = "A"\n'
    with pytest.raises(ProfileError, match="BB"):
        decode_profile(profile_bytes("koganei") + only_one.encode(), "x")
