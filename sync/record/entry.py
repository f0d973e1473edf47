"""An entry: one leaf of the record, with the command, everything `decide` was given, and the events that came out."""

import msgspec

from sync import canonical
from sync.canonical import Count
from sync.errors import Malformed
from sync.record.command import Signed

ENTRY_VERSION = 1


class Entry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One step of the record; `context` and `events` are msgpack that the domain writes and reads."""

    version: int
    index: Count
    epoch: Count
    context: msgspec.Raw
    command: Signed
    events: msgspec.Raw


def encode_entry(e: Entry) -> bytes:
    """Return the entry's canonical bytes: what the Merkle leaf hashes."""
    return canonical.encode(e)


def decode_entry(data: bytes) -> Entry:
    """Return the entry in these bytes; Malformed for an unknown version or any non-canonical byte."""
    entry = canonical.decode(data, Entry)
    if entry.version != ENTRY_VERSION:
        raise Malformed(kind="Entry", reason="unknown version", version=entry.version)
    return entry
