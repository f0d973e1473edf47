"""A reservation whose time cannot be kept is refused with its line; free seats are what is left of each hour."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import load_profile
from hub.domain.day import day
from hub.domain.reservations import slots
from hub.domain.reservations.reservation import header_map, read_reservations
from hub.domain.reservations.slots import FreeSeats, Slot
from tests.hub.domain.booths import MANAGER, Site

CHIBA, KOGANEI = load_profile("chiba"), load_profile("koganei")
LANE, AFTERNOON = "application", (13 * 60, 20 * 60)


def listed(*rows: tuple[int, int]) -> bytes:
    """A city's list: minute and people of each row."""
    lines = [f"R-{n},{slots.clock(minute)},{people}" for n, (minute, people) in enumerate(rows, 1)]
    return "\n".join(("予約番号,時間,人数", *lines)).encode()


def fitted(*rows: tuple[int, int]) -> tuple[int, list[tuple[int, str]]]:
    """How many rows are taken, and line and reason of the others."""
    found = read_reservations(listed(*rows), header_map(CHIBA), date=dt.date(2022, 8, 5))
    fit = slots.fit(found, CHIBA, LANE, AFTERNOON)
    assert len(fit.rows) + len({one.line for one in fit.problems}) + fit.blank == fit.records
    assert len(fit.lines) == len(fit.rows)
    return len(fit.rows), [(one.line, one.reason_code) for one in fit.problems]


def test_the_thirteenth_of_an_hour_is_refused_with_its_line() -> None:
    """CHIB-1.5-01: twelve reservations between 14 and 15 are taken, the thirteenth is not; three people take three seats."""
    assert fitted(*[(14 * 60 + 5 * n, 1) for n in range(12)]) == (12, [])
    assert fitted(*[(14 * 60 + n, 1) for n in range(13)]) == (12, [(14, "slot.full")])
    assert fitted(*[(14 * 60, 3)] * 1, *[(14 * 60, 1)] * 9, (14 * 60, 1), (15 * 60, 1)) == (11, [(12, "slot.full")])


def test_a_time_outside_the_day_is_refused_with_its_line() -> None:
    """NIIG-8.1-06: the last minute is taken, the closing time is not."""
    assert fitted((12 * 60 + 59, 1), (13 * 60, 1), (19 * 60 + 59, 1), (20 * 60, 1)) == (
        2,
        [(2, "slot.hours"), (5, "slot.hours")],
    )


def test_what_is_more_than_a_day_is_expected_to_hold_is_said() -> None:
    """CHIB-1.5-01, KOGA-5.4-01: the 81st of Chiba's day and the 31st of Koganei's session -> over capacity."""
    assert slots.warnings(CHIBA, [Slot(LANE, None, 1)] * 80) == []
    assert "81人" in slots.warnings(CHIBA, [Slot(LANE, None, 1)] * 81)[0]
    assert slots.warnings(KOGANEI, [Slot("delivery", None, 1)] * 30) == []
    (words,) = slots.warnings(KOGANEI, [Slot("delivery", None, 1)] * 31)
    assert "31件" in words and "30件の想定" in words


def test_one_more_than_a_lane_serves_in_an_hour_is_said_when_the_number_is_given() -> None:
    """CHIB-1.5-01: the fourth delivery of an hour waits, and whoever gives the number says so."""
    assert slots.busy(CHIBA, "delivery", 14 * 60 + 50, [14 * 60, 14 * 60 + 30]) == ""
    assert "4人目" in slots.busy(CHIBA, "delivery", 14 * 60 + 50, [14 * 60, 14 * 60 + 10, 14 * 60 + 30])
    assert slots.busy(CHIBA, "delivery", 15 * 60, [14 * 60, 14 * 60 + 10, 14 * 60 + 30]) == ""
    assert slots.busy(KOGANEI, "delivery", 600, [600] * 50) == "", "no rate is stated, so none is guessed"


@pytest.mark.parametrize(
    ("asked", "wished", "there"),
    [
        ("2022-07-01", "2022-07-31", True),
        ("2022-07-01", "2022-08-01", False),
        ("2022-07-01", "2022-07-01", True),
        ("2022-07-02", "2022-07-01", False),
    ],
)
def test_reservations_open_thirty_days_before(asked: str, wished: str, there: bool) -> None:
    """CHIB-2.1-03: on 1 July the 31st is accepted and 1 August refused."""
    assert slots.bookable(CHIBA, dt.date.fromisoformat(asked), dt.date.fromisoformat(wished)) is there


def test_free_seats_of_an_hour_are_its_seats_without_the_people_that_are_listed() -> None:
    """CHIB-2.1-02: per hour, for the lane that takes reservations alone."""
    free = slots.free_seats(
        CHIBA, "booth", AFTERNOON, [Slot(LANE, 14 * 60, 3), Slot(LANE, 14 * 60 + 40, 1), Slot(LANE, None, 9)]
    )
    assert free[:3] == [FreeSeats(LANE, 13, 12, 0, 12), FreeSeats(LANE, 14, 12, 4, 8), FreeSeats(LANE, 15, 12, 0, 12)]
    assert {row.lane for row in free} == {LANE} and [row.hour for row in free] == list(range(13, 20))
    assert slots.free_seats(CHIBA, "booth", (13 * 60, 13 * 60 + 30), [])[0].seats == 6


def test_the_hub_refuses_a_list_that_overfills_an_hour_with_what_is_listed_already() -> None:
    """CHIB-1.5-01: a list that comes in two halves is counted as one; the same list again replaces itself."""
    site = Site("chiba")
    rows = tuple(day.ReservationRow(f"R-{n}", 14 * 60, LANE, 1) for n in range(12))
    site.do(day.ListReservations(rows), MANAGER)
    site.do(day.ListReservations(rows), MANAGER)
    more = day.ListReservations((day.ReservationRow("R-13", 14 * 60 + 59, LANE, 1),))
    assert site.refused(more, MANAGER) == "day.reservation_row"
    site.do(day.ListReservations((day.ReservationRow("R-13", 15 * 60, LANE, 1),)), MANAGER)


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 9)), max_size=40))
def test_no_hour_is_ever_given_more_seats_than_it_has(rows: list[tuple[int, int]]) -> None:
    found = read_reservations(listed(*rows), header_map(CHIBA), date=dt.date(2022, 8, 5))
    kept = slots.fit(found, CHIBA, LANE, None).rows
    for hour in range(24):
        assert sum(row.people for row in kept if row.slot is not None and row.slot // 60 == hour) <= 12
