"""Who writes a record now: the hub that it is named after, or the machine that took it over since, with the proof."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from hashlib import sha256

import msgspec

from hub.domain.booth import Booth
from hub.domain.continuity.continuity import HubOf
from hub.domain.moment import MANAGER_ROLES
from hub.office.batchcheck import Fork, NoHubAnyMore, NotYours
from hub.office.contents import Contents
from hub.office.quarantine import AsideFull
from hub.office.standing import Standings, tree_of
from hub.office.store import OfficeStore, StoredRecord
from hub.succession import APART, LENGTH, RivalTakeOver, Succession, read_succession
from sync import canonical
from sync.errors import SyncError
from sync.keys.certificate import parse
from sync.keys.introductions import take_proven
from sync.keys.party import Deployment, Party
from sync.keys.trust import Authority
from sync.record.merkle import leaf_hash

log = logging.getLogger(__name__)


class Proof(msgspec.Struct, frozen=True):
    """The entries of a succession, and the machine that became the record's hub by them."""

    entries: Sequence[bytes]
    hub: HubOf
    apart: int | None = None
    """The number under which what was held before it is kept, where that went beyond it."""


class Writers:
    """The successions of all records of one deployment: as the record has them, or as we were told before it came."""

    def __init__(
        self, party: Party, store: OfficeStore, standings: Standings, contents: Contents, clock: Callable[[], int]
    ) -> None:
        self._party = party
        self._store = store
        self._standings = standings
        self._contents = contents
        self._clock = clock
        self._told: dict[str, Proof] = {}
        """Successions that we were shown and whose entries may not have come yet."""

    async def proof(self, record: str, held: StoredRecord | None) -> Proof | None:
        """What proves who writes this record now, if not the hub it is named after: as told, or as the record has it."""
        told = self._told.get(record)
        if held is None or not held.size:
            return told
        continuity = (await self._standings.of(record)).booth.continuity
        hub = continuity.writer()
        if hub is None or (told is not None and told.hub.epoch > continuity.epoch):
            return told
        return Proof(await self._store.entries(held.no, hub.since, LENGTH), hub)  # decided again when they came

    async def succeed(self, record: str, entries: Sequence[bytes], certificates: Sequence[bytes]) -> None:
        """A machine proves that it took a record over. What is held beyond that point is set apart, whole.

        The record then comes anew from its first entry. Where it simply goes on from what is held, nothing changes.
        NotASuccession or another SyncError if it proves nothing; Fork, and nothing changes, if what the two people
        signed has another past than the one that is held.
        """
        held = await self._store.record(record)
        booth = (await self._standings.of(record)).booth if held is not None and held.size else None
        made = self._read_succession(record, entries, certificates, booth)
        take_proven(self._party.trust, certificates)
        known = await self.proof(record, held)
        if known is not None and known.hub.epoch == made.epoch and known.hub.key != made.hub_key:
            rival = RivalTakeOver(record=record, followed=known.hub.name, answered=made.hub, epoch=made.epoch)
            # Who came first is followed; the other one hears of it when it asks where we stand.
            await self._put_aside(rival, made, entries)
        if known is not None and known.hub.epoch >= made.epoch:
            return
        told = Proof(list(entries), HubOf(made.epoch, made.hub, made.hub_key, made.size))
        if held is None or held.size < made.size:
            self._told[record] = msgspec.structs.replace(told, apart=await self._apart(record, made))
            return
        standing = await self._standings.of(record)
        async with standing.lock:
            if standing.frontier.size < made.size:  # another process has taken more since
                await self._standings.reload(standing)
            size, epoch = standing.frontier.size, standing.booth.continuity.epoch
            here = (await self._standings.tree(standing)).root(made.size)
            if here != made.root:  # before anything is changed: nobody takes back what was held, two people neither
                fork = Fork(record=record, hub=made.hub, size=made.size, signed=made.root, here=here)
                await self._put_aside(fork, made, entries)
                raise fork
            if size == made.size:
                self._told[record] = told
                return
            self._told[record] = msgspec.structs.replace(told, apart=standing.stored.no)
            apart = f"{record}{APART}{epoch}-{size}"
            again = sum(name.startswith(apart) for name in await self._store.records())
            if again:  # we started anew before its entries came, and the old hub brought its own once more
                apart += f"-{again + 1}"
            log.error("%s was taken over at %d; what was held up to %d is kept as %s", record, made.size, size, apart)
            await self._store.set_apart(standing.stored.no, apart)
            self._standings.forget(record)

    async def check_taken_over(self, record: str, first: int, leaves: Sequence[bytes]) -> None:
        """Raise Fork unless these entries are what the take-over that we were told of goes on from, and then itself.

        What was held already is compared entry by entry; that the rest has the root which two people signed, replay shows.
        """
        told = self._told.get(record)
        if told is None or first >= told.hub.since + LENGTH:
            return
        size, end = told.hub.since, first + len(leaves)
        held = [] if told.apart is None else await self._store.leaves(told.apart, min(first, size), min(size, end))
        for at, leaf in (*enumerate(held, first), *enumerate(map(leaf_hash, told.entries), size)):
            if first <= at < end and leaves[at - first] != leaf:
                raise Fork(record=record, hub=told.hub.name, index=at, take_over=size)

    async def _apart(self, record: str, made: Succession) -> int | None:
        """What was set apart for this take-over before we started; the record may not have come yet, or in part."""
        for name in await self._store.records():
            kept = await self._store.record(name) if name.startswith(record + APART) else None
            if kept is not None and kept.size >= made.size:
                if (await tree_of(self._store, kept.no, made.size)).root() == made.root:
                    return kept.no
        return None

    async def _put_aside(self, refused: SyncError, made: Succession, entries: Sequence[bytes]) -> None:
        """Keep a succession that is not followed as evidence."""
        log.error("%s", refused)
        shown = canonical.encode(list(entries))
        digest, why = sha256(shown).digest(), str(refused)
        try:
            await self._store.quarantine.put(digest, made.hub_key, refused.code, why, "", shown, self._clock())
        except AsideFull as full:
            log.error("%s", full)

    async def need(self, record: str, by: Authority) -> None:
        """Raise unless the sender is the record's hub: the one it is named after, or the one that took it over since."""
        standing = self._standings.known(record)
        first = standing is not None and not standing.booth.continuity.hubs and record not in self._told
        proof = None if first else await self.proof(record, await self._store.record(record))
        if proof is None:
            if by.kind != "hub" or by.person != record:
                raise NotYours(record=record, sender=by.person)
        elif by.key != proof.hub.key:
            refused = NoHubAnyMore if by.person == record else NotYours
            raise refused(record=record, sender=by.person, hub=proof.hub.name)

    def _read_succession(
        self, record: str, entries: Sequence[bytes], certificates: Sequence[bytes], booth: Booth | None
    ) -> Succession:
        profile = self._contents.profile
        # A record that never came brought no contract.
        managing = MANAGER_ROLES if profile is None else profile.managing
        site, trust = self._at_site(record), self._party.trust
        return read_succession(entries, site, trust, certificates, managing=managing, booth=booth, news=booth is None)

    def _at_site(self, record: str) -> Deployment:
        """The record's deployment, at the site that its own hub's certificate names: one office gathers many."""
        sites = (site for one in self._party.trust if _is_hub(one, record) for site in parse(one).sites)
        return msgspec.structs.replace(
            self._party.deployment, record=record, site=next(sites, self._party.deployment.site)
        )


def _is_hub(encoded: bytes, record: str) -> bool:
    held = parse(encoded)
    return held.kind == "hub" and held.person == record
