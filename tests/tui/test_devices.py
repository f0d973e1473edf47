"""Screen 6 and the status line: each device by name, word and shape; what to do; tried out and counted by a clerk."""

from __future__ import annotations

import pytest

from drivers.faults import KINDS, codes
from hub.domain.booth import Command, decide, fold
from hub.domain.devices.device import DeviceChange, DeviceState, ReportDevices
from hub.domain.devices.effect import EffectState
from hub.domain.devices.supply import FillSupply, Item
from hub.domain.moment import Context, Signer
from hub.domain.refusal import Refusal
from hub.site.devices.fault_words import fault_words
from sync.messages import DeviceWord, Status
from tui.cells import line_width, text_of, width
from tui.device_view import SHORT, views
from tui.station import AWAY_S
from tui.terminal.demo_booth import DemoClient, demo_terminal
from tui.terminal.terminal import StaffTerminal
from tui.words import hour_minute

HUB = Signer("demo", "hub", "contractor")
CLERK = Signer("staff-1", "staff", "contractor", ("worker",))


def recorded(terminal: StaffTerminal, command: Command, by: Signer = HUB) -> None:
    """An entry of the booth behind this terminal."""
    client = terminal.client
    assert isinstance(client, DemoClient) and client.profile is not None
    decided = decide(client.profile, client.booth, command, Context(client.size, client.booth.latest_ms, "demo", 0), by)
    assert not isinstance(decided, Refusal)
    client.booth = fold(client.booth, decided, client.size)
    client.size += 1


def heard(terminal: StaffTerminal, *words: DeviceWord) -> None:
    """The hub's beat: it says how its devices are now."""
    client = terminal.client
    assert isinstance(client, DemoClient)
    client.status = Status(client.booth.latest_ms, list(words), 0, 0, 0, True)


def page(terminal: StaffTerminal, size: tuple[int, int] = (80, 24)) -> list[str]:
    terminal.go("devices")
    lines, _ = terminal.frame(*size)
    assert all(line_width(spans) == size[0] for spans in lines)
    return [text_of(spans) for spans in lines]


def test_the_status_line_has_every_device_with_the_word_of_what_is_wrong() -> None:
    terminal = demo_terminal(3, window="窓口1", language="ja")
    heard(
        terminal,
        DeviceWord("camera", "busy", "", ""),
        DeviceWord("photo", "absent", "photo.absent", "写真プリンターが見つかりません。"),
        DeviceWord("ticket", "fault", "ticket.paper_out", "番号札の紙が切れました。"),
        DeviceWord("display", "ready", "", ""),
    )
    second = page(terminal)[1]
    assert "カメラ〇 写真印刷Ｘ未接続 番号札Ｘ紙切れ 表示器〇 音声－" in second


def test_a_document_camera_has_a_word_and_a_row_where_there_is_one_and_only_there() -> None:
    terminal = demo_terminal(3, window="窓口1", language="ja")
    heard(terminal, DeviceWord("camera", "ready", "", ""))
    assert not any("書画" in row for row in page(terminal))
    heard(terminal, DeviceWord("camera", "ready", "", ""), DeviceWord("documents", "absent", "documents.absent", ""))
    rows = page(terminal)
    assert "カメラ〇 書画Ｘ未接続" in rows[1]
    assert any(row[1:].startswith("書画") and "書画カメラが" in row for row in rows[4:])
    terminal.press("down", "")
    assert any("机の上を1枚撮って" in text_of(row) for row in terminal.frame(80, 24)[0])


def test_where_all_is_wrong_at_once_no_device_is_pushed_off_the_line() -> None:
    terminal = demo_terminal(3, window="窓口1", language="ja")
    heard(terminal, *(DeviceWord(kind, "absent", f"{kind}.absent", "") for kind in KINDS))
    second = page(terminal)[1]
    assert all(name in second for name in ("カメラＸ", "写真印刷Ｘ", "番号札Ｘ", "表示器Ｘ", "音声Ｘ"))
    assert "保管" in second


def test_a_warning_beforehand_is_no_fault() -> None:
    terminal = demo_terminal(3, window="窓口1", language="ja")
    heard(terminal, DeviceWord("camera", "ready", "camera.battery_low", "カメラの電池が残りわずかです。"))
    assert "カメラ！電池少" in page(terminal)[1]


def test_while_the_hub_is_heard_its_word_holds_and_the_record_says_since_when() -> None:
    terminal = demo_terminal(3, window="窓口1", language="ja")
    recorded(terminal, ReportDevices((DeviceChange("ticket", DeviceState.FAULT, "ticket.paper_out"),)))
    heard(terminal, DeviceWord("ticket", "fault", "ticket.paper_out", ""), DeviceWord("camera", "ready", "", ""))
    station = terminal.station
    assert station is not None
    by = {view.kind: view for view in views(station)}
    assert by["ticket"].since_ms == station.booth.latest_ms and by["camera"].since_ms == 0
    rows = "\n".join(page(terminal))
    assert "番号札の紙が切れました。" in rows and hour_minute(station.booth.latest_ms) + "から" in rows
    assert "つぎ：紙ロールを替える（番号は手書きで渡せます）" in rows and "ticket.paper_out" in rows
    heard(terminal, DeviceWord("ticket", "ready", "", ""))
    assert {view.kind: view for view in views(station)}["ticket"].state == "ready"


def test_while_the_hub_is_away_the_record_speaks() -> None:
    terminal = demo_terminal(3, window="窓口1", language="ja")
    changes = (DeviceChange("display", DeviceState.ABSENT, "display.absent"), DeviceChange("voice", DeviceState.OFF))
    recorded(terminal, ReportDevices(changes))
    heard(terminal, DeviceWord("display", "ready", "", ""))
    client = terminal.client
    assert isinstance(client, DemoClient)
    client.age_s = AWAY_S
    rows = "\n".join(page(terminal))
    assert "ハブに届かないので、記録にある様子です" in rows
    assert "表示器が見つかりません。" in rows and "つぎ：ケーブルと電源を確かめる" in rows
    assert terminal.station is not None
    assert [view.state for view in views(terminal.station) if view.kind == "voice"] == [""]


def test_what_is_nearly_used_up_shows_on_the_status_line_before_it_is_empty() -> None:
    terminal = demo_terminal(3, window="窓口1", language="ja")
    recorded(terminal, FillSupply(Item.TICKET_ROLL, 3, 1), CLERK)
    heard(terminal, DeviceWord("ticket", "ready", "", ""))
    rows = page(terminal)
    assert "番号札！残り少" in rows[1]
    assert any("番号札の紙" in row and "残り約3枚" in row and "予備1" in row for row in rows)
    assert any("写真用紙" in row and "まだ数えていません" in row for row in rows)


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_has_its_sentences_by_its_code_alone_and_a_word_that_fits(kind: str) -> None:
    for code in codes(kind):
        words = fault_words(code)
        assert words is not None and words.ja and words.remedy_ja
    assert all(width(ja) <= 8 for ja, _ in SHORT.values())


def test_a_code_of_a_newer_hub_is_shown_as_the_hub_says_it() -> None:
    terminal = demo_terminal(3, window="窓口1", language="ja")
    heard(terminal, DeviceWord("camera", "fault", "camera.sleepy", "カメラが眠っています。"))
    rows = page(terminal)
    assert "カメラＸ故障" in rows[1] and any("カメラが眠っています。" in row for row in rows)


async def test_a_clerk_tries_devices_and_counts_paper_before_the_day_is_open(booth, sit) -> None:
    seat = await sit("2")
    await seat.keys("f4", "6")
    await seat.sees("カメラ〇")
    state = seat.terminal.station.booth.devices
    assert state.standing["camera"].state is DeviceState.READY
    await seat.keys("enter")
    await seat.until(lambda: seat.terminal.station.booth.devices.tried["camera"].state is EffectState.DONE)
    await seat.sees("試〇")
    await seat.keys("down", "down", "enter")
    await seat.until(lambda: seat.terminal.station.booth.devices.tried["ticket"].state is EffectState.DONE)
    await seat.keys("down", "down", "down", "enter")
    await seat.sees("新品は250")
    await seat.type("180")
    await seat.keys("enter", "2", "enter")
    await seat.sees("残り約180枚")
    booth.fault("ticket", "ticket.hang")
    await seat.sees("番号札Ｘ無応答")
    booth.fault("ticket", "")
    await seat.sees("番号札〇")


async def test_the_photo_printer_is_tried_with_a_sheet_that_takes_paper_and_is_asked_about(booth, sit) -> None:
    seat = await sit("2")
    await seat.keys("f4", "6")
    await seat.sees("写真印刷〇")
    await seat.keys("down")
    assert "枠とものさしを1枚印刷します" in seat.picture
    await seat.keys("down", "down", "down", "down", "down", "enter")
    await seat.sees("写真用紙はあと何枚分")
    await seat.type("20")
    await seat.keys("enter", "0", "enter")
    await seat.sees("残り約20枚")
    await seat.keys("up", "up", "up", "up", "up", "enter")
    await seat.sees("試しの紙は正しく出ましたか")
    await seat.sees("残り約19枚")
    (sheet,) = (booth.plan.home("hub") / "devices" / "photos").iterdir()
    assert sheet.suffix == ".png"
    await seat.keys(*["down"] * 10)
    await seat.alone("y")
    await seat.until(lambda: seat.terminal.station.booth.devices.tried["photo"].state is EffectState.DONE)
    await seat.sees("残り約19枚")
    assert "試しの紙" not in seat.picture
