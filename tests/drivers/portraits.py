"""Pictures to try the studio on: NASA's public-domain portrait of Eileen Collins, which scikit-image ships, and what
can go wrong with it."""

from __future__ import annotations

import functools
import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

Pixels = NDArray[np.uint8]


def jpeg(picture: Pixels, **options: object) -> bytes:
    """The picture as a JPEG of good quality; options as Pillow has them (exif=...)."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", **{"quality": 95, **options})
    return out.getvalue()


@functools.cache
def portrait(scale: int = 4) -> Pixels:
    """The portrait with room above and to the left of the head, as a booth's camera sees it, RGB."""
    room = cv2.copyMakeBorder(data.astronaut()[:, :420], 160, 0, 60, 0, cv2.BORDER_REFLECT)
    height, width = room.shape[:2]
    larger = cv2.resize(room, (width * scale, height * scale), interpolation=cv2.INTER_CUBIC)
    larger.setflags(write=False)
    return larger
