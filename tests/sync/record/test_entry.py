"""An entry's bytes: what the tree's leaf hashes, in one form only."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Malformed, SyncError
from sync.record.command import Signed
from sync.record.entry import ENTRY_VERSION, Entry, decode_entry, encode_entry


def make(index: int = 7, events: object = ({"kind": "ticket.issued"},), version: int = ENTRY_VERSION) -> Entry:
    return Entry(
        version=version,
        index=index,
        epoch=1,
        context=msgspec.Raw(msgspec.msgpack.encode({"wall_ms": 5})),
        command=Signed(b"payload", b"s" * 64),
        events=msgspec.Raw(msgspec.msgpack.encode(events)),
    )


@given(st.integers(0, 2**50), st.lists(st.dictionaries(st.text(max_size=5), st.integers(0, 9), max_size=3), max_size=4))
def test_an_entry_reads_back_to_the_same_bytes(index: int, events: list[dict[str, int]]) -> None:
    encoded = encode_entry(make(index, events))
    entry = decode_entry(encoded)
    assert encode_entry(entry) == encoded
    assert (entry.index, entry.epoch, entry.command) == (index, 1, Signed(b"payload", b"s" * 64))
    assert msgspec.msgpack.decode(entry.events) == events


def test_a_changed_bit_is_refused_or_seen_in_the_bytes() -> None:
    encoded = encode_entry(make())
    for at in range(len(encoded) * 8):
        changed = bytearray(encoded)
        changed[at // 8] ^= 1 << at % 8
        try:
            entry = decode_entry(bytes(changed))
        except SyncError:
            continue
        # Whatever still is an entry is another one: nothing is lost between the bytes and what is read from them.
        assert encode_entry(entry) == bytes(changed)


def test_truncated_trailing_and_longer_forms_are_refused() -> None:
    encoded = encode_entry(make())
    for length in range(len(encoded)):
        with pytest.raises(Malformed):
            decode_entry(encoded[:length])
    assert encoded[:3] == b"\x96\x01\x07"
    for wrong in (encoded + b"\0", b"\xdc\x00\x06" + encoded[1:], b"\x96\x01\xcc\x07" + encoded[3:]):
        with pytest.raises(Malformed):
            decode_entry(wrong)


def test_an_unknown_version_is_refused() -> None:
    for version in (0, 2, -1):
        with pytest.raises(Malformed):
            decode_entry(encode_entry(make(version=version)))


def test_an_entry_without_a_whole_signature_is_refused() -> None:
    entry = msgspec.structs.replace(make(), command=Signed(b"payload", b"s" * 63))
    with pytest.raises(Malformed):
        decode_entry(encode_entry(entry))
