"""The staff terminal at a real hub: keys that come twice, a hub that goes, who sits there, and in which words."""

from __future__ import annotations

import asyncio
import signal
import time
from itertools import pairwise

import pytest

from hub.client.people.standby import FOLDER as STANDBY
from hub.client.proof.divergence import Divergence, RecordRolledBack
from tui import station as stations
from tui.terminal import facts_page
from tui.terminal.scan import GAP_S


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


async def test_a_press_is_as_old_as_the_key_however_long_a_passphrase_was_checked_before_it_began_anything(sit) -> None:
    seat = await sit("2")
    station = seat.terminal.station

    async def nothing() -> None:
        pass

    station.pressed("enter")
    station.key_at -= stations.REPEAT_S
    assert station.begin("署名しています", nothing)
    await seat.until(lambda: not station.pending)
    station.pressed("enter")
    assert station.begin("次へ進みます", nothing), "nobody has pressed twice in a row"


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


async def test_a_locked_terminal_says_that_the_hub_is_gone_and_since_when(booth, sit, monkeypatch) -> None:
    await booth.open_day()
    seat = await sit()
    await seat.sees("〇接続")
    monkeypatch.setattr(stations, "AWAY_S", 1.0)
    booth.kill()
    await seat.sees("Ｘ切断")
    assert "秒：ハブに届きません。" in seat.rows[1] and "〇接続" not in seat.picture
    await seat.sees("だれですか")
    booth.start()
    await seat.sees("〇接続")
    assert not seat.rows[1].strip()


async def test_a_locked_terminal_says_what_a_refused_hubs_record_lacks(booth, sit) -> None:
    await booth.open_day()
    seat = await sit()
    await seat.sees("〇接続")
    found = Divergence(held=96, shown=65, common=65, common_ms=1_754_456_520_000, kept=96)
    seat.terminal.station.client._linking.refuse(RecordRolledBack(divergence=found))
    await seat.sees("Ｘ切断")
    assert "14:02" in seat.rows[1] and "31件" in seat.rows[1]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_step_of_a_take_over_stands_on_a_screen_of_24_rows(booth, sit, monkeypatch, language: str) -> None:
    await booth.open_day()
    seat = await sit("2", language=language)
    monkeypatch.setattr(stations, "AWAY_S", 1.0)
    monkeypatch.setattr(facts_page, "AWAY_S", 1.0)
    await seat.keys("f4", "8")
    booth.kill()
    await seat.sees({"ja": "ハブが戻らないとき", "en": "If the hub does not come back"}[language])
    shown = [row for row in seat.rows if row[:3] in {f" {step} " for step in range(1, 6)}]
    assert len(shown) == 5 and {"ja": "予備証明書のある端末", "en": "standby terminal"}[language] in shown[3]
    assert "take-over" not in seat.picture, "here it would be refused"
    assert any(row.startswith({"ja": " この端末の記録", "en": " Record on this"}[language]) for row in seat.rows)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_standby_terminal_shows_the_whole_command_of_a_take_over(
    booth, sit, monkeypatch, language: str
) -> None:
    await booth.open_day()
    home = booth.plan.home("terminal-1")
    (home / STANDBY).mkdir()
    seat = await sit("2", language=language)
    monkeypatch.setattr(stations, "AWAY_S", 1.0)
    monkeypatch.setattr(facts_page, "AWAY_S", 1.0)
    await seat.keys("f4", "8")
    booth.kill()
    await seat.sees("demado hub --take-over --home ")
    at = next(at for at, row in enumerate(seat.rows) if "--take-over" in row)
    last = next(at for at, row in enumerate(seat.rows) if row.startswith(" 5 "))
    typed = "".join("".join(seat.rows[at:last]).split())
    assert typed == f"demadohub--take-over--home{home}" and last < 20


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
