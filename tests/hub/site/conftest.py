"""A real browser (Debian's Chromium) for the pages that a hub serves."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One headless browser for a module's pages: where it listens. To start one takes a second of the processor."""
    assert CHROMIUM is not None
    profile = tmp_path_factory.mktemp("profile")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    running = subprocess.Popen(
        [
            CHROMIUM,
            "--headless",
            *root,
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--autoplay-policy=no-user-gesture-required",
            f"--user-data-dir={profile}",
            "--window-size=1920,1080",
            "--remote-debugging-port=0",
            "about:blank",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port_file, end = profile / "DevToolsActivePort", time.monotonic() + 60
        while not (port_file.exists() and "\n" in (said := port_file.read_text())):
            assert running.poll() is None and time.monotonic() < end, "the browser does not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{said.split()[0]}"
    finally:
        running.terminate()
        running.wait()
