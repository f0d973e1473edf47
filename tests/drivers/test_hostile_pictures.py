"""Pictures that are damaged, of another kind, or made to hurt their reader: each has its name, and the next is taken."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.device import DeviceFault
from drivers.picture import encode, jpeg_header
from drivers.picture.studio import Studio
from drivers.picture.unusable import Unusable
from tests.drivers.portraits import Pixels, jpeg, portrait

ORIENTATION = 0x0112
GPS = 0x8825
SERIAL = 0xA431
MOST_MIB = 330
"""The worker's memory with the largest picture it takes, whose pixels at a half are 75 MiB, on 90 MiB of its own."""


@pytest.fixture(scope="module")
def good() -> bytes:
    return jpeg(portrait(2))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studio(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """A studio that only cuts: what a picture is made of has nothing to do with faces."""
    studio = Studio(environment={"DEMADO_MODELS": str(tmp_path_factory.mktemp("no-models"))})
    yield studio
    await studio.stop()


def as_other(format: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.fromarray(portrait(2)).convert(mode).save(out, format)
    return out.getvalue()


def says_size(picture: bytes, width: int, height: int) -> bytes:
    """The same JPEG with another size in its header: what a decoder makes room for."""
    at = next(at for at in range(len(picture)) if picture[at] == 0xFF and picture[at + 1] in (0xC0, 0xC2))
    return picture[: at + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + picture[at + 9 :]


def says_bits(picture: bytes, bits: int) -> bytes:
    at = picture.index(b"\xff\xc0")
    return picture[: at + 4] + bytes([bits]) + picture[at + 5 :]


BLACK = np.zeros((640, 500, 3), np.uint8)

HOSTILE = {
    "nothing": (lambda good: b"", "picture.not_jpeg"),
    "a start and no more": (lambda good: good[:3], "picture.not_jpeg"),
    "a PNG": (lambda good: as_other("PNG"), "picture.not_jpeg"),
    "a PNG of 16 bits": (lambda good: as_other("PNG", "I;16"), "picture.not_jpeg"),
    "a TIFF": (lambda good: as_other("TIFF"), "picture.not_jpeg"),
    "inks instead of light": (lambda good: as_other("JPEG", "CMYK"), "picture.wrong_colours"),
    "12 bits": (lambda good: says_bits(good, 12), "picture.wrong_colours"),
    "cut off": (lambda good: good[: len(good) // 2], "picture.damaged"),
    "cut off, and its end marked": (lambda good: good[: len(good) // 2] + b"\xff\xd9", "picture.damaged"),
    "bytes lost in its middle": (
        lambda good: good[: len(good) // 2] + good[len(good) // 2 + 5000 :],
        "picture.damaged",
    ),
    "says 4 gigapixels": (lambda good: says_size(good, 65_000, 65_000), "picture.too_large"),
    "says 100 megapixels": (lambda good: says_size(good, 11_000, 9_000), "picture.damaged"),
    "progressive and large": (lambda good: says_size(progressive(), 9_000, 9_000), "picture.too_large"),
    "a thousand times the same scan": (lambda good: with_scans(jpeg(BLACK, progressive=True), 1000), "picture.damaged"),
    "a thumbnail": (lambda good: jpeg(portrait(2)[:600, :480]), "picture.too_small"),
    "the lens cap": (lambda good: jpeg(BLACK), "picture.empty"),
}


def progressive() -> bytes:
    return jpeg(portrait(2), progressive=True)


def with_scans(picture: bytes, times: int) -> bytes:
    """The same progressive JPEG with its last scan many times: each is a whole picture's work, and 50 bytes long."""
    last = picture.rindex(b"\xff\xda")
    return picture[:last] + picture[last:-2] * times + picture[-2:]


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_picture_that_cannot_be_used_has_its_name_and_stops_nothing(
    studio: Studio, good: bytes, kind: str
) -> None:
    make, code = HOSTILE[kind]
    await studio.start()
    before = studio.pid
    with pytest.raises(DeviceFault) as fault:
        await studio.examine(make(good))
    assert fault.value.code == code
    assert studio.pid == before and peak_mib(studio.pid) < MOST_MIB


@pytest.mark.asyncio(loop_scope="module")
async def test_a_hundred_megapixels_are_cut_in_bounded_memory(studio: Studio) -> None:
    tile = np.asarray(Image.fromarray(portrait(2)).convert("L").resize((2000, 1500)))
    found = await studio.examine(jpeg(np.tile(tile, (6, 6))))
    assert (found.width, found.height) == (12_000, 9_000)
    assert peak_mib(studio.pid) < MOST_MIB


def core_limits(pid: int) -> list[str]:
    """Soft and hard limit of a core file, bytes."""
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    return next(line for line in limits.splitlines() if "core file" in line).split()[4:6]


def peak_mib(pid: int) -> int:
    """The most memory a process has had at once."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a picture is stored for each EXIF orientation, so that it is seen upright."""


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_picture_is_upright_however_the_camera_was_held(studio: Studio, good: bytes, orientation: int) -> None:
    turn = TURNS[orientation]
    stored = Image.fromarray(portrait(2)) if turn is None else Image.fromarray(portrait(2)).transpose(turn)
    found = await studio.examine(jpeg(np.asarray(stored), exif=words({ORIENTATION: orientation})))
    upright = await studio.examine(good)
    assert (found.box, found.width, found.height) == (upright.box, upright.width, upright.height)
    assert np.abs(pixels(found.upload) - pixels(upright.upload)).mean() < 2


def words(tags: dict[int, object]) -> Image.Exif:
    """EXIF as cameras write it, with these words besides a place and a serial number."""
    exif = Image.Exif()
    exif.update(tags)
    exif.get_ifd(GPS).update({1: "N", 2: (35.0, 42.0, 0.0)})
    exif.get_ifd(0x8769).update({SERIAL: "SERIAL-4711"})
    return exif


def pixels(picture: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    with Image.open(io.BytesIO(picture)) as image:
        return np.asarray(image.convert("RGB"), np.float64)


@pytest.mark.asyncio(loop_scope="module")
async def test_place_serial_number_and_comment_do_not_reach_the_upload(studio: Studio) -> None:
    marked = jpeg(portrait(2), exif=words({0x010F: "MAKER-4711"}), comment=b"COMMENT-4711")
    assert marked.count(b"4711") == 3 and b"Exif" in marked
    found = await studio.examine(marked)
    for made in (found.upload, found.preview, found.whole):
        assert b"4711" not in made and b"Exif" not in made
        with Image.open(io.BytesIO(made)) as image:
            assert not image.getexif() and set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_crash_writes_no_face_to_the_disk(studio: Studio) -> None:
    await studio.start()
    assert core_limits(studio.pid) == ["1", "1"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_process_that_dies_is_named_and_the_next_picture_is_taken(studio: Studio, good: bytes) -> None:
    await studio.start()
    os.kill(studio.pid, signal.SIGKILL)
    with pytest.raises(DeviceFault) as fault:
        await studio.examine(good)
    assert fault.value.code == "picture.crashed"
    assert (await studio.examine(good)).upload


async def test_a_process_that_hangs_is_replaced_and_the_next_picture_is_taken(good: bytes, tmp_path: Path) -> None:
    studio = Studio(environment={"DEMADO_MODELS": str(tmp_path)}, examine_s=3.0)
    try:
        await studio.start()
        hung = studio.pid
        os.kill(hung, signal.SIGSTOP)
        with pytest.raises(DeviceFault) as fault:
            await studio.examine(good)
        assert fault.value.code == "picture.no_answer"
        assert (await studio.examine(good)).upload
        assert studio.pid not in (0, hung)
        with pytest.raises(ProcessLookupError):
            os.kill(hung, 0)
    finally:
        await studio.stop()


async def test_a_picture_nobody_waits_for_any_more_is_never_the_answer_to_the_next(good: bytes, tmp_path: Path) -> None:
    studio = Studio(environment={"DEMADO_MODELS": str(tmp_path)})
    try:
        await studio.start()
        asked = asyncio.create_task(studio.examine(jpeg(portrait(3))))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (await studio.examine(good)).width == 960
    finally:
        await studio.stop()


@given(st.binary(max_size=200), st.integers(0, 30), st.binary(max_size=40))
def test_no_header_is_so_broken_that_reading_it_fails(noise: bytes, keep: int, more: bytes) -> None:
    found = jpeg_header.read(b"\xff\xd8" + noise[:keep] + b"\xff\xc0" + more)
    assert found is None or (found.width > 0 and found.height > 0)


@given(st.integers(69, 200), st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 3, 30, 255]))
def test_an_upload_always_keeps_the_limits_or_is_refused(k: int, seed: int, contrast: int) -> None:
    cut: Pixels = np.random.default_rng(seed).integers(0, contrast + 1, (9 * k, 7 * k, 3)).astype(np.uint8)
    try:
        made = encode.upload(cut)
    except Unusable as unusable:
        assert unusable.code == "picture.empty" and contrast <= 3
        return
    assert 20 * 1024 <= len(made) <= 7_000_000
    with Image.open(io.BytesIO(made)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert all(480 <= side <= 6000 for side in image.size) and image.width * 9 == image.height * 7
