"""申請書 and 報告書 of a disposal: what 特記17条 names stands on them, and no report of what two have not signed."""

from __future__ import annotations

import subprocess

import pytest

from hub.documents.disposal import NotDone, application, report
from hub.documents.setting import Made
from hub.domain.custody import disposal
from hub.domain.custody.disposal import AskDisposal, CarryOutDisposal, ConsentDisposal, Erasing, WitnessDisposal
from tests.hub.domain.booths import CLERK, DATE, MANAGER, OFFICER, OTHER, Site

LINES = (
    disposal.Line("list_print", 3, disposal.Method.SHRED),
    disposal.Line("medium", 1, disposal.Method.CRUSH, "SD-1"),
)
NAMES = {"staff-1": "高橋 一郎", "staff-2": "佐藤 次郎", "staff-3": "田中 三郎", "officer-1": "森 花子"}


def words(document: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


@pytest.mark.needs("poppler-utils")
def test_both_papers_hold_what_the_clause_names_and_the_report_what_the_vault_erased_too() -> None:
    """KOGA-T17-02 (items, media, quantity, method, planned date), KOGA-T17-03 (day, person, content, witness)."""
    site = Site()
    made = Made("緑センター", True, NAMES, site.at_ms)
    request, hash_ = site.do(AskDisposal(LINES, DATE), MANAGER), disposal.manifest(LINES, DATE)
    asked = site.booth.disposals.made[request]
    text = words(application(asked, site.profile, made))
    for part in (
        "申請書",
        "廃-001",
        "予約一覧等の印刷物紙3裁断",
        "SD-11物理的な破壊",
        "2025-08-06",
        "高橋一郎",
    ):
        assert part in text, part
    with pytest.raises(NotDone):
        report(asked, (), site.profile, made)
    site.do(ConsentDisposal(request, hash_, "小市発第12号", DATE, False), OFFICER)
    site.do(CarryOutDisposal(request, hash_, site.at_ms), CLERK)
    site.do(WitnessDisposal(request, hash_), OTHER)
    erasings = (Erasing(site.at_ms, 30, "小市発第9号", "staff-1"),)
    text = words(report(site.booth.disposals.made[request], erasings, site.profile, made))
    for part in (
        "報告書",
        "小市発第12号（2025-08-06）森花子",
        "行った日時2025-08-0609:00",
        "担当者名佐藤次郎",
        "立会い田中三郎",
    ):
        assert part in text, part
    assert "30人分承諾小市発第9号" in text and "鍵の破棄" in text
