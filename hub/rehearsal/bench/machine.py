"""Which machine was measured: a figure without it says nothing."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

import msgspec


class Machine(msgspec.Struct, frozen=True):
    cpu: str
    cores: int
    memory_mib: int
    kernel: str
    python: str
    """With its build: two of one version differ by a third, if only one of them was optimised by a profile."""
    disk: str
    """File system and device of the folder that is measured."""
    load: float
    """Processes that wanted to run in the last minute: above zero, somebody else was measured too."""


def machine(folder: Path) -> Machine:
    """This machine, and the disk under `folder`."""
    info = _text("/proc/cpuinfo")
    model = re.search(r"(?:model name|Model)\s*:\s*(.+)", info)
    memory = re.search(r"MemTotal:\s+(\d+)", _text("/proc/meminfo"))
    return Machine(
        cpu=model[1].strip() if model else platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_mib=int(memory[1]) // 1024 if memory else 0,
        kernel=f"{platform.system()} {platform.release()}",
        python=f"{platform.python_implementation()} {platform.python_version()} ({platform.python_build()[1]})",
        disk=_disk(folder.resolve()),
        load=round(os.getloadavg()[0], 2),
    )


def _disk(folder: Path) -> str:
    """The mount with the longest path above the folder."""
    best, said = "", "?"
    for line in _text("/proc/self/mounts").splitlines():
        device, mounted, kind, *_ = line.split(" ")
        mounted = mounted.replace("\\040", " ")
        if folder.is_relative_to(mounted) and len(mounted) >= len(best):
            best, said = mounted, f"{kind} on {device}"
    return said


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
