"""持ち物: packed by keys, counted in blind, and what is missing leads to F12 before the day closes."""

from __future__ import annotations

from hub.domain.day.day import Phase, StopReception
from tests.tui.test_day_keys import blanks, confirm


async def test_what_we_bring_is_counted_out_and_in_and_a_difference_is_answered_in_f12(booth, sit) -> None:
    # KOGA-6-03
    seat = await sit("1")
    await seat.keys("f4", "7")
    digits = [row[2] for row in seat.rows if row.startswith(" [")]
    assert len(set(digits)) == len(digits), "no digit of the list means two things"
    await seat.keys("8")
    await seat.sees("番号札")
    await seat.keys("5", "0", "enter", "3", "0", "enter", "f8")
    await seat.sees("packing.count")
    await seat.keys("4", "f8")
    await seat.sees("出した 50")
    await seat.keys("escape", "escape")
    await seat.sees("持ち物 3種 計84")
    await booth.open_day()
    await seat.keys("f4", "4", "f7")
    await blanks(seat, "50", "40")
    await booth.do(StopReception())
    await blanks(seat, "50", "40")
    await seat.keys("f4", "4", "f9", "7", "8")
    await seat.sees("数えて戻す")
    shown = "\n".join(seat.rows[2:20])  # the clock on row 1 has such digits twice an hour
    assert "50" not in shown, "what went out is not shown to whoever counts"
    await seat.keys("4", "8", "enter", "3", "0", "enter", "4", "f8")
    await seat.sees("差 -2 F12 理由か報告")
    await seat.keys("f4", "7", "f8")
    await confirm(seat)
    await seat.sees("packing.differs")
    await seat.keys("f12", "2", "2")
    await seat.type("持ち帰られた")
    await seat.keys("enter")
    await seat.sees("持ち物 済")
    await seat.keys("f8")
    await confirm(seat)
    await seat.until(lambda: seat.terminal.station.booth.day.phase is Phase.CLOSED)
