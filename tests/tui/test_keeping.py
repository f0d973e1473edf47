"""保管場所 and 市から預かった物 by keys."""

from __future__ import annotations

import time

from hub.domain.custody.lent import Paper
from hub.domain.moment import iso_date


async def test_what_the_city_hands_over_is_received_taken_out_with_approval_and_given_back(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f4", "4", "f9", "7", "5", "f7", "1", "2", "enter")
    await seat.type("森")
    await seat.keys("enter")
    await seat.sees("預-001  予約の一覧")
    await seat.keys("enter", "2", "enter", "enter")
    await seat.sees("lent.approval")
    await seat.keys("enter", "2")
    await seat.type("2025-08-05 no.7")
    await seat.keys("enter")
    await seat.type(iso_date(time.time_ns() // 1_000_000))
    await seat.keys("enter")
    await seat.sees("持ち出し ")
    await seat.keys("enter", "3", "enter", "4")
    await seat.sees("預り証をつくりました")
    await seat.keys("enter", "1", "2", "enter")
    await seat.type("林")
    await seat.keys("enter")
    await seat.sees("返しました")
    (loan,) = seat.terminal.station.booth.lent.loans.values()
    assert (loan.thing, loan.left, loan.giver, loan.taker) == (Paper.LIST, 0, "森", "林")
