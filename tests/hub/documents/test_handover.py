"""送付表 and 預り証: the record's sheets and seals, two names and times, and a code that leads back to the record."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cv2
import pytest

from hub.documents.handover import NotAccepted, fingerprint, receipt, transmittal
from hub.documents.setting import Made
from hub.domain.custody.custody import Transfer
from hub.domain.custody.paper_receipt import EnterPaper, Taker
from tests.hub.domain.booths import CLERK, MORNING_MS, OFFICER, OTHER, Site
from tests.qr_reading import qr_text


def made(site: Site, training: bool = False) -> Made:
    return Made("緑センター", training, {"staff-1": "高橋 一郎", "officer-1": "森 花子"}, site.at_ms)


def handed_over(contract: str, accept: bool = True) -> tuple[Site, Transfer]:
    site = Site(contract)
    site.whole_visit()
    site.count()
    site.seal()
    transfer = site.offer("KG-1")
    if accept:
        site.at_ms = MORNING_MS + 7 * 3_600_000
        site.do(site.acceptance(transfer), OFFICER)
    return site, site.booth.custody.transfers[transfer]


def words(document: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


@pytest.mark.needs("poppler-utils")
@pytest.mark.parametrize("contract", ["koganei", "chiba"])
def test_the_receipt_has_counts_two_names_and_the_time(contract: str) -> None:
    """KOGA-T16-01: hand-over saved -> 預り証 with counts, two names and time."""
    site, transfer = handed_over(contract)
    text = words(receipt(transfer, (), site.profile, made(site)))
    for part in ("預り証", "高橋一郎", "森花子", "2025-08-0616:00", "SL-1", fingerprint(transfer.manifest)):
        assert part in text, part
    for paper in site.profile.handed_over():
        assert "".join(paper.ja.split())[:12] in text
    assert f"合計{sum(count for _, count in transfer.received)}" in text


@pytest.mark.needs("poppler-utils")
def test_the_transmittal_sheet_says_classes_and_sheets_of_this_venue_and_leaves_the_citys_place_blank() -> None:
    """CHIB-2.3-02: a 送付表 with class and number of sheets per venue."""
    site, transfer = handed_over("chiba", accept=False)
    text = words(transmittal(transfer, (), site.profile, made(site, training=True)))
    assert "【訓練】送付表" in text and "緑センター" in text and "森花子" not in text
    assert f"合計{sum(count for _, count in transfer.sheets)}" in text


@pytest.mark.needs("poppler-utils")
def test_a_signature_on_paper_stands_on_the_sheet_with_both_times_and_is_no_receipt() -> None:
    site, transfer = handed_over("chiba", accept=False)
    code, signed_ms = transfer.manifest.hex(), site.at_ms
    site.at_ms += 90 * 60_000
    for person in (CLERK, OTHER):
        site.do(EnterPaper(transfer.id, Taker.CITY, code, "city_desk", signed_ms, others=True), person)
    papers = site.booth.paper_receipts[transfer.id]
    text = words(transmittal(transfer, papers, site.profile, made(site)))
    assert "紙で受領：市の担当課の窓口2025-08-0609:00（2025-08-0610:30に2人が入力）" in text
    with pytest.raises(NotAccepted):
        receipt(transfer, papers, site.profile, made(site))


def test_no_receipt_of_what_the_city_has_not_signed_for() -> None:
    site, transfer = handed_over("koganei", accept=False)
    with pytest.raises(NotAccepted):
        receipt(transfer, (), site.profile, made(site))


@pytest.mark.needs("poppler-utils")
def test_another_make_reads_the_manifests_hash_from_the_printed_code(tmp_path: Path) -> None:
    site, transfer = handed_over("koganei")
    (tmp_path / "receipt.pdf").write_bytes(receipt(transfer, (), site.profile, made(site)))
    subprocess.run(["pdftoppm", "-r", "200", "-png", "receipt.pdf", "page"], cwd=tmp_path, check=True)
    (page,) = tmp_path.glob("page*.png")
    picture = cv2.imread(str(page), cv2.IMREAD_GRAYSCALE)
    assert picture is not None and qr_text(picture) == "M" + transfer.manifest.hex().upper()


def test_the_same_transfer_is_the_same_document() -> None:
    site, transfer = handed_over("koganei")
    assert receipt(transfer, (), site.profile, made(site)) == receipt(transfer, (), site.profile, made(site))
