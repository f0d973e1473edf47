"""What is kept of signed commands stays whole while many are kept and dropped at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hub.client.proof.sentfile import SentFile
from hub.domain.queue.queue import IssueTicket
from sync.record.unrecorded import Unrecorded
from tests.records import RecordMaker, World

HANDS, COMMANDS = 12, 60
"""Of two cursors that were freed beside each other's calls, one in some hundred broke a call."""


async def test_commands_kept_and_dropped_at_once_disturb_none_another(tmp_path: Path) -> None:
    maker = RecordMaker(World())
    signed = maker.sign(IssueTicket("delivery"), maker.world.clerks[0])
    file = SentFile(tmp_path)

    async def keep(hand: int) -> bytes:
        """Sixty commands, of which the last is never answered."""
        for number in range(COMMANDS):
            id = bytes((hand, number))
            await file.put(id, Unrecorded(hand, signed, [], "unanswered", 0, 0, 1))
            if number + 1 < COMMANDS:
                await file.drop([id])
        return id

    try:
        last = await asyncio.gather(*(keep(hand) for hand in range(HANDS)))
        assert list(file.all(1)) == last
    finally:
        file.close()
