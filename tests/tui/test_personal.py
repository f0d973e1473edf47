"""Personal data at the terminal: unlocked by who answers for it, read for a purpose, gone when somebody leaves."""

from __future__ import annotations

import asyncio

import pytest

from hub.client.link.connection import HubClient
from hub.client.views.booking import seal_list
from hub.domain.personal import disclosure
from hub.domain.personal.disclosure import Reveal
from hub.domain.refusal import Refusal
from hub.domain.reservations.reservation import Reservation
from hub.rehearsal.processes import environment, python
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
    await seat.alone("y")
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


async def test_a_list_is_brought_in_by_typing_sealed_and_its_bad_rows_named(booth, tmp_path) -> None:
    await booth.open_day()
    client = await booth.client("terminal-1")
    words, listed = tmp_path / "words", tmp_path / "list.csv"
    words.write_text(booth.plan.passphrases["staff-1"] + "\n", encoding="utf-8")
    rows = [
        "予約番号,予約時間,氏名カナ,電話番号,備考",
        "K-1,9:10,サトウ ハナコ,090-0000-0001,",
        "K-2,9:20,タナカ,,1234 5678 9018",
    ]
    listed.write_text("\n".join(rows), encoding="utf-8")
    status, said = await typed(booth, listed, words)
    assert status == 1 and "マイナンバー" in said and "封をして取り込みました" in said
    await client.until(lambda: "K-1" in client.booth.personal.today)
    assert "K-2" not in client.booth.slots
    shown = await client.vault.reveal(Reveal("K-1", "phone", "contact"), booth.plan.staff["staff-1"])
    assert shown == "09000000001"
    assert "サトウ" not in said and "09000000001" not in said


@pytest.mark.contract("nagaoka")
async def test_a_list_without_consents_brings_in_the_numbers_alone_and_says_so(booth, tmp_path) -> None:
    await booth.open_day()
    client = await booth.client("terminal-1")
    words, listed = tmp_path / "words", tmp_path / "list.csv"
    words.write_text(booth.plan.passphrases["staff-1"] + "\n", encoding="utf-8")
    listed.write_text("予約番号,予約時間,氏名カナ\nK-1,9:10,サトウ ハナコ", encoding="utf-8")
    status, said = await typed(booth, listed, words)
    assert status == 0 and "番号だけ" in said, said
    await client.until(lambda: "K-1" in client.booth.slots)
    assert not client.booth.personal.held


async def test_a_list_before_the_day_or_by_a_clerk_is_refused_in_words(booth, tmp_path) -> None:
    await booth.client("terminal-2")
    words, listed = tmp_path / "words", tmp_path / "list.csv"
    words.write_text(booth.plan.passphrases["staff-1"] + "\n", encoding="utf-8")
    listed.write_text("予約番号,氏名カナ\nK-1,サトウ ハナコ", encoding="utf-8")
    status, said = await typed(booth, listed, words)
    assert status == 2 and "day.not_open" in said
    await booth.open_day()
    words.write_text(booth.plan.passphrases["staff-2"] + "\n", encoding="utf-8")
    status, said = await typed(booth, listed, words, person="staff-2")
    assert status == 2 and "role.not_allowed" in said
    words.write_text("まちがい\n", encoding="utf-8")
    status, said = await typed(booth, listed, words)
    assert status == 2 and "lockbox.wrong_passphrase" in said


async def typed(booth, listed, words, person: str = "staff-1") -> tuple[int, str]:
    """`demado reservations import` in a process of its own; its status and all it said."""
    home = str(booth.plan.home("terminal-2"))
    command = ["reservations", "import", str(listed), "--home", home, "--hub", booth.url, "--person", person]
    process = await asyncio.create_subprocess_exec(
        *python(), "tui", *command, "--passphrase-file", str(words),
        env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, said.decode()
