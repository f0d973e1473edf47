"""What is special about a visit changes its steps and papers as the contract says, and no gate gets lost by it."""

import pytest

from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes, shipped
from hub.domain.identity.identity import Outcome
from hub.domain.photo import photo
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit
from hub.domain.visit.circumstances import changed, method_of, offered
from hub.domain.visit.visit import VisitState
from tests.hub.domain.booths import CLERK, OFFICER, Site, replayed

OFFERED = [
    (contract, event.id, method, one.id)
    for contract in shipped()
    for event in load_profile(contract).event_types
    for method in event.methods
    for one in offered(load_profile(contract), method)
]


def opened_with(contract: str, event: str, method: str, *names: str) -> tuple[Site, int]:
    site = Site(contract, event_type=event)
    opened = site.open_visit(method)
    site.do(visit.TriageVisit(opened, names))
    return site, opened


@pytest.mark.parametrize(("contract", "event", "method", "name"), OFFERED)
def test_every_circumstance_of_every_method_is_gone_through_or_sent_elsewhere_in_words(
    contract: str, event: str, method: str, name: str
) -> None:
    site = Site(contract, event_type=event)
    opened = site.open_visit(method)
    one = next(one for one in site.profile.circumstances if one.id == name)
    if not one.accepted:
        decided = site.decide(visit.TriageVisit(opened, (name,)))
        assert isinstance(decided, Refusal) and decided.code == "visit.not_accepted"
        assert one.guidance is not None and one.guidance in decided.todo_ja
        return
    site.do(visit.TriageVisit(opened, (name,)))
    changed = method_of(site.profile, site.booth.visits.visits[opened])
    for step in visit_steps.booth_steps(changed):
        if step.gate:
            assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"
        site.step(opened, step.id)
    site.do(visit.FinishVisit(opened))
    ended = site.booth.visits.visits[opened]
    assert ended.state is VisitState.DONE
    assert {step.id for step in one.steps} <= set(ended.done)
    assert not set(one.drops) & set(ended.done)
    site.do(queue.FinishTicket(ended.ticket))
    assert not set(one.without) & set(site.booth.custody.loose)
    assert replayed(site) == site.booth


def test_under_fifteen_wants_the_papers_of_the_legal_representative() -> None:
    """KOGA-7.1-02: 15歳未満 -> the guide adds the legal representative's documents."""
    site, opened = opened_with("koganei", "delivery_booth", "delivery_booth", "representative")
    site.steps(opened, until="representative_papers")
    assert site.refused(visit.DoStep(opened, "final_check")) == "visit.gate_open"
    papers = visit.DoStep(opened, "representative_papers", ("A",))
    assert site.refused(papers) == "visit.documents_missing"
    site.do(visit.DoStep(opened, "representative_papers", ("A", "representative_proof")))


def test_a_resident_of_another_city_is_accepted_at_aomori_with_one_more_notice() -> None:
    """AOMO-5.7-03, AOMO-5.7-08: accepted; the notice unticked -> incomplete."""
    site, opened = opened_with("aomori", "patrol_support", "outreach_support", "other_city")
    site.steps(opened, until="other_city_notice")
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    assert "other_city_notice" in site.booth.visits.visits[opened].done


def test_no_photo_is_taken_of_a_child_under_one() -> None:
    site, opened = opened_with("chiba", "booth", "apply_in_person", "no_photo")
    site.steps(opened, until="photo")
    assert site.refused(photo.Shoot(opened, "photo")) == "photo.not_wanted"
    site.do(photo.Exempt(opened, "photo", "under_one"))
    assert "photo_attach" not in {step.id for step in method_of(site.profile, site.booth.visits.visits[opened]).steps}


def test_a_card_without_pins_collects_no_pin_sheet_and_asks_the_city_for_no_pin_content() -> None:
    site, opened = opened_with("niigata", "facility_visit", "outreach_intake", "no_pin")
    assert site.refused(visit.DoStep(opened, "pin_sheet")) == "visit.unknown_step"
    site.steps(opened, until="collect_documents")
    sheets = {"application_form": 1, "identity_copy": 1, "notification_card": 1, "pin_request_sheet": 1}
    assert site.refused(visit.CountSheets(opened, "collect_documents", sheets)) == "visit.paper_unknown"


def test_what_was_said_by_mistake_is_taken_back() -> None:
    site, opened = opened_with("niigata", "facility_visit", "outreach_intake", "no_pin")
    site.do(visit.TriageVisit(opened, ()))
    site.steps(opened)
    assert "pin_content_check" in site.booth.visits.visits[opened].done


def test_only_what_the_contract_knows_can_be_said_and_only_by_the_contractors_people() -> None:
    site = Site()
    opened = site.open_visit()
    assert site.refused(visit.TriageVisit(opened, ("left_handed",))) == "visit.unknown_circumstance"
    assert site.refused(visit.TriageVisit(opened, ("no_photo",))) == "visit.unknown_circumstance"  # another method's
    assert site.refused(visit.TriageVisit(opened, ()), OFFICER) == "role.not_allowed"
    site.do(visit.TriageVisit(opened, ("short_validity", "representative")), CLERK)
    assert site.booth.visits.visits[opened].circumstances == ("representative", "short_validity")


def decided_by_the_city(site: Site, opened: int, step: str, outcome: Outcome) -> None:
    request = site.ask(opened, step)
    site.do(site.decision(request, outcome), site.officer_of(request))


@pytest.mark.parametrize("contract", ["chiba", "niigata"])
def test_a_step_that_the_city_refused_does_not_fall_away_by_saying_that_no_pin_is_wanted(contract: str) -> None:
    site = Site(contract)
    opened = site.open_visit(pin_method(site))
    site.steps(opened, until="pin_content_check")
    decided_by_the_city(site, opened, "pin_content_check", Outcome.REFUSED)
    assert site.refused(visit.TriageVisit(opened, ("no_pin",))) == "visit.city_refused"
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"
    site.do(visit.TriageVisit(opened, ()))  # what leaves the step standing may be said


@pytest.mark.parametrize("contract", ["chiba", "niigata"])
def test_what_the_city_has_confirmed_gets_no_more_papers_behind_its_back(contract: str) -> None:
    site = Site(contract)
    opened = site.open_visit(pin_method(site))
    site.steps(opened, until="pin_content_check")
    assert site.refused(visit.TriageVisit(opened, ("representative",))) == "visit.city_decided"
    site.do(visit.TriageVisit(opened, ("no_pin",)))  # less than the city has seen is no harm


def pin_method(site: Site) -> str:
    """A method of the open event with a check of the PIN sheet by the city, which comes after its check of identity."""
    methods = (method for method in site.profile.methods if site.profile.offers(site.booth.day.event_type, method.id))
    return next(one.id for one in methods if any(step.id == "pin_content_check" for step in one.steps))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('drops = ["compare_pin_sheet", "hand_pin_copy"]', 'drops = ["identity_check"]', "drops"),
        ('drops = ["compare_pin_sheet", "hand_pin_copy"]', 'drops = ["dance"]', "drops"),
        ('without = ["pin_request_sheet", "pin_copy"]', 'without = ["receipt"]', "without"),
        ('guidance = "ご本人か法定代理人の来場が必要です"\n', "", "guidance"),
        ('gate = true, kind = "documents", documents = ["representative_identity"', 'kind = "identity", gate = true, documents = ["representative_identity"', "step[representative_papers].kind"),
    ],
)  # fmt: skip
def test_a_circumstance_that_would_take_a_gate_away_is_no_profile(old: str, new: str, key: str) -> None:
    text = profile_bytes("koganei").decode()
    assert old in text
    with pytest.raises(ProfileError) as caught:
        decode_profile(text.replace(old, new, 1).encode(), "x")
    assert caught.value.key.startswith("circumstance[") and caught.value.key.endswith(key)


def test_a_pin_content_check_falls_away_only_with_the_sheets_it_looks_at() -> None:
    text = profile_bytes("niigata").decode()
    with pytest.raises(ProfileError, match="内容確認"):
        decode_profile(text.replace('without = ["pin_request_sheet"]\n', "", 1).encode(), "x")


@pytest.mark.parametrize(("contract", "event", "method", "name"), OFFERED)
def test_a_method_under_circumstances_looks_up_its_own_steps_and_leaves_the_contracts_as_it_was(
    contract: str, event: str, method: str, name: str
) -> None:
    profile = load_profile(contract)
    plain = profile.method(method)
    before = list(plain.step_by_id), plain.gates
    one = next(one for one in profile.circumstances if one.id == name)
    made = changed(plain, one)
    assert list(made.step_by_id.values()) == list(made.steps) == [made.steps[at] for at in made.place_of.values()]
    assert set(made.gates) <= set(made.steps)
    assert (list(plain.step_by_id), plain.gates) == before
