"""The report on an incident: the record's facts stand in it, what people must say is left blank, same data same bytes."""

from __future__ import annotations

import subprocess

import pytest

from hub.documents.incident_report import incident_report
from hub.documents.pdf import Unprintable
from hub.documents.setting import Made
from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.incident.category import Category
from hub.domain.incident.incident import Fact, Incident

AT_MS = 1_754_438_400_000
"""2025-08-06 09:00 in Japan."""
MADE = Made("緑センター", False, {"staff-2": "佐藤 花子"}, AT_MS + 3_600_000)


def held(text: str = "封筒が1通たりない", category: Category = Category.PAPERS) -> Incident:
    fact = Fact(text, AT_MS + 60_000, "staff-2")
    return Incident(
        812, "J-001", category, AT_MS, AT_MS, "staff-2", ("2025-08-06/A-019",), (fact,), AT_MS, "市民課 電話"
    )


def words(document: bytes) -> str:
    """Its text as poppler reads it, without the spaces and line ends that a table's cells add."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


@pytest.mark.needs("poppler-utils")
@pytest.mark.parametrize("contract", shipped())
@pytest.mark.parametrize("category", [Category.PAPERS, Category.COMPLAINT])
def test_every_contract_gets_its_report_with_the_facts_in_it(contract: str, category: Category) -> None:
    # NIIG-11-07, AOMO-5.9-03, NAGA-14-02, KOGA-T18-01, KOGA-T19-01
    profile = load_profile(contract)
    text = words(incident_report(held(category=category), profile, MADE))
    for fact in (
        "J-001",
        "2025-08-06/A-019",
        "封筒が1通たりない",
        "佐藤花子",
        "市民課電話",
        "緑センター",
        "令和7年8月6日",
    ):
        assert fact in text, fact
    for asked in profile.incident.contents if profile.incident else ():
        assert asked in text
    assert profile.source.city in text and "訓練" not in text


@pytest.mark.needs("poppler-utils")
def test_niigatas_third_day_is_said_with_the_holiday_that_it_is() -> None:
    # NIIG-11-07
    friday = AT_MS - 362 * 86_400_000  # 2024-08-09
    one = Incident(1, "J-001", Category.PAPERS, friday, friday, "x")
    assert "8月12日（閉庁日）まで" in words(incident_report(one, load_profile("niigata"), MADE))


def test_the_same_data_is_the_same_document() -> None:
    profile = load_profile("koganei")
    assert incident_report(held(), profile, MADE) == incident_report(held(), profile, MADE)


def test_a_character_that_no_font_has_is_said_and_never_becomes_a_box() -> None:
    with pytest.raises(Unprintable):
        incident_report(held("ᠠᠡ"), load_profile("koganei"), MADE)
