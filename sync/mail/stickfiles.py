"""The courier's files on a stick: envelopes go to the office on it, receipts and lists come back; each is whole or absent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from sync import canonical
from sync.envelopes.saltpack import MAX_MESSAGE
from sync.errors import Malformed, SyncError
from sync.mail import stickdisk
from sync.mail.courier import Acknowledged, Outbox
from sync.mail.faults import WrongReceipt
from sync.messages import Receipt

SUFFIX = ".envelope"
RECEIPT_SUFFIX = ".receipt"
REPORT_SUFFIX = ".report"


class Receipts(NamedTuple):
    """What the receipts on a stick said."""

    taken: list[Acknowledged]
    refused: list[SyncError]
    """Why others are none: cut, changed, or not cosigned by the office."""


async def write_envelopes(outbox: Outbox, folder: Path) -> list[Path]:
    """Write every envelope that waits in the outbox into this folder; StickUnwritable."""
    written = []
    for counter in await outbox.waiting():
        sealed = await outbox.envelope(counter)
        assert sealed is not None
        path = folder / f"{outbox.record}-{sealed.stream.hex()}-{counter:08}{SUFFIX}"
        await asyncio.to_thread(stickdisk.write, path, sealed.message)
        written.append(path)
    return written


def envelopes(folder: Path) -> list[Path]:
    """The files of envelopes on a stick, in the order in which each stream was sealed; StickUnreadable."""
    return stickdisk.found(folder, SUFFIX)


def read_envelope(path: Path) -> bytes:
    """An envelope; StickUnreadable."""
    return stickdisk.read(path, MAX_MESSAGE)


def reports(folder: Path) -> list[Path]:
    """The files of terminals' reports about their hub (sync.record.unrecorded) that somebody put on a stick."""
    return stickdisk.found(folder, REPORT_SUFFIX)


def write_receipt(folder: Path, receipt: Receipt) -> Path:
    """Put the office's receipt on the stick, for the hub to take back; StickUnwritable."""
    path = folder / f"{receipt.record}-{receipt.stream.hex()}-{receipt.counter:08}{RECEIPT_SUFFIX}"
    stickdisk.write(path, canonical.encode(receipt))
    return path


async def take_receipts(outbox: Outbox, folder: Path, name: str, key: bytes) -> Receipts:
    """Take the receipts that the office of this name and key wrote into this folder; those for others are left alone."""
    said = Receipts([], [])
    for path in await asyncio.to_thread(stickdisk.found, folder, RECEIPT_SUFFIX):
        try:
            data = await asyncio.to_thread(stickdisk.read, path)
            said.taken.append(await outbox.acknowledge(_receipt(path, data), name, key))
        except WrongReceipt as error:
            if error.data["why"] != "envelope":  # of another hub, or taken before
                error.data["file"] = stickdisk.shown(path)
                said.refused.append(error)
        except SyncError as error:
            said.refused.append(error)
    return said


def _receipt(path: Path, data: bytes) -> Receipt:
    try:
        return canonical.decode(data, Receipt)
    except Malformed as error:
        raise stickdisk.StickUnreadable(file=stickdisk.shown(path), why="no receipt") from error
