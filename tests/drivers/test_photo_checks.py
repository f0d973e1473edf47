"""One portrait, spoiled in one way at a time: each way is told to the applicant, and nothing else is.

The portrait smiles: of every picture of it the mouth is pointed out.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable

import cv2
import msgspec
import numpy as np
import pytest
from PIL import Image

from drivers.emulators.sitter import sitter
from drivers.picture import model_files
from drivers.picture.examine import examine
from drivers.picture.measure import Eyes
from drivers.picture.values import Box, Examined
from hub.domain.photo.points import Measures, judge
from tests.drivers.portraits import (
    ABOVE,
    CROWN_ROW,
    FACE,
    LEFT,
    SCALE,
    SCREEN,
    Pixels,
    before,
    jpeg,
    rotated,
    shape,
    turned,
)

pytestmark = pytest.mark.needs("models")

ALWAYS = {"mouth.open", "worn.look"}


@functools.cache
def eyes() -> Eyes:
    return Eyes(model_files.folder())


@functools.cache
def plain() -> Pixels:
    picture = before()
    picture.setflags(write=False)
    return picture


def said(picture: Pixels) -> set[str]:
    """What is pointed out of a picture, besides what is said of this portrait anyway."""
    measures = examine(jpeg(picture), eyes()).measures
    assert measures is not None
    judged = judge(msgspec.convert(measures, Measures, from_attributes=True))
    return {point.code for point in judged if point.level != "ok"} - ALWAYS


def lit(picture: Pixels, factor: float | np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Pixels:
    return np.clip(picture * factor, 0, 255).astype(np.uint8)


def test_a_good_picture_is_cut_in_the_middle_of_what_the_rules_allow() -> None:
    found = examine(jpeg(plain()), eyes())
    assert found.measures is not None and found.checked
    assert said(plain()) == set()
    assert abs(found.measures.head_dmm - 340) <= 5 and abs(found.measures.top_dmm - 30) <= 3
    assert abs(found.measures.off_centre_dmm) <= 2
    # where the crown is known by eye; a millimetre of the cut picture is a 45th of its height
    crown = found.box.top + found.measures.top_dmm * found.box.height / 450
    assert abs(crown - CROWN_ROW) <= found.box.height / 45


SPOILED: dict[str, tuple[Callable[[], Pixels], set[str]]] = {
    "leaning to her left": (lambda: rotated(plain(), 7), {"tilt.left"}),
    "leaning to her right": (lambda: rotated(plain(), -10), {"tilt.right"}),
    "turned to her left": (lambda: turned(plain(), yaw=27), {"turn.left"}),
    "turned to her right": (lambda: turned(plain(), yaw=-27), {"turn.right"}),
    "chin up": (lambda: turned(plain(), pitch=28), {"nod.up"}),
    "chin down": (lambda: turned(plain(), pitch=-35), {"nod.down"}),
    "out of focus": (lambda: cv2.GaussianBlur(plain(), (0, 0), 3).astype(np.uint8), {"sharp.blurred"}),
    "too little light": (lambda: lit(plain(), 0.4), {"light.dark"}),
    "too much light": (lambda: lit(plain(), 1.4), {"light.bright"}),
    "crown at the edge": (lambda: plain()[CROWN_ROW - 2 * SCALE :], {"margin.little"}),
    "at the left edge": (lambda: plain()[:, FACE[0] - 60 * SCALE :], {"centre.left"}),
    "far away": (lambda: before(scale=2), {"size.small"}),
    "two of them": (lambda: np.hstack([plain(), plain()]), {"face.many"}),
    "nobody": (lambda: np.random.default_rng(4).integers(0, 255, plain().shape, np.uint8), {"face.none"}),
    "a wall lit from one side": (
        lambda: before(np.linspace(140, 250, shape()[1])[None, :, None] * np.ones(shape())),
        {"background.shadow"},
    ),
    "dark glasses": (lambda: with_bar(plain()), {"eyes.covered"}),
}


def with_bar(picture: Pixels) -> Pixels:
    """A black bar over the eyes."""
    covered = picture.copy()
    covered[(95 + ABOVE) * SCALE : (108 + ABOVE) * SCALE, (185 + LEFT) * SCALE : (265 + LEFT) * SCALE] = 10
    return covered


@pytest.mark.parametrize("way", SPOILED)
def test_each_way_to_spoil_it_is_told_and_nothing_else(way: str) -> None:
    make, codes = SPOILED[way]
    assert said(make()) == codes


def test_light_from_one_side_is_told() -> None:
    shade = np.linspace(1, 0.25, plain().shape[1])[None, :, None]
    told = said(lit(plain(), np.clip((shade - 0.55) * 2.5 + 0.6, 0.3, 1)))
    assert "light.one_side" in told and told <= {"light.one_side", "background.shadow"}


@pytest.mark.parametrize("width", [6, 20])
def test_things_and_patterns_behind_her_are_told(width: int) -> None:
    stripes = np.where(np.arange(shape()[1]) // width % 2, 120.0, 230.0)[None, :, None] * np.ones(shape())
    assert said(before(stripes)) in ({"background.shadow"}, {"background.things"})


def test_a_small_face_in_a_large_frame_is_found() -> None:
    small = np.pad(before(room=(600, 400, 300)), ((0, 0), (0, 1600), (0, 0)), constant_values=SCREEN)
    assert said(small) == set()


def test_a_person_may_cut_it_otherwise_and_the_measures_say_what_came_of_it() -> None:
    automatic = examine(jpeg(plain()), eyes())
    wider = Box(
        left=automatic.box.left - 100,
        top=automatic.box.top - 130,
        width=automatic.box.width + 200,
        height=automatic.box.height + 260,
    )
    found = examine(jpeg(plain()), eyes(), wider)
    assert found.measures is not None and found.measures.head_dmm < 320


@pytest.mark.parametrize("shot", range(7))  # the head has seven widths
def test_the_sitter_of_a_rehearsal_passes(shot: int) -> None:
    assert said(np.asarray(sitter(shot))) == set()


def pixels(found: Examined) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    with Image.open(io.BytesIO(found.upload)) as image:
        return np.asarray(image, np.float64)


def test_nothing_in_the_picture_is_changed_but_its_edges_and_its_size() -> None:
    found = examine(jpeg(plain()), eyes())
    box = found.box
    original = plain()[box.top : box.top + box.height, box.left : box.left + box.width]
    kept = pixels(found)
    assert kept.shape == original.shape
    assert np.abs(kept - original).mean() < 2 and np.abs((kept - original).mean(axis=(0, 1))).max() < 0.3


def test_the_same_picture_gives_the_same_measures_however_many_megapixels_it_has() -> None:
    once, larger = (examine(jpeg(before(scale=scale)), eyes()).measures for scale in (3, 6))
    assert once is not None and larger is not None
    for name, most in [("head_dmm", 3), ("roll_ddeg", 6), ("sharpness", 10), ("brightness", 3)]:
        assert abs(getattr(once, name) - getattr(larger, name)) <= most, name
