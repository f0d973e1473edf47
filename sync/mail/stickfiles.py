"""The courier's files on a stick: envelopes go to the office on it, receipts and lists come back; each is whole or absent."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sync import canonical
from sync.errors import Malformed
from sync.mail.courier import Acknowledged, Outbox
from sync.mail.faults import WrongReceipt
from sync.messages import Receipt
from sync.wholefile import write_whole

SUFFIX = ".envelope"
RECEIPT_SUFFIX = ".receipt"
REPORT_SUFFIX = ".report"


async def write_envelopes(outbox: Outbox, folder: Path) -> list[Path]:
    """Write every envelope that waits in the outbox into this folder."""
    written = []
    for counter in await outbox.waiting():
        sealed = await outbox.envelope(counter)
        assert sealed is not None
        path = folder / f"{outbox.record}-{sealed.stream.hex()}-{counter:08}{SUFFIX}"
        await asyncio.to_thread(write_whole, path, sealed.message)
        written.append(path)
    return written


def read_envelopes(folder: Path) -> list[bytes]:
    """The envelopes on a stick, in the order in which each stream was sealed."""
    return _contents(folder, SUFFIX)


def read_reports(folder: Path) -> list[bytes]:
    """The reports of terminals about their hub (sync.record.unrecorded) that somebody put on a stick."""
    return _contents(folder, REPORT_SUFFIX)


def write_receipt(folder: Path, receipt: Receipt) -> Path:
    """Put the office's receipt on the stick, for the hub to take back."""
    path = folder / f"{receipt.record}-{receipt.stream.hex()}-{receipt.counter:08}{RECEIPT_SUFFIX}"
    write_whole(path, canonical.encode(receipt))
    return path


async def take_receipts(outbox: Outbox, folder: Path, name: str, key: bytes) -> list[Acknowledged]:
    """Take the receipts that the office of this name and key wrote into this folder; those for others are left alone."""
    taken = []
    for data in await asyncio.to_thread(_contents, folder, RECEIPT_SUFFIX):
        try:
            taken.append(await outbox.acknowledge(canonical.decode(data, Receipt), name, key))
        except (WrongReceipt, Malformed):
            continue  # of another hub, or taken before
    return taken


def _contents(folder: Path, suffix: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob(f"*{suffix}"))]
