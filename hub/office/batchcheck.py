"""What a batch must be before its entries are even looked at: ours, next, and what the hub itself signed.

OfficeRefusal
├── NotYours        UnknownContent   not from the record's hub, or no record batch
├── NoHubAnyMore                     it was the record's hub until another machine took over
├── MissingEntries                   it begins after the end of what the office holds
├── Rollback                         the hub shows fewer entries than the office has seen
├── AlreadyHeld     Overlap          the same history, known already in whole or in part: nobody did wrong
└── Fork                             the hub signed another history than before
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.replay.faults import OtherCheckpoint, WrongIndex
from sync.envelopes.frame import Frame
from sync.errors import Malformed, SyncError
from sync.record.batch import MEDIA_TYPE, RecordBatch, decode_batch
from sync.record.checkpoint import Checkpoint, decode_body, note_body, open_note
from sync.record.entry import decode_entry
from sync.record.merkle import Frontier, Tree


class OfficeRefusal(SyncError):
    """A batch that contradicts what the office knows."""

    code = "office.refused"
    ja = "送られた記録が、事務局にあるものと合いません。"
    en = "What was sent contradicts what the office holds."
    todo_ja = "このハブを使わずに、責任者に知らせてください。"
    todo_en = "Stop using this hub and tell the manager."


class Rollback(OfficeRefusal):
    """The hub shows fewer entries than the office has seen of this record."""

    code = "office.rollback"
    ja = "記録が、事務局が前に見たものより短くなっています（古いディスクの写し）。"
    en = "The record is shorter than what the office saw before: a restored old disk."


class AlreadyHeld(OfficeRefusal):
    """A stick that came late: all that it holds has come another way, and is the same."""

    code = "office.already_held"
    ja = "この分はもう届いています（スティックの方が後になりました）。問題はありません。"
    en = "All of this has come already: the stick is late, and nothing is wrong with it."
    todo_ja = "何もしなくてよいです。ハブに残っている分がこれだけなら、カードが古いので管理者に知らせてください。"
    todo_en = "Nothing to do. If the hub itself has no more than this, its card is an old one: tell the manager."


class Overlap(OfficeRefusal):
    """The same history, begun before the place where the office stands, and going beyond it."""

    code = "office.overlap"
    ja = "前に届いた分と重なっています。重なる所は同じ内容です。"
    en = "It begins with what the office has already; where they overlap they are the same."
    todo_ja = "ハブで新しく書き出すか、ハブを事務局につないでください。足りない分が届きます。"
    todo_en = "Write a new one at the hub, or connect the hub to the office: the rest will come."


class Fork(OfficeRefusal):
    """The hub signed another history than the one it signed before."""

    code = "office.fork"
    ja = "記録が、事務局が前に見たものと食い違っています（枝分かれ）。"
    en = "The hub signed another history than the one the office has seen."


class MissingEntries(OfficeRefusal):
    """The batch begins after the end of what the office holds."""

    code = "office.missing_entries"
    ja = "この前の記録がまだ届いていません。"
    en = "Entries before this batch are missing."
    todo_ja = "自動で送り直します。"
    todo_en = "They are sent again by themselves."


class NotYours(OfficeRefusal):
    """A sender that is not the hub of the record it sends."""

    code = "office.not_yours"
    ja = "このハブは、この記録の持ち主ではありません。"
    en = "The sender is not the hub of this record."


class NoHubAnyMore(OfficeRefusal):
    """The sender was this record's hub; another machine has taken it over since."""

    code = "office.succeeded"
    ja = "このハブは、ほかの機械に引き継がれました。"
    en = "Another machine has taken this record over."
    todo_ja = "このハブを止め、demado recover --old-hub で書いた分を証拠として残してください。"
    todo_en = "Switch this hub off; demado recover --old-hub keeps what it wrote as evidence."


class UnknownContent(OfficeRefusal):
    """An envelope with something else than a record batch, or a batch that contradicts its frame."""

    code = "office.unknown_content"
    ja = "封筒の中身が記録ではありません。"
    en = "The envelope holds no record batch."


def kind_of(code: str) -> type[SyncError]:
    """The kind of refusal with this code, which is all that travels in a Rejected; OfficeRefusal for one unknown here."""
    kinds: list[type[SyncError]] = [SyncError]
    for kind in kinds:  # grows as it goes: whatever put an envelope aside here is loaded
        if kind.code == code:
            return kind
        kinds += kind.__subclasses__()
    return OfficeRefusal


def open_batch(frame: Frame) -> RecordBatch:
    """The record batch in a frame; UnknownContent or Malformed if there is none, or the frame names another place."""
    if frame.media_type != MEDIA_TYPE:
        raise UnknownContent(media_type=frame.media_type)
    batch = decode_batch(frame.body)
    if (frame.first, frame.count) != (batch.first, len(batch.entries)):
        raise UnknownContent(why="the frame names other entries", first=frame.first, count=frame.count)
    return batch


def signed_by(note: str, origin: str, hub: bytes) -> Checkpoint:
    """The checkpoint of this origin that the hub's key signed; OtherCheckpoint."""
    try:
        checkpoint = open_note(note, {origin: hub})
    except SyncError as error:
        raise OtherCheckpoint(index=size_named(note), why=error.code) from error
    if checkpoint.origin != origin:
        raise OtherCheckpoint(index=checkpoint.size, why="origin", origin=checkpoint.origin)
    return checkpoint


def checkpoint_of(batch: RecordBatch, origin: str, hub: bytes) -> Checkpoint:
    """The batch's own checkpoint, which is over exactly its end; OtherCheckpoint."""
    checkpoint = signed_by(batch.note, origin, hub)
    if checkpoint.size != batch.size:
        raise OtherCheckpoint(index=batch.size, why="size", size=checkpoint.size)
    return checkpoint


def check_root(batch: RecordBatch, checkpoint: Checkpoint, before: Frontier, leaves: Sequence[bytes]) -> Frontier:
    """What the office holds, continued by these leaves, if the checkpoint is about that: else WrongIndex, or Fork."""
    frontier = before.copy()
    for leaf in leaves:
        frontier.append(leaf)
    if checkpoint.root == frontier.root():
        return frontier
    for at, body in enumerate(batch.entries):  # an entry that is missing or doubled inside is named as that
        found = decode_entry(body).index
        if found != batch.first + at:
            raise WrongIndex(index=batch.first + at, found=found)
    raise Fork(size=checkpoint.size, signed=checkpoint.root, here=frontier.root())


def root_at(tree: Tree, edge: Frontier, leaves: Sequence[bytes], size: int) -> bytes:
    """The root over the first `size` of the tree's leaves and those that follow it; `edge` is the tree's own."""
    if size <= tree.size:
        return tree.root(size)
    ahead = edge.copy()
    for leaf in leaves[: size - edge.size]:
        ahead.append(leaf)
    return ahead.root()


def size_named(note: str) -> int:
    """The size that a note states, nothing of it checked; -1 for no note."""
    try:
        return decode_body(note_body(note)).size
    except Malformed:
        return -1  # no note at all
