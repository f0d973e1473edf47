"""The voice's emulator: what would be heard is written to `voice.log`, one line an announcement, to its end.

A line is begun when the voice begins to speak and ended when it falls silent, so two voices at once would show.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from drivers.announcement import sentence_en, sentence_ja
from drivers.device import Announcement
from drivers.emulators.fault_switch import Emulated


class EmulatedVoice(Emulated):
    """Says one announcement after the other; `speaking_s` is how long one takes (0: a rehearsal at full speed)."""

    kind = "voice"

    def __init__(self, folder: Path, speaking_s: float = 0.0) -> None:
        super().__init__(folder)
        self._speaking_s = speaking_s
        self._one_voice = asyncio.Lock()

    @property
    def path(self) -> Path:
        """The log, UTF-8."""
        return self.folder / "voice.log"

    async def prepare(self, number: str, percent: int) -> None:
        """Nothing: an emulated voice has every number ready."""

    async def announce(self, announcement: Announcement) -> None:
        """Return when it has been said to the end; announcements queue."""
        chime = "♪ " if announcement.chime else ""
        await self._sound(f"{chime}{sentence_ja(announcement)} / {sentence_en(announcement)}")

    async def chime(self, percent: int) -> None:
        """Sound the chime alone."""
        await self._sound("♪")

    async def _sound(self, text: str) -> None:
        async with self._one_voice:
            await self.faults.obey()
            self._write(text)
            ending = "（とちゅうで止まった）\n"
            try:
                await asyncio.sleep(self._speaking_s)
                ending = "\n"
            finally:
                self._write(ending)

    def _write(self, text: str) -> None:
        with self.path.open("a", encoding="utf-8", newline="\n") as log:
            log.write(text)
