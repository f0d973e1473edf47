"""Finds faces in a picture, and the 468 points of one: BlazeFace and the face mesh, as their models were trained.

Anchors, scales and the cut for the mesh are those of mediapipe's graphs (face_detection_short_range,
face_landmark); the points' numbers are the mesh's own.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.decode import Pixels, reduced
from drivers.picture.model_files import DETECTION, LANDMARKS
from drivers.picture.network import Network

Points = NDArray[np.float64]

_DETECTION_SIDE: Final = 128
_MESH_SIDE: Final = 192
_SEEN: Final = 0.5
"""What the first model must say, as its graph has it."""
_CERTAIN: Final = 0.8
"""What the mesh must say: of faces it says 0.99 and more, of folds of a suit up to a half."""
_MOST_FACES: Final = 4
"""More change nothing: there must be one."""

# The mesh is cut half as wide again as the face's box, from the first look; then from its own points.
_ROOM: Final = 1.5

# Numbers of mesh points. Eyes: the two corners of each; as the picture shows them, left first.
LEFT_EYE: Final = (33, 133)
RIGHT_EYE: Final = (362, 263)
CHIN: Final = 152
FOREHEAD: Final = 10
CHEEKS: Final = (234, 454)
LIDS: Final = ((159, 145), (386, 374))
LIPS: Final = (13, 14)


class Glimpse(NamedTuple):
    """What the first model sees: the box's centre and side, px; the angle of the eyes' line; how certain, 0-1.

    Of a face held straight the box is from the eyebrows to below the chin: its side is 1.3 times from eyes to chin.
    """

    x: float
    y: float
    side: float
    angle: float
    certain: float


class Face(NamedTuple):
    """A face's larger side and its 468 points (x, y, depth), px of the picture; how certain it is one, 0-1."""

    side: float
    points: Points
    certain: float
    first: Glimpse
    """How it was seen first."""


def _anchors() -> Points:
    def grid(cells: int, each: int) -> Points:
        line = (np.arange(cells) + 0.5) / cells
        return np.repeat(np.stack(np.meshgrid(line, line), -1).reshape(-1, 2), each, 0)

    return np.concatenate([grid(16, 2), grid(8, 6)])


class Finder:
    """The two networks; a picture is RGB, height x width x 3."""

    def __init__(self, where: Path) -> None:
        self._detection = Network(where, DETECTION)
        self._mesh = Network(where, LANDMARKS)
        self._anchors = _anchors()

    def faces(self, picture: Pixels) -> list[Face]:
        """Every face with its points, the largest first. A picture in which none is seen is looked at in parts.

        The model sees 128 x 128 px: a face smaller than a sixth of the frame is found in a part of it only.
        """
        return self.faces_at(picture, self.in_whole(picture)) or self.faces_at(picture, self.in_parts(picture))

    def in_whole(self, picture: Pixels) -> list[Glimpse]:
        """What is seen in the whole picture, the most certain first."""
        return self._boxes(picture, 0, 0)

    def in_parts(self, picture: Pixels) -> list[Glimpse]:
        """What is seen in overlapping squares of half the picture's longer side."""
        height, width = picture.shape[:2]
        side = max(height, width) // 2
        found: list[Glimpse] = []
        for top in _steps(height, side):
            for left in _steps(width, side):
                found += self._boxes(picture[top : top + side, left : left + side], left, top)
        return _once(found)

    def faces_at(self, picture: Pixels, found: list[Glimpse]) -> list[Face]:
        """Those that the mesh takes for a face too, the largest first: the first model alone sees faces in folds of a suit."""
        faces = [self._points_of(picture, one) for one in found]
        return sorted((face for face in faces if face.certain >= _CERTAIN), key=lambda face: -face.side)[:_MOST_FACES]

    def _points_of(self, picture: Pixels, one: Glimpse) -> Face:
        points, _ = self._points(picture, one.x, one.y, one.side, one.angle)
        # A second look from the points of the first: of a small or a tilted face the box is only about right.
        x, y = (points[:, :2].min(0) + points[:, :2].max(0)) / 2
        side = float(np.ptp(points[:, :2], 0).max())
        eyes = points[list(RIGHT_EYE), :2].mean(0) - points[list(LEFT_EYE), :2].mean(0)
        return Face(side, *self._points(picture, float(x), float(y), side, math.atan2(eyes[1], eyes[0])), one)

    def _boxes(self, picture: Pixels, left: int, top: int) -> list[Glimpse]:
        height, width = picture.shape[:2]
        scale = _DETECTION_SIDE / max(height, width)
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        pad = np.array(((_DETECTION_SIDE - wide) // 2, (_DETECTION_SIDE - high) // 2))
        canvas = np.zeros((_DETECTION_SIDE, _DETECTION_SIDE, 3), np.float32)
        small = reduced(picture, wide, high)
        canvas[pad[1] : pad[1] + high, pad[0] : pad[0] + wide] = small.astype(np.float32) / np.float32(127.5) - 1
        scores, boxes = sorted(self._detection(canvas), key=lambda output: output.size)
        certain = 1 / (1 + np.exp(-np.clip(scores.ravel(), -80, 80)))
        offsets = boxes.reshape(len(self._anchors), 16) / _DETECTION_SIDE
        found = []
        for i in np.argsort(-certain)[:64]:
            if certain[i] < _SEEN:
                break
            # the box's centre and the first two of six points (the eyes), relative to the anchor
            at = [
                ((offsets[i, k : k + 2] + self._anchors[i]) * _DETECTION_SIDE - pad) / scale + (left, top)
                for k in (0, 4, 6)
            ]
            (x, y), one, other = ((float(p[0]), float(p[1])) for p in at)
            side = float(offsets[i, 2:4].max()) * _DETECTION_SIDE / scale
            angle = math.atan2(other[1] - one[1], other[0] - one[0])
            found.append(Glimpse(x, y, side, angle, float(certain[i])))
        return _once(found)

    def _points(self, picture: Pixels, x: float, y: float, side: float, angle: float) -> tuple[Points, float]:
        cut = cv2.getRotationMatrix2D((x, y), math.degrees(angle), _MESH_SIDE / (_ROOM * max(side, 1.0)))
        cut = np.hstack([cut[:, :2], cut[:, 2:] + _MESH_SIDE / 2 - np.array([[x], [y]])])
        patch = cv2.warpAffine(picture, cut, (_MESH_SIDE, _MESH_SIDE)).astype(np.float32) / np.float32(255)
        outputs = self._mesh(patch)
        mesh = next(output for output in outputs if output.size == 468 * 3).reshape(468, 3).astype(np.float64)
        score = float(next(output for output in outputs if output.size == 1).ravel()[0])
        back = cv2.invertAffineTransform(cut)
        flat = mesh[:, :2] @ back[:, :2].T + back[:, 2]
        depth = mesh[:, 2:] * (_ROOM * side / _MESH_SIDE)
        return np.hstack([flat, depth]), 1 / (1 + math.exp(-min(max(score, -80), 80)))


def _steps(length: int, side: int) -> list[int]:
    """Where squares of this side begin along a length: at its start, middle and end."""
    return sorted({0, (length - side) // 2, length - side}) if length > side else [0]


def _once(found: list[Glimpse]) -> list[Glimpse]:
    """Each face once, the most certain of those that lie on each other."""
    kept: list[Glimpse] = []
    for face in sorted(found, key=lambda face: -face.certain):
        if all(math.hypot(face.x - other.x, face.y - other.y) > 0.5 * other.side for other in kept):
            kept.append(face)
    return kept
