"""Whoever answers for the work is appointed at the keys, with what the contract wants; a share of pictures is shown."""

import pytest


@pytest.mark.contract("nagaoka")
async def test_a_manager_is_appointed_with_the_certificate_or_not_at_all(booth, sit) -> None:
    # NAGA-8.2-01
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.keys("2")
    await seat.sees("管理者・副管理者の指名")
    digit = next(row.split("管理者・副管理者")[0].split()[-1] for row in seat.rows if "管理者・副管理者の指名" in row)

    async def appoint(exam: str) -> None:
        await seat.keys("1", "1")
        await seat.sees("合格証の番号か日付")
        await seat.type(exam)
        await seat.keys("enter")
        await seat.sees("どこで")
        await seat.type("長岡市")
        await seat.keys("enter")
        await seat.sees("正規雇用者である")
        await seat.keys("1")

    await seat.keys(digit)
    await appoint("")
    await seat.sees("マイナンバー実務検定がない人は指名できません")
    await seat.keys("2", digit)
    await appoint("第7号")
    await seat.sees("指名を記録しました")
    assert "staff-1" in seat.terminal.station.booth.appointed


@pytest.mark.contract("chiba")
async def test_the_share_of_returned_pictures_stands_by_venue(booth, sit) -> None:
    # CHIB-2.2-09
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f4", "7", "9")
    await seat.sees("撮った写真はまだありません")
