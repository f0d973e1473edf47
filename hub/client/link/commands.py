"""Commands on their way: who waits for an answer, and when an answer is believed.

A hub's word that a command became an entry is believed once that entry is here, checked, and is this command's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Container
from pathlib import Path

import msgspec

from hub.client.proof.replica import Replica, Taken
from hub.client.proof.sent import NotRecorded, Sent
from hub.client.proof.sentfile import SentFile
from hub.domain import codec
from hub.domain.booth import Event
from hub.domain.refusal import Refusal
from sync.errors import SyncError
from sync.keys.party import LockedPerson
from sync.link.link import Clock
from sync.messages import OutcomeOf
from sync.record.command import Signed
from sync.record.unrecorded import Unrecorded

LIES = frozenset({"dropped", "moved", "altered"})
"""What can be wrong with a command that the hub has acknowledged."""

REJECTED = "command.rejected"
"""The code of a refusal that no rule made: the command could not be read or its signer not believed, this time."""


class Done(msgspec.Struct, frozen=True):
    """A command that became an entry."""

    index: int
    events: tuple[Event, ...]


class Pending(msgspec.Struct):
    """A command that was sent, and whoever waits for its outcome in this process."""

    signed: Signed
    certificates: list[bytes]
    at_ms: int | None
    who: LockedPerson | None
    answer: asyncio.Future[Done | Refusal]
    kept: bool = False
    """On this machine's disk: before that it must not go out, not over a new link either."""
    told: Done | None = None
    """What the hub says it became; its entry has not come yet."""


class Commands:
    """All that one terminal has under way. Who does not follow the record (a bench client) has only the hub's word."""

    def __init__(self, home: Path | None, clock: Clock, *, follow: bool) -> None:
        self._clock = clock
        self._follow = follow
        self._sent = Sent(SentFile(home) if home is not None and follow else None, clock())
        self._pending: dict[bytes, Pending] = {}

    @property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """What the hub did not honestly record."""
        return self._sent.unrecorded

    async def begin(
        self,
        id: bytes,
        signed: Signed,
        certificates: list[bytes],
        at_ms: int | None,
        who: LockedPerson | None = None,
    ) -> Pending:
        """Keep a command, durably where there is a home, before it is sent. `who`: the locked person of a new key."""
        answer: asyncio.Future[Done | Refusal] = asyncio.get_running_loop().create_future()
        pending = self._pending[id] = Pending(signed, certificates, at_ms, who, answer)
        if who is not None:  # the hub looks at the locked key first
            self._sent.may_be_overtaken(id)
        if self._follow:
            await self._sent.add(id, signed, certificates, self._clock(), time.monotonic())
        pending.kept = True
        return pending

    def give_up(self, id: bytes) -> None:
        """It was never sent."""
        self._pending.pop(id, None)
        self._sent.refused(id, final=False)

    def end(self, id: bytes) -> None:
        """Nobody waits for it any more."""
        self._pending.pop(id, None)

    def again(self, now_s: float) -> list[Pending]:
        """What is sent once more over a new link, in the order in which it was sent first."""
        self._sent.sent_again(now_s)
        return [pending for pending in self._pending.values() if pending.kept]

    def recall(self, known: Container[bytes]) -> None:
        """The record that this machine holds knows these commands already."""
        self._sent.recall(known)

    def overdue(self, now_s: float) -> None:
        """The hub is there: what it has not answered for long is reported."""
        self._sent.overdue(now_s)

    def answered(self, replica: Replica, outcome: OutcomeOf) -> None:
        """What the hub says became of a command."""
        pending = self._pending.get(outcome.id)
        if pending is None or pending.answer.done():
            return
        if outcome.index is None:
            refusal = codec.decode_refusal(outcome.refusal)
            self._sent.refused(outcome.id, final=refusal.code != REJECTED)
            pending.answer.set_result(refusal)
            return
        done = Done(outcome.index, codec.decode_events(outcome.events) if outcome.events else ())
        proved = self._sent.proved(outcome.id)
        before = replica.provisional is not None and outcome.index < replica.provisional.size
        if not self._follow or before or (proved is None and outcome.id in replica.known):
            self._sent.recall((outcome.id,))  # from before this start: its entry is in the record that we hold
            pending.answer.set_result(done)
        elif self._sent.answered(outcome.id, outcome.index, replica.size) in LIES:
            pending.answer.set_exception(NotRecorded(entry=outcome.index))
        elif proved is not None or self._sent.proved(outcome.id) is not None:
            pending.answer.set_result(done)
        else:
            pending.told = done

    def taken(self, size: int, taken: Taken) -> None:
        """Entries that are checked, up to `size`: the answers that waited for them are given."""
        self._sent.taken(size - len(taken.entries), taken.entries, taken.ids)
        for id, pending in self._pending.items():
            if pending.told is None or pending.answer.done():
                continue
            if self._sent.fault(id) in LIES:
                pending.answer.set_exception(NotRecorded(entry=pending.told.index))
            elif self._sent.proved(id) == pending.told.index:
                pending.answer.set_result(pending.told)

    def fail(self, error: SyncError) -> None:
        """The hub is not believed any more: whoever waits is told why; what was sent stays reported."""
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(error)

    async def save(self, kept: int) -> None:
        """Write what changed; `kept`: entries on this machine's disk."""
        await self._sent.save(kept)

    def close(self) -> None:
        self._sent.close()
