"""What the hub and the studio's process say to each other."""

from __future__ import annotations

from typing import Literal

import msgspec

from drivers.picture.values import Area, Box, Examined, Masked, SheetLabel


class Request(msgspec.Struct, array_like=True, frozen=True):
    """One thing to do: nothing but be ready, look at a picture (in this box where one is given), make a frame of the live
    picture small, compose a sheet, cover these areas of a picture."""

    do: Literal["ready", "examine", "small", "sheet", "mask"]
    jpeg: bytes = b""
    box: Box | None = None
    label: SheetLabel | None = None
    areas: tuple[Area, ...] = ()


class Reply(msgspec.Struct, array_like=True, frozen=True):
    """What came of it: a fault's code, or nothing and what was asked for."""

    fault: str = ""
    why: str = ""
    """The library's own words, for the log; never anything of the picture."""
    examined: Examined | None = None
    small: bytes = b""
    sheet: bytes = b""
    masked: Masked | None = None
    checks: bool = False
    """Of `ready`: whether the model files are there and are the right ones."""
