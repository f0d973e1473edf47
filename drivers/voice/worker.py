"""The process that makes speech: `python -m drivers.voice.worker`, one JSON line a request, one a reply.

A process of its own, because a sentence takes 0.2 to 0.6 s of processor without giving way, and the Japanese voice
76 MiB; it ends by itself when nobody has asked for a while. Japanese is pyopenjtalk-plus (an extra of this package),
English is Debian's espeak-ng: pyopenjtalk has no English, and a neural voice costs 60 MB of somebody's recordings and
a second a sentence on a Pi for a number that also stands on the board.
"""

from __future__ import annotations

import io
import json
import os
import re
import select
import subprocess
import sys
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

from drivers.voice.sound import FULL, RATE

IDLE_S: Final = 120.0
"""Numbers are made when tickets are issued; a booth that is quiet for two minutes gets its memory back."""

ESPEAK: Final = ("espeak-ng", "-v", "en-us", "-s", "150", "--stdout")
"""150 words a minute: slow enough for people whose English is a second language too."""

ESPEAK_S: Final = 10.0
"""It takes 30 ms."""

LOUDEST: Final = 0.9
"""Of full scale, after levelling: both voices as loud as each other."""

TAPS: Final = 63
"""Of the filter before a rate is changed: 40 dB above the new band, and 2 ms at each end."""


def japanese(text: str, kana: str) -> NDArray[np.float64]:
    """Samples at RATE, -1 to 1. `kana`: how its beginning is to be read; the engine gets that where it would not."""
    import pyopenjtalk

    samples, rate = pyopenjtalk.tts(spoken(text, kana))
    return _at_rate(samples, int(rate))


def spoken(text: str, kana: str) -> str:
    """The text, or kana in place of its beginning (all before 番), where the engine would read that otherwise.

    110番 is what it says for the police: ひゃくとおばん.
    """
    if not kana or said_by_engine(text).startswith(kana):
        return text
    return kana + text[text.index("番") :]


def said_by_engine(text: str) -> str:
    """What the Japanese voice would say, in katakana without marks. Its スィー for the letter C counts as シー."""
    import pyopenjtalk

    return re.sub(r"[^ァ-ヴー]", "", str(pyopenjtalk.g2p(text, kana=True))).replace("スィ", "シ")


def english(text: str) -> NDArray[np.float64]:
    """Samples at RATE, -1 to 1."""
    import numpy as np

    made = subprocess.run([*ESPEAK, text], stdin=subprocess.DEVNULL, capture_output=True, timeout=ESPEAK_S, check=True)
    with wave.open(io.BytesIO(made.stdout)) as read:
        # A stream's header does not know its length, so everything that came is what was said.
        return _at_rate(np.frombuffer(read.readframes(len(made.stdout) // 2), np.int16), read.getframerate())


def _at_rate(samples: NDArray[np.float64] | NDArray[np.int16], rate: int) -> NDArray[np.float64]:
    """At RATE, as loud as can be: what is above the new band is filtered out before samples are left out."""
    import numpy as np

    wave_ = np.asarray(samples, np.float64)
    if rate > RATE:
        at = np.arange(TAPS) - TAPS // 2
        kernel = np.sinc(at * RATE / rate) * np.hamming(TAPS)
        wave_ = np.convolve(wave_, kernel / kernel.sum(), "same")
    length = round(len(wave_) * RATE / rate)
    wave_ = np.interp(np.arange(length) * (rate / RATE), np.arange(len(wave_)), wave_)
    level: NDArray[np.float64] = wave_ * (LOUDEST / max(1e-9, float(np.abs(wave_).max(initial=0.0))))
    return level


def make(request: dict[str, str]) -> None:
    """Write the samples that this request asks for to its path, whole or not at all."""
    import numpy as np

    made = english(request["text"]) if request["language"] == "en" else japanese(request["text"], request["kana"])
    scaled = np.asarray(made, np.float64) * (FULL * int(request["percent"]) / 100)
    path = Path(request["path"])
    part = path.with_suffix(".part")
    part.write_bytes(scaled.astype("<i2").tobytes())
    part.replace(path)


def main(replies: TextIO, idle_s: float = IDLE_S) -> None:
    """Answer requests until there are no more, or none for idle_s."""
    os.nice(5)  # the queue and the devices come first
    while select.select([0], [], [], idle_s)[0]:
        line = _line()
        if not line:
            return
        try:
            make(json.loads(line))
            why = ""
        except Exception as error:  # whatever a voice raises, the next number is tried anew
            why = f"{type(error).__name__}: {error}"
        replies.write(json.dumps({"why": why}) + "\n")
        replies.flush()


def _line() -> bytes:
    """One line from the pipe, read by bytes: a buffered reader would hide a second line from select()."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return bytes(line)


if __name__ == "__main__":
    # What a library prints to its standard output must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    main(answers)
    sys.exit(0)
