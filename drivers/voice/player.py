"""Sound goes out through `aplay`, one child for each piece, killed where it hangs.

Why a program and not a library: aplay is on every Raspberry Pi OS and Debian with sound (alsa-utils), needs no sound
server, no session and no root (the group `audio`), and reaches a PipeWire or PulseAudio that is there as ALSA's
`default`. A sound card that hangs, hangs in a system call: a child can be left behind, a thread of the hub could not.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path
from typing import Final

from drivers.faults import fault
from drivers.voice.sound import RATE, seconds_of, silence

PROGRAM: Final = "aplay"

CARDS: Final = Path("/proc/asound/cards")
"""The kernel's list of sound cards: a plug that was pulled shows here, and reading it disturbs nobody."""

GRACE_S: Final = 3.0
"""Beyond the sound's own length: opening a card takes 50 ms, a sound server that has just been started a second."""

REAP_S: Final = 0.5
"""A killed child is gone in milliseconds, unless the card holds it in the kernel: then it is left behind."""

TRIAL: Final = silence(0.05)
"""What is played to see whether the device can be opened: nothing that anybody hears."""


class Player:
    """One output, named as ALSA names it: `default`, `plughw:CARD=Headphones`."""

    def __init__(self, device: str = "default", *, grace_s: float = GRACE_S) -> None:
        """grace_s: how long beyond its own length a piece of sound may take."""
        self._device = device
        self._grace_s = grace_s
        self._cards = ""

    async def open(self) -> None:
        """Try the device without a sound; `voice.no_player`, `voice.absent`, `voice.busy` or `voice.no_answer`."""
        if shutil.which(PROGRAM) is None:
            raise fault("voice.no_player")
        cards = _cards()
        await self.play(TRIAL)
        self._cards = cards

    def check(self) -> None:
        """`voice.absent` where the machine's sound cards are not those of open()."""
        if _cards() != self._cards:
            raise fault("voice.absent")

    async def play(self, pcm: bytes) -> None:
        """Return when all of it has sounded; a DeviceFault where it has not, unsure where some of it may have."""
        command = (PROGRAM, "-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1", "-D", self._device, "-")
        pipe = asyncio.subprocess.PIPE
        try:
            child = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=asyncio.subprocess.DEVNULL, stderr=pipe, start_new_session=True
            )
        except OSError as error:
            raise fault("voice.no_player") from error
        try:
            async with asyncio.timeout(seconds_of(pcm) + self._grace_s):
                _, said = await child.communicate(pcm)
        except TimeoutError as error:
            raise fault("voice.no_answer", unsure=True) from error
        finally:
            if child.returncode is None:  # hung, or nobody wants it any more
                with contextlib.suppress(ProcessLookupError, TimeoutError):
                    child.kill()
                    await asyncio.wait_for(child.wait(), REAP_S)
        if child.returncode:
            raise fault(_code(said.decode("utf-8", "replace")))


def _code(said: str) -> str:
    """Which fault aplay's complaint is."""
    if "busy" in said:
        return "voice.busy"
    return "voice.absent" if "No such" in said or "Unknown PCM" in said else "voice.broken"


def _cards() -> str:
    try:
        return CARDS.read_text("utf-8", "replace")
    except OSError:
        return ""  # a machine without a sound card, or not Linux: then only playing tells
