"""What is connected is listed with what to type, and what cannot be used says why."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from drivers.emulators.serial_display import EpsonDmEmulator
from drivers.found.cameras import camera_nodes, cameras
from drivers.found.outputs import print_queues, screens, sound_outputs
from drivers.found.ports import serial_ports
from drivers.found.thing import PROBLEMS

ROOT = Path(__file__).resolve().parents[2]


def test_an_adapter_is_listed_by_its_lasting_name_and_one_that_is_gone_says_so(tmp_path: Path) -> None:
    display = EpsonDmEmulator()
    name = tmp_path / "usb-FTDI_FT232R-if00-port0"
    name.symlink_to(display.port)
    (found,) = serial_ports(tmp_path)
    assert found.problem == "" and str(name) in found.option and found.where == os.path.realpath(display.port)
    display.unplug()
    (found,) = serial_ports(tmp_path)
    assert found.problem == "gone"
    assert serial_ports(tmp_path / "nothing") == []


@pytest.mark.needs("root")
def test_a_port_that_this_user_may_not_open_names_the_group() -> None:
    with tempfile.TemporaryDirectory() as made:  # pytest's own folders let nobody else in
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "port").touch(mode=0o600)
        (folder / "by-id").mkdir()
        (folder / "by-id" / "usb-one").symlink_to(folder / "port")
        code = "import os, sys; from pathlib import Path; from drivers.found.ports import serial_ports as ports; "
        code += (
            "os.setresuid(65534, 65534, 65534); print([(one.problem, one.data) for one in ports(Path(sys.argv[1]))])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder / "by-id")], cwd=ROOT, capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == "[('permission', {'group': 'root'})]"


@pytest.mark.skipif(sys.platform != "linux", reason="gphoto2 has wheels for Linux and macOS alone")
async def test_a_camera_is_opened_once_and_named(tmp_path: Path) -> None:
    Image.effect_noise((600, 800), 60).convert("RGB").save(tmp_path / "face.jpg")
    (found,) = await cameras({"VCAMERADIR": str(tmp_path)})
    assert "Nikon" in found.name and found.option == "--camera gphoto"


def test_of_all_on_the_bus_only_cameras_files_are_looked_at(tmp_path: Path) -> None:
    for device, kind, number in (("1-1", "06", 4), ("1-2", "03", 5)):
        (tmp_path / device).mkdir()
        (tmp_path / device / "busnum").write_text("1\n")
        (tmp_path / device / "devnum").write_text(f"{number}\n")
        (tmp_path / f"{device}:1.0").mkdir()
        (tmp_path / f"{device}:1.0" / "bInterfaceClass").write_text(f"{kind}\n")
    assert camera_nodes(tmp_path) == ["/dev/bus/usb/001/004"]


def test_without_pycups_the_package_is_named() -> None:
    code = "import sys; sys.modules['cups'] = None; from drivers.found.outputs import print_queues as p; print(p())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "print.pycups" in done.stdout
    assert "libcups2-dev" in PROBLEMS["print.pycups"].todo_ja


def test_where_cups_does_not_answer_that_is_said_and_where_it_does_its_queues_are_listed() -> None:
    assert all(one.option.startswith("--photo-printer ") or one.problem for one in print_queues())


def test_sound_cards_are_named_as_alsa_takes_them(tmp_path: Path) -> None:
    cards = tmp_path / "cards"
    cards.write_text(
        " 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n                      vc4-hdmi-0\n"
        " 1 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n                      bcm2835 Headphones\n"
    )
    assert [one.option for one in sound_outputs(cards)] == [
        "--speaker plughw:CARD=vc4hdmi0",
        "--speaker plughw:CARD=Headphones",
    ]


def test_only_connectors_with_a_screen_are_listed(tmp_path: Path) -> None:
    for name, status in (("card1-HDMI-A-1", "connected"), ("card1-HDMI-A-2", "disconnected")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "status").write_text(status + "\n")
    assert [one.name for one in screens(tmp_path)] == ["HDMI-A-1"]
