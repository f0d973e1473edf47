"""The sentences of a device's fault by its code: what a screen says when it has the code alone, from the record."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class FaultWords(NamedTuple):
    ja: str
    en: str
    remedy_ja: str


@cache
def fault_words(code: str) -> FaultWords | None:
    """The sentences of this fault; None for a code that this version does not know.

    The table is loaded when the first code is asked for: a terminal that never sees a fault loads no driver.
    """
    if not code:
        return None
    from drivers.faults import fault

    try:
        known = fault(code)
    except ValueError:
        return None
    return FaultWords(known.ja, known.en, known.remedy_ja)
