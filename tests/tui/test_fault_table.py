"""Every fault of every room has its own code, speaks both languages, says what to do, and stands in docs/faults.md."""

from collections import Counter
from pathlib import Path

from tui.fault_table import faults, table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"


def test_the_committed_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(), "run: python -m tui.fault_table docs/faults.md"


def test_no_two_faults_share_a_code_but_one_and_its_narrower_kinds() -> None:
    for code, count in Counter(kind.code for kind in faults()).items():
        shared = [kind for kind in faults() if kind.code == code]
        widest = min(shared, key=lambda kind: len(kind.__mro__))
        assert count == 1 or all(issubclass(kind, widest) for kind in shared), (code, shared)


def test_every_fault_speaks_both_languages_and_says_what_to_do() -> None:
    for kind in faults():
        assert all((kind.ja, kind.en, kind.todo_ja, kind.todo_en)), kind
        assert not kind.ja.isascii() and not kind.todo_ja.isascii(), kind
        assert kind.en.isascii() and kind.todo_en.isascii(), kind
