"""Opening waits for whom the contract wants, closing for what the city lent; a lapsed training serves nobody."""

import pytest

from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.day import day
from hub.domain.day.readiness import CountDevices, RecordTraining, SignIn, Tick, lent_devices, minimums
from hub.domain.identity import identity
from hub.domain.moment import DAY_MS
from hub.domain.queue import queue
from tests.hub.domain.booths import CLERK, DATE, MANAGER, OFFICER, OTHER, Site, replayed


def closed(contract: str) -> Site:
    return Site(contract, open_day=False)


def ended(site: Site) -> str:
    """What refuses the closing of a day on which nobody came."""
    site.do(day.StopReception(), MANAGER)
    return site.refused(day.CloseDay(), MANAGER)


def test_a_session_is_not_opened_without_the_one_who_answers_for_it() -> None:
    """KOGA-8-03, CHIB-2.2-03, AOMO-6-01: two workers and no 業務管理者 -> refused; the manager is there -> opens."""
    for contract in ("koganei", "aomori", "chiba"):
        site = closed(contract)
        site.do(identity.Attend(True), OFFICER)
        for worker in (CLERK, OTHER):
            site.do(SignIn(True), worker)
            assert site.refused(site.opening(), worker) == "role.not_allowed"
        site.do(site.opening(), MANAGER)


def test_a_visit_to_a_facility_wants_two_of_ours_and_one_of_the_citys() -> None:
    """NIIG-8.1-03, NIIG-8.4-06: one of ours -> refused; two of ours and nobody of the city's -> refused."""
    site = closed("niigata")
    opening = site.opening(event_type="facility_visit")
    site.do(identity.Attend(True), OFFICER)
    assert site.refused(opening, MANAGER) == "ready.staff"
    site.do(SignIn(True), CLERK)
    site.do(identity.Attend(False), OFFICER)
    assert site.refused(opening, MANAGER) == "ready.staff"
    site.do(identity.Attend(True), OFFICER)
    site.do(opening, MANAGER)
    assert replayed(site) == site.booth


def test_the_hall_opens_with_one_of_ours() -> None:
    """NIIG-8.1-02: nobody of ours cannot open at all; the manager alone is one."""
    site = closed("niigata")
    assert site.refused(site.opening(event_type="city_hall_counter"), OFFICER) == "role.not_allowed"
    site.do(identity.Attend(True), OFFICER)
    site.do(site.opening(event_type="city_hall_counter"), MANAGER)


def test_who_signed_in_yesterday_is_not_here_today() -> None:
    site = closed("niigata")
    site.do(SignIn(True), CLERK)
    site.at_ms += DAY_MS
    site.do(identity.Attend(True), OFFICER)
    assert site.refused(site.opening("2025-08-07", "facility_visit"), MANAGER) == "ready.staff"


@pytest.mark.parametrize("contract", shipped())
def test_only_minimums_of_the_booth_hold_up_its_opening(contract: str) -> None:
    profile = load_profile(contract)
    for event in profile.event_types:
        wanted = minimums(profile, event.id)
        assert all(count > 0 for count in wanted.values())
        assert "general_manager" not in wanted, "that one answers for the contract, not for the day"


def test_nobody_serves_whose_training_has_lapsed() -> None:
    """AOMO-5.4-04, AOMO-8-02, NIIG-8.2-02, CHIB-2.6-01: a lapsed training blocks the role until it is held again."""
    site = Site()
    site.do(RecordTraining(CLERK.person, "個人情報保護", "2024-07-01", "2025-08-05"), MANAGER)
    assert site.refused(queue.IssueTicket(site.lane), CLERK) == "ready.training"
    assert site.refused(SignIn(True), CLERK) == "ready.training"
    site.do(queue.IssueTicket(site.lane), OTHER)
    site.do(RecordTraining(CLERK.person, "個人情報保護", DATE, "2026-08-05"), MANAGER)
    site.do(queue.IssueTicket(site.lane), CLERK)


def test_a_training_counts_from_its_day_on_and_through_its_last() -> None:
    """KOGA-11-01, KOGA-T10-01: dated after the duty -> refused; dated before it -> accepted; over -> refused."""
    for held, until, refused in (
        ("2025-08-07", "2026-08-06", True),
        (DATE, DATE, False),
        ("2024-07-01", "2025-07-31", True),
    ):
        site = closed("koganei")
        site.do(RecordTraining(CLERK.person, "業務研修", held, until), MANAGER)
        if refused:
            assert site.refused(SignIn(True), CLERK) == "ready.training"
        else:
            site.do(SignIn(True), CLERK)


def test_a_manager_without_a_valid_training_opens_no_day_and_a_clerk_records_none() -> None:
    site = closed("koganei")
    assert site.refused(RecordTraining(CLERK.person, "研修", DATE, DATE), CLERK) == "role.not_allowed"
    site.do(RecordTraining(MANAGER.person, "研修", "2024-08-01", "2025-07-31"), MANAGER)
    assert site.refused(site.opening(), MANAGER) == "ready.training"
    site.do(RecordTraining(MANAGER.person, "研修", DATE, "2026-07-31"), MANAGER)
    site.do(site.opening(), MANAGER)


@pytest.mark.parametrize(
    ("course", "held", "until", "code"),
    [
        ("", DATE, DATE, "ready.course"),
        ("あ" * 61, DATE, DATE, "ready.course"),
        ("研修", "2025-8-6", DATE, "ready.dates"),
        ("研修", "2025-08-07", DATE, "ready.dates"),
    ],
)
def test_a_training_has_a_name_and_two_days_in_order(course: str, held: str, until: str, code: str) -> None:
    assert Site().refused(RecordTraining(CLERK.person, course, held, until), MANAGER) == code


def lent(site: Site, less: int = 0) -> dict[str, int]:
    counts = {device.id: device.count or 0 for device in lent_devices(site.profile)}
    first = min(counts)
    return counts | {first: counts[first] - less}


@pytest.mark.parametrize("contract", ["niigata", "nagaoka", "chiba"])
def test_a_day_does_not_close_while_a_device_of_the_city_is_missing(contract: str) -> None:
    """NIIG-8.4-01, CHIB-2.9-02: five of six came back -> not closed until it is found or a note says why."""
    site = Site(contract)
    site.do(CountDevices(False, lent(site)))
    assert ended(site) == "ready.not_counted_back"
    site.do(CountDevices(True, lent(site, less=1)))
    assert site.refused(day.CloseDay(), MANAGER) == "ready.device_missing"
    assert site.booth.day.phase is day.Phase.STOPPED
    site.do(CountDevices(True, lent(site, less=1), "1台は市が引き取った"))
    site.do(day.CloseDay(), MANAGER)
    assert site.booth.day.phase is day.Phase.CLOSED
    assert replayed(site) == site.booth


def test_all_that_was_lent_is_counted_and_nothing_else() -> None:
    site = Site("niigata")
    for counts in ({}, lent(site) | {"cat": 1}, {name: -1 for name in lent(site)}):
        assert site.refused(CountDevices(False, counts)) == "ready.counts"
    assert Site("aomori").refused(CountDevices(False, {})) == "ready.counts"


def test_a_tick_says_who_looked_and_only_lines_of_the_list_are_ticked() -> None:
    """NIIG-8.4-02, AOMO-6-04, NAGA-8.4-02, KOGA-10-01: what was not ticked opens all the same and stands in the proof of the day."""
    site = closed("koganei")
    site.do(Tick("signs"), CLERK)
    assert site.booth.readiness.ticks["signs"].by == CLERK.person
    assert site.refused(Tick("cat"), CLERK) == "ready.unknown_item"
    site.do(SignIn(False), CLERK)
    site.do(site.opening(), MANAGER)
    assert not site.booth.readiness.present[CLERK.person].badge
    site.at_ms += DAY_MS
    site.do(Tick("locked_storage"), CLERK)
    assert set(site.booth.readiness.ticks) == {"locked_storage"}


@pytest.mark.parametrize("contract", shipped())
def test_every_contract_has_something_to_look_at_before_and_after(contract: str) -> None:
    assert {check.when for check in load_profile(contract).checks} == {"open", "close"}
