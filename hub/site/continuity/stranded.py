"""Entries that an old hub wrote after it was succeeded, as terminals bring them: kept in the record as discrepancies."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

import msgspec

from hub.domain import codec
from hub.domain.continuity.continuity import Continuity, Extra, KeepDiscrepancy
from hub.replay.replay import extra_of
from hub.site.scribe import Scribe
from sync.errors import SyncError
from sync.record.command import open_command, read_command
from sync.record.entry import decode_entry

log = logging.getLogger(__name__)

EXTRAS_AN_ENTRY = 16
"""Kept entries in one discrepancy: about 16 kB, so that an entry stays far below what an envelope takes."""


def bodies_in(entry: bytes) -> set[bytes]:
    """The entries that a discrepancy, given as its own entry, keeps."""
    asked = read_command(decode_entry(entry).command.payload)
    return {one.body for one in msgspec.msgpack.decode(asked.args, type=KeepDiscrepancy).extras}


def parts(extras: Sequence[Extra]) -> Iterable[tuple[Extra, ...]]:
    """As many at once as one discrepancy takes."""
    return (tuple(extras[at : at + EXTRAS_AN_ENTRY]) for at in range(0, len(extras), EXTRAS_AN_ENTRY))


class Strandings:
    """Takes what terminals bring, each entry once, and only what a person or the old hub has signed."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self._kept: set[bytes] | None = None
        self._ids: set[bytes] = set()
        """Of the commands in what is kept: what stands around a signed command nobody has signed, so one of each is enough."""

    async def take(self, source: str, bodies: Sequence[bytes]) -> None:
        """Keep those that the record has not. What does not hold is named in the log and left out."""
        kept = self._kept = self._kept if self._kept is not None else await self._read()
        fresh = [body for body in dict.fromkeys(bodies) if body not in kept]
        extras = [extra for body in fresh if (extra := await self._extra(body)) is not None]
        for part in parts(extras):
            kept.update(one.body for one in part)
            epoch = decode_entry(part[0].body).epoch
            outcome = await self._scribe.act(KeepDiscrepancy(epoch, source, part))
            if outcome.index is None:
                log.error(
                    "%d entries of %s were not kept: %s", len(part), source, codec.decode_refusal(outcome.refusal)
                )

    async def _extra(self, body: bytes) -> Extra | None:
        scribe, continuity = self._scribe, self._scribe.booth.continuity
        try:
            extra, entry = extra_of(body), decode_entry(body)
            if not _beside(continuity, entry.epoch, entry.index):
                return None
            command, _ = open_command(entry.command, scribe.party.trust, extra.at_ms)
        except (SyncError, msgspec.MsgspecError) as error:
            log.error("an entry that was brought is not kept: %s", error)
            return None
        known = command.id in self._ids
        self._ids.add(command.id)  # before anything is awaited: two terminals may bring the same at once
        if known or await scribe.store.outcome(command.id) is not None:
            log.error("a %s that is known already was brought in another entry", extra.kind)
            return None
        return extra

    async def _read(self) -> set[bytes]:
        kept: set[bytes] = set()
        for held in self._scribe.booth.continuity.discrepancies:
            (entry,) = await self._scribe.store.read(held.entry, 1)
            kept |= bodies_in(entry)
        self._ids |= {read_command(decode_entry(body).command.payload).id for body in kept}
        return kept


def _beside(continuity: Continuity, epoch: int, index: int) -> bool:
    """Whether an entry of that epoch and place can only have been written beside the record."""
    return any(hub.epoch == epoch + 1 and index >= hub.since for hub in continuity.hubs)
