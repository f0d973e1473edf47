"""The desk's screen at the keys, against a real hub: what an officer sees and what a key does."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.client.views.booking import seal_list
from hub.domain.custody import disposal
from hub.domain.custody.paper_receipt import EnterPaper, Taker
from hub.domain.identity.identity import Attend, NoteVideo, Outcome, RequestState
from hub.domain.moment import iso_date
from hub.domain.personal.personal import AskErasure, ConsentErasure
from hub.domain.refusal import Refusal
from hub.domain.reservations.outing import PlanOuting, RequestOuting
from hub.domain.reservations.reservation import Reservation
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson, write_secret
from tests.hub.client.sites import PATIENCE_S, Site, soon
from tests.records import World
from tui.cells import line_width, text_of
from tui.desk.screen import DeskTerminal
from tui.layered import SILENCE_S
from tui.station import REPEAT_S
from tui.terminal.app import TerminalApp

PASSPHRASE = "abc"
SECRET = b"s" * 32

TWO = '[city_check]\nsecond_officer_papers = ["運転免許証"]\n'
"""A contract with which two officers confirm whoever shows a licence."""


@pytest.fixture
async def site(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """A site with two officers enrolled; a test's parameter: what its profile says beyond Koganei's."""
    site = Site(tmp_path, World(more=getattr(request, "param", "")))
    home = tmp_path / "desk-1"
    site.world.save_home(site.world.machine("desk-1", "desk", "city"), home)
    write_secret(home / "secret", SECRET)
    for officer, name in zip(site.world.officers, ("森 一穂", "林 二郎"), strict=True):
        locked = lock(officer.signer.seed, PASSPHRASE, SECRET, cost=Cost.TRAINING)
        LockedPerson(officer.person, name, officer.roles, officer.certificate, officer.chain, locked).save(home)
    await site.start()
    yield site
    await site.stop()


class Seat:
    """Somebody at the desk's keyboard."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.desk = site.desk()
        self.terminal = DeskTerminal(self.desk, site.folder / "desk-1", hub=site.url)

    def rows(self, width: int = 80, height: int = 24) -> list[str]:
        lines, _ = self.terminal.frame(width, height)
        assert [line_width(one) for one in lines] == [width] * height
        return [text_of(one) for one in lines]

    def screen(self) -> str:
        return "\n".join(self.rows())

    def type(self, *keys: str) -> None:
        """Keys as textual names them; one character each, or a name such as f8, enter."""
        for key in keys:
            self.terminal.press(key, key if len(key) == 1 else "")

    async def until_shown(self, text: str) -> str:
        """The screen once it shows this."""
        end = time.monotonic() + PATIENCE_S
        while text not in (shown := self.screen()):
            assert time.monotonic() < end, f"{text} is not on\n{shown}"
            await asyncio.sleep(0.02)
        return shown

    async def sign_again(self) -> None:
        """F8 once more: within 0.4 s it would be the same press."""
        await asyncio.sleep(REPEAT_S + 0.05)
        self.type("f8")

    async def alone(self, key: str) -> None:
        """Press a key with silence before it, as a person does who answers: a scanner types letters too."""
        while time.monotonic() - self.terminal.key_at < SILENCE_S:  # noqa: ASYNC110  (a clock tells nobody)
            await asyncio.sleep(0.02)
        self.type(key)

    async def until_officer(self, request: int, officer: str) -> None:
        """Wait until the desk has heard that it is this officer's turn."""
        await soon(
            self.desk.until(lambda: any((one.id, one.officer) == (request, officer) for one in self.desk.requests))
        )

    async def sit_down(self, number: str = "1") -> None:
        if self.desk.lan is None:
            self.terminal.ready()
            await soon(self.desk.until(lambda: self.desk.connected))
        self.type(number, "enter", *PASSPHRASE, "enter")
        await self.until_shown("担当につきました")


@pytest.fixture
async def seat(site: Site) -> Seat:
    return Seat(site)


async def test_the_lock_screen_shows_how_many_wait_and_nothing_of_what(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.site.request()
    seat.terminal.ready()
    await soon(seat.desk.until(lambda: bool(seat.desk.requests)))
    shown = seat.screen()
    assert "決定を待つ依頼 1件" in shown and "森 一穂" in shown
    assert "A-001" not in shown and "運転免許証" not in shown


async def test_a_wrong_passphrase_opens_nothing(seat: Seat) -> None:
    seat.terminal.ready()
    seat.type("1", "enter", *"wrong", "enter")
    await seat.until_shown("lockbox.wrong_passphrase")
    assert seat.terminal.officer is None


async def test_unlocking_is_coming_on_duty_and_leaving_the_seat_is_going_off(seat: Seat) -> None:
    await seat.site.open_day(officers=False)
    await seat.sit_down()
    await soon(seat.desk.until(lambda: True))
    assert seat.site.running.scribe.booth.identity.officers == ("officer-1",)
    seat.type("ctrl+l")
    assert "だれですか" in seat.screen()
    async with asyncio.timeout(PATIENCE_S):
        while seat.site.running.scribe.booth.identity.officers:  # noqa: ASYNC110  (the hub's state tells nobody here)
            await asyncio.sleep(0.02)


async def test_look_tick_choose_and_sign_decides_a_request(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    request = await seat.site.request()
    shown = await seat.until_shown("A-001")
    assert "運転免許証" in shown and "窓口1" in shown and "決定の期限" in shown
    seat.type("1", "2", "3", "4", "5", "enter", "1", "f8")
    await seat.until_shown("「確認できた」と決定しました")
    booth = seat.site.running.scribe.booth
    assert booth.identity.requests[request].outcome is Outcome.CONFIRMED


async def test_without_every_tick_confirmed_cannot_be_chosen_nor_signed(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("A-001")
    seat.type("1", "2", "3", "4", "enter", "1")
    assert "identity.checklist" in seat.screen()
    seat.type("f8")
    assert "先に決定を選びます" in seat.screen()
    assert seat.site.running.scribe.booth.identity.requests[request].state is RequestState.PENDING


async def test_a_refusal_asks_for_its_reason(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("A-001")
    seat.type("enter", "2")
    assert "「できない（理由）」の理由" in seat.screen()
    seat.type("enter")
    assert "identity.reason" in seat.screen()
    seat.type("2", "1", "f8")
    await seat.until_shown("「できない」と決定しました")
    assert seat.site.running.scribe.booth.identity.requests[request].outcome is Outcome.REFUSED


async def test_what_was_ticked_for_one_applicant_never_lands_on_the_next(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    for number in range(3):
        await seat.site.request(f"窓口{number + 1}", number)
    await seat.until_shown("A-003")
    seat.type("1", "2", "3", "4", "5", "enter", "1", "f8")
    await seat.until_shown("と決定しました")
    seat.type("1", "2", "3")
    assert "F8＝署名" not in seat.screen()
    assert "[1]" not in await seat.until_shown("F5＝次の依頼を開く")
    seat.type("f5")
    shown = seat.screen()
    assert "[1]・" in shown and "[2]・" in shown and "A-003" in shown.splitlines()[2]


async def test_a_decision_signed_while_cut_is_shown_as_waiting_and_arrives_later(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("A-001")
    await seat.site.stop_hub()
    await seat.until_shown("Ｘ切断")
    seat.type("1", "2", "3", "4", "5", "enter", "1", "f8")
    await seat.until_shown("決定に署名しました。記録を待っています")
    await seat.sign_again()
    assert "署名ずみです" in seat.screen()
    await seat.site.start()
    await seat.until_shown("「確認できた」と決定しました")
    assert seat.site.running.scribe.booth.identity.requests[request].outcome is Outcome.CONFIRMED


async def test_an_officer_on_duty_before_the_day_was_opened_still_gets_its_requests(seat: Seat) -> None:
    await seat.sit_down()
    await seat.site.open_day(officers=False)
    request = await seat.site.request()
    await seat.until_shown("A-001")
    async with asyncio.timeout(PATIENCE_S):
        while seat.desk.requests[0].officer != "officer-1":  # noqa: ASYNC110  (looked at, tells nobody)
            await asyncio.sleep(0.02)
    assert seat.desk.requests[0].id == request


async def test_papers_are_counted_blind_and_the_signature_is_asked_for_with_cancel_first(seat: Seat) -> None:
    site = seat.site
    await site.open_day()
    await seat.sit_down()
    opened = await site.visit()
    await site.ask_city(opened)
    await seat.until_shown("A-001")
    seat.type("1", "2", "3", "4", "5", "enter", "1", "f8")
    await seat.until_shown("と決定しました")
    await site.finish(opened)
    transfer = await site.offer()
    await seat.until_shown("受け取る書類")
    seat.type("f5")
    held = site.running.scribe.booth
    code = held.custody.transfers[transfer].manifest.hex()
    for clerk in site.world.clerks[:2]:  # a counter without a device had signed for them with a pen
        await site.do(EnterPaper(transfer, Taker.CITY, code, "city_desk", held.latest_ms, others=True), clerk)
    await seat.until_shown("紙で受領ずみ：市の担当課の窓口")
    sheets = dict(site.running.scribe.booth.custody.transfers[transfer].sheets)
    assert "S-0001" not in seat.screen() and "【隠す】" in seat.screen()
    seat.type(*"S-0001", "enter")
    for paper in site.world.profile.handed_over():
        seat.type(*str(sheets.get(paper.id, 0)), "enter")
    await seat.sign_again()
    assert "[n] やめる" in seat.screen()
    seat.type("enter")
    assert site.running.scribe.booth.custody.transfers[transfer].received_by == ""
    await seat.sign_again()
    await seat.alone("y")
    await seat.until_shown("受け取りました")
    assert site.running.scribe.booth.custody.transfers[transfer].received_by == "officer-1"


async def test_a_disposal_is_consented_to_with_the_citys_document_and_seen_by_its_officer_who_attends(
    seat: Seat,
) -> None:
    """KOGA-T17-02, KOGA-T17-03."""
    site = seat.site
    await site.open_day()
    await seat.sit_down()
    today = iso_date(site.running.scribe.booth.latest_ms)
    lines = (disposal.Line("list_print", 2, disposal.Method.SHRED),)
    request = (await site.do(disposal.AskDisposal(lines, today), site.world.manager)).index
    shown = await seat.until_shown("廃棄の承諾 廃-001")
    assert "予約一覧等の印刷物" in shown and "裁断" in shown
    seat.type("f8", "enter")
    await seat.until_shown("番号がまだ入っていません")
    await seat.sign_again()
    seat.type(*"12", "enter", *["backspace"] * len(today), *"2999-01-01", "enter")
    await seat.until_shown("先の日付です：2999-01-01")
    await seat.sign_again()
    seat.type(*"12", "enter", "enter", "2")
    await seat.until_shown("12（")
    assert "[n] やめる" in seat.screen()
    await seat.alone("y")
    await seat.until_shown("承諾しました")
    hash_ = disposal.manifest(lines, today)
    done_ms = site.running.scribe.booth.latest_ms
    await site.do(disposal.CarryOutDisposal(request, hash_, done_ms), site.world.clerks[0])
    await seat.until_shown("廃棄の立会い 廃-001")
    await seat.sign_again()
    await seat.alone("y")
    await seat.until_shown("立会いを署名しました")
    one = site.running.scribe.booth.disposals.made[request]
    assert (one.state, one.witness, one.reference) == (disposal.State.DONE, "officer-1", "12")


OUTING = """
[outing]
clause = "8.3"
event_type = "delivery_booth"
task = [{ id = "venue", ja = "申請会場の確保", en = "The room", when = "before" }]
"""
"""A contract under which bodies apply for visits."""


@pytest.mark.parametrize("site", [OUTING], indirect=True)
async def test_a_visit_that_a_body_applied_for_is_confirmed_by_the_citys_key(seat: Seat) -> None:
    """NIIG-8.3-01: a city user confirms."""
    site = seat.site
    await seat.sit_down()
    way, date = seat.desk.profile.reservation.channels[0], iso_date(seat.desk.now_ms())
    request = (await site.do(RequestOuting("みどり苑", date, way, 12), site.world.clerks[0])).index
    await seat.until_shown("訪問の予約 訪-001")
    await site.do(PlanOuting(request, 9), site.world.clerks[0])
    shown = await seat.until_shown("9人")
    assert "みどり苑" in shown and date in shown and "受託者には確定できません" in shown
    seat.type("f8")
    await seat.until_shown("予約を確定します")
    await seat.alone("y")
    await seat.until_shown("予約を確定しました")
    assert site.running.scribe.booth.outings[request].confirmed_by == "officer-1"
    await seat.until_shown("いま依頼はありません")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (120, 40)])
async def test_every_row_is_as_wide_as_the_screen_in_both_languages(seat: Seat, width: int, height: int) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("A-001")
    for keys in ((), ("f9",), ("f1",), ("escape",), ("enter",), ("2",)):
        seat.type(*keys)
        seat.rows(width, height)


async def test_nothing_on_the_screen_shows_that_the_silent_sign_was_given(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("A-001")

    def still() -> list[str]:
        """The rows without the minutes and seconds, which run on whatever anybody does."""
        return [re.sub(r"\d+:\d\d", "", row) for row in seat.rows()[2:]]

    before = still()
    seat.type("ctrl+o")
    assert still() == before


async def test_the_app_paints_the_same_rows_on_a_real_screen(seat: Seat) -> None:
    async with TerminalApp(seat.terminal).run_test(size=(80, 24)) as pilot:
        await soon(seat.desk.until(lambda: seat.desk.connected))
        await pilot.press("1", "enter")
        await pilot.pause(0.1)
        assert "森 一穂 さんの合言葉" in seat.screen()
        seat.site.desks.remove(seat.desk)  # the app closes it


def test_a_desk_without_any_way_in_is_refused_with_words(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from tui.commands.desk import desk

    result = CliRunner().invoke(desk, ["--home", str(tmp_path)])
    assert result.exit_code == 2 and "--hub" in result.output
    result = CliRunner().invoke(desk, ["--home", str(tmp_path), "--hub", "127.0.0.1:1"])
    assert result.exit_code == 1 and "party.home_incomplete" in result.output


async def test_an_officer_consents_to_erasing_with_the_documents_number_and_date(seat: Seat) -> None:
    site = seat.site
    await site.open_day(officers=False)
    rows = [Reservation(f"R-{n}", 540, "delivery", 1, f"ナマエ{n}", None, "0900000001", "") for n in (1, 2)]
    made = seal_list(rows, "delivery", iso_date(site.now_ms))
    assert not isinstance(made, Refusal)
    await site.do(made.commands[0], site.world.manager)
    await site.do(AskErasure(tuple(sorted(made.keys)), "2026-03-31"), site.world.manager)
    await seat.sit_down()
    shown = await seat.until_shown("消去の承諾")
    assert "2人分" in shown and "2026-03-31" in shown and "ナマエ" not in shown
    seat.type("f8")
    await seat.until_shown("文書の番号")
    seat.type(*"小市発第12号", "enter")
    await seat.until_shown("文書の日付")
    seat.type("delete", *"2999-01-01", "enter")
    await seat.until_shown("先の日付")
    await seat.sign_again()
    seat.type(*"小市発第12号", "enter", "enter")  # today's date stands there already
    await seat.until_shown("承諾します")
    await seat.alone("y")
    await seat.until_shown("承諾しました")
    (request,) = site.running.scribe.booth.personal.requests.values()
    assert (request.reference, request.consented) == ("小市発第12号", iso_date(seat.desk.now_ms()))
    await soon(seat.desk.until(lambda: not seat.desk.erasures))


async def test_a_desk_that_comes_later_is_shown_what_still_waits_for_consent(seat: Seat) -> None:
    site = seat.site
    await site.open_day(officers=False)
    rows = [Reservation("R-1", 540, "delivery", 1, "ナマエ", None, "0900000001", "")]
    made = seal_list(rows, "delivery", iso_date(site.now_ms))
    assert not isinstance(made, Refusal)
    await site.do(made.commands[0], site.world.manager)
    asked = await site.do(AskErasure(tuple(made.keys), "2026-03-31"), site.world.manager)
    await site.stop_hub()
    await site.start()
    seat.terminal.ready()
    await soon(seat.desk.until(lambda: bool(seat.desk.erasures)))
    assert "承諾を待つ消去 1件" in seat.screen()
    await site.do(
        ConsentErasure(asked.index, "紙の承諾", iso_date(site.now_ms)), site.world.manager
    )  # it came on paper
    await soon(seat.desk.until(lambda: not seat.desk.erasures))


async def test_an_officer_changes_the_passphrase_at_the_lock_screen(seat: Seat) -> None:
    seat.terminal.ready()
    await soon(seat.desk.until(lambda: seat.desk.connected))  # else coming on duty is told to nobody
    file = seat.site.folder / "desk-1" / "people" / "officer-1.locked"
    before, key = file.read_bytes(), seat.site.world.officers[0].signer.public

    async def answer(*texts: str) -> str:
        for text in texts:
            seat.type(*text, "enter")
            async with asyncio.timeout(PATIENCE_S):
                while seat.terminal.lock.busy:  # noqa: ASYNC110  # argon2 is at work in a thread
                    await asyncio.sleep(0.02)
        return seat.screen()

    seat.type("1", "enter", "f6")
    assert "いまの合言葉" in seat.screen() and PASSPHRASE not in seat.screen()
    assert "passphrase" in await answer(PASSPHRASE, "12345678")  # what is too easy is refused by its code
    await answer("midori no isu 7", "midori no isu 8")
    assert "2回の合言葉がちがいます" in seat.screen()
    assert file.read_bytes() == before
    assert "合言葉を変えました" in await answer("midori no isu 7", "midori no isu 7")
    assert before not in file.read_bytes() and file.stat().st_mode & 0o077 == 0
    assert "lockbox.wrong_passphrase" in await answer("1", PASSPHRASE)
    seat.type("escape")
    await answer("1", "midori no isu 7")
    await seat.until_shown("担当につきました")
    assert seat.terminal.officer is not None and seat.terminal.officer.signer.public == key


async def test_a_wrong_present_passphrase_changes_nothing(seat: Seat) -> None:
    seat.terminal.ready()
    file = seat.site.folder / "desk-1" / "people" / "officer-1.locked"
    before = file.read_bytes()
    seat.type("1", "enter", "f6")
    seat.type(*"wrong words", "enter", *"midori no isu 7", "enter", *"midori no isu 7", "enter")
    await seat.until_shown("lockbox.wrong_passphrase")
    assert file.read_bytes() == before and seat.terminal.officer is None


async def test_the_officer_notes_the_video_and_a_check_that_began_again_has_no_tick_left(seat: Seat) -> None:
    """KOGA-7.1-07: the picture was away for longer than the profile says; chance names others."""
    await seat.site.open_day()
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("[1]・")
    seat.type("f6", "1")
    await seat.until_shown("映像 つながり")
    seat.type("1", "2")
    assert "[1]〇" in seat.screen()
    for what in ("ended", "started"):  # noted at the booth: who comes back may be somebody else
        await seat.site.do(NoteVideo(request, what), seat.site.world.clerks[0])
    await seat.until_shown("最初から1回")
    assert "[1]・" in seat.screen() and "[2]・" in seat.screen()
    seat.type("1", "2", "3", "4", "5", "enter", "1", "f8")
    await seat.until_shown("「確認できた」と決定しました")


async def test_the_booth_is_told_that_the_officer_looks(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("A-001")
    booth = seat.site.running.scribe
    async with asyncio.timeout(PATIENCE_S):
        while not booth.booth.identity.requests[request].taken_up_ms:  # noqa: ASYNC110  (as above)
            await asyncio.sleep(0.02)


async def test_the_silent_key_changes_no_cell_of_the_screen(seat: Seat) -> None:
    """Duress goes into a field that every decision has, sealed to the city; whoever watches the officer sees nothing."""
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("[1]・")
    blurred = [re.sub(r"\d+:\d\d(:\d\d)?", "", row) for row in seat.rows()]
    seat.type("ctrl+o")
    assert [re.sub(r"\d+:\d\d(:\d\d)?", "", row) for row in seat.rows()] == blurred


# ------------------------------------------------------------------ F2, F3, F4


async def test_the_footer_shows_every_key_whole_on_80_columns_in_both_languages(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    for end in ("離席", "Leave"):
        row = seat.rows()[-1]
        assert row.rstrip().endswith(end) and all(f"F{number}" in row for number in (1, 5, 6, 7, 8, 9))
        assert not any(f"F{number}" in row for number in (2, 3, 4)), "the booth's keys, which mean something else there"
        seat.type("f9", "8")


async def test_a_key_of_the_booths_says_so_at_the_desk_and_does_nothing(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("[1]・")
    for key in ("f2", "f3", "f4", "f12"):
        seat.type(key)
        assert f"{key.upper()} は会場の端末のキーです" in seat.screen() and "[1]・" in seat.screen()
    seat.type("f9", "2")
    assert "2人目の署名を待つ依頼ではありません" in seat.screen()


async def test_f9_1_gives_a_request_to_the_next_officer_on_duty(seat: Seat) -> None:
    await seat.site.open_day(officers=False)
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("[1]・")
    seat.type("f9", "1")
    await seat.until_shown("identity.nobody_else")
    await seat.site.do(Attend(True), seat.site.world.officers[1])
    seat.type("1", "f9", "1")
    shown = await seat.until_shown("A-001 を 林 さんに回しました")
    assert "[1]・" in shown
    assert seat.site.running.scribe.booth.identity.requests[request].officer == "officer-2"


async def test_f9_3_asks_for_a_retake_with_its_reason_and_f8_signs_it(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("[1]・")
    seat.type("f9", "3")
    assert "「撮り直し」の理由" in seat.screen()
    seat.type("1")
    assert "理由：暗くて見えない" in seat.screen()
    seat.type("f8")
    await seat.until_shown("「撮り直し」と決定しました")
    assert seat.site.running.scribe.booth.identity.requests[request].outcome is Outcome.RETAKE


@pytest.mark.parametrize("site", [TWO], indirect=True)
async def test_f9_2_lets_a_second_officer_look_and_sign_while_the_first_keeps_the_seat(seat: Seat) -> None:
    await seat.site.open_day(officers=False)
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("2人の職員の署名がいります")
    seat.type("f9", "2")
    assert "2人目の署名を待つ依頼ではありません" in seat.screen()
    seat.type("1", "2", "3", "4", "5", "enter", "1", "f8")
    await seat.until_shown("1人目として署名しました")
    await seat.until_shown("森さんが署名ずみ  F9-2＝2人目の職員")
    seat.type("f9", "2", "1", "enter")
    assert "identity.same_person" in seat.screen()
    seat.type("2", "enter", *PASSPHRASE, "enter")
    shown = await seat.until_shown("森＋林")
    assert "[1]・" in shown and "[5]・" in shown  # with their own eyes
    held = seat.site.running.scribe.booth.identity
    assert held.requests[request].state is RequestState.PENDING
    seat.type("1", "2", "3", "4", "5", "enter", "1")
    await seat.until_officer(request, "officer-2")
    await seat.sign_again()
    await seat.until_shown("「確認できた」と決定しました")
    assert "森＋林" not in seat.screen()
    decided = seat.site.running.scribe.booth.identity.requests[request]
    assert (decided.outcome, decided.first) == (Outcome.CONFIRMED, "officer-1")
    assert seat.terminal.officer is not None and seat.terminal.officer.person == "officer-1"
