"""The day opened and closed by keys, by those who may."""

from __future__ import annotations

import re
from datetime import timedelta

from immutables import Map
from msgspec.structs import replace

from hub.client.link.connection import HubClient
from hub.domain.booth import Booth
from hub.domain.custody.custody import Container, ContainerState, CountPapers
from hub.domain.day.day import Phase
from tests.tui.test_form_id import scan
from tui.words import hour_minute, local


async def test_manager_opens_the_day_by_keys_and_confirms_the_date(booth, sit) -> None:
    seat = await sit("1")
    await seat.keys("f4", "7", "f8", "enter")
    today = seat.rows[21].partition("ハブの時計は ")[2][:4]
    await seat.keys(*today, "enter")
    assert "で開場します。" in seat.rows[20]
    await seat.alone("y")
    await seat.sees("開場しました")
    assert seat.terminal.station.booth.day.phase is Phase.OPEN


async def test_a_date_that_is_not_the_hubs_is_said_with_how_far_it_is_before_anybody_says_yes(booth, sit) -> None:
    seat = await sit("1")
    far = local(seat.terminal.station.now_ms()).date() + timedelta(days=28)
    await seat.keys("f4", "7", "f8", "enter", *f"{far:%m%d}", "enter")
    assert f"ハブの時計と28日ちがいます。{far.month}月{far.day}日" in seat.rows[20] and "で開場：" in seat.rows[20]
    await seat.keys("enter", "f8", "enter", *f"{far - timedelta(days=28):%m%d}", "enter")
    assert "ちがいます" not in seat.rows[20] and "で開場します。" in seat.rows[20]


async def test_clerk_cannot_open_the_day(booth, sit) -> None:
    seat = await sit("2")
    await seat.keys("f4", "7", "f8")
    assert "管理者がします" in seat.rows[20]
    assert seat.terminal.station.booth.day.phase is Phase.CLOSED


async def confirm(seat) -> None:
    await seat.alone("y")
    await seat.until(lambda: not seat.terminal.over)
    await seat.until(lambda: not seat.terminal.station.pending)


async def blanks(seat, *counts: str) -> None:
    """Count the two classes of blanks on their own page."""
    await seat.keys("f4", "4", "f7")
    for count in counts:
        await seat.keys(*count, "enter")
    await seat.keys("f8")


async def collected(booth, seat):
    """The papers of one visit lie in the booth, by keys; the desk that goes on deciding."""
    await booth.open_day()
    desk = await booth.attend()
    await blanks(seat, "50", "40")
    await seat.sees("用紙の数を記録しました")
    await seat.keys("f4", "1")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
    await seat.sees("市が確認しました")
    await seat.keys("enter", "enter", "f7", "enter", "enter", "1", "1", "1", "0", "1", "0", "enter", "f8")
    return desk


async def test_a_difference_that_changes_under_the_managers_fingers_is_shown_anew(booth, sit) -> None:
    seat = await sit("1")
    desk = await collected(booth, seat)
    desk.cancel()
    station = seat.terminal.station
    await seat.until(lambda: bool(station.booth.custody.loose))
    there = {paper.id: station.booth.custody.loose.get(paper.id, 0) for paper in station.profile.handed_over()}
    first, second, *_ = (paper for paper, sheets in there.items() if sheets)
    for person in booth.plan.clerks[:2]:
        await booth.do(CountPapers("KG3", there | {first: 0}), person)
    await seat.keys("f4", "4", "f9", "7", "1")
    await seat.sees("箱 KG3：理由")
    assert len(re.findall(r" -1\b", seat.picture)) == 1
    for person in booth.plan.clerks[:2]:
        await booth.do(CountPapers("KG3", there | {first: 0, second: 0}), person)
    assert len(re.findall(r" -1\b", seat.picture)) == 1, "what was asked stays as it was asked"
    await seat.keys("1", "enter")
    await seat.sees("custody.changed")
    assert not station.booth.discrepancies.open
    await seat.keys("f9", "7", "1")
    await seat.sees("箱 KG3：理由")
    assert len(re.findall(r" -1\b", seat.picture)) == 2
    await seat.keys("2", "enter")
    await seat.sees("記録しました")
    (open_,) = station.booth.discrepancies.open.values()
    assert dict(open_.sheets) == {first: -1, second: -1}


async def test_who_may_not_admit_a_difference_is_not_shown_it(booth, sit) -> None:
    """They may count next, and a count is blind."""
    seat = await sit("1")
    desk = await collected(booth, seat)
    desk.cancel()
    other = await sit("2", machine="terminal-2")
    station = other.terminal.station
    await other.until(lambda: bool(station.booth.custody.loose))
    there = {paper.id: station.booth.custody.loose.get(paper.id, 0) for paper in station.profile.handed_over()}
    for person in booth.plan.clerks[:2]:
        await booth.do(CountPapers("KG3", dict.fromkeys(there, 0)), person)
    await other.keys("f4", "4", "f9", "7", "1")
    await other.sees("箱 KG3：理由")
    assert " -1" not in other.picture
    await other.keys("1", "enter")
    await other.sees("role.not_allowed")


async def test_two_people_count_blind_and_seal_and_the_day_closes_by_keys(booth, sit) -> None:
    seat = await sit("1")
    desk = await collected(booth, seat)
    await seat.keys("f4", "4", *"kg3", "enter")
    for count in "111010":
        await seat.keys(count, "enter")
    assert "管理 の枚数は記録と合いました" in seat.rows[20]
    assert "【隠す】" in seat.picture
    assert re.search("市へ|市に確認|納品期限", seat.rows[2]), "by when the city wants them"
    await seat.keys("enter", "1", "enter")
    assert "custody.same_person" in seat.rows[20] + seat.rows[21]
    await seat.keys("2", "enter")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.until(lambda: not seat.terminal.over)
    assert seat.terminal.station.person.person == "staff-1", "the session of the first stays"
    for count in "111010":
        await seat.keys(count, "enter")
    await seat.keys(*"sl412", "enter", *"sl413", "enter")
    assert "custody.seal_differs" in seat.rows[20] + seat.rows[21]
    await seat.keys(*"sl412", "enter", "f8")
    assert "元に戻せません" in seat.rows[20]
    await confirm(seat)
    assert "箱 KG3 を SL412 で封印しました" in seat.rows[20]
    await seat.keys("f4", "4", "f9", "7", "4")
    await seat.sees("場所の記録がありません")
    await seat.keys("f8", "1")
    await seat.until(lambda: bool(seat.terminal.over))
    await seat.keys("2", "enter")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.sees("〇 KG3          SL412         会場の施錠保管庫")
    await seat.keys("f7")
    await seat.sees("場所の記録がありません")
    await seat.keys("f4", "5", "f8")
    await confirm(seat)
    assert "市の署名を待っています" in seat.picture
    await seat.keys("f9", "5")
    await seat.sees("送付表をつくりました")
    assert list((seat.terminal.home / "documents").glob("transmittal-*.pdf"))
    await seat.keys("enter")  # they leave: the box is read, who carries it, in what, how long
    for typed in ("kg3", "高橋", "徒歩", "20"):
        await seat.type(typed)
        await seat.keys("enter")
    await seat.sees("着く予定")
    await seat.keys("enter", "2", *"kg3", "enter", "enter", "1")
    await seat.sees("    到着")
    # The city's counter has no device: it signs the 送付表, and two read that paper.
    (transfer,) = seat.terminal.station.booth.custody.transfers.values()
    now = hour_minute(seat.terminal.station.now_ms()).replace(":", "")
    await seat.keys("f9", "7", "1", "1", *transfer.manifest.hex()[:8], "enter")
    await seat.sees("紙の署名はどちらの人ですか")
    await seat.keys("1", *now, "enter")
    await seat.sees("2人目の職員番号か名前")
    assert "市の署名待ち" in seat.picture, "one reader is not enough"
    await seat.keys("2", "enter")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.sees("紙の署名はどちらの人ですか")
    await seat.keys("1", *now, "enter")
    await seat.sees("紙で受領・市の確認待ち")
    assert "紙で受領1件" in seat.rows[1]
    assert seat.terminal.station.booth.custody.transfers[transfer.id].received_by == ""
    await seat.keys("f4", "7", "f8")
    await confirm(seat)
    await blanks(seat, "49", "38")
    await seat.sees("用紙の数が台帳と合いません")
    assert not any("39" in row for row in seat.rows[2:20]), "what the ledger expects is not shown"
    await seat.keys("f4", "7", "f8")
    await confirm(seat)
    assert "forms.differ" in seat.rows[20] + seat.rows[21]
    await blanks(seat, "49", "39")
    await seat.sees("用紙の数を記録しました")
    await seat.keys("f4", "7", "f8")
    await confirm(seat)
    assert seat.terminal.station.booth.day.phase is Phase.CLOSED
    assert {c.signed_by for c in seat.terminal.station.booth.custody.containers.values()} == {("staff-1", "staff-2")}
    desk.cancel()


async def test_a_box_is_scanned_where_it_is_asked_for_and_a_forms_id_is_no_box(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f4", "4", "k")
    scan(seat, "90817263544536271890817")
    await seat.sees("このコードは、この画面では使いません")
    assert seat.terminal.page.box == "" and "9081726" not in seat.picture
    scan(seat, "KG-0003")
    assert seat.terminal.page.box == "KG-0003" and seat.terminal.page.field.text == ""


async def test_of_many_sealed_boxes_the_newest_stand_first_and_the_chosen_one_is_asked_about(
    booth, sit, monkeypatch
) -> None:
    await booth.open_day()
    seat = await sit("1")
    sealed = Map(
        {
            f"KG-{number:02}": Container(f"KG-{number:02}", ContainerState.SEALED, sealed_ms=number)
            for number in range(12)
        }
    )
    as_it_is = HubClient.booth.fget

    def with_boxes(client: HubClient) -> Booth:
        booth = as_it_is(client)
        return replace(booth, custody=replace(booth.custody, containers=sealed))

    monkeypatch.setattr(HubClient, "booth", property(with_boxes))
    await seat.keys("f4", "4", "f9", "7", "2")
    await seat.sees("開ける箱")
    shown = [found for row in seat.rows for found in re.findall(r"([1-9]) +(KG-[0-9]+)", row)]
    assert shown == [(str(digit), f"KG-{12 - digit:02}") for digit in range(1, 10)]
    await seat.keys("3")
    await seat.sees("箱 KG-09：理由")
