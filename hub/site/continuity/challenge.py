"""Peers that know better: a longer record than ours, or another hub in our place. Then this hub stops writing.

What they say is believed only as far as it is proved: by a note of our own key (behind), or by two people's confirmations
and the new hub's word (succeeded). Either is on the disk before the hub can start again, and outlives restarts.
"""

from __future__ import annotations

import asyncio
import logging
from copy import copy
from pathlib import Path

import msgspec

from hub.site.clock import Clock
from hub.site.continuity import behind, succeeded
from hub.site.continuity.offered import Offering
from hub.site.continuity.stranded import Strandings
from hub.site.follower import Follower, succession
from hub.site.scribe import Scribe
from hub.succession import RivalTakeOver, Succession, certificates_of, read_succession
from sync import messages
from sync.keys.certificate import parse
from sync.keys.party import HomeDamaged, Party

log = logging.getLogger(__name__)


def need_unsucceeded(home: Path) -> None:
    """Raise HubSucceeded if this hub has been shown that another machine is the hub now."""
    gone = succeeded.load(home)
    if gone is not None:
        raise gone.fault()


class Challenges:
    """Hears what peers know of this record, and sets scribe.refusing where they are right."""

    def __init__(self, home: Path, party: Party, scribe: Scribe, clock: Clock) -> None:
        """Take up what an earlier run was told; HomeDamaged for a record whose hub is another machine."""
        self.halted = asyncio.Event()
        """Set when another machine has become the hub: nothing is left to do but to say so and end."""
        self.rival: RivalTakeOver | None = None
        """Another machine that took the record over at our own epoch, as somebody showed it."""
        self._home = home
        self._party = party
        self._scribe = scribe
        self._clock = clock
        self._strandings = Strandings(scribe)
        self._offerings: dict[Follower, Offering] = {}
        self._tasks: set[asyncio.Task[Path | None]] = set()
        writer, key = scribe.booth.continuity.writer(), party.signer.public
        if writer.key != key if writer is not None else parse(party.certificate).kind != "hub":
            raise HomeDamaged(path=str(home), why="the record names another machine as its hub")
        mark = behind.load(home)
        if mark is not None:
            scribe.refusing = mark.fault()
            log.error("%s", scribe.refusing)

    async def stop(self) -> None:
        """Give up what terminals are sending; they offer it again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def succession(self) -> messages.Succeeded | None:
        """What proves that this machine is the record's hub, where it took it over."""
        entries = await succession(self._scribe)
        if not entries:
            return None
        return messages.Succeeded(self._party.deployment.record, entries, certificates_of(entries, self._party.trust))

    async def on_resume(self, resume: messages.Resume) -> None:
        """The office says where it stands, which may be further than we are, or with another hub; then it raises."""
        if resume.succession:
            await self._hear_succession(resume.succession, resume.certificates, "office")
        elif resume.note:
            await self._compare(resume.note, "office")
        if self._scribe.refusing is not None:
            raise copy(self._scribe.refusing)  # nothing is shipped of a record that is not whole

    async def take(self, follower: Follower, message: messages.Message) -> bool:
        """Hear a message of a follower's; False if it is not about this."""
        match message:
            case messages.Holding():
                await self._hear_holding(follower, message)
            case messages.Past() if follower in self._offerings:
                self._offerings[follower].take(message)
            case messages.Stranded(entries) if follower.link.peer.kind == "terminal":
                await self._strandings.take(follower.link.peer.person, entries)
            case messages.Succeeded(record, entries, certificates) if record == self._party.deployment.record:
                await self._hear_succession(entries, certificates, follower.link.peer.person)
            case _:
                return False
        return True

    async def _compare(self, note: str, who: str) -> None:
        """Stop writing if this note, which we signed, does not fit our record."""
        scribe = self._scribe
        if scribe.refusing is not None:
            return
        now_ms = self._clock.now_ms()
        found = await behind.contradiction(scribe.store, self._party, scribe.booth.continuity, note, who, now_ms)
        if found is not None and scribe.refusing is None:
            scribe.refusing = found.fault()
            log.error("%s", scribe.refusing)
            await asyncio.to_thread(found.save, self._home)

    async def _hear_holding(self, follower: Follower, holding: messages.Holding) -> None:
        """A peer holds what does not fit our record: if we signed that, we stop, and ask a terminal for its copy."""
        peer = follower.link.peer
        await self._compare(holding.note, peer.person)
        if self._scribe.refusing is None or peer.kind != "terminal" or follower in self._offerings:
            return
        # Nobody has more of this record than its hub once signed: a copy of that size is all that is asked for.
        signed = behind.signed_here(self._party, self._scribe.booth.continuity, holding.note, self._clock.now_ms())
        if signed is None or holding.size <= 0:
            log.warning("%s offers %d entries, and no note of ours over them", peer.person, holding.size)
            return
        holding = msgspec.structs.replace(holding, size=min(holding.size, signed.size))
        offering = Offering(self._home, self._party.deployment.origin, peer.person, holding, follower.post)
        self._offerings[follower] = offering
        task = asyncio.create_task(offering.run(), name=f"copy of {peer.person}")
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(follower, done))

    def _ended(self, follower: Follower, task: asyncio.Task[Path | None]) -> None:
        self._tasks.discard(task)
        self._offerings.pop(follower, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("a copy of %s", follower.link.peer.person, exc_info=task.exception())

    def _hear_rival(self, made: Succession, who: str) -> None:
        """Another machine took over at our epoch. Where the office follows that one, we stop: two would give one number."""
        self.rival = RivalTakeOver(hub=made.hub, epoch=made.epoch, by="、".join(made.confirmed_by), who=who)
        log.error("%s", self.rival)
        if who == "office":
            self._scribe.refusing = self.rival  # told again at the next start: nothing of it is kept

    async def _hear_succession(self, entries: list[bytes], certificates: list[bytes], who: str) -> None:
        """Stop for good if these entries prove that another machine is the hub now; NotASuccession otherwise."""
        scribe = self._scribe
        managing = scribe.profile.managing
        made = read_succession(
            entries, self._party.deployment, self._party.trust, certificates, managing=managing, booth=scribe.booth
        )
        if made.hub_key == self._party.signer.public or made.epoch < scribe.epoch or self.halted.is_set():
            return
        if made.epoch == scribe.epoch:
            self._hear_rival(made, who)
            return
        gone = succeeded.Succeeded(made, entries, certificates, who, self._clock.now_ms())
        scribe.refusing = gone.fault()
        log.error("%s", scribe.refusing)
        await asyncio.to_thread(gone.save, self._home)
        self.halted.set()
