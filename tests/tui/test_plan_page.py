"""開催の計画 by keys: an event with its devices, our ledger, and the packing list that is made from it."""

from __future__ import annotations

import pytest


@pytest.mark.contract("chiba")
async def test_an_event_is_planned_when_the_ledger_has_its_tablets_and_its_list_is_packed(booth, sit) -> None:
    # CHIB-1.9-01, CHIB-1.9-02
    seat = await sit("1")

    async def answer(*texts: str) -> None:
        for text in texts:
            await seat.type(text)
            await seat.keys("enter")

    async def plan() -> None:
        """Today, 10 to 12, two windows, handwritten alone, with a camera and no printer."""
        await seat.keys("f7")
        if "開催の種類" in seat.picture:
            await seat.keys("1")
        await seat.sees("月日（4けた）")
        await seat.keys("enter")
        await answer("緑区", "10:00-12:00")
        await seat.keys("backspace")
        await answer("2")
        await seat.sees("申請の方法")
        await seat.keys("backspace", "backspace")
        await answer("2")
        while "何台" in seat.rows[20]:
            await seat.keys("backspace")
            await answer("1" if "デジタルカメラ" in seat.rows[20] else "0")

    await seat.keys("f4", "4", "f9", "7", "9")
    await seat.sees("これからの計画はありません")
    await plan()
    await seat.sees("plan.too_few")
    await seat.keys("f9", "7")
    await seat.sees("連絡用タブレット")
    ledger = next(row for row in seat.rows if "連絡用タブレット" in row)
    await seat.keys(ledger.partition("連絡用")[0].strip(" |")[-1])
    await answer("2")
    await plan()
    await seat.sees("0台の機器")
    assert "モバイルプリンター" in seat.picture
    await seat.keys("f4", "7", "8")
    await seat.sees("窓口2")
