"""Measures a face and what is behind it: where the head is in the whole frame, and how the cut picture came out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture import faces as f
from drivers.picture.beside import BESIDE
from drivers.picture.crop_box import Head, lengths_dmm
from drivers.picture.decode import Pixels
from drivers.picture.outline import Mask, Outline
from drivers.picture.values import Box, Measures

CHIP_EYES: Final = 60
"""Px between the eyes in the patch that sharpness and light are measured on: 150 dpi of the printed picture. Finer
than that nobody sees in 35 mm, and a measure must not depend on the camera's megapixels."""

# The cut picture is looked at 350 px wide, a tenth of a millimetre each: 90 px between the eyes.
_LOOKED_AT: Final = (350, 450)

# Width and height of that patch, and where the middle between the eyes is in it.
_CHIP: Final = (160, 200)
_CHIP_EYES_AT: Final = np.array((80.0, 75.0))

# Middle grey, to which sharpness is normalised: in a dark picture every edge is small.
_MIDDLE: Final = 128.0

# The crown is where the outline begins above the forehead. Between eyes and chin is `t`: a crown less than 1.6 t above
# the chin is a bald mistake of the outline, one more than 2.5 t above is hair standing up or a thing behind; the rule
# then estimates the head (most are 2 t high).
_LEAST_HEAD, _USUAL_HEAD, _MOST_HEAD = 1.6, 2.0, 2.5

# Of a face held straight the mesh's forehead is before its chin by this angle. From one portrait: pitch is rough.
_STRAIGHT_DEG: Final = 11.0

# The outline is looked at in a square around the eyes: on each side twice the side of the box that the face was first
# seen in, two and a third to nearly three times the way from eyes to chin. That holds what will be cut (45 mm high, with
# that way 17 mm) and is seen in thirds of a millimetre. The eyes are a quarter of the box's side above its middle.
_AROUND: Final = 2.0
_EYES_ABOVE: Final = 0.25

_ENOUGH_BACKGROUND: Final = 500
"""Px of 157,500: less says nothing about a wall."""

_WIDE: Final = 9
"""Px: of what is surely not the person, what is nearer than half of that to her outline or her chin's row is left out."""

_PERSON: Final = 0.5
_SURELY_NOT: Final = 0.2


class Outlined(NamedTuple):
    """How much each px is the person, 0-1, in a square of the frame that begins at this column and row."""

    mask: Mask
    left: int
    top: int


class Seen(NamedTuple):
    """A face in a frame (px of that frame): its head, the points of its mesh, how many faces there are, its outline."""

    head: Head
    points: f.Points
    faces: int
    outline: Outlined


class Eyes:
    """The networks that look; one frame is RGB, height x width x 3."""

    def __init__(self, where: Path) -> None:
        """Loads the models in this folder; OSError or WrongModel where one is missing or another."""
        self._finder = f.Finder(where)
        self._outline = Outline(where)

    def look(self, frame: Pixels) -> Seen | None:
        """The largest face in the frame, or None where there is none."""
        for glimpses in (self._finder.in_whole, self._finder.in_parts):
            seen = glimpses(frame)
            if not seen:
                continue
            # The outline takes as long as the points of a face: of the largest that is seen both are found at once.
            likely = max(seen, key=lambda one: one.side)
            outlining = BESIDE.submit(self._around, frame, likely)
            found = self._finder.faces_at(frame, seen)
            outline = outlining.result()
            if not found:
                continue
            points = found[0].points
            if found[0].first is not likely:
                outline = BESIDE.submit(self._around, frame, found[0].first).result()
            middle = float(points[[f.FOREHEAD, 168, f.CHIN], 0].mean())
            head = Head(_crown(points, outline), float(points[f.CHIN, 1]), middle)
            return Seen(head, points, len(found), outline)
        return None

    def measure(self, seen: Seen, cut: Pixels, box: Box, scale: float) -> Measures:
        """What is said of the cut picture. `scale`: px of the uncut picture, in which `box` is, to one of `seen`."""
        behind = _in_box(seen.outline, box, scale)
        head = Head(*(value * scale for value in seen.head))
        head_dmm, top_dmm, off_centre_dmm = lengths_dmm(head, box)
        points = seen.points.copy() * scale
        # Averaged, so that grain is neither sharpness nor an uneven wall.
        small = cv2.resize(cut, _LOOKED_AT, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        points[:, :2] = (points[:, :2] - (box.left, box.top)) * (small.shape[0] / box.height)
        roll, yaw, pitch = _angles(points)
        chip, face = _chip(small, points, roll)
        inside = chip[face > 0]
        spread, edges = _background(small, behind, round(float(points[f.CHIN, 1])))
        t = float(np.linalg.norm(points[f.CHIN, :2] - _between_eyes(points)))
        gap = [float(np.linalg.norm(points[a, :2] - points[b, :2])) / t for a, b in (*f.LIDS, f.LIPS)]
        return Measures(
            faces=seen.faces,
            head_dmm=head_dmm,
            top_dmm=top_dmm,
            off_centre_dmm=off_centre_dmm,
            roll_ddeg=round(10 * roll),
            yaw_ddeg=round(10 * yaw),
            pitch_ddeg=round(10 * pitch),
            sharpness=_sharpness(chip, face),
            brightness=round(float(inside.mean())) if inside.size else 0,
            dark_permille=_share(inside <= 25),
            bright_permille=_share(inside >= 247),
            light_permille=_evenly_lit(chip, face),
            background_spread=spread,
            background_edges=edges,
            eye_light_permille=_eye_light(chip, inside),
            eyes_permille=round(1000 * min(gap[:2])),
            mouth_permille=round(1000 * gap[2]),
        )

    def _around(self, frame: Pixels, face: f.Glimpse) -> Outlined:
        """The outline in a square around a face, and where the square begins: the model sees 256 x 256 px."""
        height, width = frame.shape[:2]
        up = _EYES_ABOVE * face.side  # leaning with the head
        x, y = face.x + up * math.sin(face.angle), face.y - up * math.cos(face.angle)
        reach = max(_AROUND * face.side, 16.0)
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        part = frame[top : min(height, int(y + reach)), left : min(width, int(x + reach))]
        return Outlined(self._outline.person(part), left, top)


def _between_eyes(points: f.Points) -> NDArray[np.float64]:
    return np.asarray(points[[*f.LEFT_EYE, *f.RIGHT_EYE], :2].mean(0))


def _eye_width(points: f.Points) -> float:
    left, right = points[list(f.LEFT_EYE), :2].mean(0), points[list(f.RIGHT_EYE), :2].mean(0)
    return max(1.0, float(np.linalg.norm(right - left)))


def _in_box(outline: Outlined, box: Box, scale: float) -> Mask:
    """The part of the outline that is in the box; what was not looked at passes for the person."""
    left, top, right, bottom = (
        round(edge / scale) for edge in (box.left, box.top, box.left + box.width, box.top + box.height)
    )
    whole = np.ones((max(1, bottom - top), max(1, right - left)), np.float32)
    height, width = outline.mask.shape
    # the overlap of the two, in the frame's px
    x0, x1 = max(left, outline.left), min(right, outline.left + width)
    y0, y1 = max(top, outline.top), min(bottom, outline.top + height)
    if x0 < x1 and y0 < y1:
        whole[y0 - top : y1 - top, x0 - left : x1 - left] = outline.mask[
            y0 - outline.top : y1 - outline.top, x0 - outline.left : x1 - outline.left
        ]
    return whole


def _crown(points: f.Points, outline: Outlined) -> float:
    """The row of the crown: where the outline begins above the forehead, in a band around the face's middle."""
    mask, left, top = outline
    eyes, chin, apart = _between_eyes(points), points[f.CHIN, :2], _eye_width(points)
    t = float(np.linalg.norm(chin - eyes))
    first, last = int(eyes[0] - 0.35 * apart) - left, int(eyes[0] + 0.35 * apart) - left
    forehead = max(1, int(points[f.FOREHEAD, 1]) - top)
    band = mask[:forehead, max(0, first) : max(1, last)]
    # From the forehead upward, as far as the person goes on: what is higher is a thing behind.
    rows = (band > _PERSON).mean(1) > 0.5
    empty = np.flatnonzero(~rows)
    crown = float(top + (empty[-1] + 1 if empty.size else 0))
    high = float(chin[1]) - crown
    return crown if _LEAST_HEAD * t <= high <= _MOST_HEAD * t else float(chin[1]) - _USUAL_HEAD * t


def _angles(points: f.Points) -> tuple[float, float, float]:
    """Roll, yaw and pitch in degrees, of the lines between eyes, cheeks, and forehead and chin."""
    left, right = points[list(f.LEFT_EYE), :2].mean(0), points[list(f.RIGHT_EYE), :2].mean(0)
    across = points[f.CHEEKS[1]] - points[f.CHEEKS[0]]
    down = points[f.CHIN] - points[f.FOREHEAD]
    return (
        math.degrees(math.atan2(right[1] - left[1], right[0] - left[0])),
        math.degrees(math.atan2(across[2], math.hypot(across[0], across[1]))),
        _STRAIGHT_DEG - math.degrees(math.atan2(down[2], math.hypot(down[0], down[1]))),
    )


def _chip(small: Pixels, points: f.Points, roll: float) -> tuple[Pixels, Pixels]:
    """The face in grey, upright, 60 px between the eyes; and where in it the face is (1) or not (0)."""
    eyes = _between_eyes(points)
    zoom = CHIP_EYES / _eye_width(points)
    turn = cv2.getRotationMatrix2D((float(eyes[0]), float(eyes[1])), roll, zoom)
    turn = np.hstack([turn[:, :2], turn[:, 2:] + (_CHIP_EYES_AT - eyes)[:, None]])
    patch = cv2.warpAffine(small, turn, _CHIP, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    grey = cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY)
    hull = cv2.convexHull((points[:, :2] @ turn[:, :2].T + turn[:, 2]).astype(np.int32))
    face = cv2.fillConvexPoly(np.zeros(grey.shape, np.uint8), hull, (1,))
    return grey.astype(np.uint8), face.astype(np.uint8)


def _sharpness(chip: Pixels, face: Pixels) -> int:
    inside = cv2.erode(face, np.ones((5, 5), np.uint8)) > 0  # not the edge of the face itself
    if not inside.any():
        return 0
    edges = cv2.Laplacian(chip.astype(np.float32), cv2.CV_32F)[inside]
    mean = max(8.0, float(chip[inside].mean()))
    return round(float(edges.var()) * (_MIDDLE / mean) ** 2)


def _evenly_lit(chip: Pixels, face: Pixels) -> int:
    """The darker half's mean lightness of the brighter's, in thousandths."""
    halves = [chip[:, side][face[:, side] > 0] for side in (slice(0, _CHIP[0] // 2), slice(_CHIP[0] // 2, _CHIP[0]))]
    means = [float(half.mean()) if half.size else 0.0 for half in halves]
    return round(1000 * min(means) / max(1.0, *means))


def _background(small: Pixels, person: Mask, chin_row: int) -> tuple[int, int]:
    """Spread and mean gradient, in tenths, of the lightness of what is surely not the person; above the chin."""
    chin_row = max(0, chin_row)
    few = slice(chin_row + _WIDE // 2 + 1)  # nothing further down is looked at
    outside = (cv2.resize(person, _LOOKED_AT)[few] < _SURELY_NOT).astype(np.uint8)
    outside[chin_row:] = 0
    behind = cv2.erode(outside, np.ones((_WIDE, _WIDE), np.uint8)) > 0
    if behind.sum() < _ENOUGH_BACKGROUND:
        return 0, 0
    light = cv2.cvtColor(small[few], cv2.COLOR_RGB2LAB)[..., 0].astype(np.float32)
    edges = cv2.magnitude(cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1))
    return round(10 * float(light[behind].std())), round(10 * float(edges[behind].mean()))


def _eye_light(chip: Pixels, inside: Pixels) -> int:
    """How bright the band of the eyes is to the whole face, in thousandths: dark glasses leave little."""
    x, y = (round(value) for value in _CHIP_EYES_AT)
    band = chip[y - CHIP_EYES // 6 : y + CHIP_EYES // 6, x - 3 * CHIP_EYES // 4 : x + 3 * CHIP_EYES // 4]
    return round(1000 * float(band.mean()) / max(1.0, float(inside.mean()))) if inside.size else 0


def _share(which: NDArray[np.bool_]) -> int:
    return round(1000 * float(which.mean())) if which.size else 0
