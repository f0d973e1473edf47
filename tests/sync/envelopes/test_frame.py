"""The frame: every field survives, nothing else does."""

import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.envelopes.frame import (
    HEADER_BYTES,
    MAX_INFLATED,
    PAD_TO,
    STORED,
    Codec,
    Frame,
    InflatesTooFar,
    NotCompressible,
    audience_hash,
    decode_frame,
    encode_frame,
)
from sync.envelopes.saltpack import MAX_PLAIN
from sync.errors import Malformed, SyncError

u64 = st.integers(0, 2**64 - 1)
u32 = st.integers(0, 2**32 - 1)


def make(**changes: Any) -> Frame:
    fields: dict[str, Any] = {
        "deployment": b"d" * 16,
        "sender": b"s" * 32,
        "audience": b"a" * 32,
        "inbox": b"i" * 16,
        "stream": b"t" * 16,
        "counter": 1,
        "created_ms": 5,
        "not_after_ms": 6,
        "media_type": "command",
        "body": b"body",
    }
    return Frame(**fields | changes)


def batch(packed: bytes, length: int) -> bytes:
    """A compressed frame whose body bytes are given as they are on the wire."""
    frame = make(codec=Codec.ZLIB, media_type="batch/entries", body=b"")
    header = encode_frame(frame)[:HEADER_BYTES]
    return header[:-4] + length.to_bytes(4, "big") + b"batch/entries" + packed


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    created, later = sorted((draw(u64), draw(u64)))
    codec = draw(st.sampled_from(list(Codec)))
    kinds = st.just("batch/entries") if codec else st.from_regex(r"[a-z][a-z/.+-]{0,254}", fullmatch=True)
    return Frame(
        flags=draw(st.sampled_from([0, STORED])),
        codec=codec,
        deployment=draw(st.binary(min_size=16, max_size=16)),
        sender=draw(st.binary(min_size=32, max_size=32)),
        audience=draw(st.binary(min_size=32, max_size=32)),
        inbox=draw(st.binary(min_size=16, max_size=16)),
        stream=draw(st.binary(min_size=16, max_size=16)),
        counter=draw(st.integers(1, 2**64 - 1)),
        previous=draw(st.binary(min_size=32, max_size=32)),
        created_ms=created,
        not_after_ms=later,
        first=draw(u64),
        count=draw(u32),
        media_type=draw(kinds),
        body=draw(st.binary(max_size=2000)),
    )


@given(frames())
def test_every_frame_reads_back_as_it_was_written(frame: Frame) -> None:
    assert decode_frame(encode_frame(frame)) == frame


def test_the_layout_is_the_published_one() -> None:
    data = encode_frame(make(counter=7, first=8, count=9, flags=STORED, previous=b"p" * 32))
    assert HEADER_BYTES == 5 + 3 + 16 + 32 + 32 + 16 + 16 + 8 + 32 + 8 + 8 + 8 + 4 + 4
    assert data[:8] == b"DMDO\x01" + bytes((STORED, 0, 7))
    assert data[8:120] == b"d" * 16 + b"s" * 32 + b"a" * 32 + b"i" * 16 + b"t" * 16
    assert data[120:160] == (7).to_bytes(8, "big") + b"p" * 32
    assert data[160:184] == b"".join(number.to_bytes(8, "big") for number in (5, 6, 8))
    assert data[184:192] == (9).to_bytes(4, "big") + (4).to_bytes(4, "big")
    assert data[192:] == b"command" + b"body"


@pytest.mark.parametrize("codec", list(Codec))
def test_every_truncation_and_every_trailing_byte_is_refused(codec: Codec) -> None:
    data = encode_frame(make(codec=codec, media_type="batch/entries"))
    for length in range(len(data)):
        with pytest.raises(SyncError):
            decode_frame(data[:length])
    for tail in (b"\0", b"x", bytes(PAD_TO)):
        with pytest.raises(Malformed):
            decode_frame(data + tail)


@given(frames(), st.data())
def test_a_changed_byte_never_reads_as_the_same_frame(frame: Frame, data: st.DataObject) -> None:
    encoded = bytearray(encode_frame(make(codec=Codec.NONE, body=frame.body)))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        changed = decode_frame(bytes(encoded))
    except SyncError:
        return
    assert changed != make(codec=Codec.NONE, body=frame.body)
    assert encode_frame(changed) == bytes(encoded)


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, 0x45), (4, 2), (5, 2), (5, 0x80), (6, 2), (6, 255), (7, 0)],
)
def test_another_magic_version_flag_codec_or_an_empty_media_type_is_refused(at: int, value: int) -> None:
    data = bytearray(encode_frame(make()))
    data[at] = value
    with pytest.raises(Malformed):
        decode_frame(bytes(data))


def test_a_counter_of_zero_and_a_life_that_ends_before_it_begins_are_refused() -> None:
    with pytest.raises(Malformed):
        decode_frame(encode_frame(make(counter=0)))
    with pytest.raises(ValueError, match="no frame"):
        encode_frame(make(created_ms=7))


@pytest.mark.parametrize(
    "changes",
    [
        {"deployment": b"d" * 15},
        {"stream": b"t" * 17},
        {"previous": b""},
        {"media_type": ""},
        {"media_type": "x" * 256},
        {"media_type": "日本"},
        {"flags": 2},
        {"codec": 2},
    ],
)
def test_a_frame_that_could_not_be_read_back_is_not_written(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        encode_frame(make(**changes))


def test_what_a_person_typed_is_never_compressed() -> None:
    with pytest.raises(NotCompressible):
        encode_frame(make(codec=Codec.ZLIB))
    data = bytearray(encode_frame(make()))
    data[6] = Codec.ZLIB
    with pytest.raises(NotCompressible):
        decode_frame(bytes(data))


def test_compressed_bodies_come_in_steps_of_4_kib() -> None:
    for size in (0, 10, 100_000):
        data = encode_frame(make(codec=Codec.ZLIB, media_type="batch/entries", body=bytes(size)))
        assert (len(data) - HEADER_BYTES - len("batch/entries")) % PAD_TO == 0
        assert decode_frame(data).body == bytes(size)


def test_a_body_that_inflates_beyond_the_cap_or_beyond_its_stated_length_is_refused() -> None:
    bomb = zlib.compress(bytes(MAX_INFLATED + 1), 9)
    bomb += bytes(-len(bomb) % PAD_TO)
    for stated in (MAX_INFLATED + 1, MAX_INFLATED, 10):
        with pytest.raises(InflatesTooFar):
            decode_frame(batch(bomb, stated))
    with pytest.raises(InflatesTooFar):
        encode_frame(make(codec=Codec.ZLIB, media_type="batch/entries", body=bytes(MAX_INFLATED + 1)))


def test_the_largest_allowed_body_is_taken() -> None:
    frame = make(codec=Codec.ZLIB, media_type="batch/entries", body=bytes(MAX_INFLATED))
    assert decode_frame(encode_frame(frame)) == frame


def test_a_compressed_body_with_other_padding_length_or_ending_is_refused() -> None:
    packed = zlib.compress(b"body")
    good = packed + bytes(PAD_TO - len(packed))
    assert decode_frame(batch(good, 4)).body == b"body"
    hidden = packed + b"hidden".rjust(PAD_TO - len(packed), b"\0")
    cut = packed[:-1] + bytes(PAD_TO - len(packed) + 1)
    for wrong, length in ((good + bytes(PAD_TO), 4), (hidden, 4), (cut, 4), (good, 5), (b"", 0), (bytes(PAD_TO), 0)):
        with pytest.raises(Malformed):
            decode_frame(batch(wrong, length))
    with pytest.raises(Malformed):
        decode_frame(batch(packed, 4))


def test_a_compressed_body_that_stops_in_its_middle_is_refused() -> None:
    whole = zlib.compress(bytes(range(256)) * 40, 0)
    half = whole[:PAD_TO]
    inflated = len(zlib.decompressobj().decompress(half))
    assert 0 < inflated < PAD_TO
    with pytest.raises(Malformed):
        decode_frame(batch(half, inflated))


def test_a_media_type_cut_short_is_refused_even_without_a_body() -> None:
    data = encode_frame(make(body=b""))
    assert decode_frame(data).media_type == "command"
    for length in range(HEADER_BYTES, len(data)):
        with pytest.raises(Malformed):
            decode_frame(data[:length])


def test_a_frame_larger_than_an_envelope_is_refused() -> None:
    assert len(decode_frame(encode_frame(make(body=bytes(MAX_PLAIN - HEADER_BYTES - 7)))).body) > 1_000_000
    with pytest.raises(Malformed):
        decode_frame(encode_frame(make(body=bytes(MAX_PLAIN - HEADER_BYTES - 6))))


def test_an_audience_is_the_same_in_every_order_and_another_with_every_other_key() -> None:
    a, b, c = b"a" * 32, b"b" * 32, b"c" * 32
    assert audience_hash([a, b]) == audience_hash([b, a])
    assert len({audience_hash(keys) for keys in ([a], [b], [a, b], [a, c], [a, b, c])}) == 5
    for wrong in ([], [b"short"]):
        with pytest.raises(ValueError, match="audience"):
            audience_hash(wrong)


def test_a_frame_is_never_changed_in_place() -> None:
    frame = make()
    with pytest.raises(AttributeError):
        frame.counter = 2  # type: ignore[misc]
    assert msgspec.structs.replace(frame, counter=2).counter == 2
