"""A hub that is not believed, as it reads on a screen of 80 cells: what happened, how much, who holds it, what to do."""

from __future__ import annotations

import pytest

from hub.client.proof.divergence import Divergence, RecordForked, RecordRolledBack
from hub.client.proof.witness import ShownLess
from hub.replay.faults import RuleRefuses, UnknownRules
from sync.errors import SyncError
from tui.cells import line_width
from tui.distrust import banner, rows
from tui.words import Tongue

RESTORED = Divergence(held=10_096, shown=10_065, common=10_065, common_ms=1_754_456_520_000, kept=10_096)
FORKED = Divergence(held=1_096, shown=1_070, common=1_065, common_ms=1_754_456_520_000, kept=1_000)

PROBLEMS = [
    RecordRolledBack(divergence=RESTORED),
    RecordForked(divergence=FORKED),
    RecordForked(what="a snapshot"),
    RuleRefuses(index=12, rule="role.city_only", person="staff-1", kind="identity.decide"),
    ShownLess(held=120, shown=89),
    UnknownRules(index=3, kind="ticket.issue", program="0.2.0", here="0.1.0", finds="replay.other_events"),
]


def text(problem: SyncError, language: str = "ja", *, desk: bool = False) -> str:
    shown = rows(Tongue(language), problem, True, managers="管理 花子", desk=desk)
    return "\n".join("".join(span.text for span in row) for row in shown)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("desk", [False, True])
def test_every_row_fits_80_cells_and_the_page_18_rows(problem: SyncError, language: str, desk: bool) -> None:
    t = Tongue(language)
    shown = rows(t, problem, True, others="別の端末 10096件・事務局 10000件", managers="管理 花子", desk=desk)
    assert len(shown) <= 18 and max(map(line_width, shown)) <= 80
    assert line_width(banner(t, problem, 80)) <= 80


def test_a_restored_card_says_since_when_how_many_are_missing_and_who_holds_them() -> None:
    shown = text(PROBLEMS[0])
    assert "14:02" in shown and "31件" in shown and "（すべて）" in shown
    assert "demado recover" in shown and "管理 花子" in shown
    english = text(PROBLEMS[0], "en")
    assert "restored to 14:02" in english and "31 entries" in english


def test_another_history_says_what_stands_in_place_of_what_is_gone() -> None:
    shown = text(PROBLEMS[1])
    assert "別の記録に置きかわっています" in shown and "代わりに別の5件" in shown and "1000件" in shown


def test_an_entry_that_the_rules_refuse_is_named_with_the_rule_and_the_person() -> None:
    shown = text(PROBLEMS[3])
    assert "role.city_only" in shown and "staff-1" in shown and "index=12" in shown


def test_another_version_of_the_program_is_called_that_and_both_versions_are_named() -> None:
    shown = text(PROBLEMS[5])
    assert "版（プログラム）が違います" in shown and "program=0.2.0" in shown and "here=0.1.0" in shown
    assert PROBLEMS[5].todo_ja in shown, "what to do stands there whole"
    assert PROBLEMS[5].todo_en in text(PROBLEMS[5], "en")


def test_the_city_is_told_to_decide_nothing_and_how_many_entries_are_missing() -> None:
    shown = text(PROBLEMS[4], desk=True)
    assert "31件が足りません" in shown and "決定と書類の受領をやめる" in shown
