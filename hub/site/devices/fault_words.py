"""The sentences of a device's fault by its code: what a screen says when it has the code alone, from the record."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from hub.domain.devices.device import DOCUMENTS


class FaultWords(NamedTuple):
    ja: str
    en: str
    remedy_ja: str


@cache
def fault_words(code: str) -> FaultWords | None:
    """The sentences of this fault; None for a code that this version does not know.

    A 書画カメラ has a camera's faults, said of itself.

    The table is loaded when the first code is asked for: a terminal that never sees a fault loads no driver.
    """
    if not code:
        return None
    from drivers.faults import fault

    try:
        known = fault(code.replace(f"{DOCUMENTS}.", "camera.", 1))
    except ValueError:
        return None
    if not code.startswith(DOCUMENTS):
        return FaultWords(known.ja, known.en, known.remedy_ja)
    return FaultWords(of_papers(known.ja), known.en.replace("camera", "document camera"), of_papers(known.remedy_ja))


def of_papers(ja: str) -> str:
    """A sentence about the camera, said of the one over the table."""
    return ja.replace("カメラ", "書画カメラ")
