"""The camera through the real libgphoto2: its own virtual camera, and USB faults put under its PTP driver."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image

from drivers.device import DeviceFault, DeviceState
from drivers.gphoto.camera import NOWHERE, GphotoCamera
from drivers.supervision import Pace, Supervisor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="gphoto2 has wheels for Linux and macOS alone")

QUICK = Pace(watch_every_s=0.1, first_retry_s=0.05, longest_retry_s=0.2)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the virtual camera: what it "sees" is the one picture in it."""
    folder = tmp_path_factory.mktemp("sitter")
    Image.effect_noise((600, 800), 60).convert("RGB").save(folder / "face.jpg", quality=90)
    return folder


class Cable:
    """The USB cable between libgphoto2 and its virtual camera, which a test can cut, hold and slow down."""

    def __init__(self, folder: Path, portrait: Path, library: Path) -> None:
        self.switch = folder / "fault"
        self.mend()
        vusb = next(Path(sys.prefix).glob("lib/python*/site-packages/gphoto2/libgphoto2/vusb/vusb.so"))
        self.environment = {
            "VCAMERADIR": str(portrait),
            "DEMADO_IOLIBS": str(library.parent),
            "REAL_VUSB": str(vusb),
            "FAULTUSB": str(self.switch),
        }

    def suffer(self, what: str, how: int = 0) -> None:
        self.switch.write_text(f"{what} {how}\n")

    def mend(self) -> None:
        self.switch.write_text("")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("iolibs") / "faultusb.so"
    source = Path(__file__).with_name("faultusb.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(built), str(source), "-ldl"], check=True)
    return built


@pytest.fixture
def cable(tmp_path: Path, portrait: Path, library: Path) -> Cable:
    return Cable(tmp_path, portrait, library)


@pytest.fixture
async def camera(cable: Cable) -> AsyncIterator[GphotoCamera]:
    made = GphotoCamera(environment=cable.environment)
    yield made
    await made.close()


async def fault_of(what: object) -> DeviceFault:
    with pytest.raises(DeviceFault) as told:
        await what  # type: ignore[misc]
    return told.value


async def test_a_picture_arrives_whole_and_none_stays_in_the_camera(portrait: Path, camera: GphotoCamera) -> None:
    await camera.open()
    assert "Nikon" in camera.model and camera.battery == 50
    for _ in range(3):
        picture = await camera.capture()  # the driver itself looks whether the camera is empty afterwards
        assert picture == (portrait / "face.jpg").read_bytes()
        assert Image.open(io.BytesIO(picture)).size == (600, 800)


@pytest.mark.needs("gcc")
@pytest.mark.parametrize(
    ("what", "how", "code"),
    [
        ("capture-rc", 0xA002, "camera.focus_failed"),
        ("capture-rc", 0x2019, "camera.busy"),
        ("yank-download", 0, "camera.absent"),
        ("unplugged", 0, "camera.absent"),
    ],
)
async def test_each_fault_of_a_shot_has_its_name_and_the_next_shot_works(
    cable: Cable, camera: GphotoCamera, what: str, how: int, code: str
) -> None:
    await camera.open()
    cable.suffer(what, how)
    assert (await fault_of(camera.capture())).code == code
    cable.mend()
    await camera.open()
    assert (await camera.capture()).startswith(b"\xff\xd8")


@pytest.mark.needs("gcc")
@pytest.mark.parametrize(("what", "code"), [("claim", "camera.claimed"), ("unplugged", "camera.absent")])
async def test_a_camera_that_cannot_be_had_is_named_and_had_later(
    cable: Cable, camera: GphotoCamera, what: str, code: str
) -> None:
    cable.suffer(what)
    assert (await fault_of(camera.open())).code == code
    cable.mend()
    await camera.open()
    assert await camera.capture()


@pytest.mark.needs("gcc")
async def test_a_camera_that_hangs_is_killed_and_the_next_shot_works(cable: Cable) -> None:
    hasty = GphotoCamera(environment=cable.environment, capture_s=2.0)
    await hasty.open()
    stuck = hasty.pid
    cable.suffer("hang", 60)
    assert (await fault_of(hasty.capture())).code == "camera.no_answer"
    with pytest.raises(ProcessLookupError):
        os.kill(stuck, 0)
    cable.mend()
    killed = time.monotonic()
    await hasty.open()
    print(f"camera: from the watchdog's kill to ready {time.monotonic() - killed:.3f} s", end=", ")
    assert await hasty.capture()
    print(f"to the next good shot {time.monotonic() - killed:.3f} s")
    await hasty.close()


@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGSEGV])
async def test_a_crash_of_the_library_is_the_cameras_fault_and_not_the_hubs(
    camera: GphotoCamera, deadly: signal.Signals
) -> None:
    await camera.open()
    os.kill(camera.pid, deadly)
    assert (await fault_of(camera.capture())).code == "camera.crashed"
    await camera.open()
    assert await camera.capture()


@pytest.mark.drill  # 27 shots; the network camera's card is full at once
async def test_a_full_card_is_named(camera: GphotoCamera) -> None:
    await camera.open()
    codes = set()
    for _ in range(40):  # the virtual card has room for fewer, and counts what was deleted too
        try:
            await camera.capture()
        except DeviceFault as told:
            codes.add(told.code)
            break
    assert codes == {"camera.card_full"}


class NetworkCamera:
    """A PTP/IP camera of our own in a process of its own: what it stores outlives our worker, as on a real card."""

    def __init__(self, picture: Path, *features: str) -> None:
        script = Path(__file__).with_name("network_camera.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(picture), *features],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def ask(self, what: str) -> str:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def driver(self, settings: Path = NOWHERE) -> GphotoCamera:
        return GphotoCamera(f"ptpip:127.0.0.1:{self.port}:{self.port}", settings=settings)

    def stop(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture
def network_camera(portrait: Path) -> Iterator[NetworkCamera]:
    made = NetworkCamera(portrait / "face.jpg")
    yield made
    made.stop()


@pytest.fixture
async def connected(network_camera: NetworkCamera) -> AsyncIterator[GphotoCamera]:
    made = network_camera.driver()
    await made.open()
    yield made
    await made.close()


async def test_a_picture_that_a_killed_worker_left_in_the_camera_is_deleted_before_the_next_is_taken(
    network_camera: NetworkCamera,
) -> None:
    network_camera.ask("put HOLIDAY.JPG")  # somebody's own picture, from before us
    camera = network_camera.driver()
    await camera.open()
    assert camera.advice == "camera.not_empty"
    network_camera.ask("fault GetObject hang 30")
    shot = asyncio.create_task(camera.capture())
    while "IMG_" not in network_camera.ask("files"):  # noqa: ASYNC110  # it happens in two other processes
        await asyncio.sleep(0.02)
    os.kill(camera.pid, signal.SIGKILL)
    killed = time.monotonic()
    with pytest.raises(DeviceFault):
        await shot
    assert "IMG_" in network_camera.ask("files")
    await camera.open()
    print(f"camera: from the kill to ready {time.monotonic() - killed:.3f} s", end=", ")
    assert network_camera.ask("files") == "HOLIDAY.JPG"
    assert await camera.capture()
    print(f"to the next good shot {time.monotonic() - killed:.3f} s")
    assert network_camera.ask("files") == "HOLIDAY.JPG"
    await camera.close()


async def test_a_network_camera_knows_us_again_after_a_worker_was_killed_and_a_hub_restarted(
    network_camera: NetworkCamera, tmp_path: Path
) -> None:
    for _ in range(2):
        camera = network_camera.driver(tmp_path / "settings")
        await camera.open()
        await camera.emptied()
        await camera.close()
    assert len(network_camera.ask("guests").split(",")) == 1


async def test_a_camera_worker_leaves_nothing_behind(
    network_camera: NetworkCamera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    camera = network_camera.driver()
    await camera.open()
    assert await camera.capture()
    await camera.emptied()
    await camera.close()
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240  # an empty folder of the test


async def test_a_network_cameras_full_card_is_asked_for(network_camera: NetworkCamera, connected: GphotoCamera) -> None:
    network_camera.ask("free 0")
    assert (await fault_of(connected.capture())).code == "camera.card_full"
    network_camera.ask("free 9")
    assert await connected.capture()


async def test_a_camera_that_stores_no_jpeg_is_named_and_its_picture_is_deleted_all_the_same(
    network_camera: NetworkCamera, connected: GphotoCamera
) -> None:
    network_camera.ask("stores NEF")
    assert (await fault_of(connected.capture())).code == "camera.wrong_mode"
    assert network_camera.ask("files") == ""
    network_camera.ask("stores JPG")
    assert await connected.capture()


async def test_a_picture_that_arrives_short_is_named_and_deleted(
    network_camera: NetworkCamera, connected: GphotoCamera
) -> None:
    network_camera.ask("fault GetObject short 5000")
    assert (await fault_of(connected.capture())).code == "camera.bad_picture"
    assert network_camera.ask("files") == ""
    assert await connected.capture()


async def test_a_camera_that_refuses_to_delete_is_named_at_the_shot(
    network_camera: NetworkCamera, connected: GphotoCamera
) -> None:
    network_camera.ask("fault DeleteObject refuse 0x200F")
    assert (await fault_of(connected.capture())).code == "camera.not_deleted"
    await connected.emptied()
    assert network_camera.ask("files") == ""


async def test_a_camera_that_only_says_it_deleted_is_found_out_in_a_new_session(
    network_camera: NetworkCamera, connected: GphotoCamera
) -> None:
    network_camera.ask("keeps yes")
    assert await connected.capture()
    assert (await fault_of(connected.emptied())).code == "camera.not_deleted"
    network_camera.ask("keeps no")
    await connected.emptied()
    assert network_camera.ask("files") == "" and await connected.capture()


async def test_a_battery_is_advised_when_low_and_named_when_empty(
    network_camera: NetworkCamera, connected: GphotoCamera
) -> None:
    assert (connected.battery, connected.advice) == (80, "")
    network_camera.ask("battery 10")
    await asyncio.sleep(2.1)  # libgphoto2 asks a setting again after two seconds
    assert await connected.capture()
    assert (connected.battery, connected.advice) == (10, "camera.battery_low")
    network_camera.ask("battery 0")
    assert (await fault_of(connected.open())).code == "camera.battery_dead"
    network_camera.ask("battery 90")
    await connected.open()
    assert connected.advice == "" and await connected.capture()


async def test_a_camera_with_a_live_picture_shows_it_and_takes_pictures_besides(portrait: Path) -> None:
    network_camera = NetworkCamera(portrait / "face.jpg", "live")
    camera = network_camera.driver()
    await camera.open()
    for _ in range(2):
        assert Image.open(io.BytesIO(await camera.preview())).size == (600, 800)
        assert await camera.capture()
    assert network_camera.ask("files") == ""
    await camera.close()
    network_camera.stop()


async def test_a_camera_without_a_live_picture_says_so_and_still_shoots(connected: GphotoCamera) -> None:
    assert (await fault_of(connected.preview())).code == "camera.no_preview"
    assert await connected.capture()


async def test_a_shot_that_nobody_waits_for_any_more_is_not_taken_for_the_next(camera: GphotoCamera) -> None:
    await camera.open()
    shot = asyncio.create_task(camera.capture())
    await asyncio.sleep(0)
    shot.cancel()
    await asyncio.gather(shot, return_exceptions=True)
    assert (await fault_of(camera.probe())).code == "camera.absent"
    await camera.open()
    assert await camera.capture()


@pytest.mark.needs("gcc")
async def test_supervision_sees_the_cable_go_and_come_back(cable: Cable) -> None:
    seen: list[DeviceState] = []
    changed = asyncio.Event()

    def on_change(kind: str, health: object) -> None:
        seen.append(supervisor.health.state)
        changed.set()

    async def until(state: DeviceState) -> None:
        async with asyncio.timeout(60):
            while supervisor.health.state is not state:
                await changed.wait()
                changed.clear()

    supervisor = Supervisor(GphotoCamera(environment=cable.environment), on_change, QUICK)
    await supervisor.start()
    assert supervisor.health.state is DeviceState.READY
    cable.suffer("unplugged")
    await until(DeviceState.ABSENT)
    cable.mend()
    await until(DeviceState.READY)
    assert await supervisor.call(lambda camera: camera.capture())
    await supervisor.stop()
