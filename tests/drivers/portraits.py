"""Pictures to try the studio on: NASA's public-domain portrait of Eileen Collins, which scikit-image ships, before a
plain screen, and what can go wrong with it."""

from __future__ import annotations

import io
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from drivers.picture import model_files
from drivers.picture.faces import Finder
from drivers.picture.outline import Outline

Pixels = NDArray[np.uint8]

SCREEN: Final = 215
"""Grey of the screen behind her."""

SCALE: Final = 3
"""The portrait is this many times enlarged: 129 px between the eyes, as in 6 megapixels."""

# Of the portrait itself: her half of it; where the middle of her face is; and room above and to the left of her.
_HERS: Final = 420
_MIDDLE: Final = (224, 115)
ABOVE, LEFT = 160, 60
FACE: Final = ((_MIDDLE[0] + LEFT) * SCALE, (_MIDDLE[1] + ABOVE) * SCALE)
"""The middle of her face in `plain()`, px."""
CROWN_ROW: Final = (17 + ABOVE) * SCALE
"""The row of her crown in `plain()`, px."""


def jpeg(picture: Pixels, **options: object) -> bytes:
    """The picture as a JPEG of good quality; options as Pillow has them (exif=...)."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", **{"quality": 95, **options})
    return out.getvalue()


def portrait(scale: int = SCALE) -> Pixels:
    """The portrait as it is, flag and all, with room above and beside the head, RGB; needs no models."""
    room = cv2.copyMakeBorder(data.astronaut()[:, :_HERS], ABOVE, 0, LEFT, 0, cv2.BORDER_REFLECT)
    return _enlarged(room, scale)


def before(
    screen: NDArray[np.float64] | int = SCREEN, *, room: tuple[int, int, int] = (ABOVE, LEFT, 0), scale: int = SCALE
) -> Pixels:
    """Her before a screen (a grey, or a picture of the portrait's size with its room); `room` above, beside, below."""
    above, beside, below = room
    hers = data.astronaut()[:, :_HERS]
    mask = np.clip((Outline(model_files.folder()).person(hers) - 0.3) / 0.4, 0, 1)
    edges = ((above, below), (beside, beside if below else 0))
    mask = np.pad(mask, edges)[..., None]
    picture = np.pad(hers, (*edges, (0, 0)), mode="edge").astype(np.float64)
    return _enlarged((picture * mask + screen * (1 - mask)).clip(0, 255).astype(np.uint8), scale)


def shape(room: tuple[int, int, int] = (ABOVE, LEFT, 0)) -> tuple[int, int, int]:
    """Of the picture that `before` puts a screen into."""
    above, beside, below = room
    return 512 + above + below, _HERS + beside * (2 if below else 1), 3


def rotated(picture: Pixels, degrees: float) -> Pixels:
    """The picture turned clockwise around her face, on more of the same screen."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D(FACE, -degrees, 1)
    return cv2.warpAffine(picture, turn, (width, height), borderValue=(SCREEN,) * 3).astype(np.uint8)


def turned(picture: Pixels, yaw: float = 0, pitch: float = 0) -> Pixels:
    """Her head seen turned to the picture's right by `yaw` or raised by `pitch` degrees: each px is moved as its
    depth asks, which the mesh's own points give."""
    (face,) = Finder(model_files.folder()).faces(picture)
    height, width = picture.shape[:2]
    # the depth of the face as a smooth hill over the whole picture, flat outside
    weight, depth = np.zeros((height // 8, width // 8), np.float32), np.zeros((height // 8, width // 8), np.float32)
    for x, y, z in face.points:
        weight[int(y) // 8, int(x) // 8] += 1
        depth[int(y) // 8, int(x) // 8] += z
    blur = face.side / 8 / 12
    weight, depth = (cv2.GaussianBlur(one, (0, 0), blur) for one in (weight, depth))
    hill = cv2.resize(depth / (weight + 1e-3), (width, height))
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    across = columns + hill * np.float32(np.sin(np.radians(yaw)))
    down = rows - hill * np.float32(np.sin(np.radians(pitch)))
    return cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _enlarged(picture: Pixels, scale: int) -> Pixels:
    height, width = picture.shape[:2]
    return cv2.resize(picture, (width * scale, height * scale), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
