"""Screen 7's checklist: digits tick, the list changes with the day, and a device that is missing needs a word."""

from __future__ import annotations

from datetime import timedelta

from hub.domain.day.agreed_day import has_hours
from tui.words import local


async def test_the_list_of_the_morning_is_ticked_by_digits_and_gives_way_to_the_counts(booth, sit) -> None:
    # KOGA-8-03
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.sees("[1]")
    assert "出勤 0人" in seat.picture and "業務管理者 1/1" in seat.picture
    await seat.keys("1", "1")
    await seat.sees("出勤 1人（名札なし 0）")
    await seat.keys("4")
    await seat.sees("確かめました：案内表示を出した")
    ticked = next(row for row in seat.rows if "[4]" in row)
    assert "〇" in ticked and "案内表示を出した" in ticked
    assert {"signs"} == set(seat.terminal.station.booth.readiness.ticks)
    await booth.open_day()
    await seat.until(lambda: "案内表示" not in seat.rows[5] and "[4]" not in seat.picture)


async def test_a_manager_records_a_training_and_the_list_names_who_has_none_that_counts(booth, sit) -> None:
    # KOGA-T10-01
    seat = await sit("1")
    await seat.keys("f4", "7", "2", "1", "2", "1")
    await seat.sees("受けた日")
    await seat.type("20240701")
    await seat.keys("enter")
    await seat.sees("いつまで有効か")
    await seat.type("20250701")
    await seat.keys("enter")
    await seat.sees("研修を記録しました")
    assert "有効でない" in seat.picture


async def test_a_manager_enters_the_days_that_the_city_agreed_to(booth, sit) -> None:
    # KOGA-5.1-02
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.sees("[0]")
    assert "これから0日" in seat.picture
    await seat.keys("0")
    await seat.sees("市が合意・指定した日")
    await seat.type("0807 0814")
    await seat.keys("enter")
    await seat.sees("開催の時間")
    await seat.type("09:00-13:00")
    await seat.keys("enter")
    await seat.sees("市の文書の番号か、協議の日")
    await seat.type("2025-07-20 協議")
    await seat.keys("enter")
    await seat.sees("記録しました（2日）")
    dates = sorted(key.partition("/")[0][5:] for key in seat.terminal.station.booth.agreed)
    assert dates == ["08-07", "08-14"]


async def test_hours_are_judged_when_they_are_typed_and_enter_is_offered_only_where_the_contract_has_them(
    booth, sit
) -> None:
    seat = await sit("1")
    station = seat.terminal.station
    profile, event = station.profile, station.profile.event_types[0].id
    coming = [local(station.now_ms()).date() + timedelta(days=days) for days in range(1, 60)]
    without = next(day for day in coming if not has_hours(profile, event, day))
    await seat.keys("f4", "7", "0", *f"{without:%m%d}", "enter")
    await seat.sees("開催の時間")
    assert "契約に時間のない日です" in seat.picture and "どおりなら Enter" not in seat.picture
    await seat.keys(*"25:00-12", "enter")
    await seat.sees("agreed.hours")
    assert "市の文書の番号か、協議の日" not in seat.picture and not seat.terminal.over
    await seat.keys("0", *f"{without:%m%d}", "enter", *"10:00-16:00", "enter", *"2025-07-20", "enter", "enter")
    await seat.sees("記録しました（1日）")
    (row,) = [row for row in seat.rows if row.startswith(" [0]")]
    assert "契約の定めの外" in row and ".." not in row and "…" not in row


async def test_a_manager_enters_the_citys_approval_of_everybody(booth, sit) -> None:
    # KOGA-T8-01
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.sees("書類の不足")
    await seat.keys("2", "2")
    await seat.sees("文書の日付")
    await seat.keys("enter")
    await seat.sees("文書の番号か名前")
    await seat.type("承認12号")
    await seat.keys("enter")
    await seat.sees("記録しました")
    station = seat.terminal.station
    assert {one.person for one in station.client.people} == set(station.booth.dossier.approved)


async def test_who_comes_after_the_opening_signs_in_and_whose_papers_are_wanting_is_still_helped(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.sees("[1]")
    assert any("あなたはまだ" in row for row in seat.rows) and any("書類の不足" in row for row in seat.rows)
    await seat.keys("1", "1")
    await seat.sees("出勤を記録しました")
    await seat.until(lambda: not any("あなたはまだ" in row for row in seat.rows))
    await seat.keys("2")
    await seat.until(lambda: bool(seat.terminal.over))
