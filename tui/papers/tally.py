"""What a person counts, one thing after the other: digits go to the thing under the cursor, until all have a number."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence


class Tally:
    """The numbers typed so far, by the thing's id, and where the cursor is."""

    def __init__(self, digits: int) -> None:
        """`digits`: most of one number; what is typed beyond is not taken."""
        self.at = 0
        self._digits = digits
        self._typed: dict[str, str] = {}

    def clear(self) -> None:
        """Begin anew at the first thing."""
        self._typed, self.at = {}, 0

    def feed(self, key: str, char: str, things: Sequence[str]) -> bool:
        """Take a key while these are counted, at least one; whether it was for us. Enter goes on to the next."""
        thing = things[self.at]
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if digit.isdecimal():
            self._typed[thing] = (self._typed.get(thing, "") + digit)[: self._digits]
        elif key in ("backspace", "delete"):
            self._typed.pop(thing, None)
        elif key == "up":
            self.at = max(0, self.at - 1)
        elif key in ("down", "enter"):
            self.at = min(len(things) - 1, self.at + 1)
        else:
            return False
        return True

    def tapped(self, what: str) -> None:
        """The cursor goes to the thing whose `item:N` was touched."""
        if what.startswith("item:"):
            self.at = int(what[5:])

    def shown(self, thing: str, here: bool) -> str:
        """What is typed for a thing, with the cursor behind it where that is."""
        return self._typed.get(thing, "") + ("_" if here else "")

    def has(self, thing: str) -> bool:
        """Whether a number was typed for it; 0 is one."""
        return thing in self._typed

    def missing(self, things: Sequence[str]) -> int | None:
        """Place of the first of these without a number."""
        return next((place for place, thing in enumerate(things) if thing not in self._typed), None)

    @property
    def numbers(self) -> dict[str, int]:
        return {thing: int(typed) for thing, typed in self._typed.items()}

    def remember(self) -> Callable[[], None]:
        """What puts back what is here now."""
        typed, at = dict(self._typed), self.at

        def restore() -> None:
            self._typed, self.at = typed, at

        return restore
