"""Ctrl+T: a trainer breaks a device of a training hub, and everybody sees what a real fault shows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from drivers.emulators.fault_switch import HANG, FaultSwitch
from drivers.faults import codes
from hub.client.bad_day import DEVICES, MISHAPS, Mishap
from hub.site.devices.bad_day import BadDay
from sync import messages


@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda mishap: mishap.code)
def test_every_mishap_is_one_that_an_emulated_device_knows(mishap: Mishap, tmp_path: Path) -> None:
    assert mishap.code in (*codes(mishap.device), f"{mishap.device}.{HANG}")
    BadDay(tmp_path, training=True).take(messages.Mishap(mishap.device, mishap.code))
    assert FaultSwitch(tmp_path, mishap.device).present() == mishap.code
    BadDay(tmp_path, training=True).take(messages.Mishap(mishap.device))
    assert FaultSwitch(tmp_path, mishap.device).present() == ""


@pytest.mark.parametrize(
    ("training", "wish"),
    [
        (False, messages.Mishap("ticket", "ticket.paper_out")),
        (True, messages.Mishap("ticket", "display.absent")),
        (True, messages.Mishap("../record", "x")),
        (True, messages.Mishap("", "")),
    ],
)
def test_outside_training_and_for_what_cannot_be_meant_nothing_happens(
    tmp_path: Path, training: bool, wish: messages.Mishap
) -> None:
    BadDay(tmp_path / "devices", training=training).take(wish)
    assert not list(tmp_path.rglob("*"))


def test_there_is_a_digit_for_each_device_and_for_each_of_its_mishaps() -> None:
    assert len(DEVICES) <= 9 and max(Counter(mishap.device for mishap in MISHAPS).values()) <= 9


async def test_the_trainer_takes_the_paper_away_and_puts_it_back(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("ctrl+t")
    assert "故障の練習（訓練だけ）" in seat.picture and "写真印刷" in seat.picture
    await seat.keys("3")
    assert "番号札プリンターが固まる" in seat.picture
    await seat.keys("1")
    await seat.sees("練習：番号札の紙が切れる")
    await seat.sees("番号札Ｘ")
    await seat.keys("f2")
    await seat.sees("A-001 の番号札：できませんでした。番号は有効です。")
    await seat.keys("ctrl+t")
    assert "番号札 Ｘ" in seat.picture
    await seat.keys("3")
    assert "番号札の紙が切れる Ｘ" in seat.picture
    await seat.keys("escape", "ctrl+t", "0")
    await seat.sees("番号札〇")


async def test_a_jam_and_an_end_that_nobody_knows_are_practised_at_the_photo_printer(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    for digit, code in (("2", "photo.jam"), ("3", "photo.cut_off")):
        await seat.keys("ctrl+t", "2", digit)
        await seat.until(lambda code=code: FaultSwitch(booth.plan.home("hub") / "devices", "photo").present() == code)
    await seat.keys("ctrl+t", "2", "0")
    await seat.until(lambda: FaultSwitch(booth.plan.home("hub") / "devices", "photo").present() == "")
