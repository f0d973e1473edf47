"""保管場所, 市から預かった物 and 廃棄 by keys."""

from __future__ import annotations

import time

from hub.client.link.commands import Done
from hub.domain.custody.disposal import ConsentDisposal, hash_of
from hub.domain.custody.lent import Paper
from hub.domain.moment import iso_date


async def test_what_the_city_hands_over_is_received_taken_out_with_approval_and_given_back(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f4", "4", "f9", "7", "5", "f7", "1", "2", "enter")
    await seat.type("森")
    await seat.keys("enter")
    await seat.sees("預-001  予約の一覧")
    await seat.keys("enter", "2", "enter", "enter")
    await seat.sees("lent.approval")
    await seat.keys("enter", "2")
    await seat.type("2025-08-05 no.7")
    await seat.keys("enter")
    await seat.type(iso_date(time.time_ns() // 1_000_000))
    await seat.keys("enter")
    await seat.sees("持ち出し ")
    await seat.keys("enter", "3", "enter", "4")
    await seat.sees("預り証をつくりました")
    await seat.keys("enter", "1", "2", "enter")
    await seat.type("林")
    await seat.keys("enter")
    await seat.sees("返しました")
    (loan,) = seat.terminal.station.booth.lent.loans.values()
    assert (loan.thing, loan.left, loan.giver, loan.taker) == (Paper.LIST, 0, "森", "林")
    # What was printed goes: asked for, consented to by the city's own key, done by one, seen by the other.
    await seat.keys("escape", "escape", "f9", "7", "6", "f7", "1", "3", "enter", "1", "1", "enter")
    await seat.sees("～廃-001")
    await seat.keys("enter", "1")
    await seat.keys("escape", "f4", "4")
    await seat.sees("廃棄1件 市の承諾待ち")
    ((request, one),) = seat.terminal.station.booth.disposals.made.items()
    desk = await booth.attended()
    consent = ConsentDisposal(request, hash_of(one), "小市発第12号", iso_date(time.time_ns() // 1_000_000), False)
    assert isinstance(await desk.submit(consent, booth.plan.officers["officer-1"]), Done)
    await seat.sees("承諾ずみ・未処理")
    await seat.keys("f9", "7", "6", "enter", "1", "enter")
    await seat.alone("y")
    await seat.sees("立会いの署名待ち")
    await seat.keys("enter", "2", "2", "enter")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.sees("〇廃-001  ")
    await seat.sees("廃棄ずみ")
    await seat.keys("enter", "5")
    await seat.sees("報告書をつくりました")
