"""What a check found: a level, a sentence, and one thing to do."""

from __future__ import annotations

import enum

import msgspec


class Level(enum.StrEnum):
    OK = "ok"
    ADVICE = "advice"  # the day can be opened; somebody should look at it
    FAULT = "fault"  # the day should not be opened like this


class Finding(msgspec.Struct, frozen=True):
    code: str
    """Stable: part.what"""
    level: Level
    ja: str
    en: str
    todo_ja: str = ""
    todo_en: str = ""


def ok(code: str, ja: str, en: str) -> Finding:
    """Nothing to do."""
    return Finding(code, Level.OK, ja, en)
