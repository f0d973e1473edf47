"""docs/fault-matrix.md is what the cases produced: no fault without a row, no row without a case."""

from __future__ import annotations

import re

import pytest

from drivers.faults import KINDS, codes, fault
from tests.conftest import ROOT
from tests.hub.site.fault_matrix import HANG, all_rows, cases, page

COMMITTED = (ROOT / "docs" / "fault-matrix.md").read_text(encoding="utf-8")


def test_every_fault_of_every_device_has_one_row_and_no_row_is_of_an_unknown_fault() -> None:
    devices = [code for kind in KINDS for code in (*codes(kind), f"{kind}.{HANG}")]
    assert sorted(code for together in cases() for code in together) == sorted(devices)
    rows = re.findall(r"^\| `([a-z_.]+)` \|", COMMITTED, re.MULTILINE)
    assert rows == [*devices, *codes("picture")]


def test_the_page_says_each_faults_sentence_and_remedy_as_the_table_has_them() -> None:
    for code in (code for kind in (*KINDS, "picture") for code in codes(kind)):
        told = fault(code)
        (row,) = (line for line in COMMITTED.splitlines() if line.startswith(f"| `{code}` |"))
        assert f"| {told.ja} | {told.remedy_ja} |" in row


@pytest.mark.drill  # a minute: every case waits out the five seconds between two entries about one device
async def test_the_page_is_what_all_cases_produce() -> None:
    assert page(await all_rows(cases())) == COMMITTED
