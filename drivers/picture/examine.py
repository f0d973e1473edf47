"""One picture from the camera's JPEG to what is shown and kept: decode, look, cut, measure, encode."""

from __future__ import annotations

from drivers.picture import crop_box, decode, encode
from drivers.picture.beside import BESIDE
from drivers.picture.decode import Pixels
from drivers.picture.measure import Eyes, Seen
from drivers.picture.unusable import Unusable
from drivers.picture.values import Box, Examined, Measures

ENOUGH_WIDTH = 840
"""Px of a cut picture that is decoded at a half or a quarter: twice what is printed at 300 dpi."""


def examine(jpeg: bytes, eyes: Eyes | None, by_hand: Box | None = None) -> Examined:
    """The picture cut around its face, or where a person says; Unusable where nothing can be made of it.

    Without `eyes` nothing is checked, and the cut is the largest in the middle. Without a face the cut is that too.
    """
    header = decode.acceptable(jpeg)
    scale = decode.first_scale(header)
    frame = decode.decode(jpeg, scale)
    turned = abs(frame.shape[1] * scale - header.height) + abs(frame.shape[0] * scale - header.width) < (
        abs(frame.shape[1] * scale - header.width) + abs(frame.shape[0] * scale - header.height)
    )
    width, height = (header.height, header.width) if turned else (header.width, header.height)
    look = decode.halved(frame) if max(frame.shape[:2]) > decode.REDUCED_SIDE else frame
    to_look = width / look.shape[1]
    seen = None if eyes is None else eyes.look(look)
    try:
        box = _box(seen, to_look, width, height, by_hand)
    except crop_box.TooSmall as error:
        raise Unusable("picture.too_small", str(error)) from error
    finer = max(one for one in (1, 2, 4, 8) if box.width / one >= ENOUGH_WIDTH or one == 1)
    finer = max(finer, decode.least_scale(header))
    cut = encode.scaled(_cut(decode.decode(jpeg, finer) if finer < scale else frame, box, width, height))
    # While the cut is measured and made small.
    uploading, showing = BESIDE.submit(encode.upload, cut), BESIDE.submit(encode.preview, look)
    measures = None if eyes is None else _measured(eyes, seen, cut, box, to_look)
    preview = encode.preview(cut)
    return Examined(
        upload=uploading.result(),
        preview=preview,
        whole=showing.result(),
        width=width,
        height=height,
        box=box,
        measures=measures,
        checked=eyes is not None,
    )


def _box(seen: Seen | None, scale: float, width: int, height: int, by_hand: Box | None) -> Box:
    if by_hand is not None:
        return crop_box.by_hand(by_hand, width, height)
    if seen is None:
        return crop_box.widest(width, height)
    return crop_box.around(crop_box.Head(*(value * scale for value in seen.head)), width, height)


def _measured(eyes: Eyes, seen: Seen | None, cut: Pixels, box: Box, scale: float) -> Measures:
    return Measures(faces=0) if seen is None else eyes.measure(seen, cut, box, scale)


def _cut(frame: Pixels, box: Box, width: int, height: int) -> Pixels:
    """What is in the box, from a frame that may be smaller than the picture the box was measured in."""
    across, down = frame.shape[1] / width, frame.shape[0] / height
    left, top = round(box.left * across), round(box.top * down)
    return frame[top : top + round(box.height * down), left : left + round(box.width * across)]
