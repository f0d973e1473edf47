"""One refusal's words."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """Reason and next action, Japanese and English; `{name}` stands for the case's own data."""

    ja: str
    todo_ja: str
    en: str
    todo_en: str
