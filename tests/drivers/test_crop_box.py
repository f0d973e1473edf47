"""Where a picture is cut: always 35:45, never outside, by the rules wherever the picture has room for them."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drivers.picture.crop_box import HEAD_DMM, SMALLEST_K, TOP_DMM, Head, TooSmall, around, by_hand, lengths_dmm, widest
from drivers.picture.values import Box

sides = st.integers(9 * SMALLEST_K, 12_000)
numbers = st.integers(-20_000, 20_000)


def within(box: Box, width: int, height: int) -> bool:
    return box.left >= 0 and box.top >= 0 and box.left + box.width <= width and box.top + box.height <= height


def fits_the_upload(box: Box) -> bool:
    return box.width * 45 == box.height * 35 and box.width >= 480


@given(sides, sides, numbers, numbers, numbers)
def test_a_cut_is_always_35_by_45_and_never_outside_the_picture(
    width: int, height: int, crown: int, chin: int, middle: int
) -> None:
    box = around(Head(crown, chin, middle), width, height)
    assert within(box, width, height) and fits_the_upload(box)


@given(sides, sides, numbers, numbers, st.integers(1, 20_000), st.integers(1, 20_000))
def test_a_cut_by_hand_is_too(width: int, height: int, left: int, top: int, wide: int, high: int) -> None:
    box = by_hand(Box(left=left, top=top, width=wide, height=high), width, height)
    assert within(box, width, height) and fits_the_upload(box)


@given(sides, sides)
def test_without_a_face_the_cut_is_the_largest_there_is(width: int, height: int) -> None:
    box = widest(width, height)
    assert within(box, width, height) and fits_the_upload(box)
    assert box.width + 7 > width or box.height + 9 > height


@given(sides, sides, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_head_with_room_around_it_is_cut_by_the_rules(
    width: int, height: int, size: float, across: float, down: float
) -> None:
    # heads whose box of 34 mm is inside the picture, anywhere in it
    most = min(height / 45 * 34, width / 35 * 34)
    tall = 460 + size * (most - 460)
    assume(tall <= most)
    mm = tall / 34
    crown = 3 * mm + down * (height - 45 * mm)
    head = Head(crown, crown + tall, 17.5 * mm + across * (width - 35 * mm))
    head_dmm, top_dmm, off_centre_dmm = lengths_dmm(head, around(head, width, height))
    assert HEAD_DMM[0] <= head_dmm <= HEAD_DMM[2]
    assert TOP_DMM[0] <= top_dmm <= TOP_DMM[2]
    assert abs(off_centre_dmm) <= 10


def test_what_a_person_draws_right_is_taken_as_it_is() -> None:
    drawn = Box(left=100, top=50, width=700, height=900)
    assert by_hand(drawn, 2000, 2000) == drawn


@pytest.mark.parametrize("size", [(482, 4000), (4000, 620)])
def test_a_picture_without_room_for_480_px_is_too_small(size: tuple[int, int]) -> None:
    with pytest.raises(TooSmall):
        widest(*size)
