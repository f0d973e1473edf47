"""Deciding at the desk by keys, against a real hub: what an officer sees and what a key does."""

from __future__ import annotations

import asyncio
import re

import pytest

from hub.domain import codec
from hub.domain.identity.identity import Attend, DecideIdentity, NoteVideo, Outcome, RequestState
from sync.keys.keys import BoxKey
from sync.keys.silentsign import FILE, read_sign
from sync.record.command import read_command
from sync.record.entry import decode_entry
from tests.hub.client.sites import PATIENCE_S
from tests.tui.desk.seat import PASSPHRASE, Seat

TWO = '[city_check]\nsecond_officer_papers = ["運転免許証"]\n'
"""A contract with which two officers confirm whoever shows a licence."""


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


async def test_a_long_reason_is_seen_where_it_is_written_and_whole_where_it_is_signed(seat: Seat) -> None:
    reason = "顔写真と本人の顔がちがうように見えるため担当課に問い合わせたところ別の人だった"
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("A-001")
    seat.type("enter", "2", *reason)
    assert "別の人だった_" in seat.rows()[22], "its end, where one is writing"
    assert seat.terminal.frame(80, 24)[1][0] < 80, "the input method's window opens on the screen"
    seat.type("enter")
    pane = "".join(row[-42:].strip() for row in seat.rows()[2:20])
    assert reason[-8:] in pane.replace(" ", ""), seat.screen()


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


@pytest.mark.parametrize("site", [TWO], indirect=True)
async def test_a_silent_sign_is_of_the_officer_who_gave_it_and_pressing_again_does_not_take_it_back(seat: Seat) -> None:
    city = BoxKey.generate()
    (seat.site.folder / "desk-1" / FILE).write_bytes(city.public)
    await seat.site.open_day(officers=False)
    await seat.sit_down()
    request = await seat.site.request()
    await seat.until_shown("2人の職員の署名がいります")
    seat.type("ctrl+o", "1", "2", "3", "ctrl+o", "4", "5", "enter", "1", "f8")
    await seat.until_shown("森さんが署名ずみ  F9-2＝2人目の職員")
    seat.type("f9", "2", "2", "enter", *PASSPHRASE, "enter")
    await seat.until_shown("森＋林")
    seat.type("1", "2", "3", "4", "5", "enter", "1")
    await seat.until_officer(request, "officer-2")
    await seat.sign_again()
    await seat.until_shown("「確認できた」と決定しました")
    assert await signs(seat, city) == [True, False]


async def test_a_silent_sign_given_while_the_desk_asks_for_a_reason_counts_and_shows_nothing(seat: Seat) -> None:
    city = BoxKey.generate()
    (seat.site.folder / "desk-1" / FILE).write_bytes(city.public)
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("[1]・")
    seat.type("enter", "2")

    def still() -> list[str]:
        return [re.sub(r"\d+:\d\d(:\d\d)?", "", row) for row in seat.rows()]

    before = still()
    assert "「できない（理由）」の理由" in "".join(before)
    seat.type("ctrl+o")
    assert still() == before
    seat.type("1", "f8")
    await seat.until_shown("決定しました")
    assert await signs(seat, city) == [True]


async def signs(seat: Seat, city: BoxKey) -> list[bool | None]:
    """What the city reads in each decision of the record."""
    entries = await seat.site.running.store.read(0, seat.site.running.store.size)
    signed = [read_command(decode_entry(body).command.payload) for body in entries]
    asked = [codec.decode_command(one.kind, bytes(one.args)) for one in signed if one.kind == "identity.decide"]
    return [read_sign(one.sealed, city) for one in asked if isinstance(one, DecideIdentity)]
