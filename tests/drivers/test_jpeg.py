"""Whole or not, from a JPEG's markers: what a tablet's half-sent file and a phone's appended film look like."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.jpeg import is_jpeg, whole_jpeg


def jpeg(**how: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((160, 200), 90).convert("RGB").save(out, "JPEG", **how)
    return out.getvalue()


THUMBNAIL = jpeg(quality=20)
EXIF = Image.Exif()
EXIF[0x010E] = "x" + THUMBNAIL.decode("latin-1")  # a whole small JPEG within the header of the large one
KINDS = [
    jpeg(quality=60),
    jpeg(quality=90, progressive=True),
    jpeg(quality=60, restart_marker_blocks=2),
    jpeg(exif=EXIF),
]


@given(st.sampled_from(KINDS), st.binary(max_size=300))
def test_what_is_appended_to_a_picture_is_cut_off_and_the_picture_is_the_same(picture: bytes, film: bytes) -> None:
    assert whole_jpeg(picture + film) == picture


@given(st.sampled_from(KINDS), st.data())
def test_a_picture_whose_end_has_not_come_is_never_whole(picture: bytes, data: st.DataObject) -> None:
    assert whole_jpeg(picture[: data.draw(st.integers(0, len(picture) - 1))]) is None


@given(st.binary(max_size=400))
def test_no_bytes_whatever_are_too_strange_to_judge(data: bytes) -> None:
    for read in (data, b"\xff\xd8\xff" + data):
        whole = whole_jpeg(read)
        assert whole is None or (is_jpeg(read) and read.startswith(whole) and whole.endswith(b"\xff\xd9"))
