"""Pictures of every screen, from the real terminal at a real hub, and the page that shows them.

python -m tests.tui.pictures docs/pictures      makes the pictures there, and screens.md in the folder above

One day of Koganei's booth is worked by keys, as the tests do; at each stop the screen is drawn as it stands, in 80x24
and, where a wide screen shows more, in 120x40.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from hub.client.desk.desk import DeskClient
from hub.domain.contracts.reading import profile_bytes
from hub.domain.day.day import ListReservations, ReservationRow
from sync.keys.party import Party
from tests.tui.album import NARROW, Album, answer, at_desk, booth_of, counts, sitting
from tests.tui.conftest import Booth, Seat
from tests.tui.pictures_elsewhere import elsewhere
from tui.desk.screen import DeskTerminal
from tui.terminal.app import TerminalApp

TWO = '\n[city_check]\nsecond_officer_papers = ["運転免許証"]\n'
"""What a contract says by which two officers confirm whoever shows a licence; Koganei's does not."""


async def at_the_desk(album: Album, booth: Booth) -> None:
    """An officer at the city's desk: the lock, a request, its ticks, the choice, and the signature."""
    home = booth.plan.home("desk")
    terminal = DeskTerminal(DeskClient(Party.load(home), home), home, hub=booth.url)
    async with TerminalApp(terminal).run_test(size=NARROW) as pilot:
        seat = Seat(pilot.app, pilot.press)
        await seat.sees("決定を待つ依頼 1件")
        await album.take(seat, pilot, "desk-lock", "市の端末：だれですか", "How many wait, and nothing of what.")
        await seat.keys("1", "enter")
        await seat.type(booth.plan.passphrases["officer-1"])
        await seat.keys("enter")
        await seat.sees("担当につきました")
        await seat.sees("[1]・")
        await seat.keys("escape")
        await album.take(
            seat,
            pilot,
            "desk",
            "市の端末：依頼",
            "Requests, oldest first; what to look at, one part of it by chance.",
            wide=True,
        )
        await seat.keys("f1")
        await album.take(seat, pilot, "desk-help", "市の端末：F1", "The desk's keys and shapes.")
        await seat.keys("escape", "f6")
        await album.take(
            seat, pilot, "desk-video", "市の端末：F6 映像", "The meeting, and what the officer notes of it."
        )
        await seat.keys("1")
        await seat.sees("映像 つながり")
        await seat.keys("f9")
        await album.take(
            seat,
            pilot,
            "desk-more",
            "市の端末：F9 ほか",
            "What is done less often; 8 is the language, as at the booth.",
        )
        await seat.keys("3")
        await album.take(
            seat, pilot, "desk-retake", "市の端末：F9-3 撮り直し", "Once more, with its reason; F8 signs it."
        )
        await seat.keys("escape", "1", "2", "3", "4", "5", "enter", "1")
        await album.take(seat, pilot, "desk-decision", "市の端末：決定", "Every point is ticked; F8 alone signs.")
        await seat.keys("f8")
        await seat.sees("と決定しました")
        await album.take(
            seat, pilot, "desk-decided", "市の端末：署名ずみ", "In the record; nothing slides up under the fingers."
        )


async def the_second_officer(album: Album, place: Path) -> None:
    """A contract by which two officers confirm whoever shows a licence: the first has signed, the second comes."""
    contract = place / "two-officers.toml"
    contract.write_bytes(profile_bytes("koganei") + TWO.encode())
    async with booth_of(str(contract), place / "two") as booth:
        await booth.open_day()
        async with sitting(booth, "2") as (seat, _):
            await seat.keys("f2")
            await booth.pre_check(seat)
            await seat.keys("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")
            await seat.sees("依頼しました")
            await asyncio.create_task(as_second_officer(album, booth))


async def as_second_officer(album: Album, booth: Booth) -> None:
    async with at_desk(booth, "1", "決定を待つ依頼 1件") as (seat, pilot):
        await seat.sees("[1]・")
        await seat.keys("1", "2", "3", "4", "5", "enter", "1", "f8")
        await seat.sees("F9-2＝2人目の職員")
        await seat.keys("f9", "2", "2", "enter")
        await album.take(
            seat,
            pilot,
            "desk-second",
            "市の端末：F9-2 2人目の職員",
            "Where the contract wants two officers: the second one proves themselves here, and looks anew.",
        )


async def begin(album: Album, booth: Booth) -> None:
    """Before the day: the lock screen, the checklist, an open day."""
    async with sitting(booth, "") as (seat, pilot):
        await album.take(seat, pilot, "lock", "席を離れる・交代", "Who works here: a number, then the passphrase.")
    async with sitting(booth, "1") as (seat, pilot):
        await seat.keys("f4", "7")
        await album.take(seat, pilot, "day-opening", "7 開場", "What is looked at before the day is opened.")
        await seat.keys("8")
        await seat.sees("番号札")
        await album.take(seat, pilot, "packing", "7 持ち物", "What is brought is counted out here and in at the end.")
        await seat.keys("escape", "escape")
        await booth.open_day()
        lane = booth.plan.profile.lanes[0].id
        await booth.do(
            ListReservations(tuple(ReservationRow(f"R-{n}", 600 + n // 2 * 30, lane, 1) for n in range(1, 7)))
        )
        await seat.keys("f4", "4", "f7")
        await album.take(seat, pilot, "forms", "4 用紙", "Blank forms, counted without seeing what the ledger expects.")
        await seat.keys(*"50", "enter", *"40", "enter", "f8")
        await seat.sees("用紙の数を記録しました")
        await seat.keys("f4", "1")
        await seat.keys("f2", "f2", "f3", "f2", "f2", "f3")
        await booth.pre_check(seat)


async def a_visit(album: Album, booth: Booth) -> None:
    async with sitting(booth, "1") as (seat, pilot):
        await album.take(seat, pilot, "work", "1 受付・呼出", "The one working screen: issue, call, finish.", wide=True)
        await seat.keys("f5")
        await album.take(
            seat, pilot, "work-called", "1 呼出中", "After F5: whom this window called, and what comes next."
        )
        await seat.keys("f7")
        await album.take(seat, pilot, "refusal", "できません", "A refusal says why, its code, and what to do next.")
        await seat.keys("escape", "f1")
        await album.take(seat, pilot, "help", "F1 ヘルプ", "Keys of this screen, each with the reason where it is dim.")
        await seat.keys("escape", "f4")
        await album.take(seat, pilot, "menu-screens", "F4 画面", "Screens by digit.")
        await seat.keys("escape", "f9")
        await album.take(seat, pilot, "menu-more", "F9 ほか", "What is done less often; the digits never move.")
        await seat.keys("escape", "ctrl+p", *"saiinsatsu")
        await album.take(seat, pilot, "palette", "Ctrl+P 検索", "Any action by kanji, kana, romaji or English.")
        await seat.keys("escape", "enter")
        await album.take(
            seat, pilot, "visit", "2 手続", "The steps of the visit; at the right what this one wants.", wide=True
        )
        await seat.keys("1", "2", "enter")
        await album.take(seat, pilot, "visit-refused", "2 足りないもの", "A step that is not whole is refused by name.")
        await seat.keys("3", "4", "5", "1", "enter", "enter")
        await seat.sees("依頼しました")
        await album.take(
            seat,
            pilot,
            "visit-city",
            "2 市の返事待ち",
            "The city decides; the booth waits, or parks the visit.",
            wide=True,
        )
        # Another task: textual keeps its app in a context variable.
        await asyncio.create_task(at_the_desk(album, booth))
        await seat.sees("市が確認しました")
        await seat.keys("enter", "enter", "f7", "enter", "enter")
        await album.take(seat, pilot, "visit-count", "2 枚数", "Sheets are counted class by class, from empty fields.")
        await seat.keys("1", "1", "1", "0", "1", "0", "enter", "f8")


async def a_photo(album: Album, booth: Booth) -> None:
    async with sitting(booth, "2", "terminal-1") as (seat, pilot):
        await seat.type("B-001")
        await seat.keys("f5", "enter")
        await seat.sees("写真撮影")
        await seat.keys("enter")
        await album.take(
            seat, pilot, "photo-before", "3 写真（撮る前）", "Nothing is alive; what to say before the shutter."
        )
        await seat.keys("enter")
        way = seat.terminal.client.photo
        await seat.until(lambda: way.shown is not None)
        await album.take(
            seat, pilot, "photo", "3 写真", "The picture, its checks, the applicant's two words.", wide=True
        )
        await seat.keys("1", "2", "enter", "enter")
        await seat.until(lambda: seat.terminal.station.booth.photos.living is None)
        await seat.sees("申請の方法：数字でえらぶ")
        await seat.keys("f9", "7", "7")
        await album.take(
            seat, pilot, "form-id", "2 申請書", "The form's 23 digits: read by a code reader, or typed twice."
        )
        await seat.keys("1")
        await album.take(
            seat, pilot, "form-id-typed", "2 申請書ID を打つ", "What is typed is not shown; then once more."
        )
        await seat.keys("escape", "f9", "1")


async def papers(album: Album, booth: Booth) -> None:
    async with sitting(booth, "1") as (seat, pilot):
        await seat.keys("f4", "4", *"kg3", "enter")
        await album.take(
            seat, pilot, "custody", "4 保管・封印", "Two people count blind, one after the other.", wide=True
        )
        await counts(seat, "111010")
        await seat.keys("enter", "2", "enter")
        await album.take(
            seat, pilot, "second-person", "2人目", "The second signer proves themselves; the session stays the first's."
        )
        await seat.type(booth.plan.passphrases["staff-2"])
        await seat.keys("enter")
        await seat.until(lambda: not seat.terminal.over)
        await counts(seat, "111010")
        await seat.keys(*"sl412", "enter", *"sl412", "enter", "f8")
        await album.take(seat, pilot, "seal", "封印の問い", "What cannot be taken back is asked, cancel first.")
        await answer(seat)
        await seat.keys("f4", "5", "f8")
        await answer(seat)
        await album.take(seat, pilot, "transfer", "5 移送・引渡し", "From the booth to the city's signature.")


async def the_rest(album: Album, booth: Booth) -> None:
    async with sitting(booth, "1") as (seat, pilot):
        await seat.keys("f4", "6")
        await album.take(seat, pilot, "devices", "6 機器", "Each device: how it stands, what to do, a try-out.")
        booth.fault("ticket", "ticket.paper_out")
        await seat.keys("f4", "1", "f2")
        await seat.sees("ticket.paper_out")
        await album.take(
            seat, pilot, "paper-out", "番号札の紙切れ", "The number stands; it is written by hand meanwhile."
        )
        booth.fault("ticket", "")
        await seat.keys("f9", "7", "1")
        await seat.sees("二重に発券した")
        await album.take(seat, pilot, "voiding", "1 番号の取消", "A manager alone voids a number, and says why.")
        await seat.keys("escape")
        await seat.keys("f4", "8")
        await album.take(seat, pilot, "facts", "8 ハブ・接続", "The hub, its record, who follows it.")
        await seat.keys("f8")
        await album.take(seat, pilot, "pairing", "8 端末を加える", "A window of two minutes for one more terminal.")
        await seat.keys("f8")
        await seat.sees("コード")
        await album.take(
            seat, pilot, "pairing-code", "8 合わせコード", "Eight digits, read out to whoever sits at the new terminal."
        )
        await seat.keys("escape", "f4", "4", "f9", "7", "3")
        await album.take(
            seat, pilot, "left-behind", "4 忘れ物", "What applicants leave behind, until it is theirs again."
        )
        await seat.keys("f4", "1", "ctrl+n")
        await album.take(seat, pilot, "inquiry", "Ctrl+N 相談", "An inquiry is one key and one digit; no name.")
        await seat.keys("escape", "f4", "9")
        await album.take(seat, pilot, "record", "9 記録を見る", "Every entry in words.")
        await seat.keys("f4", "0")
        await album.take(
            seat, pilot, "personal", "0 個人情報", "The vault: locked, read with a purpose, erased on its day."
        )
        await seat.keys("f12")
        await album.take(seat, pilot, "incident-kinds", "F12 事故・苦情", "From any screen: what happened.")
        await seat.keys("3", "enter", "enter")
        await seat.type("窓口の画面がほかの方から見えた")
        await album.take(seat, pilot, "incident-text", "F12 内容", "The first report: what happened, without names.")
        await seat.keys("enter")
        await seat.sees("J-001 を記録しました")
        await seat.keys("f12", "2", "6", "1", *"2", "enter")
        await seat.sees("重さ 重大")
        await album.take(
            seat, pilot, "incident", "F12 J-001", "What is owed to the city, how grave it is, the plan's steps."
        )
        await seat.keys("escape", "f4", "7")
        await album.take(seat, pilot, "day", "7 閉場", "What still stands in the way of closing.", wide=True)
        await seat.keys("f9", "5", "1")
        await seat.sees("印刷した一覧 1部")
        await seat.keys("escape", "f9", "5", "4")  # where the file lies is this machine's
        await album.take(
            seat, pilot, "copies", "7 印刷した一覧", "Each print of the city's list has a number and an end."
        )
        await seat.keys("1")
        await seat.until(lambda: "印刷した一覧 1部" not in seat.picture)
        await seat.keys("f8")
        await album.take(seat, pilot, "confirm", "7 受付を終える", "Asked before: cancel first.")
        await seat.keys("escape", "f4", "1")
        booth.kill()
        await seat.sees("ハブに届きません")
        await album.take(seat, pilot, "offline", "切断", "The hub is away: what can be done, how old this is.")


async def make(folder: Path) -> str:
    """Work the day and draw it; the page."""
    album = Album(folder)
    with tempfile.TemporaryDirectory(prefix="demado-pictures-") as place:
        async with booth_of("koganei", Path(place) / "koganei") as booth:
            for part in (begin, a_visit, a_photo, papers, the_rest):
                await part(album, booth)
                if part is a_visit:
                    await the_second_officer(album, Path(place))
        await elsewhere(album, Path(place))
    return album.page()


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    page = asyncio.run(make(folder))
    (folder.parent / "screens.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
