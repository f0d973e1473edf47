"""The root-signed lists of a hub: kept with its record, so that they travel to the office and into every bundle."""

from __future__ import annotations

from sync import revocation, roster
from sync.party import Party
from sync.rootlist import list_kind
from sync.store import RecordStore

KINDS = (roster.KIND, revocation.KIND)
"""Kinds of objects in a record's store."""


async def take_up(party: Party, store: RecordStore) -> None:
    """Believe the lists that the record holds, and put those of our folder into it."""
    party.take_lists([one.body for one in await store.objects() if one.kind in KINDS])
    await keep(party, store)


async def keep(party: Party, store: RecordStore) -> None:
    """Put every list that we hold into the record's store; durable on return."""
    kept = {one.body for one in await store.objects() if one.kind in KINDS}
    for encoded in party.trust.lists():
        if encoded not in kept:
            await store.put_object(list_kind(encoded), encoded)
