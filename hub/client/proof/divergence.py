"""When a hub's record does not continue ours: since when, how much is missing, and who still holds it.

The hub is asked, size by size, to prove that its record continues what ours was there (RFC 6962 consistency proofs):
the largest size at which it can is where the two part. Nothing of that rests on the hub's word.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from hub.domain.moment import iso_date, local_minute
from sync.errors import SyncError
from sync.link.link import Link
from sync.messages import Proof, ProofWanted
from sync.record.checkpoint import Checkpoint
from sync.record.merkle import BadProof, verify_consistency


class Divergence(msgspec.Struct, frozen=True):
    """Where two records part. Sizes count entries."""

    held: int
    """What this machine has seen."""
    shown: int
    """What the hub shows now."""
    common: int
    """The first so many are the same in both."""
    common_ms: int = 0
    """The hub's time at the last common entry; 0 if it is not known here (or there is none)."""
    lost_ms: int = 0
    """The hub's time at the last entry that is missing; 0 if it is not known here."""
    kept: int = 0
    """Entries that this machine holds on its own disk."""

    @property
    def missing(self) -> int:
        """Entries that we have seen and the hub no longer has."""
        return self.held - self.common

    @property
    def instead(self) -> int:
        """Other entries that the hub has in their place."""
        return self.shown - self.common

    @property
    def since(self) -> str:
        """The time of day of the last common entry, with its date where that is not the day of what is missing."""
        if not self.common_ms:
            return ""
        clock = f"{local_minute(self.common_ms) // 60:02}:{local_minute(self.common_ms) % 60:02}"
        date = iso_date(self.common_ms)
        if not self.lost_ms or iso_date(self.lost_ms) == date:
            return clock
        return f"{int(date[5:7])}/{int(date[8:])} {clock}"


class RecordDiverges(SyncError):
    """The hub's record does not continue ours: nothing that it says is believed any more.

    Once it is located (data "divergence"), the sentences say since when, how much is missing and who holds it.
    """

    todo_ja = "発券・呼出を止めて管理者へ。この端末を消さない。復旧は demado recover"
    todo_en = "Stop; tell the manager; erase nothing here. To mend it: demado recover"

    def __init__(self, **data: object) -> None:
        super().__init__(**data)
        found = data.get("divergence")
        self.divergence = found if isinstance(found, Divergence) else None
        if self.divergence is not None:
            self.ja, self.en = _sentences(self.divergence)


class RecordRolledBack(RecordDiverges):
    """The hub shows fewer entries than we hold: an old card was put back, or something worse."""

    code = "record.rolled_back"
    ja = "ハブの記録が前より短くなっています。"
    en = "The hub's record is shorter than what we hold."


class RecordForked(RecordDiverges):
    """The hub's record is not the one that we have followed: another root at the same size."""

    code = "record.forked"
    ja = "ハブの記録が、この端末の記録と食い違っています。"
    en = "The hub's record differs from the one this terminal has followed."


def _sentences(found: Divergence) -> tuple[str, str]:
    """One row of 80 cells each: what happened to the hub's record, how much is missing, who still holds it."""
    ja_kept, en_kept = (
        ("この端末に控えがあります。", "this terminal still holds them.")
        if found.kept >= found.held
        else (f"控えは{found.kept}件まで。", f"this terminal holds {found.kept}.")
    )
    ja_since, en_since = found.since or f"{found.common}件", found.since or f"entry {found.common}"
    if found.instead:
        return (
            f"ハブの記録が {ja_since} から別のものです。{found.missing}件が消え、別の{found.instead}件。{ja_kept}",
            f"Another record since {en_since}: {found.missing} gone, {found.instead} instead; {en_kept}",
        )
    return (
        f"ハブのカードが {ja_since} に戻り、{found.missing}件が足りません。{ja_kept}",
        f"Card restored to {en_since}: {found.missing} entries missing; {en_kept}",
    )


Ask = Callable[[int, int], Awaitable[list[bytes]]]
"""The hub's consistency proof between two sizes; empty if it gives none."""


async def last_common(held: int, shown: Checkpoint, our_root: Callable[[int], Awaitable[bytes]], ask: Ask) -> int:
    """The largest size at which the hub's record, as of `shown`, is still the one that we hold.

    `our_root(size)`: the root of what we hold, up to `held`. A hub that proves nothing has nothing in common with us.
    """

    async def agrees(size: int) -> bool:
        if size == 0:
            return True
        try:
            proof = await ask(size, shown.size) if size < shown.size else []
            verify_consistency(size, await our_root(size), shown.size, shown.root, proof)
        except BadProof:
            return False
        return True

    low, high = 0, min(held, shown.size)  # agrees at low, and not beyond high
    if await agrees(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if await agrees(middle):
            low = middle
        else:
            high = middle
    return low


class Asking:
    """Asks a hub for proofs over a link on which nothing else is listened to any more."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def proof(self, old: int, new: int) -> list[bytes]:
        await self._link.send(ProofWanted(old, new))
        while True:
            message = await self._link.receive()
            if isinstance(message, Proof) and (message.old, message.new) == (old, new):
                return message.hashes
