"""Nobody is called to a window while the one before may still be logged in at its application terminal (incident 9)."""

import pytest

from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes, shipped
from hub.domain.queue import queue
from hub.domain.visit import shared_terminal, visit
from tests.hub.domain.booths import CLERK, OTHER, Site, replayed

NEXT = queue.CallNext(("application",), "窓口1")


def begun() -> tuple[Site, int]:
    """Chiba: somebody at window 1 whose visit has begun, and another waiting."""
    site = Site("chiba")
    opened = site.open_visit("apply_in_person")
    site.step(opened, "guidance")
    site.issue("application")
    return site, opened


def test_contracts_with_a_shared_application_terminal_have_the_gate() -> None:
    found = {
        profile.id
        for profile in map(load_profile, shipped())
        for method in profile.methods
        if any(step.logs_out for step in method.steps)
    }
    assert found == {"aomori", "chiba", "niigata"}


def test_incident_9_who_gave_up_in_the_middle_is_logged_out_before_the_next_call() -> None:
    """CHIB-1.9-01: an abandoned case forces somebody to close its screen."""
    site, opened = begun()
    ticket = site.booth.visits.visits[opened].ticket
    site.do(visit.AbandonVisit(opened, "帰られた"))
    site.do(queue.FinishTicket(ticket))
    assert site.refused(NEXT) == "visit.still_logged_in"
    assert site.refused(queue.CallTicket(site.booth.queue.lines["application"][0], "窓口1")) == "visit.still_logged_in"
    site.do(shared_terminal.ConfirmLoggedOut("窓口1"), OTHER)
    site.do(NEXT)
    assert replayed(site) == site.booth


def test_a_held_visit_is_logged_out_too_but_may_come_back_to_its_own_screen() -> None:
    site, opened = begun()
    ticket = site.booth.visits.visits[opened].ticket
    site.do(queue.HoldTicket(ticket))
    assert site.refused(NEXT) == "visit.still_logged_in"
    site.do(queue.CallTicket(ticket, "窓口1"))
    site.do(queue.StartService(ticket))
    assert site.refused(queue.FinishTicket(ticket)) == "visit.open"


def test_another_window_has_its_own_terminal() -> None:
    site, opened = begun()
    site.do(queue.HoldTicket(site.booth.visits.visits[opened].ticket))
    site.do(queue.CallNext(("application",), "窓口2"), OTHER)


def test_a_visit_cannot_finish_logged_in_and_after_it_nobody_is_asked_again() -> None:
    site, opened = begun()
    site.steps(opened, until="logged_out")
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"
    assert dict(site.booth.visits.in_use) == {"窓口1": opened}
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    site.do(queue.FinishTicket(site.booth.visits.visits[opened].ticket))
    assert site.refused(shared_terminal.ConfirmLoggedOut("窓口1")) == "visit.nobody_logged_in"
    site.do(NEXT, CLERK)


def test_a_logout_that_can_be_skipped_is_no_profile() -> None:
    text = profile_bytes("chiba").decode()
    with pytest.raises(ProfileError, match="ログアウト"):
        decode_profile(text.replace("gate = true, logs_out = true", "logs_out = true").encode(), "x")
