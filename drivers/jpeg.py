"""Whether a JPEG has arrived whole, from its markers alone (ITU-T T.81 B.1): nothing is decoded in the hub's process."""

from __future__ import annotations

import re
from typing import Final

START: Final = b"\xff\xd8\xff"

_END = 0xD9

# Within a scan FF is followed by 00 (a byte FF) or D0-D7 (restart); FF FF fills. Any other pair is the next marker.
_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def is_jpeg(data: bytes) -> bool:
    """Whether this begins as every JPEG does; a RAW or HEIC file does not."""
    return data.startswith(START)


def whole_jpeg(data: bytes) -> bytes | None:
    """The picture from its first to its last marker, or None if it is no JPEG or its end has not come.

    What a phone appends (a moving picture of the seconds before the shutter) is not part of it and is cut off.
    """
    if not is_jpeg(data):
        return None
    at = 2
    while True:
        found = _MARKER.search(data, at)
        if found is None:
            return None
        at, marker = found.end(), data[found.end() - 1]
        if marker == _END:
            return data[:at]
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            return None
        at += length  # of a scan this is its header; its data follow, without a length
