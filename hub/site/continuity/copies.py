"""Copies of a record that others hold (a terminal's replica, what terminals sent, the office's), read and judged.

Nothing in a copy is believed: it is replayed from its first entry, and only notes that the record's own hub signed say
how far it is vouched for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from hub.domain.codec import decode_context
from hub.domain.contracts.contract import Profile
from hub.replay.cosigners import Cosigners
from hub.replay.replay import Replay, hub_keys
from hub.site.people.listkeeping import KINDS
from sync.errors import Malformed, SyncError
from sync.keys.certificate import parse
from sync.keys.introductions import on_trial
from sync.keys.party import Party, chain, read_lists
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, decode_body, line_name, note_body, signed_by_one_of
from sync.record.entry import decode_entry
from sync.record.faults import RecordInUse, RecordOtherOrigin
from sync.record.file import RECORD, REPLICA
from sync.record.merkle import Tree, leaf_hash
from sync.record.reader import open_readonly

log = logging.getLogger(__name__)

FILES = (REPLICA, RECORD)
"""A terminal's copy, and a hub's own record."""


class NoCopy(SyncError):
    """There is no record where a copy was named."""

    code = "recover.no_copy"
    ja = "ここに記録の控えがありません。"
    en = "There is no copy of the record here."
    todo_ja = "端末のフォルダーを --from で指定してください。"
    todo_en = "Name a terminal's folder with --from."


class CopyInUse(SyncError):
    """The terminal's program is open on its copy."""

    code = "recover.copy_in_use"
    ja = "この端末の控えは、端末の画面が使っています。"
    en = "The terminal's program is open and has its copy."
    todo_ja = "この端末の画面（demado terminal）を閉じて、もう一度行ってください。"
    todo_en = "Close the terminal's screen (demado terminal) on this machine, then do it again."


class Copy(msgspec.Struct, frozen=True):
    """A record as somebody holds it, from its first entry on."""

    name: str
    entries: Sequence[bytes]
    certificates: Sequence[bytes]
    notes: Sequence[str]
    cosigned: str = ""
    """A note that the office cosigned, as whoever fetched it has checked; empty for what is not the office's."""
    witnessed: Sequence[CosignedCheckpoint] = ()
    """What office and city have cosigned of it, as its holder has kept that."""
    lists: Sequence[bytes] = ()
    """Root-signed lists that were kept beside it: entries rest on them, and they may be newer than ours."""


class Judged(msgspec.Struct, frozen=True):
    """A copy that replays from its first entry to its last."""

    copy: Copy
    replay: Replay
    leaves: list[bytes]
    tree: Tree
    covered: int
    """Size of the largest checkpoint over it that the record's hub signed; 0 if there is none."""
    cosigned: int
    """Size of the largest of these that the office cosigned, over whomever's copy; 0 if there is none."""

    @property
    def size(self) -> int:
        return len(self.leaves)

    @property
    def epoch(self) -> int:
        """Under which this history ends."""
        return self.replay.booth.continuity.epoch

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Which of several branches is taken: the highest. A longer one of an old hub is never above its successor's.

        Where the hub signed two of them, the city's reports rest on the one that the office cosigned past their parting.
        """
        return self.epoch, self.cosigned, self.covered, self.size

    def continues(self, other: Judged) -> bool:
        """Whether this is all of the other copy, and more."""
        return self.size > other.size and self.tree.root(other.size) == other.tree.root()


async def read_copy(path: Path, origin: str, name: str = "") -> Copy:
    """The copy in a machine's folder, or in this file; NoCopy, CopyInUse, RecordOtherOrigin and the like."""
    file = _file(path)
    try:
        reader = await open_readonly(file)
    except RecordInUse as error:
        if file.name == REPLICA:
            raise CopyInUse(path=str(file)) from error
        raise
    async with reader:
        if reader.origin != origin:
            raise RecordOtherOrigin(path=str(file), found=reader.origin, asked=origin)
        entries = [body async for body in reader]
        certificates = await reader.certificates()
        notes = await reader.checkpoints()
        witnessed = await reader.cosigned()
        lists = [one.body for one in await reader.objects() if one.kind in KINDS]
    lists += await asyncio.to_thread(read_lists, path)  # a file has no such folder, and none is found
    return Copy(name or _named(path), entries, certificates, notes, witnessed=witnessed, lists=lists)


async def epoch_of(path: Path, origin: str) -> int:
    """Under which epoch the copy in this folder or file ends, as it says itself; raises as read_copy."""
    reader = await open_readonly(_file(path))
    async with reader:
        if reader.origin != origin:
            raise RecordOtherOrigin(path=str(path), found=reader.origin, asked=origin)
        last = await reader.read(reader.size - 1, 1) if reader.size else []
    return decode_entry(last[0]).epoch if last else 0


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    file = next((path / one for one in FILES if (path / one).is_file()), None)
    if file is None:
        raise NoCopy(path=str(path))
    return file


def _named(path: Path) -> str:
    """The folder's name says which machine it was; a file's name does where there is no better one."""
    return path.name if path.is_dir() else path.stem


def judge(copy: Copy, party: Party, profile: Profile, others: Iterable[Copy] = ()) -> Judged:
    """The copy with its tree, once every signature and rule in it holds; a ReplayError leaf otherwise.

    The notes of `others` count too: whoever kept it, a note is over one root.
    """
    trust = on_trial(party.trust, copy.certificates)
    for encoded in copy.lists:
        try:
            trust.add_list(encoded)
        except SyncError as error:  # an entry that rests on it says so
            log.warning("a list beside the copy of %s does not hold: %s", copy.name, error)
    replay = Replay(party.deployment, trust, {party.deployment.profile: profile})
    leaves = [leaf_hash(body) for body in copy.entries]
    tree = Tree()
    for start in range(0, len(leaves), AT_ONCE):
        for _ in replay.take_all(copy.entries[start : start + AT_ONCE], leaves[start : start + AT_ONCE]):
            pass
    tree.extend(leaves)
    known = (copy, *others)
    covered = _covered(replay, tree, {note for one in known for note in one.notes})
    return Judged(copy, replay, leaves, tree, covered, _covered(replay, tree, {one.cosigned for one in known}))


AT_ONCE = 64
"""Entries whose signatures are checked side by side."""


def _covered(replay: Replay, tree: Tree, notes: Iterable[str]) -> int:
    best = 0
    for note in notes:
        shown = _signed(note, replay)
        if shown is not None and best < shown.size <= tree.size and tree.root(shown.size) == shown.root:
            best = shown.size
    return best


def _signed(note: str, replay: Replay) -> Checkpoint | None:
    """What the note states, if whoever was the record's hub at that size signed it."""
    booth = replay.booth
    try:
        size = decode_body(note_body(note)).size
    except Malformed:
        return None
    deployment, revoked = replay.deployment, booth.keys.revoked
    keys = hub_keys(deployment, replay.trust, booth.latest_ms, booth.continuity, size, revoked)
    found = signed_by_one_of(note, deployment.origin, keys)
    return found[0] if found is not None and found[0].origin == deployment.origin else None


def witnessed(whole: Judged, copies: Iterable[Copy]) -> tuple[list[CosignedCheckpoint], list[bytes]]:
    """What office and city have cosigned of this history, as far as any copy still shows; and the certificates for it."""
    known = tuple(copies)
    trust = on_trial(whole.replay.trust, [encoded for one in known for encoded in one.certificates])
    deployment, booth = whole.replay.deployment, whole.replay.booth
    cosigners = Cosigners(deployment, trust, booth.keys.revoked)
    held: list[CosignedCheckpoint] = []
    hubs: set[bytes] = set()
    for one in dict.fromkeys(one for copy in known for one in copy.witnessed):  # most copies show the same
        with suppress(Malformed):
            if not 0 < (size := one.size) <= whole.size:
                continue
            at_ms = decode_context(bytes(decode_entry(whole.copy.entries[size - 1]).context)).at_ms
            keys = hub_keys(deployment, trust, at_ms, booth.continuity, size, booth.keys.revoked)
            if (proven := cosigners.proven(one, whole.tree.root(size), keys)) is not None:
                held.append(proven)
                hubs.update(keys)
    theirs = (link for encoded in trust if parse(encoded).subject in hubs for link in chain(encoded, trust))
    others = cosigners.chains({line_name(line) for one in held for line in one.cosignatures})
    return held, list(dict.fromkeys((*theirs, *others)))


def common(first: Sequence[bytes], second: Sequence[bytes]) -> int:
    """How many leaves two histories share from their beginning."""
    least = min(len(first), len(second))
    return next((at for at in range(least) if first[at] != second[at]), least)
