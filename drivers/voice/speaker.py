"""The Voice of a real booth: the chime at once, and behind it what was made of the number meanwhile."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final

from drivers.announcement import number_en, number_ja, window_en, window_ja
from drivers.device import Announcement
from drivers.faults import fault
from drivers.voice.player import Player
from drivers.voice.reading import number_kana
from drivers.voice.sound import chime, silence
from drivers.voice.speech import Part, Speech, SpeechFailed, has_english, has_japanese

log = logging.getLogger("drivers")

BREATH: Final = silence(0.25)
"""Between the number and the window: who has missed the letter hears that a call goes on."""

BETWEEN: Final = silence(0.5)
"""Between the languages."""


class Speaker:
    """Says one announcement after the other through one output. What cannot speak still chimes."""

    kind = "voice"

    def __init__(self, player: Player, folder: Path) -> None:
        """folder: where spoken parts are kept."""
        self._player = player
        self._speech = Speech(folder)
        self._one_voice = asyncio.Lock()
        self._chimes: dict[int, bytes] = {}
        self._making: set[asyncio.Task[bytes]] = set()
        self.japanese, self.english = has_japanese(), has_english()

    @property
    def advice(self) -> str:
        """Fault code of what this voice cannot say though it works, or empty."""
        if self.japanese:
            return "" if self.english else "voice.no_english"
        return "voice.no_japanese" if self.english else "voice.chime_only"

    async def open(self) -> None:
        """Try the output, silently, and look again at which voices are installed."""
        self.japanese, self.english = has_japanese(), has_english()
        await self._player.open()

    async def probe(self) -> None:
        """Raise `voice.absent` where the sound cards have changed."""
        self._player.check()

    async def close(self) -> None:
        """Let the worker go."""
        for task in tuple(self._making):
            task.cancel()
        await self._speech.stop()

    async def prepare(self, number: str, percent: int) -> None:
        """Make the number's parts in the background; returns at once, and what fails is tried again when it is called."""
        if percent:
            await self._chime(percent)
            for part in self._numbers(number):
                self._begin(part, percent)

    async def announce(self, announcement: Announcement) -> None:
        """Return when it has been said to the end; announcements queue. Silent at 0 percent."""
        percent = announcement.percent
        if not percent:
            return
        async with self._one_voice:
            parts = self._parts(announcement)
            making = [self._begin(part, percent) for part in parts]
            if announcement.chime:
                await self._player.play(await self._chime(percent))
            try:
                said = [await made for made in making]
            except SpeechFailed as error:
                log.warning("voice: %s", error)
                raise fault("voice.no_speech") from error
            if said:
                await self._player.play(_joined(parts, said))

    async def chime(self, percent: int) -> None:
        """Sound the chime alone, after what is being said."""
        async with self._one_voice:
            await self._player.play(await self._chime(percent))

    def _parts(self, announcement: Announcement) -> list[Part]:
        windows = (
            Part("ja", window_ja(announcement.window_ja)),
            Part("en", window_en(announcement.window_en)),
        )
        numbers = self._numbers(announcement.number)
        return [
            part for part in sorted((*numbers, *windows), key=lambda part: part.language != "ja") if self._can(part)
        ]

    def _numbers(self, number: str) -> list[Part]:
        """The number in each language that can be spoken here."""
        parts = (Part("ja", number_ja(number), number_kana(number)), Part("en", number_en(number)))
        return [part for part in parts if self._can(part)]

    def _can(self, part: Part) -> bool:
        return self.japanese if part.language == "ja" else self.english

    def _begin(self, part: Part, percent: int) -> asyncio.Task[bytes]:
        task = asyncio.create_task(self._speech.get(part, percent), name=f"speech {part.text}")
        self._making.add(task)
        task.add_done_callback(self._made)
        return task

    def _made(self, task: asyncio.Task[bytes]) -> None:
        self._making.discard(task)
        if not task.cancelled():
            task.exception()  # looked at: whoever waits for it raises it, and a warm-up that failed is no fault yet

    async def _chime(self, percent: int) -> bytes:
        if percent not in self._chimes:
            self._chimes[percent] = await asyncio.to_thread(chime, percent)
        return self._chimes[percent]


def _joined(parts: list[Part], said: list[bytes]) -> bytes:
    """The parts one after the other, with a breath in a sentence and more between the languages."""
    whole = said[0]
    for before, part, samples in zip(parts, parts[1:], said[1:], strict=False):
        whole += (BREATH if before.language == part.language else BETWEEN) + samples
    return whole
