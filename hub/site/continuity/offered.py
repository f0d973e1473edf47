"""What terminals send to a hub that is behind: a copy of the record from each, in files that `demado recover` reads."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from sync.errors import Malformed, SyncError
from sync.messages import Holding, Kept, Message, Past, PastWanted
from sync.record.store import RecordStore

log = logging.getLogger(__name__)

FOLDER = "offered"

ASKED_AT_ONCE = 256
"""Entries in one piece: some 200 KB, far below what a terminal may send in one message."""

PIECE_S = 30.0
"""A terminal that has not sent the next piece by then has gone, or is asleep; it offers again when it links again."""

BYTES_AN_ENTRY = 4096
"""What an entry of a copy may take on the average, five times what one of a busy day does; one of a reservation list
has thirty kilobytes. More is no record of ours but an attack on the disk."""

BYTES_BESIDE = 16 << 20
"""What a short copy may have beyond that: a day that begins with the longest list has some twelve megabytes of it."""

_NAME = re.compile(r"[\w-]{1,60}")


def offered(home: Path) -> list[Path]:
    """The copies that terminals have sent, by name."""
    return sorted((home / FOLDER).glob("*.sqlite"))


class CopyTooLarge(SyncError):
    """A terminal sends more bytes than so many entries of a record can have."""

    code = "recover.copy_too_large"
    ja = "端末から届いた控えが大きすぎます。受け取りをやめました。"
    en = "A terminal's copy is larger than such a record can be; it was not kept."
    todo_ja = "その端末を使わず、ほかの端末か事務局から取り戻してください。"
    todo_en = "Leave that terminal aside; recover from another one or the office."


class Offering:
    """Fetches one terminal's copy piece by piece, into a file that counts only when it is whole."""

    def __init__(self, home: Path, origin: str, name: str, holding: Holding, post: Callable[[Message], None]) -> None:
        self._folder = home / FOLDER
        self._origin = origin
        self._name = name
        self._holding = holding
        self._post = post
        self._pieces: asyncio.Queue[Past] = asyncio.Queue(1)

    def take(self, piece: Past) -> None:
        """A piece has come; one that comes before the last was written was not asked for, and is dropped."""
        with contextlib.suppress(asyncio.QueueFull):
            self._pieces.put_nowait(piece)

    async def run(self) -> Path | None:
        """The file once it is whole and durable, or None: what came is thrown away. Its entries are not believed here.

        The caller has checked that the record's hub once signed a note over as many entries as are offered.
        """
        if not _NAME.fullmatch(self._name):
            return None
        self._folder.mkdir(mode=0o700, exist_ok=True)
        part, whole = self._folder / f"{self._name}.part", self._folder / f"{self._name}.sqlite"
        for leftover in (part, part.with_name(part.name + "-wal")):
            leftover.unlink(missing_ok=True)
        try:
            await self._fetch(part)
        except (SyncError, TimeoutError) as error:
            log.warning("the copy of %s did not come whole: %s", self._name, error or "it went silent")
            for rest in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm")):
                rest.unlink(missing_ok=True)
            return None
        part.replace(whole)
        self._post(Kept(self._holding.size))
        return whole

    async def _fetch(self, part: Path) -> None:
        async with await RecordStore.open(part, origin=self._origin) as store:
            certificates = list(self._holding.certificates)
            left = BYTES_AN_ENTRY * self._holding.size + BYTES_BESIDE - sum(map(len, certificates))
            while store.size < self._holding.size:
                self._post(PastWanted(store.size, min(ASKED_AT_ONCE, self._holding.size - store.size)))
                async with asyncio.timeout(PIECE_S):
                    piece = await self._pieces.get()
                fits = piece.first == store.size and 0 < len(piece.entries) <= self._holding.size - store.size
                if not fits:
                    raise Malformed(kind="Past", reason="another piece than asked for", first=piece.first)
                left -= sum(map(len, piece.entries))
                if left < 0:
                    raise CopyTooLarge(terminal=self._name, entries=store.size, of=self._holding.size)
                last = store.size + len(piece.entries) == self._holding.size
                with contextlib.suppress(SyncError):  # a note that is not over these entries vouches for none of them
                    await store.append(piece.entries, [], self._holding.note if last else None, certificates)
                    certificates = []
                    continue
                await store.append(piece.entries, [], None, certificates)
                certificates = []


Offer = Callable[[Holding], Awaitable[None]]
