"""What a contract leaves open is said before the service starts."""

import pytest

from hub.domain.contracts.reading import load_profile
from hub.domain.contracts.unsettled import unsettled


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        ("nagaoka", "協議未了：日次報告書 期限"),
        ("nagaoka", "協議未了：月次業務完了報告書 期限"),
        ("nagaoka", "別紙1"),
        ("chiba", "別記「個人情報取扱特記事項」 未収録"),
    ],
)
def test_an_annex_that_is_missing_and_a_date_that_is_not_agreed_are_named(contract: str, words: str) -> None:
    """NAGA-9-02, NAGA-4-01, CHIB-2.10-01: each by its name, with 未収録 or 協議未了."""
    assert any(words in said for said in unsettled(load_profile(contract)))
