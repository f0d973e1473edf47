"""What became of each command that this terminal sent: proved to stand in the record, refused, or something is wrong.

    sent.add(...)       before it goes out                     sent.answered(...)  what the hub said of it
    sent.taken(...)     entries that this terminal has checked sent.overdue(...)   the hub is there and says nothing

A hub cannot drop, alter, move or reorder a command unseen, nor record one that it had refused: each ends as an
`Unrecorded` that stays on this disk, is shown, and goes to whoever can look into it. A replayed command never gets so
far (replay.RepeatedCommand).
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import msgspec

from hub.client.proof.sentfile import SentFile
from sync.errors import SyncError
from sync.record.command import Signed
from sync.record.entry import decode_entry
from sync.record.unrecorded import UNTOLD, Fault, Unrecorded

OVERDUE_S = 10.0
"""A hub that is there answers within a second, on a slow card too; after ten the person is told that it does not."""

REMEMBERED = 1_000
"""Refusals of which a later entry would be a lie; a terminal has some dozens a day."""


class NotRecorded(SyncError):
    """The hub acknowledged a command, and the entry that it named holds something else."""

    code = "command.not_recorded"
    ja = "ハブは受け付けたと答えましたが、記録に入っていません。"
    en = "The hub acknowledged it, and it is not in the record."
    todo_ja = "管理者へ。署名した操作はこの端末が保管しています（demado record missing）"
    todo_en = "Tell the manager; this terminal keeps what you signed (demado record missing)."


class Sent:
    """The terminal's own commands; `unrecorded` is what is wrong. Without a file, only in memory."""

    def __init__(self, file: SentFile | None, now_ms: int) -> None:
        self._file = file
        self._open: dict[bytes, Unrecorded] = file.all(now_ms) if file is not None else {}
        """By id, in the order in which they were sent: not proved and not refused."""
        self._wrong = {id for id, one in self._open.items()}
        """Among the open ones, what is reported: all that an earlier start of this terminal left behind."""
        self._number = max((one.number for one in self._open.values()), default=-1) + 1
        self._since: dict[bytes, float] = {}
        self._slow: set[bytes] = set()
        """Commands that an honest hub, too, may record after what was sent later: it looks at something else first."""
        self._proved: dict[bytes, int] = {}
        self._unkept: dict[bytes, int] = {}
        """Proved by an entry that is not on this disk yet."""
        self._refused: dict[bytes, Unrecorded] = {}
        self._saved: list[tuple[bytes, Unrecorded]] = []
        """To be written with the next save()."""

    @property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """What is wrong, in the order in which it was sent."""
        return tuple(one for id, one in self._open.items() if id in self._wrong)

    def proved(self, id: bytes) -> int | None:
        """The entry in which this command of ours stands, proved; None if it is not."""
        return self._proved.get(id)

    def fault(self, id: bytes) -> Fault | None:
        """What is wrong with this command; None if nothing is known to be."""
        return self._open[id].fault if id in self._wrong else None

    def may_be_overtaken(self, id: bytes) -> None:
        """This command's place among others says nothing about the hub."""
        self._slow.add(id)

    async def add(self, id: bytes, signed: Signed, certificates: list[bytes], sent_ms: int, now_s: float) -> None:
        """Keep a command before it goes out; again under the same id it is the same command."""
        if id in self._open or id in self._proved or id in self._refused:
            return
        one = Unrecorded(self._number, signed, certificates, "unanswered", UNTOLD, UNTOLD, sent_ms)
        self._number += 1
        self._open[id], self._since[id] = one, now_s
        if self._file is not None:
            await self._file.put(id, one)

    def recall(self, known: Container[bytes]) -> None:
        """What an earlier start of this terminal left behind, and its record has: proved."""
        for id in [id for id in self._open if id in known]:
            del self._open[id]
            self._wrong.discard(id)
            self._unkept[id] = 0

    def answered(self, id: bytes, index: int, size: int) -> Fault | None:
        """The hub named an entry as the outcome; what is wrong with that, as far as entries up to `size` show."""
        self._since.pop(id, None)
        one = self._open.get(id)
        if one is None:
            return "moved" if self._proved.get(id, index) != index else None
        if one.found != UNTOLD:
            if one.found != index:
                self._accuse(id, "moved")
            return self._open[id].fault
        self._note(id, msgspec.structs.replace(one, told=index))
        if index < size:
            self._accuse(id, "dropped")
            return "dropped"
        return None  # its entry is still to come

    def refused(self, id: bytes, *, final: bool) -> None:
        """The hub said no. `final`: a rule did, so that this id can never become an entry."""
        self._since.pop(id, None)
        one = self._open.pop(id, None)
        self._wrong.discard(id)
        self._unkept[id] = 0
        if one is not None and final:
            self._refused[id] = one
            while len(self._refused) > REMEMBERED:
                del self._refused[next(iter(self._refused))]

    def taken(self, first: int, entries: Sequence[bytes], ids: Sequence[bytes]) -> None:
        """Entries from `first` on that a signed checkpoint covers, with their commands' ids."""
        for at, id in enumerate(ids):
            if id in self._open or id in self._refused:
                self._found(id, first + at, entries[at])
        size = first + len(entries)
        for id, one in list(self._open.items()):
            if UNTOLD < one.told < size:
                self._accuse(id, "dropped")

    def _found(self, id: bytes, index: int, entry: bytes) -> None:
        self._since.pop(id, None)
        refused = self._refused.pop(id, None)
        one = refused or self._open[id]
        one = self._open[id] = msgspec.structs.replace(one, found=index)
        if refused is not None:
            self._accuse(id, "refused_recorded")
        elif decode_entry(entry).command.payload != one.signed.payload:
            self._accuse(id, "altered")
        elif one.told not in (UNTOLD, index):
            self._accuse(id, "moved")
        elif any(
            earlier.number < one.number and other in self._since and other not in self._slow
            for other, earlier in self._open.items()
        ):
            self._accuse(id, "reordered")
        else:
            del self._open[id]
            self._wrong.discard(id)
            self._proved[id] = self._unkept[id] = index
            return
        self._proved[id] = index

    def overdue(self, now_s: float) -> bool:
        """Whether a command has just become overdue: the hub speaks, and not of this."""
        late = [id for id, since in self._since.items() if now_s - since > OVERDUE_S and id not in self._wrong]
        for id in late:
            self._accuse(id, "unanswered")
        return bool(late)

    def sent_again(self, now_s: float) -> None:
        """A new link: what is under way goes out again, and its time begins anew."""
        self._since = dict.fromkeys(self._since, now_s)

    async def save(self, kept: int) -> None:
        """Write what changed, and forget what is proved by entries on this disk; `kept`: how many are there."""
        if self._file is None:
            return
        saved, self._saved = self._saved, []
        for id, one in saved:
            await self._file.put(id, one)
        done = [id for id, index in self._unkept.items() if index < max(kept, 1)]
        for id in done:
            del self._unkept[id]
        if done:
            await self._file.drop(done)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _accuse(self, id: bytes, fault: Fault) -> None:
        self._wrong.add(id)
        self._note(id, msgspec.structs.replace(self._open[id], fault=fault))

    def _note(self, id: bytes, one: Unrecorded) -> None:
        self._open[id] = one
        self._saved.append((id, one))
