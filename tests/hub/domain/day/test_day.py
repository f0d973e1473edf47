import pytest

from hub.domain.custody import custody
from hub.domain.day import day
from hub.domain.day.day import Phase, iso_date, local_minute
from hub.domain.identity import identity
from hub.domain.queue import queue
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, DATE, MANAGER, MORNING_MS, OFFICER, PROFILE_HASH, Site


def test_opening_pins_contract_rules_and_date() -> None:
    # NIIG-8.4-03
    site = Site()
    opened = site.last(day.DayOpened)
    assert (opened.profile, opened.rules, opened.date) == (PROFILE_HASH, day.RULES, DATE)
    assert site.booth.day.phase is Phase.OPEN


def test_only_a_manager_opens_stops_and_closes() -> None:
    # AOMO-6-03
    site = Site(open_day=False)
    assert site.refused(site.opening(), CLERK) == "role.not_allowed"
    assert site.refused(site.opening(), OFFICER) == "role.not_allowed"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (day.OpenDay(DATE, "delivery_booth", "会場", b"q" * 32, True), "day.wrong_profile"),
        (day.OpenDay(DATE, "delivery_booth", "会場", PROFILE_HASH, False), "day.clock_unconfirmed"),
        (day.OpenDay("2025-02-30", "delivery_booth", "会場", PROFILE_HASH, True), "day.bad_date"),
        (day.OpenDay("20250806", "delivery_booth", "会場", PROFILE_HASH, True), "day.bad_date"),
        (day.OpenDay("", "delivery_booth", "会場", PROFILE_HASH, True), "day.bad_date"),
        (day.OpenDay(DATE, "festival", "会場", PROFILE_HASH, True), "day.unknown_event"),
    ],
)
def test_a_day_that_does_not_fit_is_not_opened(command: day.OpenDay, code: str) -> None:
    assert Site(open_day=False).refused(command, MANAGER) == code


def test_a_day_never_precedes_the_latest_time_in_the_record() -> None:
    site = Site()
    site.close()
    assert site.refused(site.opening("2025-08-05"), MANAGER) == "day.before_latest"
    site.wait(86_400)
    site.do(identity.Attend(True), OFFICER)
    assert site.refused(site.opening(DATE), MANAGER) == "day.before_latest"
    site.do(site.opening("2025-08-07"), MANAGER)


def test_an_open_day_is_not_opened_again() -> None:
    site = Site()
    assert site.refused(site.opening("2025-08-07"), MANAGER) == "day.already_open"


def test_nothing_but_custody_and_duty_happens_before_opening_and_after_closing() -> None:
    site = Site(open_day=False)
    assert site.refused(queue.IssueTicket("delivery")) == "day.not_open"
    assert site.refused(day.StopReception(), MANAGER) == "day.not_open"
    assert site.refused(day.CloseDay(), MANAGER) == "day.not_open"
    assert site.refused(day.ListReservations(()), MANAGER) == "day.not_open"
    site.do(identity.Attend(True), OFFICER)


def test_closing_waits_for_reception_tickets_and_papers_in_this_order() -> None:
    # NIIG-8.1-01
    site = Site()
    assert site.refused(day.CloseDay(), MANAGER) == "day.reception_running"
    opened = site.open_visit()
    site.steps(opened)
    site.do(day.StopReception(), MANAGER)
    assert site.refused(day.CloseDay(), MANAGER) == "day.tickets_open"
    site.do(visit.FinishVisit(opened))
    site.do(queue.FinishTicket(site.booth.visits.visits[opened].ticket))
    assert site.refused(day.CloseDay(), MANAGER) == "day.papers_unsealed"
    site.seal()
    assert site.refused(day.CloseDay(), MANAGER) == "forms.not_counted"
    site.do(day.ResumeReception(), MANAGER)
    site.stop()
    assert site.refused(day.CloseDay(), MANAGER) == "store.not_put_away"
    site.put_away()
    site.do(day.CloseDay(), MANAGER)
    assert site.booth.day.phase is Phase.CLOSED


def test_closing_names_the_first_tickets_that_are_open() -> None:
    site = Site()
    for _ in range(5):
        site.issue()
    site.do(day.StopReception(), MANAGER)
    refusal = site.decide(day.CloseDay(), MANAGER)
    assert "A-001、A-002、ほか3" in str(getattr(refusal, "ja", ""))


def test_reception_stopped_by_mistake_goes_on() -> None:
    # AOMO-9-04
    site = Site()
    assert site.refused(day.ResumeReception(), MANAGER) == "day.reception_running"
    site.do(day.StopReception(), MANAGER)
    assert site.refused(day.StopReception(), MANAGER) == "day.reception_stopped"
    site.do(day.ResumeReception(), MANAGER)
    site.issue()


def test_a_new_date_starts_at_001_and_forgets_yesterdays_queue() -> None:
    site = Site()
    site.do(queue.CarryOver(site.issue()))
    site.close()
    site.wait(86_400)
    site.do(site.opening("2025-08-07"), MANAGER)
    assert site.ticket(site.issue()).number == "A-001"
    assert len(site.booth.queue.tickets) == 1


def test_a_date_opened_again_goes_on_with_its_numbers() -> None:
    # NIIG-8.1-13, AOMO-5.6-01
    site = Site()
    site.do(queue.CarryOver(site.issue()))
    site.close()
    site.do(site.opening(), MANAGER)
    assert site.ticket(site.issue()).number == "A-002"
    assert len(site.booth.queue.tickets) == 2


def test_a_date_opened_again_after_a_wrong_one_goes_on_with_its_numbers() -> None:
    site = Site()
    site.do(queue.CarryOver(site.issue()))
    site.close()
    site.do(site.opening("2025-08-16"), MANAGER)  # a slip of the finger: the 6th was meant
    site.do(queue.CarryOver(site.issue()))
    site.close()
    site.do(site.opening(), MANAGER)
    assert site.ticket(site.issue()).number == "A-002"


def test_papers_taken_out_of_yesterdays_box_are_sealed_before_the_next_day() -> None:
    site = Site()
    site.whole_visit()
    site.seal()
    site.close()
    site.take_out()
    site.do(custody.UnsealContainer("KG-1", "封印がこわれた"), MANAGER)
    assert site.refused(site.opening("2025-08-07"), MANAGER) == "day.papers_unsealed"
    site.seal("KG-1", "SL-2")
    site.do(site.opening("2025-08-07"), MANAGER)


@pytest.mark.parametrize(
    "row",
    [
        day.ReservationRow("", 540, "delivery", 1, b""),
        day.ReservationRow("R-1", 540, "delivery", 1, b""),
        day.ReservationRow("R-2", 1440, "delivery", 1, b""),
        day.ReservationRow("R-2", -1, "delivery", 1, b""),
        day.ReservationRow("R-2", 540, "festival", 1, b""),
        day.ReservationRow("R-2", 540, "delivery", 0, b""),
        day.ReservationRow("R-2", 540, "delivery", 10, b""),
    ],
)
def test_a_list_with_a_wrong_row_is_refused_whole_and_names_it(row: day.ReservationRow) -> None:
    site = Site()
    good = day.ReservationRow("R-1", 540, "delivery", 1, b"")
    assert site.refused(day.ListReservations((good, row)), MANAGER) == "day.reservation_row"


def test_a_list_may_come_again_with_what_the_city_changed() -> None:
    # KOGA-6-05, CHIB-1.8-02
    site = Site()
    for minute in (540, 600):
        site.do(day.ListReservations((day.ReservationRow("R-1", minute, "delivery", 1, b""),)), MANAGER)
    assert site.ticket(site.issue(reservation="R-1")).slot_minute == 600


def test_events_hold_no_reservation_that_names_a_person() -> None:
    site = Site()
    site.do(day.ListReservations((day.ReservationRow("R-1", 540, "delivery", 1, b"sealed name", "r/1"),)), MANAGER)
    assert b"sealed name" not in site.entries[-1].events


def test_minutes_and_dates_are_japans() -> None:
    assert (local_minute(MORNING_MS), iso_date(MORNING_MS)) == (540, DATE)
    assert (local_minute(MORNING_MS - 540 * 60_000 - 1), iso_date(MORNING_MS - 540 * 60_000 - 1)) == (
        1439,
        "2025-08-05",
    )
