"""What a JPEG says about itself, read without decoding a pixel: a bomb is refused before it is opened."""

from __future__ import annotations

from typing import Final, NamedTuple

# ITU-T T.81 table B.1. Baseline, extended and progressive are what cameras and libjpeg know.
_SOI: Final = b"\xff\xd8"
_FRAMES: Final = {0xC0: False, 0xC1: False, 0xC2: True}
_OTHER_FRAMES: Final = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_SCAN: Final = 0xDA
_END: Final = 0xD9
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


class Header(NamedTuple):
    """Of the frame: px as stored (before any rotation), bits per sample, how many components, whether progressive."""

    width: int
    height: int
    bits: int
    components: int
    progressive: bool


def read(data: bytes) -> Header | None:
    """The header, or None for what is not a JPEG or ends before it says how large it is."""
    if data[:2] != _SOI:
        return None
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in (_SCAN, _END) or marker in _OTHER_FRAMES:
            return None
        elif marker in _FRAMES:
            part = data[at + 4 : at + 10]
            if len(part) < 6:
                return None
            height, width = int.from_bytes(part[1:3], "big"), int.from_bytes(part[3:5], "big")
            return Header(width, height, part[0], part[5], _FRAMES[marker]) if width and height else None
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None
