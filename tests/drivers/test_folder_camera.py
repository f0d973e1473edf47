"""The folder camera on a real RAM disk: only the one whole picture that comes after the shutter was asked."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image

from drivers.device import Camera, DeviceFault, DeviceState
from drivers.folder_camera import FolderCamera
from drivers.ram_disk import on_ram_disk
from drivers.supervision import Pace, Supervisor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the hub runs on Linux, and so does tmpfs")

PATIENCE_S = 60.0
"""Half a second is enough for a picture to settle; a busy machine may take longer, and nothing is judged by time."""

SHORT_S = 1.2
"""For shots that nothing whole comes to, which wait to the end."""


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((480, 640), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


PICTURE, OTHER = jpeg(), jpeg()


def files(folder: Path) -> list[str]:
    """The names that lie there now."""
    return sorted(os.listdir(folder))


def clear(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def remount(folder: Path, content: bytes | None) -> None:
    """Take the folder away, or put another in its place with a picture in it."""
    if content is None:
        folder.rmdir()
    else:
        folder.mkdir()
        (folder / "another's.jpg").write_bytes(content)


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="demado-folder-", dir="/dev/shm"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
async def camera(folder: Path) -> AsyncIterator[FolderCamera]:
    made = FolderCamera(folder, patience_s=PATIENCE_S)
    await made.open()
    yield made
    await made.close()


async def fault_of(what: object) -> DeviceFault:
    with pytest.raises(DeviceFault) as told:
        await what  # type: ignore[misc]
    return told.value


async def asked(camera: FolderCamera) -> asyncio.Task[bytes]:
    """A shot that now waits for the tablet."""
    taking = asyncio.create_task(camera.capture())
    while not (camera.waiting or taking.done()):  # noqa: ASYNC110  # the folder is read on another thread
        await asyncio.sleep(0.01)
    return taking


async def shot(camera: FolderCamera, *tablet: tuple[float, Path, bytes]) -> bytes:
    """Ask for a picture; the tablet writes these after so many seconds each."""
    taking = await asked(camera)
    for after_s, path, content in tablet:
        await asyncio.sleep(after_s)
        with path.open("ab") as file:
            file.write(content)
    return await taking


async def test_the_picture_saved_after_the_shutter_was_asked_is_the_one_and_none_stays(
    folder: Path, camera: FolderCamera
) -> None:
    held: Camera = camera  # checked by mypy: the protocol is kept
    assert await shot(camera, (0.1, folder / "IMG_0001.JPG", PICTURE)) == PICTURE
    assert files(folder) == []
    assert await shot(camera, (0.1, folder / "IMG_0001.JPG", OTHER)) == OTHER
    await held.emptied()


async def test_a_picture_that_comes_in_pieces_is_taken_when_it_is_whole_and_the_receivers_half_file_never(
    folder: Path, camera: FolderCamera
) -> None:
    half = len(PICTURE) // 2
    picture = await shot(
        camera,
        (0.0, folder / ".IMG_1.JPG.part", PICTURE[:half]),
        (0.1, folder / "IMG_1.JPG", PICTURE[:half]),
        (0.3, folder / "IMG_1.JPG", PICTURE[half:] + b"the moving picture of the seconds before"),
    )
    assert picture == PICTURE and files(folder) == []


async def test_of_two_pictures_nobody_chooses_both_are_deleted_and_the_next_shot_works(
    folder: Path, camera: FolderCamera
) -> None:
    # The first settles slowly, so that the second comes while it does, however busy this machine is.
    slow = FolderCamera(folder, patience_s=PATIENCE_S, settled_s=PATIENCE_S / 2)
    await slow.open()
    told = await fault_of(shot(slow, (0.0, folder / "a.jpg", PICTURE), (0.2, folder / "b.jpg", OTHER)))
    assert told.code == "camera.two_pictures" and files(folder) == []
    await slow.close()
    assert await shot(camera, (0.0, folder / "c.jpg", PICTURE)) == PICTURE


async def test_what_lay_there_before_the_hub_is_named_and_not_touched_and_stands_in_the_way(folder: Path) -> None:
    (folder / "旅行\x1b[2J.jpg").write_bytes(PICTURE)
    camera = FolderCamera(folder, patience_s=PATIENCE_S)
    told = await fault_of(camera.open())
    assert told.code == "camera.not_empty" and "旅行" in told.ja and "\x1b" not in told.ja
    assert "旅行" not in str(told), "what goes into logs names no file"
    assert len(files(folder)) == 1
    clear(folder)
    await camera.open()
    assert await shot(camera, (0.0, folder / "a.jpg", PICTURE)) == PICTURE
    await camera.close()


async def test_a_picture_from_before_the_shutter_is_deleted_and_never_the_answer(
    folder: Path, camera: FolderCamera
) -> None:
    (folder / "early.jpg").write_bytes(PICTURE)
    told = await fault_of(camera.capture())
    assert told.code == "camera.unasked" and "early.jpg" in told.ja and files(folder) == []
    assert await shot(camera, (0.0, folder / "a.jpg", OTHER)) == OTHER


async def test_a_picture_that_comes_between_two_shots_is_deleted_and_advised_until_the_next(
    folder: Path, camera: FolderCamera
) -> None:
    sub = folder / "DCIM"
    sub.mkdir()
    (sub / "late.jpg").write_bytes(PICTURE)
    await camera.probe()
    assert camera.advice == "camera.unasked" and files(sub) == []
    await camera.probe()
    assert camera.advice == "camera.unasked", "a word that is gone after half a second was said to nobody"
    await shot(camera, (0.0, folder / "a.jpg", PICTURE))
    assert camera.advice == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PICTURE[:-2], "camera.bad_picture"),
        (b"", "camera.bad_picture"),
        (b"\x00\x00\x00\x20ftypheic" + PICTURE, "camera.wrong_mode"),
    ],
)
async def test_what_is_no_whole_jpeg_is_named_and_deleted(folder: Path, content: bytes, code: str) -> None:
    camera = FolderCamera(folder, patience_s=SHORT_S if code == "camera.bad_picture" else PATIENCE_S)
    await camera.open()
    assert (await fault_of(shot(camera, (0.0, folder / "x.jpg", content)))).code == code
    assert files(folder) == []
    await camera.close()


async def test_a_shot_that_brings_nothing_is_named(folder: Path) -> None:
    camera = FolderCamera(folder, patience_s=SHORT_S)
    await camera.open()
    assert (await fault_of(camera.capture())).code == "camera.no_picture"
    await camera.close()


async def test_a_link_is_not_followed(folder: Path, camera: FolderCamera, tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(PICTURE)
    taking = await asked(camera)
    os.symlink(secret, folder / "x.jpg")
    assert (await fault_of(taking)).code == "camera.wrong_mode"
    assert files(folder) == [] and secret.exists()


def on_disk() -> Path:
    """A folder that is not in memory, wherever this machine keeps its temporary files; /proc never is a RAM disk."""
    places = (tempfile.gettempdir(), "/var/tmp", str(Path(__file__).parent), "/proc")
    return next(folder for folder in map(Path, places) if folder.is_dir() and not on_ram_disk(folder))


async def test_a_folder_on_a_disk_is_refused() -> None:
    assert (await fault_of(FolderCamera(on_disk()).open())).code == "camera.not_in_memory"


@pytest.mark.parametrize("line", ["36 35 {0} / /x rw - ext4 /dev/root rw", "36 35 99:99 / /x rw - tmpfs tmpfs rw", ""])
def test_only_the_folders_own_mount_says_that_it_is_in_memory(folder: Path, tmp_path: Path, line: str) -> None:
    mounts, device = tmp_path / "mountinfo", folder.stat().st_dev
    mounts.write_text(line.format(f"{os.major(device)}:{os.minor(device)}") + "\n")
    assert on_ram_disk(folder) and not on_ram_disk(folder, mounts)
    assert not on_ram_disk(folder / "absent")


async def test_a_folder_that_goes_is_an_absent_camera_and_another_under_its_name_is_looked_at_anew(
    folder: Path,
) -> None:
    changed = asyncio.Event()
    camera = Supervisor(
        FolderCamera(folder, patience_s=PATIENCE_S),
        lambda kind, health: changed.set(),
        Pace(watch_every_s=0.05, first_retry_s=0.05, longest_retry_s=0.1),
    )

    async def until(state: DeviceState, code: str = "") -> None:
        async with asyncio.timeout(PATIENCE_S):
            while (camera.health.state, camera.health.reason_code) != (state, code):
                await changed.wait()
                changed.clear()

    await camera.start()
    assert camera.health.state is DeviceState.READY
    remount(folder, None)
    await until(DeviceState.ABSENT, "camera.absent")
    remount(folder, PICTURE)
    await until(DeviceState.FAULT, "camera.not_empty")
    clear(folder)
    await until(DeviceState.READY)
    await camera.stop()


async def test_supervision_lets_a_person_take_as_long_as_the_folder_camera_says(folder: Path) -> None:
    pace = Pace(call_deadline_s=0.05)
    camera = FolderCamera(folder, patience_s=PATIENCE_S)
    supervised = Supervisor(camera, None, pace)
    await supervised.start()
    taking = asyncio.create_task(supervised.call(lambda one: one.capture()))
    while not camera.waiting:  # noqa: ASYNC110  # the folder is read on another thread
        await asyncio.sleep(0.01)
    (folder / "a.jpg").write_bytes(PICTURE)
    assert await taking == PICTURE
    await supervised.stop()
