"""A crash must not write what a process holds to the disk: keys, and people's faces."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

NO_CORE: Final = 1
"""Bytes of a core file. Too few for a file, and of a limit of exactly 1 Linux gives nothing to a program that collects
cores either (0 would not keep it from that): its do_coredump."""

_PR_SET_DUMPABLE: Final = 4  # prctl(2)


def no_core_file() -> None:
    """From now on this process and what it starts leave no core file; nothing on Windows, which has none."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (NO_CORE, NO_CORE))


def undumpable() -> bool:
    """Nor may another process of the same user read this one's memory (a debugger, /proc/PID/mem); whether that holds.

    Linux alone knows it, and forgets it for what this process starts.
    """
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
