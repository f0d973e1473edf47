"""Numbers on paper: each once, with the day on it, for every contract's lanes."""

import re
import subprocess

import pytest

from hub.documents.paper_numbers import paper_numbers
from hub.domain.contracts.reading import load_profile, shipped

AT_MS = 1_754_438_400_000


def words(document: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.needs("poppler-utils")
@pytest.mark.parametrize("contract", shipped())
def test_each_number_is_on_paper_once_with_its_day_and_the_lanes_to_tick(contract: str) -> None:
    profile = load_profile(contract)
    text = words(paper_numbers(profile, "2025-08-06", 1, 20, training=False, at_ms=AT_MS))
    found = re.findall(r"(?<!\d)P-(\d\d)(?!\s*(?:から|　作成))", text.replace("P-01 から P-20", ""))
    assert sorted(map(int, found)) == list(range(1, 21))
    assert text.count("令和7年8月6日") == 20
    squeezed = "".join(text.split())
    assert all(f"□{lane.prefix}" in squeezed for lane in profile.lanes) and "訓練" not in text


@pytest.mark.needs("poppler-utils")
def test_a_practice_number_says_so_on_every_piece() -> None:
    text = words(paper_numbers(load_profile("koganei"), "2025-08-06", 5, 7, training=True, at_ms=AT_MS))
    assert text.count("【訓練】") == 4, "the title's and each number's"


@pytest.mark.parametrize(("first", "last"), [(0, 5), (5, 4), (90, 100)])
def test_numbers_outside_the_block_are_not_printed(first: int, last: int) -> None:
    with pytest.raises(ValueError):
        paper_numbers(load_profile("koganei"), "2025-08-06", first, last, training=False, at_ms=AT_MS)
