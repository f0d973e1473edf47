"""Following a record: what the hub shows of it is believed entry by entry, kept on this disk, and put back where it was
taken over.

`Replica` says what is believed; here is where it comes from and where it goes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from hub.client.desk.handoff import OtherProfile
from hub.client.link.commands import Commands
from hub.client.link.succession import GoneOver, NotTheHub, RivalHub, go_over, need_writer, taken_over, tell_succeeded
from hub.client.proof.cosigned import proven
from hub.client.proof.divergence import RecordDiverges, RecordForked
from hub.client.proof.keeper import Keeper
from hub.client.proof.refold import Refold
from hub.client.proof.replica import Replica
from hub.client.views.vaultcopy import VaultCopy
from hub.domain.booth import Booth, Event
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import decode_profile, profile_hash
from hub.domain.day.day import DayClosed
from hub.domain.personal import vault_keys
from hub.domain.personal.personal import PersonalErased
from sync.errors import SyncError
from sync.keys.certificate import certificate_id
from sync.keys.introductions import take_proven
from sync.keys.party import Party
from sync.link.link import Link
from sync.messages import Committed, PastWanted, Welcome, Witnessed
from sync.record.merkle import EMPTY_ROOT
from sync.vault.vault import FILE as VAULT

log = logging.getLogger(__name__)


class Following:
    """The replica, its copy on disk and the copy of the vault beside it; without `follow` only the hub's word counts."""

    def __init__(self, party: Party, commands: Commands, *, follow: bool, keep: Path | None) -> None:
        """`keep`: the file of the copy on this disk; None: in memory alone."""
        self.follow = follow
        self.replica: Replica | None = None
        self.profile: Profile | None = None
        self.profile_raw = b""
        self.keeper = Keeper(keep, party.deployment.origin) if keep is not None else None
        self.vault_copy = VaultCopy(keep.with_name(VAULT)) if keep is not None else None
        self.refold: Refold | None = None
        self.on_kept: Callable[[int], None] = lambda size: None
        """Told how many entries this disk holds, whenever they are more."""
        self.event_listeners: list[Callable[[int, tuple[Event, ...]], None]] = []
        self._party = party
        self._commands = commands
        self._told_epoch = 1
        self._stranded: list[bytes] = []
        """Entries that the hub before this one wrote after it was succeeded."""
        self._certificates: list[bytes] = []
        """Proven ones that came with entries which no checkpoint covers yet."""

    @property
    def booth(self) -> Booth:
        return self.replica.booth if self.replica is not None else Booth()

    @property
    def epoch(self) -> int:
        """For which a command is signed: the record's own, or what the hub says where we do not follow it."""
        return self.booth.continuity.epoch if self.follow else self._told_epoch

    @property
    def kept(self) -> int:
        """Entries on this machine's own disk."""
        return self.keeper.size if self.keeper is not None else 0

    async def cosigned_up_to(self) -> dict[str, int] | None:
        """Whose cosignatures this disk holds, and up to which size; None where it keeps none."""
        return await self.keeper.cosigned_up_to() if self.keeper is not None and self.follow else None

    def reached(self, target: int) -> bool:
        """Whether we hold as much as the hub said it has."""
        return self.replica is not None and (not self.follow or self.replica.size >= target)

    async def held(self) -> tuple[int, bytes]:
        """Size and root of what we hold: in memory, or on our disk at the start."""
        if self.replica is not None:
            return self.replica.size, self.replica.root
        if self.keeper is not None:
            return self.keeper.size, await self.keeper.root(self.keeper.size)
        return 0, EMPTY_ROOT

    # ------------------------------------------------------------------ what a hub says

    async def welcome(self, link: Link, welcome: Welcome) -> None:
        """Go on from where a hub begins to tell; OtherProfile, NotTheHub, GoneOver, RivalHub, RecordDiverges, ReplayError."""
        self._take_certificates(welcome.certificates)
        if profile_hash(welcome.profile) != self._party.deployment.profile:
            raise OtherProfile(index=0)
        if self.profile is None:
            self.profile_raw = welcome.profile
            self.profile = decode_profile(welcome.profile, "profile.toml")
        replica = self.replica or await self._begin(self.profile, link.peer.key)
        replica.hub_key, replica.standby = link.peer.key, link.peer.kind == "standby_hub"
        self._told_epoch = welcome.epoch
        try:
            need_writer(link.peer, replica)
        except NotTheHub:
            await tell_succeeded(link, self._party, self.keeper, replica)
            raise
        if welcome.state:
            # What we hold is our memory of this record: a snapshot that nobody asked for would make us forget it.
            if replica.size or self.keeper is not None or not self.follow:
                raise RecordForked(what="a snapshot that was not asked for")
            if welcome.state_size and not welcome.note:
                raise RecordForked(what="a snapshot without a checkpoint")
            replica.restore(welcome.state, welcome.state_size, welcome.frontier)
        elif self.follow:
            self.replica = replica  # what we hold is shown, whatever the hub says now
            try:
                replica.need_continuation(welcome.newest, welcome.consistency)
            except RecordDiverges:
                await self._go_over(link, replica, welcome)
                raise
        if self.follow:
            await self._fold(replica, welcome.entries, welcome.note)
        self.replica = replica

    def need_writer(self) -> None:
        """RecordForked unless the record names the machine of this link: a stand-by may have come with nothing to fold."""
        if self.follow and self.replica is not None:
            self.replica.need_writer()

    async def take(self, committed: Committed) -> None:
        """Entries that have become durable, and what became of commands; RecordForked, a ReplayError leaf."""
        replica = self.replica
        assert replica is not None
        self._take_certificates(committed.certificates)
        if self.follow and committed.entries:
            if committed.first != replica.reached:
                raise RecordForked(expected=replica.reached, got=committed.first)
            await self._fold(replica, committed.entries, committed.note)
        for outcome in committed.outcomes:
            self._commands.answered(replica, outcome)

    async def witnessed(self, brought: Witnessed) -> None:
        """Keep what office and city have cosigned of the entries on this disk; what does not hold is named in the log."""
        keeper = self.keeper
        if keeper is None or not self.follow:
            return
        self._take_certificates(brought.certificates)
        await keeper.flush()
        held = await proven(brought.checkpoints, self._party, self.booth, keeper)
        certificates, self._certificates = self._certificates, []
        await keeper.keep_cosigned(held, certificates)

    def prove_snapshot(
        self,
        send: Callable[[PastWanted], Awaitable[None]],
        proved: Callable[[], None],
        failed: Callable[[SyncError], None],
    ) -> None:
        """Where we began with a hub's snapshot: decide its past again, or go on with it; `failed` is told of a lie."""
        replica = self.replica
        if replica is None or replica.provisional is None:
            return
        if self.refold is None or self.refold.replica is not replica:
            self.refold = Refold(replica, proved, failed)
        self.refold.start(send)

    def take_stranded(self) -> list[bytes]:
        """What the hub of now is to be given of the one before: once."""
        stranded, self._stranded = self._stranded, []
        return stranded

    def broken(self) -> None:
        """The link has ended: what no checkpoint covers yet comes again."""
        if self.replica is not None:
            self.replica.forget_waiting()
        self.stop_proving()

    def stop_proving(self) -> None:
        """The snapshot's past is left for the next link."""
        if self.refold is not None:
            self.refold.stop()

    async def close(self) -> None:
        """Write what is left: the state for the next start, the entries, the commands under way."""
        if self.keeper is not None:
            if self.replica is not None:
                await self.keeper.snapshot(self.booth, self.replica.frontier, every=1)
            await self.keeper.flush()
            await self._commands.save(self.kept)
            await self.keeper.close()

    # ------------------------------------------------------------------ how it is done

    async def _begin(self, profile: Profile, hub_key: bytes) -> Replica:
        replica = Replica(self._party.deployment, self._party.trust, profile, hub_key)
        if self.keeper is not None and self.follow:
            await self.keeper.recall(replica, self._party.trust)
            self._commands.recall(replica.known)
        return replica

    async def _go_over(self, link: Link, replica: Replica, welcome: Welcome) -> None:
        """Raise GoneOver, our copy put back, if the peer took the record over before our end; return if it did not."""
        try:
            made = taken_over(link.peer, self._party, replica, welcome)
        except RivalHub:
            await tell_succeeded(link, self._party, self.keeper, replica)  # it is to know of the other one
            raise
        beyond = None if made is None else await go_over(self.keeper, made)
        if made is None or beyond is None:
            return
        log.error("%s took over at %d; %d entries beyond that are set apart", made.hub, made.size, len(beyond))
        self._stranded, self.replica = beyond, None
        raise GoneOver(hub=made.hub, size=made.size, apart=len(beyond), by="、".join(made.confirmed_by))

    def _take_certificates(self, brought: list[bytes]) -> None:
        if brought:
            take_proven(self._party.trust, brought)
            self._certificates.extend(one for one in brought if certificate_id(one) in self._party.trust)

    async def _fold(self, replica: Replica, entries: list[bytes], note: str) -> None:
        if not entries and (not note or note == replica.note):
            return
        taken = await replica.take(entries, note)
        self._commands.taken(replica.size, taken)
        if self.keeper is not None and taken.entries:
            certificates, self._certificates = self._certificates, []
            self.keeper.keep(taken.entries, taken.ids, note, certificates, self.on_kept)
            self.keeper.snapshot_soon(replica.booth, replica.frontier)
        if self.vault_copy is not None and any(
            isinstance(one, (PersonalErased, DayClosed)) for _, events in taken.made for one in events
        ):
            asyncio.ensure_future(self.vault_copy.prune(vault_keys.wanted(replica.booth)))
        for index, events in taken.made:
            for listener in self.event_listeners:
                listener(index, events)
