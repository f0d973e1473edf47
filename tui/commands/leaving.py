"""How a command that has started processes is ended from outside: in order, with nothing left running."""

from __future__ import annotations

import signal
import sys
from types import FrameType


def leave_on_signals() -> None:
    """A closed window or a SIGTERM ends this program as Ctrl+C does: whatever it began is brought to its end."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None:
            signal.signal(number, leave)
