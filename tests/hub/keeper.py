"""Keeps one thing in one of our stores, says so, and is killed: what was said to be kept must survive a power cut.

keeper.py STORE FOLDER [off]    keep it ("off": without waiting for the disk, to show that the test would find it)
keeper.py STORE FOLDER look     say what is kept
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from hub.client.desk.file import DeskFile
from hub.client.proof.sentfile import SentFile
from hub.client.proof.witness import Seen
from hub.office.store import OfficeStore
from sync.keys.keys import BoxKey, Signer
from sync.mail.courier import Outbox
from sync.mail.inbox import Inbox
from sync.mail.offer import InboxOffer
from sync.record.command import Signed
from sync.record.store import RecordStore
from sync.record.unrecorded import UNTOLD, Unrecorded
from sync.vault.vault import Vault

ORIGIN, NOW_MS = "demado/training/durability/hub-1", 1_760_000_000_000
COMMAND = Unrecorded(0, Signed(b"signed", bytes(64)), [], "unanswered", UNTOLD, UNTOLD, NOW_MS)
INBOX = Inbox(b"i" * 16, BoxKey(b"k" * 32), 0, NOW_MS)


def vault(folder: Path, keep: bool) -> str:
    opened = Vault(folder / "vault.sqlite", b"s" * 32)
    if keep:
        opened.adopt("visit/1", b"k" * 32)
    return ",".join(opened.subjects())


def desk(folder: Path, keep: bool) -> str:
    file = DeskFile(folder)
    if keep:
        file.keep(Seen("a note"), (3, NOW_MS, b"entry"))
    return f"{file.seen()} {file.entries()}"


def sent(folder: Path, keep: bool) -> str:
    file = SentFile(folder)
    if keep:
        asyncio.run(file.put(b"c" * 16, COMMAND))
    return str(file.all(NOW_MS))


def outbox(folder: Path, keep: bool) -> str:
    async def work() -> str:
        signer = Signer(bytes(32))
        record = await RecordStore.open(folder / "record.sqlite", origin=ORIGIN)
        opened = await Outbox.open(
            folder / "outbox.sqlite", signer=signer, deployment=bytes(16), record="hub-1", origin=ORIGIN
        )
        if keep:
            await opened.begin(InboxOffer(bytes(16), bytes(32), b"i" * 16, INBOX.box.public, 0, NOW_MS), 0, record)
        if keep:
            return "begun"  # not closed: a close would write what begin() had not
        found = "begun" if opened.stream is not None else ""
        await opened.close()
        await record.close()
        return found

    return asyncio.run(work())


def office(folder: Path, keep: bool) -> str:
    async def work() -> str:
        store = await OfficeStore.open(str(folder / "office.sqlite"))
        if keep:
            await store.change_inboxes(INBOX, NOW_MS)
        found = str([one.id for one in await store.inboxes()])
        if not keep:
            await store.close()
        return found

    return asyncio.run(work())


STORES: dict[str, Callable[[Path, bool], str]] = {
    "vault": vault, "desk": desk, "sent": sent, "outbox": outbox, "office": office,
}  # fmt: skip


def _without_waiting(connect: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
    """Connections on which nobody can ask the disk to be waited for."""

    class Hasty(sqlite3.Connection):
        def execute(self, sql: str, *more: object) -> sqlite3.Cursor:
            return super().execute("PRAGMA synchronous=OFF" if "synchronous" in sql else sql, *more)  # type: ignore[arg-type]

        def cursor(self, *_: object, **__: object) -> sqlite3.Cursor:  # type: ignore[override]
            return super().cursor(_Hasty)

    class _Hasty(sqlite3.Cursor):
        def execute(self, sql: str, *more: object) -> sqlite3.Cursor:
            return super().execute("PRAGMA synchronous=OFF" if "synchronous" in sql else sql, *more)  # type: ignore[arg-type]

    return lambda *args, **more: connect(*args, **{**more, "factory": Hasty})


def main(store: str, folder: str, how: str = "") -> None:
    if how == "off":
        sqlite3.connect = _without_waiting(sqlite3.connect)  # type: ignore[assignment]
    print(STORES[store](Path(folder), how != "look"), flush=True)
    if how != "look":
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
