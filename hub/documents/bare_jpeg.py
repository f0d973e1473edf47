"""A JPEG with nothing in it but its picture: no place, time, camera, thumbnail, comment, nor what a phone appends.

Read marker by marker (ITU-T T.81 B.1); nothing is decoded, so the picture stays bit for bit as it was.
"""

from __future__ import annotations

import re

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
"""Within a scan FF is followed by 00 (a byte FF) or D0-D7 (restart), and FF FF fills; any other pair is a marker."""

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APPLICATION = range(0xE0, 0xF0)

_KEPT = {0xE0: b"JFIF\0", 0xEE: b"Adobe"}
"""Of what programs add, these two say how colours are to be decoded; every other goes."""


def bare(data: bytes) -> bytes | None:
    """The picture alone, or None for what is no whole JPEG."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    kept, at, scanned = [b"\xff\xd8"], 2, False
    while True:
        found = _MARKER.search(data, at)
        if found is None:
            return None
        marker = found[1][0]
        if scanned:  # what lies between two markers after a scan has begun is the picture itself
            kept.append(data[at : found.start()])
        elif found.start() != at:
            return None
        if marker == _END:
            return b"".join((*kept, b"\xff\xd9")) if scanned else None
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        end = found.end() + length
        if length < 2 or end > len(data) or marker == _START:
            return None
        body = data[found.end() + 2 : end]
        if marker != _COMMENT and (marker not in _APPLICATION or body.startswith(_KEPT.get(marker, b"\0none"))):
            kept.append(b"\xff" + bytes([marker]) + data[found.end() : end])
        scanned = scanned or marker == _SCAN
        at = end
