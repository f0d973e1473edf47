"""預り証 of what the city hands over: number, counts, two names and the time, both ways."""

from __future__ import annotations

import pytest

from hub.documents.lent import receipt
from hub.documents.setting import Made
from hub.domain.custody.lent import Paper, ReceiveLoan, ReturnLoan
from tests.hub.documents.test_incident_report import words
from tests.hub.domain.booths import MANAGER, Site


@pytest.mark.needs("poppler-utils")
def test_the_receipt_of_a_list_says_how_many_two_names_and_when_and_the_second_when_it_went_back() -> None:
    """KOGA-T16-01: a 預り証 with counts, two names and the time, for what comes from the city as for what goes there."""
    site = Site()
    loan = site.do(ReceiveLoan(Paper.LIST, 2, "市民課 森"), MANAGER)
    made = Made("緑センター", False, {MANAGER.person: "高橋 一郎"}, site.at_ms)
    came = words(receipt(site.booth.lent.loans[loan], site.profile, made))
    for fact in ("預-001", "予約の一覧", "市民課森", "高橋一郎", "2025-08-0609:00", "小金井市御中"):
        assert fact in came, fact
    assert "返却" not in came
    site.do(ReturnLoan(loan, 2, "市民課 林"), MANAGER)
    assert "市民課林" in words(receipt(site.booth.lent.loans[loan], site.profile, made))
