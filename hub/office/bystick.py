"""What came to the office by hand: the envelopes on a stick are taken in, each by itself, and answered on the same stick.

What was taken is durable before it is said here; a receipt that the stick has no room for is written the next time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from hub.office.daemon import Office
from sync.clock import real_ms
from sync.errors import SyncError
from sync.mail import stickdisk, stickfiles
from sync.mail.stickword import meet, write_word
from sync.messages import Receipt, Rejected


class Answered(NamedTuple):
    """What became of one file, by its name."""

    file: str
    answer: Receipt | Rejected | SyncError
    """SyncError: it could not be read or written; the others went on."""


async def take(office: Office, stick: Path) -> AsyncIterator[Answered]:
    """Take in every envelope and report, and leave receipts, the office's word and hubs' new people; as it goes on."""
    met = meet(stick, office.party)
    for path in stickfiles.envelopes(stick):
        try:
            answer = await office.receiver.deposit_file(stickfiles.read_envelope(path))
            yield Answered(stickdisk.shown(path), answer)
            if isinstance(answer, Receipt):
                stickfiles.write_receipt(stick, answer)
        except stickdisk.STICK_FAULTS as error:
            yield Answered(str(error.data["file"]), error)
    for path in stickfiles.reports(stick):
        try:
            await office.receiver.take_report(stickdisk.read(path))
        except stickdisk.STICK_FAULTS as error:
            yield Answered(str(error.data["file"]), error)
    try:
        await _leave_word(office, stick)
        office.newcomers.leave(stick, met, office.party, real_ms())
    except stickdisk.STICK_FAULTS as error:
        yield Answered(str(error.data["file"]), error)


async def _leave_word(office: Office, stick: Path) -> None:
    held = {name: record.size for name in await office.store.records() if (record := await office.store.record(name))}
    offer, streams = await office.receiver.offer(), await office.receiver.streams()
    write_word(stick, office.party, [offer], held, streams, real_ms())
