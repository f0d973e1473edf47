"""台帳: every sheet and every piece of data of a date, where from, kept where, gone where; and each move with its person."""

from __future__ import annotations

import subprocess

import pytest

from hub.documents.ledger import ledger as ledger_pdf
from hub.documents.setting import Made
from hub.domain.codec import decode_events
from hub.domain.custody import custody, lent, storage
from hub.domain.reports.ledger import BOOTH, Ledger, Line
from tests.hub.domain.booths import CLERK, DATE, MANAGER, OFFICER, OTHER, Site


def booked(site: Site) -> Ledger:
    """The ledger of all that has happened at a site."""
    ledger = Ledger(site.profile)
    for entry in site.entries:
        for event in decode_events(entry.events):
            ledger.take(event)
    return ledger


def a_day(contract: str = "koganei") -> Site:
    """Papers of a visit from the applicant over a locked place to the city, and a list of the city's and back."""
    site = Site(contract)
    loan = site.do(lent.ReceiveLoan(lent.Paper.LIST, 1, "市民課 森"), MANAGER)
    site.whole_visit()
    site.seal()
    for person in (CLERK, OTHER):
        site.do(storage.PutAway("KG-1", "locked_store"), person)
    transfer = site.offer_only()
    site.take_out()
    site.carry(transfer)
    site.wait(3_600)
    site.do(site.acceptance(transfer), OFFICER)
    site.do(lent.ReturnLoan(loan, 1, "市民課 森"), MANAGER)
    return site


def line(ledger: Ledger, what: str) -> Line:
    return next(one for one in ledger.page(DATE).lines if one.what.startswith(what))


@pytest.mark.parametrize("contract", ["koganei", "chiba"])
def test_each_class_says_from_whom_how_many_by_whom_where_kept_and_gone_where(contract: str) -> None:
    """KOGA-T7-04."""
    site = a_day(contract)
    ledger = booked(site)
    for paper, count in site.booth.custody.collected.items():
        name = next(one.ja for one in site.profile.handed_over() if one.id == paper)
        if count:
            found = line(ledger, name)
            assert (found.count, found.source, found.left) == (count, "来場者", 0)
            assert found.people == (CLERK.person,)
            assert found.places == (BOOTH, site.profile.custody.places[0].ja)
            assert [(one.to, one.count, one.at_ms) for one in found.out] == [("市 officer-1", count, site.at_ms)]
    listed = line(ledger, "予約の一覧")
    assert (listed.source, listed.count, listed.left) == ("市", 1, 0)


def test_every_move_has_its_person_time_and_place_and_no_move_a_name() -> None:
    """KOGA-T7-04: each move with person, time, place."""
    moves = booked(a_day()).page(DATE).moves
    said = [move.what for move in moves]
    for part in ("封印 SL-1", "を保管", "保管場所から出した", "引渡しを申し出", "出発", "到着", "市が受領"):
        assert any(part in one for one in said), part
    assert all(move.by and move.at_ms and move.place for move in moves)
    assert not any(name in f"{move.what}{move.by}{move.place}" for move in moves for name in ("森", "高橋", "佐藤"))


def test_a_sheet_that_the_city_did_not_find_is_left_over_in_the_ledger() -> None:
    site = Site()
    site.whole_visit()
    site.seal()
    transfer = site.offer()
    for _ in range(2):
        site.do(site.acceptance(transfer, "1枚たりない", identity_copy=-1), OFFICER)
    ledger = booked(site)
    assert [one.what for one in ledger.page(DATE).lines if one.left] == ["本人確認書類の写し"]
    assert site.booth.custody.transfers[transfer].state is custody.TransferState.ACCEPTED


@pytest.mark.needs("poppler-utils")
def test_the_page_is_printed_with_its_classes_and_moves() -> None:
    """KOGA-T7-04."""
    site = a_day()
    made = Made("緑センター", True, {}, site.at_ms)
    page = ledger_pdf(booked(site).page(DATE), site.profile, made)
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=page, capture_output=True, check=True)
    text = "".join(done.stdout.decode().split())
    for part in (
        "管理台帳",
        "施錠保管庫",
        "officer-1",
        "箱KG-1を封印SL-1",
        "2025-08-0610:00",
        "氏名はありません",
    ):
        assert part in text, part
    assert "森" not in text
