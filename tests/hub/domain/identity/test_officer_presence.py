"""While no officer is on duty: lanes that need one stand still, places are kept, and a refusal names what it rests on."""

from hub.domain.contracts.reading import load_profile
from hub.domain.day.day import Phase
from hub.domain.identity import identity
from hub.domain.queue import queue
from hub.domain.queue.queue import TicketState
from hub.domain.visit import visit
from hub.domain.visit.steps import CITY_KINDS
from hub.site.board_view import Foot, board
from tests.hub.domain.booths import CLERK, OFFICER, Site


def issue(site: Site, lane: str) -> int:
    return site.do(queue.IssueTicket(lane))


def message(site: Site) -> str:
    assert site.booth.day.phase is not Phase.CLOSED
    return board(site.booth, site.profile, "会場", True, site.at_ms, Foot(site.booth)).message_ja


def test_the_delivery_lane_pauses_by_itself_and_goes_on_with_the_first_officer() -> None:
    # CHIB-2.2-01
    site = Site("chiba")
    first, second = issue(site, "delivery"), issue(site, "delivery")
    site.do(identity.Attend(False), OFFICER)
    assert site.refused(queue.CallNext(("delivery",), "窓口1")) == "queue.no_officer"
    assert site.refused(queue.CallTicket(second, "窓口1")) == "queue.no_officer"
    assert "交付受付 休止中" in message(site) and "順番はそのまま" in message(site)
    site.do(identity.Attend(True), OFFICER)
    assert "休止中" not in message(site)
    site.do(queue.CallNext(("delivery",), "窓口1"))
    assert site.booth.queue.tickets[first].state is TicketState.CALLED


def test_a_window_of_several_lanes_calls_from_those_that_go_on() -> None:
    # CHIB-2.2-01
    site = Site("chiba")
    issue(site, "delivery")
    application = issue(site, "application")
    site.do(identity.Attend(False), OFFICER)
    site.do(queue.CallNext(("delivery", "application"), "窓口1"))
    assert site.booth.queue.tickets[application].state is TicketState.CALLED


def test_the_board_says_that_the_identity_check_is_waited_for_and_how_many_wait() -> None:
    # NIIG-8.4-05
    site = Site("niigata")
    site.do(identity.Attend(True), OFFICER)
    opened = site.open_visit()
    site.steps(opened, until=site.city_step())
    site.ask(opened, site.city_step())
    assert "本人確認待ち" not in message(site)
    site.do(identity.Attend(False), OFFICER)
    assert message(site).startswith("本人確認待ち 1人：順番はそのままです")
    held = site.booth.visits.visits[opened].ticket
    site.do(queue.HoldTicket(held))  # parked, and still counted
    assert "本人確認待ち 1人" in message(site)
    site.do(identity.Attend(True), OFFICER)
    assert "本人確認待ち" not in message(site)


def test_a_refusal_of_the_citys_step_names_the_notice_it_rests_on() -> None:
    # NIIG-8.1-15
    site = Site("niigata")
    site.do(identity.Attend(True), OFFICER)
    opened = site.open_visit()
    step = site.city_step()
    site.steps(opened, until=step)
    refusal = site.decide(visit.DoStep(opened, step), CLERK)
    assert refusal.code == "role.city_by_notice"  # type: ignore[union-attr]
    assert "令和2年12月28日通知・仕様書8.1(1)※" in refusal.todo_ja  # type: ignore[union-attr]


def test_every_citys_step_of_niigata_has_its_basis() -> None:
    # NIIG-8.1-15
    steps = [step for method in load_profile("niigata").methods for step in method.steps if step.kind in CITY_KINDS]
    assert steps and all(step.basis for step in steps)
