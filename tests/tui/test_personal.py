"""Personal data at the terminal: unlocked by who answers for it, read for a purpose, gone when somebody leaves."""

from __future__ import annotations

import asyncio

import pytest

from hub.client.booking import seal_list
from hub.client.connection import HubClient
from hub.domain import disclosure
from hub.domain.refusal import Refusal
from hub.domain.reservation import Reservation
from tui.personal.reading import Shown

ROWS = [
    Reservation("R-1", 540, "delivery", 1, "サトウ ハナコ", None, "0900000001", ""),
    Reservation("R-2", 550, "delivery", 1, "タナカ タロウ", None, "0900000002", ""),
]


async def take_in(booth) -> HubClient:
    """The manager's importer brings a list in, from another terminal; the vault is locked again after it."""
    client = await booth.client("terminal-2")
    manager = booth.plan.staff["staff-1"]
    assert await client.vault.unlock(manager) is None
    made = seal_list(ROWS, "delivery", client.booth.day.date)
    assert not isinstance(made, Refusal)
    assert await client.vault.deposit(made.keys) is None
    for command in made.commands:
        await client.submit(command, manager)
    return client


async def serve(seat) -> None:
    """R-1 gets a number, is called and comes."""
    await seat.type("R-1")
    await seat.keys("f2", "f5", "enter")
    await seat.sees("誘導")


async def test_a_clerk_reads_the_name_for_a_purpose_and_it_is_gone_with_the_seat(booth, sit) -> None:
    await booth.open_day()
    await take_in(booth)
    seat = await sit("2")
    await serve(seat)
    await seat.keys("f9", "0")
    assert "カナ氏名（予約の確認）" in seat.picture and "電話番号" not in seat.picture
    await seat.keys("1")
    await seat.sees("サトウ ハナコ")
    await seat.keys("ctrl+l")
    assert "サトウ" not in seat.picture
    assert not any(isinstance(layer, Shown) for layer in seat.terminal.over)


async def test_escape_hides_what_was_read_and_the_reading_stays_in_the_record(booth, sit) -> None:
    await booth.open_day()
    client = await take_in(booth)
    read = []
    client.on_events(lambda index, events: read.extend(e for e in events if isinstance(e, disclosure.Revealed)))
    seat = await sit("2")
    await serve(seat)
    await seat.keys("f9", "0", "1")
    await seat.sees("サトウ ハナコ")
    await seat.keys("escape")
    assert "サトウ" not in seat.picture
    await seat.until(lambda: [(event.by, event.field) for event in read] == [("staff-2", "kana")])


async def test_a_clerk_cannot_read_of_who_is_not_at_the_window(booth, sit) -> None:
    await booth.open_day()
    await take_in(booth)
    seat = await sit("2")
    await seat.type("R-2")
    await seat.keys("f9")
    assert "手続を開いてから" in seat.picture


async def test_the_manager_finds_a_phone_number_of_who_has_not_come(booth, sit) -> None:
    await booth.open_day()
    await take_in(booth)
    seat = await sit("1")
    await seat.type("R-2")
    await seat.keys("f9", "0")
    assert "電話番号（ご本人への連絡）" in seat.picture
    await seat.keys("2")
    await seat.sees("0900000002")


async def test_a_manager_who_signs_in_unlocks_the_vault(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    await seat.sees("個人情報の金庫を開けました")
    await seat.keys("f4", "0")
    await seat.sees("開いています")
    assert "訓練-1" in seat.picture


async def test_a_locked_vault_is_said_in_row_two_and_the_queue_goes_on(booth, sit) -> None:
    await booth.open_day()
    await take_in(booth)
    seat = await sit("1")
    await seat.keys("f4", "0", "f8", "2")
    await seat.sees("金庫に鍵をかけました")
    await seat.sees("金庫！")
    await seat.keys("escape", "f2")
    assert "A-001 を発券しました" in seat.rows[20]
    await seat.keys("f4", "0", "f8", "1")
    await seat.sees("個人情報の金庫を開けました")


async def test_erasing_asks_the_city_enters_its_paper_and_confirms(booth, sit) -> None:
    await booth.open_day()
    client = await take_in(booth)
    seat = await sit("1")
    await seat.keys("f4", "0")
    await seat.sees("2人分")
    await seat.keys("f8", "3")
    await seat.sees("市の承諾を待っています")
    await seat.keys("f8", "4")
    await seat.type("Koganei-12")
    await seat.keys("enter", "enter")
    await seat.sees("承諾ずみ Koganei-12")
    await seat.keys("f8", "5")
    assert "元に戻せません" in seat.picture
    await seat.keys("n")
    assert client.booth.personal.held
    await seat.keys("f8", "5")
    await asyncio.sleep(0.2)  # a y counts only with silence around it
    await seat.keys("y")
    await seat.sees("消去しました")
    await seat.until(lambda: not client.booth.personal.held)


async def test_a_clerk_sees_what_is_left_and_changes_nothing(booth, sit) -> None:
    await booth.open_day()
    await take_in(booth)
    seat = await sit("2")
    await seat.keys("f4", "0")
    await seat.sees("2人分")
    await seat.keys("f8")
    assert "管理者がします" in seat.rows[20]


@pytest.mark.contract("nagaoka")
async def test_without_consents_the_screen_says_number_only(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f4", "0")
    assert "番号だけで運用" in seat.picture
