"""Lets a command die, without any farewell, before a given step of its work.

A step is a line of the code that touches the disk. A process that gets through says so with status 0.
"""

from __future__ import annotations

import os
import sys
import threading
from types import FrameType

WATCHED = (
    "hub/site/continuity/recovery.py",
    "hub/site/continuity/behind.py",
    "sync/record/store.py",
    "sync/wholefile.py",
    "sync/record/file.py",
)
DEAD = 99


def die_at(step: int) -> None:
    """Let this process end before the step-th line of the watched files, whichever thread runs it."""
    left = [step]
    lock = threading.Lock()

    def trace(frame: FrameType, event: str, _: object):  # type: ignore[no-untyped-def]  # sys.settrace's own shape
        if not frame.f_code.co_filename.endswith(WATCHED):
            return None
        if event == "line":
            with lock:
                left[0] -= 1
                if left[0] <= 0:
                    os._exit(DEAD)
        return trace

    threading.settrace(trace)
    sys.settrace(trace)
