"""The pack for a day on which everything is down, and the proof of a day that was closed."""

from __future__ import annotations

import subprocess

import pytest

from hub.documents.day_proof import NotClosed, day_proof
from hub.documents.pack import pack
from hub.documents.setting import Made
from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.custody.copies import Original, PrintCopies
from hub.domain.day import day
from hub.domain.day.readiness import CountDevices, SignIn, Tick, lent_devices
from hub.domain.reports.counts import invariants
from hub.domain.visit.steps import booth_steps
from tests.hub.domain.booths import CLERK, DATE, MANAGER, MORNING_MS, Site

NAMES = {"staff-1": "高橋 一郎", "staff-2": "佐藤 花"}
EVENTS = [(contract, event.id) for contract in shipped() for event in load_profile(contract).event_types]


def made(site: Site) -> Made:
    return Made("緑センター", False, NAMES, site.at_ms)


def words(document: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


@pytest.mark.needs("poppler-utils")
@pytest.mark.parametrize(("contract", "event"), EVENTS)
def test_the_pack_has_every_step_of_every_method_and_every_class_to_count(contract: str, event: str) -> None:
    site = Site(contract, event_type=event)
    text = words(pack(site.booth, site.profile, DATE, event, made(site)))
    for method in (site.profile.method(name) for name in site.profile.event_type(event).methods):
        assert method.ja in text
        for step in booth_steps(method):
            assert "".join(step.ja.split())[:8] in text, step.id
    for paper in site.profile.handed_over():
        assert "".join(paper.ja.split())[:8] in text, paper.id
    assert "予約はありません" in text


@pytest.mark.needs("poppler-utils")
def test_the_packs_list_says_numbers_and_times_and_never_a_name() -> None:
    # KOGA-T5-01
    site = Site()
    rows = tuple(
        day.ReservationRow(f"R-{n:04}", 540 + 10 * n, site.lane, 1 + n % 2, b"kana", f"subject-{n}") for n in range(3)
    )
    site.do(day.ListReservations(rows), MANAGER)
    text = words(pack(site.booth, site.profile, DATE, site.booth.day.event_type, made(site)))
    assert all(f"{9}:{10 * n:02}R-{n:04}" in text for n in range(3))
    assert "subject" not in text and "kana" not in text


@pytest.mark.needs("poppler-utils")
def test_the_proof_says_who_looked_what_came_back_and_that_every_invariant_holds() -> None:
    # NIIG-8.4-01, NIIG-8.4-02, AOMO-6-04
    site = Site("niigata", event_type="facility_visit")
    lent = {device.id: device.count or 0 for device in lent_devices(site.profile)}
    site.do(CountDevices(False, lent))
    site.do(Tick("left_behind"), CLERK)
    site.do(SignIn(False), MANAGER)
    with pytest.raises(NotClosed):
        day_proof(site.booth, site.profile, {}, made(site))
    site.do(day.StopReception(), MANAGER)
    site.do(CountDevices(True, lent))
    site.do(day.CloseDay(), MANAGER)
    text = words(day_proof(site.booth, site.profile, {"no_photo_alive": "写真が残っていない"}, made(site)))
    assert "佐藤花" in text and "名札あり" in text and "名札未確認" in text
    assert "写真が残っていないはい" in text
    assert text.count("はい") == len(invariants(site.booth)) and "いいえ" not in text
    assert "朝6台閉場6台" in text and "消毒・換気を確かめた未確認" in text
    assert "個人の欄の鍵は残っていません" in text


@pytest.mark.needs("poppler-utils")
def test_the_proof_names_the_last_day_on_which_what_is_held_can_be_erased() -> None:
    site = Site()
    row = day.ReservationRow("R-0001", 540, site.lane, 1, b"sealed", "reservation/R-0001")
    site.do(day.ListReservations((row,)), MANAGER)
    site.close()
    ends_ms = MORNING_MS + 39 * 3_600_000 - 1  # with the next day
    assert "個人の欄の鍵1件は、遅くとも2025-08-0721:00に消去します" in words(
        day_proof(site.booth, site.profile, {}, made(site), ends_ms)
    )


@pytest.mark.needs("poppler-utils")
def test_a_pack_with_the_citys_list_bears_the_number_of_its_copy_on_every_page() -> None:
    """KOGA-T5-01: the print of an imported list is watermarked and counted."""
    site = Site()
    site.do(day.ListReservations((day.ReservationRow("R-0001", 540, site.lane, 1, b"", ""),)), MANAGER)
    site.do(PrintCopies(Original.LIST, 1), MANAGER)
    copy = site.booth.copies.made["写-001"]
    text = words(pack(site.booth, site.profile, DATE, site.booth.day.event_type, made(site), copy))
    pages = text.count("市へ返すか廃棄する")
    assert pages > 1 and text.count("写-0011/1") >= pages
