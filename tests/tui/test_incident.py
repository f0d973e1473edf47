"""F12: four answers from any screen, a reminder on row 2 until the city knows, a report with the facts already in it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hub.domain.moment import DAY_MS, JAPAN_MS
from tui.words import at_minute

NOON_MS = 1_754_438_400_000 + 3 * 3_600_000
"""2025-08-06 12:00 in Japan."""


@pytest.mark.parametrize(
    ("typed", "at_ms"),
    [
        ("1200", NOON_MS),
        ("11:45", NOON_MS - 15 * 60_000),
        ("2330", NOON_MS - DAY_MS + 690 * 60_000),  # of yesterday evening: today's is still to come
        ("2460", None),
        ("12", None),
        ("", None),
    ],
)
def test_four_digits_are_the_last_time_that_a_clock_showed_them(typed: str, at_ms: int | None) -> None:
    assert at_minute(typed, NOON_MS) == at_ms


def test_a_day_begins_in_japan() -> None:
    midnight = (NOON_MS + JAPAN_MS) // DAY_MS * DAY_MS - JAPAN_MS
    assert at_minute("0000", NOON_MS) == midnight


def words(document: Path) -> str:
    return subprocess.run(["pdftotext", str(document), "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.needs("poppler-utils")
async def test_an_incident_goes_from_the_first_word_to_its_end(booth, sit) -> None:
    # AOMO-5.9-03, NAGA-14-02, KOGA-11-02, KOGA-T19-01
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f2", "f5", "enter")
    await seat.sees("誘導")
    await seat.keys("f12", "2", "enter", "enter")  # papers; now; the ticket at this window
    await seat.type("封筒が1通たりない")
    await seat.keys("enter")
    await seat.sees("J-001 を記録しました")
    assert "事故1件 市へ未報告 0分" in seat.rows[1]

    await seat.keys("f12", "2")
    assert "A-001" in seat.picture and "封筒が1通たりない" in seat.picture
    assert "事故報告：直ちに（特記19条1）" in seat.picture
    await seat.keys("1")
    await seat.type("机の下から出た")
    await seat.keys("enter")
    await seat.keys("5")
    await seat.type("二人で数える")
    await seat.keys("enter")
    await seat.sees("市へ知らせていません")  # the rule's refusal: nothing is closed unheard
    await seat.keys("2", "enter")
    await seat.type("市民課 電話")
    await seat.keys("enter")
    await seat.sees("第一報を記録しました")
    assert "未報告" not in seat.rows[1]

    await seat.keys("4")
    await seat.sees("報告書がありません")
    await seat.keys("3")
    await seat.sees("件数（何人分か）が、まだ入っていません")
    await seat.keys("6", "2", "1", "enter")  # urgent; one person's
    await seat.sees("重さ 緊急   何人分 1件")
    await seat.keys("3")
    await seat.sees("報告書をつくりました")
    made: Path = seat.terminal.home / "documents" / "J-001.pdf"
    text = words(made)
    assert "机の下から出た" in text and "市民課 電話" in text and "訓練" in text
    await seat.keys("4")
    await seat.type("市民課")
    await seat.keys("enter", "5")
    await seat.type("二人で数える")
    await seat.keys("enter")
    await seat.until(lambda: not seat.terminal.station.booth.incidents.open)


async def test_a_clerk_cannot_close_one_and_a_wrong_ticket_is_said(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f12", "9", "enter")
    await seat.type("A-999")
    await seat.keys("enter")
    assert "A-999 はきょうの札にありません" in seat.picture
    await seat.keys("f12", "9", "enter", "enter")
    await seat.type("待ち時間が長い")
    await seat.keys("enter")
    await seat.sees("J-001 を記録しました")
    await seat.keys("f12", "2", "5")
    await seat.type("x")
    await seat.keys("enter")
    await seat.sees("管理者")
    assert seat.terminal.station.booth.incidents.open
