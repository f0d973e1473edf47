"""原本 and 忘れ物 by keys: a visit does not finish over somebody's licence, and a day not over somebody's umbrella."""

from __future__ import annotations

from hub.domain.custody.left_behind import End


async def test_an_original_is_given_back_with_one_key_or_becomes_a_thing_left_behind(booth, sit) -> None:
    await booth.open_day()
    desk = await booth.attend()
    seat = await sit("1")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    await seat.sees("市が確認しました")
    await seat.keys("enter", "enter")
    await seat.sees("原本 F7＝返した 本人確認書類")
    await seat.keys("f7")
    assert "原本を返しました" in seat.rows[20]
    await seat.keys("enter", "enter", "1", "1", "1", "0", "1", "0", "enter", "f7", "1")
    await seat.sees("原本 F7＝返した")
    await seat.keys("f8")
    assert "originals.not_returned" in seat.rows[20] + seat.rows[21]
    await seat.keys("f9", "7", "5", "1", "f8")
    assert "A-001 の手続と番号札を完了しました" in seat.rows[20]
    await seat.keys("f4", "4", "f9", "7", "3")
    await seat.sees("本人確認書類・カード・通知")
    await seat.keys("enter", "3")
    assert "会場には渡せません" in seat.rows[20]
    await seat.keys("enter", "2")
    await seat.sees("忘れ物はありません")
    desk.cancel()


async def test_a_thing_on_a_chair_is_named_by_digits_and_goes_where_somebody_says(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f4", "4", "f9", "7", "3", "f7", "7", "2")
    await seat.type("a-009")
    await seat.keys("enter")
    assert "A-009 という番号札はありません" in seat.rows[20]
    await seat.keys("f7", "7", "2")
    await seat.type("a-001")
    await seat.keys("enter")
    await seat.sees("A-001")
    await seat.keys("f7", "3", "1", "enter")
    await seat.sees("不明")
    left = seat.terminal.station.booth.left
    assert [one.number for _, one in sorted(left.items())] == ["A-001", ""]
    await seat.keys("down", "enter", str(list(End).index(End.POLICE) + 1))
    await seat.until(lambda: len(seat.terminal.station.booth.left) == 1)
    assert "かさ" in seat.picture
