"""The rehearsal's processes: none is begun without being known."""

from __future__ import annotations

import signal
import sys

import pytest

from hub.rehearsal.processes import uninterrupted


def test_a_signal_in_the_middle_of_a_start_waits_until_what_starts_is_known() -> None:
    def leave(number: int, frame: object) -> None:
        sys.exit(128 + number)

    before, known = signal.signal(signal.SIGTERM, leave), list[int]()
    try:
        with pytest.raises(SystemExit) as left:
            with uninterrupted():
                signal.raise_signal(signal.SIGTERM)
                known.append(1)
        assert left.value.code == 128 + signal.SIGTERM and known == [1]
        assert signal.getsignal(signal.SIGTERM) is leave
    finally:
        signal.signal(signal.SIGTERM, before)
