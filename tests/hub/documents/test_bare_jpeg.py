"""A JPEG with nothing but its picture: where and when it was taken is gone, and not one pixel is another."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hub.documents.bare_jpeg import bare


def photo(*, progressive: bool = False, comment: bytes = b"taken by Hanako", colour: str = "RGB") -> bytes:
    """A small picture as a phone writes it: with a place, a camera and a comment."""
    picture = Image.effect_mandelbrot((48, 32), (-2, -1, 1, 1), 40).convert(colour)
    about = Image.Exif()
    about[0x010F] = "Camera Maker"
    about[0x8825] = {1: "N", 2: (35.0, 42.0, 0.0)}
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=about, comment=comment, progressive=progressive, quality=90)
    return out.getvalue()


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).tobytes()


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("colour", ["RGB", "L", "CMYK"])
def test_place_camera_and_comment_are_gone_and_every_pixel_stays(progressive: bool, colour: str) -> None:
    data = photo(progressive=progressive, colour=colour)
    assert b"Exif" in data and b"Camera Maker" in data and b"Hanako" in data
    clean = bare(data + b"a film of the seconds before")
    assert clean is not None and pixels(clean) == pixels(data)
    for told in (b"Exif", b"Camera Maker", b"Hanako", b"film"):
        assert told not in clean
    assert bare(clean) == clean


@given(st.integers(0, 400))
def test_what_breaks_off_is_no_picture(length: int) -> None:
    data = photo()
    assert bare(data[: min(length, len(data) - 2)]) is None


@given(st.binary(max_size=200))
def test_other_bytes_are_none_or_a_picture_that_stays_what_it_is(data: bytes) -> None:
    clean = bare(b"\xff\xd8\xff" + data)
    assert clean is None or bare(clean) == clean
    assert bare(data) is None or data.startswith(b"\xff\xd8\xff")
