"""Sound outputs without a sound card, by ALSA itself: its own `file` device, in an alsa.conf of the test's."""

from __future__ import annotations

import cmath
import os
from array import array
from pathlib import Path

from drivers.voice.sound import RATE

CONFIG = "/usr/share/alsa/alsa.conf"


class Sinks:
    """Devices `heard` (a file keeps what sounded) and `hung` (a card that takes nothing, for ever)."""

    def __init__(self, folder: Path) -> None:
        self.heard_file = folder / "heard.raw"
        hung = folder / "hung.fifo"

        os.mkfifo(hung)
        self.config = folder / "alsa.conf"
        self.config.write_text(
            f"<{CONFIG}>\n"
            f'pcm.heard {{ type file slave.pcm null file "{self.heard_file}" format raw }}\n'
            f'pcm.hung {{ type file slave.pcm null file "{hung}" format raw }}\n'
        )
        self.environment = {"ALSA_CONFIG_PATH": str(self.config)}

    def heard(self) -> array[int]:
        """The samples of the last piece that sounded whole."""
        return array("h", self.heard_file.read_bytes())


def loudness(samples: array[int]) -> float:
    """The loudest sample, of full scale."""
    return max(map(abs, samples), default=0) / 32_767


def pitches(samples: array[int], at_s: float, candidates: tuple[float, ...]) -> float:
    """Which of these tones (Hz) sounds most in the fifth of a second from here on (Goertzel)."""

    piece = samples[round(at_s * RATE) : round((at_s + 0.2) * RATE)]

    def power(hertz: float) -> float:
        turn = cmath.exp(-2j * cmath.pi * hertz / RATE)
        total, phase = 0j, 1 + 0j
        for value in piece:
            total += value * phase
            phase *= turn
        return abs(total)

    return max(candidates, key=power)
