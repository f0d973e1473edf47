"""The frame inside every envelope: who sends what to whom, in which stream and place, until when.

    magic 5 | flags 1 | codec 1 | media type length 1 | deployment 16 | sender 32 | audience 32 | inbox 16 | stream 16
    counter 8 | previous 32 | created_ms 8 | not_after_ms 8 | first 8 | count 4 | body length 4 | media type | body

All numbers are big-endian. `body length` is the body's length before the codec.
"""

import struct
import zlib
from collections.abc import Iterable
from enum import IntEnum
from hashlib import sha256

import msgspec

from sync.canonical import Bytes16, Bytes32
from sync.envelopes.saltpack import MAX_PLAIN, EnvelopeError
from sync.errors import Malformed

MAGIC = b"DMDO\x01"
_HEADER = struct.Struct(">5sBBB16s32s32s16s16sQ32sQQQII")
HEADER_BYTES = _HEADER.size

STORED = 0x01  # flag: the counter is kept on disk and `previous` names the envelope before
_KNOWN_FLAGS = STORED

# Only bodies of these types are ever compressed: length leaks content, so never what one person typed alone.
COMPRESSIBLE_PREFIX = "batch/"
PAD_TO = 4096  # compressed bodies come in steps of this size, so that their length says little
MAX_INFLATED = 16 << 20  # what one envelope may become in memory


class Codec(IntEnum):
    """How the body is written."""

    NONE = 0
    ZLIB = 1  # RFC 1950, then zeros up to a multiple of 4 KiB


class NotCompressible(EnvelopeError):
    """A media type that must never be compressed comes compressed."""

    code = "envelope.not_compressible"
    ja = "圧縮してはならない種類のデータが圧縮されています。"
    en = "This kind of content must not be compressed."


class InflatesTooFar(EnvelopeError):
    """The compressed body becomes larger than allowed or stated."""

    code = "envelope.inflates_too_far"
    ja = "圧縮を解くと大きすぎます。"
    en = "The content becomes too large when decompressed."


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One frame, its body already inflated; `previous` is zeros in a live stream and in a stream's first frame."""

    flags: int = 0
    codec: int = Codec.NONE
    deployment: Bytes16
    sender: Bytes32
    audience: Bytes32
    inbox: Bytes16
    stream: Bytes16
    counter: int
    previous: Bytes32 = bytes(32)
    created_ms: int
    not_after_ms: int
    first: int = 0
    count: int = 0
    media_type: str
    body: bytes

    @property
    def stored(self) -> bool:
        """Whether the stream's counter is on disk and its envelopes are chained."""
        return bool(self.flags & STORED)


def audience_hash(recipients: Iterable[bytes]) -> bytes:
    """Return SHA-256 over the sorted X25519 public keys (32 bytes each): the same for every order of recipients."""
    keys = sorted(recipients)
    if not keys or any(len(key) != 32 for key in keys):
        raise ValueError("an audience is one or more 32-byte keys")
    return sha256(b"".join(keys)).digest()


def is_compressible(media_type: str) -> bool:
    """Say whether bodies of this media type may be compressed (record batches to the office)."""
    return media_type.startswith(COMPRESSIBLE_PREFIX)


def encode_frame(frame: Frame) -> bytes:
    """Return the frame's bytes; NotCompressible or InflatesTooFar where a reader would refuse it, else ValueError."""
    kind = frame.media_type.encode("ascii")
    if not 1 <= len(kind) <= 255 or frame.flags & ~_KNOWN_FLAGS or frame.not_after_ms < frame.created_ms:
        raise ValueError("no frame")
    if not (
        len(frame.deployment) == len(frame.inbox) == len(frame.stream) == 16
        and len(frame.sender) == len(frame.audience) == len(frame.previous) == 32
    ):
        raise ValueError("a field has another length")  # struct would pad it in silence
    header = _HEADER.pack(
        MAGIC,
        frame.flags,
        frame.codec,
        len(kind),
        frame.deployment,
        frame.sender,
        frame.audience,
        frame.inbox,
        frame.stream,
        frame.counter,
        frame.previous,
        frame.created_ms,
        frame.not_after_ms,
        frame.first,
        frame.count,
        len(frame.body),
    )
    return header + kind + _pack(frame)


def decode_frame(data: bytes) -> Frame:
    """Return the frame in these bytes, all of them used; raises Malformed, NotCompressible, InflatesTooFar."""
    if len(data) < HEADER_BYTES or len(data) > MAX_PLAIN:
        raise Malformed(kind="Frame", reason="length")
    magic, flags, codec, kind_length, deployment, sender, audience, inbox, stream, *numbers = _HEADER.unpack_from(data)
    counter, previous, created_ms, not_after_ms, first, count, body_length = numbers
    if magic != MAGIC or flags & ~_KNOWN_FLAGS or codec not in (Codec.NONE, Codec.ZLIB):
        raise Malformed(kind="Frame", reason="unknown version, flags or codec")
    kind = data[HEADER_BYTES : HEADER_BYTES + kind_length]
    if not kind or len(kind) != kind_length or not kind.isascii() or not kind.decode("ascii").isprintable():
        raise Malformed(kind="Frame", reason="media type")
    if counter < 1 or not_after_ms < created_ms:
        raise Malformed(kind="Frame", reason="counter or times")
    media_type = kind.decode("ascii")
    body = _unpack(data[HEADER_BYTES + kind_length :], codec, media_type, body_length)
    return Frame(
        flags=flags,
        codec=codec,
        deployment=deployment,
        sender=sender,
        audience=audience,
        inbox=inbox,
        stream=stream,
        counter=counter,
        previous=previous,
        created_ms=created_ms,
        not_after_ms=not_after_ms,
        first=first,
        count=count,
        media_type=media_type,
        body=body,
    )


def _pack(frame: Frame) -> bytes:
    if frame.codec == Codec.NONE:
        return frame.body
    if frame.codec != Codec.ZLIB:
        raise ValueError("no such codec")
    if not is_compressible(frame.media_type):
        raise NotCompressible(media_type=frame.media_type)
    if len(frame.body) > MAX_INFLATED:
        raise InflatesTooFar(bytes=len(frame.body))
    packed = zlib.compress(frame.body, 6)
    return packed + bytes(-len(packed) % PAD_TO)


def _unpack(packed: bytes, codec: int, media_type: str, body_length: int) -> bytes:
    if codec == Codec.NONE:
        if len(packed) != body_length:
            raise Malformed(kind="Frame", reason="body length")
        return packed
    if not is_compressible(media_type):
        raise NotCompressible(media_type=media_type)
    if body_length > MAX_INFLATED:
        raise InflatesTooFar(bytes=body_length)
    if not packed or len(packed) % PAD_TO:
        raise Malformed(kind="Frame", reason="padding")
    inflater = zlib.decompressobj()
    try:
        # One byte more than stated is enough to see a lie, and bounds the memory that a lie can take.
        body = inflater.decompress(packed, body_length + 1)
    except zlib.error as error:
        raise Malformed(kind="Frame", reason="zlib") from error
    if len(body) > body_length:
        raise InflatesTooFar(bytes=body_length)
    padding = inflater.unused_data
    if not inflater.eof or len(body) != body_length or len(padding) >= PAD_TO or padding.strip(b"\0"):
        raise Malformed(kind="Frame", reason="zlib")
    return body
