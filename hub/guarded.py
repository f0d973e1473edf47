"""What a process says to its logs and its console passes the My Number guard (design, "Personal data").

Digits are replaced by a mark that says so, never dropped silently. `install()` is called once by the `demado` command,
before it does anything: every handler of every library then sees guarded records, and every line on stderr (errors,
tracebacks, warnings, usage) is read before it is written. Standard output carries data and hashes, and keeps them; but
what a record or another machine says can make no terminal obey it there either.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, TextIO


def redact(text: str) -> str:
    """The text without what the guard refuses. The guard is imported by the first text that has a digit, or one in kanji."""
    if not any(char.isdecimal() or char in _KANJI for char in text):
        return text
    from hub.domain.guard import redact as guard

    return guard(text)


_KANJI = frozenset("〇零○一二三四五六七八九")
"""Digits that are no decimals to Python; the guard finds twelve of them."""


class GuardedRecord(logging.LogRecord):
    """A log record whose message, traceback and stack are guarded from the moment it is made."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        try:
            message = super().getMessage()
        except Exception:
            return  # the arguments do not fit the message: logging itself reports that, on the guarded stderr
        if (clean := redact(message)) != message:
            self.msg, self.args = clean, None
        if self.exc_info and self.exc_info[0] is not None:
            # A formatter uses what stands here already, and formats nothing itself.
            self.exc_text = redact(logging.Formatter().formatException(self.exc_info))
        if self.stack_info:
            self.stack_info = redact(self.stack_info)


class GuardedStream:
    """A text stream that holds each line back until it is whole, and writes it guarded."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        if lines:
            # Together: a number may have been broken over two lines.
            self._stream.write(without_controls(redact("\n".join(lines))) + "\n")
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        # A prompt without an end of line must be seen at once.
        begun, self._begun = self._begun, ""
        if begun:
            self._stream.write(without_controls(redact(begun)))
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)  # whoever writes bytes beneath us would write past the guard
        return getattr(self._stream, name)


class PlainStream:
    """A text stream for what people read: nothing in it moves the cursor, clears the screen or changes its colours."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(without_controls(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def without_controls(text: str) -> str:
    """The text with a mark in place of what a terminal would obey, but for tabs and line ends."""
    return text if text.isascii() and text.isprintable() else _OBEYED.sub("\ufffd", text)


_OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""As sync.errors.OBEYED, which `--help` is not to load; a test holds them together."""


def install() -> None:
    """Guard every log record and every line on stderr of this process from now on, and what stdout would have a terminal
    obey; a second call does nothing."""
    logging.setLogRecordFactory(GuardedRecord)
    if not isinstance(sys.stdout, PlainStream):
        sys.stdout = PlainStream(sys.stdout)
    if not isinstance(sys.stderr, GuardedStream):
        sys.stderr = GuardedStream(sys.stderr)
