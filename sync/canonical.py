"""One canonical byte form for everything that is signed or stored: msgpack that decodes to itself."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

import msgspec

from sync.errors import Malformed

T = TypeVar("T")

Bytes16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Bytes64 = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Millis = Annotated[int, msgspec.Meta(ge=0)]
Text = Annotated[str, msgspec.Meta(max_length=256)]  # names and kinds: long enough for any, short enough for a log line

_encoder = msgspec.msgpack.Encoder(order="deterministic")
_plain = msgspec.msgpack.Encoder()
_fields = msgspec.msgpack.Decoder(dict[str, object])
_decoders: dict[object, msgspec.msgpack.Decoder[object]] = {}


def encode(value: object) -> bytes:
    """Return the canonical msgpack of a value: struct fields in declared order, dict keys sorted."""
    return _encoder.encode(value)


def decode(data: bytes, kind: type[T]) -> T:
    """Return the value that these bytes are the canonical form of; anything else raises Malformed."""
    decoder: msgspec.msgpack.Decoder[T] = _decoders.get(kind) or _decoder(kind)  # type: ignore[assignment]  # for `kind`
    try:
        value = decoder.decode(data)
    except NO_VALUE as error:
        raise Malformed(kind=kind.__name__, reason=str(error)) from error
    # Readers skip over duplicate keys and long integer forms: only equal bytes prove that nothing was skipped.
    if _encoder.encode(value) != data:
        raise Malformed(kind=kind.__name__, reason="not canonical")
    return value


def decode_all(data: Sequence[bytes], kind: type[T]) -> tuple[list[T], Malformed | None]:
    """Return what decode says of each, up to the first that is malformed, with its fault.

    All are read, then all written again: of hundreds that costs less than doing both to each.
    """
    decoder: msgspec.msgpack.Decoder[T] = _decoders.get(kind) or _decoder(kind)  # type: ignore[assignment]  # for `kind`
    try:
        values = list(map(decoder.decode, data))
        if list(map(_encoder.encode, values)) == list(data):
            return values, None
    except NO_VALUE:
        pass  # one of them is none: which, the slow way says
    values = []
    try:
        for one in data:
            values.append(decode(one, kind))
    except Malformed as error:
        return values, error
    return values, None


NO_VALUE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What a decoder raises for bytes that are no value of its kind."""


def _decoder(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    """A decoder for `kind`, kept for the next time."""
    decoder = msgspec.msgpack.Decoder(kind)
    _decoders[kind] = decoder  # type: ignore[assignment]  # a decoder of anything, as this table sees it
    return decoder


def check_map(raw: msgspec.Raw, what: str) -> None:
    """Raise Malformed unless an embedded msgpack value is a map of names, each once, in the shortest form."""
    try:
        value = _fields.decode(raw)
    except (*NO_VALUE, TypeError) as error:
        raise Malformed(kind=what, reason=str(error)) from error
    # Key order is the writer's (structs write fields in declared order), so it is compared unsorted.
    if _plain.encode(value) != bytes(raw):
        raise Malformed(kind=what, reason="not a canonical map")
