"""The root-signed lists of a hub: kept with its record, so that they travel with it, and taken over in entries."""

from __future__ import annotations

import logging

from hub.domain.people.roster import TakeRevocations, TakeRoster
from hub.listentries import SIDES, Side, fresh_keys, revocations_entry, roster_entry, suspects
from hub.site.scribe import Scribe
from sync.keys import revocation, roster
from sync.keys.party import Party
from sync.keys.rootlist import list_kind
from sync.record.store import RecordStore

log = logging.getLogger(__name__)

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


async def record(scribe: Scribe) -> None:
    """Take the newest lists over into the record, each once; what is refused is tried again at the next look."""
    if scribe.refusing is not None:  # who stopped it has said so; the lists are believed and handed on all the same
        return
    for side in SIDES:
        taken, trust = scribe.booth.keys.taken, scribe.party.trust
        listed = trust.roster(side)
        if listed is not None and listed.number > taken.get(f"roster/{side}", 0):
            await _act(scribe, roster_entry(trust, side, listed.number))
        revoked = trust.revocations(side)
        if revoked is not None and revoked.number > taken.get(f"revocations/{side}", 0):
            await _act(scribe, await _revocations(scribe, side, revoked.number))


async def _revocations(scribe: Scribe, side: Side, number: int) -> TakeRevocations | None:
    # The list is held: no batch that begins now has an entry by a key that it revokes. Those before have to be done.
    await scribe.settled()
    cosigned = max((one.size for one in await scribe.store.cosignatures()), default=0)
    bare = revocations_entry(scribe.party.trust, side, number, cosigned, ())
    if bare is None:
        return None
    fresh = fresh_keys(bare, scribe.booth.keys)
    bodies = [body async for body in scribe.store.entries(cosigned)]
    found = suspects(bodies, side, fresh, scribe.party.trust) if fresh else ()
    return revocations_entry(scribe.party.trust, side, number, cosigned, found)


async def _act(scribe: Scribe, command: TakeRoster | TakeRevocations | None) -> None:
    if command is None:
        return
    outcome = await scribe.act(command)
    if outcome.index is None:
        log.error("list %d of the %s could not be taken over", command.number, command.party)
