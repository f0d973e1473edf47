"""A visit by keys: its steps, the city's part in it, and what stops it."""

from __future__ import annotations

import pytest

from hub.domain.identity import identity
from hub.domain.queue import queue as q
from tests.tui.test_form_id import DIGITS, OTHER, scan


async def test_whole_m5_visit_by_keys_takes_at_most_29(booth, sit) -> None:
    await booth.open_day()
    desk = await booth.attend()
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    seat.pressed = 0
    await seat.keys("f5", "enter")
    await seat.keys("1", "2", "3", "4", "5", "1", "enter")
    await seat.keys("enter")
    await seat.sees("市が確認しました")
    await seat.keys("enter", "enter", "enter", "enter")
    assert "書類ごとに数えて入れる" in seat.picture
    await seat.keys("1", "1", "1", "0", "1", "0", "enter", "f7", "f8")
    assert "A-001 の手続と番号札を完了しました" in seat.rows[20]
    assert seat.pressed <= 29
    assert "保管4枚" in seat.rows[1]
    desk.cancel()


async def test_space_signs_the_first_look_at_papers_and_who_did_it_does_not_check_again_at_the_window(
    booth, sit
) -> None:
    """KOGA-7.1-06: the same person for both is refused; the screen asks for another one."""
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2")
    assert "Space＝書類を見た" in seat.rows[22]
    await seat.keys("space")
    assert "A-001：書類の事前確認を記録しました" in seat.rows[20]
    assert "〇書類" in seat.picture and "Space＝事前確認を取消" in seat.rows[22]
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter")
    assert "べつの人が確かめて署名" in seat.picture


async def test_step_is_refused_while_a_paper_is_neither_ticked_nor_not_applicable(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f5", "enter", "1", "2", "enter")
    assert seat.rows[21].rstrip().endswith("再来の札）")  # no code is laid over what to do: F1 has it
    assert seat.terminal.station.said.code == "visit.documents_missing"
    assert "足りない：宛名記載済封筒、ほか3" in seat.picture
    await seat.keys("0")
    assert "対象外にできません" in seat.rows[20]


async def test_contractor_terminal_cannot_sign_the_citys_step(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    visit = next(iter(seat.terminal.station.booth.visits.visits.values()))
    assert "identity_check" not in visit.done
    assert "依頼" in seat.picture
    assert "決定の期限" in seat.picture
    await seat.keys("f8")
    assert "先に【必】" in seat.rows[20]


async def test_staff_note_the_video_and_who_waits_for_the_city_is_seen_with_the_time(booth, sit) -> None:
    """KOGA-7.1-07: start, loss and end as staff press them; the manager sees how many wait and since when."""
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    (asked,) = seat.terminal.station.booth.identity.requests.values()
    await seat.quick(*"33331", "enter")  # a label of a box before a code reader: nothing of it is noted
    await seat.alone("1")
    assert "会議のリンクは" in seat.rows[20]
    assert seat.terminal.station.booth.identity.requests[asked.id] == asked
    for word in ("映像 つながり", "映像 切れた", "映像 つながり"):
        await seat.alone("3")
        await seat.sees(word)
    assert "途切れ1回" in seat.picture
    await seat.alone("4")
    await seat.sees("映像 終わり")
    assert "待1" in seat.rows[1]
    await seat.keys("f4", "7")
    assert "市の決定待ち 1件：A-001" in seat.picture


async def test_refusal_of_the_city_is_shown_with_its_reason_and_the_visit_can_be_given_up(booth, sit) -> None:
    await booth.open_day()
    desk = await booth.attend(identity.Outcome.REFUSED)
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    await seat.sees("市の決定：できない")
    await seat.sees("顔が書類と合わない")
    assert "F9-7＝手続を取りやめる" in seat.rows[22]
    await seat.keys("f9", "7", "1", "3")
    assert "手続を取りやめました" in seat.rows[20]
    assert "A-001 の番号札を完了する" in seat.picture  # what is left to do stands there, and F8 does it
    await seat.keys("f8")
    await seat.sees("A-001 を完了しました")
    desk.cancel()


async def test_a_parked_applicants_row_says_that_the_city_has_answered(booth, sit) -> None:
    """Who waits for the city is put aside: the row is all that tells a clerk when to call them back."""
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    await seat.sees("依頼しました")
    await seat.keys("f9", "1")
    await seat.sees("～市の返事")
    desk = await booth.attend(identity.Outcome.REFUSED)
    await seat.sees("！市の返事あり")
    desk.cancel()


async def test_papers_that_differ_stop_the_visit_by_a_digit_and_a_yes(booth, sit) -> None:
    """KOGA-7.1-08"""
    await booth.open_day()
    desk = await booth.attend()
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    await seat.sees("市が確認しました")
    await seat.sees("ちがうときは数字")
    await seat.alone("2")
    await seat.sees("生年月日がちがいますか")
    await seat.alone("y")
    await seat.sees("照合不一致：生年月日（")
    await seat.keys("f8")
    assert "visit.differs" in seat.rows[20] + seat.rows[21]
    await seat.keys("enter")
    assert "べつの人が確かめて署名" in seat.picture
    desk.cancel()


async def test_counts_start_empty_and_a_missing_one_is_named(booth, sit) -> None:
    await booth.open_day()
    desk = await booth.attend()
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    await seat.sees("市が確認しました")
    await seat.keys("enter", "enter", "enter", "enter", "enter")
    assert "custody.class_missing" in seat.rows[20] + seat.rows[21]
    await seat.keys("1", "left", "2")
    assert "12_ 枚" in seat.picture
    desk.cancel()


async def answered(seat, digit: str) -> None:
    """A question's digit by hand: where a code reader types too, a digit counts only with silence around it."""
    await seat.alone(digit)


async def test_family_ticket_opens_one_visit_after_the_other(booth, sit) -> None:
    await booth.open_day()
    await booth.do(q.IssueTicket("application_support", people=2))
    client = await booth.client("terminal-2")
    assert await client.vault.unlock(booth.plan.staff["staff-1"]) is None
    seat = await sit("2")
    await seat.keys("f5", "enter")
    assert "1人目／2人" in seat.picture
    await seat.photo()
    scan(seat, DIGITS)
    await seat.sees("の申請書です（末尾0817）")
    await answered(seat, "1")
    await seat.keys("enter", "enter", "f8")
    assert "1人分の手続を完了しました" in seat.rows[20]
    await seat.keys("enter")
    assert "2人目／2人" in seat.picture
    await seat.photo()
    scan(seat, OTHER)
    await seat.sees("の申請書です（末尾0817）")
    await answered(seat, "1")
    await seat.keys("enter", "enter", "f8")
    assert "手続と番号札を完了しました" in seat.rows[20]


async def test_held_visit_goes_on_where_it_was(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f3", "f5", "enter")
    await seat.photo()
    await seat.keys("f9", "1")
    assert "B-001 を保留にしました" in seat.rows[20]
    await seat.keys("f9", "4", "enter")
    assert "オンライン申請の実施" in seat.rows[2]


@pytest.mark.contract("aomori")
async def test_method_is_chosen_where_a_lane_has_several(booth, sit) -> None:
    await booth.open_day("group_visit")
    seat = await sit("2")
    await seat.keys("f2", "f5", "enter")
    assert "A-001 の方式" in seat.picture
    await seat.keys("2")
    assert "出張申請サポート方式" in seat.rows[2]
    await seat.keys("f9", "7")
    assert "この方式にはありません" in seat.picture


async def test_of_two_commands_the_first_of_which_is_recorded_nobody_is_told_that_nothing_was_sent(
    booth, sit, monkeypatch
) -> None:
    """A return ticket: the visit is given up, and the hub dies before the ticket is sent away."""
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f3", "f5", "enter")
    station = seat.terminal.station
    submit = station.submit

    async def cut(command, **more):
        if isinstance(command, q.SendAway):
            booth.kill()
            await seat.until(lambda: not station.client.connected)
        return await submit(command, **more)

    monkeypatch.setattr(station, "submit", cut)
    await seat.keys("f9", "2", *"2359", "enter")
    await seat.sees("途中まで記録しました")
    assert "送られていません" not in seat.picture and "画面で残りを確かめて" in seat.rows[21]
    assert [visit.state.value for visit in station.booth.visits.visits.values()] == ["abandoned"]


async def test_a_return_ticket_with_its_visit_is_not_taken_back_by_half(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f3", "f5", "enter", "f9", "2", *"0000", "enter")
    assert "queue.back_by" in seat.rows[20] + seat.rows[21], "a time that is over"
    await seat.keys("f9", "2", *"2359", "enter")
    await seat.sees("再来の札にしました")
    assert seat.terminal.station.undo_left == 0
    await seat.keys("ctrl+z")
    assert "取り消せる操作がありません" in seat.rows[20]
