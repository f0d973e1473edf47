"""A record batch: what a stored envelope from a hub to the office carries, and how much of it fits into one."""

from __future__ import annotations

import msgspec

from sync import canonical
from sync.canonical import Count, Text

MEDIA_TYPE = "batch/record.v1+msgpack"

BATCH_BYTES = 900_000
"""Bodies are filled up to this before compression, so that an envelope of 1 MiB holds them whatever they are."""

BATCH_ENTRIES = 2_000
"""A receiver checks one batch in a fifth of a second and stores it in one transaction; more would hold others up."""


class BatchObject(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A file that entries refer to by its SHA-256: the profile, the deployment."""

    kind: Text
    body: bytes


class Witnessed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A city desk's cosignature that the hub holds, with the checkpoint it is about."""

    note: str
    name: Text
    line: str


class RecordBatch(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Entries [first, first + len) of one record, and what is needed to check them.

    `note` is the hub's signed checkpoint over exactly first + len(entries).
    """

    record: Text
    first: Count
    entries: list[bytes]
    note: str
    certificates: list[bytes]
    objects: list[BatchObject]
    witnessed: list[Witnessed]

    @property
    def size(self) -> int:
        """The record's size with this batch."""
        return self.first + len(self.entries)


def encode_batch(batch: RecordBatch) -> bytes:
    """The batch's canonical bytes."""
    return canonical.encode(batch)


def decode_batch(data: bytes) -> RecordBatch:
    """The batch in these bytes; Malformed for anything that is not its one form."""
    return canonical.decode(data, RecordBatch)
