"""A hub that is told of a longer, or another, record of its own: it stops writing, and stays so until it is recovered.

Only the hub's own signature is believed: a note by its own key that its record does not fit proves that this disk was
put back to an older state (or was forked). What anybody merely says stops nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from hub.domain.continuity.continuity import Continuity
from hub.replay.replay import hub_keys
from hub.site.continuity.settled import is_settled
from hub.site.startfaults import BehindDamaged, RecordGone, RecoveryUnfinished
from sync.errors import SyncError
from sync.keys.party import Party
from sync.mail.courier import FILE as OUTBOX
from sync.record.checkpoint import Checkpoint, signed_by_one_of
from sync.record.file import RECORD
from sync.record.store import RecordStore
from sync.vault.vault import FILE as VAULT
from sync.wholefile import write_whole

FILE = "behind.msgpack"

NEXT = "record.next.sqlite"
"""Beside the record: a recovered one that is being written, or waits for the record's name."""


class HubBehind(SyncError):
    """The hub has proof that its record is an older state than others hold: it writes nothing until it is recovered."""

    code = "hub.behind"
    ja = "このハブの記録は古い状態に戻っています。書き込みを止めました。"
    en = "This hub's record was put back to an older state; it writes nothing."
    todo_ja = "管理者が demado recover で、端末の控えから記録を取り戻してください。"
    todo_en = "The manager takes the record back from a terminal with demado recover."


class Behind(msgspec.Struct, frozen=True):
    """What this hub once signed and does not hold: the checkpoint, who showed it, and what the disk held then."""

    size: int
    root: bytes
    ours: int
    who: str
    at_ms: int
    note: str

    @property
    def forked(self) -> bool:
        """Whether the disk has as many entries, but others."""
        return self.size <= self.ours

    def fault(self) -> HubBehind:
        return HubBehind(here=self.ours, known=self.size, who=self.who, forked=self.forked)

    def save(self, home: Path) -> None:
        """Durable when it returns: a restart does not forget it."""
        write_whole(home / FILE, msgspec.msgpack.encode(self))


def load(home: Path) -> Behind | None:
    """What was kept; None for a hub that writes. BehindDamaged if the file cannot be read: it stops all the same."""
    try:
        return msgspec.msgpack.decode((home / FILE).read_bytes(), type=Behind)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # msgspec's faults are ValueErrors
        raise BehindDamaged(path=str(home / FILE), why=str(error)) from error


def need_finished(home: Path) -> None:
    """Raise RecoveryUnfinished where a recovery was cut off: the record that it left may be less than was recorded."""
    if is_unfinished(home):
        raise RecoveryUnfinished(path=str(home / NEXT))


def need_record(home: Path) -> None:
    """Raise RecordGone where the record is empty although this machine has sent of one, or keeps keys for one.

    A first start that was cut off leaves an empty file too, and nothing beside it.
    """
    if is_gone(home) and (lived := [name for name in (OUTBOX, VAULT) if (home / name).exists()]):
        raise RecordGone(path=str(home / RECORD), beside=", ".join(lived))


def is_gone(home: Path) -> bool:
    """Whether the record is not there, or a file without a byte: a record of no entries has some."""
    record = home / RECORD
    return not record.exists() or not record.stat().st_size


def is_unfinished(home: Path) -> bool:
    """Whether a recovery was cut off here."""
    return os.path.lexists(home / NEXT)


def clear(home: Path) -> None:
    """The record is whole again."""
    (home / FILE).unlink(missing_ok=True)
    if os.name == "posix":  # the name is gone on the disk too before anybody is told
        folder = os.open(home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


async def contradiction(
    store: RecordStore, party: Party, continuity: Continuity, note: str, who: str, at_ms: int
) -> Behind | None:
    """What this note proves against the record on disk; None if it fits, or is not by the record's own hub."""
    shown = signed_here(party, continuity, note, at_ms)
    if shown is None or (shown.size <= store.size and await store.root(shown.size) == shown.root):
        return None
    if await is_settled(store, continuity, shown):
        return None  # a recovery has kept that branch; whoever followed it is not believed, and stops nobody
    return Behind(shown.size, shown.root, store.size, who, at_ms, note)


def signed_here(party: Party, continuity: Continuity, note: str, at_ms: int) -> Checkpoint | None:
    """The checkpoint of a note that a hub of this record signed; None for anybody else's."""
    keys = hub_keys(party.deployment, party.trust, at_ms, continuity)
    found = signed_by_one_of(note, party.deployment.origin, keys)
    return found[0] if found is not None and found[0].origin == party.deployment.origin else None
