"""A terminal's copy comes piece by piece, as much as such a record can have and no more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.site.continuity.offered import BYTES_AN_ENTRY, BYTES_BESIDE, FOLDER, Offering
from sync.messages import Holding, Message, Past, PastWanted
from tests.hub.client.sites import soon

ORIGIN = "demado.example/hub-1"


async def given(home: Path, entries: int, piece: list[bytes]) -> tuple[Path | None, int]:
    """The file after a terminal has answered each question with this piece, and how many bytes it sent."""
    asked: asyncio.Queue[Message] = asyncio.Queue()
    offering = Offering(home, ORIGIN, "terminal-2", Holding("", entries, []), asked.put_nowait)
    running = asyncio.create_task(offering.run())
    sent = 0
    while not running.done():
        question = asyncio.create_task(asked.get())
        await asyncio.wait([running, question], return_when=asyncio.FIRST_COMPLETED)
        if question.done() and isinstance(wanted := question.result(), PastWanted):
            offering.take(Past(wanted.first, piece))
            offering.take(Past(wanted.first, piece))  # and once more, unasked
            sent += sum(map(len, piece))
        question.cancel()
    return await running, sent


async def test_a_copy_that_is_too_large_for_its_entries_is_given_up_and_leaves_nothing(tmp_path: Path) -> None:
    entries, piece = 100, [b"r" * 900_000]
    whole, sent = await given(tmp_path, entries, piece)
    assert whole is None
    assert not list((tmp_path / FOLDER).iterdir())
    assert sent <= BYTES_AN_ENTRY * entries + BYTES_BESIDE + len(piece[0])


async def test_a_copy_of_the_usual_size_is_kept_whole(tmp_path: Path) -> None:
    whole, _ = await given(tmp_path, 1000, [b"e" * 800] * 250)
    assert whole is not None and whole.exists()


@pytest.mark.parametrize("name", ["../terminal-2", "a/b", "", ".", "x" * 61, "terminal-2\n"])
async def test_a_name_that_is_no_file_names_nothing(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    asked: list[Message] = []
    assert await Offering(home, ORIGIN, name, Holding("", 1, []), asked.append).run() is None
    there = await asyncio.to_thread(lambda: list(tmp_path.rglob("*")))
    assert (asked, there) == ([], [home])


@pytest.mark.parametrize(
    "piece", [Past(1, [b"e"] * 3), Past(0, []), Past(0, [b"e"] * 4)], ids=["elsewhere", "nothing", "too much"]
)
async def test_another_piece_than_was_asked_for_ends_the_copy(tmp_path: Path, piece: Past) -> None:
    asked: asyncio.Queue[Message] = asyncio.Queue()
    offering = Offering(tmp_path, ORIGIN, "terminal-2", Holding("", 3, []), asked.put_nowait)
    running = asyncio.create_task(offering.run())
    assert await soon(asked.get()) == PastWanted(0, 3)
    offering.take(piece)
    assert await soon(running) is None
    assert not list((tmp_path / FOLDER).iterdir())
