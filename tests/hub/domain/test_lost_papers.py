"""Papers that booths elsewhere have lost, tried here: each test does what was done there and meets what stops it."""

from __future__ import annotations

from hub.domain import custody_due, day, forms, transit
from hub.domain.custody import ContainerState
from hub.domain.incident import IncidentReported
from hub.domain.incident_category import Category
from hub.domain.moment import DAY_MS
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, OTHER, Site

MINUTE_MS = 60_000
BOXES = tuple(f"KG-{number}" for number in range(1, 7))


def sealed(contract: str = "koganei", boxes: tuple[str, ...] = ("KG-1",)) -> Site:
    """A booth with the papers of one visit in each of these boxes."""
    site = Site(contract)
    for number, box in enumerate(boxes, 1):
        site.whole_visit()
        site.seal(box, f"SL-{number}")
    return site


def leave(site: Site, transfer: int, boxes: tuple[str, ...]) -> transit.Depart:
    return transit.Depart(transfer, boxes, ("高橋", "佐藤"), "多摩 500 あ 1", site.at_ms + 15 * MINUTE_MS, site.at_ms)


def test_incident_2_one_box_of_six_stays_on_the_cart() -> None:
    """Six boxes left a mall on a cart, five reached the hall: 67 sets with PIN sheets lay in the road."""
    site = sealed(boxes=BOXES)
    transfer = site.offer_only(*BOXES)
    assert site.booth.custody.transfers[transfer].sheets.count(("pin_request_sheet", 6)) == 1, "a class of its own"
    assert site.refused(leave(site, transfer, BOXES[:5]), MANAGER) == "transit.boxes_differ"
    site.do(leave(site, transfer, BOXES), MANAGER)
    site.wait(600)
    site.do(transit.Arrive(transfer, BOXES[:5], True, site.at_ms), MANAGER)
    assert site.last(IncidentReported).category is Category.PAPERS
    assert site.refused(site.acceptance(transfer), OFFICER) == "transit.boxes_missing"
    assert all(site.booth.custody.containers[box].custodian == MANAGER.person for box in BOXES)


def test_incident_11_a_form_that_never_reached_the_city_is_missed_by_the_box_it_was_in() -> None:
    """Forms were sent by ordinary mail past the rule, and nobody missed them: here what was not signed for stays owed.

    Forms that a contract has mailed to J-LIS have no ledger yet: this is about those that go to the city.
    """
    site = sealed()
    site.stop()
    site.do(day.CloseDay(), MANAGER)
    site.at_ms += 3 * DAY_MS
    late = custody_due.overdue(custody_due.owed(site.booth.custody, site.booth.day.date, site.profile), site.at_ms)
    assert [(one.container, custody_due.days_left(one, site.at_ms)) for one in late] == [("KG-1", -3)]
    site.do(site.acceptance(site.offer()), OFFICER)
    assert not custody_due.owed(site.booth.custody, site.booth.day.date, site.profile)


def test_incident_12_something_in_stock_vanishes_and_no_count_was_ever_made() -> None:
    """Cards were gone from a safe and thrown away by one person; here blanks: counted twice a day, shredded by two."""
    site = Site()
    site.count_blanks()
    spoil = site.do(forms.MoveForms("pin_request_sheet", 1, forms.Way.SPOILED))
    site.do(day.StopReception(), MANAGER)
    assert site.refused(day.CloseDay(), MANAGER) == "forms.not_counted"
    for person in (CLERK, OTHER):
        site.do(site.blanks(pin_request_sheet=-1), person)
    assert site.refused(day.CloseDay(), MANAGER) == "forms.differ"
    site.do(forms.AdmitForms("業務管理者", site.booth.day.date, "1枚たりない"), MANAGER)
    site.do(forms.ShredForms((spoil,)), CLERK)
    assert site.refused(day.CloseDay(), MANAGER) == "forms.not_shredded"
    site.do(forms.ShredForms((spoil,)), OTHER)
    site.do(day.CloseDay(), MANAGER)
    assert [one.sheets for one in site.booth.discrepancies.open.values()] == [(("pin_request_sheet", -1),)]


def test_incident_13_papers_lie_on_the_desk_while_the_booth_is_taken_down() -> None:
    """78 cards and a laptop were stolen from a desk at closing: nobody closes here while a sheet is outside a seal.

    That lent devices are back in their cabinet is not asked yet.
    """
    site = Site()
    site.count_blanks()
    site.whole_visit()
    site.stop()
    assert site.refused(day.CloseDay(), MANAGER) == "day.papers_unsealed"
    site.seal()
    site.do(day.CloseDay(), MANAGER)
    assert site.booth.custody.containers["KG-1"].state is ContainerState.SEALED


def test_incident_14_the_car_is_left_with_the_load_inside() -> None:
    """A locked bag was taken from a car that stood for ten minutes: such a stop is an incident when it is written down."""
    site = sealed("chiba")
    transfer = site.offer_only("KG-1")
    site.do(leave(site, transfer, ("KG-1",)), MANAGER)
    site.wait(600)
    now_ms = site.at_ms
    site.do(transit.MakeStop(transfer, "給油", now_ms - 5 * MINUTE_MS, now_ms - 3 * MINUTE_MS, True), MANAGER)
    assert not site.booth.incidents.open
    site.do(transit.MakeStop(transfer, "コンビニ", now_ms - 2 * MINUTE_MS, now_ms, False), MANAGER)
    assert [one.category for one in site.booth.incidents.open.values()] == [Category.PAPERS]
