"""The Pi's camera where it is not: everywhere but on a Pi, and there is none here, so that this is all that is tried."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from drivers.device import Camera, DeviceFault
from drivers.pi_camera import PiCamera


@pytest.mark.skipif(sys.platform != "linux", reason="the camera's process speaks over a Linux pipe")
@pytest.mark.skipif(importlib.util.find_spec("picamera2") is not None, reason="this is a Pi: its camera would answer")
async def test_without_picamera2_the_fault_says_what_to_install() -> None:
    camera: Camera = PiCamera()  # checked by mypy: the protocol is kept
    with pytest.raises(DeviceFault) as told:
        await camera.open()
    assert told.value.code == "camera.no_library" and "python3-picamera2" in told.value.remedy_ja
    await camera.close()
