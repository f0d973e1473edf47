import pytest

from hub.domain.contracts.reading import shipped
from hub.domain.custody import custody
from hub.domain.devices.effect import EffectOutcome, EffectState, ReportEffects
from hub.domain.identity import identity
from hub.domain.queue import queue
from hub.domain.reports.counts import TicketCounts, count_day, invariants
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, OTHER, Site


def settle(site: Site) -> None:
    """Every device did what it was asked."""
    outcomes = tuple(EffectOutcome(entry, kind, EffectState.DONE) for entry, kind in site.booth.effects.open)
    site.do(ReportEffects(outcomes), HUB)


def whole_day(site: Site) -> None:
    """One of everything that can become of a ticket, then close and hand over."""
    site.whole_visit()
    void = site.issue()
    site.do(queue.UndoAction(void, void))
    absent = site.issue()
    site.do(queue.CallTicket(absent, "窓口1"))
    for _ in range(2):
        site.do(queue.RecallTicket(absent))
    site.do(queue.MarkNoShow(absent))
    back = site.issue()
    site.do(queue.SendAway(back, 700))
    site.do(queue.CarryOver(back))
    if custody.loose_sheets(site.booth.custody):
        site.seal("KG-1", f"SL-{len(site.entries)}")
    settle(site)
    site.close()


@pytest.mark.parametrize("contract", shipped())
def test_a_whole_day_of_every_contract_counts_and_holds(contract: str) -> None:
    # AOMO-5.9-04, AOMO-9-01
    site = Site(contract)
    whole_day(site)
    if site.booth.custody.containers:
        site.do(site.acceptance(site.offer()), OFFICER)
    counts = count_day(site.booth)
    expected = TicketCounts(issued=4, completed=1, no_show=1, returned=1, carried_over=1, voided=1, open=0)
    assert counts.tickets == counts.lanes[site.lane] == expected
    assert counts.visits == {site.method: 1}
    assert counts.custody.counted == counts.custody.sealed == counts.custody.accepted
    assert invariants(site.booth) == dict.fromkeys(invariants(site.booth), True)


def test_the_counts_of_a_day_are_that_days_although_custody_goes_on() -> None:
    site = Site()
    whole_day(site)
    yesterday = site.booth
    site.wait(86_400)
    site.do(site.opening("2025-08-07"), MANAGER)
    site.do(site.acceptance(site.offer()), OFFICER)  # yesterday's papers, signed for today
    assert count_day(site.booth).custody == count_day(Site().booth).custody
    whole_day(site)
    assert count_day(site.booth).custody.sealed == count_day(yesterday).custody.sealed
    assert count_day(site.booth).custody.accepted == {}
    site.do(site.acceptance(site.offer()), OFFICER)
    assert invariants(site.booth) == dict.fromkeys(invariants(site.booth), True)


def test_yesterdays_box_opened_again_is_todays_to_seal() -> None:
    site = Site()
    whole_day(site)
    site.wait(86_400)
    site.do(site.opening("2025-08-07"), MANAGER)
    site.take_out()
    site.do(custody.UnsealContainer("KG-1", "封印がこわれた"), MANAGER)
    site.seal("KG-1", "SL-again")
    site.close()
    counts = count_day(site.booth).custody
    assert counts.counted == counts.sealed != {}


def broken(name: str) -> Site:
    """A booth in which exactly what `name` claims has gone wrong, or is not finished."""
    site = Site()
    match name:
        case "every_ticket_has_an_end":
            site.issue()
        case "no_visit_left_open":
            site.open_visit()
        case "no_identity_request_undecided":
            opened = site.open_visit()
            site.steps(opened, until=site.city_step())
            site.ask(opened, site.city_step())
        case "no_loose_papers" | "collected_equals_sealed":
            site.whole_visit()
        case "sealed_equals_accepted" | "every_container_accepted":
            site.whole_visit()
            site.seal()
        case "no_transfer_disputed":
            site.whole_visit()
            site.seal()
            site.do(site.acceptance(site.offer(), other=1), OFFICER)
        case "no_difference_admitted":
            site.whole_visit()
            site.count(sheets=site.found(other=1))
            site.do(custody.RecordDifference("KG-1", "多い"), MANAGER)
        case "no_effect_unsettled":
            site.issue()
    return site


@pytest.mark.parametrize(
    "name",
    [
        "every_ticket_has_an_end",
        "no_visit_left_open",
        "no_identity_request_undecided",
        "no_loose_papers",
        "collected_equals_sealed",
        "sealed_equals_accepted",
        "every_container_accepted",
        "no_transfer_disputed",
        "no_difference_admitted",
        "no_effect_unsettled",
    ],
)
def test_each_invariant_says_when_it_does_not_hold(name: str) -> None:
    assert invariants(broken(name).booth)[name] is False


def test_decisions_are_counted_by_outcome_and_abandoned_visits_apart() -> None:
    site = Site()
    site.do(identity.Attend(True), OFFICER)
    opened = site.open_visit()
    site.steps(opened, until=site.city_step())
    site.do(site.decision(site.ask(opened, site.city_step()), identity.Outcome.MORE_PAPERS), OFFICER)
    site.do(site.decision(site.ask(opened, site.city_step())), OFFICER)
    site.do(visit.AbandonVisit(opened, "帰られた"))
    counts = count_day(site.booth)
    assert counts.identity == {"more_papers": 1, "confirmed": 1}
    assert (counts.abandoned, counts.visits) == (1, {})


def test_a_discrepancy_is_visible_in_the_counts() -> None:
    site = Site()
    site.whole_visit()
    site.count(sheets=site.found(identity_copy=-1))
    site.do(custody.RecordDifference("KG-1", "ない"), MANAGER)
    for person in (CLERK, OTHER):
        site.do(custody.SealContainer("KG-1", "SL-1"), person)
    counts = count_day(site.booth).custody
    assert counts.counted["identity_copy"] == 1 and "identity_copy" not in counts.sealed
