"""What the hub and the camera's process say to each other."""

from __future__ import annotations

from typing import Literal

import msgspec

Do = Literal["open", "probe", "capture", "preview"]


class Found(msgspec.Struct, array_like=True, frozen=True):
    """What was in a camera before our first picture: what is there besides is ours, and somebody's face."""

    serial: str
    files: tuple[tuple[str, str], ...]


class Request(msgspec.Struct, array_like=True):
    """One thing to do; an open says on which port (empty: the first USB camera) and, but for a camera's first,
    what was in it `before` us."""

    do: Do
    port: str = ""
    before: Found | None = None


class Reply(msgspec.Struct, array_like=True):
    """What came of it: a fault's code, or nothing and perhaps a picture."""

    fault: str = ""
    jpeg: bytes = b""
    battery: int = -1
    """Percent, -1 where the camera does not say."""
    model: str = ""
    held: int = 0
    """Of an open: how many pictures were in the camera before us; a killed hub's last may be among them."""
    left: int = 0
    """Of an open: how many pictures of ours were still in it; they are deleted."""
    found: Found | None = None
    """Of an open: what the camera held before us."""
    why: str = ""
    """The library's own words, for the log."""


class Refused(Exception):
    """Raised within a worker: a fault with its code, for the reply."""
