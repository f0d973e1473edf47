"""A camera that libgphoto2 drives."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.camera_process import DEADLINES_S, CameraProcess


class GphotoCamera(CameraProcess):
    """`port`: as libgphoto2 names it (ptpip:HOST), empty for the first camera on USB. `environment`: for the virtual
    camera its VCAMERADIR."""

    def __init__(
        self, port: str = "", *, environment: Mapping[str, str] | None = None, capture_s: float = DEADLINES_S["capture"]
    ) -> None:
        super().__init__("drivers.gphoto.worker", port, environment=environment, capture_s=capture_s)
