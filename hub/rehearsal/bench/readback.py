"""What a record says afterwards: no number twice, no ticket called twice, and all that was acknowledged is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from hub.domain import codec
from hub.domain.queue.queue import TicketCalled, TicketIssued
from sync.record.entry import decode_entry
from sync.record.reader import open_readonly


class ReadBack(msgspec.Struct, frozen=True):
    """Counts over one record."""

    entries: int
    duplicates: int
    """Numbers that were issued more than once."""
    double_calls: int
    """Tickets that were called for the first time more than once."""
    lost: int
    """Acknowledged to a client, and not so in the record."""

    @property
    def checks(self) -> dict[str, bool]:
        return {
            "no_duplicate_number": not self.duplicates,
            "no_double_call": not self.double_calls,
            "nothing_acknowledged_is_missing": not self.lost,
        }


async def read_back(path: Path, acknowledged: Iterable[tuple[int, str, str]]) -> ReadBack:
    """Read a stopped hub's record and compare it with what its clients were told (entry, kind, number)."""
    said: set[tuple[int, str, str]] = set()
    async with await open_readonly(path) as record:
        size = record.size
        async for body in record.entries(0):
            entry = decode_entry(body)
            for event in codec.decode_events(bytes(entry.events)):
                if isinstance(event, TicketIssued):
                    said.add((entry.index, "issued", event.number))
                elif isinstance(event, TicketCalled) and event.call == 1:
                    said.add((entry.index, "called", event.number))
    times = Counter((kind, number) for _, kind, number in said)
    told = list(acknowledged)
    return ReadBack(
        entries=size,
        duplicates=sum(count - 1 for (kind, _), count in times.items() if kind == "issued"),
        double_calls=sum(count - 1 for (kind, _), count in times.items() if kind == "called"),
        lost=len(told) - len(said.intersection(told)),
    )
