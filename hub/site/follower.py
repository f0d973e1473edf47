"""One connected terminal (or desk on the LAN): it follows the record, and asks for things to be done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine

from hub.domain import codec
from hub.replay.cosigners import Cosigners
from hub.site.clock import Clock, SimulatedClock
from hub.site.people.peoplekeeping import PeopleKeeper
from hub.site.scribe import CommandBroke, Commit, Scribe, rejected
from hub.succession import LENGTH, place_of
from sync import messages
from sync.errors import SyncError
from sync.link.link import Link, LinkClosed
from sync.messages import Committed, OutcomeOf
from sync.record.checkpoint import CosignedCheckpoint, line_name
from sync.record.faults import RecordFault
from sync.record.writer import WriterStopped

log = logging.getLogger(__name__)

ENTRIES_A_MESSAGE = 2_000
"""Entries sent at once to a follower that catches up: about 1.5 MB, so that it can fold while the next are read."""

PAST_A_MESSAGE = 256
"""Entries of the past sent at once: some 200 KB, a millisecond or two of this hub's time between other people's."""

COSIGNED_A_MESSAGE = 500
"""Cosigned checkpoints sent at once to a follower that has been away: some 300 KB, what a busy day has."""

MOST_ENTRIES_WAITING = 20_000
"""Entries kept for a follower that reads too slowly, about 15 MB; then its link is dropped, and it asks again for what
it lacks when it is well. An hour of a booth's day has fewer."""

MOST_WORDS_WAITING = 2_000
"""Outcomes and letters kept for one follower; a day has fewer handoffs, and status words replace each other."""

MOST_UNDER_WAY = 256
"""Commands of one peer in the scribe's queue, a full batch; more are not read from its socket until some are done."""

CLOSE_S = 1.0
"""A peer that is there answers a goodbye at once; nobody waits for one that is not."""


class FollowerBroke(SyncError):
    """The peer did what no peer of ours does."""

    code = "follower.broke_rules"
    ja = "端末の話し方がちがいます。"
    en = "The peer broke the rules of the link."
    todo_ja = "端末とハブの版を確かめてください。"
    todo_en = "Check the versions of terminal and hub."


class Follower:
    """Serves one link until it closes. All that one commit means for this peer goes out as one message."""

    def __init__(
        self,
        link: Link,
        scribe: Scribe,
        clock: Clock,
        profile_raw: bytes,
        people: PeopleKeeper,
        status: Callable[[], messages.Status],
        on_other: Callable[[Follower, messages.Message], Awaitable[None]],
    ) -> None:
        self.link = link
        self.kept = 0
        """Size of the record on this follower's own disk."""
        self._scribe = scribe
        self._clock = clock
        self._profile_raw = profile_raw
        self._people = people
        self._status = status
        self._on_other = on_other
        self._asked_to_follow = False
        self._follows = False
        self._entries: list[bytes] = []
        """Durable entries not sent yet; the bytes are shared with every other follower."""
        self._certificates: list[bytes] = []
        self._lists: list[bytes] = []
        """Root-signed lists that came after the link was opened; they go out before entries that may rest on them."""
        self._sent = 0
        self._note = ""
        self._outcomes: list[OutcomeOf] = []
        self._letters: list[messages.Message] = []
        self._past_waits = False
        """It has asked for a piece of the past that is not sent yet."""
        self._keeps_cosigned = False
        """It keeps cosignatures too, and is told of new ones."""
        self._introduced: set[str] = set()
        """Names of cosigners whose certificates it has been sent."""
        self._news: messages.Status | None = None
        self._wake = asyncio.Event()
        self._dropped = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked: set[asyncio.Future[OutcomeOf]] = set()
        """Commands of this peer in the scribe's queue."""

    @property
    def key(self) -> bytes:
        """The peer's long-term key: limits of what it may leave here go by that."""
        return self.link.peer.key

    async def serve(self) -> None:
        """Run until the peer goes or is dropped; never raises for what the peer does."""
        self._scribe.listeners.append(self._on_commit)
        self._scribe.store.on_cosigned.append(self._on_cosigned)
        reader = asyncio.create_task(self._read(), name=f"from {self.link.peer.person}")
        dropped = asyncio.create_task(self._dropped.wait())
        try:
            await asyncio.wait({reader, dropped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._scribe.listeners.remove(self._on_commit)
            self._scribe.store.on_cosigned.remove(self._on_cosigned)
            for asked in tuple(self._asked):
                asked.cancel()
            ending = {reader, dropped, *self._tasks}
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)
            self._forget()
            await self._close()

    def post(self, message: messages.Message) -> None:
        """Send something besides the record (status, handoffs), after what is already waiting."""
        if isinstance(message, messages.Status):
            self._news = message  # only the newest is worth anything
        else:
            self._letters.append(message)
        self._wake_up()

    def tell_list(self, encoded: bytes) -> None:
        """Hand a new root-signed list on, before the next entries."""
        self._lists.append(encoded)
        self._wake_up()

    def drop(self, why: str) -> None:
        """End this link; the peer connects again when it is well."""
        if not self._dropped.is_set():
            log.warning("the link of %s %s is dropped: %s", self.link.peer.kind, self.link.peer.person, why)
            self._dropped.set()
            self._forget()

    def _forget(self) -> None:
        self._entries, self._certificates, self._outcomes, self._letters = [], [], [], []

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_S):
                await self.link.close()
        except (SyncError, OSError, TimeoutError) as error:
            log.debug("closing the link of %s: %r", self.link.peer.person, error)

    def _wake_up(self) -> None:
        if self._dropped.is_set():
            self._forget()
        elif len(self._entries) > MOST_ENTRIES_WAITING:
            self.drop(f"{len(self._entries)} entries wait for it to read")
        elif len(self._outcomes) + len(self._letters) > MOST_WORDS_WAITING:
            self.drop(f"{len(self._outcomes) + len(self._letters)} answers and letters wait for it to read")
        else:
            self._wake.set()

    # ------------------------------------------------------------------ what the peer says

    async def _read(self) -> None:
        try:
            while True:
                await self._take(await self.link.receive())
        except LinkClosed:
            log.info("%s %s has gone", self.link.peer.kind, self.link.peer.person)
        except SyncError as error:
            log.warning("link of %s: %s", self.link.peer.person, error)
        except Exception:  # a fault of ours in handling one message ends one link, with its name
            log.exception("link of %s", self.link.peer.person)

    async def _take(self, message: messages.Message) -> None:
        match message:
            case messages.Follow():
                await self._follow(message)
            case messages.Submit():
                if message.at_ms is not None and isinstance(self._clock, SimulatedClock):
                    await self._clock.advance(message.at_ms)
                # Not awaited here: a terminal may have several commands under way, and the order is the scribe's queue.
                if message.who is not None and self.link.peer.kind == "terminal":
                    self._begin(self._replace(message))
                else:
                    self._submit(message)
                while len(self._tasks) + len(self._asked) > MOST_UNDER_WAY:
                    under_way: set[asyncio.Future[None] | asyncio.Future[OutcomeOf]] = {*self._tasks, *self._asked}
                    await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            case messages.Tick():
                if isinstance(self._clock, SimulatedClock) and self.link.peer.kind == "director":
                    await self._clock.advance(message.at_ms)
                self.post(messages.Ticked(self._clock.now_ms()))
            case messages.Lists():
                self._scribe.party.take_lists(message.lists)
            case messages.Kept():
                if self.link.peer.kind == "terminal":
                    self.kept = max(self.kept, min(message.size, self._scribe.size))
            case messages.ProofWanted():
                if not 0 <= message.old <= message.new <= self._scribe.size:
                    raise FollowerBroke(what="a proof of what is not", old=message.old, new=message.new)
                hashes = await self._scribe.store.consistency_proof(message.old, message.new)
                self.post(messages.Proof(message.old, message.new, hashes))
            case messages.PastWanted():
                await self._past(message)
            case _:
                await self._on_other(self, message)

    async def _past(self, wanted: messages.PastWanted) -> None:
        if self._past_waits or not 0 <= wanted.first < self._scribe.size:
            raise FollowerBroke(what="a past that is not, or before the last one was read", first=wanted.first)
        self._past_waits = True
        count = max(1, min(wanted.count, PAST_A_MESSAGE))
        self.post(messages.Past(wanted.first, await self._scribe.store.read(wanted.first, count)))

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _submit(self, message: messages.Submit) -> None:
        """Put a command into the scribe's queue; no task waits for it, which was one in fifty of the hub's CPU."""
        try:
            asked = self._scribe.queue(message.signed, message.certificates, self)
        except Exception as error:
            self._failed(message, error)
            return
        self._asked.add(asked)
        asked.add_done_callback(lambda answered: self._answered(message, answered))

    def _answered(self, message: messages.Submit, asked: asyncio.Future[OutcomeOf]) -> None:
        self._asked.discard(asked)
        if asked.cancelled():
            return  # this link is over
        error = asked.exception()
        if error is not None:
            self._failed(message, error)
        elif _known_before(asked.result()):
            self._begin(self._again(message, asked.result()))
        # Else _on_commit has answered it, together with its entries.

    async def _again(self, message: messages.Submit, outcome: OutcomeOf) -> None:
        """Answer a command that has its entry already."""
        try:
            answer = await self._scribe.events_of(outcome)
        except Exception as error:
            self._failed(message, error)
        else:
            self._outcomes.append(answer)  # looked up only now: what was there before the wait has been sent meanwhile
            self._wake_up()

    async def _replace(self, message: messages.Submit) -> None:
        """A command that brings a person's new key with it."""
        try:
            outcome = await self._people.replace(message, self._scribe, self._clock.now_ms(), self)
        except Exception as error:
            self._failed(message, error)
            return
        if _known_before(outcome):
            await self._again(message, outcome)

    def _failed(self, message: messages.Submit, error: BaseException) -> None:
        """Say what became of a command that has no outcome."""
        if isinstance(error, WriterStopped | RecordFault):
            # What reached the disk is unknown: whoever asked is told nothing, and asks the hub that starts anew.
            self.drop(str(error))
            return
        if isinstance(error, SyncError):
            log.warning("command from %s: %s", self.link.peer.person, error)
            outcome = rejected(message.signed, error)
        else:
            log.error("command from %s", self.link.peer.person, exc_info=error)
            outcome = rejected(message.signed, CommandBroke(error=type(error).__name__))
        self._outcomes.append(outcome)
        self._wake_up()

    # ------------------------------------------------------------------ what it is told

    def _on_commit(self, commit: Commit) -> None:
        mine = [outcome for origin, outcome in commit.outcomes if origin is self and not _known_before(outcome)]
        self._outcomes.extend(mine)
        if self._follows:
            self._entries.extend(commit.entries)
            self._certificates.extend(commit.certificates)
            self._note = commit.note
        if mine or (self._follows and commit.entries):
            self._wake_up()

    def _on_cosigned(self, checkpoint: CosignedCheckpoint) -> None:
        if self._keeps_cosigned:
            self.post(self._witnessed([checkpoint]))

    def _witnessed(self, checkpoints: list[CosignedCheckpoint]) -> messages.Witnessed:
        party = self._scribe.party
        names = {line_name(line) for one in checkpoints for line in one.cosignatures} - self._introduced
        self._introduced |= names
        chains = Cosigners(party.deployment, party.trust, {}).chains(names) if names else []
        return messages.Witnessed(checkpoints, chains)

    async def _follow(self, follow: messages.Follow) -> None:
        """Send what this follower lacks: a snapshot if it has nothing, then the entries up to now."""
        if self._asked_to_follow or follow.size < 0:
            raise FollowerBroke(what="follows twice" if self._asked_to_follow else "a size below nothing")
        self._asked_to_follow = True
        scribe = self._scribe
        size, note = scribe.size, scribe.note
        # From this moment on commits collect here, and go out after what is read below.
        self._follows, self._sent, self._note = follow.entries, size, note
        state, frontier, first = b"", b"", follow.size
        if follow.size > size:
            first = size  # it knows more than we have: the note shows it, and the follower refuses us by name
        elif follow.snapshot and follow.entries:
            frontier_now = scribe.frontier
            state, first = codec.encode_booth(scribe.booth), size
            frontier = b"".join(frontier_now.hashes)
        proof = await scribe.store.consistency_proof(first, size) if 0 < first < size else []
        head = await self._stored(first, size) if follow.entries else []
        sent = first + len(head) if follow.entries else size
        await self._send_lists()
        await self.link.send(
            messages.Welcome(
                profile=self._profile_raw,
                people=self._people.people,
                boot=scribe.boot,
                state=state,
                frontier=frontier,
                state_size=first,
                entries=head,
                note=note if sent == size else "",
                certificates=list(scribe.party.trust),
                size=size,
                newest=note,
                consistency=proof,
                epoch=scribe.epoch,
                succession=await succession(scribe),
            )
        )
        while sent < size:
            more = await self._stored(sent, size)
            await self.link.send(Committed(sent, more, note if sent + len(more) == size else "", []))
            sent += len(more)
        await self.link.send(self._status())
        if follow.cosigned is not None:
            self._keeps_cosigned = True
            missing = await scribe.store.cosigned(follow.cosigned)
            told = [one for one in missing if one.size <= sent]
            for at in range(0, len(told), COSIGNED_A_MESSAGE):
                await self.link.send(self._witnessed(told[at : at + COSIGNED_A_MESSAGE]))
            if later := missing[len(told) :]:  # by size: of entries that are still to be sent
                self.post(self._witnessed(later))
        self._begin(self._send())

    async def _stored(self, first: int, size: int) -> list[bytes]:
        """The next entries from the disk, one message's worth: a whole day at once would be too much for many."""
        return await self._scribe.store.read(first, min(size - first, ENTRIES_A_MESSAGE))

    async def _send_lists(self) -> None:
        lists, self._lists = self._lists, []
        if lists:
            await self.link.send(messages.Lists(lists))

    async def _send(self) -> None:
        """Send, in one message per wake, every entry since the last one and the outcomes that wait."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._send_lists()
                outcomes, self._outcomes = self._outcomes, []
                entries, self._entries = self._entries, []
                certificates, self._certificates = self._certificates, []
                # Those that come while we send wait for the next turn: they may be about entries that only that one has.
                letters, self._letters = self._letters, []
                if entries or outcomes:
                    first, self._sent = self._sent, self._sent + len(entries)
                    note = self._note if entries else ""
                    while len(entries) > ENTRIES_A_MESSAGE:
                        await self.link.send(Committed(first, entries[:ENTRIES_A_MESSAGE], "", [], certificates))
                        first, entries, certificates = first + ENTRIES_A_MESSAGE, entries[ENTRIES_A_MESSAGE:], []
                    await self.link.send(Committed(first, entries, note, outcomes, certificates))
                news, self._news = self._news, None
                for letter in (*letters, *([news] if news is not None else [])):
                    await self.link.send(letter)
                    if isinstance(letter, messages.Past):
                        self._past_waits = False
        except SyncError as error:
            log.info("sending to %s ended: %s", self.link.peer.person, error)
            self._dropped.set()
        except Exception:
            log.exception("sending to %s", self.link.peer.person)
            self._dropped.set()


def _known_before(outcome: OutcomeOf) -> bool:
    """Whether this answers a command again that has its entry already: then the events are still to be read."""
    return outcome.index is not None and not outcome.events


async def succession(scribe: Scribe) -> list[bytes]:
    """The entries by which this machine became the record's hub; none where it was that from the first on."""
    place = place_of(scribe.booth.continuity)
    return [] if place is None else await scribe.store.read(place, LENGTH)
