"""用紙: a difference is closed with an owner and a deadline by keys, and stands on every screen from then on."""

from __future__ import annotations

import time

from hub.domain.custody.forms import CountForms
from hub.domain.day.day import Phase, StopReception
from hub.domain.moment import DAY_MS, iso_date
from tests.tui.test_day_keys import blanks, confirm


async def test_a_difference_is_closed_with_owner_and_deadline_and_stands_on_every_screen(booth, sit) -> None:
    await booth.open_day()
    await booth.do(CountForms({"pin_request_sheet": 50, "addressed_envelope": 40}))
    await booth.do(StopReception())
    seat = await sit("1")
    await blanks(seat, "50", "39")
    await seat.sees("用紙の数が台帳と合いません")
    await booth.do(CountForms({"pin_request_sheet": 50, "addressed_envelope": 39}), booth.plan.staff["staff-3"])
    due = iso_date(time.time_ns() // 1_000_000 + DAY_MS)
    await seat.keys("f9", "7", "6")
    for typed in ("業務管理者", due, "1枚たりない"):
        await seat.type(typed)
        await seat.keys("enter")
    await seat.sees("D-001 宛名記載済封筒-1  業務管理者")
    assert f"差1件 {due[5:].replace('-', '/')}まで" in seat.rows[1]
    await seat.keys("f4", "7", "f8")
    await confirm(seat)
    assert seat.terminal.station.booth.day.phase is Phase.CLOSED
    await seat.keys("f4", "1")
    assert "差1件" in seat.rows[1], "until it is resolved"
    await seat.keys("f4", "4", "f7", "f9", "7", "7")
    await seat.type("棚で見つけた")
    await seat.keys("enter")
    await seat.until(lambda: "差1件" not in seat.rows[1])
