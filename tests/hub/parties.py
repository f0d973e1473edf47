"""A site in one process, without sockets: a real hub's writer, terminals' replicas on disk, a courier and an office.

What the links do is done here by hand (give entries, show notes, hand on proofs), so that a test may cut, copy and
reorder it; what each party thinks of it is the product's own code.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from hub.client.link.succession import NotTheHub, go_over, need_writer, taken_over
from hub.client.proof.divergence import RecordDiverges, RecordForked
from hub.client.proof.keeper import Keeper
from hub.client.proof.replica import Replica
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from hub.site.clock import SimulatedClock
from hub.site.continuity import succeeded
from hub.site.continuity.challenge import Challenges
from hub.site.continuity.copies import Copy
from hub.site.continuity.stranded import Strandings
from hub.site.continuity.takeover import STANDBY
from hub.site.outside.fromoffice import copy_of
from hub.site.scribe import Commit, Scribe
from hub.succession import LENGTH, place_of
from sync.errors import SyncError
from sync.keys.party import Party, Person
from sync.mail.courier import Outbox
from sync.mail.offer import open_offer
from sync.messages import OutcomeOf, Receipt, Rejected, Resume, Welcome
from sync.record.command import Signed
from sync.record.entry import decode_entry
from sync.record.store import RecordStore
from tests.records import World

WORLD = World()
DEPLOYMENT = WORLD.deployment
OFFICE = DEPLOYMENT.key_name("office-1")
NOBODY = bytes(16)
CHAIN = [*WORLD.manager.chain, *WORLD.clerks[0].chain, WORLD.certify("standby-1", "standby_hub", "contractor")]


def told(note: str = "", entries: list[bytes] | None = None, certificates: list[bytes] | None = None) -> Resume:
    """What a party says to a hub that it does not believe: a note of the hub's own, or another machine's succession."""
    return Resume(DEPLOYMENT.record, 0, NOBODY, 0, bytes(32), note, entries or [], certificates or [])


class RunningHub:
    """A hub's writer, what it hears of itself, and its outbox, on one folder."""

    def __init__(self, home: Path, clock: SimulatedClock) -> None:
        self.home = home
        self.clock = clock
        self.followers: list[Terminal] = []

    async def open(self) -> None:
        """Start from what is on the disk. HubSucceeded if another machine is known to be the hub."""
        gone = succeeded.load(self.home)
        if gone is not None:
            raise gone.fault()
        self.party = Party.load(self.home)
        self.store = await RecordStore.open(self.home / "record.sqlite", origin=DEPLOYMENT.origin)
        self.scribe = await Scribe.start(self.party, self.store, WORLD.profile_raw, WORLD.profile, self.clock)
        self.scribe.listeners.append(self._on_commit)
        self.challenge = Challenges(self.home, self.party, self.scribe, self.clock)
        self.outbox = await Outbox.open(
            self.home / "outbox.sqlite",
            signer=self.party.signer,
            deployment=DEPLOYMENT.id,
            record=DEPLOYMENT.record,
            origin=DEPLOYMENT.origin,
        )

    async def close(self) -> None:
        for follower in list(self.followers):
            follower.leave()
        await self.scribe.close()
        await self.outbox.close()
        await self.store.close()

    async def die(self) -> None:
        """Go on with the files as they are now: nothing is closed, no snapshot is kept."""
        left = self.home.with_name(f"{self.home.name}.left")
        shutil.copytree(self.home, left)
        await self.close()
        shutil.rmtree(self.home)
        left.rename(self.home)

    def _on_commit(self, commit: Commit) -> None:
        for follower in self.followers:
            if commit.entries:
                follower.coming.append(commit)

    async def submit(self, signed: Signed, by: Person) -> OutcomeOf:
        return await self.scribe.submit(signed, by.chain)

    async def hears(self, said: Resume) -> bool:
        """Whether what it is told makes it stop writing."""
        try:
            await self.challenge.on_resume(said)
        except SyncError:
            return True
        return False

    async def copy(self) -> Copy:
        """Its own record, as the folder of a hub is read."""
        entries = await self.store.read(0, self.store.size)
        return Copy(self.party.name, entries, await self.store.certificates(), await self.store.checkpoints())


class Terminal:
    """A replica in memory and its copy on disk; `coming` is what the line still carries."""

    def __init__(self, home: Path, name: str) -> None:
        self.home = home
        self.name = name
        self.hub: RunningHub | None = None
        self.coming: list[Commit] = []
        WORLD.save_home(WORLD.machine(name, "terminal", "contractor"), home)
        if name == "terminal-2":
            WORLD.save_home(WORLD.machine("standby-1", "standby_hub", "contractor"), home / STANDBY)

    async def open(self) -> None:
        self.party = Party.load(self.home)
        self.keeper = Keeper(self.home / "replica.sqlite", DEPLOYMENT.origin)
        await self.keeper.open()
        await self._recall()

    async def close(self) -> None:
        self.leave()
        await self.keeper.close()

    async def die(self) -> None:
        """What was in memory is gone."""
        left = self.home.with_name(f"{self.home.name}.left")
        shutil.copytree(self.home, left)
        await self.close()
        shutil.rmtree(self.home)
        left.rename(self.home)
        await self.open()

    async def _recall(self) -> None:
        self.replica = Replica(DEPLOYMENT, self.party.trust, WORLD.profile, WORLD.hub.signer.public)
        await self.keeper.recall(self.replica, self.party.trust)

    @property
    def epoch(self) -> int:
        return self.replica.booth.continuity.epoch

    def leave(self) -> None:
        """The line is cut: what was on it is lost."""
        if self.hub is not None:
            self.hub.followers.remove(self)
        self.hub, self.coming = None, []
        self.replica.forget_waiting()

    async def join(self, hub: RunningHub) -> bool:
        """Follow a hub from where we are; False if one of the two does not go on with the other."""
        self.leave()
        peer = hub.party.authority(hub.clock.now_ms())
        self.replica.hub_key, self.replica.standby = peer.key, peer.kind == "standby_hub"
        try:
            need_writer(peer, self.replica)
        except NotTheHub:
            place = place_of(self.replica.booth.continuity)
            assert place is not None
            proof = await self.keeper.read(place, LENGTH)
            assert await hub.hears(told(entries=proof, certificates=await self.keeper.certificates()))
            return False
        welcome = await self._welcome(hub)
        for encoded in welcome.certificates:
            self.party.trust.add(encoded)
        try:
            self.replica.need_continuation(welcome.newest, welcome.consistency)
        except RecordDiverges:
            made = taken_over(peer, self.party, self.replica, welcome)
            beyond = None if made is None else await go_over(self.keeper, made)
            if beyond is None:
                await hub.hears(told(await self.keeper.note() or ""))
                return False
            await self._recall()
            joined = await self.join(hub)
            await Strandings(hub.scribe).take(self.name, beyond)
            return joined
        await self._take(welcome.entries, welcome.newest, welcome.certificates)
        self.hub = hub
        hub.followers.append(self)
        return True

    async def deliver(self, at: int, *, again: bool = False) -> None:
        """One message of the line arrives; RecordForked for one that is not the next."""
        commit = self.coming[at] if again else self.coming.pop(at)
        if commit.first != self.replica.reached:
            raise RecordForked(expected=self.replica.reached, got=commit.first)
        for encoded in commit.certificates:
            self.party.trust.add(encoded)
        await self._take(list(commit.entries), commit.note, list(commit.certificates))

    async def copy(self) -> Copy:
        entries = await self.keeper.read(0, self.keeper.size)
        note = await self.keeper.note()
        return Copy(self.name, entries, await self.keeper.certificates(), [] if note is None else [note])

    async def _take(self, entries: list[bytes], note: str, certificates: list[bytes]) -> None:
        if entries:
            taken = await self.replica.take(entries, note)
            self.keeper.keep(taken.entries, taken.ids, note, certificates, lambda size: None)
            await self.keeper.flush()
            assert self.keeper.size == self.replica.size

    async def _welcome(self, hub: RunningHub) -> Welcome:
        size, held = hub.scribe.size, self.replica.size
        succession = await hub.challenge.succession()
        return Welcome(
            profile=WORLD.profile_raw,
            people=[],
            boot=hub.scribe.boot,
            state=b"",
            frontier=b"",
            state_size=0,
            entries=await hub.store.read(held, size - held) if held < size else [],
            note=hub.scribe.note,
            certificates=await hub.store.certificates(),
            size=size,
            newest=hub.scribe.note,
            consistency=await hub.store.consistency_proof(held, size) if 0 < held < size else [],
            epoch=hub.scribe.epoch,
            succession=[] if succession is None else succession.entries,
        )


class Office:
    """The office's store and its receiver."""

    def __init__(self, folder: Path, clock: SimulatedClock) -> None:
        self.file = folder / "office.sqlite"
        self.clock = clock

    async def open(self) -> None:
        self.store = await OfficeStore.open(str(self.file))
        party = WORLD.machine("office-1", "office", "contractor")
        for known in (*WORLD.issuers.values(), WORLD.hub.certificate, CHAIN[-1]):
            party.trust.add(known)
        self.receiver = await Receiver.open(party, self.store, self.clock.now_ms)

    async def close(self) -> None:
        await self.store.close()

    async def size(self) -> int:
        held = await self.store.record(DEPLOYMENT.record)
        return 0 if held is None else held.size

    async def entries(self) -> list[bytes]:
        held = await self.store.record(DEPLOYMENT.record)
        return [] if held is None else await self.store.entries(held.no, 0, held.size)

    async def believed(self) -> tuple[int, int]:
        """The epoch that the office knows of, and how much of its record it holds."""
        resume = await self.receiver.resume(DEPLOYMENT.record, bytes(32))
        epoch = decode_entry(resume.succession[-1]).epoch if resume.succession else 1
        return epoch, await self.size()

    async def meet(self, hub: RunningHub) -> bool:
        """What comes before anything is shipped; False if the hub learns that its record is not whole.

        Fork if it took over another past than the one that is held here.
        """
        succession = await hub.challenge.succession()
        if succession is not None:
            await self.receiver.succeed(DEPLOYMENT.record, succession.entries, succession.certificates)
        resume = await self.receiver.resume(DEPLOYMENT.record, hub.party.signer.public)
        if await hub.hears(resume):
            return False
        now = self.clock.now_ms()
        if not await hub.outbox.fits(resume, now):
            offer = open_offer(await self.receiver.offer(), WORLD.office.signer.public, DEPLOYMENT.id, now)
            await hub.outbox.begin(offer, resume.size, hub.store)
        return True

    async def take(self, message: bytes, hub: RunningHub) -> Receipt | Rejected:
        return await self.receiver.deposit(message, hub.party.signer.public)

    async def copy(self) -> Copy | None:
        """What a hub that recovers fetches; None where nothing is held."""
        held = await self.receiver.held(DEPLOYMENT.record, 0)
        if not held.entries:
            return None
        assert len(held.entries) == held.size
        office = self.receiver.party.authority(self.clock.now_ms())
        return copy_of(held.entries, held.certificates, held, office, WORLD.machine("hub-1", "hub", "contractor"))


__all__ = ["DEPLOYMENT", "OFFICE", "WORLD", "Office", "RunningHub", "Terminal", "told"]
