"""The disk: how long a durable write takes, and how much room there is."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from hub.site.devices.doctor.finding import Finding, Level, ok

WRITES = 200
LONGEST_S = 3.0
"""A card so slow that it cannot make the writes in this time has been measured well enough."""

GOOD_MS = 20
"""Each key that makes an entry waits for one such write: with it an answer still comes within a blink."""

BAD_MS = 200
"""Five people at once would wait a second; cards that are wearing out do this."""

DAY_MB = 150
"""A day of 50,000 entries with their proofs, and a snapshot of its state."""

DAYS = 14
"""As long as personal data and a record may wait for the office."""


def sync_latency_us(folder: Path, writes: int = WRITES, longest_s: float = LONGEST_S) -> list[int]:
    """How long each durable write of 4 KiB into this folder took, in microseconds, sorted; one at least."""
    took: list[int] = []
    end = time.monotonic() + longest_s
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
        while not took or (len(took) < writes and time.monotonic() < end):
            os.pwrite(file.fileno(), os.urandom(4096), len(took) * 4096)
            begun = time.perf_counter_ns()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter_ns() - begun) // 1000)
    return sorted(took)


def judge_sync(took_us: list[int]) -> Finding:
    """What the slowest hundredth of the writes means for those who wait for them."""
    p99_ms = took_us[(len(took_us) * 99 - 1) // 100] / 1000
    what_ja, what_en = f"書き込みの確定 p99 {p99_ms:.1f} ms", f"durable write p99 {p99_ms:.1f} ms"
    if p99_ms <= GOOD_MS:
        return ok("disk.sync", f"{what_ja}：操作はすぐ記録されます。", f"{what_en}: entries are there at once.")
    level = Level.ADVICE if p99_ms <= BAD_MS else Level.FAULT
    return Finding(
        "disk.sync",
        level,
        f"{what_ja}：操作のたびに待たされます。",
        f"{what_en}: every key waits for it.",
        "SSDか新しい高耐久カードに替える。ほかの重い作業を止める",
        "Use an SSD or a new high-endurance card; stop other heavy work",
    )


def free_space(folder: Path) -> Finding:
    """Room for the days until the office has taken the record, at a full booth's pace."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    days = free_mb // DAY_MB
    what_ja, what_en = f"空き {free_mb:,} MB（混む日で約{days}日分）", f"{free_mb:,} MB free, about {days} full days"
    if days >= DAYS:
        return ok("disk.free", f"{what_ja}。", f"{what_en}.")
    return Finding(
        "disk.free",
        Level.ADVICE if days >= 2 else Level.FAULT,
        f"{what_ja}しかありません。",
        f"{what_en} only.",
        "いらないファイルを消すか、大きいカードに替える（record.sqlite は消さない）",
        "Delete what is not needed or use a larger card; never record.sqlite",
    )


def check(home: Path) -> list[Finding]:
    """The disk under the hub's home."""
    try:
        return [judge_sync(sync_latency_us(home)), free_space(home)]
    except OSError as error:
        return [
            Finding(
                "disk.unwritable",
                Level.FAULT,
                f"フォルダーに書けません（{error.strerror}）。",
                f"The folder cannot be written ({error.strerror}).",
                "場所と権限を確かめる",
                "Check the folder and its permissions",
            )
        ]
