"""Memory: room, and that nothing of it (keys, faces) is written to flash by swap or by a crash."""

from __future__ import annotations

from pathlib import Path

from drivers.ram_disk import on_ram_disk
from hub.site.devices.doctor.finding import Finding, Level, ok

NEED_MB = 400
"""The hub with camera and photo checks takes up to 300 MiB; the rest is the system's."""

SHM = Path("/dev/shm")


def swap(swaps: Path = Path("/proc/swaps")) -> Finding:
    """Swap into memory (zram) is none; on a disk it writes out whatever the hub holds."""
    try:
        rows = swaps.read_text("utf-8", "replace").splitlines()[1:]
    except OSError:
        rows = []
    on_disk = [row.split()[0] for row in rows if row.split() and not row.split()[0].startswith("/dev/zram")]
    if not on_disk:
        return ok("memory.swap", "スワップはディスクにありません。", "Nothing is swapped to a disk.")
    return Finding(
        "memory.swap",
        Level.ADVICE,
        f"スワップがディスクにあります（{on_disk[0]}）。鍵や写真が書き出されることがあります。",
        f"There is swap on a disk ({on_disk[0]}): keys and faces may be written there.",
        "sudo swapoff -a。Raspberry Pi OS では sudo systemctl disable --now dphys-swapfile も",
        "sudo swapoff -a; on Raspberry Pi OS also sudo systemctl disable --now dphys-swapfile",
    )


def core_dumps(
    pattern: Path = Path("/proc/sys/kernel/core_pattern"), limits: Path = Path("/proc/self/limits")
) -> Finding:
    """A crash must not leave a face on the disk. The hub sees to itself (drivers/no_core_dump), and CUPS holds pages too:
    no limit of zero helps where a program collects dumps."""
    try:
        collector = pattern.read_text("utf-8", "replace").strip()
        row = next(row for row in limits.read_text("utf-8", "replace").splitlines() if row.startswith("Max core file"))
    except (OSError, StopIteration):
        return ok("memory.core", "この機械に core の設定はありません。", "This system has no core dumps to set.")
    if not collector.startswith("|") and row.split()[4] == "0":
        return ok("memory.core", "異常終了のときの書き出し（core）は切です。", "Core dumps are off.")
    return Finding(
        "memory.core",
        Level.ADVICE,
        "CUPSなどハブ以外が異常終了すると、メモリーの中身がファイルに残ります（core）。",
        "A crash of CUPS or another program beside the hub would leave its memory in a file (core dump).",
        "sudo sysctl -w kernel.core_pattern=core と、サービスに LimitCORE=0",
        "sudo sysctl -w kernel.core_pattern=core, and LimitCORE=0 in the service",
    )


def room(meminfo: Path = Path("/proc/meminfo")) -> list[Finding]:
    """What is left of the memory; nothing to say where the system does not."""
    try:
        rows = dict(row.split(":", 1) for row in meminfo.read_text("utf-8").splitlines())
        free_mb = int(rows["MemAvailable"].split()[0]) // 1024
    except (OSError, KeyError, ValueError):
        return []
    if free_mb >= NEED_MB:
        return [ok("memory.room", f"メモリーの空き {free_mb:,} MB。", f"{free_mb:,} MB of memory are free.")]
    return [
        Finding(
            "memory.room",
            Level.ADVICE,
            f"メモリーの空きが {free_mb} MB しかありません。",
            f"Only {free_mb} MB of memory are free.",
            "ほかのソフト（ブラウザーなど）を閉じる",
            "Close other programs, browsers first",
        )
    ]


def pictures(folder: Path = SHM) -> Finding:
    """A folder in memory, where a tablet may save pictures and a spool may lie."""
    if on_ram_disk(folder):
        return ok(
            "memory.pictures", f"写真の置き場はメモリー上です（{folder}）。", f"Pictures lie in memory ({folder})."
        )
    return Finding(
        "memory.pictures",
        Level.ADVICE,
        f"{folder} がメモリー上（tmpfs）ではありません。",
        f"{folder} is not in memory (tmpfs).",
        "sudo mount -t tmpfs tmpfs /dev/shm。フォルダー型のカメラは tmpfs の上だけで使う",
        "Mount a tmpfs there; a folder camera is used on one alone",
    )


def check() -> list[Finding]:
    """This machine's memory."""
    return [*room(), swap(), core_dumps(), pictures()]
