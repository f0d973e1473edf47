"""Pictures of the screens that other cities' contracts add to Koganei's: 訪問, 計画, 未案内, 実施状況の写真."""

from __future__ import annotations

import time
from pathlib import Path

from hub.domain.day.day import ListReservations, ReservationRow
from hub.domain.moment import DAY_MS
from tests.hub.documents.test_bare_jpeg import photo
from tests.tui.album import Album, at_desk, booth_of, sitting
from tests.tui.conftest import Booth, Seat


async def elsewhere(album: Album, place: Path) -> None:
    """One booth after the other, each under its own contract."""
    for contract, part in (("niigata", a_visit_to_a_home), ("chiba", before_a_day), ("aomori", a_picture_of_the_event)):
        async with booth_of(contract, place / contract) as booth:
            await part(album, booth, place)
    async with booth_of("aomori", place / "support") as booth:
        await a_hand_out(album, booth)
    async with booth_of("koganei", place / "month", simulated=True) as booth:
        await a_month_later(album, booth)


async def answers(seat: Seat, *texts: str) -> None:
    for text in texts:
        await seat.type(text)
        await seat.keys("enter")


async def a_visit_to_a_home(album: Album, booth: Booth, _: Path) -> None:
    async with sitting(booth, "1") as (seat, pilot):
        await seat.keys("f4", "7", "9", "f7", "3")
        await seat.sees("訪問先の団体の名前")
        await answers(seat, "みどり苑", "", "12")
        await seat.sees("市の職員が市の端末で確定します")
        async with at_desk(booth, "1", "市の職員") as (desk, looking):
            await desk.sees("訪問の予約")
            await album.take(
                desk, looking, "desk-booking", "市の端末：訪問の予約", "The city alone confirms a visit (Niigata)."
            )
            await desk.keys("f8")
            await desk.alone("y")
            await desk.sees("確定しました")
        await seat.sees("[3]")
        await seat.keys("1", "2", "3")
        await seat.sees("分けるか、メモが要ります")
        await album.take(
            seat, pilot, "outings", "7 訪問の点検表", "Twelve people where ten are planned: split, or say why."
        )


async def before_a_day(album: Album, booth: Booth, _: Path) -> None:
    await booth.open_day()
    rows = (ReservationRow(f"R-{n}", 840 + 10 * n, "application", 1, told=n == 1) for n in range(3))
    await booth.do(ListReservations(tuple(rows)))
    async with sitting(booth, "1") as (seat, pilot):
        await seat.keys("f4", "7", "1")
        await album.take(seat, pilot, "untold", "7 未案内", "Who has booked and was not told what to bring (Chiba).")
        await seat.keys("escape", "f4", "4", "f9", "7", "9")
        await seat.sees("これからの計画はありません")
        await seat.keys("f9", "7")
        ledger = next(row for row in seat.rows if "連絡用タブレット" in row)
        await seat.keys(ledger.partition("連絡用")[0].strip(" |")[-1])
        await answers(seat, "2")
        await seat.keys("f7")
        if "開催の種類" in seat.picture:
            await seat.keys("1")
        await seat.sees("月日（4けた）")
        await seat.keys("enter")
        await answers(seat, "緑区", "10:00-12:00")
        await seat.keys("backspace")
        await answers(seat, "2")
        await seat.sees("申請の方法")
        await seat.keys("enter")
        while "何台" in seat.rows[20]:
            await seat.keys("enter")
        await album.take(
            seat, pilot, "plan", "4 開催の計画", "A date's events with their devices; none goes to two at once."
        )


async def a_hand_out(album: Album, booth: Booth) -> None:
    await booth.open_day("group_visit")
    async with sitting(booth, "2") as (seat, pilot):
        await seat.keys("f2", "f5", "enter", "2", *["down"] * 8)
        await seat.sees("つくる（PDF")
        await album.take(
            seat,
            pilot,
            "hand-out",
            "2 手渡す紙",
            "A paper is made for this number and explained before it counts (Aomori).",
        )


async def a_month_later(album: Album, booth: Booth) -> None:
    await booth.open_day()
    director = await booth.client("director")
    await director.advance(time.time_ns() // 1_000_000 + 32 * DAY_MS)  # the month is over, whichever it is
    async with sitting(booth, "1") as (seat, pilot):
        await seat.keys("f4", "7", "9")
        await seat.sees("監督記録")
        await album.take(
            seat, pilot, "around-the-day", "7 開催の前後", "What comes again, to whom it belongs, and by when."
        )
        await seat.keys("1")
        await seat.sees("問題があれば入れる")
        await album.take(seat, pilot, "supervision", "7 監督記録", "A month's supervision, signed with what was found.")


async def a_picture_of_the_event(album: Album, booth: Booth, place: Path) -> None:
    source = place / "a.jpg"
    source.write_bytes(photo())
    await booth.open_day()
    async with sitting(booth, "1") as (seat, pilot):
        await seat.keys("f4", "7", "9", "f7")
        await seat.sees("写真のファイル")
        await answers(seat, str(source))
        await seat.sees("何が写っているか")
        await answers(seat, "会場の全景")
        await seat.sees("確認がまだ")
        await album.take(
            seat, pilot, "event-pictures", "7 実施状況の写真", "Another person looks that nobody can be known (Aomori)."
        )
