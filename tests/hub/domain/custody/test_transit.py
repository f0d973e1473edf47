"""Boxes on the way: read at departure and at arrival, never left in a vehicle unheard, looked for when they are late."""

from __future__ import annotations

import msgspec
import pytest

from hub.domain.contracts.contract import Profile
from hub.domain.custody import transit
from hub.domain.custody.custody import TransferState, WithdrawTransfer
from hub.domain.custody.transit import Arrive, Depart, MakeStop
from hub.domain.incident.category import Category
from hub.domain.incident.incident import IncidentReported
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, Site

MINUTE_MS = 60_000
NAMES = ("高橋", "佐藤")


def offered(contract: str = "chiba", boxes: int = 2) -> tuple[Site, int]:
    """So many sealed boxes, offered and still in the booth."""
    site = Site(contract)
    for number in range(1, boxes + 1):
        site.whole_visit()
        site.count(f"KG-{number}")
        site.seal(f"KG-{number}", f"SL-{number}")
    return site, site.offer_only(*(f"KG-{number}" for number in range(1, boxes + 1)))


def depart(
    site: Site, transfer: int, boxes: tuple[str, ...] = ("KG-1", "KG-2"), names: tuple[str, ...] = NAMES
) -> Depart:
    return Depart(transfer, boxes, names, "千葉 300 あ 1", site.at_ms + 30 * MINUTE_MS, site.at_ms)


def on_the_road(contract: str = "chiba") -> tuple[Site, int]:
    site, transfer = offered(contract)
    site.do(depart(site, transfer))
    site.at_ms += 10 * MINUTE_MS
    return site, transfer


def test_nobody_named_carries_nothing() -> None:
    """KOGA-T7-03: depart with 0 named carriers -> refused."""
    site, transfer = offered("koganei")
    for names in ((), ("", "  ")):
        assert site.refused(depart(site, transfer, names=names)) == "transit.carriers"
    assert site.refused(Depart(transfer, ("KG-1", "KG-2"), NAMES, " ", site.at_ms + 1, site.at_ms)) == "transit.vehicle"


def test_a_box_that_stays_on_the_cart_is_seen_before_the_car_leaves() -> None:
    """Incident 2 (67 sets lost between a mall and the city hall): the boxes read must be those of the transfer."""
    site, transfer = offered()
    assert site.refused(depart(site, transfer, ("KG-1",))) == "transit.boxes_differ"
    assert site.refused(depart(site, transfer, ("KG-1", "KG-2", "KG-3"))) == "transit.boxes_differ"


def test_a_box_that_did_not_arrive_is_an_incident_at_once_and_nothing_is_accepted_without_it() -> None:
    site, transfer = on_the_road()
    site.do(Arrive(transfer, ("KG-1",), True, site.at_ms))
    event = site.last(IncidentReported)
    assert event.category is Category.PAPERS and "KG-2" in event.text
    assert site.refused(site.acceptance(transfer), OFFICER) == "transit.boxes_missing"
    site.do(Arrive(transfer, ("KG-1",), True, site.at_ms))
    assert len(site.booth.incidents.open) == 1, "the same box is the same incident"
    site.do(Arrive(transfer, ("KG-1", "KG-2"), True, site.at_ms))
    site.do(site.acceptance(transfer), OFFICER)
    assert not site.booth.transits


@pytest.mark.parametrize("contract", ["chiba", "koganei"])
def test_the_city_signs_only_for_what_has_left_and_arrived(contract: str) -> None:
    site, transfer = offered(contract)
    assert site.refused(site.acceptance(transfer), OFFICER) == "transit.not_departed"
    assert site.refused(Arrive(transfer, ("KG-1", "KG-2"), True, site.at_ms)) == "transit.not_departed"
    site.do(depart(site, transfer))
    assert site.refused(site.acceptance(transfer), OFFICER) == "transit.not_arrived"
    site.do(Arrive(transfer, ("KG-1", "KG-2"), True, site.at_ms))
    site.do(site.acceptance(transfer), OFFICER)
    assert site.booth.custody.transfers[transfer].state is TransferState.ACCEPTED


def test_a_contract_that_does_not_speak_of_carriers_asks_for_none() -> None:
    site, transfer = offered("niigata", boxes=1)
    site.do(site.acceptance(transfer), OFFICER)
    assert site.booth.custody.transfers[transfer].state is TransferState.ACCEPTED


def test_a_stop_at_which_the_load_stays_in_the_car_makes_an_incident() -> None:
    """CHIB-2.3-05: container left -> incident made; carried out -> all right."""
    site, transfer = on_the_road()
    since = site.at_ms - 5 * MINUTE_MS
    site.do(MakeStop(transfer, "給油所", since, site.at_ms, carried_out=True))
    assert not site.booth.incidents.open
    site.do(MakeStop(transfer, "店", site.at_ms, site.at_ms, carried_out=False))
    (held,) = site.booth.incidents.open.values()
    assert held.category is Category.PAPERS and "店" in held.facts[0].text


def test_a_broken_seal_on_arrival_is_an_incident() -> None:
    site, transfer = on_the_road()
    site.do(Arrive(transfer, ("KG-1", "KG-2"), False, site.at_ms))
    assert site.last(IncidentReported).category is Category.SEAL


def test_what_happened_on_the_road_is_written_down_later_with_both_times() -> None:
    site, transfer = on_the_road()
    happened = site.at_ms
    site.at_ms += 3_600_000
    site.do(Arrive(transfer, ("KG-1", "KG-2"), True, happened))
    arrived = site.last(transit.Arrived)
    assert (arrived.happened_ms, arrived.at_ms) == (happened, site.at_ms)


def test_times_follow_one_another() -> None:
    site, transfer = on_the_road()
    before = site.at_ms - 11 * MINUTE_MS
    assert site.refused(MakeStop(transfer, "店", before, site.at_ms, True)) == "transit.time"
    assert site.refused(MakeStop(transfer, "店", site.at_ms, site.at_ms - 1, True)) == "transit.time"
    assert site.refused(Arrive(transfer, ("KG-1", "KG-2"), True, site.at_ms + 1)) == "transit.time"
    assert site.refused(Arrive(transfer, ("KG-1", "KG-2"), True, before)) == "transit.time"


def test_late_is_said_after_the_planned_time_and_the_contracts_patience() -> None:
    # KOGA-11-02
    site, transfer = on_the_road()
    profile: Profile = site.profile
    held = site.booth.transits[transfer]
    edge = held.due_ms + profile.operation.arrival_alarm_minutes * MINUTE_MS
    assert not transit.late(site.booth.transits, profile, edge)
    assert transit.late(site.booth.transits, profile, edge + 1) == [held]
    site.do(Arrive(transfer, ("KG-1", "KG-2"), True, site.at_ms))
    assert not transit.late(site.booth.transits, profile, edge + 1)


def test_an_offer_that_is_taken_back_ends_its_way() -> None:
    site, transfer = on_the_road()
    site.do(WithdrawTransfer(transfer, "市役所が閉まっていた"), MANAGER)
    assert not site.booth.transits
    assert site.refused(depart(site, transfer), CLERK) == "custody.transfer_done"


def test_two_go_along_where_the_contract_says_so() -> None:
    site, transfer = offered()
    site.profile = msgspec.structs.replace(
        site.profile, operation=msgspec.structs.replace(site.profile.operation, two_carriers=True)
    )
    assert site.refused(depart(site, transfer, names=("高橋",))) == "transit.carriers"
    site.do(depart(site, transfer))
