"""The voice through the real `aplay`, whose output ALSA writes into a file instead of a sound card."""

from __future__ import annotations

import asyncio
import os
import sys
from array import array
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.device import Announcement, DeviceFault, DeviceState
from drivers.supervision import Pace, Supervisor
from drivers.voice.player import Player
from drivers.voice.sound import APART_S, RATE, RINGS_S, TONES_HZ, chime, seconds_of
from drivers.voice.speaker import Speaker
from drivers.voice.speech import Part, Speech
from tests.drivers.sound_sinks import Sinks, loudness, pitches

CALL = Announcement(number="A-019", window_ja="窓口2", window_en="Window 2")

pytestmark = pytest.mark.needs("alsa-utils", "espeak-ng")


@pytest.fixture
def sinks(tmp_path: Path) -> Iterator[Sinks]:
    made = Sinks(tmp_path)
    before = dict(os.environ)
    os.environ.update(made.environment)  # aplay is a child and reads it there
    yield made
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parts that one test makes serve the others."""
    return tmp_path_factory.mktemp("parts")


@asynccontextmanager
async def speaker(device: str, parts: Path, grace_s: float = 3.0) -> AsyncIterator[Speaker]:
    made = Speaker(Player(device, grace_s=grace_s), parts)
    try:
        yield made
    finally:
        await made.close()


@pytest.mark.parametrize("percent", [0, 35, 100])
def test_a_chime_is_two_falling_tones_as_loud_as_was_asked_and_never_cut_off_at_the_top(percent: int) -> None:
    samples = array("h", chime(percent))
    assert abs(loudness(samples) - 0.6 * percent / 100) < 0.15 * percent / 100 + 0.001
    if percent:
        assert pitches(samples, 0.05, TONES_HZ) == TONES_HZ[0]
        assert pitches(samples, APART_S + 0.05, TONES_HZ) == TONES_HZ[1]
    assert seconds_of(samples.tobytes()) == pytest.approx(APART_S + RINGS_S)


async def test_a_number_is_said_in_japanese_and_english_behind_its_chime(sinks: Sinks, spoken: Path) -> None:
    async with speaker("heard", spoken) as voice:
        await voice.open()
        assert voice.advice == ""
        await voice.announce(CALL)
        long = len(sinks.heard()) / RATE
        assert 5 < long < 12 and loudness(sinks.heard()) > 0.85
        await voice.announce(CALL)
        assert len(sinks.heard()) / RATE == long, "said again it is the same"


async def test_what_was_prepared_is_there_when_it_is_called_and_no_worker_is_needed(sinks: Sinks, spoken: Path) -> None:
    async with speaker("heard", spoken) as voice:
        await voice.open()
        await voice.prepare("A-019", 100)
        await voice.announce(CALL)
    again = Speech(spoken)
    for part in (Part("ja", "エー19番のかた", "エージューキュー"), Part("en", "Number A 19")):
        assert again.known(part, 100)
        assert not again.known(part, 60), "another loudness is another recording"


async def test_half_as_loud_is_half_as_loud(sinks: Sinks, spoken: Path) -> None:
    speech = Speech(spoken)
    part = Part("en", "Number A 19")
    full, half = [array("h", await speech.get(part, percent)) for percent in (100, 50)]
    await speech.stop()
    assert loudness(half) == pytest.approx(loudness(full) / 2, abs=0.01)
    assert len(half) == len(full)


async def test_announcements_never_sound_over_each_other(sinks: Sinks, spoken: Path) -> None:
    sounding: list[int] = []

    class Watched(Player):
        async def play(self, pcm: bytes) -> None:
            sounding.append(1)
            assert len(sounding) == 1
            await super().play(pcm)
            await asyncio.sleep(0.01)
            sounding.pop()

    voice = Speaker(Watched("heard"), spoken)
    await voice.open()
    await asyncio.gather(*(voice.announce(CALL) for _ in range(3)))
    await voice.close()


async def test_without_speech_the_chime_sounds_and_it_is_said_that_there_is_no_more(sinks: Sinks, spoken: Path) -> None:
    async with speaker("heard", spoken) as voice:
        await voice.open()
        voice.japanese = voice.english = False
        assert voice.advice == "voice.chime_only"
        await voice.announce(CALL)
        heard = sinks.heard()
        assert pitches(heard, 0.05, TONES_HZ) == TONES_HZ[0]
        assert len(heard) / RATE < 2


async def test_speech_that_cannot_be_made_leaves_the_chime_and_is_named(sinks: Sinks, tmp_path: Path) -> None:
    blocked = tmp_path / "no-folder"
    blocked.write_text("a file stands where the parts should go")
    async with speaker("heard", blocked) as voice:
        await voice.open()
        with pytest.raises(DeviceFault) as told:
            await voice.announce(CALL)
        assert told.value.code == "voice.no_speech"
        assert pitches(sinks.heard(), 0.05, TONES_HZ) == TONES_HZ[0]


async def test_a_worker_that_dies_is_started_again(sinks: Sinks, tmp_path: Path) -> None:
    speech = Speech(tmp_path / "parts")
    await speech.get(Part("en", "one"), 100)
    assert speech._worker is not None
    speech._worker.kill()
    assert await speech.get(Part("en", "two"), 100)
    await speech.stop()


async def test_a_worker_that_nobody_asks_ends_by_itself_and_gives_its_memory_back() -> None:
    idle = "import sys; from drivers.voice.worker import main; main(sys.stdout, 0.05)"
    pipe = asyncio.subprocess.PIPE
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", idle, stdin=pipe)
    assert await asyncio.wait_for(worker.wait(), 30) == 0, "its pipe is still open: nobody told it to"


async def test_a_sound_card_that_hangs_is_named_and_its_player_killed(sinks: Sinks, spoken: Path) -> None:
    async with speaker("hung", spoken, grace_s=0.2) as voice:
        with pytest.raises(DeviceFault) as told:
            await voice.open()
        assert told.value.code == "voice.no_answer"


async def test_an_output_that_is_not_there_is_absent_and_the_watch_goes_on_looking(sinks: Sinks, spoken: Path) -> None:
    supervisor = Supervisor(Speaker(Player("later"), spoken), pace=Pace(longest_retry_s=0.1, first_retry_s=0.1))
    await supervisor.start()
    assert (supervisor.health.state, supervisor.health.reason_code) == (DeviceState.ABSENT, "voice.absent")
    with sinks.config.open("a") as config:
        config.write("pcm.later { type null }\n")
    async with asyncio.timeout(60):
        while supervisor.health.state is not DeviceState.READY:  # noqa: ASYNC110  # the watch looks by itself
            await asyncio.sleep(0.05)
    await supervisor.stop()


async def test_at_no_volume_nothing_sounds_at_all(sinks: Sinks, spoken: Path) -> None:
    async with speaker("heard", spoken) as voice:
        await voice.announce(Announcement(number="A-001", window_ja="窓口1", window_en="Window 1", percent=0))
        assert not sinks.heard_file.exists()
