"""Who has booked is told what to bring: the list says of whom that was done, the rest is 未案内 until somebody ticks it."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import load_profile
from hub.domain.day import day
from hub.domain.day.day import ListReservations, ReservationRow
from hub.domain.queue import queue
from hub.domain.reports.counts import count_day
from hub.domain.reservations import guidance
from hub.domain.reservations.guidance import GiveGuidance, TakeBackGuidance
from hub.domain.reservations.reservation import header_map, read_reservations
from hub.rehearsal.summary import day_report
from tests.hub.domain.booths import CLERK, MANAGER, OTHER, Site, replayed

LANE = "application"


def booked(*told: bool, contract: str = "chiba") -> Site:
    """A booth with reservations R-1, R-2 ... of 14:00, 14:05 ..., each with 案内済 or not."""
    site = Site(contract)
    lane, first = (LANE, 840) if contract == "chiba" else ("delivery", 600)
    rows = (ReservationRow(f"R-{n}", first + 5 * n, lane, 1, told=one) for n, one in enumerate(told))
    site.do(ListReservations(tuple(rows)), MANAGER)
    return site


def untold(site: Site) -> list[str]:
    return guidance.untold(site.booth.guided, site.booth.slots, site.booth.queue.reservations)


def test_a_reservation_without_the_tick_is_listed_as_not_told() -> None:
    """CHIB-2.1-05: a reservation without 案内済 is listed in 未案内, and counted."""
    site = booked(True, False, True, False)
    assert untold(site) == ["R-1", "R-3"]
    site.do(GiveGuidance("R-1"))
    assert untold(site) == ["R-3"]
    counts = count_day(site.booth)
    assert counts.guidance == {"told": 3, "untold": 1}
    assert "予約の案内：案内済 3　未案内 1" in day_report(site.profile, counts)
    assert replayed(site) == site.booth


def test_a_contract_without_the_clause_owes_nobody_guidance() -> None:
    site = booked(False, contract="koganei")
    assert (untold(site), count_day(site.booth).guidance) == ([], {})
    assert site.refused(GiveGuidance("R-0")) == "guidance.unknown"


def test_who_has_come_is_not_telephoned_any_more_and_still_counts_as_not_told() -> None:
    site = booked(False, False)
    site.do(queue.IssueTicket(LANE, 0, "R-0"))
    assert untold(site) == ["R-1"]
    assert count_day(site.booth).guidance["untold"] == 2


def test_a_newer_list_does_not_take_the_booths_tick_away() -> None:
    site = booked(False, False)
    site.do(GiveGuidance("R-0"))
    site.do(
        ListReservations((ReservationRow("R-0", 840, LANE, 1), ReservationRow("R-1", 845, LANE, 1, told=True))), MANAGER
    )
    assert untold(site) == []
    assert site.booth.guided["R-0"] == guidance.Told(CLERK.person, site.at_ms, False)


def test_a_tick_is_taken_back_by_whoever_made_it() -> None:
    site = booked(False, True)
    assert site.refused(TakeBackGuidance("R-0")) == "guidance.not_yours"
    site.do(GiveGuidance("R-0"))
    assert site.refused(GiveGuidance("R-0"), OTHER) == "guidance.told"
    assert site.refused(TakeBackGuidance("R-0"), OTHER) == "guidance.not_yours"
    assert site.refused(TakeBackGuidance("R-1")) == "guidance.not_yours"  # the list's, not a person's
    assert guidance.last_of(site.booth.guided, CLERK.person) == "R-0"
    site.do(TakeBackGuidance("R-0"))
    assert (untold(site), guidance.last_of(site.booth.guided, CLERK.person)) == (["R-0"], "")


def test_another_date_begins_without_yesterdays_list() -> None:
    site = booked(False)
    site.do(day.StopReception(), MANAGER)
    site.do(day.CloseDay(), MANAGER)
    site.wait(24 * 3600)
    site.staff()
    site.do(site.opening("2025-08-07"), MANAGER)
    assert untold(site) == []


def test_the_column_is_read_where_the_contract_asks_for_it() -> None:
    data = "予約番号,時間,案内済\nR-1,14:00,済\nR-2,14:10,\nR-3,14:20,未\nR-4,14:30,たぶん\n".encode()
    found = read_reservations(data, header_map(load_profile("chiba")), date=dt.date(2022, 8, 5))
    assert [(row.number, row.told) for row in found.rows] == [("R-1", True), ("R-2", False), ("R-3", False)]
    assert [(one.line, one.reason_code) for one in found.problems] == [(5, "cell.yes_no")]
    found = read_reservations(data, header_map(load_profile("koganei")), date=dt.date(2022, 8, 5))
    assert found.unused == ("案内済",) and len(found.rows) == 4


@given(st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.integers(0, 1439))), max_size=12))
def test_told_and_not_told_are_always_all_of_them_and_the_earliest_stands_first(
    rows: list[tuple[bool, int | None]],
) -> None:
    guided: guidance.Guided = guidance.Guided(
        {f"R-{n}": guidance.Told("a", 0, True) if told else None for n, (told, _) in enumerate(rows)}
    )
    slots = {f"R-{n}": minute for n, (_, minute) in enumerate(rows)}
    counted = guidance.counted(guided)
    assert sum(counted.values()) == len(rows)
    shown = guidance.untold(guided, slots)
    assert len(shown) == counted.get("untold", 0)
    minutes = [slots[number] for number in shown]
    assert minutes == sorted(minutes, key=lambda one: guidance.NO_TIME if one is None else one)
