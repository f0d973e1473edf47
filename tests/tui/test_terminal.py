"""The staff terminal at a real hub: what people press, and what rows they then see."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from itertools import pairwise

import pytest

from hub.domain.day.day import Phase
from hub.domain.identity import identity
from hub.domain.queue import queue as q
from hub.domain.queue.queue import TicketState
from tests.tui.test_form_id import DIGITS, OTHER, scan
from tui import station as stations
from tui.terminal.scan import GAP_S
from tui.words import hour_minute


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


async def test_refusal_stands_in_rows_21_and_22_with_its_code(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f5")
    assert seat.rows[20].startswith("！できません：待っている方はいません。")
    assert "queue.nobody_waiting" in seat.rows[20] + seat.rows[21]
    assert "つぎ：そのままお待ちください" in seat.rows[21]
    await seat.keys("f2")
    assert "nobody_waiting" not in seat.picture


async def test_key_that_repeats_is_done_once_and_said_so(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    station = seat.terminal.station
    pressed = []
    for _ in range(3):
        pressed.append(time.monotonic())
        seat.terminal.press("f2", "")
        await seat.until(lambda: not station.pending)
    # On a machine that needs 0.4 s for an answer they are three presses of a patient person.
    wanted = 1 + sum(later - earlier >= stations.REPEAT_S for earlier, later in pairwise(pressed))
    assert station.booth.queue.tally["waiting"] == wanted
    assert ("1回だけ行いました" in seat.picture) == (pressed[2] - pressed[1] < stations.REPEAT_S)


async def test_presses_before_the_answer_are_dropped(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    for _ in range(3):  # within one turn of the loop
        seat.terminal.press("f2", "")
    assert seat.terminal.station.said.code == "press.pending"
    await seat.until(lambda: not seat.terminal.station.pending)
    assert seat.terminal.station.booth.queue.tally["waiting"] == 1


async def test_number_shows_only_after_its_commit_and_a_second_press_is_not_sent(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    booth.signal(signal.SIGSTOP)
    await seat.quick("f2")
    await seat.sees("～発券しています")
    assert "A-001" not in seat.picture
    await seat.quick("f3")
    await seat.sees("～発券しています")
    booth.signal(signal.SIGCONT)
    await seat.sees("A-001")
    await seat.until(lambda: not seat.terminal.station.pending)
    assert dict(seat.terminal.station.booth.queue.last_number) == {"A": 1}


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


async def test_cut_hub_shows_a_banner_the_queue_stays_and_nothing_is_queued(booth, sit, monkeypatch) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2")
    monkeypatch.setattr(stations, "AWAY_S", 1.0)
    booth.kill()
    await seat.sees("Ｘ切断")
    await seat.sees("ハブに届きません。下は")
    assert any("A-001" in row for row in seat.rows[4:18])
    assert "いまできること" in seat.picture
    await seat.keys("f2")
    assert "link.hub_away" in seat.rows[20] + seat.rows[21]
    booth.start()
    await seat.sees("〇接続")
    assert dict(seat.terminal.station.booth.queue.last_number) == {"A": 1}, (
        "what was pressed while cut is not sent later"
    )
    await seat.keys("f2")
    assert "A-002 を発券しました" in seat.rows[20]


async def test_command_under_way_when_the_hub_dies_happens_once(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    booth.signal(signal.SIGSTOP)
    await seat.quick("f2")
    await seat.sees("～発券しています")
    booth.kill()
    booth.start()
    await seat.sees("A-001 を発券しました")
    assert seat.terminal.station.booth.queue.tally["waiting"] == 1


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
    size = seat.terminal.client.size
    await seat.quick(*"33331", "enter")  # a label of a box before a code reader: nothing of it is noted
    await seat.alone("1")
    assert "会議のリンクは" in seat.rows[20] and seat.terminal.client.size == size
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


async def test_manager_opens_the_day_by_keys_and_confirms_the_date(booth, sit) -> None:
    seat = await sit("1")
    await seat.keys("f4", "7", "f8", "enter")
    today = seat.rows[21].partition("ハブの時計は ")[2][:4]
    await seat.keys(*today, "enter")
    assert "で開場します。" in seat.rows[20]
    await seat.alone("y")
    await seat.sees("開場しました")
    assert seat.terminal.station.booth.day.phase is Phase.OPEN


async def test_clerk_cannot_open_the_day(booth, sit) -> None:
    seat = await sit("2")
    await seat.keys("f4", "7", "f8")
    assert "管理者がします" in seat.rows[20]
    assert seat.terminal.station.booth.day.phase is Phase.CLOSED


async def confirm(seat) -> None:
    await seat.alone("y")
    await seat.until(lambda: not seat.terminal.over)
    await seat.until(lambda: not seat.terminal.station.pending)


async def blanks(seat, *counts: str) -> None:
    """Count the two classes of blanks on their own page."""
    await seat.keys("f4", "4", "f7")
    for count in counts:
        await seat.keys(*count, "enter")
    await seat.keys("f8")


async def test_two_people_count_blind_and_seal_and_the_day_closes_by_keys(booth, sit) -> None:
    await booth.open_day()
    desk = await booth.attend()
    seat = await sit("1")
    await blanks(seat, "50", "40")
    await seat.sees("用紙の数を記録しました")
    await seat.keys("f4", "1")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    await seat.sees("市が確認しました")
    await seat.keys("enter", "enter", "f7", "enter", "enter", "1", "1", "1", "0", "1", "0", "enter", "f8")
    await seat.keys("f4", "4", *"kg3", "enter")
    for count in "111010":
        await seat.keys(count, "enter")
    assert "管理 の枚数は記録と合いました" in seat.rows[20]
    assert "【隠す】" in seat.picture
    assert re.search("市へ|市に確認|納品期限", seat.rows[2]), "by when the city wants them"
    await seat.keys("enter", "1", "enter")
    assert "custody.same_person" in seat.rows[20] + seat.rows[21] or "2人目" in seat.rows[21]
    await seat.keys("2", "enter")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.until(lambda: not seat.terminal.over)
    assert seat.terminal.station.person.person == "staff-1", "the session of the first stays"
    for count in "111010":
        await seat.keys(count, "enter")
    await seat.keys(*"sl412", "enter", *"sl413", "enter")
    assert "custody.seal_differs" in seat.rows[20] + seat.rows[21]
    await seat.keys(*"sl412", "enter", "f8")
    assert "元に戻せません" in seat.rows[20]
    await confirm(seat)
    assert "箱 KG3 を SL412 で封印しました" in seat.rows[20]
    await seat.keys("f4", "4", "f9", "7", "4")
    await seat.sees("場所の記録がありません")
    await seat.keys("f8", "1")
    await seat.until(lambda: bool(seat.terminal.over))
    await seat.keys("2", "enter")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.sees("〇 KG3          SL412         会場の施錠保管庫")
    await seat.keys("f7")
    await seat.sees("場所の記録がありません")
    await seat.keys("f4", "5", "f8")
    await confirm(seat)
    assert "市の署名を待っています" in seat.picture
    await seat.keys("f9", "5")
    await seat.sees("送付表をつくりました")
    assert list((seat.terminal.home / "documents").glob("transmittal-*.pdf"))
    await seat.keys("enter")  # they leave: the box is read, who carries it, in what, how long
    for typed in ("kg3", "高橋", "徒歩", "20"):
        await seat.type(typed)
        await seat.keys("enter")
    await seat.sees("着く予定")
    await seat.keys("enter", "2", *"kg3", "enter", "enter", "1")
    await seat.sees("    到着")
    # The city's counter has no device: it signs the 送付表, and two read that paper.
    (transfer,) = seat.terminal.station.booth.custody.transfers.values()
    now = hour_minute(seat.terminal.station.now_ms()).replace(":", "")
    await seat.keys("f9", "7", "1", "1", *transfer.manifest.hex()[:8], "enter")
    await seat.sees("紙の署名はどちらの人ですか")
    await seat.keys("1", *now, "enter")
    await seat.sees("2人目の職員番号か名前")
    assert "市の署名待ち" in seat.picture, "one reader is not enough"
    await seat.keys("2", "enter")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.sees("紙の署名はどちらの人ですか")
    await seat.keys("1", *now, "enter")
    await seat.sees("紙で受領・市の確認待ち")
    assert "紙で受領1件" in seat.rows[1]
    assert seat.terminal.station.booth.custody.transfers[transfer.id].received_by == ""
    await seat.keys("f4", "7", "f8")
    await confirm(seat)
    await blanks(seat, "49", "38")
    await seat.sees("用紙の数が台帳と合いません")
    assert not any("39" in row for row in seat.rows[2:20]), "what the ledger expects is not shown"
    await seat.keys("f4", "7", "f8")
    await confirm(seat)
    assert "forms.differ" in seat.rows[20] + seat.rows[21]
    await blanks(seat, "49", "39")
    await seat.sees("用紙の数を記録しました")
    await seat.keys("f4", "7", "f8")
    await confirm(seat)
    assert seat.terminal.station.booth.day.phase is Phase.CLOSED
    assert {c.signed_by for c in seat.terminal.station.booth.custody.containers.values()} == {("staff-1", "staff-2")}
    desk.cancel()


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


async def test_scanned_code_ticks_nothing_and_its_enter_signs_nothing(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f5", "enter", "1")
    for char in "2345123":
        seat.terminal.press(char, char)
    seat.terminal.press("enter", "")
    await seat.sees("このコードは、この画面では使いません")
    assert "足りない：暗証番号設定依頼書、ほか4" in seat.picture


async def test_a_scan_is_a_scan_although_a_slow_machine_gets_round_to_each_key_late(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f5", "enter", "1")
    await asyncio.sleep(GAP_S * 2)  # what was typed before is no part of it
    came_s = time.monotonic()
    for at, char in enumerate("2345123"):
        seat.terminal.press(char, char, came_s + 0.005 * at)
        await asyncio.sleep(GAP_S * 1.5)  # busy with something else
    seat.terminal.press("enter", "", came_s + 0.04)
    await seat.sees("このコードは、この画面では使いません")
    assert "足りない：暗証番号設定依頼書、ほか4" in seat.picture


async def test_wrong_passphrase_is_said_and_locks_nobody_in(booth, sit) -> None:
    seat = await sit()
    await seat.keys("2", "enter", *"wrong", "enter")
    await seat.sees("lockbox.wrong_passphrase")
    assert seat.terminal.page is seat.terminal.lock_page


async def test_leaving_the_seat_keeps_queue_counts_readable_and_a_colleague_signs_in(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "ctrl+l")
    assert "本日 待ち1" in seat.picture
    assert "受付 一郎" in seat.picture
    await seat.keys("3", "enter")
    await seat.type(booth.plan.passphrases["staff-3"])
    await seat.keys("enter")
    await seat.sees("A-001")
    assert seat.terminal.station.person.person == "staff-3"


async def test_ctrl_c_and_ctrl_q_end_nothing_and_leaving_is_shown(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("ctrl+c", "ctrl+q")
    await seat.sees("Ctrl+L のあと Ctrl+X")
    assert seat.app.is_running
    await seat.keys("ctrl+l")
    assert "Ctrl+X終了" in seat.rows[23]
    await seat.quick("ctrl+x")
    await seat.until(lambda: not seat.app.is_running or seat.app._exit)


async def test_palette_finds_by_kana_and_keeps_what_cannot_be_done_with_its_reason(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("ctrl+p", *"さいいんさつ")
    assert any("再印刷" in row and "F9-5" in row for row in seat.rows)
    assert any("再印刷" in row and "番号がえらばれていません" in row for row in seat.rows)
    await seat.keys("escape", "ctrl+p", *"tugi", "enter")
    assert "queue.nobody_waiting" in seat.rows[20] + seat.rows[21]


async def test_kana_typed_on_a_key_screen_is_answered_with_what_to_press(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("あ")
    assert "半角/全角キー" in seat.rows[21]
    await seat.keys("f2", "f2", "２", "f5")
    assert "A-002 を窓口1へ呼びました" in seat.rows[20], "full-width digits are digits"


async def test_english_is_one_key_away(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f9", "8", "f2")
    assert seat.rows[20].startswith("〇A-001 issued")
    assert "F5Next" in seat.rows[23]


async def test_training_is_marked_on_row_1_and_through_the_screen(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    assert seat.rows[0].startswith("【訓練】")
    assert "訓練" in seat.rows[3]


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
