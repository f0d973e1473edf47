"""The studio: a picture in, a cut picture out, in a process of its own."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from drivers.device import DeviceFault
from drivers.picture.studio import Studio
from drivers.picture.values import Box, SheetLabel
from tests.drivers.portraits import jpeg, portrait


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def blind(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """A studio whose model files were never fetched."""
    studio = Studio(environment={"DEMADO_MODELS": str(tmp_path_factory.mktemp("no-models"))})
    yield studio
    await studio.stop()


def size(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as image:
        return image.size


@pytest.mark.asyncio(loop_scope="module")
async def test_without_the_model_files_nothing_is_checked_and_it_says_so(blind: Studio) -> None:
    examined = await blind.examine(jpeg(portrait()))
    assert not blind.checks and "face_detection_short_range.tflite" in blind.why_no_checks
    assert not examined.checked and examined.measures is None
    # the largest 7:9 in the middle of 1440 x 2016 px
    assert examined.box == Box(left=2, top=86, width=1435, height=1845)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_person_cuts_where_the_checks_are_off(blind: Studio) -> None:
    drawn = Box(left=350, top=360, width=875, height=1125)
    examined = await blind.crop_by_hand(jpeg(portrait()), drawn)
    assert examined.box == drawn and examined.measures is None
    assert size(examined.upload) == (875, 1125) and size(examined.preview) == (373, 480)
    assert (examined.width, examined.height) == (1440, 2016)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_no_picture_has_its_name_and_the_next_one_is_taken(blind: Studio) -> None:
    for nothing, code in [(b"", "picture.not_jpeg"), (jpeg(portrait())[:50_000], "picture.damaged")]:
        with pytest.raises(DeviceFault) as fault:
            await blind.examine(nothing)
        assert fault.value.code == code
    assert (await blind.examine(jpeg(portrait()))).upload


@pytest.mark.asyncio(loop_scope="module")
async def test_a_sheet_is_l_size_at_300_dpi(blind: Studio) -> None:
    page = await blind.sheet(jpeg(portrait()), SheetLabel(number="A-019", city="小金井市"))
    with Image.open(io.BytesIO(page)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (1050, 1500))
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
