"""A page as it goes to the printer: decoded to its last row first, of the right size, and written anew.

CUPS prints half a face from a picture that is cut off, and calls it completed. Written anew, the page carries its
resolution (without it `print-scaling=none` guesses one) and nothing else: no camera's name, no time, no place.
"""

from __future__ import annotations

import io
from typing import Final

from drivers.faults import fault

WIDTH_PX: Final = 1050
HEIGHT_PX: Final = 1500
"""L size, 88.9 x 127.0 mm (PWG 5101.1 oe_photo-l_3.5x5in), at 300 dots an inch."""
DPI: Final = 300
QUALITY: Final = 95
"""JPEG without colour subsampling: at 95 no eye tells it from the page that was composed."""


def ready_page(page: bytes) -> bytes:
    """The page as a JPEG for CUPS; `photo.bad_picture` where it is no whole JPEG or PNG of 1050 x 1500 pixels."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(page), formats=["JPEG", "PNG"]) as picture:
            size = picture.size
            if size != (WIDTH_PX, HEIGHT_PX):  # before it is decoded: a bomb of pixels stays closed
                raise ValueError(f"{size} is not an L page")
            whole = picture.convert("RGB")
        whole.info.clear()  # Pillow would write the old comment again
        written = io.BytesIO()
        whole.save(written, "JPEG", quality=QUALITY, subsampling=0, dpi=(DPI, DPI))
    except Exception as error:  # Pillow raises many kinds for broken input; all mean the same here
        raise fault("photo.bad_picture") from error
    return written.getvalue()
