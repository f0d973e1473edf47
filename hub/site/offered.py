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
from sync.store import RecordStore

log = logging.getLogger(__name__)

FOLDER = "offered"

ASKED_AT_ONCE = 256
"""Entries in one piece: some 200 KB, far below what a terminal may send in one message."""

PIECE_S = 30.0
"""A terminal that has not sent the next piece by then has gone, or is asleep; it offers again when it links again."""

MOST_OFFERED = 2_000_000
"""Entries: years of a busy booth. More is no record of ours but an attack on the disk."""

_NAME = re.compile(r"[\w-]{1,60}")


def offered(home: Path) -> list[Path]:
    """The copies that terminals have sent, by name."""
    return sorted((home / FOLDER).glob("*.sqlite"))


class Offering:
    """Fetches one terminal's copy piece by piece, into a file that counts only when it is whole."""

    def __init__(self, home: Path, origin: str, name: str, holding: Holding, post: Callable[[Message], None]) -> None:
        self._folder = home / FOLDER
        self._origin = origin
        self._name = name
        self._holding = holding
        self._post = post
        self._pieces: asyncio.Queue[Past] = asyncio.Queue()

    def take(self, piece: Past) -> None:
        """A piece has come."""
        self._pieces.put_nowait(piece)

    async def run(self) -> Path | None:
        """The file once it is whole and durable, or None: what came is thrown away. Its entries are not believed here."""
        if not _NAME.fullmatch(self._name) or not 0 < self._holding.size <= MOST_OFFERED:
            return None
        self._folder.mkdir(mode=0o700, exist_ok=True)
        part, whole = self._folder / f"{self._name}.part", self._folder / f"{self._name}.sqlite"
        for leftover in (part, part.with_name(part.name + "-wal")):
            leftover.unlink(missing_ok=True)
        try:
            await self._fetch(part)
        except (SyncError, TimeoutError) as error:
            log.warning("the copy of %s did not come whole: %r", self._name, error)
            part.unlink(missing_ok=True)
            return None
        part.replace(whole)
        self._post(Kept(self._holding.size))
        return whole

    async def _fetch(self, part: Path) -> None:
        async with await RecordStore.open(part, origin=self._origin) as store:
            certificates = list(self._holding.certificates)
            while store.size < self._holding.size:
                self._post(PastWanted(store.size, min(ASKED_AT_ONCE, self._holding.size - store.size)))
                async with asyncio.timeout(PIECE_S):
                    piece = await self._pieces.get()
                fits = piece.first == store.size and 0 < len(piece.entries) <= self._holding.size - store.size
                if not fits:
                    raise Malformed(kind="Past", reason="another piece than asked for", first=piece.first)
                last = store.size + len(piece.entries) == self._holding.size
                with contextlib.suppress(SyncError):  # a note that is not over these entries vouches for none of them
                    await store.append(piece.entries, [], self._holding.note if last else None, certificates)
                    certificates = []
                    continue
                await store.append(piece.entries, [], None, certificates)
                certificates = []


Offer = Callable[[Holding], Awaitable[None]]
