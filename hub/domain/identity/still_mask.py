"""Where a number can stand on a paper: what a still is covered over before it leaves the picture's own process.

A paper is laid so that it fills the frame's marks; an area is in parts per thousand of the picture, with room for a
paper that lies a little askew. The areas here are Demado's own; a contract's profile replaces or adds classes. A class
that is not in the list is not photographed at all: nobody has said where its number stands.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

FACE = "face"
"""The subject that is no paper: the applicant before the camera. Nothing is covered, and no paper may be in the picture."""

WHOLE = 1000
"""Parts of a picture's width, and of its height."""

Part = Annotated[int, Meta(ge=0, le=WHOLE)]


class Area(Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """A rectangle to cover: left, top, width and height in parts per thousand of the picture."""

    left: Part
    top: Part
    width: Part
    height: Part


class Mask(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is covered on one class of paper, and how it is to be laid."""

    paper: Annotated[str, Meta(min_length=1, max_length=46)]
    """The class as the booth names it."""
    lay: Annotated[str, Meta(min_length=1, max_length=46)]
    lay_en: Annotated[str, Meta(min_length=1, max_length=46)]
    areas: Annotated[tuple[Area, ...], Meta(min_length=1)]


def _mask(paper: str, lay: str, lay_en: str, *areas: tuple[int, int, int, int]) -> Mask:
    return Mask(paper=paper, lay=lay, lay_en=lay_en, areas=tuple(Area(*area) for area in areas))


MASKS = (
    # A licence's own number has twelve digits and stands below the fields: who reads the still cannot tell it apart.
    _mask("運転免許証", "表を上に、枠いっぱいに", "front up, filling the frame", (0, 620, 640, 180)),
    _mask(
        "旅券（パスポート）",
        "写真の頁を、枠いっぱいに",
        "the page with the photo",
        (560, 0, 440, 220),  # the passport's number
        (0, 760, 1000, 240),  # the lines that machines read repeat it
    ),
    _mask("在留カード等", "表を上に、枠いっぱいに", "front up, filling the frame", (540, 0, 460, 190)),
    # The 個人番号 is on the back, which is never laid; the code at the front's lower right unlocks nothing but is covered.
    _mask("個人番号カード", "表だけ。裏は決して写さない", "front only, never the back", (640, 760, 360, 240)),
    _mask(
        "資格確認書等",
        "表を上に、枠いっぱいに",
        "front up, filling the frame",
        (0, 120, 1000, 240),  # 記号・番号: nobody but the insurer may ask for them
        (0, 780, 1000, 220),  # 保険者番号
    ),
    _mask("年金手帳・年金証書", "氏名の頁を、枠いっぱいに", "the page with the name", (0, 250, 1000, 300)),
    _mask("学生証・社員証", "表を上に、枠いっぱいに", "front up, filling the frame", (0, 740, 1000, 260)),
)
