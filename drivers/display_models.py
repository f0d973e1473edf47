"""The queue displays that this program can drive, by the name a person types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from drivers.device import QueueDisplay
from drivers.segment_display import SegmentDisplay
from drivers.text_display import CD5220, EPSON_DM, TextDisplay

MODELS: Final[dict[str, Callable[[str], QueueDisplay]]] = {
    "epson-dm": lambda port: TextDisplay(port, EPSON_DM),
    "cd5220": lambda port: TextDisplay(port, CD5220),
    "ad7sgpr": SegmentDisplay,
}


def display(model: str, port: str) -> QueueDisplay:
    """The display of this model on this port (/dev/serial/by-id/...); an unknown model is a ValueError."""
    if model not in MODELS:
        raise ValueError(f"unknown display {model!r}; known: {', '.join(MODELS)}")
    return MODELS[model](port)
