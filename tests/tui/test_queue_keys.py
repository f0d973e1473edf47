"""The queue on screen 1: numbers issued, called and ended by keys, at a real hub."""

from __future__ import annotations

import asyncio

import pytest

from hub.domain.queue import queue as q
from hub.domain.queue.queue import TicketState


async def test_first_ticket_takes_one_key_after_signing_in(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("3")
    assert "F2 で1枚目の番号札" in seat.picture
    await seat.keys("f2")
    assert seat.rows[20].startswith("〇A-001 を発券しました。")
    assert "取消 Ctrl+Z あと" in seat.rows[21]
    assert seat.pressed == 1


async def test_issue_call_visit_and_finish_by_keys_alone(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f3", "f5")
    assert "B-001 を窓口1へ呼びました" in seat.rows[20]
    await seat.keys("enter")
    assert "写真撮影" in seat.rows[2]
    await seat.photo()
    await seat.keys("f9", "7", "7", "4")  # no manager has opened the vault: the form's id is not read
    await seat.alone("1")  # a reader may be at this step
    await seat.sees("[1]〇")
    await seat.keys("enter", "enter", "f8")
    assert "B-001 の手続と番号札を完了しました" in seat.rows[20]
    assert "完了1" in seat.rows[19]


async def test_number_typed_before_f5_calls_that_ticket(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f2", "f3", "2")
    assert "F5＝A-002を呼ぶ" in seat.rows[22]
    await seat.keys("f5")
    assert "A-002 を窓口1へ呼びました" in seat.rows[20]


async def test_number_that_two_lanes_have_is_asked_back(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f3", "1", "f5")
    assert "A-001、B-001 のどれか分かりません" in seat.rows[20]
    await seat.keys("backspace", "b", "1", "f5")
    assert "B-001 を窓口1へ呼びました" in seat.rows[20]


async def test_undo_of_an_issue_voids_the_number_and_asks_for_the_paper(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "ctrl+z")
    assert "A-001 の操作を取り消しました" in seat.rows[20]
    assert "回収" in seat.rows[21]
    await seat.keys("f2")
    assert "A-002 を発券しました" in seat.rows[20]


async def test_undo_of_a_call_puts_the_ticket_back(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f5", "ctrl+z")
    assert "A-001 の操作を取り消しました" in seat.rows[20]
    assert "待ち1" in seat.rows[19]


async def test_no_show_is_dim_with_its_reason_until_three_calls(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f5", "f7")
    assert "queue.too_few_calls" in seat.rows[20] + seat.rows[21]
    await seat.keys("f6", "f6", "f7")
    assert "A-001 を不在にしました" in seat.rows[20]
    assert "不在1" in seat.rows[19]


async def test_hold_return_ticket_transfer_and_carry_over_are_f9_and_a_digit(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f2", "f2", "f5", "f9", "1")
    assert "A-001 を保留にしました" in seat.rows[20]
    await seat.keys("f9", "1")
    assert "A-001 を列にもどしました" in seat.rows[20]
    await seat.keys("f9", "2", *"2359", "enter")
    assert "A-001 を再来の札にしました（23:59 まで" in seat.rows[20]
    await seat.keys("home", "f9", "3", "2")
    assert "の列へ移しました" in seat.rows[20]
    await seat.keys("f9", "6")
    assert "を繰越にしました" in seat.rows[20]


async def test_reprint_asks_first_and_the_key_that_asked_never_answers(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f9", "5")
    assert "[n] やめる" in seat.rows[21]
    await seat.keys("f9", "5", "enter")
    assert "[n] やめる" not in seat.picture
    assert not any(
        "effect.repeated/1" == e.__struct_config__.tag for _, es in seat.terminal.station.history for e in es
    )
    await seat.keys("f9", "5")
    await seat.alone("y")
    await seat.sees("もう一度印刷します")


async def test_cursor_stays_on_its_ticket_whatever_arrives_and_ends(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f2", "f2", "down")
    work = seat.terminal.pages["work"]
    assert seat.rows[work.list._row + 5].startswith(">A-002")
    for _ in range(3):
        await booth.do(q.IssueTicket("delivery"))
    await booth.do(q.CallNext(("delivery",), "窓口9"))
    await seat.sees("A-006")
    await seat.sees("窓口9")
    assert any(row.startswith(">A-002") for row in seat.rows)
    called = next(t for t in seat.terminal.station.booth.queue.tickets.values() if t.number == "A-002")
    await booth.do(q.CarryOver(called.id))
    await seat.sees("－繰越")
    assert any(row.startswith(">A-002") for row in seat.rows), "the row under a cursor never becomes another person"


async def test_print_that_a_dying_hub_left_unsure_is_asked_after_and_settled_by_n(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    booth.fault("ticket", "ticket.hang")  # the paper is on its way when the power goes
    await seat.keys("f2")
    booth.kill()
    booth.fault("ticket", "")
    booth.start()
    await seat.sees("〇接続")
    await seat.sees("番号札？")
    await seat.keys("f4", "6")
    assert "A-001 の番号札は出ましたか" in seat.picture
    await seat.alone("n")
    await seat.sees("手で対応したと記録しました")
    assert not seat.terminal.station.booth.effects.open
    assert not list(booth.plan.home("hub").rglob("*A-001*.png")), "it is not repeated silently"


async def test_paper_out_is_said_where_the_ticket_was_issued_and_the_number_stands(booth, sit) -> None:
    await booth.open_day()
    seat, other = await sit("2"), await sit("3", machine="terminal-2")
    booth.fault("ticket", "ticket.paper_out")
    await seat.keys("f2")
    await seat.sees("A-001 の番号札：できませんでした。番号は有効です。")
    assert "ticket.paper_out" in seat.rows[20] + seat.rows[21]
    await other.sees("番号札Ｘ")
    assert "できませんでした" not in other.picture
    await seat.keys("f3")
    await seat.sees("B-001")


async def test_two_terminals_that_call_at_once_get_two_tickets(booth, sit) -> None:
    await booth.open_day()
    one, other = await sit("2"), await sit("3", machine="terminal-2")
    await one.keys("f2", "f2")
    await asyncio.gather(one.quick("f5"), other.quick("f5"))
    await one.sees("窓口1へ呼びました")
    await other.sees("窓口2へ呼びました")
    windows = dict(one.terminal.station.booth.queue.windows)
    assert set(windows) == {"窓口1", "窓口2"} and len(set(windows.values())) == 2
    tickets = one.terminal.station.booth.queue.tickets
    assert all(tickets[ticket].state is TicketState.CALLED for ticket in windows.values())


@pytest.mark.contract("chiba")
async def test_lanes_and_steps_are_the_contracts(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    assert "A 申請受付" in seat.rows[2] and "B 交付受付" in seat.rows[2]
    await seat.keys("f3", "f5", "enter")
    assert "必要書類の事前確認" in seat.rows[2]


@pytest.mark.contract("nagaoka")
async def test_more_than_two_lanes_are_asked_by_digit_and_a_lane_without_steps_is_served_and_finished(
    booth, sit
) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f3")
    assert "発券する列" in seat.picture
    await seat.keys("7")
    assert "G-001 を発券しました" in seat.rows[20]
    await seat.keys("f5", "enter")
    assert "A-001 の対応を始めました" in seat.rows[20]
    await seat.keys("f8")
    assert "A-001 を完了しました" in seat.rows[20]


@pytest.mark.contract("chiba")
async def test_a_manager_keeps_a_window_for_one_lane_and_says_when_nobody_answers_for_the_booth(booth, sit) -> None:
    """CHIB-2.2-10, CHIB-2.7-01"""
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f9", "7", "2", "2")
    assert "窓口1 の列を記録しました" in seat.rows[20]
    assert "この窓口は 交付受付" in seat.picture
    await seat.keys("f2", "f5")
    assert "待っている方はいません" in seat.rows[20]  # the one who waits is for another window
    await seat.keys("f9", "4")
    assert "窓口1は「申請受付」" not in seat.picture
    assert "queue.window_kept" in seat.rows[20] + seat.rows[21]
    await seat.keys("f4", "7", "f7")
    assert "受付と呼出は止まります" in seat.picture
    await seat.alone("y")
    await seat.sees("離れたことを記録しました")
    await seat.keys("f4", "1", "f2")
    await seat.sees("！できません：業務責任者がいないため")
    await seat.keys("escape")
    await seat.sees("業務責任者がいないため")  # beside the queue it stands as long as it is so
    await seat.keys("f4", "7", "f7")
    await seat.sees("引き継ぎました")
    await seat.keys("f4", "1", "f2")
    await seat.sees("を発券しました")
