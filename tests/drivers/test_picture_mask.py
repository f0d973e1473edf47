"""What is covered is black in the pixels, whatever the picture's size; what is not is as it was."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.emulators.document_camera import HEIGHT, INK, WIDTH, licence
from drivers.picture.mask import WHOLE, cover, masked
from drivers.picture.unusable import Unusable
from drivers.picture.values import Area


@st.composite
def areas(draw: st.DrawFn) -> Area:
    left, top = draw(st.integers(0, WHOLE - 1)), draw(st.integers(0, WHOLE - 1))
    return Area(left, top, draw(st.integers(1, WHOLE - left)), draw(st.integers(1, WHOLE - top)))


@given(st.integers(1, 90), st.integers(1, 90), st.lists(areas(), max_size=3))
def test_every_pixel_that_an_area_touches_is_black_and_no_other(wide: int, high: int, covered: list[Area]) -> None:
    frame = np.full((high, wide, 3), 200, np.uint8)
    cover(frame, covered)
    for row in range(high):
        for column in range(wide):
            touched = any(
                area.left * wide < (column + 1) * WHOLE
                and (area.left + area.width) * wide > column * WHOLE
                and area.top * high < (row + 1) * WHOLE
                and (area.top + area.height) * high > row * WHOLE
                for area in covered
            )
            assert (frame[row, column] == (0 if touched else 200)).all()


def ink(picture: bytes) -> int:
    pixels = cv2.cvtColor(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return int((np.abs(pixels.astype(int) - INK).max(axis=2) < 60).sum())


@pytest.mark.parametrize("smaller", [1, 4])
def test_the_number_of_the_drawn_licence_is_nowhere_in_what_comes_back(smaller: int) -> None:
    seen = licence(1, smaller)
    assert ink(seen) > 20
    made = masked(seen, [Area(0, 620, 640, 180)])
    assert ink(made.still) == ink(made.preview) == 0


def test_a_masked_picture_is_no_larger_than_a_letter_takes_and_has_no_metadata() -> None:
    noise = np.random.default_rng(7).integers(0, 255, (3000, 4000, 3), np.uint8)
    made = masked(cv2.imencode(".jpg", noise)[1].tobytes(), [])
    with Image.open(io.BytesIO(made.still)) as still, Image.open(io.BytesIO(made.preview)) as preview:
        assert max(still.size) <= 1600 and max(preview.size) <= 480 and not still.getexif()
    assert len(made.still) <= 600_000


def test_what_is_no_picture_is_refused_by_name() -> None:
    with pytest.raises(Unusable):
        masked(b"no picture", [])
    assert (WIDTH, HEIGHT) == (1280, 800)
