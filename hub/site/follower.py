"""One connected terminal (or desk on the LAN): it follows the record, and asks for things to be done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from hub.domain import codec
from hub.site.clock import Clock, SimulatedClock
from hub.site.scribe import Commit, Scribe, rejected
from sync import messages
from sync.errors import SyncError
from sync.link import Link, LinkClosed
from sync.messages import Committed, OutcomeOf
from sync.party import LockedPerson

log = logging.getLogger(__name__)

ENTRIES_A_MESSAGE = 2_000
"""Entries sent at once to a follower that catches up: about 1.5 MB, so that it can fold while the next are read."""


class Follower:
    """Serves one link until it closes. All that one commit means for this peer goes out as one message."""

    def __init__(
        self,
        link: Link,
        scribe: Scribe,
        clock: Clock,
        profile_raw: bytes,
        people: list[LockedPerson],
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
        self._follows = False
        self._entries: list[bytes] = []
        """Durable entries not sent yet; the bytes are shared with every other follower."""
        self._certificates: list[bytes] = []
        self._sent = 0
        self._note = ""
        self._outcomes: list[OutcomeOf] = []
        self._letters: list[messages.Message] = []
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Run until the peer goes; never raises for what the peer does."""
        self._scribe.listeners.append(self._on_commit)
        sender: asyncio.Task[None] | None = None
        try:
            while True:
                message = await self.link.receive()
                if isinstance(message, messages.Follow) and sender is None:
                    await self._welcome(message)
                    sender = asyncio.create_task(self._send(), name=f"to {self.link.peer.person}")
                else:
                    await self._take(message)
        except LinkClosed:
            pass
        except SyncError as error:
            log.warning("link of %s: %s", self.link.peer.person, error)
        finally:
            self._scribe.listeners.remove(self._on_commit)
            for task in (*self._tasks, *([sender] if sender else [])):
                task.cancel()
            await self.link.close()

    def post(self, message: messages.Message) -> None:
        """Send something besides the record (status, handoffs), after what is already waiting."""
        self._letters.append(message)
        self._wake.set()

    async def _take(self, message: messages.Message) -> None:
        match message:
            case messages.Submit():
                if message.at_ms is not None and isinstance(self._clock, SimulatedClock):
                    await self._clock.advance(message.at_ms)
                # Not awaited here: a terminal may have several commands under way, and the order is the scribe's queue.
                task = asyncio.create_task(self._submit(message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case messages.Tick():
                if isinstance(self._clock, SimulatedClock):
                    await self._clock.advance(message.at_ms)
                self.post(messages.Ticked(self._clock.now_ms()))
            case messages.Kept():
                self.kept = max(self.kept, min(message.size, self._scribe.size))
            case messages.ProofWanted():
                hashes = await self._scribe.store.consistency_proof(message.old, message.new)
                self.post(messages.Proof(message.old, message.new, hashes))
            case _:
                await self._on_other(self, message)

    async def _submit(self, message: messages.Submit) -> None:
        try:
            await self._scribe.submit(message.signed, message.certificates, self)  # answered by _on_commit
        except SyncError as error:
            log.warning("command from %s: %s", self.link.peer.person, error)
            self._outcomes.append(rejected(message.signed, error))
            self._wake.set()

    def _on_commit(self, commit: Commit) -> None:
        mine = [outcome for origin, outcome in commit.outcomes if origin is self]
        self._outcomes.extend(mine)
        if self._follows:
            self._entries.extend(commit.entries)
            self._certificates.extend(commit.certificates)
            self._note = commit.note
        if mine or (self._follows and commit.entries):
            self._wake.set()

    async def _welcome(self, follow: messages.Follow) -> None:
        """Send what this follower lacks: a snapshot if it has nothing, then the entries up to now."""
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
        entries = [] if not follow.entries else await scribe.store.read(first, size - first)
        head, rest = entries[:ENTRIES_A_MESSAGE], entries[ENTRIES_A_MESSAGE:]
        await self.link.send(
            messages.Welcome(
                profile=self._profile_raw,
                people=self._people,
                boot=scribe.boot,
                state=state,
                frontier=frontier,
                state_size=first,
                entries=head,
                note=note if not rest else "",
                certificates=list(scribe.party.trust),
                size=size,
            )
        )
        while rest:
            sent, rest = rest[:ENTRIES_A_MESSAGE], rest[ENTRIES_A_MESSAGE:]
            start = size - len(rest) - len(sent)
            await self.link.send(Committed(start, sent, note if not rest else "", []))
        await self.link.send(self._status())

    async def _send(self) -> None:
        """Send, in one message per wake, every entry since the last one and the outcomes that wait."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                outcomes, self._outcomes = self._outcomes, []
                entries, self._entries = self._entries, []
                if entries or outcomes:
                    first, self._sent = self._sent, self._sent + len(entries)
                    certificates, self._certificates = self._certificates, []
                    note = self._note if entries else ""
                    await self.link.send(Committed(first, entries, note, outcomes, certificates))
                letters, self._letters = self._letters, []
                for letter in letters:
                    await self.link.send(letter)
        except SyncError as error:
            log.info("sending to %s ended: %s", self.link.peer.person, error)
            await self.link.close()
