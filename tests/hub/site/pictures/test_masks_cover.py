"""What the contract's masks cover, measured: papers are drawn with a number where the real ones have it, and laid askew."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from drivers.fonts import face
from drivers.picture.mask import masked
from drivers.picture.values import Area
from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.identity.city_check import CityCheck

WIDTH, HEIGHT = 1280, 800
INK = (200, 20, 20)
"""Of the numbers and of nothing else."""

PLACES: dict[str, tuple[tuple[float, float, float, str], ...]] = {
    # left end and baseline in parts of the paper, height of a digit in parts of the paper's height, what stands there
    "運転免許証": ((0.04, 0.74, 0.07, "第 123456789018 号"),),
    "在留カード等": ((0.60, 0.12, 0.06, "AB12345678CD"),),
    "旅券（パスポート）": (
        (0.64, 0.14, 0.06, "TR1234567"),
        (0.03, 0.86, 0.05, "P<JPNMIHON<<HANAKO<<<<<<<<<"),
        (0.03, 0.95, 0.05, "TR1234567<8JPN0001018F12345"),
    ),
    "個人番号カード": ((0.72, 0.90, 0.06, "1234"),),
    "資格確認書等": ((0.05, 0.30, 0.06, "記号 12345678 番号 901"), (0.05, 0.92, 0.06, "保険者番号 12345678")),
}
"""Where these papers have what nobody may read off a still: on their printed faces, as their makers publish them."""

ASKEW = ((0.0, 0, 0), (1.0, 6, 4), (-1.0, -6, -4))
"""Degrees and pixels by which a paper lies off the frame's marks, as hands lay it."""


def laid(paper: str, degrees: float, right: int, down: int) -> bytes:
    """The paper before the camera, as a JPEG."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (236, 240, 232))
    pen, words = ImageDraw.Draw(picture), face(bold=True)
    words.draw(pen, (100, 460), "訓練 見本 花子", 60, fill=(20, 20, 20))
    for left, baseline, high, number in PLACES[paper]:
        words.draw(pen, (int(left * WIDTH), int(baseline * HEIGHT)), number, int(high * HEIGHT), fill=INK)
    turned = picture.rotate(degrees, Image.Resampling.BICUBIC, translate=(right, down), fillcolor=(90, 90, 90))
    made = io.BytesIO()
    turned.save(made, "JPEG", quality=92)
    return made.getvalue()


def inked(jpeg: bytes) -> int:
    """Pixels that have the colour of a number."""
    pixels = cv2.cvtColor(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return int((np.abs(pixels.astype(int) - INK).max(axis=2) < 90).sum())


@pytest.mark.parametrize("laying", ASKEW)
@pytest.mark.parametrize("paper", PLACES)
def test_no_pixel_of_a_number_is_left_under_the_mask_of_its_paper(paper: str, laying: tuple[float, int, int]) -> None:
    mask = CityCheck().mask(paper)
    assert mask is not None
    seen = laid(paper, *laying)
    assert inked(seen) > 200
    made = masked(seen, [Area(one.left, one.top, one.width, one.height) for one in mask.areas])
    assert inked(made.still) == inked(made.preview) == 0


def test_no_shipped_contract_covers_less_than_was_measured_here() -> None:
    for contract in shipped():
        check = load_profile(contract).city_check
        assert {paper: check.mask(paper) for paper in PLACES} == {paper: CityCheck().mask(paper) for paper in PLACES}
