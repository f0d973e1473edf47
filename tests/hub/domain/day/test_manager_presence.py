"""While nobody answers for the booth, nobody is taken on or called."""

import pytest

from hub.domain.contracts.reading import shipped
from hub.domain.day.manager_presence import LeaveBooth, TakeBooth
from hub.domain.queue import queue
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, MANAGER, Site, replayed

DEPUTY = MANAGER.__class__("staff-9", "staff", "contractor", ("manager", "worker"))


def test_a_manager_who_leaves_stops_reception_until_a_deputy_takes_over() -> None:
    """CHIB-2.7-01: numbers and calls wait; who stands at a window is served to the end."""
    site = Site("chiba")
    waiting = site.issue()
    opened = site.open_visit()
    site.do(LeaveBooth(), MANAGER)
    assert site.refused(queue.IssueTicket(site.lane)) == "day.no_manager"
    assert site.refused(queue.CallNext((site.lane,), "窓口2")) == "day.no_manager"
    assert site.refused(queue.CallTicket(waiting, "窓口2")) == "day.no_manager"
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    assert site.refused(TakeBooth(), CLERK) == "role.not_allowed"
    site.do(TakeBooth(), DEPUTY)
    site.do(queue.CallTicket(waiting, "窓口2"))
    assert site.booth.leading == (DEPUTY.person,)
    assert replayed(site) == site.booth


def test_one_of_two_managers_may_leave_and_nobody_leaves_or_comes_twice() -> None:
    site = Site("chiba")
    assert site.refused(TakeBooth(), MANAGER) == "day.manager_here"
    assert site.refused(LeaveBooth(), DEPUTY) == "day.manager_away"
    site.do(TakeBooth(), DEPUTY)
    site.do(LeaveBooth(), MANAGER)
    site.issue()


def test_whoever_opens_the_day_answers_for_it_and_before_it_nobody_leaves() -> None:
    site = Site("chiba", open_day=False)
    assert site.refused(LeaveBooth(), MANAGER) == "day.not_open"
    site.staff()
    site.do(site.opening(), MANAGER)
    assert site.booth.leading == (MANAGER.person,)


@pytest.mark.parametrize("contract", shipped())
def test_only_where_the_contract_wants_its_manager_at_each_event_does_the_booth_stand_still(contract: str) -> None:
    site = Site(contract)
    site.do(LeaveBooth(), MANAGER)
    always = any(role.manages and role.presence == "each_event" for role in site.profile.roles)
    if always:
        assert site.refused(queue.IssueTicket(site.lane)) == "day.no_manager"
    else:
        site.issue()
