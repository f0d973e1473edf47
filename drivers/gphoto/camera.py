"""A camera that libgphoto2 drives."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from drivers.camera_process import DEADLINES_S, CameraProcess

NOWHERE = Path(os.devnull)
"""As a home: no folder can be made in it, so that the library keeps nothing. A worker is killed when it is done with,
and could not clear up behind itself."""


class GphotoCamera(CameraProcess):
    """`port`: as libgphoto2 names it (ptpip:HOST), empty for the first camera on USB. `environment`: for the virtual
    camera its VCAMERADIR. `settings`: folder in which the library keeps what it wants to know next time: the number by
    which a network camera knows us (the GUID of CIPA DC-X005), and asks its owner about each new one."""

    def __init__(
        self,
        port: str = "",
        *,
        environment: Mapping[str, str] | None = None,
        capture_s: float = DEADLINES_S["capture"],
        settings: Path = NOWHERE,
    ) -> None:
        homes = {"HOME": str(NOWHERE), "XDG_CONFIG_HOME": str(settings)}
        super().__init__(
            "drivers.gphoto.worker", port, environment={**homes, **(environment or {})}, capture_s=capture_s
        )
