"""The page for the photo printer, measured as it will lie on paper: 300 dpi, so that a px is 0.0847 mm."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from drivers.picture.sheet import page
from drivers.picture.unusable import Unusable
from drivers.picture.values import SheetLabel
from tests.drivers.portraits import jpeg

Ints = NDArray[np.int64]

MM = 25.4 / 300
RED = np.full((1620, 1260, 3), (200, 30, 30), np.uint8)


def sheet(copies: int = 4, *, training: bool = False, number: str = "A-019", city: str = "小金井市") -> Ints:
    """The page with red pictures on it, so that their edges are seen."""
    made = page(jpeg(RED, subsampling=0), SheetLabel(number=number, city=city, training=training, copies=copies))
    with Image.open(io.BytesIO(made)) as image:
        return np.asarray(image).astype(np.int64)


def red(paper: Ints) -> NDArray[np.bool_]:
    return np.asarray((paper[..., 0] > 150) & (paper[..., 1] < 90))


def runs(line: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where stretches of true begin, and how long they are."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], line, [False]]).astype(np.int8)))
    return [(int(start), int(end - start)) for start, end in zip(steps[::2], steps[1::2], strict=True)]


def test_each_picture_is_35_by_45_mm_on_paper() -> None:
    found = red(sheet())
    columns, rows = runs(found.any(axis=0)), runs(found.any(axis=1))
    assert len(columns) == 2 and len(rows) == 2
    for _, width in columns:
        assert abs(width * MM - 35) <= 0.2
    for _, height in rows:
        assert abs(height * MM - 45) <= 0.2
    # whole: nothing is drawn on a picture, and the printer's lost edge of 3 mm is far from it
    assert found.sum() == sum(width for _, width in columns) * sum(height for _, height in rows)
    assert min(columns[0][0], rows[0][0], 1050 - sum(columns[1]), 1500 - sum(rows[1])) * MM > 6


@pytest.mark.parametrize("copies", [1, 2, 3, 4])
def test_there_are_as_many_pictures_as_were_asked_for(copies: int) -> None:
    assert abs(red(sheet(copies)).sum() * MM * MM / (35 * 45) - copies) < 0.01


def test_cut_marks_stand_in_line_with_each_edge() -> None:
    paper = sheet(1)
    dark = paper.sum(axis=2) < 150
    (left, width), (top, height) = runs(red(paper).any(axis=0))[0], runs(red(paper).any(axis=1))[0]
    for x in (left, left + width - 1):
        assert dark[top - 15, x] and dark[top + height + 15, x]
    for y in (top, top + height - 1):
        assert dark[y, left - 15] and dark[y, left + width + 15]


def test_training_is_seen_on_the_page_and_only_there() -> None:
    practice, real = (sheet(training=training)[:85].sum(axis=2) < 150 for training in (True, False))
    assert practice.mean() > 0.4 and real.mean() < 0.01


def test_the_number_is_on_it_and_the_line_for_the_name_is_empty() -> None:
    one, other = sheet(number="A-019"), sheet(number="B-777")
    different = (one != other).any(axis=2)
    assert different[1280:1350].any() and not different[:1280].any() and not different[1360:].any()
    # to the right of 「氏名」 there is a line and nothing on it
    assert (one[1360:1415, 200:960] == 255).all()


def test_a_long_name_of_a_city_stays_on_the_page() -> None:
    paper = sheet(number="優先-1024", city="鹿児島県大島郡瀬戸内町加計呂麻島出張所")
    assert (paper[1270:1360, 1000:] == 255).all()


def test_half_a_picture_is_never_put_on_a_page() -> None:
    whole = jpeg(np.random.default_rng(2).integers(0, 255, (900, 700, 3), np.uint8))
    with pytest.raises(Unusable) as damaged:
        page(whole[: len(whole) // 2] + b"\xff\xd9", SheetLabel(number="A-019", city="小金井市"))
    assert damaged.value.code == "picture.damaged"
