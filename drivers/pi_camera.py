"""The Raspberry Pi's own camera (CSI), which libcamera drives through Debian's python3-picamera2.

Not tried: no Raspberry Pi was at hand when this was written. It is kept thin: whatever can be is the process, the
watchdog and the replies that the other cameras' tests try.
"""

from __future__ import annotations

from drivers.camera_process import CameraProcess


class PiCamera(CameraProcess):
    """A Camera whose pictures never leave memory; only where picamera2 is installed is it more than a named fault."""

    def __init__(self) -> None:
        super().__init__("drivers.pi_camera_worker")
