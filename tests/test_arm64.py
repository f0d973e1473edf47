"""The Raspberry Pi without one: its wheels under the locked hashes, and its own Python (emulated) importing every room."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.drill, pytest.mark.skipif(sys.platform != "linux", reason="pip answers for its own platform")]

DEBIAN = {(3, 11): "bookworm", (3, 13): "trixie"}
"""Python of the Debian that Raspberry Pi OS is made from. Locks have markers, so we ask for the Python that we are."""

GLIBC_OLDEST = 28
"""bookworm has glibc 2.36; wheels name the oldest that they run on, and none asks for more than 2.28."""

EVERYTHING = """
import importlib, pkgutil, platform
import cv2, gphoto2, msgspec, nacl.signing, numpy, typst
signed = nacl.signing.SigningKey(bytes(32)).sign(b"arm")
signed_ok = nacl.signing.SigningKey(bytes(32)).verify_key.verify(signed) == b"arm"
picture = cv2.imdecode(cv2.imencode(".jpg", numpy.zeros((80, 60, 3), numpy.uint8))[1], cv2.IMREAD_COLOR)
names = [
    module.name
    for room in ("sync", "drivers", "hub", "tui")
    for module in pkgutil.walk_packages(importlib.import_module(room).__path__, room + ".")
    if not module.name.endswith("__main__")
]
for name in names:
    importlib.import_module(name)
print(platform.machine(), signed_ok, picture.shape, gphoto2.gp_library_version(0)[0], len(names))
"""


def wheels_only() -> list[str]:
    """pip's options for 64-bit Arm, this Python, and nothing that would have to be built."""
    python = f"{sys.version_info[0]}{sys.version_info[1]}"
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--implementation", "cp"]
    options += ["--python-version", python, "--abi", f"cp{python}", "--abi", "abi3", "--abi", "none"]
    for glibc in range(17, GLIBC_OLDEST + 1):
        options += ["--platform", f"manylinux_2_{glibc}_aarch64"]
    return [*options, "--platform", "manylinux2014_aarch64", "--platform", "any"]


def pip(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", *wheels_only(), *arguments], check=True, timeout=900
    )


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-voice.txt"])
def test_every_library_has_a_wheel_for_the_raspberry_pi(tmp_path: Path, lock: str) -> None:
    report = tmp_path / "report.json"
    wanted = str(ROOT / "deploy" / lock)
    pip("--dry-run", "--ignore-installed", "--target", str(tmp_path / "never"), "--report", str(report), "-r", wanted)
    found = [one["download_info"]["url"] for one in json.loads(report.read_text(encoding="utf-8"))["install"]]
    built = [url.rsplit("/", 1)[-1] for url in found if "aarch64" in url]
    assert len(found) > 40 and len(built) > 15
    assert all(url.endswith(".whl") for url in found)


@pytest.mark.needs("qemu-user-static", "mmdebstrap", "root")
def test_the_raspberry_pis_own_python_imports_every_room(tmp_path: Path) -> None:
    suite = DEBIAN.get(sys.version_info[:2])
    if suite is None:
        pytest.skip(f"Raspberry Pi OS has no Python {sys.version_info[0]}.{sys.version_info[1]}")
    pi, libraries = tmp_path / "pi", tmp_path / "libraries"
    unpack = ["mmdebstrap", "--quiet", "--architectures=arm64", "--variant=extract", "--include=python3,libstdc++6"]
    subprocess.run([*unpack, suite, str(pi)], check=True, timeout=600)
    pip("--target", str(libraries), "-r", str(ROOT / "deploy" / "requirements.txt"))
    python = pi / "usr" / "bin" / f"python3.{sys.version_info[1]}"
    path = f"PYTHONPATH={libraries}:{ROOT}"
    command = ["qemu-aarch64-static", "-L", str(pi), "-E", path, "-E", "PYTHONDONTWRITEBYTECODE=1", str(python)]
    done = subprocess.run([*command, "-P", "-c", EVERYTHING], capture_output=True, text=True, timeout=900)
    print(done.stdout, done.stderr[-2000:])
    assert done.returncode == 0
    assert done.stdout.startswith("aarch64 True (80, 60, 3) ")
