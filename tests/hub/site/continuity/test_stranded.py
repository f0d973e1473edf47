"""Entries of an old hub, as terminals bring them: each command once, and none that the record holds already."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hub.domain import codec
from hub.domain.queue import queue
from hub.site.clock import SystemClock
from hub.site.continuity.stranded import Strandings, bodies_in
from hub.site.continuity.takeover import HUB
from hub.site.scribe import Scribe
from sync.keys.party import Party
from sync.record.entry import decode_entry, encode_entry
from sync.record.store import RecordStore
from tests.hub.site.continuity.test_takeover import WORLD, Booth


def moved(body: bytes, index: int, *, later_ms: int = 0) -> bytes:
    """The same signed command in another entry: place, time and events are nobody's signature."""
    entry = decode_entry(body)
    context = codec.decode_context(bytes(entry.context))
    context = msgspec.structs.replace(context, index=index, at_ms=context.at_ms + later_ms)
    return encode_entry(msgspec.structs.replace(entry, index=index, context=msgspec.Raw(codec.encode_context(context))))


def of_epoch(body: bytes, epoch: int) -> bytes:
    return encode_entry(msgspec.structs.replace(decode_entry(body), epoch=epoch))


async def kept(scribe: Scribe, brought: list[bytes]) -> list[bytes]:
    """What the record keeps beside itself, after somebody has brought this."""
    await Strandings(scribe).take("terminal-7", brought)
    held = scribe.booth.continuity.discrepancies
    return [body for one in held for body in sorted(bodies_in((await scribe.store.read(one.entry, 1))[0]))]


@pytest.mark.parametrize("again", [False, True])
async def test_one_terminal_cannot_fill_the_record_with_commands_that_it_holds_or_repeats(
    tmp_path: Path, again: bool
) -> None:
    booth = Booth(tmp_path)
    size = booth.maker.size
    await booth.taken()
    booth.maker.do(queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[0])  # the old hub goes on
    true = booth.maker.entries[size]
    party = Party.load(booth.home / HUB)
    async with await RecordStore.open(booth.home / HUB / "record.sqlite", origin=WORLD.deployment.origin) as store:
        scribe = await Scribe.start(party, store, WORLD.profile_raw, WORLD.profile, SystemClock())
        try:
            if again:  # in two messages, the second after a restart of whoever keeps them
                assert await kept(scribe, [true]) == [true]
            else:  # before the take-over, and of an epoch that nobody has succeeded: neither is beside the record
                assert await kept(scribe, [moved(true, size - 1), of_epoch(true, 2)]) == []
            made_up = [moved(true, size, later_ms=n) for n in range(1, 40)]
            in_the_record = [moved(body, size + 1) for body in booth.maker.entries[2:size]]
            assert await kept(scribe, [true, *made_up, *in_the_record]) == [true]
        finally:
            await scribe.close()
