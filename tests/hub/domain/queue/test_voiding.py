"""A number that should not be is voided by who answers for the booth, with a reason, and by nobody else."""

import pytest

from hub.domain.moment import Signer
from hub.domain.queue import queue
from hub.domain.queue.queue import TicketState
from hub.domain.queue.voiding import LONGEST_REASON, TicketVoided, VoidTicket
from hub.domain.reports.counts import count_day
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, MANAGER, Site, replayed


def test_a_worker_voids_no_ticket_and_the_site_manager_does_with_a_reason() -> None:
    """AOMO-6-03: worker voids ticket -> refused; 現地管理者 -> accepted with reason."""
    site = Site("aomori", event_type="patrol_support")
    issued = site.issue()
    assert site.refused(VoidTicket(issued, "二重に発券した"), CLERK) == "role.not_allowed"
    for reason in ("", " ", "字" * (LONGEST_REASON + 1)):
        assert site.refused(VoidTicket(issued, reason), MANAGER) == "queue.void_reason"
    site.do(VoidTicket(issued, "二重に発券した"), MANAGER)
    told = site.last(TicketVoided)
    assert (told.number, told.reason, told.by) == (site.ticket(issued).number, "二重に発券した", MANAGER.person)
    assert site.ticket(issued).state is TicketState.VOID
    assert site.refused(queue.CallTicket(issued, "窓口1")) == "queue.wrong_state"
    assert count_day(site.booth).tickets.voided == 1
    assert replayed(site) == site.booth


def test_the_next_number_is_another_and_the_reservation_can_come_again() -> None:
    site = Site()
    first = site.issue()
    site.do(VoidTicket(first, "予約をまちがえた"), MANAGER)
    assert site.ticket(site.issue()).number != site.ticket(first).number


@pytest.mark.parametrize("by", [CLERK, MANAGER])
def test_nobody_voids_a_number_that_is_called_or_whose_visit_has_begun(by: Signer) -> None:
    site = Site("aomori", event_type="patrol_support")
    opened = site.open_visit("outreach_support")
    ticket = site.booth.visits.visits[opened].ticket
    assert site.refused(VoidTicket(ticket, "まちがい"), MANAGER) == "queue.wrong_state"
    site.do(queue.HoldTicket(ticket))
    assert site.refused(VoidTicket(ticket, "まちがい"), MANAGER) == "queue.void_visit"
    site.do(visit.AbandonVisit(opened, "ご本人の都合"), by)
    site.do(VoidTicket(ticket, "まちがい"), MANAGER)
