"""What a witness knows of a record: the last checkpoint it believed, and what a new one must prove to be believed.

A record only grows. Whoever shows less, or another past, is refused by name; who shows an older moment of the same
record (a letter that came late) proves that it is one.
"""

from __future__ import annotations

import msgspec

from hub.client.proof.divergence import RecordForked, RecordRolledBack
from sync.errors import SyncError
from sync.keys.party import Deployment
from sync.record.checkpoint import Checkpoint, decode_body, note_body, open_note
from sync.record.merkle import BadProof, verify_consistency


class ShownLess(RecordRolledBack):
    """The hub's record is shorter than what this desk has seen, and what it shows does not begin what we know.

    With the data "held" and "shown" (sizes) the sentences say how many entries are missing; a desk holds no copy itself.
    """

    ja = "ハブの記録が、この端末が前に見たものより短くなっています。"
    en = "The hub's record is shorter than what this desk has seen."

    def __init__(self, **data: object) -> None:
        super().__init__(**data)
        held, shown = data.get("held"), data.get("shown")
        if isinstance(held, int) and isinstance(shown, int) and shown < held:
            gone = held - shown
            self.ja = f"ハブのカードが{shown}件の時に戻り、{gone}件が足りません。控えは端末か事務局に。"
            self.en = f"Card restored to entry {shown}: {gone} missing; terminals or the office hold them."

    todo_ja = "決定を止めて、責任者に知らせてください。証拠はこの端末に残っています。"
    todo_en = "Stop deciding and tell the manager; the evidence is kept on this desk."


class ShownAnother(RecordForked):
    """The hub's record is not a continuation of what this desk has seen."""

    ja = "ハブの記録が、この端末が前に見たものと食い違っています。"
    en = "The hub's record does not continue what this desk has seen."
    todo_ja = ShownLess.todo_ja
    todo_en = ShownLess.todo_en


class SeenBeyond(SyncError):
    """The record was taken over before the point up to which this desk has witnessed it."""

    code = "record.seen_beyond"
    ja = "ハブの引継ぎより先まで、この端末は前のハブの記録を見ています。"
    en = "This desk has witnessed the old hub's record beyond the point of the take-over."
    todo_ja = "決定をやり直す件がないか、責任者と確かめてください。証拠はこの端末に残っています。"
    todo_en = "Check with the manager what must be decided again; the evidence is kept on this desk."


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """The newest checkpoint that was believed, as the hub signed it."""

    note: str

    @property
    def checkpoint(self) -> Checkpoint:
        return decode_body(note_body(self.note))


def read_note(deployment: Deployment, note: str, hub_key: bytes) -> Checkpoint:
    """The checkpoint that this record's hub signed; BadCheckpoint, Malformed, or ShownAnother for another origin."""
    shown = open_note(note, {deployment.origin: hub_key})
    if shown.origin != deployment.origin:
        raise ShownAnother(origin=shown.origin)
    return shown


def asks_proof(seen: Checkpoint | None, shown: Checkpoint) -> tuple[int, int] | None:
    """The two sizes between which a consistency proof is needed; None if none is. ShownAnother for one size, two roots."""
    if seen is None:
        return None
    if shown.size == seen.size:
        if shown.root != seen.root:
            raise ShownAnother(size=shown.size, shown=shown.root, held=seen.root)
        return None
    return min(seen.size, shown.size), max(seen.size, shown.size)


def believe(seen: Checkpoint | None, shown: Checkpoint, proof: list[bytes]) -> None:
    """Raise ShownLess or ShownAnother unless both are moments of one record, by this RFC 6962 consistency proof."""
    if asks_proof(seen, shown) is None or seen is None:
        return
    old, new = (seen, shown) if seen.size < shown.size else (shown, seen)
    try:
        verify_consistency(old.size, old.root, new.size, new.root, proof)
    except BadProof as error:
        fault: type[SyncError] = ShownLess if shown.size < seen.size else ShownAnother
        raise fault(held=seen.size, shown=shown.size, why=str(error.data.get("why", ""))) from error


def newest(seen: Seen | None, note: str) -> Seen:
    """What is kept after a note was believed: the larger of the two."""
    shown = Seen(note)
    if seen is None or shown.checkpoint.size > seen.checkpoint.size:
        return shown
    return seen
