"""Screen 3, printing: F9-5 once, F6 asks before a second print, "did it come out?", and where each sheet went."""

from __future__ import annotations

import pytest

from hub.domain.photo.print import Print, PrintState, SheetState
from tests.tui.test_photo import at_photo, gone, living, shoot


def prints(seat) -> list[Print]:
    held = seat.terminal.station.booth.prints.prints
    return [held[number] for number in sorted(held)]


def sheets(seat) -> list[SheetState]:
    return [sheet.state for one in prints(seat) for sheet in one.sheets]


async def yes(seat) -> None:
    """y counts only with silence around it: a scanner types letters too."""
    await seat.alone("y")


async def confirmed(booth, seat) -> None:
    """A picture that its applicant accepted."""
    await at_photo(booth, seat)
    await shoot(seat)
    await seat.keys("1", "2", "enter")
    await seat.sees("本人が認めました")


async def test_a_photo_is_printed_pasted_by_its_own_number_and_done_with(booth, sit) -> None:
    seat = await sit("2")
    await confirmed(booth, seat)
    await seat.keys("f9", "5")
    await seat.sees("印刷 1枚")
    assert sheets(seat) == [SheetState.OUT]
    await seat.keys("f8")
    await seat.sees("1枚目はどこへ")
    await seat.keys("1")
    await seat.type("A-999")
    await seat.keys("enter")
    await seat.sees("print.other_label")
    await seat.keys("f8", "1")
    await seat.type("b-001")
    await seat.keys("enter")
    await seat.sees("申請書に貼った")
    await seat.keys("enter")
    end = await gone(seat)
    assert dict(end.places)["spool"] == "empty"


async def test_a_second_print_is_asked_about_and_enter_is_no(booth, sit) -> None:
    seat = await sit("2")
    await confirmed(booth, seat)
    await seat.keys("f9", "5")
    await seat.sees("印刷 1枚")
    await seat.keys("f6", "1")
    await seat.sees("もう1枚印刷します（「再」つき）")
    await seat.keys("enter")
    assert len(prints(seat)) == 1
    await seat.keys("f6", "1")
    await yes(seat)
    await seat.until(lambda: len(prints(seat)) == 2 and prints(seat)[1].state is PrintState.PRINTED)
    assert prints(seat)[1].again


async def test_an_unsure_print_is_asked_about_until_somebody_looks(booth, sit) -> None:
    seat = await sit("2")
    await confirmed(booth, seat)
    booth.fault("photo", "photo.cut_off")
    await seat.keys("f9", "5")
    await seat.sees("写真が出たか分かりません")
    assert "Enter＝出た紙を見て答える" in seat.rows[22]
    await seat.keys("enter")
    await seat.sees("きれいに出ましたか")
    await seat.keys("escape")
    assert living(seat) is not None and prints(seat)[0].state is PrintState.UNSURE
    await seat.keys("enter", "3")
    await seat.sees("書損じ")
    assert sheets(seat) == [SheetState.SPOILED]


async def test_nothing_is_printed_before_the_applicant_accepted(booth, sit) -> None:
    seat = await sit("2")
    await at_photo(booth, seat)
    await shoot(seat)
    await seat.keys("f9", "5")
    await seat.sees("本人が認めた写真だけ")
    assert prints(seat) == []


@pytest.mark.drill
async def test_a_retake_after_a_print_leaves_its_sheet_for_the_shredder_before_two_people(booth, sit) -> None:
    seat = await sit("2")
    await confirmed(booth, seat)
    await seat.keys("f9", "5")
    await seat.sees("印刷 1枚")
    await seat.keys("f6", "2")
    await seat.until(lambda: living(seat) is None)
    await seat.keys("f8", "1")
    await seat.sees("撮り直した写真です")
    await seat.keys("f8", "3")
    await seat.until(lambda: sheets(seat) == [SheetState.SPOILED])
    await seat.keys("f4", "7")
    await seat.sees("書損じ 1枚：2人で裁断")
    await seat.keys("f9", "7")
    await yes(seat)
    await seat.sees("2人目の職員番号か名前")
    await seat.type("3")
    await seat.keys("enter")
    await seat.type(booth.plan.passphrases["staff-3"])
    await seat.keys("enter")
    await seat.until(lambda: sheets(seat) == [SheetState.SHREDDED])
    assert len(set(prints(seat)[0].sheets[0].shredders)) == 2
