"""Who answers for a booth has been appointed, and a manager is not without what the contract wants."""

import pytest

from hub.domain.day import day, manager_presence
from hub.domain.moment import Signer
from hub.domain.people import appointment
from hub.domain.people.appointment import AppointManager
from tests.hub.domain.booths import CLERK, MANAGER, Site, replayed
from tests.hub.domain.day.test_agreed_day import agreed, on, real

DATE = "2026-03-08"
DEPUTY = Signer("staff-5", "staff", "contractor", ("deputy_manager",))
WHOLE = AppointManager(MANAGER.person, False, "2026-02-01", "第123号", "長岡市", True)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AppointManager(MANAGER.person, False, "2026-02-01", "", "長岡市", True), "appoint.exam"),
        (AppointManager(MANAGER.person, False, "2026-02-01", " ", "長岡市", True), "appoint.exam"),
        (AppointManager(MANAGER.person, False, "2026-02-01", "第123号", "", True), "appoint.experience"),
        (AppointManager(MANAGER.person, False, "2026-02-01", "第123号", "長岡市", False), "appoint.regular"),
        (AppointManager("", False, "2026-02-01", "第123号", "長岡市", True), "dossier.nobody"),
        (AppointManager(MANAGER.person, False, "2月", "第123号", "長岡市", True), "dossier.paper"),
    ],
)
def test_a_manager_is_not_appointed_without_what_the_contract_wants(command: AppointManager, code: str) -> None:
    """NAGA-8.2-01: appoint a manager without 検定 -> refused; without the experience, or employment, likewise."""
    site = Site("nagaoka")
    assert site.refused(command, MANAGER) == code
    site.do(WHOLE, MANAGER)
    assert replayed(site) == site.booth


def test_a_real_day_is_opened_by_whom_somebody_has_appointed() -> None:
    site = real("nagaoka")
    site.do(agreed(DATE, event="counter"), MANAGER)
    assert on(site, DATE, appointed=False) == "appoint.missing"
    site.do(WHOLE, MANAGER)
    assert on(site, DATE, appointed=False) == ""
    assert Site("koganei").refused(WHOLE, MANAGER) == "appoint.none"


def test_the_deputy_has_the_approvals_while_the_manager_is_away() -> None:
    """NAGA-8.2-01: manager absent, deputy signed in -> approvals are the deputy's; a clerk has none."""
    site = Site("nagaoka")
    site.do(AppointManager(DEPUTY.person, True, "2025-08-01"), MANAGER)
    deputy = Signer(*(DEPUTY.person, DEPUTY.kind, DEPUTY.party, DEPUTY.roles), managing=site.profile.managing)
    site.do(manager_presence.LeaveBooth(), MANAGER)
    assert site.refused(day.StopReception(), CLERK) == "role.not_allowed"
    site.do(manager_presence.TakeBooth(), deputy)
    site.do(day.StopReception(), deputy)
    assert appointment.missing(site.booth.appointed, site.profile, DEPUTY.person, "2025-08-06") is None
