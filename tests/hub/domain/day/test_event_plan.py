"""Which events a date has and which devices go to each: nothing is in two places at once, and what lacks is said."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.codec import decode_booth, encode_booth
from hub.domain.custody.lent import RaiseLoan
from hub.domain.day import day, event_plan
from hub.domain.day.event_plan import DropEvent, EventPlanned, OwnDevices, PlanEvent
from hub.domain.refusal import Refusal
from hub.domain.reports.counts import count_day
from tests.hub.domain.booths import CLERK, DATE, MANAGER, Site, replayed


def site_of(contract: str) -> Site:
    return Site(contract, open_day=False)


def event(site: Site, venue: str, opens: str = "10:00", closes: str = "12:00", **more: object) -> PlanEvent:
    fields: dict[str, object] = {"event_type": site.profile.event_types[0].id, "windows": 3, "devices": {}} | more
    return PlanEvent(DATE, venue, opens=opens, closes=closes, **fields)  # type: ignore[arg-type]


def test_a_fourth_photo_tablet_of_a_day_is_not_given_to_a_second_visit() -> None:
    """NIIG-8.1-12: 3台中3台使用中."""
    site = site_of("niigata")
    site.do(event(site, "A園", devices={"photo_tablet": 3, "application_terminal": 2}), MANAGER)
    refusal = site.decide(event(site, "B園", "13:00", "15:00", devices={"photo_tablet": 1}), MANAGER)
    assert isinstance(refusal, Refusal) and refusal.code == "plan.all_in_use"
    assert "3台中3台使用中" in refusal.ja
    site.do(event(site, "B園", "13:00", "15:00", devices={"application_terminal": 9}), MANAGER)
    assert site.refused(event(site, "B園"), CLERK) == "role.not_allowed"
    other_day = event(site, "B園", devices={"photo_tablet": 3})
    site.do(PlanEvent("2025-08-07", *[getattr(other_day, f) for f in other_day.__struct_fields__[1:]]), MANAGER)
    assert decode_booth(encode_booth(site.booth)) == site.booth == replayed(site)


def test_an_event_that_is_planned_anew_or_dropped_gives_its_devices_back() -> None:
    site = site_of("niigata")
    site.do(event(site, "A園", devices={"photo_tablet": 3}), MANAGER)
    site.do(event(site, "A園", devices={"photo_tablet": 2}), MANAGER)
    (held,) = site.booth.plans.events.values()
    site.do(event(site, "B園", devices={"photo_tablet": 1}), MANAGER)
    site.do(DropEvent(held.id), MANAGER)
    assert site.refused(DropEvent(held.id), MANAGER) == "plan.unknown"
    site.do(event(site, "C園", devices={"photo_tablet": 2}), MANAGER)
    site.do(RaiseLoan("photo_tablet", 4, "2025-08-01 第3号"), MANAGER)
    site.do(event(site, "D園", devices={"photo_tablet": 1}), MANAGER)


def test_whoever_holds_all_records_sees_what_two_booths_take_together() -> None:
    """NIIG-8.1-12: each booth's own plan holds, and together they want four of three tablets."""
    first, second = site_of("niigata"), site_of("niigata")
    first.do(event(first, "A園", devices={"photo_tablet": 2}), MANAGER)
    second.do(event(second, "B園", "13:00", "15:00", devices={"photo_tablet": 2}), MANAGER)
    held = [(site.booth.plans, site.booth.lent) for site in (first, second)]
    events, over = event_plan.across(first.profile, held, DATE)
    assert [one.venue for one in events] == ["A園", "B園"]
    assert [(device.id, need, most) for device, need, most in over] == [("photo_tablet", 4, 3)]
    assert event_plan.across(first.profile, held, "2025-08-07") == ([], [])
    second.do(RaiseLoan("photo_tablet", 4, "2025-08-01 第3号"), MANAGER)
    held = [(site.booth.plans, site.booth.lent) for site in (first, second)]
    assert event_plan.across(first.profile, held, DATE)[1] == [], "the city's letter stands in one record"


def test_three_places_need_four_tablets_and_the_ledger_has_three() -> None:
    """CHIB-1.9-02: 3 venues open -> needs 4; 3 in the ledger -> refused."""
    site = site_of("chiba")
    assert site.refused(event(site, "花見川区"), MANAGER) == "plan.too_few", "none is in the ledger"
    site.do(OwnDevices("liaison_tablet", 3), MANAGER)
    for venue in ("花見川区", "稲毛区"):
        site.do(event(site, venue), MANAGER)
    refusal = site.decide(event(site, "緑区"), MANAGER)
    assert isinstance(refusal, Refusal) and refusal.code == "plan.too_few"
    assert "4台いりますが、台帳には3台" in refusal.ja
    site.do(OwnDevices("liaison_tablet", 4), MANAGER)
    site.do(event(site, "緑区"), MANAGER)


def test_a_way_to_apply_without_its_devices_is_warned_of() -> None:
    """CHIB-1.9-01: event channel paper with 0 printer -> warning."""
    site = site_of("chiba")
    site.do(OwnDevices("liaison_tablet", 4), MANAGER)
    by_hand = ("handwritten",)
    site.do(event(site, "緑区", devices={"camera": 1, "mobile_printer": 0}, channels=by_hand), MANAGER)
    assert site.last(EventPlanned).lacking == ("mobile_printer",)
    site.do(event(site, "緑区", devices={"camera": 1, "mobile_printer": 1}, channels=by_hand), MANAGER)
    assert site.last(EventPlanned).lacking == ()
    site.do(event(site, "緑区", channels=("online",)), MANAGER)
    assert site.last(EventPlanned).lacking == ("application_terminal",)
    site.do(event(site, "緑区", channels=("online",), devices={"loan_terminal": 2}), MANAGER)
    assert site.last(EventPlanned).lacking == (), "the city's own terminal serves as well"


def test_three_stops_share_a_car_each_with_its_own_times_and_counts() -> None:
    """AOMO-5.6-01: a day with 3 patrol stops -> 3 events share car 1."""
    site = site_of("aomori")
    patrol = {"event_type": "patrol_support", "car": "1号車"}
    hours = (("銀行前", "10:00", "11:00"), ("スーパー", "11:30", "13:00"), ("公民館", "14:00", "16:00"))
    for venue, opens, closes in reversed(hours):
        site.do(event(site, venue, opens, closes, **patrol), MANAGER)
    route = event_plan.stops(site.booth.plans, DATE, "1号車")
    assert [(one.venue, one.opens, one.closes) for one in route] == list(hours)
    assert site.refused(event(site, "市場", "12:30", "13:30", **patrol), MANAGER) == "plan.car_elsewhere"
    site.do(event(site, "市場", "12:30", "13:30", event_type="patrol_support", car="2号車"), MANAGER)
    sessions = []
    for visits, stop in enumerate(route, 1):
        opening = day.OpenDay(DATE, stop.event_type, stop.venue, site.booth.profile, clock_confirmed=True)
        site.do(opening, MANAGER)
        for _ in range(visits):
            site.whole_visit("outreach_support")
        site.close()
        sessions.append(count_day(site.booth).session)
        site.wait(3600)
    assert [(one.venue, sum(one.visits.values())) for one in sessions] == [
        ("銀行前", 1),
        ("スーパー", 2),
        ("公民館", 3),
    ]
    assert sessions[0].opened < sessions[1].opened < sessions[2].opened


def test_what_cannot_be_so_is_not_planned() -> None:
    site = site_of("niigata")
    for wrong, code in (
        (event(site, " "), "plan.venue"),
        (event(site, "A園", "12:00", "12:00"), "agreed.hours"),
        (event(site, "A園", windows=0), "packing.windows"),
        (event(site, "A園", car="1号車"), "plan.no_car"),
        (event(site, "A園", channels=("fax",)), "plan.channel"),
        (event(site, "A園", devices={"umbrella": 1}), "plan.count"),
        (event(site, "A園", devices={"photo_tablet": -1}), "plan.count"),
        (event(site, "A園", event_type="picnic"), "day.unknown_event"),
        (PlanEvent("2025-8-6", "A園", site.profile.event_types[0].id, "10:00", "11:00", 1, {}), "plan.date"),
    ):
        assert site.refused(wrong, MANAGER) == code
    assert site.refused(OwnDevices("photo_tablet", 3), MANAGER) == "plan.not_ours"
    chiba = site_of("chiba")
    assert chiba.refused(OwnDevices("liaison_tablet", -1), MANAGER) == "plan.count"


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["A園", "B園", "C園"]), st.integers(0, 4)), max_size=8))
def test_never_more_devices_on_a_date_than_the_city_lends(wishes: list[tuple[str, int]]) -> None:
    site = site_of("niigata")
    for venue, count in wishes:
        command = event(site, venue, devices={"photo_tablet": count})
        if not isinstance(site.decide(command, MANAGER), Refusal):
            site.do(command, MANAGER)
        assert sum(one.devices.get("photo_tablet", 0) for one in site.booth.plans.events.values()) <= 3
