"""What all sound here is: 16-bit mono samples, and the chime, made by rule.

Two falling tones (ding-dong), the minor third that doorbells use: heard as a call, and unlike any alarm.
"""

from __future__ import annotations

import math
from array import array
from typing import Final

RATE: Final = 24_000
"""Samples a second: half of what the Japanese voice makes; speech has nothing above 12 kHz that a hall would hear."""

TONES_HZ: Final = (660.0, 528.0)
APART_S: Final = 0.45
RINGS_S: Final = 1.2
"""From one tone's start to the next one's, and how long each rings: 1.65 s in all."""

DECAY: Final = 6.0
"""e-foldings over a tone's ring: at its end it is 1/400 of its loudness, and stops without a click."""

ATTACK_S: Final = 0.004
"""The tone grows for so long: at once it would click."""

OVERTONE: Final = 0.25
"""Of the octave above: a pure tone is hard to locate and gets lost in a crowd's voices."""

FULL: Final = 32_767
PEAK: Final = 0.6
"""Of full scale at 100 percent: two tones ring over each other for a while and must not be cut off at the top."""


def silence(seconds: float) -> bytes:
    """So much quiet."""
    return bytes(2 * round(seconds * RATE))


def seconds_of(pcm: bytes) -> float:
    """How long these samples sound."""
    return len(pcm) / 2 / RATE


def chime(percent: int) -> bytes:
    """The chime at 0 to 100 percent of its loudness: 16-bit samples, native byte order (little-endian on every Pi)."""
    ring, apart = round(RINGS_S * RATE), round(APART_S * RATE)
    mixed = [0.0] * (apart * (len(TONES_HZ) - 1) + ring)
    for place, hertz in enumerate(TONES_HZ):
        step = 2 * math.pi * hertz / RATE
        for at in range(ring):
            loud = math.exp(-DECAY * at / ring) * min(1.0, at / (ATTACK_S * RATE))
            tone = math.sin(step * at) + OVERTONE * math.sin(2 * step * at)
            mixed[place * apart + at] += loud * tone
    scale = FULL * PEAK * percent / 100 / (1 + OVERTONE)
    return array("h", (max(-FULL, min(FULL, round(scale * value))) for value in mixed)).tobytes()
