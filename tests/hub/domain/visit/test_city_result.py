"""Delivery and certificates are the city's: nobody at the booth can say that they are done, and the city's word counts."""

import pytest

from hub.domain.queue import queue
from hub.domain.visit import city_result, visit
from hub.domain.visit.city_result import EnterResults, Result
from tests.hub.domain.booths import CLERK, DATE, HUB, MANAGER, OFFICER, Site, replayed

CASES = [
    ("niigata", "city_hall_counter", "pre_delivery_and_delivery", "delivered_by_city"),
    ("koganei", "delivery_booth", "certificate_issue", "certificate_issued_by_city"),
]


@pytest.mark.parametrize(("contract", "event", "step", "state"), CASES)
def test_what_the_contract_leaves_to_the_city_is_done_by_the_citys_word_alone(
    contract: str, event: str, step: str, state: str
) -> None:
    """NIIG-8.1-05, KOGA-6-01: a contractor sets it -> refused; the city's results come in -> delivered_by_city, done."""
    site = Site(contract, event_type=event)
    opened = site.open_visit()
    number = site.booth.visits.visits[opened].number
    entered = EnterResults((Result(DATE, number, step),))
    for contractor in (CLERK, MANAGER, HUB):
        assert site.refused(visit.DoStep(opened, step), contractor) in ("visit.not_here", "role.not_allowed")
        assert site.refused(entered, contractor) == "role.city_only"
    assert city_result.states(site.booth.results, site.profile, DATE, number) == ()
    site.do(entered, OFFICER)
    assert city_result.states(site.booth.results, site.profile, DATE, number) == (state,)
    assert replayed(site) == site.booth


def test_results_of_an_earlier_day_are_entered_when_they_come() -> None:
    site = Site("niigata")
    number = site.ticket(site.issue()).number
    site.do(queue.CarryOver(next(iter(site.booth.queue.tickets))), MANAGER)
    site.close()
    site.wait(24 * 3600)
    site.staff()
    site.do(site.opening("2025-08-07"), MANAGER)
    step = CASES[0][2]
    assert site.refused(EnterResults((Result("2025-08-07", number, step),)), OFFICER) == "result.unknown"
    assert site.refused(EnterResults((Result(DATE, "A-002", step),)), OFFICER) == "result.unknown"
    site.do(EnterResults((Result(DATE, number, step),)), OFFICER)
    assert city_result.states(site.booth.results, site.profile, DATE, number) == ("delivered_by_city",)
    # A number from the pile that was printed beforehand is one of ours too: no list would go in because of it.
    site.do(EnterResults((Result(DATE, "P-07", step),)), OFFICER)
    assert site.refused(EnterResults((Result(DATE, "P-07", step),)), OFFICER) == "result.twice"
    for other in ("P-100", "P7"):  # one spelling, or the same number would count twice
        assert site.refused(EnterResults((Result(DATE, other, step),)), OFFICER) == "result.unknown"


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ((), "result.many"),
        ((Result(DATE, "A-001", "seal"),), "result.step"),
        ((Result(DATE, "A-099", "pre_delivery_and_delivery"),), "result.unknown"),
        ((Result("8月6日", "A-001", "pre_delivery_and_delivery"),), "result.unknown"),
        ((Result(DATE, "A-001", "pre_delivery_and_delivery"),) * 2, "result.twice"),
    ],
)
def test_a_result_of_nobodys_is_refused_whole(results: tuple[Result, ...], code: str) -> None:
    site = Site("niigata")
    assert site.ticket(site.issue()).number == "A-001"
    assert site.refused(EnterResults(results), OFFICER) == code
    assert not site.booth.results


def test_the_citys_file_says_date_number_and_what_was_done() -> None:
    profile = Site("niigata", open_day=False).profile
    data = "日付,番号,結果,備考\r\n2025/08/06,a-001,済,\r\n2025-08-06,A-002,カードの交付前設定及び交付,x\r\n".encode(
        "cp932"
    )
    found, wrong = city_result.read(data, profile)
    assert [(one.date, one.number) for one in found] == [(DATE, "A-001"), (DATE, "A-002")] and wrong == []
    assert {one.step for one in found} == {"pre_delivery_and_delivery"}
    found, wrong = city_result.read(
        "日付,番号,結果\nきのう,A-1,済\n2025-08-06,A-1,たぶん\n2025-08-06\n".encode(), profile
    )
    assert found == [] and [one.line for one in wrong] == [2, 3, 4]
    for data in (b"", b"PK\x03\x04", "番号,結果\nA-1,済\n".encode()):
        assert [one.line for one in city_result.read(data, profile)[1]] == [0]
