"""A process seen from outside: how much processor time it has used, and how much memory is its own."""

from __future__ import annotations

import os
import re
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
"""Resolution of a process's times: 10 ms. What is compared takes seconds."""


def cpu_s(pid: int) -> float:
    """Processor seconds that a process has used in all, its threads included (user and system)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue  # it ended while we looked
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found


def pss_mib(pid: int) -> float:
    """Proportional memory of a process and its descendants, in MiB (shared pages count once among those who share)."""
    total = 0
    for one in family(pid):
        text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="utf-8")
        found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
        total += int(found[1]) if found else 0
    return total / 1024
