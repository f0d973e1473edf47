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

from drivers.picture.decode import Pixels
from drivers.picture.models import DETECTION, LANDMARKS, Network

Points = NDArray[np.float64]

_DETECTION_SIDE: Final = 128
_MESH_SIDE: Final = 192
_CERTAIN: Final = 0.5
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


class Face(NamedTuple):
    """A face's box (centre, side) and its eyes, px of the picture it was found in; how certain, 0-1."""

    x: float
    y: float
    side: float
    left_eye: tuple[float, float]
    right_eye: tuple[float, float]
    certain: float


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
        """Every face, the largest first. A picture in which none is seen is looked at again in parts.

        The model sees 128 x 128 px: a face smaller than a sixth of the frame is found in a part of it only.
        """
        found = self._faces(picture, 0, 0)
        if not found:
            height, width = picture.shape[:2]
            side = max(height, width) // 2
            for top in {0, (height - side) // 2, height - side} if height > side else {0}:
                for left in {0, (width - side) // 2, width - side} if width > side else {0}:
                    part = picture[max(top, 0) : top + side, max(left, 0) : left + side]
                    found = _once(found + self._faces(part, max(left, 0), max(top, 0)))
        return sorted(found, key=lambda face: -face.side)[:_MOST_FACES]

    def points(self, picture: Pixels, face: Face) -> tuple[Points, float]:
        """The 468 points (x, y, depth; px of the picture) and how certain this is a face, 0-1."""
        eyes = np.subtract(face.right_eye, face.left_eye)
        points, certain = self._points(picture, face.x, face.y, face.side, math.atan2(eyes[1], eyes[0]))
        # A second look from the points of the first: of a small or a tilted face the box is only about right.
        middle, side = (points[:, :2].min(0) + points[:, :2].max(0)) / 2, float(np.ptp(points[:, :2], 0).max())
        eyes = points[list(RIGHT_EYE), :2].mean(0) - points[list(LEFT_EYE), :2].mean(0)
        return self._points(picture, middle[0], middle[1], side, math.atan2(eyes[1], eyes[0]))

    def _faces(self, picture: Pixels, left: int, top: int) -> list[Face]:
        height, width = picture.shape[:2]
        scale = _DETECTION_SIDE / max(height, width)
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        pad = np.array(((_DETECTION_SIDE - wide) // 2, (_DETECTION_SIDE - high) // 2))
        canvas = np.zeros((_DETECTION_SIDE, _DETECTION_SIDE, 3), np.float32)
        small = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
        canvas[pad[1] : pad[1] + high, pad[0] : pad[0] + wide] = small.astype(np.float32) / np.float32(127.5) - 1
        scores, boxes = sorted(self._detection(canvas), key=lambda output: output.size)
        certain = 1 / (1 + np.exp(-np.clip(scores.ravel(), -80, 80)))
        offsets = boxes.reshape(len(self._anchors), 16) / _DETECTION_SIDE
        found = []
        for i in np.argsort(-certain)[:64]:
            if certain[i] < _CERTAIN:
                break
            # the box's centre and the first two of six points (the eyes), relative to the anchor
            at = [
                ((offsets[i, k : k + 2] + self._anchors[i]) * _DETECTION_SIDE - pad) / scale + (left, top)
                for k in (0, 4, 6)
            ]
            (x, y), one, other = ((float(p[0]), float(p[1])) for p in at)
            side = float(offsets[i, 2:4].max()) * _DETECTION_SIDE / scale
            found.append(Face(x, y, side, one, other, float(certain[i])))
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


def _once(found: list[Face]) -> list[Face]:
    """Each face once, the most certain of those that lie on each other."""
    kept: list[Face] = []
    for face in sorted(found, key=lambda face: -face.certain):
        if all(math.hypot(face.x - other.x, face.y - other.y) > 0.5 * other.side for other in kept):
            kept.append(face)
    return kept
