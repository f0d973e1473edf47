"""What the office refused and keeps aside, with the reason: bounded for each sender, so that nobody fills the disk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.office import tables
from sync.errors import SyncError

MOST_ASIDE = 100
"""Refused envelopes of one sender that are kept whole (at most 1 MiB each)."""

MOST_REASONS = 10_000
"""Refusals of one sender of which anything is kept: seventy days of a hub that asks again every ten minutes."""

MOST_WORDS = 4096
"""Characters of a reason and of a signed note: theirs have a few hundred, and a longer one is nobody's note."""


class AsideFull(SyncError):
    """One machine has sent so much that had to be put aside that nothing more of it is kept."""

    code = "office.aside_full"
    ja = "この機械からの受け付けられないデータが多すぎます。これより後は残しません。"
    en = "This machine has sent too much that had to be refused; nothing more of it is kept."
    todo_ja = "その機械を止め、鍵を取り消してください（demado revoke）。"
    todo_en = "Switch that machine off and revoke its key (demado revoke)."


class Quarantine:
    """The quarantine's table; every method is one transaction, durable when it returns."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def put(
        self, digest: bytes, sender: bytes, code: str, why: str, note: str, envelope: bytes, now_ms: int
    ) -> None:
        """Keep an envelope that was refused, with the reason; the same one again changes nothing.

        AsideFull when this sender has left as much as anybody may: nothing more of it is kept.
        """
        of_sender = select(func.count()).select_from(tables.quarantine).where(tables.quarantine.c.sender == sender)
        async with self._engine.begin() as db:
            held = (await db.execute(of_sender)).scalar_one()
            if held >= MOST_REASONS:
                raise AsideFull(sender=sender, held=held)
            if held >= MOST_ASIDE:
                envelope = b""  # the reason and the hub's own signed note are kept; the disk is not filled
            why, note = why[:MOST_WORDS], note if len(note) <= MOST_WORDS else ""
            values = {"digest": digest, "sender": sender, "code": code, "why": why, "note": note, "at_ms": now_ms}
            await db.execute(tables.once(db, tables.quarantine), {**values, "envelope": envelope})

    async def all(self) -> list[tuple[bytes, str, str, str]]:
        """What was put aside, oldest first: sender, code, why, the hub's note."""
        query = select(tables.quarantine).order_by(tables.quarantine.c.at_ms)
        async with self._engine.connect() as db:
            return [(row.sender, row.code, row.why, row.note) for row in await db.execute(query)]

    async def whole(self, sender: bytes, code: str) -> list[tuple[bytes, bytes]]:
        """What is kept whole of a sender under this code, oldest first: digest and bytes."""
        kept = tables.quarantine
        query = select(kept).where(kept.c.sender == sender, kept.c.code == code, kept.c.envelope != b"")
        async with self._engine.connect() as db:
            return [(row.digest, row.envelope) for row in await db.execute(query.order_by(kept.c.at_ms))]

    async def drop(self, digests: Sequence[bytes]) -> None:
        """Forget what something newer holds as well."""
        async with self._engine.begin() as db:
            await db.execute(delete(tables.quarantine).where(tables.quarantine.c.digest.in_(digests)))
