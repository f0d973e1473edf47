"""What the entries of a batch must hold to against what the office has: their place, the rules, the city's cosignatures.

What a batch says of itself alone is batchcheck's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from hub.domain.booth import Booth
from hub.domain.day.day import DayOpened
from hub.domain.people.roster import revoked_at
from hub.domain.reports.counts import count_day
from hub.listentries import names_suspects
from hub.office.batchcheck import (
    AlreadyHeld,
    Fork,
    MissingEntries,
    Overlap,
    Rollback,
    UnknownContent,
    checkpoint_of,
    root_at,
    signed_by,
    size_named,
)
from hub.office.standing import CHUNK, Standing, Standings
from hub.office.store import DayCount, OfficeStore, json_of
from hub.replay.faults import OtherCheckpoint, OtherList, RepeatedCommand
from hub.replay.replay import Claim, Replay, hub_keys
from sync.errors import SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.party import Party
from sync.keys.trust import Authority, TrustStore
from sync.record.batch import RecordBatch, Witnessed
from sync.record.checkpoint import Checkpoint, verify_cosignature
from sync.record.merkle import leaf_hash

log = logging.getLogger(__name__)

COUNT_EVERY = 500
"""Entries after which an open day's counts are derived again; every day's beginning and end does it too."""


async def check_place(store: OfficeStore, standing: Standing, batch: RecordBatch, by: Authority) -> None:
    """Raise unless the batch begins where the office stands; a hub that shows less is named for what it does."""
    size = standing.frontier.size
    if batch.first == size:
        return
    if batch.first > size:
        raise MissingEntries(first=batch.first, size=size)
    # It goes over what the office has: the same again is an old disk, anything else another history.
    checkpoint_of(batch, standing.deployment.origin, by.key)
    held = await store.leaves(standing.stored.no, batch.first, min(size, batch.size))
    shown = [leaf_hash(body) for body in batch.entries[: len(held)]]
    if held != shown:
        raise Fork(first=batch.first, shown=batch.size, size=size)
    fault = Rollback if batch.size < size else AlreadyHeld if batch.size == size else Overlap
    raise fault(first=batch.first, shown=batch.size, size=size)


async def replayed(standing: Standing, replay: Replay, batch: RecordBatch, leaves: Sequence[bytes]) -> list[DayCount]:
    """Decide the entries again, CHUNK by CHUNK; the counts of days that they ended or changed. ReplayError."""
    counts: list[DayCount] = []
    turned = False
    before = replay.booth
    for start in range(0, len(leaves), CHUNK):
        for step in replay.take_all(batch.entries[start : start + CHUNK], leaves[start : start + CHUNK]):
            if step.events and type(step.events[0]) is DayOpened and before.day.date:
                counts.append(_count(before, step.said.context.index))
            turned = turned or before.day is not step.booth.day or before.custody is not step.booth.custody
            before = step.booth
        await asyncio.sleep(0)
    if replay.booth.day.date and (turned or replay.size - standing.counted_size >= COUNT_EVERY):
        counts.append(_count(replay.booth, replay.size))
    return counts


async def check_takings(
    store: OfficeStore,
    trust: TrustStore,
    standing: Standing,
    replay: Replay,
    batch: RecordBatch,
    seen: Sequence[int],
) -> None:
    """Raise OtherList unless entries that took lists of revoked keys over name all that this left unproven.

    `seen`: the sizes that the city has cosigned according to this batch. All before it, this office has cosigned.
    """
    for one in replay.takings:
        cosigned = one.command.cosigned
        if cosigned > max([batch.first, *(size for size in seen if size <= one.entry)]):
            raise OtherList(index=one.entry, why="cosigned", number=one.command.number)
        before = max(0, batch.first - cosigned)
        bodies = await store.entries(standing.stored.no, cosigned, before) if before else []
        bodies = [*bodies, *batch.entries[max(0, cosigned - batch.first) : one.entry - batch.first]]
        if not names_suspects(one, bodies, trust):
            raise OtherList(index=one.entry, why="suspects", number=one.command.number)


async def check_unknown(store: OfficeStore, standing: Standing, replay: Replay) -> None:
    """Raise RepeatedCommand if one of these commands stands in an entry that is kept already."""
    known = await store.known_commands(standing.stored.no, list(replay.ids))
    for id in known:
        raise RepeatedCommand(index=replay.ids[id], id=id)


async def check_claims(
    standings: Standings, standing: Standing, leaves: Sequence[bytes], claims: Sequence[Claim]
) -> None:
    """Raise Fork for a decision of the city's about another record than the one that the hub shows here."""
    if not claims:
        return
    tree = await standings.tree(standing)
    for claim in claims:
        if root_at(tree, standing.frontier, leaves, claim.size) != claim.root:
            raise Fork(index=claim.index, size=claim.size, shown=claim.root)


async def witnessed(
    party: Party,
    standings: Standings,
    standing: Standing,
    batch: RecordBatch,
    leaves: Sequence[bytes],
    replay: Replay,
    hub: Authority,
) -> list[tuple[int, Witnessed, bytes]]:
    """The city's cosignatures in this batch that hold: size, cosignature, the desk's certificate id.

    `hub`: who sends the batch; a desk of another site witnesses nothing here.
    """
    found: list[tuple[int, Witnessed, bytes]] = []
    if not batch.witnessed:
        return found
    tree = await standings.tree(standing)
    desks = [one for one in party.trust if parse(one).kind == "desk"]
    for one in batch.witnessed:
        checkpoint = _signed_then(one.note, replay, party.trust)
        if checkpoint.size > batch.size:
            raise UnknownContent(why="a cosignature of what is not here", size=checkpoint.size)
        if root_at(tree, standing.frontier, leaves, checkpoint.size) != checkpoint.root:
            raise Fork(size=checkpoint.size, shown=checkpoint.root)
        for encoded in desks:
            desk = parse(encoded)
            if party.deployment.key_name(desk.person) != one.name:
                continue
            try:
                time_s = verify_cosignature(one.note, one.line, one.name, desk.subject)
                by = party.trust.authority(certificate_id(encoded), time_s * 1000)
                for site in hub.sites:
                    by.need_site(site)
            except SyncError as error:
                # It proves nothing and harms nothing: the entries do not wait for it.
                log.warning("a cosignature by %s does not hold: %s", one.name, error)
                continue
            entry = revoked_at(replay.booth.keys.revoked, by.party, by.stands_on)
            if entry is not None and checkpoint.size > entry:
                log.warning("a cosignature by %s does not hold: its key was revoked in entry %d", one.name, entry)
                continue
            found.append((checkpoint.size, one, certificate_id(encoded)))
    return found


def _signed_then(note: str, replay: Replay, trust: TrustStore) -> Checkpoint:
    """The checkpoint, signed by whoever was the record's hub at its size; OtherCheckpoint."""
    booth, deployment = replay.booth, replay.deployment
    size, revoked = size_named(note), booth.keys.revoked
    keys = hub_keys(deployment, trust, booth.latest_ms, booth.continuity, size, revoked)
    for key in keys[:-1]:  # a hub whose key was renewed has two
        with contextlib.suppress(OtherCheckpoint):
            return signed_by(note, deployment.origin, key)
    return signed_by(note, deployment.origin, keys[-1] if keys else bytes(32))


def _count(booth: Booth, size: int) -> DayCount:
    return DayCount(booth.day.opened_at, booth.day.date, size, json_of(count_day(booth)))
