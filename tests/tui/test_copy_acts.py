"""A print of the city's list by keys: numbered when it is made, and given back before the day closes."""

from __future__ import annotations

import pytest

from hub.domain.day.day import ListReservations, ReservationRow
from tests.hub.documents.test_incident_report import words


@pytest.mark.needs("poppler-utils")
async def test_the_days_list_is_printed_with_a_number_and_goes_back_to_the_city(booth, sit) -> None:
    # KOGA-T5-01
    await booth.open_day()
    lane = booth.plan.profile.lanes[0].id
    await booth.do(ListReservations((ReservationRow("R-0001", None, lane, 1, b"", ""),)))
    seat = await sit("1")
    await seat.keys("f4", "7", "f9", "5", "1")
    await seat.sees("一式をつくりました")
    await seat.sees("印刷した一覧 1部")
    (pack,) = seat.terminal.home.glob("documents/pack-*.pdf")
    assert "写-001" in words(pack.read_bytes())
    await seat.keys("f9", "5", "4")
    await seat.sees("市の承諾がいる契約です")
    await seat.keys("1")
    await seat.sees("写しの行き先を記録しました")
    await seat.until(lambda: "印刷した一覧 1部" not in seat.picture)
