"""What is said of a photo: every rule's edge, nothing about a face that is not there, sentences that can be read."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.picture import values
from hub.domain.photo.points import Measures, blocking, judge
from hub.domain.photo.subjects import SUBJECTS, Finding
from hub.domain.photo.table import MEASURES, table

GOOD = Measures(
    faces=1,
    head_dmm=340,
    top_dmm=30,
    sharpness=70,
    brightness=160,
    light_permille=900,
    eye_light_permille=950,
    eyes_permille=95,
    mouth_permille=15,
)
FINDINGS = [finding for subject in SUBJECTS for finding in subject.findings]
NAMES = [field.name for field in msgspec.structs.fields(Measures)]


def failed(measures: Measures) -> list[str]:
    """Codes of what was found, without what a person always looks for."""
    return [point.code for point in judge(measures) if point.level != "ok" and point.code != "worn.look"]


def with_value(name: str, value: int) -> Measures:
    return msgspec.structs.replace(GOOD, **{name: value})


def test_a_good_photo_has_nothing_said_but_that_a_person_looks_at_what_is_worn() -> None:
    assert failed(GOOD) == []
    assert [point.code for point in judge(GOOD)][-1] == "worn.look"


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.code)
def test_each_rule_fails_just_outside_its_number_and_alone(finding: Finding) -> None:
    # CHIB-2.2-09
    edge, step = (finding.least, -1) if finding.least is not None else (finding.most, 1)
    assert edge is not None
    assert finding.code not in failed(with_value(finding.of, edge))
    assert failed(with_value(finding.of, edge + step)) == [finding.code]


def test_the_published_size_blocks_and_what_we_only_suppose_never_does() -> None:
    for name, value in [("head_dmm", 319), ("head_dmm", 361), ("top_dmm", 19), ("top_dmm", 41), ("faces", 2)]:
        assert blocking(judge(with_value(name, value)))
    for name in ("sharpness", "brightness", "light_permille", "eyes_permille", "eye_light_permille"):
        assert failed(with_value(name, 0)) and not blocking(judge(with_value(name, 0)))
    assert not blocking(judge(with_value("mouth_permille", 1000)))


def test_without_a_face_nothing_else_is_said() -> None:
    assert [point.code for point in judge(Measures(faces=0))] == ["face.none"]


def test_checks_that_are_off_are_said_and_block_nothing() -> None:
    points = judge(None)
    assert [point.code for point in points] == ["checks.off", "worn.look"]
    assert blocking(points) == ()


@given(st.builds(Measures, **{name: st.integers(-10_000, 10_000) for name in NAMES}))
def test_any_numbers_give_one_point_a_subject_and_the_same_ones_again(measures: Measures) -> None:
    points = judge(measures)
    assert points == judge(measures)
    assert len({point.title_ja for point in points}) == len(points)
    assert len(points) == (len(SUBJECTS) + 1 if measures.faces else 1)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.code)
def test_every_sentence_fits_its_line_and_asks_for_one_thing(finding: Finding) -> None:
    cells = sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in finding.ja)
    assert cells <= 76 and finding.ja.endswith("。") and finding.ja.count("。") <= 2
    assert finding.en.endswith(".")


def test_the_measures_are_those_that_the_hubs_devices_send() -> None:
    assert NAMES == [field.name for field in msgspec.structs.fields(values.Measures)]


def test_the_page_in_docs_is_current_and_tells_every_measure() -> None:
    page = Path(__file__).resolve().parents[4] / "docs" / "photo.md"
    assert page.read_text(encoding="utf-8") == table()
    assert list(MEASURES) == NAMES
