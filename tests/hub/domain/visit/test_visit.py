import msgspec
import pytest

from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.identity import identity
from hub.domain.queue import queue
from hub.domain.queue.queue import TicketState
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit
from hub.domain.visit.rules import VisitCommand
from hub.domain.visit.visit import VisitState
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, OTHER, Site, replayed

OFFERED = [
    (contract, event.id, method)
    for contract in shipped()
    for event in load_profile(contract).event_types
    for method in event.methods
]


@pytest.mark.parametrize(("contract", "event", "method"), OFFERED)
def test_a_whole_visit_of_every_method_of_every_contract(contract: str, event: str, method: str) -> None:
    # NIIG-8.1-01, NIIG-8.4-07, AOMO-5.5-02, AOMO-5.5-04, AOMO-5.5-05, AOMO-5.6-05, AOMO-5.7-07, KOGA-6-04,
    # KOGA-7.1-02, KOGA-7.1-03, KOGA-7.1-06, KOGA-7.1-08, KOGA-7.1-09, KOGA-7.1-10, KOGA-7.1-11, KOGA-7.3-02
    site = Site(contract, event_type=event)
    opened = site.open_visit(method)
    steps = visit_steps.booth_steps(site.profile.method(method))
    for step in steps:
        if step.gate:
            # Neither the end nor any later step is reached before this gate.
            assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"
            for later in steps[steps.index(step) + 1 :]:
                by = (
                    CLERK
                    if visit_steps.may_do(later, CLERK) is None or later.kind in visit_steps.CITY_KINDS
                    else OFFICER
                )
                assert site.refused(_attempt(opened, later.id, later.kind), by) == "visit.gate_open"
        site.step(opened, step.id)
    site.do(visit.FinishVisit(opened))
    ended = site.booth.visits.visits[opened]
    assert (ended.state, ended.done) == (VisitState.DONE, tuple(step.id for step in steps))
    site.do(queue.FinishTicket(ended.ticket))
    collected = {paper.id: 1 for paper in site.profile.method(method).documents if paper.keep == "hand_over"}
    assert dict(site.booth.custody.loose) == collected
    assert replayed(site) == site.booth


def _attempt(opened: int, step: str, kind: str) -> VisitCommand | identity.RequestIdentity:
    if kind in visit_steps.CITY_KINDS:
        return identity.RequestIdentity(opened, step, ())
    if kind == "count":
        return visit.CountSheets(opened, step, {})
    return visit.DoStep(opened, step)


@pytest.mark.parametrize(("contract", "event", "method"), OFFERED)
def test_no_person_at_the_booth_can_do_a_city_step(contract: str, event: str, method: str) -> None:
    # NIIG-6-01, NIIG-8.1-04, NIIG-8.1-15, AOMO-5.5-04, KOGA-7.1-03
    site = Site(contract, event_type=event)
    opened = site.open_visit(method)
    for step in visit_steps.booth_steps(site.profile.method(method)):
        if step.kind in visit_steps.CITY_KINDS:
            for who in (CLERK, MANAGER, OFFICER):
                assert site.refused(visit.DoStep(opened, step.id), who) in ("role.city_only", "role.city_by_notice")
            request = site.ask(opened, step.id)
            for who in (CLERK, MANAGER):
                assert site.refused(site.decision(request), who) == "role.city_only"
            site.do(identity.WithdrawRequest(request))
        site.step(opened, step.id)


def test_a_step_outside_the_booth_is_refused() -> None:
    # NIIG-8.1-05, KOGA-6-01
    site = Site()
    assert site.refused(visit.DoStep(site.open_visit(), "seal")) == "visit.not_here"


def test_a_step_is_done_once() -> None:
    site = Site()
    opened = site.open_visit()
    site.step(opened, "guidance")
    assert site.refused(visit.DoStep(opened, "guidance")) == "visit.step_done"


def test_a_step_that_the_method_does_not_have_is_refused() -> None:
    site = Site()
    assert site.refused(visit.DoStep(site.open_visit(), "dance")) == "visit.unknown_step"


def test_counting_is_not_ticked_and_a_tick_is_not_counted() -> None:
    site = Site()
    opened = site.open_visit()
    assert site.refused(visit.DoStep(opened, "collect_store")) == "visit.wrong_kind"
    assert site.refused(visit.CountSheets(opened, "guidance", {})) == "visit.wrong_kind"


def test_documents_that_are_required_must_be_ticked_and_others_not() -> None:
    # NIIG-8.4-08, NIIG-8.4-09, KOGA-7.1-04
    site = Site()
    opened = site.open_visit()
    site.steps(opened, until="final_check")
    assert site.refused(visit.DoStep(opened, "final_check", ("delivery_notice",)), OTHER) == "visit.documents_missing"
    assert site.refused(visit.DoStep(opened, "final_check", ("passport_of_a_cat",)), OTHER) == "visit.paper_unknown"


@pytest.mark.parametrize("count", [-1, 100, 2**40])
def test_a_count_that_no_applicant_brings_is_refused(count: int) -> None:
    # NIIG-8.4-08, NIIG-8.4-09, KOGA-7.1-04
    site = Site()
    opened = site.open_visit()
    site.steps(opened, until="collect_store")
    sheets = {paper.id: 1 for paper in site.profile.method(site.method).documents if paper.keep == "hand_over"}
    assert site.refused(visit.CountSheets(opened, "collect_store", sheets | {"other": count})) == "visit.paper_count"
    assert (
        site.refused(visit.CountSheets(opened, "collect_store", sheets | {"identity_copy": 0})) == "visit.paper_count"
    )
    assert site.refused(visit.CountSheets(opened, "collect_store", sheets | {"pin_copy": 1})) == "visit.paper_unknown"


def test_steps_wait_while_the_applicant_is_not_at_the_window() -> None:
    site = Site()
    opened = site.open_visit()
    ticket = site.booth.visits.visits[opened].ticket
    site.do(queue.HoldTicket(ticket))
    assert site.refused(visit.DoStep(opened, "guidance")) == "visit.ticket_not_served"
    assert site.refused(visit.FinishVisit(opened)) == "visit.ticket_not_served"
    site.do(queue.CallTicket(ticket, "窓口2"), OTHER)
    site.do(queue.StartService(ticket), OTHER)
    site.do(visit.DoStep(opened, "guidance"), OTHER)


def test_a_ticket_with_an_open_visit_cannot_end_or_leave() -> None:
    site = Site()
    opened = site.open_visit()
    ticket = site.booth.visits.visits[opened].ticket
    for command in (
        queue.FinishTicket(ticket),
        queue.SendAway(ticket, 700),
        queue.TransferTicket(ticket, "application_support"),
    ):
        assert site.refused(command) == "visit.open"
    site.do(queue.HoldTicket(ticket))
    assert site.refused(queue.CarryOver(ticket)) == "visit.open"
    site.do(queue.CallTicket(ticket, "窓口1"))
    for _ in range(2):
        site.do(queue.RecallTicket(ticket))
    assert site.refused(queue.MarkNoShow(ticket)) == "visit.open"
    site.do(visit.AbandonVisit(opened, "帰られた"))
    site.do(queue.MarkNoShow(ticket))
    assert site.ticket(ticket).state is TicketState.NO_SHOW


def test_the_queues_own_refusal_comes_before_the_visits() -> None:
    site = Site()
    assert site.refused(queue.FinishTicket(site.issue())) == "queue.wrong_state"


def test_a_ticket_without_a_visit_cannot_finish() -> None:
    site = Site()
    assert site.refused(queue.FinishTicket(site.serve())) == "visit.missing"


def test_a_family_has_a_visit_each_of_whatever_method() -> None:
    site = Site()
    first = site.open_visit(people=2)
    ticket = site.booth.visits.visits[first].ticket
    site.steps(first)
    site.do(visit.FinishVisit(first))
    assert site.refused(queue.FinishTicket(ticket)) == "visit.missing"
    second = site.do(visit.OpenVisit(ticket, "collect_in_person"))
    assert site.refused(visit.OpenVisit(ticket, site.method)) == "visit.enough"
    assert site.refused(queue.FinishTicket(ticket)) == "visit.open"
    site.steps(second)
    site.do(visit.FinishVisit(second))
    site.do(queue.FinishTicket(ticket))


def test_a_method_chosen_by_mistake_is_given_up_and_chosen_again() -> None:
    site = Site()
    wrong = site.open_visit()
    ticket = site.booth.visits.visits[wrong].ticket
    site.do(visit.AbandonVisit(wrong, "方式の選びまちがい"))
    right = site.do(visit.OpenVisit(ticket, "collect_in_person"))
    site.steps(right)
    site.do(visit.FinishVisit(right))
    site.do(queue.FinishTicket(ticket))


def test_who_gives_up_leaves_no_papers_and_can_go() -> None:
    site = Site()
    opened = site.open_visit()
    site.steps(opened)
    assert site.refused(visit.AbandonVisit(opened, " ")) == "visit.reason"
    site.do(visit.AbandonVisit(opened, "気が変わった"))
    assert dict(site.booth.custody.loose) == {}
    assert site.refused(visit.FinishVisit(opened)) == "visit.closed"
    site.do(queue.FinishTicket(site.booth.visits.visits[opened].ticket))


def test_only_methods_of_this_event_are_offered() -> None:
    # NIIG-7-01, KOGA-7.3-01
    site = Site("aomori", event_type="base_facility_support")
    assert site.refused(visit.OpenVisit(site.serve(), "outreach_intake")) == "visit.wrong_method"


def test_a_visit_opens_only_for_who_has_come() -> None:
    site = Site()
    ticket = site.issue()
    assert site.refused(visit.OpenVisit(ticket, site.method)) == "visit.ticket_not_served"
    site.call()
    assert site.refused(visit.OpenVisit(ticket, site.method)) == "visit.ticket_not_served"


def test_a_visit_changed_by_another_is_refused_by_its_version() -> None:
    site = Site()
    opened = site.open_visit()
    seen = site.booth.visits.visits[opened].version
    site.do(visit.DoStep(opened, "guidance"), OTHER, version=seen)
    assert site.refused(visit.DoStep(opened, "waiting"), CLERK, version=seen) == "queue.changed"


# ------------------------------------------------------------------ downgrade (Aomori 5(6)④)


def test_a_downgrade_keeps_the_same_acts_and_gives_the_papers_back() -> None:
    # AOMO-5.6-06
    site = Site("aomori", event_type="group_visit")
    opened = site.open_visit("outreach_intake")
    site.steps(opened)
    site.do(visit.DowngradeVisit(opened, "outreach_support"))
    lesser = site.booth.visits.visits[opened]
    assert lesser.papers == ()
    assert "identity_check" not in lesser.done and "count" not in lesser.done and "document_check" not in lesser.done
    assert {"guidance", "form_help", "photo", "photo_confirmation"} <= set(lesser.done)
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    site.do(queue.FinishTicket(lesser.ticket))
    assert dict(site.booth.custody.loose) == {}


def test_a_downgrade_shows_and_counts_again_even_where_both_methods_do() -> None:
    site = Site("aomori", event_type="group_visit")
    intake, support = site.profile.method("outreach_intake"), site.profile.method("outreach_support")
    papers = tuple(step for step in intake.steps if step.id in ("document_check", "count"))
    stricter = msgspec.structs.replace(support, steps=(*support.steps, *papers), documents=intake.documents)
    site.profile = msgspec.structs.replace(site.profile, methods=(intake, stricter))
    opened = site.open_visit("outreach_intake")
    site.steps(opened)
    site.do(visit.DowngradeVisit(opened, "outreach_support"))
    assert not {"document_check", "count"} & set(site.booth.visits.visits[opened].done)
    site.steps(opened, until="count")
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"


def test_a_downgrade_withdraws_what_the_city_was_asked() -> None:
    # AOMO-5.6-06
    site = Site("aomori", event_type="group_visit")
    opened = site.open_visit("outreach_intake")
    site.steps(opened, until="identity_check")
    site.ask(opened, "identity_check")
    site.do(visit.DowngradeVisit(opened, "outreach_support"))
    assert site.booth.identity.pending == ()


def test_a_method_goes_down_only_where_the_contract_says_so() -> None:
    # KOGA-7.3-01
    site = Site()
    assert site.refused(visit.DowngradeVisit(site.open_visit(), "collect_in_person")) == "visit.no_downgrade"


def test_every_downgrade_of_a_contract_can_be_finished() -> None:
    # AOMO-5.6-06
    for contract, event, method in OFFERED:
        target = load_profile(contract).method(method).downgrade_to
        if target is not None:
            site = Site(contract, event_type=event)
            opened = site.open_visit(method)
            site.do(visit.DowngradeVisit(opened, target))
            site.steps(opened)
            site.do(visit.FinishVisit(opened))
