"""Codes from a reader that types: recognised by their speed, and taken back before they tick or sign anything."""

from __future__ import annotations

from collections.abc import Callable

GAP_S = 0.03
LENGTH = 6
"""Six characters and an Enter, none of them later than 30 ms: no person types like this, a code reader does."""

LONGEST = 64
"""Characters that are kept of a burst: more than any code of ours, and not what somebody pastes."""


class Scanner:
    """Watches keys and the silence before each."""

    def __init__(self) -> None:
        self._burst = 0
        self._text = ""
        self._take_back: Callable[[], None] = lambda: None

    def ends(self, key: str, char: str, silence_s: float, remember: Callable[[], Callable[[], None]]) -> bool:
        """Whether this key is the Enter of a scanned code; what its characters did has then been taken back.

        `remember` gives a function that puts things back as they are now; it is asked before each first character.
        """
        close = silence_s <= GAP_S
        if key == "enter" and close and self._burst >= LENGTH:
            self._burst = 0
            self._take_back()
            return True
        if not char:
            self._burst, self._text = 0, ""
        elif close and self._burst:
            self._burst += 1
            self._text = (self._text + char)[:LONGEST]
        else:
            self._burst, self._text, self._take_back = 1, char, remember()
        return False

    def take(self) -> str:
        """The code whose Enter has just come; it is gone from here then."""
        text, self._text = self._text, ""
        return text
