"""Windows that are kept apart: what the first call, or a manager, made of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.identity import identity
from hub.domain.queue import queue
from hub.domain.queue.window_lanes import KeepWindow
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, Site, replayed


def booth() -> Site:
    site = Site("chiba")
    if not site.booth.identity.officers:
        site.do(identity.Attend(True), OFFICER)
    return site


def test_a_window_of_one_lane_is_refused_to_the_other() -> None:
    """CHIB-2.2-10: window 1 for 申請 and for 交付 is refused."""
    site = booth()
    site.do(KeepWindow("窓口1", "application"), MANAGER)
    assert site.refused(KeepWindow("窓口1", "delivery"), MANAGER) == "queue.window_kept"
    other = site.issue("delivery")
    assert site.refused(queue.CallTicket(other, "窓口1")) == "queue.window_kept"
    assert site.refused(queue.CallNext(("delivery",), "窓口1")) == "queue.window_kept"
    site.do(queue.CallTicket(other, "窓口2"))
    assert dict(site.booth.windows) == {"窓口1": "application", "窓口2": "delivery"}
    assert site.refused(KeepWindow("窓口3", "delivery"), CLERK) == "role.not_allowed"
    assert replayed(site) == site.booth


def test_the_next_of_all_lanes_is_one_of_this_windows_own() -> None:
    site = booth()
    site.do(KeepWindow("窓口1", "delivery"), MANAGER)
    site.issue("application")
    own = site.issue("delivery")
    site.do(queue.CallNext(("application", "delivery"), "窓口1"))
    assert site.booth.queue.windows["窓口1"] == own


def test_a_window_is_given_free_when_nobody_stands_at_it() -> None:
    site = booth()
    assert site.refused(KeepWindow("窓口1", ""), MANAGER) == "queue.window_free"
    ticket = site.serve("application")
    assert site.refused(KeepWindow("窓口1", ""), MANAGER) == "queue.window_busy"
    site.do(queue.HoldTicket(ticket))
    site.do(KeepWindow("窓口1", ""), MANAGER)
    site.do(KeepWindow("窓口1", "delivery"), MANAGER)
    assert site.refused(KeepWindow("", "delivery"), MANAGER) == "queue.window"
    assert site.refused(KeepWindow("窓口9", "nowhere"), MANAGER) == "queue.unknown_lane"


def test_where_lanes_need_not_stand_apart_a_window_serves_all() -> None:
    site = Site()
    assert site.profile.lanes_apart == frozenset()
    assert site.refused(KeepWindow("窓口1", "delivery"), MANAGER) == "queue.window_any"
    for lane in ("delivery", "application_support"):
        site.do(queue.HoldTicket(site.serve(lane)))
    assert not site.booth.windows


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["application", "delivery"]), st.integers(1, 3)), max_size=8))
def test_no_window_ever_serves_two_lanes_that_stand_apart(calls: list[tuple[str, int]]) -> None:
    site = booth()
    served: dict[str, set[str]] = {}
    for lane, number in calls:
        ticket, window = site.issue(lane), f"窓口{number}"
        if not isinstance(site.decide(queue.CallTicket(ticket, window)), Refusal):
            site.do(queue.CallTicket(ticket, window))
            site.do(queue.HoldTicket(ticket))
            served.setdefault(window, set()).add(lane)
    assert all(len(lanes) == 1 for lanes in served.values())
