"""The Raspberry Pi without one: its wheels under the locked hashes, and its own Python (emulated) importing every room."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.once import once

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


@dataclass(frozen=True)
class Installed:
    """The locked libraries in a folder, and the addresses of the files that pip took them from."""

    folder: Path
    files: list[str]


def pip(report: Path, *arguments: str) -> list[str]:
    """Installs for the Raspberry Pi, and says from which files."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", *wheels_only(), "--report", str(report), *arguments]
    subprocess.run(command, check=True, timeout=900)
    return files(report)


def files(report: Path) -> list[str]:
    """The addresses of the files in pip's report."""
    return [one["download_info"]["url"] for one in json.loads(report.read_text(encoding="utf-8"))["install"]]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What a booth runs on. Once: pip looks at every file of every version of each, and that takes longer than the rest."""

    def install(folder: Path) -> None:
        lock = str(ROOT / "deploy" / "requirements.txt")
        pip(folder / "report.json", "--target", str(folder / "libraries"), "-r", lock)

    folder = once(tmp_path_factory, "pi", install)
    return Installed(folder / "libraries", files(folder / "report.json"))


def locked(lock: str) -> set[str]:
    """The entries of a lock file, each with its hashes."""
    text = (ROOT / "deploy" / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^\S+==.*\n(?: +--hash.*\n)*", text, re.MULTILINE))


def test_every_library_has_a_wheel_for_the_raspberry_pi(libraries: Installed, tmp_path: Path) -> None:
    # The voice's lock has the booth's own libraries too, at the same versions: only what it adds is asked for.
    added = locked("requirements-voice.txt") - locked("requirements.txt")
    lock = tmp_path / "added.txt"
    lock.write_text("".join(sorted(added)), encoding="utf-8")
    target = str(tmp_path / "never")
    voice = pip(tmp_path / "report.json", "--dry-run", "--ignore-installed", "--target", target, "-r", str(lock))
    found = [*libraries.files, *voice]
    built = [url.rsplit("/", 1)[-1] for url in found if "aarch64" in url]
    assert len(voice) == len(added) > 3 and any("pyopenjtalk" in url for url in voice)
    assert len(found) > 40 and len(built) > 15
    assert all(url.endswith(".whl") for url in found)


@pytest.mark.needs("qemu-user-static", "mmdebstrap", "root")
def test_the_raspberry_pis_own_python_imports_every_room(libraries: Installed, tmp_path: Path) -> None:
    suite = DEBIAN.get(sys.version_info[:2])
    if suite is None:
        pytest.skip(f"Raspberry Pi OS has no Python {sys.version_info[0]}.{sys.version_info[1]}")
    pi = tmp_path / "pi"
    unpack = ["mmdebstrap", "--quiet", "--architectures=arm64", "--variant=extract", "--include=python3,libstdc++6"]
    subprocess.run([*unpack, suite, str(pi)], check=True, timeout=600)
    python = pi / "usr" / "bin" / f"python3.{sys.version_info[1]}"
    path = f"PYTHONPATH={libraries.folder}:{ROOT}"
    command = ["qemu-aarch64-static", "-L", str(pi), "-E", path, "-E", "PYTHONDONTWRITEBYTECODE=1", str(python)]
    done = subprocess.run([*command, "-P", "-c", EVERYTHING], capture_output=True, text=True, timeout=900)
    print(done.stdout, done.stderr[-2000:])
    assert done.returncode == 0
    assert done.stdout.startswith("aarch64 True (80, 60, 3) ")
