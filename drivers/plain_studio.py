"""A studio that cuts and does not look: the middle of the frame at 35 x 45 mm, in a thread of its own."""

from __future__ import annotations

import io

import msgspec
from PIL import Image, ImageOps

from drivers.faults import fault
from drivers.own_thread import OwnThread

PREVIEW = 480
"""px of the longest side: a terminal shows half of that at most."""

SMALLEST, LARGEST = (480, 617), (1400, 1800)
"""px: the upload rule wants 480-6000 a side; 1400 x 1800 is four times what 35 x 45 mm print at 300 dpi."""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle in the upright picture, in its own px."""

    left: int
    top: int
    width: int
    height: int


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """A picture cut to 35 x 45 mm: the cut (JPEG, RGB), small ones of it and of the whole frame, and the box."""

    upload: bytes
    preview: bytes
    whole: bytes
    width: int
    height: int
    box: Box
    measures: None = None
    checked: bool = False


class PlainStudio:
    """Cuts pictures; DeviceFault `camera.bad_picture` for bytes that are no whole picture."""

    def __init__(self) -> None:
        self._thread = OwnThread("studio")

    async def start(self) -> None:
        """Nothing needs to be ready."""

    async def stop(self) -> None:
        """Let the thread end."""
        self._thread.abandon()

    async def examine(self, jpeg: bytes) -> Examined:
        """The middle of the frame."""
        return await self._thread.run(lambda: _cut(jpeg, None))

    async def crop_by_hand(self, jpeg: bytes, box: Box) -> Examined:
        """This part of the frame, moved inside it where it reaches out."""
        return await self._thread.run(lambda: _cut(jpeg, box))


def _cut(jpeg: bytes, box: Box | None) -> Examined:
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as found:
            frame = ImageOps.exif_transpose(found).convert("RGB")
    except Exception as error:  # Pillow raises many kinds for broken input; all mean the same here
        raise fault("camera.bad_picture") from error
    box = _inside(box, frame.width, frame.height)
    cut = frame.crop((box.left, box.top, box.left + box.width, box.top + box.height))
    width = min(max(cut.width, SMALLEST[0]), LARGEST[0])
    upload = cut.resize((width, round(width * 45 / 35)), Image.Resampling.LANCZOS)
    return Examined(
        upload=_jpeg(upload),
        preview=_jpeg(_small(upload)),
        whole=_jpeg(_small(frame)),
        width=frame.width,
        height=frame.height,
        box=box,
    )


def _inside(box: Box | None, width: int, height: int) -> Box:
    """A box of 35:45 inside the frame: the wished one, or four fifths of the largest, in the middle."""
    widest = min(width, height * 35 // 45)
    wide = widest * 4 // 5 if box is None else max(1, min(box.width, widest))
    high = wide * 45 // 35
    left = (width - wide) // 2 if box is None else min(max(box.left, 0), width - wide)
    top = (height - high) // 2 if box is None else min(max(box.top, 0), height - high)
    return Box(left=left, top=top, width=wide, height=high)


def _small(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS)
    return small


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
