"""A JPEG becomes pixels: upright, RGB, and no larger than is needed; what is damaged or too much has its name.

Decoding at a half or a quarter is done by libjpeg inside the transform: a quarter costs a fifth of the whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture import jpeg_header
from drivers.picture.crop_box import SMALLEST_K
from drivers.picture.unusable import Unusable

Pixels = NDArray[np.uint8]

LARGEST_PX: Final = 120_000_000
"""No booth's camera has more; a picture that says so is a mistake or an attack."""

LARGEST_PROGRESSIVE_PX: Final = 30_000_000
"""Progressive JPEGs are held whole while they are decoded, 6 bytes a px whatever the scale: 180 MB."""

MOST_SCANS: Final = 100
"""A progressive picture has ten, its thumbnail as many; one of 268 kB with 2,000 would be decoded for minutes."""

_SCAN: Final = b"\xff\xda"  # nowhere but at a scan's head: in its data a zero follows each 0xFF

LARGEST_DECODED_PX: Final = 26_000_000
"""Pixels in memory at once: 24 megapixels whole are 72 MB; larger pictures are decoded at a half."""

REDUCED_SIDE: Final = 1600
"""Px of the reduced frame's longer side, at most: faces of a booth are 300 px high in it, and it decodes in 70 ms."""

_SCALES: Final = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}

# libjpeg's warnings that are no loss: bytes between the picture's end and its end marker.
_HARMLESS: Final = re.compile(rb"Corrupt JPEG data: \d+ extraneous bytes before marker 0xd9")
_DAMAGED: Final = re.compile(rb"Corrupt JPEG|Premature end|premature end|Invalid JPEG|Unsupported marker|Bogus")


def acceptable(data: bytes) -> jpeg_header.Header:
    """The header of a JPEG that may be decoded and has the px of a photo; Unusable for everything else."""
    header = readable(data)
    if min(header.width, header.height) < 7 * SMALLEST_K or max(header.width, header.height) < 9 * SMALLEST_K:
        raise Unusable("picture.too_small", f"{header.width} x {header.height} px")
    return header


def readable(data: bytes) -> jpeg_header.Header:
    """The header of a JPEG that may be decoded, however small; Unusable for everything else."""
    header = jpeg_header.read(data)
    if header is None:
        raise Unusable("picture.not_jpeg")
    if header.bits != 8 or header.components not in (1, 3):
        raise Unusable("picture.wrong_colours", f"{header.bits} bits, {header.components} components")
    pixels = header.width * header.height
    if pixels > (LARGEST_PROGRESSIVE_PX if header.progressive else LARGEST_PX):
        raise Unusable("picture.too_large", f"{header.width} x {header.height} px")
    if data.count(_SCAN) > MOST_SCANS:
        raise Unusable("picture.damaged", f"{data.count(_SCAN)} scans")
    return header


def reduced_scale(header: jpeg_header.Header) -> int:
    """By how much (1, 2, 4, 8) to divide so that the picture is small enough to look at quickly."""
    longer = max(header.width, header.height)
    return next((scale for scale in _SCALES if longer / scale <= REDUCED_SIDE), 8)


def first_scale(header: jpeg_header.Header) -> int:
    """By how much to divide at the first decoding: twice what is looked at, which is mostly enough to cut from too.

    Two decodings of a large picture, a small one to look at and a larger one to cut from, take half as long again.
    """
    return max(reduced_scale(header) // 2, least_scale(header), 1)


def least_scale(header: jpeg_header.Header) -> int:
    """By how much to divide at least so that the pixels fit the memory that is meant for them."""
    pixels = header.width * header.height
    return next((scale for scale in _SCALES if pixels / scale**2 <= LARGEST_DECODED_PX), 8)


def decode(data: bytes, scale: int = 1) -> Pixels:
    """The pixels, upright, RGB, height x width x 3, divided by `scale`; Unusable where the JPEG is damaged."""
    complaints: list[bytes] = []
    with _heard(complaints):
        try:
            found = cv2.imdecode(np.frombuffer(data, np.uint8), _SCALES[scale])
        except cv2.error as error:
            raise Unusable("picture.damaged", str(error.err)) from error
    complaint = b"".join(complaints)
    if found is None or _DAMAGED.search(_HARMLESS.sub(b"", complaint)):
        raise Unusable("picture.damaged", complaint.decode("ascii", "replace")[:200])
    return cv2.cvtColor(found, cv2.COLOR_BGR2RGB, found).astype(np.uint8, copy=False)


def halved(picture: Pixels) -> Pixels:
    """The picture at half its size, averaged: two px for one, not 2.003, which would take ten times as long."""
    height, width = (side // 2 for side in picture.shape[:2])
    even = picture[: 2 * height, : 2 * width]
    return cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def reduced(picture: Pixels, width: int, height: int) -> Pixels:
    """The picture at this smaller size, averaged: by halves as far as they go, since by a fraction takes ten times as long."""
    while picture.shape[0] >= 2 * height and picture.shape[1] >= 2 * width:
        picture = halved(picture)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


@contextmanager
def _heard(said: list[bytes]) -> Iterator[None]:
    """Puts into `said` what goes to standard error meanwhile: of half a face libjpeg complains there, nowhere else."""
    heard, real = os.memfd_create("said"), os.dup(2)
    try:
        os.dup2(heard, 2)
        try:
            yield
        finally:
            os.dup2(real, 2)
            said.append(os.pread(heard, 1 << 16, 0))
    finally:
        os.close(real)
        os.close(heard)
