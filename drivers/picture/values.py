"""What the studio takes and gives: a box in a picture, what was measured, the cut picture, what a sheet says."""

from __future__ import annotations

import msgspec


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle in the upright picture (as its EXIF says it is held), in its own px; `left`, `top` from 0."""

    left: int
    top: int
    width: int
    height: int


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen in the picture. Lengths are in the cut picture of 35 x 45 mm, in 0.1 mm; angles in 0.1 degree.

    Without a face (`faces` 0) everything else is 0. hub/domain/photo/points.py says what the numbers mean.
    """

    faces: int
    head_dmm: int = 0
    """Crown to chin."""
    top_dmm: int = 0
    """Crown to the upper edge; negative where the crown is cut off."""
    off_centre_dmm: int = 0
    """The face's middle from the picture's, positive to the right."""
    roll_ddeg: int = 0
    """Head leaning, positive clockwise."""
    yaw_ddeg: int = 0
    """Head turned, positive to the picture's right."""
    pitch_ddeg: int = 0
    """Head raised (positive) or lowered."""
    sharpness: int = 0
    """Variance of the Laplacian of the face at 60 px between the eyes, as if the face were of middle brightness."""
    brightness: int = 0
    """Mean of the face's grey, 0-255."""
    dark_permille: int = 0
    """Of the face: so dark that nothing is seen in it."""
    bright_permille: int = 0
    """Of the face: burnt out."""
    light_permille: int = 0
    """The darker half of the face to the brighter, of their mean grey; 1000: the same."""
    background_spread: int = 0
    """Standard deviation of the background's lightness, 0-255, in tenths."""
    background_edges: int = 0
    """Mean gradient of the background's lightness, in tenths: lines, folds, things."""
    eye_light_permille: int = 0
    """How bright the band of the eyes is to the whole face."""
    eyes_permille: int = 0
    """The lids' gap of the less open eye, in thousandths of the way from eyes to chin."""
    mouth_permille: int = 0
    """The lips' gap, likewise."""


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """A picture cut to 35 x 45 mm. Only `upload` needs to be kept; with `whole` a person chooses another box."""

    upload: bytes
    """JPEG, RGB, without metadata: 480-6000 px a side, 20 KB-7 MB."""
    preview: bytes
    """The same as a small JPEG, longest side at most 480 px."""
    whole: bytes
    """The uncut picture, upright, as a small JPEG, longest side at most 480 px."""
    width: int
    """Of the uncut upright picture, px: what `box` is measured in."""
    height: int
    box: Box
    measures: Measures | None
    """None where the checks are off: nobody looked."""
    checked: bool


class Area(msgspec.Struct, frozen=True, array_like=True):
    """What is covered: left, top, width and height in parts per thousand of the upright picture."""

    left: int
    top: int
    width: int
    height: int


class Masked(msgspec.Struct, frozen=True, kw_only=True):
    """A picture whose covered areas are black in the pixels themselves."""

    still: bytes
    """JPEG without metadata, longest side at most 1600 px, at most 600 kB."""
    preview: bytes
    """The same, longest side at most 480 px."""


MOST_COPIES = 4
"""Pictures that a page of L size has room for."""


class SheetLabel(msgspec.Struct, frozen=True, kw_only=True):
    """What is written on a sheet beside the pictures; the applicant's name never is."""

    number: str
    city: str
    training: bool = False
    again: bool = False
    """Printed a second time: marked 再."""
    copies: int = 4
    """Pictures on the page, 1 to MOST_COPIES."""
