"""A line of typed text, which lets go of what must not be kept as soon as it is complete."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.domain.guard import Finding


class NotKept(Exception):
    """What was being typed holds what must not be kept; the field has already let go of it."""

    def __init__(self, finding: Finding, field: Field, masked: str) -> None:
        super().__init__(finding.code)
        self.finding = finding
        self.field = field
        self.masked = masked
        """The text as it may be kept if a manager says that this is no My Number: a mark stands for the digits."""


class Field:
    """A line of typed text. `kana` allows what a Japanese input method commits; otherwise full-width becomes half.

    What would be a My Number or a PIN leaves the field with the character that completes it: NotKept, which the terminal
    says at once. A passphrase (`secret`) is exempt: it is never kept, and one that is only digits is never accepted.
    So is what goes into no record (`kept` false): a hub's address with its key's thirty digits, of which twelve may well
    have a valid check digit.
    """

    def __init__(
        self, text: str = "", *, kana: bool = False, secret: bool = False, kept: bool = True, longest: int = 40
    ) -> None:
        self.text = text
        self.suggested = bool(text)
        """Nobody typed it: the first character replaces it, as in any field that comes filled in."""
        self.kana = kana
        self.secret = secret
        self.kept = kept and not secret
        self.longest = longest

    def feed(self, key: str, char: str) -> bool:
        """Take a key; False if it is none for a field (the caller's then)."""
        suggested, self.suggested = self.suggested, False
        if key == "backspace":
            self.text = self.text[:-1]
            return True
        if key == "delete":
            self.text = ""
            return True
        if not char or not (char.isprintable() or char == "\u3000"):  # the space of a Japanese keyboard
            return False
        typed = char if self.kana else unicodedata.normalize("NFKC", char)
        if not self.kana and not typed.isascii():
            return False
        self.text = (typed if suggested else self.text + typed)[: self.longest]
        if self.kept and typed.isalnum():
            self._guard()
        return True

    def _guard(self) -> None:
        # Not at the top: the lock screen paints before the rules are loaded.
        from hub.domain.guard import MASK, check_text, redact

        first = check_text(self.text)
        if first is None:
            return
        masked = redact(self.text)
        self.text = masked.replace(MASK, "")
        raise NotKept(first, self, masked)

    def take(self) -> str:
        """The text, which is then gone from the field."""
        text, self.text = self.text, ""
        return text
