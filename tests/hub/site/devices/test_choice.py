"""Which devices a hub drives: what is named is real, and no face ever falls into a folder as a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.device import DeviceState
from hub.site.devices.choice import DeviceChoice, make_devices
from hub.site.startfaults import DeviceAddressWrong


def kinds(choice: DeviceChoice, folder: Path, *, emulate: bool = True, training: bool = True) -> list[str]:
    return list(make_devices(choice, folder, emulate=emulate, training=training).kinds())


def test_in_training_what_is_not_named_is_emulated(tmp_path: Path) -> None:
    assert kinds(DeviceChoice(), tmp_path) == ["camera", "photo", "ticket", "display", "voice"]


def test_a_document_camera_is_a_device_beside_the_booths_camera(tmp_path: Path) -> None:
    choice = DeviceChoice(document_camera="emulated")
    assert kinds(choice, tmp_path) == ["camera", "documents", "photo", "ticket", "display", "voice"]


def test_outside_training_no_camera_and_no_photo_printer_is_emulated(tmp_path: Path) -> None:
    assert kinds(DeviceChoice(), tmp_path, training=False) == ["ticket", "display", "voice"]


@pytest.mark.parametrize("training", [True, False])
def test_pages_of_a_real_camera_never_fall_into_a_folder(tmp_path: Path, training: bool) -> None:
    assert kinds(DeviceChoice(camera="gphoto"), tmp_path, training=training) == [
        "camera",
        "ticket",
        "display",
        "voice",
    ]


def test_without_emulators_there_is_what_was_named(tmp_path: Path) -> None:
    named = DeviceChoice(ticket_printer="tcp:127.0.0.1", camera="gphoto:ptpip:127.0.0.1")
    assert kinds(named, tmp_path, emulate=False) == ["camera", "ticket"]
    assert kinds(DeviceChoice(camera="picamera"), tmp_path, emulate=False) == ["camera"]
    assert kinds(DeviceChoice(camera=f"folder:{tmp_path}"), tmp_path, emulate=False) == ["camera"]
    assert kinds(DeviceChoice(), tmp_path, emulate=False) == []


@pytest.mark.parametrize("camera", ["", "gphoto2", "webcam:0", "folder:", "folder"])
def test_a_camera_that_is_none_is_refused(tmp_path: Path, camera: str) -> None:
    with pytest.raises(DeviceAddressWrong):
        make_devices(DeviceChoice(camera=camera), tmp_path, emulate=True, training=True)


def test_a_photo_printer_is_a_queue_of_cups_or_a_printers_own_address(tmp_path: Path) -> None:
    for address in ("ipp://localhost/ipp/print", "Canon_SELPHY"):
        assert "photo" in kinds(DeviceChoice(photo_printer=address), tmp_path, emulate=False)
    for address in ("", "http://localhost", "two words"):
        with pytest.raises(DeviceAddressWrong):
            make_devices(DeviceChoice(photo_printer=address), tmp_path, emulate=True, training=True)


def test_no_device_is_touched_before_it_is_started(tmp_path: Path) -> None:
    made = make_devices(DeviceChoice(), tmp_path / "devices", emulate=True, training=True)
    assert {device.health.state for device in made.kinds().values()} == {DeviceState.OFF}
    assert not (tmp_path / "devices").exists()
