"""Pixels become a JPEG that the upload takes: RGB, 20 KB-7 MB, 480-6000 px a side, and nothing of the camera's words.

A JPEG made here holds pixels and the tables to read them: no EXIF, no place, no serial number.
"""

from __future__ import annotations

from typing import Final

import cv2

from drivers.picture.decode import Pixels, halved
from drivers.picture.unusable import Unusable

LEAST_BYTES: Final = 20 * 1024
MOST_BYTES: Final = 7_000_000
"""The published limits are 20 KB and 7 MB; whether a KB is 1000 or 1024 bytes is not said, so the narrower of each."""

UPLOAD_WIDTH: Final = 1260
"""1260 x 1620 px: 914 dpi of a picture that is printed at 300; a file of half a megabyte."""

PREVIEW_SIDE: Final = 480

STILL_SIDE: Final = 1600
"""Letters of 2 mm on a card are 30 px high in it: an officer zooms in and reads them."""

STILL_BYTES: Final = 600_000
"""It travels sealed in a letter of 1 MiB; even noise at the lowest quality below stays under this."""

_STILL_QUALITIES: Final = (85, 60, 30, 10)

# From what is not told apart from the original down to what keeps the limit; 4:4:4, as red on white is a flag or a lip.
_QUALITIES: Final = (95, 90, 80, 60)
_FINEST: Final = 100


def scaled(cut: Pixels) -> Pixels:
    """The cut picture, scaled down to at most 1260 px wide: what is uploaded and measured."""
    return _scaled_down(cut, UPLOAD_WIDTH / cut.shape[1])


def upload(small: Pixels) -> bytes:
    """The picture as a JPEG within the limits.

    Unusable where there is so little in it (a lens cap, a white wall) that it stays under 20 KB.
    """
    jpeg = next((made for made in (_jpeg(small, quality) for quality in _QUALITIES) if len(made) <= MOST_BYTES), b"")
    if len(jpeg) < LEAST_BYTES:
        jpeg = _jpeg(small, _FINEST)
    if not LEAST_BYTES <= len(jpeg) <= MOST_BYTES:
        raise Unusable("picture.empty", f"{len(jpeg)} bytes")
    return jpeg


def preview(picture: Pixels) -> bytes:
    """A picture as a small JPEG, its longest side at most 480 px."""
    while max(picture.shape[:2]) >= 2 * PREVIEW_SIDE:
        picture = halved(picture)
    scale = PREVIEW_SIDE / max(picture.shape[:2])
    # To look at: between halves two px for one are enough, where averaging by a fraction takes eight times as long.
    return _jpeg(_scaled_down(picture, scale, cv2.INTER_LINEAR), _QUALITIES[2])


def still(picture: Pixels) -> bytes:
    """A masked picture for the officer's screen: its longest side at most 1600 px, at most 600 kB."""
    small = _scaled_down(picture, STILL_SIDE / max(picture.shape[:2]))
    made = (_jpeg(small, quality) for quality in _STILL_QUALITIES)
    return next((jpeg for jpeg in made if len(jpeg) <= STILL_BYTES), b"")


def _scaled_down(picture: Pixels, scale: float, how: int = cv2.INTER_AREA) -> Pixels:
    """Made smaller, by averaging unless said otherwise; never larger."""
    if scale >= 1:
        return picture
    height, width = picture.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=how).astype("uint8", copy=False)


def _jpeg(picture: Pixels, quality: int) -> bytes:
    done, data = cv2.imencode(
        ".jpg",
        cv2.cvtColor(picture, cv2.COLOR_RGB2BGR),
        [
            cv2.IMWRITE_JPEG_QUALITY,
            quality,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
        ],
    )
    if not done:
        raise Unusable("picture.damaged", "could not be encoded")
    return data.tobytes()
