"""The queue displays that this program can drive, by the name a person types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from drivers.device import QueueDisplay
from drivers.segment_display import SegmentDisplay
from drivers.text_display import CD5220, EPSON_DM, TextDisplay

BRIGHTEST: Final = 4
"""Steps of brightness that a person chooses from, 1 to 4; the 7-segment display has eight, of which these are the odd."""

MODELS: Final[dict[str, Callable[[str, int], QueueDisplay]]] = {
    "epson-dm": lambda port, brightness: TextDisplay(port, EPSON_DM, brightness=brightness),
    "cd5220": lambda port, brightness: TextDisplay(port, CD5220, brightness=brightness),
    "ad7sgpr": lambda port, brightness: SegmentDisplay(port, brightness=2 * brightness - 1),
}


def display(model: str, port: str, brightness: int = BRIGHTEST) -> QueueDisplay:
    """The display of this model on this port (/dev/serial/by-id/...); an unknown model or brightness is a ValueError."""
    if not 1 <= brightness <= BRIGHTEST:
        raise ValueError(f"brightness {brightness}; from 1 to {BRIGHTEST}")
    if model not in MODELS:
        raise ValueError(f"unknown display {model!r}; known: {', '.join(MODELS)}")
    return MODELS[model](port, brightness)
