"""The reception's first look at papers, signed for a ticket, and the final check by somebody else."""

from hub.domain.queue import queue
from hub.domain.visit import visit
from hub.domain.visit.pre_check import PreCheck, step_of, wanted
from hub.domain.visit.visit import done_by
from tests.hub.domain.booths import CLERK, MANAGER, OTHER, Site, replayed

PAPERS = (
    "delivery_notice", "reply_notice", "pin_request_sheet", "addressed_envelope", "pin_copy", "A",
)  # fmt: skip


def test_who_looked_at_the_papers_first_does_not_check_them_at_the_window() -> None:
    """KOGA-7.1-06: pre-check and final check are two different people's."""
    site = Site()
    ticket = site.issue()
    site.do(PreCheck(ticket), CLERK)
    site.do(queue.CallTicket(ticket, "窓口1"), CLERK)
    site.do(queue.StartService(ticket), CLERK)
    opened = site.do(visit.OpenVisit(ticket, site.method), CLERK)
    assert done_by(site.booth.visits.visits[opened], "pre_check") == CLERK.person
    assert site.refused(visit.DoStep(opened, "pre_check"), OTHER) == "visit.step_done"
    assert site.refused(visit.DoStep(opened, "final_check", PAPERS), CLERK) == "visit.second_person"
    site.do(visit.DoStep(opened, "final_check", PAPERS), OTHER)
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    assert replayed(site) == site.booth


def test_the_final_check_waits_for_the_first_look() -> None:
    site = Site()
    opened = site.open_visit()
    for person in (CLERK, OTHER, MANAGER):
        assert site.refused(visit.DoStep(opened, "final_check", PAPERS), person) == "visit.not_looked_at"
    site.do(visit.DoStep(opened, "pre_check"), MANAGER)
    site.do(visit.DoStep(opened, "final_check", PAPERS), CLERK)


def test_one_look_holds_for_a_whole_family_and_for_a_visit_that_is_opened_again() -> None:
    site = Site()
    ticket = site.issue(people=2)
    site.do(PreCheck(ticket), OTHER)
    site.do(queue.CallTicket(ticket, "窓口1"))
    site.do(queue.StartService(ticket))
    first = site.do(visit.OpenVisit(ticket, site.method))
    site.do(visit.AbandonVisit(first, "方式の選びまちがい"))
    for _ in range(2):
        opened = site.do(visit.OpenVisit(ticket, site.method))
        assert done_by(site.booth.visits.visits[opened], "pre_check") == OTHER.person
        site.do(visit.AbandonVisit(opened, "気が変わった"))


def test_a_look_is_signed_once_taken_back_once_and_not_after_the_visit_is_opened() -> None:
    site = Site()
    ticket = site.issue()
    assert site.refused(PreCheck(ticket, False)) == "visit.pre_check_twice"
    site.do(PreCheck(ticket))
    assert site.refused(PreCheck(ticket), OTHER) == "visit.pre_check_twice"
    site.do(PreCheck(ticket, False))
    site.do(queue.CallTicket(ticket, "窓口1"))
    site.do(queue.StartService(ticket))
    opened = site.do(visit.OpenVisit(ticket, site.method))
    assert site.booth.visits.visits[opened].done == ()
    assert site.refused(PreCheck(ticket)) == "visit.pre_check_late"


def test_where_no_contract_step_looks_again_nothing_is_signed_at_the_reception() -> None:
    site = Site()
    assert site.refused(PreCheck(99)) == "queue.unknown_ticket"
    assert site.refused(PreCheck(site.issue("application_support"))) == "visit.pre_check_none"
    void = site.issue()
    site.do(queue.UndoAction(void, void))
    assert site.refused(PreCheck(void)) == "queue.wrong_state"
    chiba = Site("chiba")
    assert not any(wanted(chiba.profile, chiba.booth.day.event_type, lane.id) for lane in chiba.profile.lanes)
    assert [method.id for method in site.profile.methods if step_of(method)] == ["delivery_booth"]
