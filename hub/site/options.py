"""How a hub was started: what its command line chose."""

from __future__ import annotations

from pathlib import Path

from hub.site.devices.choice import DeviceChoice


class Options:
    """How the daemon was started."""

    def __init__(
        self,
        home: Path,
        host: str,
        port: int,
        office: str | None = None,
        devices: str = "emulated",
        announce: bool = True,
        simulated_start_ms: int | None = None,
        chosen: DeviceChoice | None = None,
        status_url: str | None = None,
        watch_loop: bool = False,
    ) -> None:
        self.home = home
        self.host = host
        self.port = port
        self.office = office
        self.devices = devices
        self.announce = announce
        self.simulated_start_ms = simulated_start_ms
        self.chosen = chosen or DeviceChoice()
        """The devices that were named; `devices` says whether the others are "emulated" or "none"."""
        self.status_url = status_url
        """Address of the office's public page, which tickets carry as a QR code; None: they carry none."""
        self.watch_loop = watch_loop
        """Whether the health page tells how long the event loop was held (for measuring)."""
