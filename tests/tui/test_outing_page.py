"""訪問 at the keys: an application is noted, waits for the city, shows 12/10, and its checklist is ticked by digits."""

import time

import pytest

from hub.domain.moment import iso_date
from hub.domain.reservations.outing import ConfirmOuting, RequestOuting


@pytest.mark.contract("niigata")
async def test_an_application_is_noted_confirmed_by_the_city_and_ticked(booth, sit) -> None:
    # NIIG-8.3-01, NIIG-8.3-02, NIIG-8.1-01
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.sees("開催の前後")
    await seat.keys("9")
    await seat.sees("申込みはありません")
    await seat.keys("f7", "3")
    await seat.sees("訪問先の団体の名前")
    await seat.type("みどり苑")
    await seat.keys("enter")
    await seat.sees("希望日")
    today = iso_date(seat.terminal.station.now_ms())
    await seat.keys("enter")
    await seat.sees("何人ですか")
    await seat.type("12")
    await seat.keys("enter")
    await seat.sees("申込みを記録しました")
    await seat.sees("市の職員が市の端末で確定します")
    assert "12/10人" in seat.picture and "訪-001" in seat.picture and "FAX" in seat.picture
    (entry,) = seat.terminal.station.booth.outings
    desk, officer = await booth.client("desk"), booth.plan.officers["officer-1"]
    done = await desk.submit(ConfirmOuting(entry, "みどり苑", today), officer)
    await seat.follows(done.index)
    await seat.sees("[3]")
    await seat.keys("1", "2")
    await seat.sees("申請希望者への周知：済み")
    await seat.keys("3")
    await seat.sees("12/10人です。分けるか、メモが要ります")
    await seat.keys("enter", "2")
    await seat.sees("2回目は何時")
    await seat.type("13:30")
    await seat.keys("enter")
    await seat.sees("2回目 13:30")
    await seat.keys("3")
    await seat.sees("準備ずみ")
    await seat.keys("4", "5")
    await seat.sees("書類の記載案内・顔写真撮影：済み")
    await seat.keys("f8")
    await seat.sees("訪問を終了します")
    await seat.alone("y")
    await seat.sees("申請書類の本市への引渡")
    await seat.sees("outing.unfinished")


@pytest.mark.contract("niigata")
async def test_the_morning_says_which_visits_wait(booth, sit) -> None:
    today = iso_date(time.time_ns() // 1_000_000)
    await booth.do(RequestOuting("みどり苑", today, "post", 3))
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.sees("訪問 1件（市の確定待ち 1）")
