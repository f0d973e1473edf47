"""The sheet that tries a photo printer out: a frame to be measured and bars to be looked at, and nobody's face.

Same paper and same way as a real sheet (page.py): where this frame measures 35 x 45 mm, pictures do too.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw

from drivers.fonts import face

DPI: Final = 300
PAGE: Final = (1050, 1500)
"""L size; px."""
FRAME: Final = (413, 531)
"""35 x 45 mm."""

_LEFT: Final = 130  # 11 mm: a borderless printer may lose 3 mm at the edges
_TOP: Final = 330
_RULE_MM: Final = 65  # as much of a ruler as the paper's 88.9 mm have room for
_BLACK: Final = (0, 0, 0)
_WHITE: Final = (255, 255, 255)
_INKS: Final = ((0, 174, 239), (236, 0, 140), (255, 242, 0), _BLACK)
"""Cyan, magenta, yellow, black: one that is missing or striped is an ink that runs out or a nozzle that is blocked."""


def page(city: str, at: str, training: bool) -> bytes:
    """A PNG of 1050 x 1500 px. `at`: when it was asked for, as people read it."""
    paper = Image.new("RGB", PAGE, _WHITE)
    draw = ImageDraw.Draw(paper)
    if training:
        draw.rectangle((0, 30, PAGE[0], 84), fill=_BLACK)
        face(bold=True).draw(draw, (PAGE[0] // 2, 72), "訓練 TRAINING", 42, fill=_WHITE, anchor="m")
    face(bold=True).draw(draw, (_LEFT, 190), "印刷の試し TEST", 64, fill=_BLACK)
    face().draw(draw, (_LEFT, 245), f"{city} 出張窓口　{at}", 30, fill=_BLACK)
    right, bottom = _LEFT + FRAME[0] - 1, _TOP + FRAME[1] - 1
    draw.rectangle((_LEFT, _TOP, right, bottom), outline=_BLACK, width=2)
    face().draw(draw, (_LEFT + 40, _TOP + 250), "横 35 mm", 40, fill=_BLACK)
    face().draw(draw, (_LEFT + 40, _TOP + 310), "縦 45 mm", 40, fill=_BLACK)
    for number, ink in enumerate(_INKS):
        top = _TOP + number * 133
        draw.rectangle((right + 70, top, right + 380, top + 110), fill=ink, outline=_BLACK)
    _ruler(draw, 1010)
    for row, words in enumerate(
        (
            "ものさしで枠をはかり、横35・縦45 mm（±0.2）か見る",
            "4つの色に、かすれ・すじ・ずれがないか見る",
            "見たら画面6で答える。この紙は捨ててよい",
        )
    ):
        face(bold=True).draw(draw, (_LEFT, 1210 + row * 60), words, 30, fill=_BLACK)
    out = io.BytesIO()
    paper.save(out, "PNG", dpi=(DPI, DPI), compress_level=1)
    return out.getvalue()


def _ruler(draw: ImageDraw.ImageDraw, top: int) -> None:
    """Millimetres, longer at each fifth, with a number at each tenth."""
    for mm in range(_RULE_MM + 1):
        x = _LEFT + round(mm * DPI / 25.4)
        draw.line((x, top, x, top + (50 if mm % 10 == 0 else 35 if mm % 5 == 0 else 20)), fill=_BLACK, width=2)
        if mm % 10 == 0:
            face().draw(draw, (x, top + 90), str(mm), 30, fill=_BLACK, anchor="m")
