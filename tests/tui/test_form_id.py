"""申請書ID at the terminal: a code reader types it on the visit's page, or a person types it twice without seeing it."""

from __future__ import annotations

from hub.domain.visit.visit import open_visit

DIGITS = "90817263544536271890817"
OTHER = "10817263544536271890817"


def scan(seat, digits: str) -> None:
    """What a keyboard-wedge reader does: all at once, then Enter."""
    seat.terminal.station._pressed_at.clear()  # as after the 0.4 s that a person lets pass
    for char in digits:
        seat.terminal.press(char, char)
    seat.terminal.press("enter", "")


async def typed(seat, digits: str) -> None:
    """What a person types, faster."""
    for char in digits:
        seat.terminal.press(char, char)
    await seat.keys("enter")


async def test_a_form_is_scanned_before_the_application_and_another_one_stops_it(booth, sit) -> None:
    await booth.open_day()
    client = await booth.client("terminal-2")
    assert await client.vault.unlock(booth.plan.staff["staff-1"]) is None
    seat = await sit("2")
    await seat.keys("f3", "f5", "enter", "enter")
    await seat.photo()
    await seat.sees("申請の方法：数字でえらぶ")
    station = seat.terminal.station
    visit = open_visit(station.booth.visits, station.mine.id)

    scan(seat, "123456789018")
    await seat.sees("マイナンバーのようなコードです")
    scan(seat, DIGITS)
    await seat.sees("の申請書です（末尾0817）")
    await seat.until(lambda: station.booth.form_ids[visit.id].steps == ("submit",))
    assert station.booth.visits.visits[visit.id].answers == ()  # its digits answered nothing
    assert DIGITS not in seat.picture and DIGITS[:12] not in seat.picture

    scan(seat, OTHER)
    await seat.sees("form_id.mismatch")
    await seat.keys("f9", "7", "7", "1")
    await typed(seat, DIGITS)
    assert DIGITS not in seat.picture
    await typed(seat, OTHER)
    await seat.sees("2回の番号が違います")
    await seat.keys("f9", "7", "7", "1")
    await typed(seat, DIGITS)
    await typed(seat, DIGITS)
    await seat.sees("の申請書です（末尾0817）")
