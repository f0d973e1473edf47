"""What the city signs beside decisions: papers, disposals, erasures, visits that were applied for."""

from __future__ import annotations

import pytest

from hub.client.views.booking import seal_list
from hub.domain.custody import disposal
from hub.domain.custody.paper_receipt import EnterPaper, Taker
from hub.domain.moment import iso_date
from hub.domain.personal.personal import AskErasure, ConsentErasure
from hub.domain.refusal import Refusal
from hub.domain.reservations.outing import PlanOuting, RequestOuting
from hub.domain.reservations.reservation import Reservation
from tests.hub.client.sites import soon
from tests.tui.desk.seat import Seat


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
    assert seat.desk.profile is not None
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
