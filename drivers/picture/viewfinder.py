"""One frame of a camera's live picture, made small: looked at for a third of a second, never measured and never kept."""

from __future__ import annotations

from drivers.picture import decode, encode


def small(jpeg: bytes) -> bytes:
    """The frame upright, as a JPEG of at most 480 px a side without the camera's words; Unusable where it is none."""
    header = decode.readable(jpeg)
    scales = (8, 4, 2, 1)
    scale = next((one for one in scales if max(header.width, header.height) // one >= encode.PREVIEW_SIDE), 1)
    return encode.preview(decode.decode(jpeg, max(scale, decode.least_scale(header))))
