"""The time that a machine goes by."""

from __future__ import annotations

import time


def real_ms() -> int:
    """This machine's own time, ms since 1970 (UTC): envelopes and links live in it, even where a rehearsal simulates the day."""
    return time.time_ns() // 1_000_000
