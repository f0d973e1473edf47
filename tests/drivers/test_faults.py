"""The table of faults: every code has sentences that staff can act on and that fit their line."""

from __future__ import annotations

import unicodedata

import pytest

from drivers.device import DeviceState
from drivers.faults import KINDS, PARTS, codes, fault

ALL = [code for kind in (*KINDS, *PARTS) for code in codes(kind)]


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


@pytest.mark.parametrize("code", ALL)
def test_every_fault_has_sentences_that_fit_the_terminals_line(code: str) -> None:
    made = fault(code)
    assert made.code == code
    assert made.en and "{" not in made.ja + made.en + made.remedy_ja
    # screens.md section 4: at most 38 full-width characters
    assert 0 < cells(made.ja) <= 76 and 0 < cells(made.remedy_ja) <= 76


@pytest.mark.parametrize("kind", [*KINDS, *PARTS])
def test_only_a_missing_device_is_absent(kind: str) -> None:
    absent = [code for code in codes(kind) if fault(code).state is DeviceState.ABSENT]
    assert absent == [f"{kind}.absent"]


def test_an_unknown_fault_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"ticket\.paper_out"):
        fault("ticket.papre_out")
