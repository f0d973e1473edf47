"""How long a face photo takes from the camera's file to the checked and cut preview, and what memory that keeps.

Measured by a process of drivers/picture, as this room loads no driver.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from hub.rehearsal.bench.result import Line, Result

MOST_S = 1.0
MOST_RATIO = 2.0
MOST_GROWTH_KIB = 10.0
PATIENCE_S = 300.0
"""The longest run, on a Pi, with a hundred small pictures after the large ones."""


class Timing(msgspec.Struct, frozen=True):
    """What the process prints: drivers/picture/timing.py tells each field."""

    checked: bool
    found_one_face: bool
    megapixels: float
    file_mb: float
    studio_ms: float
    bare_ms: float
    checks_ms: float
    memory_mib: float
    growth_kib_a_shot: float


def bench(folder: Path, quick: bool) -> Result:
    """A drawn sitter of 24 megapixels, quick one of 4; without the model files only the cutting is measured."""
    arguments = ["1", "4"] if quick else ["9", "24"]
    done = subprocess.run(
        [sys.executable, "-m", "drivers.picture.timing", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=folder,
        capture_output=True,
        timeout=PATIENCE_S,
        check=True,
    )
    took = msgspec.json.decode(done.stdout, type=Timing)
    size = f"{took.megapixels:.0f} MP"
    off = "" if took.checked else "検査なし：deploy/photo-models / checks off"
    return Result(
        "photo",
        (
            Line(
                "photo.preview",
                f"撮影から検査と切り抜きまで {size}",
                f"file to checked and cut preview, {size}",
                took.studio_ms / 1e3,
                "s",
                at_most=MOST_S,
                note=off,
            ),
            Line("photo.bare", "　素の計算", "  bare decode, detect, encode", took.bare_ms / 1e3, "s"),
            Line(
                "photo.ratio",
                "　素の計算との比",
                "  ratio to the bare calls",
                took.studio_ms / took.bare_ms,
                "x",
                at_most=MOST_RATIO,
            ),
            Line(
                "photo.checks",
                "　うち顔の検査",
                "  checks on the reduced frame",
                took.checks_ms,
                "ms",
                note=off,
            ),
            Line(
                "photo.memory",
                "写真の検査のメモリー（PSS）",
                "memory of the photo checks (PSS)",
                took.memory_mib,
                "MiB",
            ),
            Line(
                "photo.growth",
                "　1枚ごとの増え方",
                "  growth a shot",
                took.growth_kib_a_shot,
                "KiB",
                at_most=MOST_GROWTH_KIB,
            ),
        ),
        {"the_drawn_face_is_found": took.found_one_face or not took.checked},
    )
