"""Reading personal data: for a purpose, by a role, one field at a time, and always an entry."""

import pytest

from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.day.day import ListReservations, ReservationRow
from hub.domain.moment import Signer
from hub.domain.personal import disclosure
from hub.domain.personal.disclosure import Reveal
from hub.domain.queue import queue
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, Site, replayed


def visiting() -> tuple[Site, int]:
    """A site where reservation R-1 has come and its visit is open; R-2 has not come."""
    site = Site()
    rows = tuple(ReservationRow(n, 540, site.lane, 1, b"sealed", f"reservation/{n}") for n in ("R-1", "R-2"))
    site.do(ListReservations((*rows, ReservationRow("R-3", 540, site.lane, 1))), MANAGER)
    ticket = site.issue(reservation="R-1")
    site.do(queue.CallTicket(ticket, "窓口1"))
    site.do(queue.StartService(ticket))
    return site, site.do(visit.OpenVisit(ticket, site.method))


def test_a_reading_is_an_entry_that_says_who_read_what_for_what() -> None:
    # NIIG-12-01, NAGA-12-01
    site, opened = visiting()
    site.do(Reveal("R-1", "kana", "reservation_check", opened), CLERK)
    read = site.last(disclosure.Revealed)
    assert (read.subject, read.field, read.purpose, read.visit) == (
        "reservation/R-1",
        "kana",
        "reservation_check",
        opened,
    )
    assert (read.by, read.number) == (CLERK.person, site.ticket(site.booth.queue.reservations["R-1"]).number)
    assert replayed(site) == site.booth


@pytest.mark.parametrize(
    ("field", "purpose"),
    [("phone", "reservation_check"), ("kana", "curiosity"), ("", "reservation_check"), ("note", "contact")],
)
def test_a_field_that_the_purpose_does_not_need_is_not_shown(field: str, purpose: str) -> None:
    # NIIG-12-01, KOGA-T4-01
    site, opened = visiting()
    assert site.refused(Reveal("R-1", field, purpose, opened), MANAGER) == "disclosure.purpose"


def test_a_clerk_reads_only_of_the_person_whose_visit_is_open() -> None:
    site, opened = visiting()
    assert site.refused(Reveal("R-2", "kana", "reservation_check", opened)) == "disclosure.no_visit"
    assert site.refused(Reveal("R-1", "kana", "reservation_check", 0)) == "disclosure.no_visit"
    assert site.refused(Reveal("R-1", "kana", "reservation_check", 999)) == "disclosure.no_visit"
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    assert site.refused(Reveal("R-1", "kana", "reservation_check", opened)) == "disclosure.no_visit"


def test_only_a_manager_reads_a_phone_number_and_also_of_who_has_not_come() -> None:
    # NAGA-12-01, KOGA-T4-01
    site, _ = visiting()
    assert site.refused(Reveal("R-2", "phone", "contact"), CLERK) == "role.not_allowed"
    site.do(Reveal("R-2", "phone", "contact"), MANAGER)
    assert site.last(disclosure.Revealed).number == ""


def test_nobody_but_the_booths_staff_reads() -> None:
    # NAGA-12-01, KOGA-T4-01
    site, opened = visiting()
    for other in (OFFICER, HUB, Signer("terminal-1", "terminal", "contractor", ("manager",))):
        assert site.refused(Reveal("R-1", "kana", "reservation_check", opened), other) == "role.not_allowed"


def test_what_is_not_there_is_said() -> None:
    site, opened = visiting()
    assert site.refused(Reveal("R-3", "phone", "contact"), MANAGER) == "disclosure.none"
    assert site.refused(Reveal("nobody", "phone", "contact"), MANAGER) == "disclosure.none"
    site.profile = load_profile("nagaoka")
    assert site.refused(Reveal("R-1", "kana", "reservation_check", opened)) == "consent.number_only"


def test_after_the_day_nothing_is_read() -> None:
    site = Site()
    site.close()
    assert site.refused(Reveal("R-1", "phone", "contact"), MANAGER) == "day.not_open"


@pytest.mark.parametrize("contract", shipped())
def test_every_contract_says_what_may_be_read_for_what(contract: str) -> None:
    profile = load_profile(contract)
    clerk = disclosure.purposes(profile, False, visit=True)
    assert clerk and not any(purpose.manager for purpose in clerk)
    assert not disclosure.purposes(profile, False, visit=False)
    assert set(clerk) <= set(disclosure.purposes(profile, True, visit=True))
