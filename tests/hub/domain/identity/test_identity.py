import msgspec
import pytest

from hub.domain.codec import decode_booth, encode_booth
from hub.domain.identity import identity
from hub.domain.identity.identity import Outcome, RequestState
from hub.domain.moment import Signer
from hub.domain.queue import queue
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, SECOND_OFFICER, Site


def asked(contract: str = "koganei", *, officers: tuple[Signer, ...] = (OFFICER,)) -> tuple[Site, int, int]:
    """A booth whose officers are on duty, a visit that has come to the city's step, and its request."""
    site = Site(contract)
    for officer in officers:
        site.do(identity.Attend(True), officer)
    opened = site.open_visit()
    site.steps(opened, until=site.city_step())
    return site, opened, site.ask(opened, site.city_step())


def test_a_confirmation_completes_the_citys_step() -> None:
    # KOGA-7.1-07
    site, opened, request = asked()
    site.do(site.decision(request), OFFICER)
    assert site.city_step() in site.booth.visits.visits[opened].done
    assert site.booth.identity.pending == ()


def test_a_request_carries_number_window_and_classes_but_no_name() -> None:
    # KOGA-T6-05
    site, _, request = asked()
    made = site.booth.identity.requests[request]
    assert (made.number, made.window, made.documents) == ("A-001", "窓口1", ("運転免許証",))


@pytest.mark.parametrize("who", [CLERK, MANAGER, HUB])
def test_no_key_of_the_contractor_decides(who: Signer) -> None:
    # KOGA-7.1-07
    site, _, request = asked()
    assert site.refused(site.decision(request), who) == "role.city_only"


def test_officers_take_turns_and_nobody_chooses() -> None:
    site = Site()
    for officer in (OFFICER, SECOND_OFFICER):
        site.do(identity.Attend(True), officer)
    turns = []
    for window in ("窓口1", "窓口2", "窓口3", "窓口4"):
        ticket = site.serve(window=window)
        opened = site.do(visit.OpenVisit(ticket, site.method))
        site.steps(opened, until=site.city_step())
        request = site.ask(opened, site.city_step())
        turns.append(site.booth.identity.requests[request].officer)
    assert turns == ["officer-1", "officer-2", "officer-1", "officer-2"]


def test_another_officers_request_is_refused() -> None:
    site, _, request = asked(officers=(OFFICER, SECOND_OFFICER))
    assert site.refused(site.decision(request), SECOND_OFFICER) == "identity.not_yours"


def test_a_request_that_waits_goes_to_who_comes_on_duty() -> None:
    # NIIG-8.4-05, CHIB-2.2-01
    site, _, request = asked(officers=())
    assert site.refused(site.decision(request), OFFICER) == "identity.not_on_duty"
    site.do(identity.Attend(True), OFFICER)
    site.do(site.decision(request), OFFICER)


def test_who_leaves_hands_requests_on_and_the_last_leaves_them_waiting() -> None:
    # NIIG-8.4-05
    site, _, request = asked(officers=(OFFICER, SECOND_OFFICER))
    site.do(identity.Attend(False), OFFICER)
    assert site.booth.identity.requests[request].officer == "officer-2"
    site.do(identity.Attend(False), SECOND_OFFICER)
    assert site.booth.identity.requests[request].officer == ""
    site.do(identity.Attend(True), OFFICER)
    site.do(site.decision(request), OFFICER)


def test_saying_twice_that_one_is_on_duty_changes_no_turn() -> None:
    site = Site()
    for officer in (OFFICER, SECOND_OFFICER, OFFICER):
        site.do(identity.Attend(True), officer)
    assert site.booth.identity.officers == ("officer-1", "officer-2")


def test_officers_may_come_before_the_day_is_opened_and_have_left_when_it_is_closed() -> None:
    # CHIB-2.7-02
    site = Site(open_day=False)
    site.do(identity.Attend(True), OFFICER)
    site.do(site.opening(), MANAGER)
    assert site.booth.identity.officers == ("officer-1",)
    site.close()
    assert not site.booth.identity.officers


@pytest.mark.parametrize(
    "wrong",
    [
        {"visit": 0},
        {"hub": "hub-2"},
        {"profile": b"q" * 32},
        {"checkpoint_size": 0},
        {"checkpoint_size": 2**40},
        {"checkpoint_root": b"short"},
    ],
)
def test_a_decision_fits_only_what_it_is_about(wrong: dict[str, object]) -> None:
    site, _, request = asked()
    assert site.refused(msgspec.structs.replace(site.decision(request), **wrong), OFFICER) == "identity.mismatch"


def test_a_decision_cannot_be_older_than_its_request() -> None:
    site, _, request = asked()
    assert site.refused(site.decision(request, checkpoint_size=request), OFFICER) == "identity.mismatch"
    site.do(site.decision(request, checkpoint_size=request + 1), OFFICER)


def test_confirming_needs_every_point_and_anything_else_a_reason() -> None:
    site, _, request = asked()
    assert site.refused(site.decision(request, checklist=("face",)), OFFICER) == "identity.checklist"
    for outcome in (Outcome.REFUSED, Outcome.MORE_PAPERS, Outcome.RETAKE):
        assert site.refused(site.decision(request, outcome, reason=" "), OFFICER) == "identity.reason"


def test_the_citys_reason_stays_with_its_answer() -> None:
    """A terminal that is started later has the state alone, and its staff tell the applicant why."""
    site, _, request = asked()
    site.do(site.decision(request, Outcome.REFUSED, reason="顔が書類と合わない"), OFFICER)
    assert site.booth.identity.requests[request].reason == "顔が書類と合わない"
    assert decode_booth(encode_booth(site.booth)) == site.booth


def test_a_decision_is_used_once() -> None:
    site, opened, request = asked()
    decision = site.decision(request)
    site.do(decision, OFFICER)
    assert site.refused(decision, OFFICER) == "identity.decided"
    assert site.refused(identity.RequestIdentity(opened, site.city_step(), ())) == "visit.step_done"


def test_one_request_at_a_time() -> None:
    site, opened, _ = asked()
    assert site.refused(identity.RequestIdentity(opened, site.city_step(), ())) == "identity.pending"


def test_who_is_refused_is_not_asked_about_again_but_can_go_another_way() -> None:
    site, opened, request = asked("aomori")
    site.do(site.decision(request, Outcome.REFUSED), OFFICER)
    assert site.refused(identity.RequestIdentity(opened, "identity_check", ())) == "identity.refused"
    site.do(visit.DowngradeVisit(opened, "outreach_support"))
    site.steps(opened)
    site.do(visit.FinishVisit(opened))


def test_more_papers_means_ask_again_with_them() -> None:
    site, opened, request = asked()
    site.do(site.decision(request, Outcome.MORE_PAPERS), OFFICER)
    site.do(site.decision(site.ask(opened, site.city_step())), OFFICER)


def test_retakes_are_limited_and_after_them_the_officer_decides_otherwise() -> None:
    site, opened, request = asked()
    for _ in range(site.profile.operation.retakes):
        site.do(site.decision(request, Outcome.RETAKE), OFFICER)
        request = site.ask(opened, site.city_step())
    assert site.refused(site.decision(request, Outcome.RETAKE), OFFICER) == "identity.too_many"
    site.do(site.decision(request), OFFICER)


# ------------------------------------------------------------------ time


def test_a_decision_after_the_time_is_refused_even_before_the_hub_noticed() -> None:
    site, _, request = asked()
    site.wait(15 * 60 - 0.001)
    assert isinstance(site.decide(site.decision(request), OFFICER), tuple)
    site.wait(0.001)
    assert site.refused(site.decision(request), OFFICER) == "identity.expired"
    assert [late.id for late in identity.due(site.booth.identity, site.at_ms)] == [request]


def test_only_the_hub_says_that_time_is_over_and_only_when_it_is() -> None:
    site, opened, request = asked()
    assert site.refused(identity.ExpireRequest(request), HUB) == "identity.not_due"
    site.wait(15 * 60)
    assert site.refused(identity.ExpireRequest(request), CLERK) == "role.not_allowed"
    site.do(identity.ExpireRequest(request), HUB)
    assert site.booth.identity.requests[request].state is RequestState.EXPIRED
    assert site.refused(site.decision(request), OFFICER) == "identity.expired"
    assert site.refused(identity.ExpireRequest(request), HUB) == "identity.expired"
    site.do(site.decision(site.ask(opened, site.city_step())), OFFICER)


def test_a_clock_set_back_makes_no_request_last_longer() -> None:
    site, _, request = asked()
    site.wait(-3600)
    assert site.refused(site.decision(request), OFFICER) == "identity.expired"
    site.do(identity.ExpireRequest(request), HUB)
    assert site.booth.identity.pending == ()


# ------------------------------------------------------------------ requests and the visit's end


def test_giving_up_a_visit_withdraws_its_request() -> None:
    site, opened, request = asked()
    site.do(visit.AbandonVisit(opened, "帰られた"))
    assert site.booth.identity.requests[request].state is RequestState.WITHDRAWN
    assert site.refused(site.decision(request), OFFICER) == "identity.withdrawn"
    assert site.refused(identity.WithdrawRequest(request)) == "identity.withdrawn"
    site.do(identity.Attend(False), OFFICER)


def test_a_withdrawn_request_can_be_made_again() -> None:
    site, opened, request = asked()
    site.do(identity.WithdrawRequest(request))
    site.ask(opened, site.city_step())


def test_the_answer_may_come_while_the_applicant_is_on_hold() -> None:
    site, opened, request = asked()
    site.do(identity.Attend(True), OFFICER)
    ticket = site.booth.visits.visits[opened].ticket

    site.do(queue.HoldTicket(ticket))
    site.do(site.decision(request), OFFICER)
    assert site.city_step() in site.booth.visits.visits[opened].done


def test_asking_needs_a_step_that_is_the_citys_and_all_gates_before_it() -> None:
    site = Site()
    opened = site.open_visit()
    assert site.refused(identity.RequestIdentity(opened, site.city_step(), ())) == "visit.gate_open"
    assert site.refused(identity.RequestIdentity(opened, "guidance", ())) == "visit.wrong_kind"
    assert site.refused(identity.RequestIdentity(opened, "dance", ())) == "visit.unknown_step"
    assert site.refused(identity.RequestIdentity(9, "dance", ())) == "visit.unknown"
    assert site.refused(identity.WithdrawRequest(9)) == "identity.unknown"
