"""A hub with a camera: libgphoto2's own virtual one, in the worker's process, seen from a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.hub.site.hubs import site_at

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="gphoto2 has wheels for Linux and macOS alone")


async def test_a_camera_on_the_command_line_is_supervised_and_every_terminal_is_told(tmp_path: Path) -> None:
    sitter = tmp_path / "sitter"
    sitter.mkdir()
    Image.effect_noise((600, 800), 60).convert("RGB").save(sitter / "face.jpg")
    async with site_at(tmp_path) as site:
        site.hub.environment["VCAMERADIR"] = str(sitter)
        await site.hub.start("--devices", "none", "--camera", "gphoto")
        terminal = await site.terminal()
        await terminal.until(
            lambda: (
                terminal.status is not None
                and [(word.device, word.state) for word in terminal.status.devices] == [("camera", "ready")]
            )
        )
        assert await site.hub.stop() == 0
