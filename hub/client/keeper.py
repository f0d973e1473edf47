"""The terminal's own copy of the record on disk, so that the loss of the hub loses nothing that reached a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from sync.errors import SyncError
from sync.store import RecordStore
from sync.trust import TrustStore


class KeeperFailed(SyncError):
    """The copy on this terminal's disk cannot be written."""

    code = "replica.not_kept"
    ja = "この端末に記録の控えを書けません。"
    en = "This terminal cannot write its copy of the record."
    todo_ja = "仕事は続けられます。端末の空き容量を管理者に見てもらってください。"
    todo_en = "Work can go on; have the manager look at the disk."


class Keeper:
    """Writes entries behind the screen's back, many in one commit, and says how far they are safe."""

    def __init__(self, path: Path, origin: str) -> None:
        self._path = path
        self._origin = origin
        self._store: RecordStore | None = None
        self._entries: list[bytes] = []
        self._certificates: list[bytes] = []
        self._note = ""
        self._kept: Callable[[int], None] = lambda size: None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.problem: SyncError | None = None

    async def open(self) -> None:
        self._store = await RecordStore.open(self._path, origin=self._origin)
        self._task = asyncio.create_task(self._write(), name="replica on disk")

    async def entries(self, trust: TrustStore) -> list[bytes]:
        """All kept entries; the certificates they need are added to `trust`."""
        assert self._store is not None
        for encoded in await self._store.certificates():
            trust.add(encoded)
        return await self._store.read(0, self._store.size)

    def keep(
        self, entries: Sequence[bytes], note: str, certificates: Sequence[bytes], kept: Callable[[int], None]
    ) -> None:
        """Write these soon; `kept(size)` is called when they are on disk."""
        self._entries.extend(entries)
        self._certificates.extend(certificates)
        self._note = note
        self._kept = kept
        self._wake.set()

    async def close(self) -> None:
        if self._task is not None:
            await self._flush()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._store is not None:
            await self._store.close()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()

    async def _flush(self) -> None:
        store = self._store
        if store is None or self.problem is not None:
            return
        entries, self._entries = self._entries, []
        certificates, self._certificates = self._certificates, []
        note, self._note = self._note, ""
        if not entries and not certificates:
            return
        try:
            await store.append(entries, [], note or None, certificates)
        except SyncError as error:
            self.problem = KeeperFailed(why=str(error))
            return
        self._kept(store.size)
