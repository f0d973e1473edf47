"""Screen 7 while the booth is open: who was not told what to bring is listed, and ticked after the call."""

import pytest

from hub.domain.day.day import ListReservations, ReservationRow


@pytest.mark.contract("chiba")
async def test_who_was_not_told_is_listed_and_ticked_by_a_digit(booth, sit) -> None:
    # CHIB-2.1-05
    await booth.open_day()
    rows = (ReservationRow(f"R-{n}", 840 + 10 * n, "application", 1, told=n == 1) for n in range(3))
    await booth.do(ListReservations(tuple(rows)))
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.sees("未案内 2件：R-0 14:00、R-2 14:20")
    await seat.keys("1", "1")
    await seat.sees("R-0 案内済")
    await seat.sees("未案内 1件：R-2 14:20")
    await seat.keys("1", "0")
    await seat.sees("R-0 を未案内に戻しました")
    await seat.sees("未案内 2件")
